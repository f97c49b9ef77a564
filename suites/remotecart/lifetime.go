package remotecart

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

const day = 24 * time.Hour

// lifetime holds the promises about how long a cart lives: seven days from its
// last change. They need a target whose clock can be moved, and are Serial, since
// all lanes see it move.
func lifetime() {
	// Seven days unused, and the cart is gone.
	It("lets an unused cart expire after seven days", Serial, Judges("RC-LIFE-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Get(ctx)

		Advance(ctx, 7*day+time.Hour)

		Expect(cart.TryGet(ctx)).To(HaveFailed())
		Taken(ctx, NewCart(ctx, Available(0).Times(1)).Get(ctx)) // the service itself is well
	})
	It("adds nothing to a cart that has expired", Serial, Judges("RC-LIFE-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Get(ctx)

		Advance(ctx, 7*day+time.Hour)

		Expect(cart.TryAdd(ctx, Available(1).Times(1))).To(HaveFailed())
		NewCart(ctx, Available(0).Times(1)).Add(ctx, Available(1).Times(1))
	})

	// One that is empty too,
	It("lets an empty cart expire", Serial, Judges("RC-LIFE-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Clear(ctx)

		Advance(ctx, 8*day)

		Expect(cart.TryGet(ctx)).To(HaveFailed())
		Taken(ctx, NewCart(ctx, Available(0).Times(1)).Get(ctx))
	})

	// and one that was read on its last day, seven days after that.
	It("lets a cart expire that was read", Serial, Judges("RC-LIFE-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))
		Advance(ctx, 7*day-time.Hour)
		cart.Get(ctx)

		Advance(ctx, 7*day+time.Hour)

		Expect(cart.TrySet(ctx, e.ID, 3)).To(HaveFailed())
		good := NewCart(ctx, Available(0).Times(1))
		good.Set(ctx, good.Born.entry(ctx, Available(0).ASIN(ctx)), 3)
	})

	// Until then it is there.
	It("keeps a cart for seven days", Serial, Judges("RC-LIFE-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(1))
		cart.Get(ctx)

		Advance(ctx, 7*day-time.Hour)

		r := cart.TryGet(ctx)
		Taken(ctx, r)
		Expect(r).To(HaveTheContentsOf(cart.Born))
	})

	// Every change gives it seven days more, and no longer.
	for _, change := range []struct {
		name string
		make func(context.Context, *Cart) *Reply
	}{
		{"CartModify", func(ctx context.Context, c *Cart) *Reply {
			return c.Set(ctx, c.Born.entry(ctx, Available(0).ASIN(ctx)), 3)
		}},
		{"CartAdd", func(ctx context.Context, c *Cart) *Reply { return c.Add(ctx, Available(1).Times(1)) }},
		{"CartClear", func(ctx context.Context, c *Cart) *Reply {
			spare := NewCart(ctx, Available(0).Times(1)) // which shows that a cart outlives CartClear
			spare.Clear(ctx)
			spare.Get(ctx)
			return c.Clear(ctx)
		}},
	} {
		It("gives a cart seven more days after "+change.name, Serial, Judges("RC-LIFE-03"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(2))
			Advance(ctx, 6*day)
			change.make(ctx, cart)

			Advance(ctx, 6*day)

			Taken(ctx, cart.TryGet(ctx))

			Advance(ctx, 8*day) // whether reading counts is open: eight days without anything

			Expect(cart.TryGet(ctx)).To(HaveFailed())
		})
	}

	// Each time.
	It("gives a cart seven more days after each change", Serial, Judges("RC-LIFE-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		e := cart.Born.entry(ctx, Available(0).ASIN(ctx))

		for _, quantity := range []int{2, 3} {
			Advance(ctx, 4*day)
			changed := cart.Set(ctx, e, quantity)
			if r := cart.Get(ctx); !contentsOf(r).equal(contentsOf(changed)) {
				Needs(ctx, "RC-MOD-01", r.X, "what CartModify made of the cart, "+seenEntries(changed), seenEntries(r))
			}
		}
		Advance(ctx, 4*day)

		Taken(ctx, cart.TryGet(ctx))
	})
}
