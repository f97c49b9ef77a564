package stage

import (
	"fmt"

	"cartconform/spec"
)

// Answered is what a suite makes of the answer to a call.
type Answered interface {
	Exchange() *spec.Exchange
	Stage() *Stage
}

// self is a matcher's subject, or something that is more than it.
type self[A Answered] interface{ Self() A }

// Matcher is a Gomega matcher that compares an answer with a wish. Its failure
// leads with what was expected, then what was seen, and points to the very answer
// that it looked at.
type Matcher[A Answered] struct {
	Wanted string
	Not    string // what To(Not(...)) wishes; "" = "not: " + Wanted
	Holds  func(A) bool
	Seen   func(A) string
}

// Match reports whether the answer is as wished.
func (m Matcher[A]) Match(actual any) (bool, error) {
	answer, ok := actual.(self[A])
	if !ok {
		return false, fmt.Errorf("wanted %T, got %T", *new(A), actual)
	}
	return m.Holds(answer.Self()), nil
}

// FailureMessage says that the answer is not as wished.
func (m Matcher[A]) FailureMessage(actual any) string {
	return m.fail(actual.(self[A]).Self(), m.Wanted)
}

// NegatedFailureMessage says that the answer is as it should not be.
func (m Matcher[A]) NegatedFailureMessage(actual any) string {
	if m.Not != "" {
		return m.fail(actual.(self[A]).Self(), m.Not)
	}
	return m.fail(actual.(self[A]).Self(), "not: "+m.Wanted)
}

func (m Matcher[A]) fail(answer A, wanted string) string {
	x, got := answer.Exchange(), m.Seen(answer)
	answer.Stage().Blame(x, wanted, got)
	return Mismatch(x.Operation, wanted, got)
}
