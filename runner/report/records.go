package report

import (
	"strings"

	"slices"
	"time"

	"cartconform/runner/journal"
	"cartconform/runner/verdict"
	"cartconform/suites/record"
)

// Records returns what the report says that its run recorded: everything that
// its states and its verdict follow from.
func (r Report) Records() journal.Records {
	var out journal.Records
	for _, q := range r.Requirements {
		for _, s := range q.Specs {
			if s.ran() || s.interrupted() {
				out.Specs = append(out.Specs, s.record(q.ID))
			}
		}
		for _, f := range q.Findings {
			recorded := record.Finding{
				Requirement: q.ID, Spec: f.Spec, Exchange: f.Exchange, Wanted: f.Wanted, Got: f.Got, Message: f.Message, Contract: f.Contract,
				Sequence: f.Sequence, Steps: f.Steps,
			}
			if !verdict.EmptyClaim(q.Feature, recorded) {
				out.Findings = append(out.Findings, recorded)
			}
		}
		for _, o := range q.Observations {
			out.Observations = append(out.Observations, record.Observation{
				Requirement: q.ID, Spec: o.Spec, Exchange: o.Exchange, Subject: o.Subject, Seen: o.Seen,
			})
		}
	}
	for _, d := range r.Drift {
		seen := record.Drift{Kind: d.Kind, Operation: d.Operation, Status: d.Status, Where: d.Where, Value: d.Value, Exchange: d.Exchange}
		out.Drift = append(out.Drift, slices.Repeat([]record.Drift{seen}, d.Count)...)
	}
	return out
}

func (s Spec) record(requirement string) record.Spec {
	out := record.Spec{
		Name: s.Name, Requirement: requirement, File: s.File, Line: s.Line, Lane: s.Lane,
		Outcome: record.Outcome(s.Outcome), Reason: s.Reason, Exchanges: s.Exchanges, Answered: s.Answered, Assertions: s.Assertions,
		Duration: time.Duration(s.DurationMS*1000+0.5) * time.Microsecond,
		Process:  s.Process, Calls: s.Calls, Start: s.Start,
	}
	if s.interrupted() {
		out.Outcome = record.Interrupted
	}
	return out
}

func (s Spec) ran() bool { return s.Outcome != string(verdict.DidNotRun) }

// interrupted reports whether the spec was under way when the run ended: it left
// a record, and therefore its place in the source is known.
func (s Spec) interrupted() bool { return !s.ran() && s.File != "" }

// leftOut reports whether a filter or a shard kept the spec from running.
func (s Spec) leftOut() bool { return !s.ran() && !s.interrupted() && s.Reason == verdict.LeftOut }

// StopReason says why specs did not run that were not left out; "" when there are
// none.
func (r Report) StopReason() string {
	for _, q := range r.Requirements {
		for _, s := range q.Specs {
			if !s.ran() && !s.interrupted() && !s.leftOut() {
				return s.Reason
			}
		}
	}
	for _, q := range r.Requirements { // all that did not run were cut off: only their rows say by what
		if _, why, found := strings.Cut(q.Reason, " not run: "); found && q.State == verdict.NotRun && why != verdict.LeftOut {
			return why
		}
	}
	return ""
}

// Lanes gives how many lanes the specs of the run had, as far as they were recorded.
func (r Report) Lanes() int {
	lanes := max(1, r.Target.Lanes)
	for _, s := range r.Records().Specs {
		lanes = max(lanes, s.Lane+1)
	}
	return lanes
}
