package proof_test

import (
	"testing"

	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
)

// The reference keeps every promise that applies to it, and none is left
// inconclusive. runner/prove tries it with other seeds.
func TestReferenceIsConformant(t *testing.T) {
	trial, err := proof.Reference(t.Context(), reference.Options{}, nil, proof.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if trial.Result.Verdict != verdict.Conformant {
		t.Error(trial.Result.Sentence)
	}
	for _, r := range trial.Result.Requirements {
		for _, f := range r.Findings {
			t.Errorf("%s failed in %q: %s", r.ID, f.Spec, f.Message)
		}
		if r.State == verdict.Inconclusive || r.State == verdict.NotRun || r.State == verdict.Observed && r.Level != spec.May {
			t.Errorf("%s (%s): %s: %s", r.ID, r.Level, r.State, r.Reason)
		}
	}
	for _, s := range trial.Records.Specs { // one that passed and asked or asserted nothing is inconclusive
		if s.Exchanges == 0 && s.Outcome != record.NotApplied {
			t.Errorf("%s: %q made no exchange (%s)", s.Requirement, s.Name, s.Outcome)
		}
	}
	for _, e := range trial.Result.InternalErrors {
		t.Errorf("internal error: %s", e)
	}
}
