package proof_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
)

// Every known fault is caught by a spec of the requirement that it violates, and
// nothing else is blamed.
func TestFaultsAreCaught(t *testing.T) {
	for _, fault := range faults.All() {
		if only := os.Getenv("CARTCONFORM_FAULT"); only != "" && only != fault.ID {
			continue
		}
		t.Run(fault.ID, func(t *testing.T) {
			trial, err := proof.Reference(t.Context(), reference.Options{Points: fault.Points()}, nil,
				proof.Options{Seed: 1, Timeout: 5 * time.Second, Settle: 100 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			failed := trial.Failed()
			if !slices.Contains(failed, fault.Requirement) {
				t.Errorf("%s survives (%s:%d): wanted a finding of %s, got %v\n%s", fault.ID, fault.File, fault.Line,
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
		})
	}
}
