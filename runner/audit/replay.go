package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"cartconform/runner/har"
	"cartconform/runner/redact"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
)

// replay judges the exchanges again and compares the states.
func (a *audit) replay(ctx context.Context) {
	if !a.options.Replay || !a.readable {
		return
	}
	again, err := replayed(ctx, a.folder.dir)
	if err != nil {
		a.wrong("replay", har.File, "exchanges that can be judged again", err.Error())
		return
	}
	a.rejudged = true
	a.differ("replay", report.JSONFile, replayDifferences(again, a.report))
}

// replayed gives the report of judging a folder's exchanges again.
func replayed(ctx context.Context, dir string) (report.Report, error) {
	out, err := os.MkdirTemp("", "cartconform-check-")
	if err != nil {
		return report.Report{}, fmt.Errorf("make room for the replay: %w", err)
	}
	again, err := session.Replay(ctx, dir, out)
	return again, errors.Join(err, os.RemoveAll(out))
}

// replayDifferences compares a report with that of judging its exchanges again.
// The states come first; of a requirement whose state is another one nothing else
// is told.
func replayDifferences(again, r report.Report) []difference {
	const by = " by the recorded exchanges"
	var all []difference
	said := map[string]report.Requirement{}
	for _, q := range r.Requirements {
		said[q.ID] = q
	}
	again.Requirements = slices.Clone(again.Requirements)
	for i, q := range again.Requirements {
		if s, there := said[q.ID]; there && s.State != q.State {
			all = append(all, difference{
				"requirements " + q.ID + " state", fmt.Sprintf("%s%s (%s)", q.State, by, because(q)), string(s.State),
			})
			again.Requirements[i] = s
		}
	}
	if again.Verdict != r.Verdict {
		all = append(all, difference{"verdict", string(again.Verdict) + by, string(r.Verdict)})
	}
	// What follows from the states is checked already; the rest is another run's.
	again.Verdict, again.Exit, again.Totals, again.Sentence = r.Verdict, r.Exit, r.Totals, r.Sentence
	again.Command, again.Replay, again.InternalErrors, again.Waivers = r.Command, r.Replay, r.InternalErrors, r.Waivers
	for _, d := range reportDifferences(again, r) {
		// A text that quotes what was redacted may have been cut elsewhere.
		if !strings.Contains(d.wanted+d.got, redact.Mark) {
			d.wanted += by
			all = append(all, d)
		}
	}
	return all
}

// because says why a requirement is in its state.
func because(q report.Requirement) string {
	if len(q.Findings) > 0 {
		line, _, _ := strings.Cut(q.Findings[0].Message, "\n")
		return clip(line)
	}
	if q.Reason != "" {
		return clip(q.Reason)
	}
	if q.State == verdict.Passed {
		return "every spec of it passed"
	}
	return "no reason given"
}
