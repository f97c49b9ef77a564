package businesscart

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// modifying holds the promises of modifyItems: step 3 of the guide. Removals
// stand in removing.go, repetitions in repeating.go, bodies that the contract does
// not allow in refusing.go.
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

	// Large quantities too, where they can be had.
	It("updates a quantity to a large one", Judges("CART-MOD-03"), func(ctx SpecContext) {
		if Of(ctx).Target().Profile != target.Controlled {
			NotApplicable(ctx, "how many of an offer a %s target has is not known", Of(ctx).Target().Profile)
		}
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(1), 1)

		for _, quantity := range []int{100, 300, 12} {
			after := cart.TryModify(ctx, change{line.ItemID, quantity})
			if after.Success() && len(after.Rejected()) != 0 {
				NotApplicable(ctx, "the target has no %d of %s", quantity, Available(1).Key)
			}
			cart.Expect(ctx, after, HaveLine(line, WithQuantity(int64(quantity))))
			cart.Expect(ctx, cart.Items(ctx), HaveLine(line, WithQuantity(int64(quantity))))
		}
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

	// Also beside several that it names, and wherever in the cart the line stands.
	It("leaves a line alone beside several others that are named", Judges("CART-MOD-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(3))

		for i := range lines {
			first, second, kept := &lines[i], &lines[(i+1)%3], lines[(i+2)%3]
			first.Quantity, second.Quantity = first.Quantity+1, second.Quantity+1
			after := cart.ModifyAll(ctx, change{first.ItemID, int(first.Quantity)}, change{second.ItemID, int(second.Quantity)})

			for _, answer := range []*Reply{after, cart.Items(ctx)} {
				Expect(answer).To(HaveLine(kept, OfProduct(kept.Product), WithQuantity(kept.Quantity)))
			}
		}
	})

	// Also while it cannot be had.
	It("leaves a line alone that is out of stock", Serial, Judges("CART-MOD-04"), func(ctx SpecContext) {
		if Of(ctx).Target().Control.SetStock == nil {
			NotApplicable(ctx, "the stock of the target cannot be changed")
		}
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		lines := cart.AddAll(ctx, Limited(0).Times(1), Available(0).Times(1))
		NewStock(ctx, Limited(0), 0, stock)
		if items := settled(ctx, cart, ShowAvailable(lines[0].Product, false)); items != nil {
			Needs(ctx, "CART-ITEMS-06", items.X, "isItemAvailable false for a line without stock", seenAvailability(items))
		}

		after := cart.Modify(ctx, lines[1], 3)

		Expect(after).To(HaveLine(lines[0], WithQuantity(lines[0].Quantity)))
		Expect(cart.Items(ctx)).To(HaveLine(lines[0], WithQuantity(lines[0].Quantity)))
	})

	// Also when another request changes it at the same moment: neither undoes what
	// the other one did.
	It("leaves the line alone that a request at the same moment changes", Judges("CART-MOD-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))

		for quantity := 2; quantity < 5; quantity++ {
			calls := []Call{
				modifyItemsCall(ctx, cart.ID, change{lines[0].ItemID, quantity}),
				modifyItemsCall(ctx, cart.ID, change{lines[1].ItemID, quantity + 1}),
			}
			for i, answer := range together(ctx, calls...) {
				if !answer.Success() { // safe to retry: who was turned away in the crowd asks again
					cart.Modify(ctx, lines[i], quantity+i)
				}
			}
			cart.Expect(ctx, cart.Items(ctx),
				HaveLine(lines[0], WithQuantity(int64(quantity))), HaveLine(lines[1], WithQuantity(int64(quantity+1))))
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

		Expect(after).To(HaveItemIDsOf(cart.Items(ctx)))
	})

	// The same when a line is removed.
	It("answers a removal with the whole cart", Judges("CART-MOD-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))

		after := cart.Remove(ctx, lines[2])

		Expect(after).To(HaveItemIDsOf(cart.Items(ctx)))
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
		cart.Expect(ctx, after, RejectSomething())
		cart.mustStillHave(ctx, after, line)
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
		cart.Expect(ctx, after, RejectSomething(), HaveLine(lines[1], WithQuantity(2)))
		cart.mustStillHave(ctx, after, lines[0])
	})

	// A rejected modification leaves the line at no more than can be had, also when the
	// same is asked for again: the old quantity and the stock are both right.
	It("does not raise a line above the stock", Judges("CART-MOD-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		stock := Limited(0).Stock(ctx)
		line := cart.Add(ctx, Limited(0), 1)

		var after *Reply
		for range 3 {
			after = cart.TryModify(ctx, change{line.ItemID, stock + 1})
			Limited(0).MustBeScarce(ctx, after)
			if !after.Success() {
				Needs(ctx, "CART-MOD-09", after.X, "a success answer with rejectedItems", after.Says())
			}
			for _, answer := range []*Reply{after, cart.Items(ctx)} {
				cart.Expect(ctx, answer, HaveLine(line, WithQuantityAtMost(int64(stock))))
			}
		}
		left, _ := cart.Items(ctx).Line(line.ItemID)
		Of(ctx).Observe(after.X, "quantity of a line after a rejected modification", oldOrCapped(left.Quantity, 1, int64(stock)))
		for _, rejection := range after.Rejected() {
			seen := "the itemId of the line"
			if rejection.ID != line.ItemID {
				seen = "another one than the line's itemId"
			}
			Of(ctx).Observe(after.X, "id of a rejected modification", seen)
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
			seen = fmt.Sprintf("it changes from %s to %s", Short(line.Added), Short(changed.Added))
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
			if !after.Success() {
				cart.Basics(ctx)
				Needs(ctx, "CART-MOD-02", after.X, "the modification to be accepted with a success status", after.Says())
			}
			cart.Expect(ctx, after, HaveLine(line, WithQuantity(int64(quantity))))
		}
	})

	// An itemId that names no line changes nothing; how it is refused is open.
	It("changes nothing for an unknown itemId", Judges("CART-MOD-21"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		gone := cart.Add(ctx, Available(1), 1)
		kept := cart.Add(ctx, Available(0), 2)
		cart.Remove(ctx, gone)
		cart.Modify(ctx, kept, 4) // the good twin: an itemId that names a line
		before := cart.Items(ctx).Lines()

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
		mustList(ctx, cart.Items(ctx), 2)

		for i, quantity := range []int{2, 3} {
			after := cart.TryModify(ctx, change{lines[i].ItemID, quantity})
			lines[i].Quantity = int64(quantity)
			for _, answer := range []*Reply{after, cart.Items(ctx)} {
				cart.Expect(ctx, answer, HaveLine(lines[0], WithQuantity(lines[0].Quantity)), HaveLine(lines[1], WithQuantity(lines[1].Quantity)))
			}
		}
	})
}

// mustStillHave ends the spec when an answer that rejected the modification of a
// line does not list it: what was rejected may be an itemId that names nothing.
func (c *Cart) mustStillHave(ctx context.Context, after *Reply, line Line) {
	if _, there := after.Line(line.ItemID); !there {
		c.Basics(ctx)
		Needs(ctx, "CART-MOD-06", after.X, "all lines of the cart, "+line.String()+" among them", seenLines(after))
	}
}
