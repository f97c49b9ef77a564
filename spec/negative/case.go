// Package negative generates requests that break the contract in exactly one
// point, from the description alone. A case is static, so that specs can be
// declared before anything runs; it is applied to a good request with live data
// (its twin) when the spec runs, and is proven again at that moment: both
// validators must call the twin valid and the bad request invalid, in the form
// in which it is sent. What cannot be proven is not sent, since a service that
// accepts it would be right.
package negative

import (
	"errors"
	"fmt"

	"cartconform/spec"
	"cartconform/spec/variation"
)

// Case is one way to break one operation's request.
type Case struct {
	ID          string // stable, e.g. "addItems/body/items/0/quantity/below-minimum"
	Operation   string // operationId
	Requirement string // id that an acceptance breaks; "" when the answer is only observed
	Refusal     string // what counts as refusing: Status, StatusOrRejection or State
	What        string // one sentence: what is sent
	Differs     string // the one point in which it differs from its twin
	// Second says that a good element stands before the bad one in its array. A
	// twin with two elements shows most: one that has one gets a copy of it.
	Second bool

	contract *spec.Contract
	change   variation.Change
}

// The values of Case.Refusal.
const (
	Status            = "status"              // an answer of 4xx
	StatusOrRejection = "status-or-rejection" // that, or a success that lists the item in rejectedItems and not in items
	State             = "state"               // any answer below 500, as long as the cart stays as it was
)

// ErrProof is the reason why a case is not sent that is no bad request with the
// values of a twin: nothing would be shown by it.
var ErrProof = errors.New("not both validators call the request bad")

// Apply makes the bad request from its good twin, and proves both. The twin is
// not changed. The errors are variation.ErrTwin, ErrProof, variation.ErrLacks or say what of the twin
// could not be read; none of them is a finding.
func (c Case) Apply(twin spec.Request) (spec.Request, error) {
	if err := variation.MustBeGood(c.contract, c.Operation, twin); err != nil {
		return spec.Request{}, fmt.Errorf("%s: %w", c.ID, err)
	}
	bad, err := c.change.Of(twin)
	if err != nil {
		return spec.Request{}, fmt.Errorf("%s: %w", c.ID, err)
	}
	kin, second := c.contract.Invalid(bad)
	if len(kin) == 0 || len(second) == 0 {
		return spec.Request{}, fmt.Errorf("%s: %w: kin-openapi says %q, jsonschema says %q", c.ID, ErrProof, kin, second)
	}
	return bad, nil
}
