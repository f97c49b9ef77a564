package remotecart

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// creatingItems holds the promises of CartCreate about its items: how they are
// identified and how many there are of each.
func creatingItems() {
	// More than ten in one request: ten entries at most, or none of it (D2).
	It("says what becomes of an eleventh item", Observes("RC-CREATE-08"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = append(itemsOf(ctx, ten(0)...), Available(10).Times(1).item(ctx, 11))

		r := ask(ctx, create)

		Of(ctx).Observe(r.X, "eleven items in one CartCreate", outcome(r))
	})

	// Each item has its own quantity, be they two or ten.
	It("gives each item its own quantity", Judges("RC-CREATE-09"), func(ctx SpecContext) {
		for _, n := range []int{2, 10} {
			var wanted []Wanted
			for i := range n {
				wanted = append(wanted, Available(i).Times(3-i%3))
			}
			r := TryCreate(ctx, wanted...)
			cart := created(ctx, r)

			for _, answer := range []*Reply{r, cart.Get(ctx)} {
				for i, w := range wanted {
					Expect(answer).To(HaveEntry(Available(i).ASIN(ctx), w.Quantity))
				}
			}
		}
	})

	// Quantities up to ten.
	It("grants a quantity of ten", Judges("RC-CREATE-10"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(10))

		Taken(ctx, r)
		Expect(r).To(HaveEntry(Available(0).ASIN(ctx), 10))
	})

	// What is above ten is configurable (D1).
	It("says what becomes of a quantity of eleven", Observes("RC-CREATE-11"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(11))

		Of(ctx).Observe(r.X, "quantity 11 in CartCreate", outcome(r))
	})
	It("says what becomes of a quantity of seventeen", Observes("RC-CREATE-23"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(17), Available(1).Times(1))

		Of(ctx).Observe(r.X, "quantity 17 in CartCreate", outcome(r))
	})

	// A quantity is a positive whole number.
	for _, quantity := range []string{"0", "-1", "abc", "1.5", "2x", "1000"} {
		It("takes no quantity of "+quantity, Judges("RC-CREATE-13"), func(ctx SpecContext) {
			good, bad := to(ctx, cartCreate), to(ctx, cartCreate)
			good.items = itemsOf(ctx, Available(0).Times(1))
			bad.items = []item{byASIN(1, Available(0).ASIN(ctx)).with("Quantity", quantity)}

			refusesToCreate(ctx, good, bad)
		})
	}

	It("takes no negative quantity behind a good one", Judges("RC-CREATE-13"), func(ctx SpecContext) {
		good, bad := to(ctx, cartCreate), to(ctx, cartCreate)
		good.items = itemsOf(ctx, Available(0).Times(1), Available(1).Times(1))
		bad.items = append(itemsOf(ctx, Available(0).Times(1)), byASIN(2, Available(1).ASIN(ctx)).with("Quantity", "-20"))

		refusesToCreate(ctx, good, bad)
	})

	// An ASIN alone identifies an item.
	It("takes an item by its ASIN", Judges("RC-CREATE-14"), func(ctx SpecContext) {
		for i := range 10 {
			r := TryCreate(ctx, Available(i).Times(1))

			Taken(ctx, r)
			Expect(r).To(HaveEntry(Available(i).ASIN(ctx), 1))
		}
	})

	// So does an OfferListingId.
	It("takes an item by its OfferListingId", Judges("RC-CREATE-15"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Offered(2))

		Taken(ctx, r)
		Expect(r).To(HaveEntry(Available(0).ASIN(ctx), 2))
	})

	// One of them is required, of each item.
	It("takes no item without an identifier", Judges("RC-CREATE-16"), func(ctx SpecContext) {
		good, bad := to(ctx, cartCreate), to(ctx, cartCreate)
		good.items = itemsOf(ctx, Available(0).Times(1))
		for _, items := range [][]item{{nothing(1).quantity(1)}, {good.items[0], nothing(2).quantity(1)}} {
			bad.items = items

			refusesToCreate(ctx, good, bad)
		}
	})

	// Items of one request may be identified either way.
	It("takes ASINs and OfferListingIds in one request", Judges("RC-CREATE-17"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Offered(2), Available(1).Times(2))

		Taken(ctx, r)
		Expect(r).To(HaveEntry(Available(0).ASIN(ctx), 2))
		Expect(r).To(HaveEntry(Available(1).ASIN(ctx), 2))
	})

	// One item has one identifier.
	It("takes no item with both identifiers", Judges("RC-CREATE-18"), func(ctx SpecContext) {
		good, bad := to(ctx, cartCreate), to(ctx, cartCreate)
		good.items = itemsOf(ctx, Available(0).Times(1))
		bad.items = []item{byASIN(1, Available(0).ASIN(ctx)).with("OfferListingId", Available(0).Offer(ctx)).quantity(1)}

		refusesToCreate(ctx, good, bad)
	})

	// One product through two items: what becomes of it is a matter of reading.
	It("says what becomes of one product by both identifiers", Observes("RC-CREATE-19"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1), Available(0).Offered(1))

		Of(ctx).Observe(r.X, "one product by ASIN and by OfferListingId in one CartCreate", outcome(r))
	})

	// An OfferListingId reaches whoever sells it,
	It("takes the offer of another seller", Judges("RC-CREATE-20"), func(ctx SpecContext) {
		created(ctx, TryCreate(ctx, Available(0).Times(1)))

		r := TryCreate(ctx, OtherSeller(0).Offered(1))

		Taken(ctx, r)
		Expect(r).To(HaveEntry(OtherSeller(0).ASIN(ctx), 1))
	})

	// and nobody else who sells the same.
	It("takes the price of the seller whose offer it is", Judges("RC-CREATE-20"), func(ctx SpecContext) {
		price := OtherSeller(0).Product(ctx).Price
		if price == 0 {
			NotApplicable(ctx, "no price is known of %s", OtherSeller(0).Key)
		}

		cart := NewCart(ctx, OtherSeller(0).Offered(1))

		Expect(cart.Born).To(PriceAt(OtherSeller(0).ASIN(ctx), price))
	})

	// The documented examples: 2, 7 and 5 of three products.
	It("takes quantities of 2, 7 and 5 by ASIN", Judges("RC-CREATE-21"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(2), Available(1).Times(7), Available(2).Times(5))

		Taken(ctx, r)
		for i, quantity := range []int{2, 7, 5} {
			Expect(r).To(HaveEntry(Available(i).ASIN(ctx), quantity))
		}
	})
	It("takes quantities of 2, 7 and 5 by OfferListingId", Judges("RC-CREATE-22"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Offered(2), Available(1).Offered(7), Available(2).Offered(5))

		Taken(ctx, r)
		for i, quantity := range []int{2, 7, 5} {
			Expect(r).To(HaveEntry(Available(i).ASIN(ctx), quantity))
		}
	})

	// What is no product is in no cart.
	It("puts no unknown ASIN into the cart", Judges("RC-CREATE-35"), func(ctx SpecContext) {
		unknown := unknownASIN(ctx)
		create := to(ctx, cartCreate)
		create.items = append(itemsOf(ctx, Available(0).Times(1)), byASIN(2, unknown).quantity(1))
		created(ctx, TryCreate(ctx, Available(0).Times(1)))

		r := ask(ctx, create)

		Expect(r).To(HaveNoActive(unknown))
		if cart := r.cart(); cart != nil {
			Expect(cart.Get(ctx)).To(HaveNoActive(unknown))
			Expect(cart.Get(ctx)).NotTo(HaveMoreEntriesThan(1))
		}
	})
	It("puts no unknown offer into the cart", Judges("RC-CREATE-35"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = append(itemsOf(ctx, Available(0).Times(1)), byOffer(2, "no-such-offer-"+Of(ctx).Token()).quantity(1))
		created(ctx, TryCreate(ctx, Available(0).Times(1)))

		r := ask(ctx, create)

		Expect(r).NotTo(HaveMoreActiveThan(1))
		if cart := r.cart(); cart != nil {
			Expect(cart.Get(ctx)).NotTo(HaveMoreActiveThan(1))
		}
	})

	// An entry is one entry, whatever its quantity.
	It("makes one entry of a quantity of three", Judges("RC-ADD-30"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(3))
		created(ctx, r)

		Expect(r).To(HaveEntries(1))
		Expect(r).To(HaveEntry(Available(0).ASIN(ctx), 3))
	})
}

// outcome puts what became of an open request into a few words.
func outcome(r *Reply) string {
	switch {
	case r.Fails():
		return fmt.Sprintf("refused: %v", r.Codes())
	default:
		quantities := ""
		for _, e := range r.Active() {
			quantities += fmt.Sprintf(" %d", e.Quantity)
		}
		return fmt.Sprintf("%d active entries with quantities%s, %d saved", len(r.Active()), quantities, len(r.Saved()))
	}
}
