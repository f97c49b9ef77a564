package proof_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Ginkgo allows one run at a time in a process, and a run waits half of its time
// (2.6 s, 1.3 s of them at work): targets are dealt out to processes of this
// test's own binary, three for each of the two cores that the tests are planned for.
const (
	shards        = 6
	shardVariable = "CARTCONFORM_PROOF_SHARD"
)

// inShards runs a subtest for each name, in several processes. An environment
// variable may name the one that is wanted alone.
func inShards(t *testing.T, alone string, names []string, one func(t *testing.T, name string)) {
	t.Helper()
	if name := os.Getenv(alone); name != "" {
		one(t, name)
		return
	}
	if shard := os.Getenv(shardVariable); shard != "" {
		mine, err := strconv.Atoi(shard)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			if i%shards == mine {
				t.Run(name, func(t *testing.T) { one(t, name) })
			}
		}
		return
	}
	var done sync.WaitGroup
	for shard := range shards {
		done.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=30m", "-test.v=false")
			// A trial makes much short-lived garbage: collecting it less often saves a
			// tenth of the time (3.8 s instead of 4.1 s for three runs).
			cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", shardVariable, shard), "GOGC=400")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("shard %d: %v\n%s", shard, err, strings.TrimSuffix(string(out), "FAIL\n"))
			}
		})
	}
	done.Wait()
}
