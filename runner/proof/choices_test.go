package proof_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Whatever side of an open choice the reference takes, it keeps every promise:
// the suites decide nothing that the documents leave open. The default sides
// together are TestReferenceIsConformant's. CARTCONFORM_CHOICE tries one alone, such
// as SameOfferAgain=separate-line, or several at once, with commas between.
func TestChoicesAreConformant(t *testing.T) {
	var sides []string
	for _, info := range reference.ChoiceTable() {
		for _, value := range info.Values[1:] {
			sides = append(sides, info.Name+"="+value)
		}
	}
	inShards(t, "CARTCONFORM_CHOICE", sides, mustConform)
}

// mustConform tries one side of a choice, or several of different choices, with commas between.
func mustConform(t *testing.T, side string) {
	t.Helper()
	choices, err := reference.ParseChoices(side)
	if err != nil {
		t.Fatal(err)
	}
	options := proof.Options{Seed: 1, Settle: 100 * time.Millisecond}
	wanted := verdict.Conformant
	ids := concerned(t, side)
	if len(ids) > 0 {
		options.Filter, wanted = stage.Filter(ids), verdict.Partial
	}
	trial, err := proof.Reference(t.Context(), reference.Options{Choices: choices}, nil, options)
	if err != nil {
		t.Fatal(err)
	}
	if trial.Result.Verdict != wanted {
		t.Errorf("%s: %s", side, trial.Result.Sentence)
	}
	for _, r := range trial.Result.Requirements {
		if len(ids) > 0 && !slices.Contains(ids, r.ID) {
			continue
		}
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

// concerned lists the requirements that choices can matter to; none for all. What
// the neighbours choose only those see that order or search.
func concerned(t *testing.T, sides string) []string {
	t.Helper()
	neighbours := reference.NeighbourChoices()
	for side := range strings.SplitSeq(sides, ",") {
		name, _, _ := strings.Cut(side, "=")
		if !slices.ContainsFunc(neighbours, func(info reference.ChoiceInfo) bool { return info.Name == name }) {
			return nil
		}
	}
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range contract.Catalogue().Requirements {
		if r.Feature == string(target.Ordering) || r.Feature == string(target.ProductSearch) {
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		t.Fatal("wanted requirements of orders and searches, got none")
	}
	return ids
}
