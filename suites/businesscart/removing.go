package businesscart

import (
	"bytes"
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// removing holds the promises of modifyItems about quantity 0, which removes a
// line.
func removing() {
	// Quantity 0 is accepted and removes the line.
	It("removes a line whose quantity is set to 0", Judges("CART-MOD-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 2)

		after := cart.TryModify(ctx, change{line.ItemID, 0})

		cart.mustNotBeTheMoment(ctx, after, change{line.ItemID, 0})
		cart.Expect(ctx, after, BeSuccessful())
		after.mustListItems(ctx)
		cart.Expect(ctx, after, Not(HaveLine(line)), Not(HoldProduct(line.Product)))
		cart.Expect(ctx, cart.Items(ctx), Not(HaveLine(line)), Not(HoldProduct(line.Product)))
	})

	// Every line of the cart, one after the other, the last one included.
	It("removes line after line", Judges("CART-MOD-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))

		for i, line := range []Line{lines[1], lines[2], lines[0]} {
			cart.Remove(ctx, line)

			cart.Expect(ctx, cart.Items(ctx), Not(HaveLine(line)), HaveLineCount(2-i))
		}
	})

	// 0.0 is the number 0, and removes a line where it is accepted.
	It("removes a line whose quantity is set to 0.0", Judges("CART-MOD-13"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Remove(ctx, lines[0]) // the plain 0 does
		cart.Items(ctx)

		removal := modifyItemsCall(ctx, cart.ID, change{lines[1].ItemID, 0})
		removal.Body = bytes.Replace(removal.Body, []byte(`"quantity":0`), []byte(`"quantity":0.0`), 1)
		after := ask(ctx, removal)

		if !after.Success() {
			NotApplicable(ctx, "the target does not take 0.0 for an integer: %s", after.Says())
		}
		after.mustListItems(ctx)
		cart.Expect(ctx, after, Not(HaveLine(lines[1])))
		cart.Expect(ctx, cart.Items(ctx), Not(HaveLine(lines[1])))
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

	// Also another line of the same product.
	It("leaves the other line of a product when one is removed", Judges("CART-MOD-14"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		pair := cart.AddAll(ctx, SameProduct(0).IfGiven().Times(1), SameProduct(1).IfGiven().Times(2))

		after := cart.Remove(ctx, pair[0])

		Expect(after).To(HaveLines(pair[1]))
		Expect(cart.Items(ctx)).To(HaveLines(pair[1]))
	})

	// A removal that is repeated leaves the same cart; the status is the target's
	// choice.
	It("keeps the state when a removal is repeated", Judges("CART-MOD-15"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Remove(ctx, lines[0])
		once := cart.Items(ctx)

		again := cart.TryModify(ctx, change{lines[0].ItemID, 0})

		Expect(cart.Items(ctx)).To(HaveLines(once.Lines()...))
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
		after.mustListItems(ctx)
		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			Expect(answer).To(ListOnlyQuantitiesAboveZero())
		}
	})

	// One call may change one line and remove another.
	It("changes and removes in one call", Judges("CART-MOD-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))

		request := []change{{lines[0].ItemID, 0}, {lines[1].ItemID, 4}}
		after := cart.TryModify(ctx, request...)

		cart.mustNotBeTheMoment(ctx, after, request...)
		cart.Expect(ctx, after, BeSuccessful())
		after.mustListItems(ctx)
		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			cart.Expect(ctx, answer, Not(HaveLine(lines[0])), HaveLine(lines[1], WithQuantity(4)))
		}
		items := cart.Items(ctx)
		if line, _ := items.Line(lines[2].ItemID); line.Quantity != 1 {
			Needs(ctx, "CART-MOD-04", items.X, "the line that was not named left as it was: "+lines[2].String(), describe(items.Lines()))
		}
	})

	// In either order.
	It("removes and changes in one call", Judges("CART-MOD-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))

		request := []change{{lines[1].ItemID, 4}, {lines[0].ItemID, 0}, {lines[2].ItemID, 2}}
		after := cart.TryModify(ctx, request...)

		cart.mustNotBeTheMoment(ctx, after, request...)
		cart.Expect(ctx, after, BeSuccessful())
		after.mustListItems(ctx)
		for _, answer := range []*Reply{after, cart.Items(ctx)} {
			cart.Expect(ctx, answer, Not(HaveLine(lines[0])),
				HaveLine(lines[1], WithQuantity(4)), HaveLine(lines[2], WithQuantity(2)))
		}
	})
}

// mustListItems ends the spec unless the answer to a modification has an array of
// items: without one nothing can be missed in it.
func (r *Reply) mustListItems(ctx context.Context) {
	if _, ok := r.Array("items"); !ok {
		Needs(ctx, "CART-MOD-07", r.X, "an answer with the cart's items", r.Says())
	}
}
