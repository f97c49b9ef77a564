package proof_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
)

// Ginkgo allows one run at a time in a process, and a run waits more than it
// works: the faults are dealt out to processes of this test's own binary.
const (
	shards        = 2
	shardVariable = "CARTCONFORM_PROOF_SHARD"
	faultVariable = "CARTCONFORM_FAULT" // tries one fault alone
)

// Every known fault is caught by a spec of the requirement that it violates, and
// nothing else is blamed.
func TestFaultsAreCaught(t *testing.T) {
	all := faults.All()
	if id := os.Getenv(faultVariable); id != "" {
		fault, err := faults.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		mustBeCaught(t, fault)
		return
	}
	if shard := os.Getenv(shardVariable); shard != "" {
		mine, err := strconv.Atoi(shard)
		if err != nil {
			t.Fatal(err)
		}
		for i, fault := range all {
			if i%shards == mine {
				t.Run(fault.ID, func(t *testing.T) { mustBeCaught(t, fault) })
			}
		}
		return
	}
	var done sync.WaitGroup
	for shard := range shards {
		done.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFaultsAreCaught$", "-test.timeout=20m", "-test.v=false")
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", shardVariable, shard))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("shard %d of the faults: %v\n%s", shard, err, strings.TrimSuffix(string(out), "FAIL\n"))
			}
		})
	}
	done.Wait()
}

func mustBeCaught(t *testing.T, fault faults.Fault) {
	t.Helper()
	trial, err := proof.Reference(t.Context(), reference.Options{Points: fault.Points()}, nil,
		proof.Options{Seed: 1, Timeout: 5 * time.Second, Settle: 100 * time.Millisecond})
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
