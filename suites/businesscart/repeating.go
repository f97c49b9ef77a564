package businesscart

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// repeating holds the promises that modifyItems is idempotent and safe to retry.
// A repetition is compared with what the first request left behind, which may be
// wrong in ways that are other promises.
func repeating() {
	// The same request again leaves the same lines, with the same status.
	It("is idempotent", Judges("CART-MOD-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		request := []change{{lines[0].ItemID, 4}, {lines[2].ItemID, 2}}

		first := cart.TryModify(ctx, request...)
		if !first.Success() {
			Needs(ctx, "CART-MOD-02", first.X, "the modification to be accepted with a success status", first.Says())
		}
		first.mustListItems(ctx)
		once := cart.Items(ctx)

		for range 9 {
			again := cart.TryModify(ctx, request...)
			Expect(again).To(HaveStatus(first.Status()))
			Expect(again).To(HaveLines(first.Lines()...))
		}
		Expect(cart.Items(ctx)).To(HaveLines(once.Lines()...))
		for i, quantity := range []int64{4, 2, 2} { // what does nothing is idempotent, too
			if line, _ := once.Line(lines[i].ItemID); line.Quantity != quantity {
				Needs(ctx, "CART-MOD-03", once.X, "quantities 4, 2 and 2", describe(once.Lines()))
			}
		}
	})

	// Idempotent also when another modification came between.
	It("is idempotent after other modifications", Judges("CART-MOD-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))

		cart.Modify(ctx, lines[0], 4)
		cart.Modify(ctx, lines[1], 3)
		cart.Modify(ctx, lines[0], 2)
		again := cart.TryModify(ctx, change{lines[0].ItemID, 4})

		for _, answer := range []*Reply{again, cart.Items(ctx)} {
			cart.Expect(ctx, answer, HaveLine(lines[0], WithQuantity(4)), HaveLine(lines[1], WithQuantity(3)))
		}
	})

	// The same request from several connections at once leaves the cart that one
	// of them would.
	It("is idempotent under concurrent repetition", Judges("CART-MOD-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))

		answers := atOnce(ctx, 8, modifyItemsCall(ctx, cart.ID, change{lines[0].ItemID, 5}))

		for _, answer := range answers {
			if !answer.Success() { // safe to retry: who was turned away in the crowd asks again
				answer = ask(ctx, modifyItemsCall(ctx, cart.ID, change{lines[0].ItemID, 5}))
			}
			cart.Expect(ctx, answer, HaveLine(lines[0], WithQuantity(5)))
		}
		cart.Expect(ctx, cart.Items(ctx),
			HaveLineCount(2), HaveLine(lines[0], WithQuantity(5)), HaveLine(lines[1], WithQuantity(2)))
	})

	// A request whose answer was lost can be sent again: the cart is as after one.
	It("is safe to retry", Judges("CART-MOD-12"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		request := change{lines[0].ItemID, 3}

		// Given up at several moments: the target may not have seen the request, may
		// be at it, or may be done.
		for _, patience := range []time.Duration{0, time.Millisecond, 5 * time.Millisecond} {
			abandon(ctx, patience, modifyItemsCall(ctx, cart.ID, request))
		}
		again := cart.TryModify(ctx, request)

		cart.mustNotBeTheMoment(ctx, again, request)
		cart.Expect(ctx, again, BeSuccessful(), HaveLine(lines[0], WithQuantity(3)))
		cart.Expect(ctx, cart.Items(ctx),
			HaveLineCount(2), HaveLine(lines[0], WithQuantity(3)), HaveLine(lines[1], WithQuantity(2)))
	})
}
