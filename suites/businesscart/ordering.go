package businesscart

import (
	"maps"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// ordering holds the promises about the hand-off to the Ordering API: step 7 of
// the guide, its best practices and its questions. Orders are placed in trial mode
// unless the target description permits real ones.
func ordering() {
	// An order takes quantity, productIdentifier and buyingOptionIdentifier as
	// getItems gives them.
	It("is accepted as getItems gives it", Judges("CART-ORD-01"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		lines := cart.ToOrder(ctx)

		order := cart.Ordered(ctx, lines...)

		Expect(order).To(AcceptEachLine(order))
	})

	// Also after a modification and an estimate, and when the order says that a unit
	// may cost no more than the cart shows, as the guide's example does.
	It("is accepted at the price of the cart at most", Judges("CART-ORD-01"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		added := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(2))
		cart.Modify(ctx, added[0], 3)
		cart.Remove(ctx, added[1])
		cart.Charged(ctx)
		lines := cart.ToOrder(ctx)
		mustBePriced(ctx, lines)

		order := cart.OrderAtMost(ctx, lines...)

		order.mustBeAccepted(ctx)
		Expect(order).To(AcceptEachLine(order))
	})

	// A part of the cart can be ordered, one line after the other.
	It("is accepted line by line", Judges("CART-ORD-01"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		for _, line := range cart.ToOrder(ctx) {
			order := cart.Ordered(ctx, line)

			Expect(order).To(AcceptEachLine(order))
		}
	})

	// An order in trial mode uses nothing up: it is accepted again, also when it takes
	// all that there is.
	It("is accepted again after a trial", Serial, Judges("CART-ORD-01"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		if t := Of(ctx).Target(); !t.Ordering.Trial() || t.Control.SetStock == nil || len(t.Data.Limited) == 0 {
			NotApplicable(ctx, "the target description has no ordering.trialMode, no control.setStock, or no data.offers.limited")
		}
		offer := Limited(0)
		stock := offer.Stock(ctx)
		NewStock(ctx, offer, stock, stock)
		cart.Add(ctx, offer, stock)
		for range 2 {
			order := cart.Ordered(ctx, cart.ToOrder(ctx)...)

			Expect(order).To(AcceptEachLine(order))
		}
	})

	// Each buying option of a product is a line of its own, in the order as in the
	// cart.
	It("is accepted with two buying options of one product", Judges("CART-ORD-01"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.addSameProduct(ctx)
		lines := cart.ToOrder(ctx)

		order := cart.Ordered(ctx, lines...)

		Expect(order).To(AcceptEachLine(order))
	})

	// The order keeps the quantities and the prices that the cart showed.
	It("keeps quantities and prices of the cart", Judges("CART-ORD-02"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		added := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		cart.Modify(ctx, added[2], 4)
		cart.Charged(ctx)
		lines := cart.ToOrder(ctx)
		mustBePriced(ctx, lines)

		order := cart.Ordered(ctx, lines...)

		Expect(order).To(KeepQuantities(order))
		order.mustShowPrices(ctx)
		Expect(order).To(KeepPrices(order))
	})

	// They are those of the line, and not of another one of the same product.
	It("keeps the prices of two buying options apart", Judges("CART-ORD-02"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.addSameProduct(ctx)
		lines := cart.ToOrder(ctx)
		mustBePriced(ctx, lines)

		order := cart.Ordered(ctx, lines...)

		Expect(order).To(KeepQuantities(order))
		order.mustShowPrices(ctx)
		Expect(order).To(KeepPrices(order))
	})

	// The prices are those of the cart and not those of the market, which have moved
	// since the cart was read for the last time: one up, the other down.
	It("keeps the price of the cart when the market moves", Serial, Judges("CART-ORD-02"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		if Of(ctx).Target().Control.SetPrice == nil {
			NotApplicable(ctx, "the target description has no control.setPrice")
		}
		cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
		cart.Charged(ctx)
		lines := cart.ToOrder(ctx)
		mustBePriced(ctx, lines)
		up := NewPrice(ctx, Available(0), cart.SteadyLine(ctx, Available(0), lines))
		down := LowerPrice(ctx, Available(1), cart.SteadyLine(ctx, Available(1), lines))
		awaitElsewhere(ctx, Available(0), WithPrice(up))
		awaitElsewhere(ctx, Available(1), WithPrice(down))

		order := cart.Ordered(ctx, lines...)

		cart.mustHaveMoved(ctx, Available(0), up)
		cart.mustHaveMoved(ctx, Available(1), down)
		Expect(order).To(KeepQuantities(order))
		order.mustShowPrices(ctx)
		Expect(order).To(KeepPrices(order))
	})

	// It is the price that the cart showed last: not the one from when the item was
	// added, and not the one that the market has since.
	It("keeps the price that the cart showed last", Serial, Judges("CART-ORD-02"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		if Of(ctx).Target().Control.SetPrice == nil {
			NotApplicable(ctx, "the target description has no control.setPrice")
		}
		added := cart.Add(ctx, Available(0), 2)
		shown := NewPrice(ctx, Available(0), added)
		cart.mustHaveMoved(ctx, Available(0), shown)
		lines := cart.ToOrder(ctx)
		since := NewPrice(ctx, Available(0), cart.SteadyLine(ctx, Available(0), lines))
		awaitElsewhere(ctx, Available(0), WithPrice(since))

		order := cart.Ordered(ctx, lines...)

		cart.mustHaveMoved(ctx, Available(0), since)
		order.mustShowPrices(ctx)
		Expect(order).To(KeepPrices(order))
	})

	// With the plain offer id the order goes past the cart. It may then cost
	// something else, and need not.
	It("shows what an order with the plain offer id costs", Serial, Observes("CART-ORD-03"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		if !Of(ctx).Target().Ordering.Trial() {
			NotApplicable(ctx, "the target description wants real orders, and this one would be placed out of curiosity")
		}
		offer := Available(0)
		cart.Add(ctx, offer, 1)
		line := cart.SteadyLine(ctx, offer, cart.ToOrder(ctx))
		mustBePriced(ctx, []Line{line})
		cart.Ordered(ctx, line) // the good twin
		subject := "an order with the plain offer id"
		if Of(ctx).Target().Control.SetPrice != nil {
			price := NewPrice(ctx, offer, line)
			awaitElsewhere(ctx, offer, WithPrice(price))
			subject += " after the market price went from " + line.Price.String() + " to " + price.String()
		}
		line.BuyingOption = offer.Offer(ctx).BuyingOptionIdentifier

		order := cart.TryOrder(ctx, line)

		Of(ctx).Observe(order.X, subject, order.seen())
	})

	// Ordering does not clear the cart.
	It("leaves the cart as it was", Judges("CART-ORD-04"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		before := cart.Steady(ctx)
		for _, few := range []bool{false, true} { // all of it, and a part of it
			lines := cart.ToOrder(ctx) // the last look may have named the buying options anew
			if few {
				lines = lines[:1]
			}
			cart.Ordered(ctx, lines...)

			cart.ExpectItems(ctx, HaveLines(before...))
		}
		cart.ExpectItems(ctx, HaveLines(before...)) // nor does it a little later
	})

	// Neither does an order that is rejected, in part or as a whole.
	It("leaves the cart as it was when it is rejected", Judges("CART-ORD-04"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.addRestricted(ctx)
		before := cart.Steady(ctx)
		lines := cart.ToOrder(ctx)
		cart.Ordered(ctx, cart.SteadyLine(ctx, Available(0), lines)) // the good twin

		cart.TryOrder(ctx, lines...)

		cart.ExpectItems(ctx, HaveLines(before...))
		cart.ExpectItems(ctx, HaveLines(before...))
	})

	// deleteItems does, afterwards as before.
	It("lets the cart be cleared afterwards", Judges("CART-ORD-05"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		for _, with := range []bool{false, true} { // without an order: the twin
			cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
			if !with {
				if cleared := cart.Clear(ctx); cleared.Status() != 204 {
					Needs(ctx, "CART-DEL-01", cleared.X, "status 204", cleared.Says())
				}
				if after := cart.Reopen(ctx); len(after.Lines()) != 0 {
					Needs(ctx, "CART-DEL-03", after.X, "a cart without lines after deleteItems", after.Says())
				}
				continue
			}
			cart.Ordered(ctx, cart.ToOrder(ctx)...)

			cleared := cart.TryClear(ctx)

			Expect(cleared).To(HaveStatus(204))
			Expect(cart.Reopen(ctx)).To(HaveLineCount(0))
		}
	})

	// The answer gives each line's externalId back, with what was accepted and what
	// was rejected of it, and lists artifacts for the whole order.
	It("is answered line by line", Judges("CART-ORD-06"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		lines := cart.ToOrder(ctx)
		for n := range len(lines) {
			order := cart.Ordered(ctx, lines[n:]...)

			Expect(order.Reply).To(HaveArrays("lineItems", "acceptanceArtifacts", "rejectionArtifacts"))
			Expect(order).To(AnswerEachLine(order))
		}
	})

	// So it is when a line is rejected.
	It("is answered line by line when a line is rejected", Judges("CART-ORD-06"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.addRestricted(ctx)

		order := cart.TryOrder(ctx, cart.ToOrder(ctx)...)

		order.mustNotBeTurnedDown(ctx)
		order.mustAnswer(ctx)
		Expect(order.Reply).To(HaveArrays("lineItems", "acceptanceArtifacts", "rejectionArtifacts"))
		Expect(order).To(AnswerEachLine(order))
	})

	// What the order charges is what the last estimate for the same address said.
	It("shows how its charges compare with the estimate's", Observes("CART-ORD-07"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		e := cart.Charged(ctx)
		order := cart.Ordered(ctx, cart.ToOrder(ctx)...)

		charges, of := order.orderCharges(), "of the order"
		if len(charges) == 0 {
			charges, of = order.lineCharges(), "of the order's lines"
		}
		Of(ctx).Observe(order.X, "the charges "+of+" beside those of the estimate before it",
			comparison(charges, chargesIn(objects(e.Doc["charges"])), "the order names no charges"))
	})

	// What the whole order is charged is the sum of what its lines are.
	It("shows how its charges compare with those of its lines", Observes("CART-ORD-08"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(3))
		cart.Charged(ctx)
		order := cart.Ordered(ctx, cart.ToOrder(ctx)...)

		Of(ctx).Observe(order.X, "the charges of the order beside the sums of those of its lines",
			comparison(order.orderCharges(), order.lineCharges(), "the order names no charges"))
		details := order.TryDetails(ctx)
		seen := "it is not known: " + details.Says()
		if details.Success() {
			seen = "answered: " + details.seen()
			if len(details.refused()) == 0 && maps.Equal(sumTexts(details.lineCharges()), sumTexts(order.lineCharges())) {
				seen = "all lines accepted, with the same charges"
			}
		}
		Of(ctx).Observe(details.X, "reading the order back by its externalId", seen)
	})
}
