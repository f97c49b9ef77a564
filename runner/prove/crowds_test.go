package prove

import (
	"testing"

	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/suites/record"
)

// What a crowd found once is dropped, and what comes again or was found by others stays.
func TestConfirmed(t *testing.T) {
	const crowd, single = "business cart concurrency brings nothing back that was cleared in a crowd", "business cart reading reads every line"
	fault := func(id, requirement, spec string) (matrix.Fault, proof.Outcome) {
		blame := matrix.Blame{Requirement: requirement, Specs: []string{spec}}
		return matrix.Fault{ID: id, Collateral: []matrix.Blame{blame}}, proof.Outcome{
			Subject: proof.Subject{Kind: proof.Fault, Name: id}, Findings: []record.Finding{{Requirement: requirement, Spec: spec}},
		}
	}
	var m matrix.Matrix
	var outcomes []proof.Outcome
	for _, c := range []struct{ id, requirement, spec string }{
		{"modify-ignored", "CART-DEL-03", crowd},        // it breaks nothing of it
		{"reject-as-400", "CART-REJECTED", single},      // not a crowd's: not tried again
		{"modify-keeps-old-line", "CART-MOD-05", crowd}, // what it breaks comes again
	} {
		f, o := fault(c.id, c.requirement, c.spec)
		m.Faults, outcomes = append(m.Faults, f), append(outcomes, o)
	}
	after, err := confirmed(t.Context(), 1, byCrowds(m, outcomes), m, outcomes)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 1, 1} {
		if got := len(after[i].Findings); got != want {
			t.Errorf("%s: wanted %d findings to stay, got %d", after[i].Subject.Name, want, got)
		}
	}
	if len(outcomes[0].Findings) != 1 {
		t.Error("wanted the first outcomes left as they were")
	}
}
