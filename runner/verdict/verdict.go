package verdict

import (
	"fmt"
	"strings"

	"cartconform/spec"
	"cartconform/suites/target"
)

// Verdict is the answer to the question whether a target keeps the contract.
type Verdict string

// The verdicts, worst first.
const (
	NotConformant         Verdict = "not-conformant"          // a requirement failed
	Partial               Verdict = "partial"                 // none did, and not all were run
	Undecided             Verdict = "inconclusive"            // all were run, and not all could be checked
	ConformantWithWaivers Verdict = "conformant-with-waivers" // somebody answers for what failed
	Conformant            Verdict = "conformant"
)

// Verdicts returns every verdict, worst first.
func Verdicts() []Verdict {
	return []Verdict{NotConformant, Partial, Undecided, ConformantWithWaivers, Conformant}
}

// Conclude derives the verdict from the states. Requirements of level may decide
// nothing, those of level should nothing when level is must. A run that was
// interrupted is at best partial; one in which nothing passed is at best
// inconclusive; one with a waived failure, of whatever level, is never conformant.
func Conclude(requirements []Requirement, level spec.Level, interrupted bool) Verdict {
	c := deciding(requirements, level)
	switch {
	case c.Failed > 0:
		return NotConformant
	case c.NotRun > 0 || interrupted:
		return Partial
	case c.Inconclusive > 0 || c.Passed == 0:
		return Undecided
	case Sum(requirements).All().Waived > 0:
		return ConformantWithWaivers
	default:
		return Conformant
	}
}

// deciding counts the requirements that decide at level.
func deciding(requirements []Requirement, level spec.Level) Count {
	var c Count
	for _, r := range requirements {
		if r.Decides(level) {
			c.add(r.State)
		}
	}
	return c
}

// sentence writes the verdict with the profile and the counts, such as
// "conformant (profile live; 9 of 180 not judged: 5 not-applicable, 4 observed)".
func sentence(r Result, profile target.Profile) string {
	all := r.Totals.All()
	parts := []string{"profile " + string(profile)}
	if r.Level == spec.Must {
		parts = append(parts, "only must decides")
	}
	if r.Replayed {
		parts = append(parts, "replayed")
	}
	if r.Interrupted {
		parts = append(parts, "interrupted")
	}
	if all.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d failed: %s", all.Failed, all.Total(), failedByLevel(r.Totals)))
	}
	if all.Waived > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d waived", all.Waived, all.Total()))
	}
	if n := uses(r.Waivers, Expired); n > 0 {
		parts = append(parts, counted(n, "waiver")+" expired")
	}
	if n := uses(r.Waivers, Unneeded); n > 0 {
		parts = append(parts, counted(n, "waiver")+" not needed any more")
	}
	var open []string
	sum := 0
	for _, state := range []State{Inconclusive, NotApplicable, Observed, NotRun} {
		if n := all.Of(state); n > 0 {
			open = append(open, fmt.Sprintf("%d %s", n, state))
			sum += n
		}
	}
	switch {
	case sum > 0:
		parts = append(parts, fmt.Sprintf("%d of %d not judged: %s", sum, all.Total(), strings.Join(open, ", ")))
	default:
		parts = append(parts, fmt.Sprintf("all %d judged", all.Total()))
	}
	return fmt.Sprintf("%s (%s)", r.Verdict, strings.Join(parts, "; "))
}

func failedByLevel(t Totals) string {
	var parts []string
	for _, level := range Levels() {
		if n := t.Of(level).Failed; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, level))
		}
	}
	return strings.Join(parts, ", ")
}
