package verdict

import (
	"time"

	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
)

// State is what a run found out about one requirement.
type State string

// The states.
const (
	Passed        State = "passed"         // all its specs ran, were answered and found it kept
	Failed        State = "failed"         // at least one finding
	Inconclusive  State = "inconclusive"   // it applies, but could not be checked
	NotApplicable State = "not-applicable" // outside the profile, the claimed features or the optional data
	Waived        State = "waived"         // failed, and somebody answers for that
	Observed      State = "observed"       // looked at, and nothing to judge
	NotRun        State = "not-run"        // filter, shard, fail-fast or interrupt
)

// States returns every state, in the order in which they are shown.
func States() []State {
	return []State{Passed, Failed, Inconclusive, NotApplicable, Waived, Observed, NotRun}
}

// Levels returns every level, strictest first.
func Levels() []spec.Level { return []spec.Level{spec.Must, spec.Should, spec.May} }

// Requirement is one row of the catalogue and what a run found out about it.
type Requirement struct {
	spec.Requirement
	API          string
	Document     string // title of the document that makes the promise
	Selected     bool   // false: left out by a filter or a shard
	State        State
	Reason       string // one sentence; "" for passed
	Specs        []Spec // declared ones in the order of their declaration, then others by name
	Findings     []record.Finding
	Observations []record.Observation
	Waiver       *waiver.Waiver // that waives it; nil unless the state is waived

	// leftOut is true when nothing but a filter or a shard kept its specs from
	// running.
	leftOut bool
}

// Decides reports whether the requirement can influence the verdict: level may
// never does, and level should does not when only must is judged.
func (r Requirement) Decides(strictness spec.Level) bool {
	switch r.Level {
	case spec.May:
		return false
	case spec.Should:
		return strictness != spec.Must
	default:
		return true
	}
}

// Spec is one spec of a requirement and how it ended.
type Spec struct {
	Name       string
	File       string
	Line       int
	Lane       int
	Outcome    record.Outcome // DidNotRun for a declared spec without a record
	Reason     string
	Exchanges  int
	Answered   int
	Assertions int
	Duration   time.Duration
	Process    string // that ran it
	Calls      int    // requests of any kind
	Start      record.Start
}

// DidNotRun is the outcome of a declared spec that left no record.
const DidNotRun record.Outcome = "not-run"
