package coverage

import (
	"fmt"
	"slices"
	"strings"

	"cartconform/runner/engine"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// Gaps says what keeps a suite from accounting for every promise, one sentence
// for each gap: requirements that nobody checks and that no written reason
// excuses, specs that judge nothing that is promised or that cannot be told
// apart, and specs that no fault proves.
func Gaps(rows []Row, specs []engine.Spec) []string {
	var gaps []string
	gap := func(format string, args ...any) { gaps = append(gaps, fmt.Sprintf(format, args...)) }
	levels := map[string]spec.Level{}
	for _, r := range rows {
		levels[r.ID] = r.Level
		switch {
		case len(r.Specs) == 0 && r.Unchecked == "":
			gap("%s (%s) has neither a spec nor a reason why it cannot be checked from outside: write a spec that Judges(%q), "+
				"or the reason under the key unchecked", r.ID, r.Promise, r.ID)
		case len(r.Specs) > 0 && r.Unchecked != "":
			gap("%s (%s) is said to be unchecked and has a spec at %s:%d: remove one of them", r.ID, r.Promise, r.Specs[0].File, r.Specs[0].Line)
		case len(r.Specs) > 0 && r.Level != spec.May && len(r.Faults) == 0:
			gap("%s (%s) has no fault that proves its specs", r.ID, r.Promise)
		}
	}
	first := map[string]engine.Spec{}
	for _, s := range specs {
		at := fmt.Sprintf("the spec %q (%s:%d)", s.Name, s.File, s.Line)
		switch ids := stage.RequirementsOf(s.Labels); {
		case len(ids) == 0:
			gap("%s names no requirement: give it Judges(…) or Observes(…)", at)
		case len(ids) > 1:
			gap("%s names %s: a spec names one", at, strings.Join(ids, " and "))
		case levels[ids[0]] == "":
			gap("%s names the unknown requirement %s", at, ids[0])
		case stage.Observing(s.Labels) && levels[ids[0]] != spec.May:
			gap("%s observes %s, which is of level %s: it could never fail", at, ids[0], levels[ids[0]])
		}
		if other, twice := first[s.Name]; twice {
			gap("%s has the full text of another one (%s:%d): nobody could tell their records apart", at, other.File, other.Line)
			continue
		}
		first[s.Name] = s
	}
	slices.Sort(gaps)
	return gaps
}
