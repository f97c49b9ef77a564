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
		cart.Add(ctx, Available(2).Times(1))
		cart.Get(ctx)

		Advance(ctx, 7*day+time.Hour)

		Expect(cart.TryGet(ctx)).To(HaveFailed())
		r := cart.TryAdd(ctx, Available(1).Times(1))
		Expect(r).To(HaveFailed())
		Taken(ctx, NewCart(ctx, Available(0).Times(1)).Get(ctx)) // the service itself is well
	})

	// Until then it is there.
	It("keeps a cart for seven days", Serial, Judges("RC-LIFE-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))

		Advance(ctx, 7*day-time.Hour)

		r := cart.TryGet(ctx)
		Taken(ctx, r)
		Expect(r).To(HaveTheContentsOf(cart.Born))
	})

	// Every change gives it seven days more.
	for _, change := range []struct {
		name string
		make func(context.Context, *Cart) *Reply
	}{
		{"CartModify", func(ctx context.Context, c *Cart) *Reply {
			return c.Set(ctx, c.Born.entry(ctx, Available(0).ASIN(ctx)), 3)
		}},
		{"CartAdd", func(ctx context.Context, c *Cart) *Reply { return c.Add(ctx, Available(1).Times(1)) }},
	} {
		It("gives a cart seven more days after "+change.name, Serial, Judges("RC-LIFE-03"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(2))
			Advance(ctx, 6*day)
			changed := change.make(ctx, cart)

			Advance(ctx, 6*day)

			r := cart.TryGet(ctx)
			Taken(ctx, r)
			Expect(r).To(HaveTheContentsOf(changed))

			Advance(ctx, 8*day) // whether reading counts is open: eight days without anything

			Expect(cart.TryGet(ctx)).To(HaveFailed())
		})
	}
}
