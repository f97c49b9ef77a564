package verdict

import (
	"cmp"
	"maps"
	"slices"

	"cartconform/spec"
	"cartconform/suites/record"
)

// specsOf lists the specs of one requirement: a line for each declared one, in
// order, with its record or as not run; then those that only their records know.
// A name that was declared n times needs n records.
func (e *evaluation) specsOf(id string) []Spec {
	byName := map[string][]record.Spec{}
	for _, s := range e.specs[id] {
		byName[s.Name] = append(byName[s.Name], s)
	}
	for _, same := range byName {
		slices.SortStableFunc(same, func(a, b record.Spec) int { return cmp.Compare(a.Line, b.Line) })
	}
	var specs []Spec
	for _, name := range e.in.Specs[id] {
		same := byName[name]
		if len(same) == 0 {
			specs = append(specs, Spec{Name: name, Outcome: DidNotRun, Reason: e.whyNot(name)})
			continue
		}
		specs = append(specs, ended(same[0]))
		byName[name] = same[1:]
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		for _, s := range byName[name] {
			specs = append(specs, ended(s))
		}
	}
	return specs
}

// ended turns a record into a line of the result. A spec that passed and was
// never answered, or compared nothing, has checked nothing.
func ended(s record.Spec) Spec {
	out := Spec{
		Name:       s.Name,
		File:       s.File,
		Line:       s.Line,
		Lane:       s.Lane,
		Outcome:    s.Outcome,
		Reason:     s.Reason,
		Exchanges:  s.Exchanges,
		Answered:   s.Answered,
		Assertions: s.Assertions,
		Duration:   s.Duration,
		Process:    s.Process,
		Calls:      s.Calls,
		Start:      s.Start,
	}
	switch s.Outcome {
	case record.Passed:
		switch {
		case s.Answered <= 0:
			out.Outcome, out.Reason = record.Inconclusive, "asked nothing that was answered"
		case s.Assertions <= 0:
			out.Outcome, out.Reason = record.Inconclusive, "asserted nothing"
		}
	case record.Interrupted:
		out.Outcome = DidNotRun
		out.Reason = orElse(s.Reason, "interrupted")
	case record.Failed, record.Inconclusive, record.Observed, record.NotApplied, record.Broken:
	default:
		out.Outcome, out.Reason = record.Broken, "unknown outcome "+string(s.Outcome)
	}
	return out
}

// LeftOut is the reason of what a filter or a shard kept from running.
const LeftOut = "left out by the filter or shard"

// whyNot says why a declared spec did not run.
func (e *evaluation) whyNot(name string) string {
	switch {
	case e.in.LeftOut[name]:
		return LeftOut
	case e.in.StopReason != "":
		return e.in.StopReason
	case e.in.Interrupted:
		return "the run was interrupted"
	case len(e.in.Records.Torn) > 0:
		return "the run ended in the middle of a record"
	}
	return "left no record"
}

// missingFindings makes up for specs that failed and left no finding, so that a
// failure can never get lost between two records.
func missingFindings(r Requirement) []record.Finding {
	var findings []record.Finding
	for _, s := range r.Specs {
		observed := r.Level == spec.May && slices.ContainsFunc(r.Observations, func(o record.Observation) bool { return o.Spec == s.Name })
		if s.Outcome == record.Failed && !observed {
			findings = append(findings, record.Finding{
				Requirement: r.ID,
				Spec:        s.Name,
				Message:     orElse(s.Reason, "the spec failed and does not say why"),
			})
		}
	}
	return findings
}

// asObservations turns findings of an open choice into observations.
func asObservations(findings []record.Finding) []record.Observation {
	var observations []record.Observation
	for _, f := range findings {
		observations = append(observations, record.Observation{
			Requirement: f.Requirement,
			Spec:        f.Spec,
			Exchange:    f.Exchange,
			Subject:     orElse(f.Wanted, "an open choice"),
			Seen:        orElse(f.Got, f.Message),
		})
	}
	return observations
}
