// Package record holds what a suite reports while it runs. Every value is
// written down the moment it is known, so that an interrupted run keeps what it
// learned; states and verdicts are derived from records and from nothing else.
package record

import "time"

// Outcome is how one spec ended.
type Outcome string

// The outcomes.
const (
	Passed       Outcome = "passed"       // it judged what it set out to judge and found it kept
	Failed       Outcome = "failed"       // it reported at least one finding for the id that it judges
	Inconclusive Outcome = "inconclusive" // it applies, but could not be checked; Reason says what was missing
	Observed     Outcome = "observed"     // it looked at an open choice and judged nothing
	NotApplied   Outcome = "not-applicable"
	Interrupted  Outcome = "interrupted"
	Broken       Outcome = "broken" // the suite itself went wrong: an internal error, never the target's
)

// Spec is the end of one spec.
type Spec struct {
	Name        string        `json:"name"`        // full text
	Requirement string        `json:"requirement"` // the one id that it judges or observes
	File        string        `json:"file"`        // relative to the project
	Line        int           `json:"line"`
	Lane        int           `json:"lane"`
	Outcome     Outcome       `json:"outcome"`
	Reason      string        `json:"reason,omitempty"` // for inconclusive, not-applicable, interrupted and broken
	Exchanges   int           `json:"exchanges"`        // requests sent to the target
	Answered    int           `json:"answered"`         // of them, answered
	Assertions  int           `json:"assertions"`       // comparisons that could have failed it
	Duration    time.Duration `json:"durationNS"`
	Process     string        `json:"process"` // that ran it, as in the ids of its exchanges
	Calls       int           `json:"calls"`   // requests of any kind, those after its end among them
	Start       Start         `json:"start"`
}

// Start is what other specs had left behind when a spec began. With it the spec
// can be played again by itself.
type Start struct {
	Cart       string            `json:"cart"`       // id of the lane's cart; "" = as described
	OtherCart  string            `json:"otherCart"`  // id of the buyer's second cart; "" = as described
	Unanswered map[string]int    `json:"unanswered"` // calls in a row without an answer, by operation
	First      map[string]string `json:"first"`      // what specs noted for those after them, as JSON
	Mark       string            `json:"mark"`       // of the run; see stage.Play
}

// Finding is one broken promise: exactly one requirement, the spec that saw it,
// the exchange that shows it.
type Finding struct {
	Requirement string `json:"requirement"`
	Spec        string `json:"spec"`
	Exchange    string `json:"exchange,omitempty"` // id; "" when there was none
	Wanted      string `json:"wanted,omitempty"`
	Got         string `json:"got,omitempty"`
	Message     string `json:"message"`            // complete text: expected, seen, where
	Contract    string `json:"contract,omitempty"` // file:line of the constraint that is broken
	// Sequence lists the ids of the exchanges that show it together, in their order;
	// empty when one alone does.
	Sequence []string `json:"sequence,omitempty"`
	// Steps tells the sequence in a few words a step, e.g. "set B0… to 5".
	Steps []string `json:"steps,omitempty"`
}

// Observation is an open choice that the target made.
type Observation struct {
	Requirement string `json:"requirement"`
	Spec        string `json:"spec"`
	Exchange    string `json:"exchange,omitempty"`
	Subject     string `json:"subject"` // the question, e.g. "adding the same offer again"
	Seen        string `json:"seen"`    // the answer, e.g. "merged into one line"
}

// Drift is one undocumented thing that an exchange showed; see spec.Drift.
type Drift struct {
	Kind      string `json:"kind"`
	Operation string `json:"operation"`
	Status    int    `json:"status,omitempty"`
	Where     string `json:"where,omitempty"`
	Value     string `json:"value,omitempty"`
	Exchange  string `json:"exchange"`
}

// Recorder takes records. It is safe for concurrent use and never blocks on
// the target.
type Recorder interface {
	Spec(Spec)
	Finding(Finding)
	Observation(Observation)
	Drift(Drift)
}
