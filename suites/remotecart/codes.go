package remotecart

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// codes holds what is known of the codes of errors. No published table of this
// edition has them all: recorded answers and other editions do.
func codes() {
	// Without items something is missing.
	It("calls items missing", Judges("RC-X-CODE-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		serving(ctx, cartAdd, cartModify)
		for _, operation := range []string{cartCreate, cartAdd, cartModify} {
			Expect(ask(ctx, cart.bringing(ctx, operation))).To(HaveCode("AWS.MissingParameters"))
		}
	})

	// A quantity out of range makes the request not valid, and nothing is done. For
	// CartModify 0 is in range: it removes an entry.
	for _, wrong := range []struct {
		quantity   int
		operations []string
	}{{0, []string{cartCreate, cartAdd}}, {-1, []string{cartCreate, cartAdd, cartModify}}, {1000, []string{cartCreate, cartAdd, cartModify}}} {
		It(fmt.Sprintf("calls a quantity of %d out of range", wrong.quantity), Judges("RC-X-CODE-02"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))
			serving(ctx, wrong.operations[1:]...)
			for _, operation := range wrong.operations {
				about := byASIN(1, Available(1).ASIN(ctx))
				if operation == cartModify {
					about = byEntry(1, cart.Born.entry(ctx, Available(0).ASIN(ctx)).ID)
				}

				r := ask(ctx, cart.bringing(ctx, operation, about.quantity(wrong.quantity)))

				Expect(r).To(HaveCode("AWS.ParameterOutOfRange"))
				Expect(r).NotTo(CallItValid())
				Expect(r).To(ShowNoCart())
			}
		})
	}

	// An unknown product is not eligible.
	It("calls an unknown product not eligible", Judges("RC-X-CODE-03"), func(ctx SpecContext) {
		serving(ctx, cartAdd)
		cart := NewCart(ctx, Available(0).Times(1))
		for _, operation := range []string{cartCreate, cartAdd} {
			r := ask(ctx, cart.bringing(ctx, operation, byASIN(1, unknownASIN(ctx)).quantity(1)))

			Expect(r).To(HaveCode("AWS.ECommerceService.ItemNotEligibleForCart"))
			Expect(r).To(CallItValid())
			Expect(cart.Get(ctx)).To(HaveTheContentsOf(cart.Born))
		}
	})

	// What does not belong together says so, in one of three codes (D14).
	It("names the mismatch", Judges("RC-X-CODE-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		serving(ctx, later()...)
		for _, wrong := range []*Cart{{ID: cart.ID, HMAC: altered(cart.HMAC), Born: cart.Born}, {ID: unknownCartID(ctx, cart.ID), HMAC: cart.HMAC, Born: cart.Born}} {
			for i, operation := range later() {
				r := ask(ctx, wrong.about(ctx, operation, i))

				Expect(r).To(HaveCode("AWS.ECommerceService.CartInfoMismatch", "AWS.ECommerceService.InvalidCartId", "AWS.ECommerceService.InvalidHMAC"))
				Expect(r).To(HaveStatus(200))
				Expect(r).To(CallItValid())
			}
		}
	})

	// Adding what is there already: the code is informational (D13).
	It("says how it names what is in the cart already", Observes("RC-X-CODE-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.TryAdd(ctx, Available(0).Times(1))

		Of(ctx).Observe(r.X, "adding what is in the cart already", outcome(r))
	})

	// Two identifiers on one item, one entry too many, an action that there is not: the
	// codes are documented, and were never recorded.
	for _, operation := range []string{cartCreate, cartAdd} {
		It("says how it names two identifiers on one item of "+operation, Observes("RC-X-CODE-06"), func(ctx SpecContext) {
			twice := byASIN(1, Available(1).ASIN(ctx)).with("OfferListingId", Available(1).Offer(ctx)).quantity(1)

			r := ask(ctx, NewCart(ctx, Available(0).Times(1)).bringing(ctx, operation, twice))

			Of(ctx).Observe(r.X, operation+" with ASIN and OfferListingId on one item", outcome(r))
		})
	}
	It("says how it names the limit of entries", Observes("RC-X-CODE-07"), func(ctx SpecContext) {
		r := CartOf(ctx, 50).TryAdd(ctx, Available(50).Times(1))

		Of(ctx).Observe(r.X, "a fifty-first entry", outcome(r))
	})
	It("says how it names an unknown Action", Observes("RC-X-CODE-08"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.TryMove(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)).ID, "ThrowAway")

		Of(ctx).Observe(r.X, "CartModify with an Action that there is not", outcome(r))
	})

	// Whether a tag is wanted depends on the edition (D3).
	It("says how it names a missing tag", Observes("RC-X-CODE-09"), func(ctx SpecContext) {
		q := to(ctx, cartCreate)
		q.items, q.tag = itemsOf(ctx, Available(0).Times(1)), ""

		r := ask(ctx, q)

		Of(ctx).Observe(r.X, "CartCreate without AssociateTag", outcome(r))
	})
}
