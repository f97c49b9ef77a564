package verdict

import (
	"fmt"
	"slices"

	"cartconform/spec"
	"cartconform/suites/record"
)

// emptyClaims marks what a target claims and shows nothing of: when none of a
// claimed feature's requirements passed, each of them that is inconclusive has
// failed. Requirements that no spec checks are our gap, those whose data the target
// description lacks are the description's; and a feature that did not run to its end
// is not judged at all.
func (e *evaluation) emptyClaims(rows []Requirement, interrupted bool) {
	if interrupted {
		return
	}
	for _, feature := range e.in.Features {
		var open []int
		some := false
		for i, r := range rows {
			if r.Feature != feature || r.Level == spec.May || len(r.Specs) == 0 {
				continue
			}
			switch r.State {
			case Passed, NotRun:
				some = true
			case Inconclusive:
				if !slices.ContainsFunc(r.Specs, broke) && len(e.missing(r.Requirement)) == 0 {
					open = append(open, i)
				}
			}
		}
		if some {
			continue
		}
		for _, i := range open {
			claimFailed(&rows[i])
		}
	}
}

func broke(s Spec) bool { return s.Outcome == record.Broken }

func claimFailed(r *Requirement) {
	r.Findings = []record.Finding{{
		Requirement: r.ID,
		Spec:        r.Specs[0].Name,
		Wanted:      shown(r.Feature),
		Got:         "none: " + r.Reason,
		Message: fmt.Sprintf("the claim of feature %s is empty: wanted at least one of its requirements passed, got none (%s)",
			r.Feature, r.Reason),
	}}
	r.State = Failed
	r.Reason = fmt.Sprintf("the claim of feature %s is empty: %s", r.Feature, r.Reason)
}

func shown(feature string) string {
	return fmt.Sprintf("at least one requirement of the claimed feature %s passed", feature)
}

// EmptyClaim reports whether a finding was not recorded but derived: from the
// claim of a feature of which nothing was shown.
func EmptyClaim(feature string, f record.Finding) bool {
	return feature != "" && f.Exchange == "" && f.Wanted == shown(feature)
}
