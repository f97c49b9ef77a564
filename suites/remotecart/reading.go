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
	})
	It("reads a cart again and again", Judges("RC-GET-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, ten(0)...)

		for range 4 {
			r := cart.TryGet(ctx)

			Taken(ctx, r)
			Expect(r).To(HaveTheContentsOf(cart.Born))
		}
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

	// Saved entries are part of it.
	It("reads saved entries", Judges("RC-GET-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Unavailable(0).Times(2))

		r := cart.TryGet(ctx)

		Taken(ctx, r)
		Expect(r).To(HaveSaved(Unavailable(0).ASIN(ctx), 2))
		Expect(r).To(HaveActive(Available(0).ASIN(ctx), 1))
	})

	// Reading changes nothing.
	It("changes nothing by reading", Judges("RC-X-GET-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))

		first, second := cart.Get(ctx), cart.Get(ctx)

		Expect(first).To(HaveTheContentsOf(saved))
		Expect(second).To(HaveTheContentsOf(first))
		Expect(second).To(BeTheCart(cart))
	})
}
