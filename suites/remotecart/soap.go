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
// Each holds for both versions of it.
func overSOAP() {
	// Items stand in a container, one Item for each entry.
	It("takes items in a container over SOAP", Judges("RC-SOAP-01"), inEachVersion(func(ctx SpecContext, v soap.Version) {
		q := to(ctx, cartCreate)
		q.items = itemsOf(ctx, Available(0).Times(2), Available(1).Times(1))

		r := askSOAP(ctx, v, q)

		Taken(ctx, r)
		Expect(r).To(HaveActive(Available(0).ASIN(ctx), 2))
		Expect(r).To(HaveActive(Available(1).ASIN(ctx), 1))
		Expect(created(ctx, r).Get(ctx)).To(HaveTheContentsOf(r)) // the same cart as over REST
	}))

	// The whole life of a cart.
	It("does all five operations over SOAP", Judges("RC-SOAP-01"), inEachVersion(func(ctx SpecContext, v soap.Version) {
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
	}))

	// The document of the operation stands in an envelope.
	It("answers in an envelope over SOAP", Judges("RC-X-ENV-01"), inEachVersion(func(ctx SpecContext, v soap.Version) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := askSOAP(ctx, v, cart.request(ctx, cartGet))

		Expect(r).To(BeReadable())
	}))

	// A wrong signature is refused here, too.
	It("refuses a wrong signature over SOAP", Judges("RC-X-AUTH-01"), inEachVersion(func(ctx SpecContext, v soap.Version) {
		cart := NewCart(ctx, Available(0).Times(1))
		if r := askSOAP(ctx, v, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)); !r.Valid() {
			Needs(ctx, "RC-SOAP-01", r.X, "the request with the right signature to work", r.Says())
		}
		before := cart.Get(ctx)
		bad := cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...)
		bad.credentials = Bad

		askSOAP(ctx, v, bad)

		cart.stays(ctx, before)
	}))

	// Items are required.
	for _, operation := range []string{cartCreate, cartAdd} {
		It("wants items for "+operation+" over SOAP", Judges("RC-SOAP-02"), inEachVersion(func(ctx SpecContext, v soap.Version) {
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
		}))
	}

	// An Item is identified either way.
	for _, identified := range []struct {
		by string
		as func(Role) Wanted
	}{
		{"ASIN", func(r Role) Wanted { return r.Times(2) }},
		{"OfferListingId", func(r Role) Wanted { return r.Offered(2) }},
	} {
		It("takes an item by its "+identified.by+" over SOAP", Judges("RC-SOAP-03"), inEachVersion(func(ctx SpecContext, v soap.Version) {
			cart := NewCart(ctx, Available(0).Times(1))

			r := askSOAP(ctx, v, cart.request(ctx, cartAdd, itemsOf(ctx, identified.as(Available(1)))...))

			Taken(ctx, r)
			Expect(r).To(HaveActive(Available(1).ASIN(ctx), 2))
		}))
	}
}

// inEachVersion asks in each version of SOAP, where the target claims SOAP.
func inEachVersion(ask func(SpecContext, soap.Version)) func(SpecContext) {
	return func(ctx SpecContext) {
		claims(ctx, target.SOAP)
		for _, v := range soap.Versions() {
			ask(ctx, v)
		}
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
