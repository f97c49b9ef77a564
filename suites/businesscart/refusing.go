package businesscart

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"

	"cartconform/spec"
	"cartconform/spec/negative"
	. "cartconform/suites/stage"
)

// refusing holds the promises about requests that the contract does not allow.
// The requests are generated from the OpenAPI description, each of them wrong in
// one point; one spec asks all that break the same promise of one operation.
func refusing() {
	all, err := badRequests()
	if err != nil {
		panic(fmt.Sprintf("businesscart: no bad requests can be made of the contract: %v", err))
	}
	for _, q := range all {
		It(q.text(), Judges(q.requirement), Area(q.area), func(ctx SpecContext) {
			trial := newTrial(ctx, q)
			trial.twinMustWork(ctx) // the good twin is accepted
			for _, c := range q.cases {
				trial.put(ctx, c)
			}
			trial.look(ctx)
			trial.twinMustWork(ctx) // and it still is
			trial.conclude(ctx)
		})
	}
}

// badRequests makes the questions once: that takes 40 ms, and a process registers
// its specs at least twice, for a preview and for the run.
var badRequests = sync.OnceValues(func() ([]question, error) {
	contract, err := spec.BusinessCart()
	if err != nil {
		return nil, err
	}
	cases, err := negative.Cases(contract)
	if err != nil {
		return nil, err
	}
	return questions(contract.Catalogue(), cases), nil
})

// question is one promise of one operation, with all the bad requests that ask it.
type question struct {
	operation   string
	requirement string
	area        string
	cases       []negative.Case
}

func (q question) text() string {
	if q.requirement == noServerError {
		return "does not fail over bad requests of " + q.operation
	}
	return fmt.Sprintf("refuses what %s does not allow in %s", q.requirement, q.operation)
}

// noServerError is the promise that a bad request is never answered with a 5xx.
// It is all that can be asked where the documents do not say that a request is
// refused.
const noServerError = "CART-ERR-15"

// questions sorts the bad requests by operation and promise.
func questions(catalogue *spec.Catalogue, cases []negative.Case) []question {
	var all []question
	for _, c := range cases {
		id := c.Requirement
		if requirement, ok := catalogue.Find(id); !ok || requirement.Level == spec.May || mayBeReadLeniently(c) {
			id = noServerError
		}
		at := slices.IndexFunc(all, func(q question) bool { return q.operation == c.Operation && q.requirement == id })
		if at < 0 {
			requirement, _ := catalogue.Find(id)
			at = len(all)
			all = append(all, question{operation: c.Operation, requirement: id, area: requirement.Area})
		}
		all[at].cases = append(all[at].cases, c)
	}
	return all
}

// mayBeReadLeniently reports a spelling of a right value: that "us" is no way to
// write US, no document says. Of a wrong one beside a right one, only the latter
// may be read.
func mayBeReadLeniently(c negative.Case) bool {
	for _, how := range []string{"lower-case", "padded", "line-end", "bad-first"} {
		if strings.HasSuffix(c.ID, "/"+how) {
			return true
		}
	}
	return false
}

// mayBeUnderstood reports a body that a service may take for what was meant: of
// another media type, or in a form beyond JSON that a reader of JSON may accept
// (RFC 8259, section 9). It must then have the effect of its good twin. A body
// that ends too early, or goes on after its end, is no form of anything.
func mayBeUnderstood(c negative.Case) bool {
	switch c.Requirement {
	case "CART-ERR-05":
		return true
	case "CART-ERR-04":
		for _, form := range []string{"single-quotes", "trailing-comma"} {
			if strings.HasSuffix(c.ID, form) {
				return true
			}
		}
	}
	return false
}

// mayNeverArrive reports a request that a gateway in front of the service may
// refuse in its own words: many let no zero byte through.
func mayNeverArrive(c negative.Case) bool { return strings.HasSuffix(c.ID, "/zero-byte") }

// promisesErrors reports whether a refusal for this promise has to come with an
// errors object.
func promisesErrors(id string) bool {
	return slices.Contains([]string{"CART-GEN-04", "CART-ADD-29", "CART-MOD-22"}, id)
}

// promisesState reports whether the promise itself is about what the cart is
// afterwards; for all others that is CART-ERR-13.
func promisesState(id string) bool {
	return slices.Contains([]string{"CART-DEL-09", "CART-MOD-24"}, id)
}

// writes reports whether an operation changes the cart when it is good.
func writes(operation string) bool {
	return operation == addItems || operation == modifyItems || operation == deleteItems
}
