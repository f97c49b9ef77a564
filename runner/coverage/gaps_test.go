package coverage_test

import (
	"slices"
	"strings"
	"testing"

	"cartconform/fixtures/bank"
	"cartconform/runner/coverage"
	"cartconform/runner/engine"
	"cartconform/spec"
)

// Each kind of gap is found, and named.
func TestGaps(t *testing.T) {
	labels := func(labels ...string) []string { return labels }
	sp := func(name string, labels ...string) engine.Spec {
		return engine.Spec{Name: name, File: "suites/demo.go", Line: 7, Labels: labels}
	}
	catalogue := &spec.Catalogue{API: "demo", File: "demo.yaml", Requirements: []spec.Requirement{
		{ID: "A-01", Level: spec.Must, Line: 6}, {ID: "A-02", Level: spec.May}, {ID: "A-03", Level: spec.Should, Unchecked: "Nobody sees it."},
	}}
	good := []engine.Spec{sp("one", labels("area:a", "requirement:A-01")...), sp("two", "requirement:A-02", "observes")}
	proof := []bank.Fault{{ID: "f", Requirement: "A-01", Also: []string{"A-02"}}}
	for name, c := range map[string]struct {
		specs  []engine.Spec
		faults []bank.Fault
		change func(*spec.Catalogue)
		want   []string
	}{
		"nothing": {good, proof, nil, nil},
		"no spec": {good[1:], proof, nil, []string{
			`A-01 (demo.yaml:6) has neither a spec nor a reason why it cannot be checked from outside: write a spec that Judges("A-01")`}},
		"no spec for what cannot fail": {good[:1], proof, nil, []string{"A-02 (demo.yaml:0) has neither a spec nor a reason"}},
		"a spec and a reason": {append(slices.Clone(good), sp("three", "requirement:A-03")), proof, nil, []string{
			"A-03 (demo.yaml:0) is said to be unchecked and has a spec at suites/demo.go:7"}},
		"no fault": {good, nil, nil, []string{"A-01 (demo.yaml:6) has no fault that proves its specs"}},
		"no requirement": {append(slices.Clone(good), sp("three", "area:a")), proof, nil, []string{
			`the spec "three" (suites/demo.go:7) names no requirement`}},
		"two requirements": {append(slices.Clone(good), sp("three", "requirement:A-01", "requirement:A-02")), proof, nil, []string{
			`the spec "three" (suites/demo.go:7) names A-01 and A-02: a spec names one`}},
		"an unknown requirement": {append(slices.Clone(good), sp("three", "requirement:A-99")), proof, nil, []string{
			`the spec "three" (suites/demo.go:7) names the unknown requirement A-99`}},
		"a must that is observed": {append(slices.Clone(good), sp("three", "requirement:A-01", "observes")), proof, nil, []string{
			`the spec "three" (suites/demo.go:7) observes A-01, which is of level must`}},
		"the same name": {append(slices.Clone(good), sp("one", "requirement:A-01")), proof, nil, []string{
			`the spec "one" (suites/demo.go:7) has the full text of another one`}},
		"several": {nil, nil, func(c *spec.Catalogue) { c.Requirements[2].Unchecked = "" }, []string{"A-01", "A-02", "A-03"}},
	} {
		t.Run(name, func(t *testing.T) {
			changed := *catalogue
			changed.Requirements = slices.Clone(catalogue.Requirements)
			if c.change != nil {
				c.change(&changed)
			}
			for i := range c.specs {
				if ids := strings.Fields(strings.Join(c.specs[i].Labels, " ")); len(ids) > 0 {
					for _, label := range slices.Backward(ids) {
						if id, ok := strings.CutPrefix(label, "requirement:"); ok {
							c.specs[i].Requirement = id
						}
					}
				}
			}
			got := coverage.Gaps(rowsOf(t, &changed, c.specs, c.faults), c.specs)
			if len(got) != len(c.want) {
				t.Fatalf("wanted %d gaps, got %q", len(c.want), got)
			}
			for i, want := range c.want {
				if !strings.HasPrefix(got[i], want) {
					t.Errorf("wanted %q, got %q", want, got[i])
				}
			}
		})
	}
}

func rowsOf(t *testing.T, catalogue *spec.Catalogue, specs []engine.Spec, known []bank.Fault) []coverage.Row {
	t.Helper()
	contract, err := spec.Load(spec.LoadOptions{API: "demo", Catalogue: catalogue})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := coverage.Matrix(contract, specs, known)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
