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

	// It moves that one, wherever it stands.
	It("moves one entry of several", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1), Available(3).Times(1))
		e := cart.Born.entry(ctx, Available(1).ASIN(ctx))

		Taken(ctx, cart.TryMove(ctx, e.ID, "SaveForLater"))

		after := cart.Get(ctx)
		Expect(after).To(HaveSaved(e.ASIN, 1))
		for _, i := range []int{0, 2, 3} {
			Expect(after).To(HaveActive(Available(i).ASIN(ctx), 1))
		}
	})

	// The saved area holds more than one.
	It("moves several entries at once", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))
		first, second := cart.Born.entry(ctx, Available(0).ASIN(ctx)), cart.Born.entry(ctx, Available(1).ASIN(ctx))

		Taken(ctx, ask(ctx, cart.request(ctx, cartModify, byEntry(1, first.ID).with("Action", "SaveForLater"), byEntry(2, second.ID).with("Action", "SaveForLater"))))

		after := cart.Get(ctx)
		Expect(after).To(HaveSaved(first.ASIN, 1))
		Expect(after).To(HaveSaved(second.ASIN, 1))
	})

	// What was saved stays so until it is moved back.
	It("keeps an entry saved when something is added", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))
		asin := Available(0).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))

		cart.Add(ctx, Available(2).Times(1))

		Expect(cart.Get(ctx)).To(HaveSaved(asin, 1))
	})

	// Each item of a request has an action of its own.
	It("moves an entry beside one that goes back", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))
		back, there := Available(0).ASIN(ctx), Available(1).ASIN(ctx)
		saved := cart.Save(ctx, cart.Born.entry(ctx, back))

		Taken(ctx, ask(ctx, cart.request(ctx, cartModify,
			byEntry(1, saved.entry(ctx, back).ID).with("Action", "MoveToCart"), byEntry(2, saved.entry(ctx, there).ID).with("Action", "SaveForLater"))))

		Expect(cart.Get(ctx)).To(HaveSaved(there, 1))
	})

	// It may be saved more than once.
	It("moves an entry to the saved area again", Judges("RC-X-MOD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		asin := Available(0).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))
		cart.Move(ctx, cart.Get(ctx).entry(ctx, asin))

		Taken(ctx, cart.TryMove(ctx, cart.Get(ctx).entry(ctx, asin).ID, "SaveForLater"))

		after := cart.Get(ctx)
		Expect(after).To(HaveSaved(asin, 3))
		Expect(after).To(HaveActive(Available(1).ASIN(ctx), 1))
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

	// It brings the quantity that the entry got while it was saved.
	It("moves an entry back that was changed", Judges("RC-X-MOD-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3))
		asin := Available(0).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))
		cart.Set(ctx, cart.Get(ctx).entry(ctx, asin), 2)

		Taken(ctx, cart.TryMove(ctx, cart.Get(ctx).entry(ctx, asin).ID, "MoveToCart"))

		Expect(cart.Get(ctx)).To(HaveActive(asin, 2))
	})

	// It brings back no other one.
	It("moves back one entry of several", Judges("RC-X-MOD-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))
		asin, other := Available(0).ASIN(ctx), Available(1).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))
		cart.Save(ctx, cart.Get(ctx).entry(ctx, other))

		Taken(ctx, cart.TryMove(ctx, cart.Get(ctx).savedEntry(ctx, "RC-X-MOD-03", asin).ID, "MoveToCart"))

		after := cart.Get(ctx)
		Expect(after).To(HaveActive(asin, 1))
		Expect(after).To(HaveSaved(other, 1))
	})

	// It does so whatever came into the cart meanwhile.
	It("moves an entry back after an addition", Judges("RC-X-MOD-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		asin := Available(0).ASIN(ctx)
		cart.Save(ctx, cart.Born.entry(ctx, asin))
		e := cart.Add(ctx, Available(1).Times(1)).savedEntry(ctx, "RC-X-MOD-03", asin)

		Taken(ctx, cart.TryMove(ctx, e.ID, "MoveToCart"))

		Expect(cart.Get(ctx)).To(HaveActive(asin, 1))
	})

	// What becomes of MoveToCart for what cannot be had was never recorded.
	It("says whether it activates what cannot be had", Observes("RC-X-MOD-05"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(2), Available(0).Times(1))
		e := cart.Born.entry(ctx, Unavailable(0).ASIN(ctx))

		r := cart.TryMove(ctx, e.ID, "MoveToCart")

		Of(ctx).Observe(r.X, "MoveToCart of what cannot be had", outcome(r))
		Of(ctx).Observe(r.X, "the cart after MoveToCart of what cannot be had", outcome(cart.Get(ctx)))
	})
}

// Move moves an entry back to the cart, where it must then be.
func (c *Cart) Move(ctx SpecContext, e Line) *Reply {
	r := c.TryMove(ctx, e.ID, "MoveToCart")
	if !r.Valid() || !holdsOnce(r.Active(), e.ASIN, int(e.Quantity)) || holds(r.Saved(), e.ASIN) {
		Needs(ctx, "RC-X-MOD-04", r.X, e.ASIN+" in the active area, as much as was saved", r.Says())
	}
	return r
}

// savedEntry gives the entry of a product that another promise has in the saved
// area. Where it is not there the spec ends.
func (r *Reply) savedEntry(ctx SpecContext, id, asin string) Line {
	if !holds(r.Saved(), asin) {
		Needs(ctx, id, r.X, asin+" in the saved area", seenEntries(r))
	}
	e, _ := entryOf(r.Saved(), asin)
	return e
}
