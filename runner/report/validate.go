package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"cartconform/runner/verdict"
	"cartconform/spec"
)

//go:embed report.schema.json
var schema string

// Schema returns the JSON Schema of report.json.
func Schema() string { return schema }

// Validate checks a report.json: against the schema, and that it agrees with
// itself. Each requirement stands in it once, the totals add up, and the verdict
// is the one that follows from the states.
func Validate(data []byte) error {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	if err := compiler.AddResource(SchemaURI, strings.NewReader(schema)); err != nil {
		return fmt.Errorf("load report schema: %w", err)
	}
	compiled, err := compiler.Compile(SchemaURI)
	if err != nil {
		return fmt.Errorf("compile report schema: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("read report: wanted one JSON document, got more")
	}
	if err := compiled.Validate(document); err != nil {
		return fmt.Errorf("validate report: %w", err)
	}
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("read report: %w", err)
	}
	if err := r.consistent(); err != nil {
		return fmt.Errorf("validate report: %w", err)
	}
	return nil
}

// consistent checks what a schema cannot say.
func (r Report) consistent() error {
	var errs []error
	var rows []verdict.Requirement
	seen := map[string]bool{}
	for _, q := range r.Requirements {
		if seen[q.ID] {
			errs = append(errs, fmt.Errorf("wanted requirement %s once, got it more often", q.ID))
		}
		seen[q.ID] = true
		rows = append(rows, verdict.Requirement{
			Requirement: spec.Requirement{ID: q.ID, Level: q.Level},
			State:       q.State,
		})
	}
	if want := verdict.Sum(rows); want != r.Totals {
		errs = append(errs, fmt.Errorf("wanted totals %+v by the states of the requirements, got %+v", want, r.Totals))
	}
	if want := verdict.Conclude(rows, r.Level, r.Interrupted); want != r.Verdict {
		errs = append(errs, fmt.Errorf("wanted verdict %s by the states of the requirements, got %s", want, r.Verdict))
	}
	return errors.Join(errs...)
}
