package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cartconform/runner/verdict"
	"cartconform/spec"
)

// same is one finding and how many others say the same.
type same struct {
	Finding
	specs  []string // other specs that saw it
	more   int      // other findings that say it
	script string   // file, in the folder of the report, that sends its sequence of requests again
}

// collapse puts findings that say the same into one, in the order of their first
// appearance.
func collapse(q Requirement) []same {
	type key struct{ wanted, got, contract, message string }
	index := map[key]int{}
	var groups []same
	for n, f := range q.Findings {
		k := key{wanted: f.Wanted, got: f.Got, contract: f.Contract}
		if f.Wanted == "" && f.Got == "" {
			k.message = firstLine(f.Message)
		}
		i, known := index[k]
		if !known {
			index[k] = len(groups)
			groups = append(groups, same{Finding: f, script: scriptFile(q.ID, n, f)})
			continue
		}
		g := &groups[i]
		if g.script == "" && f.Script != "" { // the sequence of one shows all of them
			g.Sequence, g.Steps, g.Script, g.script = f.Sequence, f.Steps, f.Script, scriptFile(q.ID, n, f)
		}
		g.more++
		if f.Spec != g.Spec && !slices.Contains(g.specs, f.Spec) {
			g.specs = append(g.specs, f.Spec)
		}
	}
	return groups
}

// steps tells the sequence of requests that shows the finding, one step a line and
// no more of them than limit; "" where there is none.
func (s same) steps(limit int) string {
	lines := make([]string, len(s.Steps))
	for i, step := range s.Steps {
		lines[i] = fmt.Sprintf("%d. %s", i+1, shorten(oneLine(step), 160))
	}
	return clip(strings.Join(lines, "\n"), limit)
}

// others says how many findings and specs a collapsed finding stands for.
func (s same) others() string {
	switch {
	case s.more == 0:
		return ""
	case len(s.specs) == 0:
		return fmt.Sprintf("and %d more of the same", s.more)
	default:
		return fmt.Sprintf("and %d more of the same, from %s", s.more, plural(len(s.specs), "other spec"))
	}
}

// needed begins the reason of a requirement for which another one has to be kept
// first; described is a key of the target description in it; invented is an
// externalId of our own, another one in each request.
var (
	needed    = regexp.MustCompile(`^needs [A-Z]+(-[A-Z]+)*-[0-9]+:`)
	described = regexp.MustCompile(`\((data\.[\w.]+\[\d+\])\)`)
	invented  = regexp.MustCompile(`\bitem-[a-z0-9]+\b`)
)

// reasonGroup is the requirements that are in a state for one reason.
type reasonGroup struct {
	reason string
	ids    []string
}

// byReason groups the requirements in state that keep accepts, in the order of
// the catalogue.
func (r Report) byReason(state verdict.State, keep func(Requirement) bool) []reasonGroup {
	index := map[string]int{}
	var groups []reasonGroup
	for _, q := range r.Requirements {
		if q.State != state || !keep(q) {
			continue
		}
		reason := oneLine(q.Reason)
		if needs := needed.FindString(reason); needs != "" { // how it did not work differs each time
			key := described.FindStringSubmatch(reason)
			reason = strings.TrimSuffix(needs, ":") + " to hold"
			if key != nil {
				reason += " for " + key[1]
			}
		}
		same := invented.ReplaceAllString(reason, "")
		i, known := index[same]
		if !known {
			i = len(groups)
			index[same] = i
			groups = append(groups, reasonGroup{reason: reason})
		}
		groups[i].ids = append(groups[i].ids, q.ID)
	}
	return groups
}

// in returns the requirements in state.
func (r Report) in(state verdict.State) []Requirement {
	var rows []Requirement
	for _, q := range r.Requirements {
		if q.State == state {
			rows = append(rows, q)
		}
	}
	return rows
}

// driftKinds counts the lines of drift by kind, in their order.
func (r Report) driftKinds() []string {
	var kinds []string
	for i := 0; i < len(r.Drift); {
		j := i
		for j < len(r.Drift) && r.Drift[j].Kind == r.Drift[i].Kind {
			j++
		}
		kinds = append(kinds, fmt.Sprintf("%d %s", j-i, r.Drift[i].Kind))
		i = j
	}
	return kinds
}

func decides(q Requirement) bool { return decidesAt(q, spec.Should) }

func decidesAt(q Requirement, level spec.Level) bool {
	return verdict.Requirement{Requirement: spec.Requirement{Level: q.Level}}.Decides(level)
}
