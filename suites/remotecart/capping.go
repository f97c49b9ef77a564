package remotecart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// capping holds the promises about products of which a cart takes so many and no
// more.
func capping() {
	// More than the maximum becomes the maximum.
	It("resets a quantity to the maximum of its product", Judges("RC-CAP-01"), func(ctx SpecContext) {
		most := maximum(ctx, Capped(0))

		r := TryCreate(ctx, Capped(0).Times(most+1))

		Expect(r).To(HaveActive(Capped(0).ASIN(ctx), most))
		Expect(created(ctx, r).Get(ctx)).To(HaveActive(Capped(0).ASIN(ctx), most))
	})

	It("resets a quantity to the maximum behind other items", Judges("RC-CAP-01"), func(ctx SpecContext) {
		most := maximum(ctx, Capped(0))

		r := TryCreate(ctx, Available(0).Times(1), Capped(0).Times(10), Available(1).Times(1))

		Expect(r).To(HaveActive(Capped(0).ASIN(ctx), most))
		Expect(created(ctx, r).Get(ctx)).To(HaveActive(Capped(0).ASIN(ctx), most))
	})

	// That is no error.
	It("calls that no error", Judges("RC-CAP-02"), func(ctx SpecContext) {
		r := TryCreate(ctx, Capped(0).Times(maximum(ctx, Capped(0))+1))

		Taken(ctx, r)
	})

	// CartAdd does the same, and grants again what was removed.
	It("resets what is added to the maximum", Judges("RC-CAP-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		most := maximum(ctx, Capped(0))

		cart.TryAdd(ctx, Capped(0).Times(most+1))

		Expect(cart.Get(ctx)).To(HaveActive(Capped(0).ASIN(ctx), most))
	})
	It("calls it no error that what is added is reset", Judges("RC-CAP-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		Taken(ctx, cart.TryAdd(ctx, Capped(0).Times(maximum(ctx, Capped(0))+1)))
	})
	It("grants the maximum again when it was removed", Judges("RC-CAP-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		most := maximum(ctx, Capped(0))
		cart.Set(ctx, cart.Add(ctx, Capped(0).Times(most)).entry(ctx, Capped(0).ASIN(ctx)), 0)

		cart.TryAdd(ctx, Capped(0).Times(most))

		Expect(cart.Get(ctx)).To(HaveActive(Capped(0).ASIN(ctx), most))
	})

	// The answer shows what there is, not what was asked for.
	It("shows the maximum", Judges("RC-CAP-04"), func(ctx SpecContext) {
		for _, r := range overMaximum(ctx) {
			Expect(r).To(HaveActive(Capped(0).ASIN(ctx), maximum(ctx, Capped(0))))
		}
	})
	It("reckons with the maximum", Judges("RC-CAP-04"), func(ctx SpecContext) {
		relies(ctx, NewCart(ctx, Available(0).Times(maximum(ctx, Capped(0)))).Born, itemTotals())
		for _, r := range overMaximum(ctx) {
			r.legible(ctx)
			Expect(r).To(ReckonWith(Capped(0).ASIN(ctx), maximum(ctx, Capped(0))))
		}
	})

	// Of what there is one of, one.
	It("gives one of a kind once", Judges("RC-CAP-05"), func(ctx SpecContext) {
		single := Role{}
		for i, product := range remote(ctx).Products.Capped {
			if product.Maximum == 1 {
				single = Capped(i)
			}
		}
		if single.Key == "" {
			Inconclusive(ctx, "remoteCart.products.capped names no product with maximum 1 in the target description")
		}

		r := TryCreate(ctx, single.Times(2))

		Expect(r).To(HaveActive(single.ASIN(ctx), 1))
	})
}

// overMaximum asks for one too many of a product, by CartCreate and by CartAdd. Where
// the cart does not hold the maximum then, the spec ends.
func overMaximum(ctx context.Context) []*Reply {
	wanted := Capped(0).Times(maximum(ctx, Capped(0)) + 1)
	first := TryCreate(ctx, wanted)
	created(ctx, first).mustHold(ctx, created(ctx, first).Get(ctx), "RC-CAP-01", Capped(0).Times(wanted.Quantity-1))
	cart := NewCart(ctx, Available(0).Times(1))
	added := cart.TryAdd(ctx, wanted)
	cart.mustHold(ctx, cart.Get(ctx), "RC-CAP-03", Capped(0).Times(wanted.Quantity-1))
	return []*Reply{first, added}
}

// maximum gives how many of a product a cart may hold. Without a number below ten
// the spec ends.
func maximum(ctx context.Context, r Role) int {
	most := r.Product(ctx).Maximum
	if most < 1 || most > 9 {
		Inconclusive(ctx, "%s needs a maximum from 1 to 9 in the target description", r.Key)
	}
	return most
}
