package proof

import (
	"cmp"
	"context"
	"slices"
	"time"

	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
)

// Outcome is what the suites found out about one subject, as it crosses from a
// worker to its parent.
type Outcome struct {
	Subject  Subject                  `json:"subject"`
	Verdict  verdict.Verdict          `json:"verdict"`
	Sentence string                   `json:"sentence"`
	Failed   []string                 `json:"failed"` // ids of the must and should requirements that failed, sorted
	Open     []Open                   `json:"open"`   // those that were neither passed nor failed
	Findings []record.Finding         `json:"findings"`
	Formal   bool                     `json:"formal"` // an answer broke the OpenAPI description: no suite is needed to see that
	Errors   []string                 `json:"errors"` // internal ones
	States   map[string]verdict.State `json:"states"` // of every requirement
	Requests int                      `json:"requests"`
	Elapsed  time.Duration            `json:"elapsedNS"`
}

// Open is a requirement that applies and was not judged.
type Open struct {
	Requirement string        `json:"requirement"`
	Level       spec.Level    `json:"level"`
	State       verdict.State `json:"state"`
	Reason      string        `json:"reason"`
}

// settle is how long a price or stock may take to show: the reference shows it at once.
const settle = 100 * time.Millisecond

// patience is the time limit of one request: the reference answers in a
// millisecond, and faults that wait do so for less than a second.
const patience = 5 * time.Second

// Attempt runs the specs against a subject, in this process.
func Attempt(ctx context.Context, s Subject, seed int64) (Trial, error) {
	a, err := ArenaOf(s.Suite)
	if err != nil {
		return Trial{}, err
	}
	return a.attempt(ctx, a, s, Options{Seed: seed, Timeout: patience, Settle: settle, Muted: s.Muted})
}

// Examine is Attempt, and says what came out.
func Examine(ctx context.Context, s Subject, seed int64) (Outcome, error) {
	start := time.Now()
	trial, err := Attempt(ctx, s, cmp.Or(s.Seed, seed))
	if err != nil {
		return Outcome{}, err
	}
	out := outcome(trial)
	out.Subject, out.Elapsed = s, time.Since(start)
	return out, nil
}

func outcome(trial Trial) Outcome {
	out := Outcome{
		Verdict: trial.Result.Verdict, Sentence: trial.Result.Sentence, Failed: trial.Failed(),
		Errors: trial.Result.InternalErrors, Requests: len(trial.Exchanges), States: map[string]verdict.State{},
	}
	for _, r := range trial.Result.Requirements {
		out.States[r.ID] = r.State
		switch r.State {
		case verdict.Inconclusive, verdict.NotRun:
			out.Open = append(out.Open, Open{r.ID, r.Level, r.State, r.Reason})
		}
	}
	for _, f := range trial.Records.Findings {
		if slices.Contains(out.Failed, f.Requirement) {
			out.Findings = append(out.Findings, f)
		}
	}
	slices.SortFunc(out.Findings, func(a, b record.Finding) int {
		return cmp.Or(cmp.Compare(a.Requirement, b.Requirement), cmp.Compare(a.Spec, b.Spec), cmp.Compare(a.Message, b.Message))
	})
	blamed := map[string]bool{}
	for _, f := range out.Findings {
		blamed[f.Exchange] = true
	}
	for _, x := range trial.Exchanges {
		if blamed[x.ID] && len(trial.contract.Judge(x).Violations) > 0 {
			out.Formal = true
			break
		}
	}
	return out
}
