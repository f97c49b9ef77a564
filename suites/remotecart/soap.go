package remotecart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/spec/soap"
	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// overSOAP holds the promises about the form of SOAP, which a target has to claim.
func overSOAP() {
	for _, v := range soap.Versions() {
		// Items stand in a container, one Item for each entry.
		It("takes items in a container over SOAP "+string(v), Judges("RC-SOAP-01"), func(ctx SpecContext) {
			claims(ctx, target.SOAP)
			q := to(ctx, cartCreate)
			q.items = itemsOf(ctx, Available(0).Times(2), Available(1).Times(1))

			r := askSOAP(ctx, v, q)

			Taken(ctx, r)
			Expect(r).To(HaveActive(Available(0).ASIN(ctx), 2))
			Expect(r).To(HaveActive(Available(1).ASIN(ctx), 1))
			Expect(created(ctx, r).Get(ctx)).To(HaveTheContentsOf(r)) // the same cart as over REST
		})

		// The whole life of a cart.
		It("does all five operations over SOAP "+string(v), Judges("RC-SOAP-01"), func(ctx SpecContext) {
			claims(ctx, target.SOAP)
			cart := NewCart(ctx, Available(0).Times(1))

			added := askSOAP(ctx, v, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(3), Available(2).Times(2))...))
			Taken(ctx, added)
			Expect(added).To(HaveActive(Available(1).ASIN(ctx), 3))
			cart.Set(ctx, added.entry(ctx, Available(2).ASIN(ctx)), 1) // which works over REST
			e := added.entry(ctx, Available(1).ASIN(ctx))
			modified := askSOAP(ctx, v, cart.request(ctx, cartModify, byEntry(1, e.ID).quantity(2)))
			Taken(ctx, modified)
			Expect(modified).To(HaveActive(e.ASIN, 2))
			whole := cart.Get(ctx)
			read := askSOAP(ctx, v, cart.request(ctx, cartGet))
			Taken(ctx, read)
			Expect(read).To(HaveTheContentsOf(whole))
			NewCart(ctx, ten(0)[:3]...).Empty(ctx) // as REST does it
			Taken(ctx, askSOAP(ctx, v, cart.request(ctx, cartClear)))
			Expect(cart.Get(ctx)).To(HaveNothing())
		})

		// The document of the operation stands in an envelope.
		It("answers in an envelope over SOAP "+string(v), Judges("RC-X-ENV-01"), func(ctx SpecContext) {
			claims(ctx, target.SOAP)
			cart := NewCart(ctx, Available(0).Times(1))

			r := askSOAP(ctx, v, cart.request(ctx, cartGet))

			Expect(r).To(BeReadable())
		})

		// A wrong signature is refused here, too.
		It("refuses a wrong signature over SOAP "+string(v), Judges("RC-X-AUTH-01"), func(ctx SpecContext) {
			claims(ctx, target.SOAP)
			cart := NewCart(ctx, Available(0).Times(1))
			if r := askSOAP(ctx, v, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)); !r.Valid() {
				Needs(ctx, "RC-SOAP-01", r.X, "the request with the right signature to work", r.Says())
			}
			before := cart.Get(ctx)
			bad := cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...)
			bad.credentials = Bad

			askSOAP(ctx, v, bad)

			cart.stays(ctx, before)
		})

		// Items are required.
		for _, operation := range []string{cartCreate, cartAdd} {
			It("wants items for "+operation+" over SOAP "+string(v), Judges("RC-SOAP-02"), func(ctx SpecContext) {
				claims(ctx, target.SOAP)
				cart := NewCart(ctx, Available(0).Times(1))
				good := cart.bringing(ctx, operation, itemsOf(ctx, Available(1).Times(1))...)
				if r := askSOAP(ctx, v, good); !r.Valid() {
					Needs(ctx, "RC-SOAP-01", r.X, "the request with items to work", r.Says())
				}
				before := cart.Get(ctx)
				bad := good
				bad.items = nil

				r := askSOAP(ctx, v, bad)

				Expect(r).To(HaveFailed())
				cart.stays(ctx, before)
			})
		}

		// An Item is identified either way.
		It("takes ASINs and OfferListingIds over SOAP "+string(v), Judges("RC-SOAP-03"), func(ctx SpecContext) {
			claims(ctx, target.SOAP)
			cart := NewCart(ctx, Available(0).Times(1))

			for i, wanted := range []Wanted{Available(1).Offered(2), Available(2).Times(3)} {
				r := askSOAP(ctx, v, cart.request(ctx, cartAdd, itemsOf(ctx, wanted)...))

				Taken(ctx, r)
				Expect(r).To(HaveActive(Available(1+i).ASIN(ctx), wanted.Quantity))
			}
		})
	}
}

// claims ends the spec of an optional part that the target does not claim.
func claims(ctx context.Context, feature target.Feature) {
	for _, claimed := range remote(ctx).Features {
		if claimed == feature {
			return
		}
	}
	NotApplicable(ctx, "the target does not claim the feature %s (remoteCart.features)", feature)
}
