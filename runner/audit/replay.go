package audit

import (
	"bytes"
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
	"cartconform/spec"
	"cartconform/suites/stage"
)

// replay judges the exchanges again and compares the states.
func (a *audit) replay(ctx context.Context) {
	if !a.options.Replay || !a.readable {
		return
	}
	again, err := replayed(ctx, a.folder.dir)
	if err != nil {
		a.wrong("replay", har.File, "exchanges that can be judged again (--no-replay leaves this out)", err.Error())
		return
	}
	a.rejudged = true
	c := comparison{said: a.report, again: again, marked: marked(a.archive)}
	a.differ("replay", report.JSONFile, c.differences())
	a.unsure = c.unsure
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

// comparison is a report beside that of judging its exchanges again.
type comparison struct {
	said, again report.Report
	marked      map[string]bool // exchanges and specs with an answer that a secret was taken out of
	unsure      []string        // what rests on such answers, and came out otherwise
}

// marked gives the ids of exchanges whose answers are not as they were judged,
// because a secret was taken out of them, and the specs that asked for them.
func marked(archive []spec.Exchange) map[string]bool {
	out := map[string]bool{}
	for _, x := range archive {
		if x.Response == nil {
			continue
		}
		found := bytes.Contains(x.Response.Body, []byte(redact.Mark))
		for name, values := range x.Response.Header {
			found = found || strings.Contains(name, redact.Mark) ||
				!redact.Credential(name) && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, redact.Mark) })
		}
		if found {
			out[x.ID], out[stage.Scene(x.Spec)] = true, true
		}
	}
	return out
}

// differences gives what came out otherwise. The states come first; of a
// requirement whose state is another one nothing else is told.
func (c *comparison) differences() []difference {
	const by = " by the recorded exchanges"
	var all []difference
	said := map[string]report.Requirement{}
	for _, q := range c.said.Requirements {
		said[q.ID] = q
	}
	again := c.again
	again.Requirements = slices.Clone(again.Requirements)
	for i, q := range again.Requirements {
		s, there := said[q.ID]
		q.Specs = asCutOff(q.Specs, s.Specs)
		again.Requirements[i] = q
		switch {
		case !there:
		case len(documentDifferences(q, s)) > 0 && c.maskedBy(s, q):
			c.unsure = append(c.unsure, q.ID)
			again.Requirements[i] = s
		case s.State != q.State:
			all = append(all, difference{
				"requirements " + q.ID + " state", fmt.Sprintf("%s%s (%s)", q.State, by, because(q)), string(s.State),
			})
			again.Requirements[i] = s
		}
	}
	if again.Verdict != c.said.Verdict && len(c.unsure) == 0 {
		all = append(all, difference{"verdict", string(again.Verdict) + by, string(c.said.Verdict)})
	}
	if len(c.marked) > 0 && len(documentDifferences(again.Drift, c.said.Drift)) > 0 {
		c.unsure, again.Drift = append(c.unsure, "the drift"), c.said.Drift
	}
	// What follows from the states is checked already; the rest is another run's.
	again.Verdict, again.Exit, again.Totals, again.Sentence = c.said.Verdict, c.said.Exit, c.said.Totals, c.said.Sentence
	again.Command, again.Replay, again.InternalErrors, again.Waivers = c.said.Command, c.said.Replay, c.said.InternalErrors, c.said.Waivers
	for _, d := range reportDifferences(again, c.said) {
		d.wanted += by
		all = append(all, d)
	}
	return all
}

// asCutOff gives specs with the counts of those that were cut off by the end of the
// run: how far such a spec came is a matter of the moment. What the archive holds
// of it is counted elsewhere.
func asCutOff(again, said []report.Spec) []report.Spec {
	again = slices.Clone(again)
	for i := range again {
		if cut := string(verdict.DidNotRun); i < len(said) && again[i].Outcome == cut && said[i].Outcome == cut {
			s := said[i]
			again[i].Calls, again[i].Exchanges, again[i].Answered, again[i].Assertions = s.Calls, s.Exchanges, s.Answered, s.Assertions
		}
	}
	return again
}

// maskedBy reports whether a row may have come out otherwise because of secrets
// that were taken out of answers. A finding in an answer that is as it was is no
// such thing.
func (c *comparison) maskedBy(said, again report.Requirement) bool {
	if len(said.Findings) == 0 && len(again.Findings) > 0 {
		return !slices.ContainsFunc(again.Findings, func(f report.Finding) bool { return !c.marked[f.Exchange] })
	}
	for _, q := range []report.Requirement{said, again} {
		if slices.ContainsFunc(q.Specs, func(s report.Spec) bool { return c.marked[s.Name] }) ||
			slices.ContainsFunc(q.Findings, func(f report.Finding) bool { return c.marked[f.Exchange] }) ||
			slices.ContainsFunc(q.Observations, func(o report.Observation) bool { return c.marked[o.Exchange] }) {
			return true
		}
	}
	return false
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
