package remotecart

import (
	"strconv"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// addingLimits holds the promises of CartAdd about how much: items in one
// request, units of an item, entries of a cart.
func addingLimits() {
	// Ten items at a time.
	It("adds ten items in one request", Judges("RC-ADD-08"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.TryAdd(ctx, ten(1)...)

		Taken(ctx, r)
		after := cart.Get(ctx)
		for i := 1; i <= 10; i++ {
			Expect(r).To(HaveActive(Available(i).ASIN(ctx), 1))
			Expect(after).To(HaveActive(Available(i).ASIN(ctx), 1))
		}
	})

	// N is a number from 1 to 10. What is beyond is open (D2).
	It("takes each N from 1 to 10", Judges("RC-ADD-09"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for i, n := range []int{10, 5, 1} {
			r := ask(ctx, cart.request(ctx, cartAdd, Available(i+1).Times(1).item(ctx, n)))

			Taken(ctx, r)
			Expect(r).To(HaveActive(Available(i+1).ASIN(ctx), 1))
		}
		for i, n := range []int{0, 11} {
			r := ask(ctx, cart.request(ctx, cartAdd, Available(i+4).Times(1).item(ctx, n)))
			Of(ctx).Observe(r.X, "Item."+strconv.Itoa(n), outcome(r))
		}
	})

	// A quantity is from 1 to 999; what is above ten is open (D1).
	for _, quantity := range []string{"0", "-1", "1000", "many", "2.5"} {
		It("takes no quantity of "+quantity, Judges("RC-ADD-14"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))

			cart.refuses(ctx,
				cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...),
				cart.request(ctx, cartAdd, byASIN(1, Available(2).ASIN(ctx)).with("Quantity", quantity)))
		})
	}
	It("says what becomes of a quantity of thirty-one", Observes("RC-ADD-17"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		for i, quantity := range []int{31, 999} {
			r := cart.TryAdd(ctx, Available(1+i).Times(quantity))

			Of(ctx).Observe(r.X, "quantity "+strconv.Itoa(quantity)+" in CartAdd", outcome(r))
		}
	})

	// A cart has fifty entries.
	It("takes fifty entries", Judges("RC-ADD-29"), func(ctx SpecContext) {
		cart := CartOf(ctx, 40)

		cart.TryAdd(ctx, ten(40)...)

		Expect(cart.Get(ctx)).To(HaveEntries(50))
	})

	// It has no more.
	It("takes no fifty-first entry", Judges("RC-ADD-29"), func(ctx SpecContext) {
		cart := CartOf(ctx, 50)
		full := cart.Get(ctx)

		r := cart.TryAdd(ctx, Available(50).Times(1))

		Expect(r).NotTo(HaveMoreEntriesThan(50))
		Expect(cart.Get(ctx)).To(HaveTheContentsOf(full))
	})

	// Entries are counted, and not units.
	It("takes entries of more than fifty units", Judges("RC-ADD-29"), func(ctx SpecContext) {
		wanted := ten(0)
		for i := range wanted {
			wanted[i].Quantity = 5
		}
		cart := NewCart(ctx, wanted...)

		r := cart.TryAdd(ctx, Available(10).Times(1))

		Taken(ctx, r)
		Expect(cart.Get(ctx)).To(HaveActive(Available(10).ASIN(ctx), 1))
	})
}
