package businesscart

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// workflow holds the promises about the steps as a whole. What one step owes is
// asked in its own area; here it is what the steps hand on to each other, and
// what they leave behind.
func workflow() {
	// Steps 1 to 6 and 8 work in order, each with what the one before gave.
	It("takes a buyer from an empty cart to its cost and back", Judges("CART-FLOW-01"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)

		trip, hitch := cart.goThrough(ctx, step1|step3|step45)

		if hitch != nil {
			hitch.blame(ctx, hitch.worksAlone(ctx), "after the steps before it")
		}
		if !trip.fits() { // is it the way, or does the estimate know of no modification at all?
			trip.unlike(ctx, LittleUsedCart(ctx).mustGoThrough(ctx, step3), "CART-EST-10")
		}
		Expect(trip.estimate).To(FitTheLines(trip.worth))
	})

	// They also work when the buyer looks at the cost in between and goes back.
	It("lets a buyer go back and forth", Judges("CART-FLOW-01"), func(ctx SpecContext) {
		for i, trip := range backAndForth(ctx, true) {
			if !trip.fits() { // is it the looking, or the going?
				trip.unlike(ctx, backAndForth(ctx, false)[i], "CART-EST-10")
			}
			Expect(trip.estimate).To(FitTheLines(trip.worth))
		}
	})

	// They still do with an order between the estimate and the clearing, and the order
	// leaves nothing behind that the next buyer of the cart would see.
	It("takes a buyer from an empty cart to an order and back", Judges("CART-FLOW-02"), func(ctx SpecContext) {
		mustClaim(ctx, target.Ordering)
		terms(ctx)
		sweepAfterwards(ctx)
		cart := LittleUsedCart(ctx)
		before := cart.mustGoThrough(ctx, step1|step3|step45) // without an order

		trip, hitch := cart.goThrough(ctx, step1|step3|step45|step7)

		if hitch != nil {
			hitch.blame(ctx, hitch.worksAlone(ctx), "with an order between the estimate and the clearing")
		}
		Expect(trip.estimate).To(CostLike(before, trip))
		after, hitch := cart.goThrough(ctx, step1|step3|step45)
		if hitch != nil {
			hitch.blame(ctx, true, "as before the order")
		}
		Expect(after.estimate).To(CostLike(before, after))
	})

	// A buyer gets from a rejected estimate to an accepted one by removing what it
	// names; what is left costs what it did before the bad lines came.
	It("leads from a rejected estimate to an accepted one", Judges("CART-FLOW-03"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)
		good := cart.Add(ctx, Available(0), 1)
		before := cart.stop(ctx)
		restricted := []Role{Restricted(0)}
		if len(Of(ctx).Target().Data.Restricted) > 1 {
			restricted = append(restricted, Restricted(1))
		}
		for _, offer := range restricted {
			cart.Add(ctx, offer, 1)
		}
		mustFindWayOut(ctx, cart, good, restricted)

		after := cart.stop(ctx)

		Expect(after.estimate).To(CostLike(before, after))
		cart.Emptied(ctx)
	})

	// The same way out a second time, for another line, in a cart that went it before.
	It("leads out of a rejected estimate again", Judges("CART-FLOW-03"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)
		good := cart.Add(ctx, Available(0), 2)
		before := cart.stop(ctx)
		for range 2 {
			cart.Add(ctx, Restricted(0), 1)
			mustFindWayOut(ctx, cart, good, []Role{Restricted(0)})

			after := cart.stop(ctx)

			Expect(after.estimate).To(CostLike(before, after))
		}
	})

	// After a clearing the whole workflow can be done again: nothing is left of the
	// first time.
	It("can be gone through again", Judges("CART-FLOW-04"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)
		first := cart.mustGoThrough(ctx, step1|step3|step45)

		second, hitch := cart.goThrough(ctx, step1|step3|step45)

		if hitch != nil {
			hitch.blame(ctx, true, "as when the cart was gone through before it was cleared")
		}
		Expect(second.estimate).To(CostLike(first, second))
	})

	// Nothing is left of a rejection either.
	It("starts anew after a rejected estimate", Judges("CART-FLOW-04"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)
		first := cart.mustGoThrough(ctx, step3)
		cart.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))
		cart.Refused(ctx, Restricted(0))
		cart.Emptied(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1)) // the same way as the first time
		cart.ModifyAll(ctx, change{lines[0].ItemID, ordered}, change{lines[1].ItemID, orderedB})

		second := cart.Estimate(ctx, Deliverable(ctx))

		second.mustShowBoth(ctx)
		if charges, _ := second.populated(); charges == 0 { // does a removal cure it, when a clearing does not?
			cart.Emptied(ctx)
			cart.Add(ctx, Available(0), 1)
			bad := cart.Add(ctx, Restricted(0), 1)
			cart.Remove(ctx, bad)
			if cured := cart.Estimate(ctx, Deliverable(ctx)); len(cured.Charges()) == 0 {
				Needs(ctx, "CART-EST-15", cured.X, "charges after the rejected line was removed", cured.seen())
			}
		}
		Expect(second).To(GiveCharges())
		Expect(second).To(CostLike(first, cart.stop(ctx)))
	})

	// Step 3 is optional: the cart is what was added, without any modification.
	It("works without a modification", Judges("CART-FLOW-05"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)

		trip, hitch := cart.goThrough(ctx, step1|step45)

		if hitch != nil {
			_, again := LittleUsedCart(ctx).goThrough(ctx, step1|step3|step45)
			hitch.blame(ctx, again == nil, "without a modification before it")
		}
		if !trip.fits() {
			trip.unlike(ctx, LittleUsedCart(ctx).mustGoThrough(ctx, step1|step3|step45), "CART-EST-10")
		}
		Expect(trip.estimate).To(FitTheLines(trip.worth))
		if trip.subtotal != nil && !trip.sums() && LittleUsedCart(ctx).mustGoThrough(ctx, step3|step45).sums() { // else it is the summary's own matter
			Expect(trip.summary).To(SumUpTheLines(trip.worth))
		}
	})

	// Nor is one needed when the cart is filled in several calls.
	It("works without a modification of a cart that is filled bit by bit", Judges("CART-FLOW-05"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)
		for i := range 3 {
			cart.Add(ctx, Available(i), i+1)
		}
		cart.Summary(ctx)

		trip := cart.stop(ctx)

		if !trip.fits() {
			trip.unlike(ctx, LittleUsedCart(ctx).mustGoThrough(ctx, step3), "CART-EST-10")
		}
		Expect(trip.estimate).To(FitTheLines(trip.worth))
		cart.Emptied(ctx)
	})

	// Before an order, one estimate gives the final charges at refreshed prices, or
	// the lines that would be rejected: also when a price changes on the way.
	It("ends with the final charges", Serial, Judges("CART-FLOW-06"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)
		line := cart.Add(ctx, Available(0), 2)
		initial := goods(ctx, cart.Charged(ctx))
		first := NewPrice(ctx, Available(0), line)
		if late := cart.notYet(ctx, ChargeMoreForGoods(initial)); late != nil {
			Needs(ctx, "CART-EST-17", late.X, "a charge for goods above "+initial.String(), late.seen())
		}
		raised := goods(ctx, cart.Charged(ctx))

		bad := cart.Add(ctx, Restricted(0), 1)
		line.Price = &first
		second := NewPrice(ctx, Available(0), line)
		if refused := cart.Refused(ctx, Restricted(0)); !refused.names(bad) {
			Needs(ctx, "CART-EST-11", refused.X, "a rejection artifact that names "+bad.String(), refused.seen())
		}
		cart.Remove(ctx, bad)

		Of(ctx).Pause(ctx, Of(ctx).Target().Control.Settle) // from now on one look is enough
		final := cart.Charged(ctx)
		Expect(final).To(ChargeMoreForGoods(raised))
		line.Price = &second
		NewPrice(ctx, Available(0), line)
		Of(ctx).Pause(ctx, Of(ctx).Target().Control.Settle)
		Expect(cart.Charged(ctx)).To(ChargeMoreForGoods(goods(ctx, final)))
	})
}

