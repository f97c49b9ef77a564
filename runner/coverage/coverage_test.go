package coverage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cartconform/runner/coverage"
	"cartconform/runner/engine"
	"cartconform/runner/repertoire"
	"cartconform/runner/session"
	"cartconform/spec"
)

// For every requirement, --explain gives the file and line of its promise, of
// each of its specs and of each fault that it must catch; and the id stands there.
func TestExplainLeadsToPromiseSpecsAndFaults(t *testing.T) {
	rows, _ := matrix(t)
	if len(rows) < 100 {
		t.Fatalf("wanted the catalogue, got %d requirements", len(rows))
	}
	for _, row := range rows {
		leadsTo(t, row.ID, row.Promise.File, row.Promise.Line)
		for _, s := range row.Specs {
			leadsTo(t, row.ID, s.File, s.Line)
		}
		for _, f := range append(row.Faults, row.Beside...) {
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

// A promise that the documents do not agree on is explained with what was decided,
// and one of several operations with all of them.
func TestExplainTellsWhatIsDisputed(t *testing.T) {
	contract, err := spec.RemoteCart()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := coverage.Matrix(contract, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	explained := map[string]string{}
	for _, row := range rows {
		leadsTo(t, row.ID, row.Promise.File, row.Promise.Line)
		var out bytes.Buffer
		if err := coverage.Explain(&out, row); err != nil {
			t.Fatal(err)
		}
		explained[row.ID] = out.String()
	}
	for id, want := range map[string]string{
		"RC-ADD-02": contract.Catalogue().Disagreements["D13"], "RC-ITEM-14": "CartAdd, CartModify, CartGet, CartClear",
		"RC-RG-05": "spec/remotecart/openapi.yaml:", "RC-X-ENV-01": "from another edition, a schema or recorded answers",
	} {
		if !strings.Contains(explained[id], want) {
			t.Errorf("%s: wanted %q, got\n%s", id, want, explained[id])
		}
	}
}

// The gate on ourselves: every requirement has a spec or a written reason, every
// spec one requirement that there is and a name of its own, and everything that
// can fail a fault that proves it.
func TestNothingIsUnaccountedFor(t *testing.T) {
	rows, specs := matrix(t)
	for _, gap := range coverage.Gaps(rows, specs) {
		t.Error(gap)
	}
}

func matrix(t *testing.T) ([]coverage.Row, []engine.Spec) {
	t.Helper()
	suites, err := repertoire.All()
	if err != nil {
		t.Fatal(err)
	}
	rows, specs, err := session.Coverage(suites)
	if err != nil {
		t.Fatal(err)
	}
	return rows, specs
}

// generated is what stands where specs are made from the description: they have
// one line for all ids.
const generated = "Judges(q.requirement)"

// tableLines is how far above a spec or a fault the table may begin that it is made
// from; inLoops is how such a line names its requirement.
const tableLines = 8

func inLoops(line string) bool {
	return strings.Contains(line, "Judges(wanted.id)") || strings.Contains(line, "b.Add(f.id, f.requirement,")
}

// leadsTo wants an id within three lines of a place, as a spec's call may be wrapped,
// or in the table just above it that its loop goes through.
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
	if inLoops(place) {
		place = strings.Join(lines[max(0, line-tableLines):line], "\n")
	}
	if !strings.Contains(place, id) && !strings.Contains(place, generated) {
		t.Errorf("%s does not stand at %s:%d", id, file, line)
	}
}
