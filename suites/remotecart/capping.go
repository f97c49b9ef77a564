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
		for _, asked := range []int{most + 1, 10} {
			r := TryCreate(ctx, Capped(0).Times(asked))
			Expect(r).To(HaveActive(Capped(0).ASIN(ctx), most))
			Expect(created(ctx, r).Get(ctx)).To(HaveActive(Capped(0).ASIN(ctx), most))
		}
		Expect(TryCreate(ctx, Capped(0).Times(most))).To(HaveActive(Capped(0).ASIN(ctx), most))
	})

	It("resets a quantity to the maximum behind other items", Judges("RC-CAP-01"), func(ctx SpecContext) {
		most := maximum(ctx, Capped(0))
		r := TryCreate(ctx, Available(0).Times(9), Capped(0).Times(most+1), Available(1).Times(10))

		Expect(r).To(HaveActive(Capped(0).ASIN(ctx), most))
		Expect(r).To(HaveActive(Available(0).ASIN(ctx), 9))
		Expect(r).To(HaveActive(Available(1).ASIN(ctx), 10))
	})

	// That is no error.
	It("calls that no error", Judges("RC-CAP-02"), func(ctx SpecContext) {
		r := TryCreate(ctx, Capped(0).Times(maximum(ctx, Capped(0))+1))

		Taken(ctx, r)
	})

	// CartAdd does the same.
	It("resets what is added to the maximum", Judges("RC-CAP-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		most := maximum(ctx, Capped(0))

		r := cart.TryAdd(ctx, Capped(0).Times(most+1))

		Taken(ctx, r)
		Expect(r).To(HaveActive(Capped(0).ASIN(ctx), most))
		Expect(cart.Get(ctx)).To(HaveActive(Capped(0).ASIN(ctx), most))
	})

	// The cart shows and reckons what there is, not what was asked for.
	It("shows and reckons the maximum", Judges("RC-CAP-04"), func(ctx SpecContext) {
		most := maximum(ctx, Capped(0))
		relies(ctx, NewCart(ctx, Available(0).Times(most)).Born, itemTotals())
		r := TryCreate(ctx, Capped(0).Times(most+1))
		created(ctx, r)
		r.legible(ctx)

		Expect(r).To(HaveActive(Capped(0).ASIN(ctx), most))
		Expect(r).To(ReckonWith(Capped(0).ASIN(ctx), most))
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

		Taken(ctx, r)
		Expect(r).To(HaveActive(single.ASIN(ctx), 1))
	})
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
