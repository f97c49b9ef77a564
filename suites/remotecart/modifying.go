package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// modifying holds the promises of CartModify about quantities. Moving entries
// between the areas stands in moving.go.
func modifying() {
	// A quantity is set, in the answer and afterwards.
	It("sets a quantity", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(10), Available(1).Times(1))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		for _, quantity := range []int{10, 5, 1} { // the first is the one that it has
			r := cart.TrySet(ctx, e.ID, quantity)

			Taken(ctx, r)
			Expect(r).To(HaveActive(e.ASIN, quantity))
			Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, quantity))
			Expect(cart.Get(ctx)).To(HaveActive(Available(1).ASIN(ctx), 1))
		}
	})

	// A change holds that follows another one at once.
	It("sets a quantity right after another", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(5))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		for _, quantity := range []int{4, 2} {
			Taken(ctx, cart.TrySet(ctx, e.ID, quantity))
		}

		Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, 2))
	})

	// Several entries of one request each get their own quantity.
	It("sets several quantities at once", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(5), Available(1).Times(3), Available(2).Times(4))
		var changes []item
		for i, quantity := range []int{4, 2, 1} {
			changes = append(changes, byEntry(i+1, cart.Born.entry(ctx, Available(i).ASIN(ctx)).ID).quantity(quantity))
		}

		r := ask(ctx, cart.request(ctx, cartModify, changes...))

		Taken(ctx, r)
		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			for i, quantity := range []int{4, 2, 1} {
				Expect(answer).To(HaveActive(Available(i).ASIN(ctx), quantity))
			}
		}
	})

	// Entries that the request does not name stay as they are.
	It("leaves other quantities alone", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(5), Available(1).Times(3), Available(2).Times(4))
		first, third := cart.Born.entry(ctx, Available(0).ASIN(ctx)), cart.Born.entry(ctx, Available(2).ASIN(ctx))

		Taken(ctx, ask(ctx, cart.request(ctx, cartModify, byEntry(1, first.ID).quantity(2), byEntry(2, third.ID).quantity(1))))

		Expect(cart.Get(ctx)).To(HaveActive(Available(1).ASIN(ctx), 3))
	})

	// What came by CartAdd is changed like what came by CartCreate.
	It("sets the quantity of what was added later", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		e := cart.Add(ctx, Available(1).Times(5)).entry(ctx, Available(1).ASIN(ctx))

		Taken(ctx, cart.TrySet(ctx, e.ID, 3))

		Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, 3))
	})

	// So is what was added after the cart was cleared.
	It("sets a quantity after the cart was cleared", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Clear(ctx)
		e := cart.Add(ctx, Available(1).Times(5)).entry(ctx, Available(1).ASIN(ctx))
		if r := cart.Get(ctx); len(r.All()) == 0 {
			Needs(ctx, "RC-X-CLR-02", r.X, "what was added to the cart that was cleared", seenEntries(r))
		}

		Taken(ctx, cart.TrySet(ctx, e.ID, 4))

		Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, 4))
	})

	// What is called valid is done: a name that the cart does not know is an error or
	// nothing, and what stands beside it then works.
	It("sets a quantity beside one of nothing", Judges("RC-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(5))
		cart.Set(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)), 4) // which works alone
		e := cart.Get(ctx).entry(ctx, Available(1).ASIN(ctx))

		r := ask(ctx, cart.request(ctx, cartModify, byEntry(1, "no-such-entry-"+Of(ctx).Token()).quantity(1), byEntry(2, e.ID).quantity(2)))

		if r.Fails() {
			Expect(cart.Set(ctx, e, 1)).To(HaveActive(e.ASIN, 1)) // as before
			return
		}
		Taken(ctx, r)
		Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, 2))
	})

	// What CartAdd does not raise, CartModify does.
	It("raises what CartAdd does not", Judges("RC-ADD-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		Taken(ctx, cart.TrySet(ctx, e.ID, 3))

		Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, 3))
	})

	// An entry is deleted by its CartItemId, no other one is, and it stays away.
	It("deletes an entry", Judges("RC-MOD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(3))
		e := cart.Born.entry(ctx, Available(1).ASIN(ctx))

		Taken(ctx, cart.TrySet(ctx, e.ID, 0))

		after := cart.Get(ctx)
		Expect(after).To(HaveNo(e.ASIN))
		Expect(after).To(HaveActive(Available(0).ASIN(ctx), 2))
		Expect(after).To(HaveActive(Available(2).ASIN(ctx), 3))
		Expect(cart.TryAdd(ctx, Available(3).Times(1))).To(HaveNo(e.ASIN))
	})

	// So are several of one request.
	It("deletes several entries at once", Judges("RC-MOD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(1), Available(2).Times(1))
		first, second := cart.Born.entry(ctx, Available(0).ASIN(ctx)), cart.Born.entry(ctx, Available(1).ASIN(ctx))

		Taken(ctx, ask(ctx, cart.request(ctx, cartModify, byEntry(1, first.ID).quantity(0), byEntry(2, second.ID).quantity(0))))

		after := cart.Get(ctx)
		Expect(after).To(HaveNo(first.ASIN))
		Expect(after).To(HaveNo(second.ASIN))
		Expect(after).To(HaveActive(Available(2).ASIN(ctx), 1))
	})

	// So is the last one.
	It("deletes the last entry", Judges("RC-MOD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		Taken(ctx, cart.TrySet(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)).ID, 0))

		Expect(cart.Get(ctx)).To(HaveNothing())
	})

	// The quantity is the one that is wanted, and not added to what is there.
	It("takes the quantity as a target", Judges("RC-X-MOD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(5))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		for range 2 { // a second time, since it is no sum
			Taken(ctx, cart.TrySet(ctx, e.ID, 2))
			Expect(cart.Get(ctx)).To(HaveActive(e.ASIN, 2))
		}
	})

	// A quantity of 0 removes the entry, and its price from the sum.
	It("removes an entry with its price", Judges("RC-X-MOD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		r := cart.TrySet(ctx, e.ID, 0)

		Taken(ctx, r)
		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			answer.legible(ctx)
			Expect(answer).To(HaveNo(e.ASIN))
			Expect(answer).To(AddUpTheActive())
		}
	})

	// Saved ones are removed in the same way.
	It("removes a saved entry", Judges("RC-X-MOD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1))
		cart.Save(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)))
		e := cart.Get(ctx).entry(ctx, Available(0).ASIN(ctx))

		Taken(ctx, cart.TrySet(ctx, e.ID, 0))

		Expect(cart.Get(ctx)).To(HaveNo(e.ASIN))
	})

	// Nothing new comes into the cart by CartModify.
	It("adds nothing", Judges("RC-X-MOD-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Set(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)), 3)
		before := cart.Get(ctx)

		for _, name := range []string{Available(1).ASIN(ctx), "no-such-entry-" + Of(ctx).Token()} {
			cart.TrySet(ctx, name, 2)

			Expect(cart.Get(ctx)).To(HaveTheContentsOf(before))
		}
	})

	// Ten entries in one request, and what is left when all are removed: told by the
	// guide of another edition, and never recorded.
	It("says whether it changes ten entries at once", Observes("RC-X-MOD-07"), func(ctx SpecContext) {
		cart := NewCart(ctx, ten(0)...)
		var changes []item
		for i, e := range cart.Born.All() {
			changes = append(changes, byEntry(i+1, e.ID).quantity(2+i%3))
		}

		r := ask(ctx, cart.request(ctx, cartModify, changes...))

		Of(ctx).Observe(r.X, "ten entries in one CartModify", outcome(r))
	})
	It("says what becomes of a cart from which everything was removed", Observes("RC-X-MOD-08"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1))
		for _, e := range cart.Born.All() {
			cart.TrySet(ctx, e.ID, 0)
		}

		r := cart.TryGet(ctx)

		Of(ctx).Observe(r.X, "the cart after its entries were removed", outcome(r))
	})
}
