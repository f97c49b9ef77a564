package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/suites/history"
	. "cartconform/suites/stage"
)

// concurrency holds promises that have to be kept when several clients use a cart
// at the same time. No document says so in these words; but none limits to a quiet
// cart what it says a request does and leaves alone. What the documents leave open
// is free: the order of requests that overlap; that one which meets another is
// turned away, after which it may have been done or not; of which moment after the
// change the entries in the answer to a change are.
func concurrency() {
	// What was added is in the cart, whoever added something else meanwhile.
	It("loses none of the additions that meet", Judges("RC-ADD-01"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1)},
			clients: func(cart *Cart) [][]request {
				return [][]request{
					cart.adding(ctx, Available(1).Times(1), Available(2).Times(2)),
					cart.adding(ctx, Available(3).Times(1), Available(4).Times(2)),
				}
			},
			counts: func(cart *Cart) []count {
				var counts []count
				for i := range 5 {
					counts = append(counts, unitsOf(ctx, Available(i), cart))
				}
				return counts
			},
		}.mustFitSomeOrder(ctx)
	})

	// Two clients that add one product make one entry of it, with as much as one of
	// them asked for.
	It("raises no quantity when additions meet", Judges("RC-ADD-02"), func(ctx SpecContext) {
		for range history.Rounds {
			cart := NewCart(ctx, Available(0).Times(1))

			crowd(ctx, true, cart.adding(ctx, Available(1).Times(1)), cart.adding(ctx, Available(1).Times(2)))

			Expect(cart.mustGet(ctx)).To(HaveAtMost(Available(1).ASIN(ctx), 2))
		}
	})

	// A quantity that was set stays, whoever changes another entry meanwhile.
	It("loses none of the modifications that meet", Judges("RC-MOD-01"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1), Available(1).Times(1)},
			clients: func(cart *Cart) [][]request {
				return [][]request{cart.setting(ctx, Available(0), 2, 3, 4), cart.setting(ctx, Available(1), 2, 3, 4)}
			},
			counts: func(cart *Cart) []count {
				return []count{unitsOf(ctx, Available(0), cart), unitsOf(ctx, Available(1), cart)}
			},
		}.mustFitSomeOrder(ctx)
	})

	// What was in a cart before it is cleared is gone then, whoever adds something else
	// meanwhile. Whether that is cleared with it is free.
	It("brings nothing back that was cleared while additions were made", Judges("RC-X-CLR-01"), func(ctx SpecContext) {
		rush{
			filled: []Wanted{Available(0).Times(1)},
			clients: func(cart *Cart) [][]request {
				return [][]request{
					cart.adding(ctx, Available(1).Times(1), Available(2).Times(1), Available(3).Times(1)),
					cart.adding(ctx, Available(4).Times(1), Available(5).Times(1), Available(6).Times(1)),
					{cart.request(ctx, cartGet), cart.request(ctx, cartClear)}, // when the others are at it
				}
			},
			counts: func(cart *Cart) []count { return []count{unitsOf(ctx, Available(0), cart)} },
		}.mustFitSomeOrder(ctx)
	})
}
