package coverage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cartconform/runner/coverage"
	"cartconform/runner/session"
)

// For every requirement, --explain gives the file and line of its promise, of
// each of its specs and of each fault that it must catch; and the id stands there.
func TestExplainLeadsToPromiseSpecsAndFaults(t *testing.T) {
	rows := matrix(t)
	if len(rows) != 180 {
		t.Fatalf("wanted 180 requirements, got %d", len(rows))
	}
	for _, row := range rows {
		leadsTo(t, row.ID, row.Promise.File, row.Promise.Line)
		for _, s := range row.Specs {
			leadsTo(t, row.ID, s.File, s.Line)
		}
		for _, f := range row.Faults {
			leadsTo(t, row.ID, f.File, f.Line)
		}
		var out bytes.Buffer
		if err := coverage.Explain(&out, row); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), row.Promise.String()) || !strings.Contains(out.String(), row.Statement) {
			t.Errorf("%s: wanted the promise and its place, got\n%s", row.ID, out.String())
		}
	}
}

// Every requirement has a spec, except for those that need an order or a search:
// this version has no suite for the two features.
func TestEveryRequirementHasASpec(t *testing.T) {
	for _, row := range matrix(t) {
		later := row.Feature == "ordering" || row.Feature == "product-search"
		if len(row.Specs) == 0 && !later {
			t.Errorf("%s has no spec", row.ID)
		}
	}
}

// Every must and should requirement that has a spec has a fault that it catches.
func TestEveryFailableRequirementHasAFault(t *testing.T) {
	unprovable := map[string]string{
		"CART-ERR-07": "feature auth: the embedded reference does not claim it",
		"CART-ERR-08": "feature throttling: the embedded reference does not claim it",
		"CART-ERR-09": "feature size-limit: the embedded reference does not claim it",
	}
	for _, row := range matrix(t) {
		if row.Level != "may" && len(row.Specs) > 0 && len(row.Faults) == 0 && unprovable[row.ID] == "" {
			t.Errorf("%s has no fault that proves its specs", row.ID)
		}
	}
}

func matrix(t *testing.T) []coverage.Row {
	t.Helper()
	rows, err := session.Coverage()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// generated is what stands where specs are made from the description: they have
// one line for all ids.
const generated = "Judges(q.requirement)"

// leadsTo wants an id within three lines of a place: a spec's call may be wrapped.
func leadsTo(t *testing.T, id, file string, line int) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", file))
	if err != nil {
		t.Errorf("%s: %v", id, err)
		return
	}
	lines := strings.Split(string(text), "\n")
	if line < 1 || line > len(lines) {
		t.Errorf("%s: %s has no line %d", id, file, line)
		return
	}
	place := strings.Join(lines[line-1:min(line+2, len(lines))], "\n")
	if !strings.Contains(place, id) && !strings.Contains(place, generated) {
		t.Errorf("%s does not stand at %s:%d", id, file, line)
	}
}
