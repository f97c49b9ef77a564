package verdict_test

import (
	"testing"

	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
)

func buildsOn(ids ...string) func(*spec.Requirement) {
	return func(r *spec.Requirement) { r.BuildsOn = ids }
}

// brokenRun is a run in which some of the promises A, B (builds on A) and C (builds on
// B) are broken.
func brokenRun(ids string, waivers ...waiver.Waiver) verdict.Result {
	in := verdict.Input{
		Catalogues: catalogue(row(id("C"), buildsOn("B")), row(id("B"), buildsOn("A")), row()),
		Specs:      map[string][]string{"A": {"a"}, "B": {"b"}, "C": {"c"}},
		Waivers:    waivers,
		Records:    specs(of("A", ended("a", record.Passed)), of("B", ended("b", record.Passed)), of("C", ended("c", record.Passed))),
	}
	for _, broken := range ids {
		in.Records.Findings = append(in.Records.Findings, record.Finding{Requirement: string(broken), Spec: "x", Message: "broken"})
	}
	return verdict.Evaluate(in)
}

func TestFindingsOfWhatBuildsOnAFailureAreNotCounted(t *testing.T) {
	for _, test := range []struct{ broken, c, b, a string }{
		{"", "passed", "passed", "passed"},
		{"A", "passed", "passed", "failed"},
		{"B", "passed", "failed", "passed"},
		{"BA", "passed", "inconclusive", "failed"},
		{"CB", "inconclusive", "failed", "passed"},
		{"CA", "failed", "passed", "failed"},        // what lies between was kept
		{"CBA", "failed", "inconclusive", "failed"}, // B is not known to be broken
	} {
		r := brokenRun(test.broken)
		states := [3]string{string(r.Requirements[0].State), string(r.Requirements[1].State), string(r.Requirements[2].State)}
		if want := [3]string{test.c, test.b, test.a}; states != want {
			t.Errorf("%q broken: wanted C, B and A %v, got %v", test.broken, want, states)
		}
	}
	b := brokenRun("BA").Requirements[1]
	if want := "builds on A, which failed: 1 finding not counted"; b.Reason != want || len(b.Findings) != 1 {
		t.Errorf("wanted %q and the finding kept, got %q and %d findings", want, b.Reason, len(b.Findings))
	}
}

// Who answers for a failure answers for what comes of it, too.
func TestAWaivedFailurePutsNothingAside(t *testing.T) {
	waived := func(id string) waiver.Waiver { return waiver.Waiver{ID: id, Reason: "known", Expires: "9999-12-31"} }
	if r := brokenRun("BA", waived("A")); r.Requirements[1].State != verdict.Failed || r.Verdict != verdict.NotConformant {
		t.Errorf("wanted B failed beside a waived A, got %s and %s", r.Requirements[1].State, r.Verdict)
	}
	if r := brokenRun("BA", waived("A"), waived("B")); r.Verdict != verdict.ConformantWithWaivers {
		t.Errorf("wanted both waived, got %s", r.Verdict)
	}
}
