package businesscart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// buyingOptions holds the promises about the identifier that a cart's lines are
// ordered with: "Best practices" and the questions of the guide.
func buyingOptions() {
	// Every line of an answer has a buyingOptionIdentifier. (In getItems' answers
	// that is CART-ITEMS-02.)
	It("gives a buyingOptionIdentifier on each line", Judges("CART-BOI-01"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		first := cart.Taking(ctx, Available(0).Times(1))
		first.mustHold(ctx, Available(0).Times(1))
		Expect(first).To(OfferEachLine())
		after, lines := cart.Adding(ctx, Available(1).Times(1), Available(2).Times(2))
		Expect(after).To(OfferEachLine())

		for _, changed := range []*Reply{cart.Modify(ctx, lines[0], 3), cart.Remove(ctx, lines[1])} {
			if len(changed.Lines()) == 0 {
				Needs(ctx, "CART-MOD-06", changed.X, "the whole cart", changed.Says())
			}
			Expect(changed).To(OfferEachLine())
		}
	})

	// It stands for the cart and the line. It is opaque, so that this can only be
	// guessed from two carts with the same offer.
	It("shows whether one offer has different identifiers in two carts", Observes("CART-BOI-02"), func(ctx SpecContext) {
		other := OtherEmptyCart(ctx)
		cart := EmptyCart(ctx)
		here, there := cart.Add(ctx, Available(0), 1), other.Add(ctx, Available(0), 1)

		seen := "the same in both"
		if here.BuyingOption != there.BuyingOption {
			seen = "different ones"
		}
		Of(ctx).Observe(other.Items(ctx).X, "buyingOptionIdentifiers of one offer in two carts", seen)
	})

	// Lines of different buying options have different identifiers, whatever is
	// done to the cart.
	It("keeps the identifiers of different buying options apart", Judges("CART-BOI-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		product := SameProduct(0).Product(ctx)
		added := cart.Taking(ctx, SameProduct(0).Times(1), SameProduct(1).Times(1), Available(0).Times(1))
		pair := linesOf(added.Lines(), product)
		if len(pair) != 2 {
			Needs(ctx, "CART-ADD-22", added.X, "two lines of "+product, describe(added.Lines()))
		}

		for _, answer := range []*Reply{added, cart.Items(ctx), cart.Modify(ctx, pair[0], 2), cart.Items(ctx)} {
			for _, line := range answer.Lines() {
				if line.BuyingOption == "" {
					Needs(ctx, "CART-BOI-01", answer.X, "a buyingOptionIdentifier on each line", line.String()+" without one")
				}
			}
			if len(linesOf(answer.Lines(), product)) != 2 {
				Needs(ctx, "CART-ITEMS-10", answer.X, "both lines of "+product, describe(answer.Lines()))
			}
			Expect(answer).To(TellBuyingOptionsApart())
		}
	})

	// The offer id of a product search goes on working, whatever was done to the
	// cart: an identifier of the cart's own is not asked for.
	It("takes the offer id at any time", Judges("CART-BOI-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		offer := Available(0)
		more := func() []Line {
			GinkgoHelper()
			before := cart.Items(ctx).Lines()
			after := cart.TryAdd(ctx, offer.Times(1))
			cart.mustTakeGood(ctx, after, Available(1))
			mustSuffice(ctx, before, after, offer.Times(1))
			Expect(after).To(TakeMore(offer.Product(ctx), units(before, offer.Product(ctx))))
			return linesOf(after.Lines(), offer.Product(ctx))
		}
		line := cart.Add(ctx, offer, 1)

		more() // while it has a line
		cart.Modify(ctx, line, 3)
		more() // after a modification
		cart.Charged(ctx)
		for _, line := range more() { // after an estimate
			cart.Remove(ctx, line)
		}
		more() // after its removal
	})
}
