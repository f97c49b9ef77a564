// Package verdict derives, from the records of a run and from nothing else, the
// state of every requirement, the verdict and the exit code. It sends nothing,
// reads nothing and shows nothing.
package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cartconform/runner/journal"
	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// Input is everything that decides about a run.
type Input struct {
	Catalogues []*spec.Catalogue // what was to be judged
	Records    journal.Records

	Profile  target.Profile
	Features []string              // that the target claims
	Has      func(key string) bool // whether the target description holds the data; nil = all of it

	// Specs holds the names of the specs that each requirement has, whether they
	// were to run or not.
	Specs map[string][]string

	// Selected holds the ids that a filter or a shard selected; nil = all. That
	// each of them exists is for the caller to check.
	Selected map[string]bool
	// LeftOut holds the names of specs that a filter or a shard left out although
	// their requirement is selected.
	LeftOut map[string]bool

	// Interrupted says that the run ended before its end: a signal, its time
	// limit, a failed preflight.
	Interrupted bool
	// StopReason says why specs did not run: what interrupted the run, or that it
	// was to stop at the first failure.
	StopReason string

	// Replayed says that the answers came from the recording of a run.
	Replayed bool

	// InternalErrors is what the caller knows to have gone wrong on our side.
	InternalErrors []string

	// Level is the weakest level that decides: must, or should (the default).
	Level spec.Level

	// Waivers are the failures that somebody answers for; whether one of them has
	// expired is judged by the moment at which the run began.
	Waivers []waiver.Waiver
	Began   time.Time
	Part    bool // the run is one of several parts, a shard
}

// Result is what a run found out.
type Result struct {
	Requirements   []Requirement // in catalogue order, each exactly once
	Totals         Totals
	Verdict        Verdict
	Sentence       string   // the verdict with profile and counts
	Waivers        []Waiver // in the order of their file
	InternalErrors []string // what went wrong on our side, sorted

	Interrupted     bool       // the run ended before its end
	Replayed        bool       // the answers came from the recording of a run
	Level           spec.Level // the weakest level that decides: must or should
	NothingSelected bool       // the selection matches no requirement
}

// Evaluate derives the result of a run.
func Evaluate(in Input) Result {
	e := newEvaluation(in)
	result := Result{
		Requirements: e.rows(),
		Interrupted:  in.Interrupted || len(in.Records.Torn) > 0,
		Replayed:     in.Replayed,
		Level:        spec.Should,
	}
	if in.Level == spec.Must {
		result.Level = spec.Must
	}
	e.emptyClaims(result.Requirements, result.Interrupted)
	result.Waivers = e.waive(result.Requirements)
	putAside(result.Requirements)
	result.NothingSelected = in.Selected != nil &&
		!slices.ContainsFunc(result.Requirements, func(r Requirement) bool { return r.Selected })
	result.InternalErrors = e.internalErrors()
	result.Totals = Sum(result.Requirements)
	result.Verdict = Conclude(result.Requirements, result.Level, result.Interrupted)
	result.Sentence = sentence(result, in.Profile)
	return result
}

// evaluation is one call of Evaluate, with the records sorted by requirement.
type evaluation struct {
	in           Input
	known        map[string]bool
	specs        map[string][]record.Spec
	findings     map[string][]record.Finding
	observations map[string][]record.Observation
	errors       []string
}

func newEvaluation(in Input) *evaluation {
	e := &evaluation{
		in:           in,
		known:        map[string]bool{},
		specs:        map[string][]record.Spec{},
		findings:     map[string][]record.Finding{},
		observations: map[string][]record.Observation{},
		errors:       slices.Clone(in.InternalErrors),
	}
	for _, c := range in.Catalogues {
		for _, r := range c.Requirements {
			e.known[r.ID] = true
		}
	}
	for _, s := range in.Records.Specs {
		e.specs[s.Requirement] = append(e.specs[s.Requirement], s)
		e.check(s.Requirement, "spec", s.Name)
		switch s.Outcome {
		case record.Passed, record.Failed, record.Inconclusive, record.Observed, record.NotApplied, record.Interrupted:
		case record.Broken:
			e.errorf("spec %q of %s broke: %s", s.Name, s.Requirement, orElse(s.Reason, "it does not say why"))
		default:
			e.errorf("spec %q of %s ended with the unknown outcome %q", s.Name, s.Requirement, s.Outcome)
		}
	}
	for _, f := range in.Records.Findings {
		e.findings[f.Requirement] = append(e.findings[f.Requirement], f)
		e.check(f.Requirement, "finding of spec", f.Spec)
	}
	for _, o := range in.Records.Observations {
		e.observations[o.Requirement] = append(e.observations[o.Requirement], o)
		e.check(o.Requirement, "observation of spec", o.Spec)
	}
	for id, names := range in.Specs {
		e.check(id, "declared spec", strings.Join(names, ", "))
	}
	return e
}

// rows judges the catalogues row by row.
func (e *evaluation) rows() []Requirement {
	var rows []Requirement
	seen := map[string]bool{}
	for _, c := range e.in.Catalogues {
		for _, r := range c.Requirements {
			if seen[r.ID] {
				e.errorf("requirement %q is in the catalogues more than once", r.ID)
				continue
			}
			seen[r.ID] = true
			if !slices.Contains(Levels(), r.Level) {
				e.errorf("requirement %q has the unknown level %q", r.ID, r.Level)
			}
			rows = append(rows, e.judge(c, r))
		}
	}
	return rows
}

func (e *evaluation) check(id, kind, name string) {
	if !e.known[id] {
		e.errorf("%s %q names requirement %q, which is in no catalogue", kind, name, id)
	}
}

func (e *evaluation) errorf(format string, args ...any) {
	e.errors = append(e.errors, fmt.Sprintf(format, args...))
}

func (e *evaluation) internalErrors() []string {
	slices.Sort(e.errors)
	return slices.Compact(e.errors)
}

func orElse(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
