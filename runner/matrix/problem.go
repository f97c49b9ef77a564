package matrix

// Problem is something that should not be: any fails the proof.
type Problem struct {
	Kind    ProblemKind `json:"kind"`
	Subject string      `json:"subject"` // a fault, a target, a spec, a requirement
	Text    string      `json:"text"`
}

// ProblemKind says what is wrong.
type ProblemKind string

// The kinds of problems.
const (
	Survivor      ProblemKind = "survivor"        // no spec of its requirement caught the fault
	Collateral    ProblemKind = "collateral"      // a fault is blamed on what it does not break
	FalseAlarm    ProblemKind = "false alarm"     // a conforming target is failed
	Unjudged      ProblemKind = "not judged"      // a conforming target is not judged
	InternalError ProblemKind = "internal error"  // the suite itself went wrong
	Unprovoked    ProblemKind = "no fault"        // a promise that no fault breaks
	Needless      ProblemKind = "needless"        // something is listed or settled that is not so
	Twins         ProblemKind = "twins"           // faults that the suite cannot tell apart
	Fickle        ProblemKind = "fickle"          // another seed, another state
	Unmuted       ProblemKind = "not neutralised" // a fault is still caught without the only spec that catches it
	Idle          ProblemKind = "idle spec"       // a spec without which no fault would survive
)
