package remotecart

import (
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/suites/stage"
	. "cartconform/suites/stage"
)

// signing holds what other editions and recorded answers show of requests that are
// not signed as they should be. Each is asked beside a twin that is.
func signing() {
	for _, operation := range append([]string{cartCreate}, later()...) {
		// A wrong signature is refused.
		It("refuses a wrong signature of "+operation, Judges("RC-X-AUTH-01"), func(ctx SpecContext) {
			refusesAtTheDoor(ctx, operation, func(q *request) { q.credentials = stage.Bad }, 403, "SignatureDoesNotMatch")
		})

		// So is a key that nobody has.
		It("refuses an unknown key of "+operation, Judges("RC-X-AUTH-02"), func(ctx SpecContext) {
			refusesAtTheDoor(ctx, operation, func(q *request) { q.credentials = stage.UnknownKey }, 403, "InvalidClientTokenId")
		})

		// And a request of hours ago.
		It("refuses an old timestamp of "+operation, Judges("RC-X-AUTH-03"), func(ctx SpecContext) {
			refusesAtTheDoor(ctx, operation, func(q *request) { q.age = 3 * time.Hour }, 400, "RequestExpired")
		})
	}

	// Where the time runs out is informational.
	It("says how old a timestamp may be", Observes("RC-X-AUTH-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		for _, age := range []time.Duration{10 * time.Minute, 20 * time.Minute, -10 * time.Minute} {
			q := cart.request(ctx, cartGet)
			q.age = age

			r := ask(ctx, q)

			Of(ctx).Observe(r.X, "timestamp of "+age.String()+" ago", outcome(r))
		}
	})

	// Signature and timestamp are wanted.
	for _, missing := range []struct {
		name        string
		credentials stage.Credentials
	}{{"Signature", stage.Unsigned}, {"Timestamp", stage.Undated}} {
		It("wants a "+missing.name, Judges("RC-X-AUTH-04"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))
			bad := cart.about(ctx, cartAdd, 1)
			bad.credentials = missing.credentials

			r := cart.refuses(ctx, cart.about(ctx, cartAdd, 0), bad)

			Expect(r).To(ShowNoCart())
		})
	}

	// The order of the parameters does not matter.
	It("takes parameters in any order", Judges("RC-X-AUTH-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		q := cart.request(ctx, cartAdd)
		for _, i := range itemsOf(ctx, Available(1).Times(2), Available(2).Times(1)) {
			q.items = append(q.items, i)
		}
		slices.Reverse(q.items)
		q.signedFirst = true

		r := ask(ctx, q)

		Expect(r).To(BeValid())
		Expect(r).To(HaveActive(Available(1).ASIN(ctx), 2))
		Expect(r).To(HaveActive(Available(2).ASIN(ctx), 1))
	})
}

// refusesAtTheDoor asks a request that works and then one that is signed otherwise,
// which must be refused with the status and the code, and change nothing.
func refusesAtTheDoor(ctx SpecContext, operation string, spoil func(*request), status int, code string) {
	GinkgoHelper()
	cart := NewCart(ctx, Available(0).Times(1))
	good, bad := cart.about(ctx, operation, 0), cart.about(ctx, operation, 1)
	if operation == cartCreate {
		good, bad = to(ctx, operation), to(ctx, operation)
		good.items, bad.items = itemsOf(ctx, Available(0).Times(1)), itemsOf(ctx, Available(1).Times(1))
	}
	spoil(&bad)

	r := cart.refuses(ctx, good, bad)

	Expect(r).To(HaveStatus(status))
	Expect(r).To(HaveCode(code))
	Expect(r).To(ShowNoCart())
}
