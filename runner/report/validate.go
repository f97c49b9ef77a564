package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
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
	if err := ValidateForm(data); err != nil {
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

// compiled is the schema, compiled once.
var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat = true
	if err := compiler.AddResource(SchemaURI, strings.NewReader(schema)); err != nil {
		return nil, fmt.Errorf("load report schema: %w", err)
	}
	form, err := compiler.Compile(SchemaURI)
	if err != nil {
		return nil, fmt.Errorf("compile report schema: %w", err)
	}
	return form, nil
})

// ValidateForm checks a report.json against the schema alone. The error has a
// line for each place that is wrong.
func ValidateForm(data []byte) error {
	form, err := compiled()
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return fmt.Errorf("wanted JSON, got %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("wanted one JSON document, got more")
	}
	err = form.Validate(document)
	var invalid *jsonschema.ValidationError
	if errors.As(err, &invalid) {
		return errors.Join(places(invalid)...)
	}
	return err
}

// places lists what is wrong by the place in the report.
func places(e *jsonschema.ValidationError) []error {
	if len(e.Causes) == 0 {
		return []error{errors.New(oneLine(cmp.Or(e.InstanceLocation, "/") + ": " + e.Message))}
	}
	var all []error
	for _, cause := range e.Causes {
		all = append(all, places(cause)...)
	}
	return all
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
	return errors.Join(append(errs, r.waiversConsistent()...)...)
}

// waiversConsistent checks that each waived failure has an entry that waives it,
// and that each entry says what became of it.
func (r Report) waiversConsistent() []error {
	var errs []error
	states := map[string]Requirement{}
	for _, q := range r.Requirements {
		states[q.ID] = q
	}
	entries := map[string]Waiver{}
	for _, w := range r.Waivers {
		if _, twice := entries[w.ID]; twice {
			errs = append(errs, fmt.Errorf("wanted one waiver for %s, got more", w.ID))
		}
		entries[w.ID] = w
		q, known := states[w.ID]
		if !known || q.Level == spec.May {
			errs = append(errs, fmt.Errorf("wanted the waiver for %s to be of a requirement that can fail", w.ID))
			continue
		}
		entry := waiver.Waiver{ID: w.ID, Reason: w.Reason, Expires: w.Expires, Line: w.Line}
		want := verdict.UseOf(entry, q.State, r.Started, r.Selection.Shard != nil)
		if w.Outcome != want || want == verdict.Used && q.State != verdict.Waived {
			errs = append(errs, fmt.Errorf("wanted the waiver for %s, which is %s, to be %s, got %s", w.ID, q.State, want, w.Outcome))
		}
	}
	for _, q := range r.Requirements {
		w, known := entries[q.ID]
		if q.State == verdict.Waived && (!known || w.Outcome != verdict.Used || *q.Waiver != Waived{w.Reason, w.Expires}) {
			errs = append(errs, fmt.Errorf("wanted an entry of the waivers that waives %s, got none", q.ID))
		}
	}
	if len(r.Waivers) > 0 && r.WaiversFile == nil {
		errs = append(errs, errors.New("wanted the digest of the waivers file, got waivers without one"))
	}
	return errs
}
