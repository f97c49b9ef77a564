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
}

func (s Subject) String() string {
	if s.Kind == Known {
		return s.Name
	}
	return string(s.Kind) + " " + s.Name
}

// Plain is the reference itself.
func Plain() Subject { return Subject{Known, "reference"} }

// Sides are the subjects that make one choice otherwise than the reference.
func Sides() []Subject {
	var subjects []Subject
	for _, info := range reference.ChoiceTable() {
		for _, value := range info.Values[1:] {
			subjects = append(subjects, Subject{Choice, info.Name + "=" + value})
		}
	}
	return subjects
}

// Choosing is the subject that makes the choices named, "Name=side" with commas
// between.
func Choosing(sides string) (Subject, error) {
	_, err := choices(sides)
	if strings.Contains(sides, ",") {
		return Subject{Combination, sides}, err
	}
	return Subject{Choice, sides}, err
}

// Combinations are n subjects that make many choices otherwise, drawn at random.
func Combinations(seed int64, n int) []Subject {
	return nil
}

// Bank are the subjects with one fault each.
func Bank() []Subject {
	var subjects []Subject
	for _, f := range faults.All() {
		subjects = append(subjects, Subject{Fault, f.ID})
	}
	return subjects
}

// choices reads what a subject chooses.
func choices(name string) (reference.Choices, error) {
	made := reference.DefaultChoices()
	for _, side := range strings.Split(name, ",") {
		choice, value, ok := strings.Cut(side, "=")
		if !ok {
			return made, fmt.Errorf("wanted Name=side, got %q", side)
		}
		var err error
		if made, err = made.With(choice, value); err != nil {
			return made, err
		}
	}
	return made, nil
}
