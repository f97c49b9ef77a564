package businesscart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// generalState holds the promises about what a cart holds, whichever operation
// shows or changes it.
func generalState() {
	// The cart shows the current price and availability of all its items: not of one
	// of them, and not only the first time.
	It("shows every change of price and availability", Serial, Judges("CART-GEN-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Limited(0).Times(1))
		first := NewPrice(ctx, Available(0), lines[0])
		if items := settled(ctx, cart, HaveLine(lines[0], WithPrice(first))); items != nil {
			Needs(ctx, "CART-ITEMS-04", items.X, "the new price "+first.String(), describe(items.Lines()))
		}
		NewStock(ctx, Limited(0), 0, stock)
		if items := settled(ctx, cart, HaveLine(lines[2], OutOfStock())); items != nil {
			Needs(ctx, "CART-ITEMS-06", items.X, "a line that is not available", describe(items.Lines()))
		}

		lines[0].Price = &first
		second := NewPrice(ctx, Available(0), lines[0])
		other := NewPrice(ctx, Available(1), lines[1])
		NewStock(ctx, Limited(0), stock, stock)

		eventually(ctx, func() *Reply { return cart.Items(ctx) }, SatisfyAll(
			HaveLine(lines[0], WithPrice(second)),
			HaveLine(lines[1], WithPrice(other)),
			HaveLine(lines[2], BeingAvailable()),
		))
	})

	// Only products and offers of the Product Search API get into a cart.
	It("takes no invented products and offers", Judges("CART-GEN-09"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		real := Available(1).Offer(ctx)
		if real.ProductIdentifier == Available(0).Offer(ctx).ProductIdentifier {
			Inconclusive(ctx, "%s and %s are the same product: a line of it would show nothing", Available(0).Key, Available(1).Key)
		}

		if items := cart.Items(ctx); len(items.Lines()) != 1 {
			Needs(ctx, "CART-DEL-03", items.X, "nothing but the line that was added", describe(items.Lines()))
		}

		for _, invented := range inventedOffers(ctx, real) {
			answer := cart.tryOffer(ctx, invented)

			for _, seen := range []*Reply{answer, cart.Items(ctx)} {
				Expect(seen).NotTo(HaveLineOf(invented))
				Expect(seen).NotTo(HaveLineOf(real)) // half of it was real
			}
			cart.mustBeSaid(ctx, answer, invented)
			Of(ctx).Observe(answer.X, "adding an invented product or offer", formOf(answer))
		}
		cart.Add(ctx, Available(1), 1) // the good twin is accepted
	})

	// Offers of a hosted catalog do not get into a cart.
	It("takes no offers of a hosted catalog", Judges("CART-GEN-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		hosted := Hosted(0).Offer(ctx)
		cart.Add(ctx, Available(0), 1) // the good twin is accepted

		answer := cart.tryOffer(ctx, hosted)

		items := cart.Items(ctx)
		if answer.Success() && len(answer.Rejected()) == 0 && Of(ctx).Target().Profile == target.Live {
			if found, _ := HaveLineOf(hosted).Match(items); found {
				Inconclusive(ctx, "%s does not play its role: the target took it; whether it is of a hosted catalog cannot be told from outside", Hosted(0).Key)
			}
		}
		for _, seen := range []*Reply{answer, items} {
			Expect(seen).NotTo(HaveLineOf(hosted))
		}
		cart.mustBeSaid(ctx, answer, hosted)
		Of(ctx).Observe(answer.X, "adding an offer of a hosted catalog", formOf(answer))
	})

	// Reading changes neither which lines there are nor their quantities. For the
	// estimate see CART-EST-24, for itemIds CART-ITEMS-08.
	It("does not change the cart by reading", Judges("CART-GEN-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(3))

		for range 2 {
			ask(ctx, listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")).mustWork(ctx)
			Expect(cart.Items(ctx)).To(HaveGoods(lines...))
			cart.Summary(ctx)
			Expect(cart.Items(ctx)).To(HaveGoods(lines...))
		}
	})

	// Nor by reading after changes: what was read before is over.
	It("does not bring back what it read before", Judges("CART-GEN-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		first := cart.Add(ctx, Available(0), 1)
		cart.Items(ctx)
		cart.Summary(ctx)
		second := cart.Add(ctx, Available(1), 2)
		changed := cart.Modify(ctx, first, 3)
		first.Quantity = 3
		if !sameGoods(changed.Lines(), []Line{first, second}) {
			Needs(ctx, "CART-MOD-06", changed.X, describe([]Line{first, second}), describe(changed.Lines()))
		}

		cart.Summary(ctx)

		Expect(cart.Items(ctx)).To(HaveGoods(first, second))
		cart.Remove(ctx, second)
		ask(ctx, listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")).mustWork(ctx)
		cart.Summary(ctx)
		Expect(cart.Items(ctx)).To(HaveGoods(first))
	})

	// Lines of the same product stay apart when the cart is read.
	It("does not merge lines by reading", Judges("CART-GEN-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, SameProduct(0).Times(2), SameProduct(1).Times(2), Available(0).Times(1))
		if items := cart.Items(ctx); !sameGoods(items.Lines(), lines) {
			Needs(ctx, "CART-ADD-22", items.X, describe(lines), describe(items.Lines()))
		}

		cart.Summary(ctx)
		ask(ctx, listCartsCall(ctx, Of(ctx).Lane().Buyer, 0, "")).mustWork(ctx)

		Expect(cart.Items(ctx)).To(HaveGoods(lines...))
	})

	// Nor does reading from several connections at once.
	It("does not change the cart by reading concurrently", Judges("CART-GEN-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		buyer := Of(ctx).Lane().Buyer

		atOnce(ctx, 4, getItemsCall(ctx, cart.ID))
		atOnce(ctx, 4, getCartCall(ctx, cart.ID))
		atOnce(ctx, 4, listCartsCall(ctx, buyer, 0, ""))

		Expect(cart.Items(ctx)).To(HaveGoods(lines...))
	})

	// What is done to one cart leaves another cart of the buyer alone.
	It("keeps two carts of a buyer apart", Judges("CART-GEN-14"), func(ctx SpecContext) {
		cart, other := bothCarts(ctx)
		kept := other.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		cart.mustKeep(ctx, other, nil)

		lines := cart.AddAll(ctx, Available(0).Times(1), Available(2).Times(1))
		other.mustKeep(ctx, cart, kept)
		cart.Modify(ctx, lines[0], 4)
		other.mustKeep(ctx, cart, kept)
		cart.Remove(ctx, lines[0])
		other.mustKeep(ctx, cart, kept)
		cart.Emptied(ctx)
		other.mustKeep(ctx, cart, kept)
	})

	// The same the other way round, and with a line of one cart named to the other.
	It("keeps a cart apart from the lines of another", Judges("CART-GEN-14"), func(ctx SpecContext) {
		other, cart := bothCarts(ctx)
		kept := other.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		cart.mustKeep(ctx, other, nil)
		lines := cart.AddAll(ctx, Available(1).Times(1), Available(2).Times(1))

		named := change{kept[0].ItemID, 4}
		if named.ItemID != lines[0].ItemID && named.ItemID != lines[1].ItemID { // itemIds are unique within a cart only
			cart.TryModify(ctx, named)
			other.mustKeep(ctx, cart, kept)
		}
		cart.Modify(ctx, lines[0], 3)
		cart.Emptied(ctx)
		other.mustKeep(ctx, cart, kept)
	})
}

// bothCarts gives the lane's cart and the buyer's second cart, both empty.
func bothCarts(ctx context.Context) (cart, other *Cart) {
	if Of(ctx).Lane().OtherCartID == "" {
		NotApplicable(ctx, "lanes[].otherCartId is missing from the target description: a buyer with one cart is not asked")
	}
	return EmptyCart(ctx), OtherEmptyCart(ctx)
}

// mustKeep expects the cart to have the given lines, whatever was done to
// another one.
func (c *Cart) mustKeep(ctx context.Context, another *Cart, lines []Line) {
	items := c.Items(ctx)
	if !sameLines(items.Lines(), lines) {
		// Where any cartId leads to the same cart, that is the mistake.
		if stray := ask(ctx, getItemsCall(ctx, unknownCart(ctx, another.ID))); stray.Success() {
			Needs(ctx, "CART-GEN-05", stray.X, "no success for a cart that the buyer does not have", stray.Says())
		}
	}
	ExpectWithOffset(1, items).To(HaveLines(lines...))
}

// inventedOffers gives identifiers of the form of real ones that nobody issued.
func inventedOffers(ctx context.Context, real target.Offer) []target.Offer {
	data := Of(ctx).Target().Data
	products, options := map[string]bool{}, map[string]bool{}
	for _, list := range [][]target.Offer{data.Available, data.SameProduct, data.Limited, data.Unavailable, data.Restricted, data.Hosted} {
		for _, offer := range list {
			products[offer.ProductIdentifier], options[offer.BuyingOptionIdentifier] = true, true
		}
	}
	product, option := varied(real.ProductIdentifier), varied(real.BuyingOptionIdentifier)
	if products[product] {
		product = real.ProductIdentifier + Of(ctx).Token()
	}
	if options[option] {
		option = real.BuyingOptionIdentifier + Of(ctx).Token()
	}
	return []target.Offer{
		{ProductIdentifier: product, BuyingOptionIdentifier: option},
		{ProductIdentifier: real.ProductIdentifier, BuyingOptionIdentifier: option},
		{ProductIdentifier: product, BuyingOptionIdentifier: real.BuyingOptionIdentifier},
	}
}

// tryOffer asks for one unit of an offer of any kind to be added.
func (c *Cart) tryOffer(ctx context.Context, offer target.Offer) *Reply {
	return c.learn(ask(ctx, addItemsCall(ctx, c.ID,
		wantedItem{offer.ProductIdentifier, offer.BuyingOptionIdentifier, 1, newExternalID(ctx)})))
}

// mustBeSaid ends the spec when an offer that did not get into the cart was
// neither rejected nor refused: to say so is addItems' promise.
func (c *Cart) mustBeSaid(ctx context.Context, answer *Reply, offer target.Offer) {
	answer.mustBeHeard(ctx)
	if answer.Refused() || answer.Success() && len(answer.Rejected()) != 0 {
		return
	}
	Needs(ctx, "CART-ADD-15", answer.X, "a rejection of "+Short(offer.ProductIdentifier)+", or a 4xx status", answer.Says())
}

// HaveGoods matches an answer that lists the given products in the given
// quantities, whatever the itemIds are.
func HaveGoods(lines ...Line) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "the products and quantities of " + describe(lines),
		Seen:   seenLines,
		Holds: func(r *Reply) bool {
			_, ok := r.Array("items")
			return ok && sameGoods(r.Lines(), lines)
		},
	}
}
