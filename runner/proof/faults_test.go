package proof_test

import (
	"slices"
	"testing"
	"time"

	"cartconform/fixtures/faults"
	"cartconform/runner/proof"
)

// Every known fault is caught by a spec of the requirement that it violates, and
// nothing else is blamed. CARTCONFORM_FAULT tries one alone.
func TestFaultsAreCaught(t *testing.T) {
	var ids []string
	for _, fault := range faults.All() {
		ids = append(ids, fault.ID)
	}
	inShards(t, "CARTCONFORM_FAULT", ids, func(t *testing.T, id string) {
		fault, err := faults.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		mustBeCaught(t, fault)
	})
}

func mustBeCaught(t *testing.T, fault faults.Fault) {
	t.Helper()
	options, how := proof.Claiming(fault, proof.Options{Seed: 1, Timeout: 5 * time.Second, Settle: 100 * time.Millisecond})
	trial, err := proof.Reference(t.Context(), options, nil, how)
	if err != nil {
		t.Fatal(err)
	}
	failed := trial.Failed()
	if !slices.Contains(caught(trial), fault.Requirement) {
		t.Errorf("%s survives (%s:%d): wanted a finding by a spec of %s, got findings of %v\n%s", fault.ID, fault.File, fault.Line,
			fault.Requirement, failed, trial.Result.Sentence)
	}
	for _, id := range failed {
		if id == fault.Requirement || slices.Contains(fault.Also, id) {
			continue
		}
		for _, f := range trial.Records.Findings {
			if f.Requirement == id {
				t.Errorf("%s is blamed on %s, which it neither names nor lists, by %q:\n%s", fault.ID, id, f.Spec, f.Message)
				break
			}
		}
	}
	for _, e := range trial.Result.InternalErrors {
		t.Errorf("internal error: %s", e)
	}
}

// caught gives the ids for which a spec of the very id reported a finding. What a
// spec of another id happens to notice is no kill.
func caught(trial proof.Trial) []string {
	judges := map[string]string{}
	for _, s := range trial.Records.Specs {
		judges[s.Name] = s.Requirement
	}
	var ids []string
	for _, f := range trial.Records.Findings {
		if judges[f.Spec] == f.Requirement {
			ids = append(ids, f.Requirement)
		}
	}
	return ids
}
