package proof

import (
	"fmt"
	"strings"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
)

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

// Plain is the reference itself.
func Plain() Subject { return Subject{Kind: Known, Name: "reference"} }

// Sides are the subjects that make one choice otherwise than the reference.
func Sides() []Subject {
	var subjects []Subject
	for _, info := range reference.ChoiceTable() {
		for _, value := range info.Values[1:] {
			subjects = append(subjects, Subject{Kind: Choice, Name: info.Name + "=" + value})
		}
	}
	return subjects
}

// Seeds are the reference again, with n other seeds than one: the same has to come out.
func Seeds(but int64, n int) []Subject {
	var subjects []Subject
	for seed := but + 1; len(subjects) < n; seed++ {
		if seed != 0 {
			subjects = append(subjects, Subject{Kind: Known, Name: "reference", Seed: seed})
		}
	}
	return subjects
}

// Choosing is the subject that makes the choices named, "Name=side" with commas
// between.
func Choosing(sides string) (Subject, error) {
	_, err := reference.ParseChoices(sides)
	if strings.Contains(sides, ",") {
		return Subject{Kind: Combination, Name: sides}, err
	}
	return Subject{Kind: Choice, Name: sides}, err
}

// Combinations are n subjects that make many choices otherwise, drawn at random.
func Combinations(seed int64, n int) []Subject {
	var subjects []Subject
	for i := range n {
		subjects = append(subjects, Subject{Kind: Combination, Name: reference.Combination(seed, i).String()})
	}
	return subjects
}

// Bank are the subjects with one fault each.
func Bank() []Subject {
	var subjects []Subject
	for _, f := range faults.All() {
		subjects = append(subjects, Subject{Kind: Fault, Name: f.ID})
	}
	return subjects
}
