package proof

import "fmt"

// Kind says what is known of a subject.
type Kind string

// The kinds.
const (
	Known       Kind = "reference"   // it keeps every promise
	Choice      Kind = "choice"      // so does it, with one open choice made otherwise
	Combination Kind = "combination" // so does it, with many made otherwise
	Fault       Kind = "fault"       // it breaks the promise that the fault names
)

// Subject is one target that the suites are tried against.
type Subject struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"` // a fault's id; of choices "Name=side" with commas between; "reference"
	// Suite is the one that is tried; "" for the Business Cart's.
	Suite string `json:"suite,omitempty"`
	// Muted is the name of a spec that is content whatever it sees: then only the
	// specs of the fault's requirement are run. "" = none.
	Muted string `json:"muted,omitempty"`
	// Seed is another one than that of the proof; 0 = that.
	Seed int64 `json:"seed,omitempty"`
}

func (s Subject) String() string {
	if s.Kind == Known && s.Seed != 0 {
		return fmt.Sprintf("%s with seed %d", s.Name, s.Seed)
	}
	if s.Kind == Known {
		return s.Name
	}
	if s.Muted != "" {
		return fmt.Sprintf("%s %s without %q", s.Kind, s.Name, s.Muted)
	}
	return string(s.Kind) + " " + s.Name
}
