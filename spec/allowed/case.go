// Package allowed generates requests that keep the contract and are unlike those
// that a client usually sends: other spellings of the same JSON, the ends of
// ranges, what may be left out. Like the cases of spec/negative they are static,
// and are applied to a good request with live data (their twin) when a spec runs.
// At that moment both validators must call the twin and the variant valid: what
// cannot be proven is not sent, since a service that refuses it could be right.
package allowed

import (
	"errors"
	"fmt"
	"path"

	"cartconform/spec"
	"cartconform/spec/variation"
)

// Case is one way to send an operation's request otherwise.
type Case struct {
	ID        string // stable, e.g. "addItems/body/spelling-escaped-keys"
	Operation string // operationId
	// Promised says that every service has to take the request as it takes its
	// twin: the JSON is the same (RFC 8259), or the description alone decides and
	// nothing in the documents says otherwise. What a service makes of the others
	// can only be observed.
	Promised bool
	What     string // one sentence: what is sent

	contract *spec.Contract
	change   variation.Change
}

// ErrProof is the reason why a case is not sent that is no good request with the
// values of a twin.
var ErrProof = errors.New("not both validators call the request good")

// How names the variation: the last part of the case's id.
func (c Case) How() string { return path.Base(c.ID) }

// Apply makes the variant of a good request, and proves both. The twin is not
// changed. The errors are variation.ErrTwin, ErrLacks and ErrSame, and ErrProof,
// or say what of the twin could not be read; none of them is a finding.
func (c Case) Apply(twin spec.Request) (spec.Request, error) {
	if err := variation.MustBeGood(c.contract, c.Operation, twin); err != nil {
		return spec.Request{}, fmt.Errorf("%s: %w", c.ID, err)
	}
	other, err := c.change.Of(twin)
	if err != nil {
		return spec.Request{}, fmt.Errorf("%s: %w", c.ID, err)
	}
	if operation := c.contract.Route(other); operation != c.Operation {
		return spec.Request{}, fmt.Errorf("%s: %w: it is a request of %q", c.ID, ErrProof, operation)
	}
	if kin, second := c.contract.Invalid(other); len(kin)+len(second) > 0 {
		return spec.Request{}, fmt.Errorf("%s: %w: kin-openapi says %q, jsonschema says %q", c.ID, ErrProof, kin, second)
	}
	return other, nil
}
