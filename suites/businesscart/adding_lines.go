package businesscart

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// addingLines holds the promises of addItems about the lines that a cart gets
// by additions, one after another.
func addingLines() {
	// The answer lists what was there before and what was added, for as many lines as
	// there are offers.
	It("lists all lines of a larger cart", Judges("CART-ADD-05"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		offers := every(ctx, 20)
		old, last := offers[:len(offers)-1], offers[len(offers)-1]
		for part := range slices.Chunk(old, max(1, (len(old)+1)/2)) {
			cart.Taking(ctx, each(part, 1)...)
		}
		items := cart.Items(ctx)
		for _, offer := range old {
			if len(linesOf(items.Lines(), offer.Product(ctx))) == 0 {
				Needs(ctx, "CART-ADD-32", items.X, "a line of "+offer.Product(ctx), describe(items.Lines()))
			}
		}

		after := cart.Taking(ctx, last.Times(1))

		for _, offer := range offers {
			Expect(after).To(HoldProduct(offer.Product(ctx)))
		}
	})

	// A line that was removed is none of the cart's lines.
	It("does not list what was removed", Judges("CART-ADD-05"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.TakeOut(ctx, lines[0])

		after := cart.Taking(ctx, Available(2).Times(1))

		Expect(after).To(HoldProduct(lines[1].Product))
		Expect(after).NotTo(HoldProduct(lines[0].Product))
	})

	// One product at two buying options makes two lines, in one call.
	It("makes a line for each buying option of a product", Judges("CART-ADD-22"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		product := SameProduct(0).Product(ctx)
		for i := range 2 { // the twins: each can be had alone
			cart.TakeOut(ctx, cart.Add(ctx, SameProduct(i), 1))
		}
		cart.Add(ctx, Available(2), 1) // the cart is not empty either when the other twin is tried

		after := cart.Taking(ctx, SameProduct(0).Times(1), SameProduct(1).Times(1))

		if len(linesOf(after.Lines(), product)) < 2 { // the twin: two products in one call
			cart.mustTakeTwin(ctx, cart.Taking(ctx, Available(0).Times(1), Available(1).Times(1)),
				[]Wanted{Available(0).Times(1), Available(1).Times(1)}, Available(0).Times(1), Available(1).Times(1))
		}
		Expect(after).To(HoldLinesOf(product, 2))
	})

	// And in two calls, with other lines around them.
	It("makes a line for another buying option of a product that is there", Judges("CART-ADD-22"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		product := SameProduct(0).Product(ctx)
		cart.TakeOut(ctx, cart.Add(ctx, SameProduct(1), 3)) // the twin
		cart.Add(ctx, SameProduct(0), 2)
		cart.Add(ctx, Available(0), 1)

		after := cart.Taking(ctx, SameProduct(1).Times(3))

		if items := cart.Items(ctx); len(linesOf(items.Lines(), product)) == 2 && len(linesOf(after.Lines(), product)) < 2 {
			Needs(ctx, "CART-ADD-05", after.X, "all lines of the cart: "+describe(items.Lines()), describe(after.Lines()))
		}
		Expect(after).To(HoldLinesOf(product, 2))
		Expect(after).To(HoldProduct(product, WithQuantity(2)))
		Expect(after).To(HoldProduct(product, WithQuantity(3)))
	})

	// The same buying option again makes one line or two: either is right.
	It("shows what the same offer makes when added again", Observes("CART-ADD-23"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		after := cart.TryAdd(ctx, Available(0).Times(2))

		seen := formOf(after)
		if lines := linesOf(after.Lines(), Available(0).Product(ctx)); after.Success() {
			seen = fmt.Sprintf("a line of its own: %d lines", len(lines))
			if len(lines) == 1 {
				seen = "merged into one line"
			}
			seen += fmt.Sprintf(" with %d units, of 1 and 2 that were asked for", units(lines, Available(0).Product(ctx)))
		}
		Of(ctx).Observe(after.X, "adding the same offer again", seen)
	})

	// addItems refreshes the price of the lines that are there.
	It("shows prices that have changed", Serial, Judges("CART-ADD-24"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))

		for i, line := range lines {
			price := NewPrice(ctx, Available(i), line)

			eventually(ctx, func() *Reply { return cart.Taking(ctx, Available(2).Times(1)) },
				HoldProduct(line.Product, WithPrice(price)))
		}
	})

	// The lines of the answer are those that getItems gives right after.
	It("answers with the lines that are then read", Judges("CART-ADD-25"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		for _, wanted := range [][]Wanted{
			{Available(0).Times(2)}, {Available(1).Times(1), Available(2).Times(3)}, {Available(1).Times(1)},
		} {
			after := cart.Taking(ctx, wanted...)
			after.mustHold(ctx, wanted...)

			Expect(cart.ReadBack(ctx, after)).To(HaveLines(after.Lines()...))
		}
	})

	// Also when a part of the request was rejected.
	It("answers with the lines that are then read, after a rejection", Judges("CART-ADD-25"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(1))

		after := cart.Rejecting(ctx, Available(1).Times(2), Limited(0).Times(Limited(0).Stock(ctx)+1))

		Expect(cart.ReadBack(ctx, after)).To(HaveLines(after.Lines()...))
	})

	// Also after lines were changed and removed.
	It("answers with the lines that are then read, after a removal", Judges("CART-ADD-25"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))
		cart.ModifyAll(ctx, change{lines[1].ItemID, 4}, change{lines[0].ItemID, 0})

		after := cart.Taking(ctx, Available(0).Times(2))

		Expect(cart.ReadBack(ctx, after)).To(HaveLines(after.Lines()...))
	})

	// The answer's buyingOptionIdentifier is called new; the guide's own sample
	// shows the one that was sent.
	It("shows whether the buyingOptionIdentifier is a new one", Observes("CART-ADD-26"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		after, lines := cart.Adding(ctx, Available(0).Times(1))

		seen := "another one than was sent"
		switch lines[0].BuyingOption {
		case Available(0).Offer(ctx).BuyingOptionIdentifier:
			seen = "the one that was sent"
		case "":
			seen = "none"
		}
		Of(ctx).Observe(after.X, "buyingOptionIdentifier of an added line", seen)
	})

	// Several items of one call are all added.
	It("adds all items of a call", Judges("CART-ADD-32"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)

		after := cart.Taking(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))

		for i := range 3 {
			cart.mustTakeTwin(ctx, after, []Wanted{Available(i).Times(1)}, Available(i).Times(1))
			Expect(after).To(HoldProduct(Available(i).Product(ctx)))
		}
	})

	// As many as there are offers, beside a line that is there. Two of the offers may be
	// of one product, which hides that either is missing: one of them is there before, and
	// the other comes first.
	It("adds many items of a call", Judges("CART-ADD-32"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		offers := every(ctx, 20)
		slices.Reverse(offers)
		cart.Add(ctx, offers[0], 1)

		after := cart.Taking(ctx, each(offers[1:], 1)...)

		for _, offer := range offers[1:] {
			cart.mustTakeTwin(ctx, after, []Wanted{offer.Times(1)}, offer.Times(1))
			Expect(after).To(HoldProduct(offer.Product(ctx)))
		}
	})
}
