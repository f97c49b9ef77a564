package businesscart

import (
	"context"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// rejecting holds the promises of addItems about items that cannot be added:
// "Item rejections" in step 2 of the guide. Whether a rejected item is added in
// part is open, and so is whether its rejected quantity is the whole or the rest.
func rejecting() {
	// More than the stock is listed in rejectedItems of a success answer, and the
	// cart has no more than can be had.
	It("lists what cannot be had in rejectedItems", Judges("CART-ADD-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := cart.Overasked(ctx)

		for range 2 { // what was rejected once is rejected again
			after := cart.TryAdd(ctx, wanted)

			Limited(0).MustBeScarce(ctx, after)
			mustHaveBothArrays(ctx, after)
			cart.mustTakeGood(ctx, after, Available(0))
			Expect(after).To(RejectSomething())
			stock := int64(wanted.Quantity - 1)
			Expect(after).To(HoldUnits(wanted.Product(ctx), 0, stock))
			cart.ExpectItems(ctx, HoldUnits(wanted.Product(ctx), 0, stock))
		}
	})

	// Each of two such items is listed.
	It("lists each item that cannot be had", Judges("CART-ADD-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		second := Limited(1).IfGiven()
		request := []Wanted{Limited(0).Times(Limited(0).Stock(ctx) + 1), second.Times(second.Stock(ctx) + 1)}
		cart.Add(ctx, Available(2), 1)
		alone := cart.Rejecting(ctx, request[0])

		after := cart.TryAdd(ctx, request...)

		mustBothBeScarce(ctx, after, second)
		mustHaveBothArrays(ctx, after)
		if len(after.Rejected()) <= len(alone.Rejected()) { // the twins: what comes behind a rejected item, and behind a good one
			good := Available(0).Times(1)
			if r := cart.TryAdd(ctx, request[0], good); len(linesOf(r.Lines(), good.Product(ctx))) == 0 {
				Needs(ctx, "CART-ADD-19", r.X, "a line of "+good.Product(ctx), r.Says())
			}
			other := Available(1).Times(1)
			if r := cart.TryAdd(ctx, good, other); len(linesOf(r.Lines(), other.Product(ctx))) == 0 {
				Needs(ctx, "CART-ADD-32", r.X, "a line of "+other.Product(ctx), r.Says())
			}
		}
		Expect(after).To(RejectSomething())
		Expect(after).To(RejectAtLeast(len(alone.Rejected()) + 1))
	})

	// What the cart holds already counts: where it makes one line with what is
	// added, no more than can be had gets into that line. Where it makes another
	// line, the documents say nothing.
	It("counts what the cart holds", Judges("CART-ADD-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		wanted := cart.Overasked(ctx)
		cart.Rejecting(ctx, wanted) // the twin: as many in one call are rejected
		cart = EmptyCart(ctx)
		cart.Add(ctx, Limited(0), wanted.Quantity-1)
		mustBeRead(ctx, cart, "CART-ADD-25")

		after := cart.TryAdd(ctx, Limited(0).Times(1))

		Limited(0).MustBeScarce(ctx, after)
		mustHaveBothArrays(ctx, after)
		if after.Success() && len(linesOf(after.Lines(), wanted.Product(ctx))) > 1 {
			NotApplicable(ctx, "the target makes another line of an offer that the cart holds")
		}
		cart.mustTakeGood(ctx, after, Available(0))
		Expect(after).To(RejectSomething())
	})

	// An offer that is sold out is rejected in the same way, if the cart does not
	// take it as a line that is not available.
	It("lists a sold-out offer in rejectedItems", Judges("CART-ADD-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		product := Unavailable(0).IfGiven().Product(ctx)
		cart.Add(ctx, Available(0), 1)

		after := cart.TryAdd(ctx, Unavailable(0).Times(1))

		if after.Refused() && Of(ctx).Target().Profile == target.Live {
			Inconclusive(ctx, "%s may not exist any more: %s", Unavailable(0).Key, after.Says())
		}
		if after.Success() && len(after.Rejected()) == 0 && len(linesOf(after.Lines(), product)) != 0 {
			NotApplicable(ctx, "the target takes %s into the cart", Unavailable(0).Key)
		}
		mustHaveBothArrays(ctx, after)
		cart.mustTakeGood(ctx, after, Available(1))
		Expect(after).To(RejectSomething())
	})

	// Good items of the call are added and the bad one is listed, if that stands
	// before them, also when it was rejected alone just now.
	It("adds the good items behind a rejected one", Judges("CART-ADD-19"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		bad := Limited(0).Times(Limited(0).Stock(ctx) + 1)
		cart.Add(ctx, Available(2), 1)
		cart.Rejecting(ctx, bad) // the twin: the bad one alone is rejected in a success answer

		cart.mustAddBeside(ctx, 0, bad, Available(0).Times(1), Available(1).Times(2))
	})

	// And if it stands behind them.
	It("adds the good items before a rejected one", Judges("CART-ADD-19"), func(ctx SpecContext) {
		bad := Limited(0).Times(Limited(0).Stock(ctx) + 1)
		EmptyCart(ctx).Rejecting(ctx, bad) // the twin, in a cart that is emptied again
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(2), 1)

		cart.mustAddBeside(ctx, 2, bad, Available(0).Times(1), Available(1).Times(2))
	})

	// Lines that are there survive a rejected addition as they are.
	It("leaves the lines of the cart alone when it rejects", Judges("CART-ADD-20"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		bad := Limited(0).Times(Limited(0).Stock(ctx) + 1)
		cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(3))
		lines := cart.Steady(ctx)

		for _, request := range [][]Wanted{{bad}, {bad, Available(1).Times(1)}} {
			cart.Rejecting(ctx, request...)

			var wishes []types.GomegaMatcher
			for _, kept := range lines {
				if len(request) == 1 || kept.Product != Available(1).Product(ctx) {
					wishes = append(wishes, HaveLine(kept, OfProduct(kept.Product), WithQuantity(kept.Quantity)))
				}
			}
			cart.ExpectItems(ctx, wishes...)
		}
	})

	// So does the line of the very offer that is rejected.
	It("leaves the line of the rejected offer", Judges("CART-ADD-20"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(2))
		other := cart.SteadyLine(ctx, Available(0), cart.Steady(ctx))

		cart.Rejecting(ctx, Limited(0).Times(stock+1))

		cart.ExpectItems(ctx,
			HoldUnits(Limited(0).Product(ctx), 1, int64(max(stock, 1))),
			HaveLine(other, OfProduct(other.Product), WithQuantity(2)))
	})
}

