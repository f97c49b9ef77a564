package session

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/onsi/ginkgo/v2"

	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/runner/redact"
	"cartconform/runner/repertoire"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// embeddedTarget is the value of CARTCONFORM_TARGET that asks for the embedded
// reference.
const embeddedTarget = "embedded"

// GoTest runs the suite of a name under go test or the ginkgo command,
// with their flags and their output. The target comes from CARTCONFORM_TARGET (a
// base URL, or "embedded") and CARTCONFORM_CONFIG. No target is a failure: a
// suite that asks nobody anything is not ok. A suite whose API the description does
// not have is skipped.
func GoTest(t *testing.T, suite string) {
	t.Helper()
	url := os.Getenv(variableTarget)
	if url == "" {
		t.Fatalf("%s is not set: wanted the base URL of a target, or %q for the embedded reference implementation", variableTarget, embeddedTarget)
	}
	config := Config{Suites: []string{suite}, DescriptionPath: os.Getenv(variableConfig), TargetURL: url, Procs: 1, Seed: 1, ResetCart: os.Getenv(variableReset) == "true"}
	if url == embeddedTarget {
		config.TargetURL = ""
	}
	s, err := prepare(config)
	if undescribed := (*repertoire.Undescribed)(nil); errors.As(err, &undescribed) {
		t.Skip(err) // the target has the other API
	}
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	flags, _ := ginkgo.GinkgoConfiguration()
	if lanes := s.lanes(flags.ParallelTotal); flags.ParallelTotal > lanes {
		t.Fatalf("wanted at most %d processes, one for each of the description's lanes, got %d", lanes, flags.ParallelTotal)
	}
	config.Seed = flags.RandomSeed

	redactor := redact.New(s.description.Secrets)
	company, release, err := s.company(t.Context(), config, sending{procs: flags.ParallelTotal, redactor: redactor})
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	only := company[0]
	memory, play := &journal.Memory{}, only.play
	play.Records = redacted{redactor, memory}
	rehearse := play
	if own := *play.Target; flags.ParallelTotal > 1 { // the other lanes are other processes'
		own.Lanes = own.Lanes[flags.ParallelProcess-1:][:1]
		rehearse = &stage.Play{Target: &own, Contract: play.Contract, Sender: play.Sender, Seed: config.Seed, Mark: play.Mark, Records: silent{}}
	}
	rehearsal := only.suite.Rehearse(t.Context(), rehearse, config.ResetCart)
	for _, trial := range rehearsal.Fatal() {
		t.Fatal(redactor.String(s.locate(trial.Key) + ": " + trial.Detail))
	}
	play.Target.Data, play.Doubts = rehearse.Target.Data, rehearsal.Doubts()
	if rehearse != play {
		play.UseCarts(map[int]string{flags.ParallelProcess - 1: rehearse.Carts()[0]})
	}

	engine.RunTest(t, engine.Cast{Register: only.suite.Register, Play: play})
	only.cleanUpLanes(context.Background(), flags.ParallelProcess-1)
	if flags.ParallelTotal > 1 {
		return // each process knows a part; Ginkgo has shown what failed
	}
	s.conclude(t, play, memory.Records())
}

// The environment of GoTest: the flags of cartconform run by their variables.
const (
	variableTarget = "CARTCONFORM_TARGET"
	variableConfig = "CARTCONFORM_CONFIG"
	variableReset  = "CARTCONFORM_RESET_CART"
)

// conclude fails the test unless the target is conformant. Specs that Ginkgo's
// flags left out are not held against it, unless nothing was left.
func (s *setting) conclude(t *testing.T, play *stage.Play, records journal.Records) {
	t.Helper()
	specs := s.preview()
	input := Question(play.Target, s.suites, specs)
	input.Records, input.LeftOut = records, map[string]bool{}
	ran := map[string]bool{}
	for _, r := range records.Specs {
		ran[r.Name] = true
	}
	for _, sp := range specs {
		input.LeftOut[sp.Name] = !ran[sp.Name]
	}
	result := verdict.Evaluate(input)
	if code := result.Exit(); code != verdict.ExitOK {
		t.Errorf("exit code %d: %s", code, result.Sentence)
		for _, r := range result.Requirements {
			if r.State == verdict.Inconclusive && r.Decides(spec.Should) {
				t.Errorf("%s is inconclusive: %s", r.ID, r.Reason)
			}
		}
		return
	}
	t.Log(result.Sentence)
}
