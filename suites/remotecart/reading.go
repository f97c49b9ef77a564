package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// reading holds the promises of CartGet.
func reading() {
	// It gives what is in the cart.
	It("reads what CartCreate put into the cart", Judges("RC-GET-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1), Available(2).Times(2))

		r := cart.TryGet(ctx)

		Taken(ctx, r)
		Expect(r).To(BeTheCart(cart))
		Expect(r).To(HaveTheContentsOf(cart.Born))
		Expect(r).To(KeepTheIDsOf(cart.Born))
	})

	// However much that is.
	It("reads carts of any size", Judges("RC-GET-01"), func(ctx SpecContext) {
		for _, n := range []int{5, 6, 7, 10} {
			cart := NewCart(ctx, ten(0)[:n]...)

			r := cart.TryGet(ctx)

			Taken(ctx, r)
			Expect(r).To(HaveTheContentsOf(cart.Born))
		}
	})
	It("reads more entries than one request brings", Judges("RC-GET-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, ten(0)...)
		cart.Add(ctx, Available(10).Times(1), Available(11).Times(2))

		r := cart.Get(ctx)

		Expect(r).To(KeepTheEntriesOf(cart.Born))
		Expect(r).To(HaveActive(Available(11).ASIN(ctx), 2))
	})

	// It shows what the last change made of the cart.
	It("reads what was added and changed", Judges("RC-GET-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		added := cart.Add(ctx, Available(1).Times(2))
		Expect(cart.TryGet(ctx)).To(HaveTheContentsOf(added))

		changed := cart.Set(ctx, added.entry(ctx, Available(0).ASIN(ctx)), 4)
		Expect(cart.TryGet(ctx)).To(HaveTheContentsOf(changed))

		removed := cart.Set(ctx, added.entry(ctx, Available(1).ASIN(ctx)), 0)
		Expect(cart.TryGet(ctx)).To(HaveTheContentsOf(removed))
	})

	It("reads what was added after the cart was cleared", Judges("RC-GET-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		cart.Empty(ctx)
		added := cart.Add(ctx, Available(1).Times(2))

		r := cart.TryGet(ctx)

		if later := cart.TryGet(ctx); !contentsOf(later).equal(contentsOf(added)) {
			Needs(ctx, "RC-X-CLR-02", later.X, "what was added to the cart that was cleared, "+seenEntries(added), seenEntries(later))
		}
		Expect(r).To(HaveTheContentsOf(added))
	})

	// Saved entries are part of it.
	It("reads saved entries", Judges("RC-GET-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Unavailable(0).Times(2))

		r := cart.Get(ctx)

		Expect(r).To(HaveSaved(Unavailable(0).ASIN(ctx), 2))
		Expect(r).To(HaveActive(Available(0).ASIN(ctx), 1))
	})
	It("reads entries that were saved later", Judges("RC-GET-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(3))
		added := cart.Add(ctx, Unavailable(0).Times(2))
		Expect(cart.Get(ctx)).To(KeepTheEntriesOf(added))

		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))
		Expect(cart.Get(ctx)).To(KeepTheEntriesOf(saved))
	})

	// Reading changes nothing.
	It("changes nothing by reading", Judges("RC-X-GET-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))

		for range 3 {
			Expect(cart.Get(ctx)).To(HaveTheContentsOf(saved))
		}
	})
	It("takes nothing away by reading", Judges("RC-X-GET-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Unavailable(0).Times(1))

		first := cart.Get(ctx)

		Expect(cart.TryGet(ctx)).To(HaveTheContentsOf(first))
	})
}