// backAndForth fills a cart, removes and fills again, with an estimate after each
// step and, as the guide has it, a look at the summary before.
func backAndForth(ctx context.Context, review bool) []trip {
	cart := LittleUsedCart(ctx)
	var trips []trip
	look := func() {
		if review {
			cart.Summary(ctx)
		}
		trips = append(trips, cart.stop(ctx))
	}
	first := cart.Add(ctx, Available(0), 5)
	look()
	cart.Add(ctx, Available(1), 5)
	look()
	cart.Remove(ctx, first)
	look()
	cart.Add(ctx, Available(2), 5)
	look()
	return trips
}

// blameRemoval says whose it is that a line cannot be removed after an estimate
// has rejected it: the workflow's when it can be removed before.
func blameRemoval(ctx context.Context, answer *Reply, line Line) {
	cart := swept(ctx)
	bad := cart.Add(ctx, Restricted(0), 1)
	removed := cart.TryModify(ctx, change{bad.ItemID, 0})
	wanted := "the line that the estimate named to be removed"
	got := answer.Says()
	if answer.Success() {
		got = line.String() + " in the cart"
	}
	if !removed.Success() || len(cart.Items(ctx).Lines()) != 0 {
		Needs(ctx, "CART-MOD-13", answer.X, wanted, got)
	}
	Of(ctx).Blame(answer.X, wanted+", as one that was not estimated is", got)
	Fail(Mismatch(modifyItems, wanted+", as one that was not estimated is", got), 2)
}

// mustFindWayOut removes what estimates name until one is accepted, which takes
// no more rounds than there are bad lines.
func mustFindWayOut(ctx context.Context, cart *Cart, good Line, restricted []Role) {
	for range restricted {
		lines := cart.Steady(ctx)
		e := cart.TryEstimate(ctx, Deliverable(ctx))
		if charges, rejections := e.populated(); e.Success() && charges > 0 && rejections == 0 && len(lines) == 1 {
			break
		}
		e.mustRefuse(ctx, restricted...)
		named := e.Named(lines)
		if len(named) == 0 {
			Needs(ctx, "CART-EST-13", e.X, "a rejection artifact that names a line of the cart: "+describe(lines), e.seen())
		}
		var removals []change
		for _, line := range named {
			if line.ItemID == good.ItemID {
				Needs(ctx, "CART-EST-13", e.X, "no artifact that names "+good.String(), e.seen())
			}
			removals = append(removals, change{line.ItemID, 0})
		}
		answer := cart.TryModify(ctx, removals...)
		left := cart.Items(ctx)
		for _, line := range named {
			if there, ok := left.Line(line.ItemID); ok || !answer.Success() {
				blameRemoval(ctx, answer, there)
			}
		}
		if len(left.Lines()) == 1 {
			break
		}
	}
	items := cart.Items(ctx)
	if !sameLines(items.Lines(), []Line{good}) {
		Needs(ctx, "CART-EST-18", items.X, fmt.Sprintf("nothing but %s when all that estimates name is removed", good), describe(items.Lines()))
	}
	if cured := cart.Estimate(ctx, Deliverable(ctx)); len(cured.Charges()) == 0 {
		Needs(ctx, "CART-EST-15", cured.X, "charges after the rejected lines were removed", cured.seen())
	}
}
