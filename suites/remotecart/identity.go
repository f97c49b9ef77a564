package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// identity holds the promises about what identifies an entry, and what identifies
// a cart and opens it.
func identity() {
	// An entry answers to its CartItemId, and not to the ASIN of its product.
	It("changes nothing by ASIN", Judges("RC-ITEM-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1))

		cart.mustNotAnswerTo(ctx, Available(0).ASIN(ctx), cart.Born.entry(ctx, Available(1).ASIN(ctx)))
	})

	// Nor to its OfferListingId.
	It("changes nothing by OfferListingId", Judges("RC-ITEM-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Offered(2), Available(1).Times(1))

		cart.mustNotAnswerTo(ctx, Available(0).Offer(ctx), cart.Born.entry(ctx, Available(1).ASIN(ctx)))
	})

	// Saved entries are no exception.
	It("changes no saved entry by ASIN", Judges("RC-ITEM-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(2), Available(1).Times(1))

		cart.mustNotAnswerTo(ctx, Unavailable(0).ASIN(ctx), cart.Born.entry(ctx, Available(1).ASIN(ctx)))
	})
	It("changes a saved entry by its CartItemId", Judges("RC-ITEM-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(2), Available(1).Times(1))
		saved := cart.Born.savedEntry(ctx, "RC-SFL-01", Unavailable(0).ASIN(ctx))

		r := cart.TrySet(ctx, saved.ID, 1)

		Taken(ctx, r)
		Expect(cart.Get(ctx)).To(HaveSaved(saved.ASIN, 1))
	})

	// The same entry has the same id in the answers of CartCreate, CartAdd and CartGet.
	It("keeps the CartItemId of an entry that nothing happens to", Judges("RC-ITEM-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		added := cart.Add(ctx, Available(2).Times(1))

		Expect(cart.Born).To(HaveAnIDForEach(2))
		Expect(added).To(HaveAnIDForEach(3))
		for _, answer := range []*Reply{added, cart.Get(ctx)} {
			Expect(answer).To(HaveAnIDForEach(3))
			Expect(answer).To(KeepTheIDsOf(cart.Born))
		}
		Expect(cart.Get(ctx)).To(KeepTheIDsOf(added))
	})

	// An id identifies one entry of a cart, however many there are,
	It("identifies each of many entries", Judges("RC-ITEM-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, ten(0)...)
		added := cart.TryAdd(ctx, Available(10).Times(1), Available(11).Times(1))

		for _, answer := range []*Reply{cart.Born, added, cart.Get(ctx)} {
			keeps(ctx, answer, distinctIDs())
		}
	})

	// and in both areas together.
	It("identifies active and saved entries", Judges("RC-ITEM-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Unavailable(0).Times(1))
		moved := cart.Save(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)))

		for _, answer := range []*Reply{cart.Born, moved, cart.Get(ctx)} {
			keeps(ctx, answer, distinctIDs())
		}
	})

	// Quantities are changed, and entries deleted, by CartItemId.
	It("changes and deletes by CartItemId", Judges("RC-ITEM-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1))
		first, second := cart.Born.entry(ctx, Available(0).ASIN(ctx)), cart.Born.entry(ctx, Available(1).ASIN(ctx))

		cart.TrySet(ctx, first.ID, 1)
		Expect(cart.Get(ctx)).To(HaveActive(first.ASIN, 1))
		cart.TrySet(ctx, second.ID, 0)

		after := cart.Get(ctx)
		Expect(after).To(HaveActive(first.ASIN, 1))
		Expect(after).To(HaveNo(second.ASIN))
	})

	// The OfferListingId is not kept.
	It("shows no OfferListingId", Judges("RC-ITEM-07"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Offered(1))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			Expect(answer).NotTo(HoldOutsideItsEcho(Available(0).Offer(ctx)))
		}
	})

	// The ASIN is, also of what was added by its OfferListingId.
	It("shows the ASIN of what was added by offer", Judges("RC-ITEM-08"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Offered(1))
		cart := created(ctx, r)
		if len(r.Active()) == 0 {
			Needs(ctx, "RC-CREATE-15", r.X, "an active entry of "+Available(0).Offer(ctx), seenEntries(r))
		}

		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			Expect(answer).To(HaveFields(answer.Active(), "ASIN"))
			Expect(answer).NotTo(HaveNo(Available(0).ASIN(ctx)))
		}
	})

	// Who sells it is shown by older editions (D20).
	It("says who sells an entry", Observes("RC-ITEM-09"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		seen := ""
		for _, name := range []string{"MerchantId", "SellerId", "SellerNickname"} {
			if text(cart.Born.entry(ctx, Available(0).ASIN(ctx)).Fields[name]) != "" {
				seen += " " + name
			}
		}
		Of(ctx).Observe(cart.Born.X, "elements about the seller of an entry", orNothing(seen))
	})

	// CartId and HMAC go with every later request.
	for _, operation := range later() {
		for _, wanted := range []struct{ name, id string }{{"CartId", "RC-ITEM-12"}, {"HMAC", "RC-ITEM-13"}} {
			It("wants a "+wanted.name+" for "+operation, Judges(wanted.id), func(ctx SpecContext) {
				cart, twin := NewCart(ctx, Available(0).Times(2)), NewCart(ctx, Available(0).Times(2))
				good, bad := twin.about(ctx, operation, 0), cart.about(ctx, operation, 1)
				bad.without = []string{wanted.name}

				r := cart.refuses(ctx, good, bad)

				Expect(r).To(ShowNoCart())
			})
		}

		// The HMAC secures the cart: with that of another one nothing is shown or changed.
		It("opens no cart to another HMAC for "+operation, Judges("RC-ITEM-14"), func(ctx SpecContext) {
			cart, twin := NewCart(ctx, Available(0).Times(2)), NewCart(ctx, Available(0).Times(1))

			r := cart.refuses(ctx, twin.about(ctx, operation, 0), cart.under(twin.HMAC).about(ctx, operation, 1))

			Expect(r).To(ShowNoEntries())
		})

		// So does the tag that the cart was created with.
		It("opens no cart to another tag for "+operation, Judges("RC-ITEM-15"), func(ctx SpecContext) {
			other := remote(ctx).OtherAssociateTag
			if other == "" {
				Inconclusive(ctx, "remoteCart.otherAssociateTag is missing from the target description")
			}
			cart, twin := NewCart(ctx, Available(0).Times(2)), NewCart(ctx, Available(0).Times(2))
			good, bad := twin.about(ctx, operation, 0), cart.about(ctx, operation, 1)
			bad.tag = other

			cart.refuses(ctx, good, bad)
		})
	}

	// Nor does an HMAC open it that is nearly the right one.
	for _, spoilt := range []struct {
		name  string
		spoil func(string) string
	}{{"last letter", alteredLast}, {"case", inOtherCase}} {
		It("opens no cart to an HMAC that differs in its "+spoilt.name, Judges("RC-ITEM-14"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(2))

			r := cart.refuses(ctx, cart.about(ctx, cartGet, 0), cart.under(spoilt.spoil(cart.HMAC)).about(ctx, cartGet, 0))

			Expect(r).To(ShowNoEntries())
		})
	}
}
