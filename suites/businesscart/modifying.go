package businesscart

import (
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// modifying holds the promises of modifyItems: step 3 of the guide. Bodies that
// the contract does not allow stand in refusing.go.
func modifying() {
	// A line is named by its itemId, and the call succeeds.
	It("accepts an itemId and a quantity", Judges("CART-MOD-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)

		after := cart.Modify(ctx, line, 2) // a success status without the success would show nothing

		Expect(after).To(BeSuccessful())
	})

	// The named line has the new quantity, in the answer and afterwards.
	It("updates the quantity of the named line", Judges("CART-MOD-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)

		for _, quantity := range []int{3, 2, 1} {
			after := cart.Modify(ctx, line, quantity)

			Expect(after).To(HaveLine(line, WithQuantity(int64(quantity))))
			Expect(cart.Items(ctx)).To(HaveLine(line, WithQuantity(int64(quantity))))
		}
	})

	// Each of several named lines gets its own quantity.
	It("updates each of several named lines", Judges("CART-MOD-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))

		cart.ModifyAll(ctx, change{lines[2].ItemID, 2}, change{lines[0].ItemID, 3})

		items := cart.Items(ctx)
		Expect(items).To(HaveLine(lines[0], WithQuantity(3)))
		Expect(items).To(HaveLine(lines[2], WithQuantity(2)))
	})

	// Items that the request does not name stay as they are.
	It("leaves the other lines alone", Judges("CART-MOD-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(3))

		after := cart.Modify(ctx, lines[1], 5)

		for _, kept := range []Line{lines[0], lines[2]} {
			Expect(after).To(HaveLine(kept, OfProduct(kept.Product), WithQuantity(kept.Quantity)))
		}
		items := cart.Items(ctx)
		for _, kept := range []Line{lines[0], lines[2]} {
			Expect(items).To(HaveLine(kept, OfProduct(kept.Product), WithQuantity(kept.Quantity)))
		}
	})

	// Nothing but the quantity of the named line changes, and no line appears.
	It("changes nothing but the quantity", Judges("CART-MOD-05"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))

		after := cart.Modify(ctx, lines[0], 4)

		Expect(after).To(HaveLine(lines[0], OfProduct(lines[0].Product)))
		Expect(after).To(HaveLineCount(2))
		Expect(cart.Items(ctx)).To(HaveLine(lines[0], OfProduct(lines[0].Product)))
	})

	// The answer lists the whole cart, not only what was modified.
	It("answers with the whole cart", Judges("CART-MOD-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))

		after := cart.Modify(ctx, lines[1], 3)

		Expect(after).To(HaveLines(cart.Items(ctx).Lines()...))
	})

	// The answer has items and rejectedItems, also when there is nothing in them.
	It("answers with items and rejectedItems", Judges("CART-MOD-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)

		Expect(cart.Modify(ctx, line, 2)).To(HaveArrays("items", "rejectedItems"))
		Expect(cart.Remove(ctx, line)).To(HaveArrays("items", "rejectedItems"))
	})

	// When nothing is rejected, rejectedItems is an empty array.
	It("rejects nothing when all is well", Judges("CART-MOD-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)

		Expect(cart.Modify(ctx, line, 2)).To(HaveEmptyArray("rejectedItems"))
	})

	// A modification that cannot be had is listed in rejectedItems of a success
	// answer, with the reason.
	It("lists rejected modifications in rejectedItems", Judges("CART-MOD-09"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		line := cart.Add(ctx, Limited(0), 1)

		after := cart.TryModify(ctx, change{line.ItemID, stock + 1})

		Limited(0).MustBeScarce(ctx, after)
		Expect(after).To(RejectSomething())
		for _, rejection := range after.Rejected() {
			Expect(after).To(GiveReasonsFor(rejection))
		}
	})

	// The same beside good modifications of other lines, which are made.
	It("makes the good modifications beside a rejected one", Judges("CART-MOD-09"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		lines := cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(1))

		after := cart.TryModify(ctx, change{lines[0].ItemID, stock + 1}, change{lines[1].ItemID, 2})

		Limited(0).MustBeScarce(ctx, after)
		Expect(after).To(RejectSomething())
		Expect(after).To(HaveLine(lines[1], WithQuantity(2)))
	})

	// A rejected modification leaves the line at no more than can be had: the old
	// quantity and the stock are both right.
	It("does not raise a line above the stock", Judges("CART-MOD-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		line := cart.Add(ctx, Limited(0), 1)

		after := cart.TryModify(ctx, change{line.ItemID, stock + 1})

		Limited(0).MustBeScarce(ctx, after)
		if !after.Success() {
			Needs(ctx, "CART-MOD-09", after.X, "a success answer with rejectedItems", after.Says())
		}
		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			Expect(answer).To(HaveLine(line, WithQuantityAtMost(int64(stock))))
		}
		left, _ := cart.Items(ctx).Line(line.ItemID)
		Of(ctx).Observe(after.X, "quantity of a line after a rejected modification", oldOrCapped(left.Quantity, 1, int64(stock)))
	})

	// The same request again leaves the same lines, with the same status.
	It("is idempotent", Judges("CART-MOD-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		request := []change{{lines[0].ItemID, 4}, {lines[2].ItemID, 2}}

		first := cart.ModifyAll(ctx, request...)
		once := cart.Items(ctx).Lines()

		for range 9 {
			again := cart.TryModify(ctx, request...)
			Expect(again).To(HaveStatus(first.Status()))
			Expect(again).To(HaveLines(once...))
		}
		Expect(cart.Items(ctx)).To(HaveLines(once...))
	})

	// Idempotent also when another modification came between.
	It("is idempotent after other modifications", Judges("CART-MOD-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))

		cart.Modify(ctx, lines[0], 4)
		cart.Modify(ctx, lines[1], 3)
		cart.Modify(ctx, lines[0], 2)
		again := cart.Modify(ctx, lines[0], 4)

		Expect(again).To(HaveLine(lines[0], WithQuantity(4)))
		Expect(again).To(HaveLine(lines[1], WithQuantity(3)))
		Expect(cart.Items(ctx)).To(HaveLines(again.Lines()...))
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
			Expect(answer).To(HaveLine(lines[0], WithQuantity(5)))
		}
		items := cart.Items(ctx)
		Expect(items).To(HaveLineCount(2))
		Expect(items).To(HaveLine(lines[0], WithQuantity(5)))
		Expect(items).To(HaveLine(lines[1], WithQuantity(2)))
	})

	// A request whose answer was lost can be sent again: the cart is as after one.
	It("is safe to retry", Judges("CART-MOD-12"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))

		// Given up at several moments: the target may not have seen the request, may
		// be at it, or may be done.
		for _, patience := range []time.Duration{0, time.Millisecond, 5 * time.Millisecond} {
			abandon(ctx, patience, modifyItemsCall(ctx, cart.ID, change{lines[0].ItemID, 3}))
		}
		again := cart.TryModify(ctx, change{lines[0].ItemID, 3})

		Expect(again).To(BeSuccessful())
		Expect(again).To(HaveLine(lines[0], WithQuantity(3)))
		items := cart.Items(ctx)
		Expect(items).To(HaveLine(lines[0], WithQuantity(3)))
		Expect(items).To(HaveLine(lines[1], WithQuantity(2)))
		Expect(items).To(HaveLineCount(2))
	})

	// Quantity 0 is accepted and removes the line.
	It("removes a line whose quantity is set to 0", Judges("CART-MOD-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 2)

		after := cart.TryModify(ctx, change{line.ItemID, 0})

		Expect(after).To(BeSuccessful())
		Expect(after).NotTo(HaveLine(line))
		Expect(cart.Items(ctx)).NotTo(HaveLine(line))
	})

	// Removing one line leaves the others.
	It("leaves the others when one line is removed", Judges("CART-MOD-14"), func(ctx SpecContext) {
		for _, victim := range []int{0, 1, 2} {
			cart := EmptyCart(ctx)
			lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(3))

			after := cart.Remove(ctx, lines[victim])

			rest := append(append([]Line{}, lines[:victim]...), lines[victim+1:]...)
			Expect(after).To(HaveLines(rest...))
			Expect(cart.Items(ctx)).To(HaveLines(rest...))
		}
	})

	// A removal that is repeated leaves the same cart; the status is the target's
	// choice.
	It("keeps the state when a removal is repeated", Judges("CART-MOD-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		after := cart.Remove(ctx, lines[0])

		again := cart.TryModify(ctx, change{lines[0].ItemID, 0})

		Expect(cart.Items(ctx)).To(HaveLines(after.Lines()...))
		Of(ctx).Observe(again.X, "repeating a removal", formOf(again))
	})

	// A line with quantity 0 is never listed.
	It("lists no line with quantity 0", Judges("CART-MOD-16"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
		cart.Modify(ctx, lines[1], 2)

		after := cart.TryModify(ctx, change{lines[0].ItemID, 0})
		if !after.Success() {
			Needs(ctx, "CART-MOD-13", after.X, "the removal to be accepted", after.Says())
		}
		if _, ok := after.Array("items"); !ok {
			Needs(ctx, "CART-MOD-07", after.X, "an answer with the cart's items", after.Says())
		}
		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			Expect(answer).To(ListOnlyQuantitiesAboveZero())
		}
	})

	// One call may change one line and remove another.
	It("changes and removes in one call", Judges("CART-MOD-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))

		after := cart.TryModify(ctx, change{lines[0].ItemID, 0}, change{lines[1].ItemID, 4})

		Expect(after).To(BeSuccessful())
		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			Expect(answer).NotTo(HaveLine(lines[0]))
			Expect(answer).To(HaveLine(lines[1], WithQuantity(4)))
			Expect(answer).To(HaveLine(lines[2], WithQuantity(1)))
		}
	})

	// The date of addition survives a modification in the guide's samples.
	It("shows what becomes of addedToCartDate", Observes("CART-MOD-18"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)

		after := cart.Modify(ctx, line, 2)

		changed, _ := after.Line(line.ItemID)
		seen := "it stays as it was"
		if !sameInstant(changed.Added, line.Added) {
			seen = fmt.Sprintf("it changes from %s to %s", short(line.Added), short(changed.Added))
		}
		Of(ctx).Observe(after.X, "addedToCartDate after a modification", seen)
	})

	// modifyItems refreshes the price of every line.
	It("shows a price that has changed", Serial, Judges("CART-MOD-19"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
		price := NewPrice(ctx, Available(0), lines[0])

		eventually(ctx, func() *Reply { return cart.Modify(ctx, lines[1], 2) }, HaveLine(lines[0], WithPrice(price)))
	})

	// An itemId goes on naming its line after modifications.
	It("keeps the itemId valid", Judges("CART-MOD-20"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)

		cart.Modify(ctx, line, 2)
		for _, quantity := range []int{5, 3} {
			cart.Items(ctx)
			after := cart.TryModify(ctx, change{line.ItemID, quantity})
			Expect(after).To(HaveLine(line, WithQuantity(int64(quantity))))
		}
	})

	// An itemId that names no line changes nothing; how it is refused is open.
	It("changes nothing for an unknown itemId", Judges("CART-MOD-21"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		gone := cart.Add(ctx, Available(1), 1)
		kept := cart.Add(ctx, Available(0), 2)
		cart.Remove(ctx, gone)
		before := cart.Items(ctx).Lines()
		cart.Modify(ctx, kept, 2)

		for _, unknown := range []string{gone.ItemID, varied(kept.ItemID)} {
			answer := cart.TryModify(ctx, change{unknown, 3})

			Expect(answer).NotTo(FailOnTheServer())
			Expect(cart.Items(ctx)).To(HaveLines(before...))
			Of(ctx).Observe(answer.X, "modifying an unknown itemId", formOf(answer))
		}
	})

	// Two lines of one product are modified one by one.
	It("modifies lines of the same product one by one", Judges("CART-MOD-25"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, SameProduct(0).Times(1), SameProduct(1).Times(1))

		for i, quantity := range []int{2, 3} {
			after := cart.Modify(ctx, lines[i], quantity)
			other := lines[1-i]
			Expect(after).To(HaveLine(other, WithQuantity(other.Quantity)))
			lines[i].Quantity = int64(quantity)
		}
	})
}
