package proof_test

import (
	"strings"
	"testing"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
)

// Whatever side of an open choice the reference takes, it keeps every promise:
// the suites decide nothing that the documents leave open. The default sides
// together are TestReferenceIsConformant's. CARTCONFORM_CHOICE tries one alone, such
// as SameOfferAgain=separate-line.
func TestChoicesAreConformant(t *testing.T) {
	var sides []string
	for _, info := range reference.ChoiceTable() {
		for _, value := range info.Values[1:] {
			sides = append(sides, info.Name+"="+value)
		}
	}
	inShards(t, "CARTCONFORM_CHOICE", sides, mustConform)
}

func mustConform(t *testing.T, side string) {
	t.Helper()
	name, value, _ := strings.Cut(side, "=")
	choices, err := reference.DefaultChoices().With(name, value)
	if err != nil {
		t.Fatal(err)
	}
	trial, err := proof.Reference(t.Context(), reference.Options{Choices: choices}, nil,
		proof.Options{Seed: 1, Settle: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if trial.Result.Verdict != verdict.Conformant {
		t.Errorf("%s: %s", side, trial.Result.Sentence)
	}
	for _, r := range trial.Result.Requirements {
		for _, f := range r.Findings {
			t.Errorf("%s: %s failed in %q: %s", side, r.ID, f.Spec, f.Message)
		}
		if r.State == verdict.Inconclusive || r.State == verdict.NotRun { // observed: the side gave no chance to break it
			t.Errorf("%s: %s (%s): %s: %s", side, r.ID, r.Level, r.State, r.Reason)
		}
	}
	for _, e := range trial.Result.InternalErrors {
		t.Errorf("%s: internal error: %s", side, e)
	}
}
