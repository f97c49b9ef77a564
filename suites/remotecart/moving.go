package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// moving holds the promises of CartModify about the two areas. The CartItemId of
// an entry that was moved may be another one: it is read again each time.
func moving() {
	// SaveForLater moves an entry with its quantity.
	It("moves an entry to the saved area", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		r := cart.TryMove(ctx, e.ID, "SaveForLater")

		Taken(ctx, r)
		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			Expect(answer).To(HaveSaved(e.ASIN, 3))
			Expect(answer).To(HaveActive(Available(1).ASIN(ctx), 1))
		}
	})

	It("moves one entry of several, and each of several", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1), Available(2).Times(2), Available(3).Times(1))
		first, third := cart.Born.entry(ctx, Available(0).ASIN(ctx)), cart.Born.entry(ctx, Available(2).ASIN(ctx))

		Taken(ctx, ask(ctx, cart.request(ctx, cartModify, byEntry(1, first.ID).with("Action", "SaveForLater"), byEntry(2, third.ID).with("Action", "SaveForLater"))))

		after := cart.Get(ctx)
		Expect(after).To(HaveSaved(first.ASIN, 3))
		Expect(after).To(HaveSaved(third.ASIN, 2))
		Expect(after).To(HaveActive(Available(1).ASIN(ctx), 1))
		Expect(after).To(HaveActive(Available(3).ASIN(ctx), 1))
		added := cart.Add(ctx, Available(4).Times(1))
		Taken(ctx, cart.TryMove(ctx, added.entry(ctx, Available(1).ASIN(ctx)).ID, "SaveForLater"))
		after = cart.Get(ctx)
		Expect(after).To(HaveSaved(Available(1).ASIN(ctx), 1))
		Expect(after).To(HaveSaved(first.ASIN, 3)) // and what was saved before stays so
	})
	It("moves an entry to the saved area again", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		asin := Available(0).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))
		cart.Move(ctx, cart.Get(ctx).entry(ctx, asin))

		Taken(ctx, cart.TryMove(ctx, cart.Get(ctx).entry(ctx, asin).ID, "SaveForLater"))

		Expect(cart.Get(ctx)).To(HaveSaved(asin, 3))
		Expect(cart.Get(ctx)).To(HaveActive(Available(1).ASIN(ctx), 1))
	})

	// MoveToCart moves it back.
	It("moves an entry back to the cart", Judges("RC-X-MOD-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)))

		r := cart.TryMove(ctx, saved.entry(ctx, Available(0).ASIN(ctx)).ID, "MoveToCart")

		Taken(ctx, r)
		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			Expect(answer).To(HaveActive(Available(0).ASIN(ctx), 3))
			Expect(answer).To(HaveActive(Available(1).ASIN(ctx), 1))
		}
	})

	It("moves an entry back that was changed, and no other one", Judges("RC-X-MOD-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1), Available(2).Times(2))
		asin, other := Available(0).ASIN(ctx), Available(2).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))
		cart.Save(ctx, cart.Get(ctx).entry(ctx, other))
		cart.Set(ctx, cart.Get(ctx).entry(ctx, asin), 5)
		cart.Add(ctx, Available(3).Times(1))

		Taken(ctx, cart.TryMove(ctx, cart.Get(ctx).entry(ctx, asin).ID, "MoveToCart"))

		after := cart.Get(ctx)
		Expect(after).To(HaveActive(asin, 5))
		Expect(after).To(HaveSaved(other, 2))
		Expect(after).To(HaveActive(Available(1).ASIN(ctx), 1))
		Expect(after).To(HaveActive(Available(3).ASIN(ctx), 1))
	})

	// What becomes of MoveToCart for what cannot be had was never recorded.
	It("says whether it activates what cannot be had", Observes("RC-X-MOD-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(2), Available(0).Times(1))
		e := cart.Born.entry(ctx, Unavailable(0).ASIN(ctx))

		r := cart.TryMove(ctx, e.ID, "MoveToCart")

		Of(ctx).Observe(r.X, "MoveToCart of what cannot be had", outcome(r))
		Of(ctx).Observe(r.X, "the cart after MoveToCart of what cannot be had", outcome(cart.Get(ctx)))
	})

	// Changing the quantity of a saved entry leaves it saved.
	It("sets the quantity of a saved entry", Judges("RC-ITEM-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)))

		r := cart.TrySet(ctx, saved.entry(ctx, Available(0).ASIN(ctx)).ID, 5)

		Taken(ctx, r)
		Expect(cart.Get(ctx)).To(HaveSaved(Available(0).ASIN(ctx), 5))
	})

	// The whole life of a cart.
	It("goes all the ways that a cart can go", Judges("RC-GET-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Add(ctx, Available(2).Times(3))
		cart.Set(ctx, cart.Get(ctx).entry(ctx, Available(2).ASIN(ctx)), 1)
		cart.Save(ctx, cart.Get(ctx).entry(ctx, Available(1).ASIN(ctx)))
		cart.Move(ctx, cart.Get(ctx).entry(ctx, Available(1).ASIN(ctx)))

		whole := cart.TryGet(ctx)
		for i, quantity := range []int{1, 2, 1} {
			Expect(whole).To(HaveActive(Available(i).ASIN(ctx), quantity))
		}
		cart.Empty(ctx)
		added := cart.Add(ctx, Available(3).Times(2))
		Expect(cart.TryGet(ctx)).To(HaveTheContentsOf(added))
	})
}

// Move moves an entry back to the cart, where it must then be.
func (c *Cart) Move(ctx SpecContext, e Line) *Reply {
	r := c.TryMove(ctx, e.ID, "MoveToCart")
	if _, active := entryOf(r.Active(), e.ASIN); !r.Valid() || !active {
		Needs(ctx, "RC-X-MOD-04", r.X, e.ASIN+" in the active area", r.Says())
	}
	return r
}
