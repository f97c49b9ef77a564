package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// group holds the promises of the response group Cart about what an answer shows.
// Its amounts stand in money.go.
func group() {
	// The cart shows what identifies it, what it costs, and what is in it.
	It("shows the cart", Judges("RC-RG-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		for _, answer := range []*Reply{cart.Born, cart.Add(ctx, Available(1).Times(1)), cart.Set(ctx, e, 2), cart.Get(ctx)} {
			Expect(answer).To(HaveElements("CartId", "HMAC", "URLEncodedHMAC", "PurchaseURL", "SubTotal", "CartItems"))
		}
	})

	// The parts of the cart, and those of an entry, stand in the order of the samples:
	// the judge of every answer looks at it.
	It("shows the parts of the cart in order", Judges("RC-RG-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Unavailable(0).Times(1))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			if !holds(answer.Active(), Available(0).ASIN(ctx)) {
				Needs(ctx, "RC-SFL-07", answer.X, "an active entry of what can be had", seenEntries(answer))
			}
			answer.savedEntry(ctx, "RC-SFL-01", Unavailable(0).ASIN(ctx))
			Expect(answer).To(HaveElements("CartId", "CartItems", "SavedForLaterItems"))
		}
	})
	It("shows the parts of an entry in order", Judges("RC-RG-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			Expect(answer).To(HaveFields(answer.Active(), "CartItemId", "ItemTotal"))
		}
	})

	// Each entry shows what it is.
	It("shows each entry", Judges("RC-RG-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		added := cart.Add(ctx, Available(2).Times(1))
		changed := cart.Set(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)), 2)

		for _, answer := range []*Reply{cart.Born, added, changed, cart.Get(ctx)} {
			Expect(answer).To(HaveFields(answer.Active(), "CartItemId", "ASIN", "Quantity", "Title", "Price"))
		}
	})

	// Every amount shows its number, its currency and how it is displayed.
	It("shows amounts with currency and display", Judges("RC-RG-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))

		for _, answer := range []*Reply{cart.Born, saved, cart.Get(ctx)} {
			Expect(answer).To(ShowFullAmounts())
		}
	})

	// ProductGroup names the category.
	It("names the category of a product", Judges("RC-RG-14"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))

		Expect(cart.Born).To(NameTheCategories())
	})

	// Quantity is the number of an item.
	It("shows quantities", Judges("RC-RG-15"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(7))

		removed := cart.TrySet(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)).ID, 0) // nothing of an item is no entry

		for _, answer := range []*Reply{cart.Born, removed, cart.Get(ctx)} {
			keeps(ctx, answer, positiveQuantities())
			Expect(answer).To(HaveActive(Available(1).ASIN(ctx), 7))
		}
	})

	// Elements of older editions (D20).
	It("says which elements of older editions it shows", Observes("RC-RG-16"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		seen := ""
		for _, name := range []string{"ExchangeId", "ListOwner", "ListType", "MerchantId", "ParentASIN", "SellerId", "SellerNickname"} {
			if cart.Get(ctx).entry(ctx, Available(0).ASIN(ctx)).Fields[name] != nil {
				seen += " " + name
			}
		}
		Of(ctx).Observe(cart.Born.X, "optional elements of an entry", orNothing(seen))
	})

	// Without ResponseGroup the group is Cart.
	It("shows the group unasked", Judges("RC-RG-17"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, answer := range []*Reply{cart.Born, cart.Get(ctx)} {
			Expect(answer).To(HaveElements(cartGroup()...))
		}
	})

	// All operations take the group, and show the cart with it.
	for _, wanted := range []struct{ operation, id string }{
		{cartCreate, "RC-X-RG-01"}, {cartAdd, "RC-RG-18"}, {cartModify, "RC-RG-18"}, {cartGet, "RC-RG-18"}, {cartClear, "RC-RG-18"},
	} {
		It("takes the group Cart for "+wanted.operation, Judges(wanted.id), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(5))
			q := cart.about(ctx, wanted.operation, 0)
			q.groups = "Cart"

			r := ask(ctx, q)

			Taken(ctx, r)
			Expect(r).To(HaveElements("CartId"))
		})
	}

	// CartSimilarities is not for CartClear.
	It("says whether CartClear takes CartSimilarities", Observes("RC-X-RG-02"), func(ctx SpecContext) {
		q := NewCart(ctx, Available(0).Times(1)).request(ctx, cartClear)
		q.groups = "Cart,CartSimilarities"

		r := ask(ctx, q)

		Of(ctx).Observe(r.X, "CartClear with CartSimilarities", outcome(r))
	})
}