// mustAddBeside adds good items and one that cannot be had at a place among them.
func (c *Cart) mustAddBeside(ctx context.Context, place int, bad Wanted, good ...Wanted) {
	request := slices.Insert(slices.Clone(good), place, bad)
	before := c.lines()

	after := c.TryAdd(ctx, request...)

	Limited(0).MustBeScarce(ctx, after)
	mustSuffice(ctx, before, after, good...)
	c.mustTakeGood(ctx, after, Available(2))
	Expect(after).To(BeSuccessful())
	twin := slices.Clone(request)
	twin[place].Quantity = 1
	c.mustTakeTwin(ctx, after, good, twin...)
	mustHaveBothArrays(ctx, after)
	c.mustAnswerAgain(ctx, after, request...)
	Expect(after).To(RejectSomething())
	for _, w := range good {
		Expect(after).To(HoldProduct(w.Product(ctx)))
	}
}

// mustAnswerAgain is for an answer that rejects nothing. It ends the spec when the
// same request rejects something the next time: then the first was not looked at.
func (c *Cart) mustAnswerAgain(ctx context.Context, after *Reply, request ...Wanted) {
	if !after.Success() || len(after.Rejected()) != 0 {
		return
	}
	if again := c.TryAdd(ctx, request...); again.Success() && len(again.Rejected()) != 0 {
		Needs(ctx, "CART-ADD-03", after.X, "the answer that the same request got after it: "+seenRejections(again), after.Says())
	}
}

// mustReject ends the spec unless something is rejected.
func mustReject(ctx context.Context, after *Reply) {
	mustHaveBothArrays(ctx, after)
	if list, _ := after.Array("rejectedItems"); len(list) == 0 {
		Needs(ctx, "CART-ADD-15", after.X, "something in rejectedItems", seenLines(after)+", nothing rejected")
	}
}

// mustBothBeScarce ends the spec when a live target took more than the stock of
// the second limited offer: whether its number is wrong cannot be told from outside.
func mustBothBeScarce(ctx context.Context, after *Reply, second Role) {
	Limited(0).MustBeScarce(ctx, after)
	stock := int64(second.Stock(ctx))
	if had := units(after.Lines(), second.Product(ctx)); had > stock && Of(ctx).Target().Profile == target.Live {
		Inconclusive(ctx, "%s does not play its role: the target took %d of its stock of %d", second.Key, had, stock)
	}
}
