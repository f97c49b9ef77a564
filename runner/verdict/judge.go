package verdict

import (
	"fmt"
	"slices"
	"strings"

	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// judge derives the state of one requirement.
func (e *evaluation) judge(c *spec.Catalogue, row spec.Requirement) Requirement {
	r := Requirement{
		Requirement:  row,
		API:          c.API,
		Document:     orElse(c.Documents[row.Source.Document].Title, row.Source.Document),
		Selected:     e.in.Selected == nil || e.in.Selected[row.ID],
		Findings:     slices.Clone(e.findings[row.ID]),
		Observations: slices.Clone(e.observations[row.ID]),
		Specs:        e.specsOf(row.ID),
	}
	if len(r.Findings) == 0 {
		r.Findings = missingFindings(r)
	}
	if r.Level == spec.May {
		r.Observations = append(r.Observations, asObservations(r.Findings)...)
		r.Findings = nil
	}
	slices.SortStableFunc(r.Findings, func(a, b record.Finding) int { return strings.Compare(a.Spec, b.Spec) })
	slices.SortStableFunc(r.Observations, func(a, b record.Observation) int { return strings.Compare(a.Spec, b.Spec) })

	r.State, r.Reason = e.state(r)
	r.leftOut = r.State == NotRun && (!r.Selected || e.onlyLeftOut(r))
	return r
}

// state applies the rules in the order of their weight: evidence against the
// target, then whether the requirement applies, then whether it was to be
// checked, then what its specs said.
func (e *evaluation) state(r Requirement) (State, string) {
	if len(r.Findings) > 0 {
		return Failed, counted(len(r.Findings), "finding")
	}
	if r.Level == spec.May && len(r.Observations) > 0 {
		return Observed, counted(len(r.Observations), "observation")
	}
	if reason := e.notApplicable(r); reason != "" {
		return NotApplicable, reason
	}
	if !r.Selected && !slices.ContainsFunc(r.Specs, ran) {
		return NotRun, LeftOut
	}
	if len(r.Specs) == 0 {
		return Inconclusive, "this version has no spec for it"
	}
	state, reason := e.overSpecs(r)
	if state == NotRun || state == Inconclusive {
		if missing := e.missing(r.Requirement); len(missing) > 0 {
			return Inconclusive, "needs " + strings.Join(missing, ", ") + " in the target description"
		}
	}
	return state, reason
}

func (e *evaluation) notApplicable(r Requirement) string {
	if r.Unchecked != "" && len(r.Specs) == 0 {
		return "cannot be checked from outside: " + r.Unchecked
	}
	if r.Profile == spec.ProfileControlled && e.in.Profile != target.Controlled {
		return fmt.Sprintf("needs profile controlled, the target's is %s", e.in.Profile)
	}
	if e.in.Profile == target.StaticSandbox && len(r.Specs) == 0 {
		return "needs a target that keeps state, the target's profile is static-sandbox"
	}
	if r.Feature != "" && !slices.Contains(e.in.Features, r.Feature) {
		return fmt.Sprintf("the target does not claim feature %s", r.Feature)
	}
	if missing := e.missing(r.Requirement); r.Optional && len(missing) > 0 {
		return "the target description has no " + strings.Join(missing, ", ") + ", which no target must have"
	}
	if len(r.Specs) > 0 && !slices.ContainsFunc(r.Specs, func(s Spec) bool { return s.Outcome != record.NotApplied }) {
		return orElse(r.Specs[0].Reason, "its specs say that it does not apply")
	}
	return ""
}

// missing returns the data keys of row that the target description lacks.
func (e *evaluation) missing(row spec.Requirement) []string {
	if e.in.Has == nil {
		return nil
	}
	var keys []string
	for _, key := range row.Needs {
		if !e.in.Has(key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// overSpecs combines the outcomes of specs that reported no finding: for a
// promise the worst of them counts, for an open choice the best.
func (e *evaluation) overSpecs(r Requirement) (State, string) {
	order := []record.Outcome{record.Broken, record.Inconclusive, DidNotRun, record.Observed, record.Passed}
	if r.Level == spec.May {
		order = []record.Outcome{record.Observed, record.Passed, record.Broken, record.Inconclusive, DidNotRun}
	}
	for _, outcome := range order {
		first, n := firstWith(r.Specs, outcome)
		if n == 0 {
			continue
		}
		switch outcome {
		case DidNotRun:
			return NotRun, e.notRunReason(r, n)
		case record.Broken:
			return Inconclusive, "the suite went wrong: " + orElse(first.Reason, "it does not say how")
		case record.Inconclusive:
			return Inconclusive, orElse(first.Reason, "the spec does not say what was missing")
		case record.Observed:
			return Observed, orElse(first.Reason, "looked at an open choice")
		case record.Passed:
			if r.Level == spec.May {
				return Observed, "looked at an open choice"
			}
			return Passed, ""
		}
	}
	return Inconclusive, "none of its specs said anything that counts"
}

func (e *evaluation) notRunReason(r Requirement, n int) string {
	why := LeftOut
	if r.Selected && !e.onlyLeftOut(r) {
		i := slices.IndexFunc(r.Specs, func(s Spec) bool { return s.Outcome == DidNotRun && !e.in.LeftOut[s.Name] })
		why = e.whyNot(r.Specs[i].Name)
	}
	return fmt.Sprintf("%d of %s not run: %s", n, counted(len(r.Specs), "spec"), why)
}

// onlyLeftOut reports whether every spec of r that did not run was left out.
func (e *evaluation) onlyLeftOut(r Requirement) bool {
	return !slices.ContainsFunc(r.Specs, func(s Spec) bool { return s.Outcome == DidNotRun && !e.in.LeftOut[s.Name] })
}

func ran(s Spec) bool { return s.Outcome != DidNotRun }

func firstWith(specs []Spec, outcome record.Outcome) (Spec, int) {
	var first Spec
	n := 0
	for _, s := range specs {
		if s.Outcome != outcome {
			continue
		}
		if n++; n == 1 {
			first = s
		}
	}
	return first, n
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
