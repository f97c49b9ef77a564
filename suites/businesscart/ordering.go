package businesscart

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
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
		for _, ordered := range [][]Line{before, before[:1]} { // all of it, and a part of it
			cart.Ordered(ctx, ordered...)

			cart.ExpectItems(ctx, HaveLines(before...))
		}
		cart.ExpectItems(ctx, HaveLines(before...)) // nor does it a little later
	})

	// Neither does an order that is rejected, in part or as a whole.
	It("leaves the cart as it was when it is rejected", Judges("CART-ORD-04"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.addRestricted(ctx)
		before := cart.Steady(ctx)

		cart.TryOrder(ctx, before...)

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

// CartToOrder gives the lane's cart with nothing in it, on a target that claims to
// take orders.
func CartToOrder(ctx context.Context) *Cart {
	mustClaim(ctx, target.Ordering)
	terms(ctx)
	sweepAfterwards(ctx)
	return EmptyCart(ctx)
}

// sweepAfterwards leaves the lane's cart empty behind a spec that orders it: what
// an order does to a cart is not for the next spec to meet.
func sweepAfterwards(ctx context.Context) {
	DeferCleanup(func(ctx SpecContext) {
		if !Of(ctx).Over() {
			_ = attempt(func() { swept(Offstage(ctx)) }) // whatever goes wrong here is for the specs to find
		}
	})
}

// addSameProduct adds two buying options of one product.
func (c *Cart) addSameProduct(ctx context.Context) {
	if len(Of(ctx).Target().Data.SameProduct) < 2 {
		NotApplicable(ctx, "the target description has no data.offers.sameProduct")
	}
	c.AddAll(ctx, SameProduct(0).Times(1), SameProduct(1).Times(2))
}

// addRestricted adds an item that can be ordered, and one that the estimate
// rejects.
func (c *Cart) addRestricted(ctx context.Context) {
	if len(Of(ctx).Target().Data.Restricted) == 0 {
		NotApplicable(ctx, "the target description has no data.offers.restricted")
	}
	c.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))
	c.Refused(ctx, Restricted(0))
}

// mustHaveMoved ends the spec unless the cart comes to show a price that was set:
// without that nothing can be told from the price of an order.
func (c *Cart) mustHaveMoved(ctx context.Context, offer Role, price Money) {
	if items := settled(ctx, c, HoldProduct(offer.Product(ctx), WithPrice(price))); items != nil {
		Needs(ctx, "CART-ITEMS-04", items.X, "the price that was set, "+price.String(), seenLines(items))
	}
}

// mustNotBeTurnedDown ends the spec when the whole request is refused because of
// one line, which is another way to reject it.
func (o *Order) mustNotBeTurnedDown(ctx context.Context) {
	if o.Refused() && !o.turnedAway() {
		Of(ctx).Observe(o.X, "an order with an item that the estimate rejects", "refused as a whole: "+o.Says())
		JustObserved(ctx, "the target refuses the whole order, so that nothing is said about its lines")
	}
}

// ToOrder reads the cart's lines for an order: each has what the order takes.
func (c *Cart) ToOrder(ctx context.Context) []Line {
	items := c.Readable(ctx)
	lines := items.Lines()
	if len(lines) == 0 {
		Needs(ctx, "CART-ITEMS-10", items.X, "the lines that were added", items.Says())
	}
	items.mustNameOptions(ctx)
	return lines
}

// mustNameOptions ends the spec unless each line says what an order takes.
func (r *Reply) mustNameOptions(ctx context.Context) {
	for _, line := range r.Lines() {
		if line.BuyingOption == "" {
			Needs(ctx, "CART-ITEMS-02", r.X, "a buyingOptionIdentifier on each line", line.String()+" without one")
		}
	}
}

// mustBePriced ends the spec unless each line has a price.
func mustBePriced(ctx context.Context, lines []Line) {
	for _, line := range lines {
		if line.Price == nil {
			Needs(ctx, "CART-ADD-11", nil, "a price on each line of an available offer", line.String()+" without a price")
		}
	}
}

// mustShowPrices ends the spec of the prices when the order shows none: which
// artifacts it has is open.
func (o *Order) mustShowPrices(ctx context.Context) {
	for _, id := range o.ids() {
		if line, _ := o.Line(id); len(line.prices()) == 0 {
			Of(ctx).Observe(o.X, "unit prices of an order", "none: "+o.seen())
			JustObserved(ctx, "the order shows no unit price of line %s", id)
		}
	}
}

// awaitElsewhere waits until a change shows in the buyer's second cart, so that
// the cart of the spec need not be read for it. Without a second cart the spec has
// to look afterwards.
func awaitElsewhere(ctx context.Context, r Role, wished condition) {
	if Of(ctx).OtherCartID() == "" {
		return
	}
	other := OtherEmptyCart(ctx)
	await(ctx, func() bool {
		answer := other.TryItems(ctx)
		if len(answer.Lines()) == 0 {
			answer = other.TryAdd(ctx, r.Times(1))
		}
		return slices.ContainsFunc(answer.Lines(), wished.holds)
	})
	other.TryClear(ctx)
}

// comparison says how charges compare with others.
func comparison(got, want map[string]Money, none string) string {
	if len(got) == 0 {
		return none
	}
	if difference := compareCharges(got, want); difference != "" {
		return "different: " + difference
	}
	return "the same: " + strings.Join(slices.Sorted(maps.Values(sumTexts(got))), ", ")
}

func sumTexts(sums map[string]Money) map[string]string {
	texts := map[string]string{}
	for pair, sum := range sums {
		texts[pair] = fmt.Sprintf("%s %s", short(pair), sum)
	}
	return texts
}
