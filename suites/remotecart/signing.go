package remotecart

import (
	"fmt"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// signing holds what other editions and recorded answers show of requests that are
// not signed as they should be. Each is asked beside a twin that is.
func signing() {
	// A wrong signature is refused, whatever it is for.
	It("refuses a wrong signature", Judges("RC-X-AUTH-01"), func(ctx SpecContext) {
		refusesAtTheDoor(ctx, func(q *request) { q.credentials = Bad }, 403, "SignatureDoesNotMatch")
	})

	// So is a key that nobody has.
	It("refuses an unknown key", Judges("RC-X-AUTH-02"), func(ctx SpecContext) {
		refusesAtTheDoor(ctx, func(q *request) { q.credentials = UnknownKey }, 403, "InvalidClientTokenId")
	})

	// And a request of hours ago.
	for _, age := range []time.Duration{3 * time.Hour, 24 * time.Hour} {
		It(fmt.Sprintf("refuses a timestamp that is %.0f hours old", age.Hours()), Judges("RC-X-AUTH-03"), func(ctx SpecContext) {
			refusesAtTheDoor(ctx, func(q *request) { q.age = age }, 400, "RequestExpired")
			saysWhatIsTooOld(ctx)
		})
	}

	// Without signature or timestamp nothing is to be done; how that is refused was
	// never recorded.
	for _, missing := range []struct {
		name        string
		credentials Credentials
	}{{"Signature", Unsigned}, {"Timestamp", Undated}} {
		It("says what becomes of a request without "+missing.name, Observes("RC-X-AUTH-04"), func(ctx SpecContext) {
			q := NewCart(ctx, Available(0).Times(1)).about(ctx, cartAdd, 0)
			q.credentials = missing.credentials

			r := ask(ctx, q)

			Of(ctx).Observe(r.X, "CartAdd without "+missing.name, fmt.Sprintf("status %d, %s", r.Status(), outcome(r)))
		})
	}

	// The order of the parameters is not to matter.
	It("says whether the order of parameters matters", Observes("RC-X-AUTH-05"), func(ctx SpecContext) {
		q := NewCart(ctx, Available(0).Times(1)).request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(2), Available(2).Times(1))...)
		slices.Reverse(q.items)
		q.signedFirst = true

		r := ask(ctx, q)

		Of(ctx).Observe(r.X, "CartAdd with its parameters in another order", outcome(r))
	})
}

// refusesAtTheDoor asks, for each operation, a request that works and then one that
// is signed otherwise, which must be refused with the status and the code, and
// change nothing.
func refusesAtTheDoor(ctx SpecContext, spoil func(*request), status int, code string) {
	GinkgoHelper()
	for _, operation := range append([]string{cartCreate}, later()...) {
		cart, twin := NewCart(ctx, Available(0).Times(2)), NewCart(ctx, Available(0).Times(2))
		good, bad := twin.about(ctx, operation, 0), cart.about(ctx, operation, 1)
		spoil(&bad)

		r := cart.refuses(ctx, good, bad)

		Expect(r).To(HaveStatus(status))
		Expect(r).To(HaveCode(code))
		Expect(r).To(ShowNoCart())
	}
}

// saysWhatIsTooOld notes what becomes of timestamps between minutes and hours, of
// which nothing is promised.
func saysWhatIsTooOld(ctx SpecContext) {
	cart := NewCart(ctx, Available(0).Times(1))
	for _, age := range []time.Duration{10 * time.Minute, 20 * time.Minute, -10 * time.Minute} {
		q := cart.request(ctx, cartGet)
		q.age = age

		r := ask(ctx, q)

		Of(ctx).Observe(r.X, "timestamp of "+age.String()+" ago", outcome(r))
	}
}
