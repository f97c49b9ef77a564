package coverage_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"cartconform/runner/coverage"
	"cartconform/spec"
)

// A requirement that cannot be checked from outside is shown with the reason, in
// every form.
func TestUncheckedRequirementsAreShown(t *testing.T) {
	rows := rowsOf(t, &spec.Catalogue{API: "demo", File: "demo.yaml", Requirements: []spec.Requirement{{
		ID: "A-01", Level: spec.Must, Operation: "any", Statement: "It is done at night.", Unchecked: "Nobody | outside sees the night.",
		Source: spec.Source{Document: "guide", Section: "One"},
	}}}, nil, nil)
	for name, write := range coverage.Formats() {
		var out bytes.Buffer
		if err := write(&out, rows); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(out.String(), `\|`, "|")
		if !strings.Contains(text, "A-01") || !strings.Contains(text, "Nobody | outside sees the night.") || !strings.Contains(text, "guide, One") {
			t.Errorf("%s: wanted the id, its source and the reason, got\n%s", name, text)
		}
		if name == "json" && !json.Valid(out.Bytes()) {
			t.Errorf("wanted JSON, got\n%s", text)
		}
		if name == "markdown" && strings.Count(strings.ReplaceAll(out.String(), `\|`, ""), "|") != 3*7 {
			t.Errorf("wanted three lines of six cells, got\n%s", out.String())
		}
	}
	var out bytes.Buffer
	if err := coverage.Explain(&out, rows[0]); err != nil || !strings.Contains(out.String(), "unchecked    Nobody | outside sees the night.") ||
		strings.Contains(out.String(), "to judge it alone") {
		t.Errorf("wanted the reason and no command, got %v\n%s", err, out.String())
	}
}
