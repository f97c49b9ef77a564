package remotecart

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/spec/sigv2"
	. "cartconform/suites/stage"
)

// adding holds the promises of CartAdd. Its limits stand in adding_limits.go.
func adding() {
	// New products come into the cart, again and again; what was there stays as it is.
	It("adds products to a cart", Judges("RC-ADD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		before := cart.Born

		for i := 1; i <= 4; i++ {
			r := cart.TryAdd(ctx, Available(i).Times(i))

			Taken(ctx, r)
			Expect(r).To(HaveActive(Available(i).ASIN(ctx), i))
			Expect(r).To(KeepTheEntriesOf(before))
			Expect(r).To(HaveEntries(1 + i))
			before = r
		}
		Expect(cart.Get(ctx)).To(HaveTheContentsOf(before))
	})

	// Whatever was done before.
	It("adds products to a cart with a history", Judges("RC-ADD-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(1))
		cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))
		changed := cart.Set(ctx, cart.Get(ctx).entry(ctx, Available(0).ASIN(ctx)), 5)

		added := cart.TryAdd(ctx, Available(3).Times(2))
		Taken(ctx, added)
		Expect(added).To(HaveActive(Available(3).ASIN(ctx), 2))
		Expect(added).To(KeepTheEntriesOf(changed))

		removed := cart.Set(ctx, added.entry(ctx, Available(2).ASIN(ctx)), 0)
		r := cart.TryAdd(ctx, Available(2).Times(3))
		Taken(ctx, r)
		Expect(r).To(HaveActive(Available(2).ASIN(ctx), 3))
		Expect(r).To(KeepTheEntriesOf(removed))
		Expect(cart.Get(ctx)).To(HaveTheContentsOf(r))
	})

	// It does not raise the quantity of what is in the cart already, nor make a
	// second entry of it.
	It("raises no quantity", Judges("RC-ADD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Add(ctx, Available(2).Times(1))
		before := cart.Get(ctx)

		r := cart.TryAdd(ctx, Available(0).Times(2))

		Of(ctx).ObserveAs("RC-X-CODE-05", r.X, "adding what is in the cart already", outcome(r))
		Expect(cart.Get(ctx)).NotTo(HaveMoreThan(before))
	})
	It("raises no quantity by offer", Judges("RC-ADD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Add(ctx, Available(2).Times(1))
		before := cart.Get(ctx)

		cart.TryAdd(ctx, Available(0).Offered(2))

		Expect(cart.Get(ctx)).NotTo(HaveMoreThan(before))
	})
	It("raises no quantity that was changed", Judges("RC-ADD-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Add(ctx, Available(2).Times(1))
		cart.Set(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)), 4)
		before := cart.Get(ctx)

		cart.TryAdd(ctx, Available(1).Times(2))

		Expect(cart.Get(ctx)).NotTo(HaveMoreThan(before))
	})

	// CartId and HMAC are required.
	for _, wanted := range []struct{ name, id string }{{"CartId", "RC-ADD-04"}, {"HMAC", "RC-ADD-05"}} {
		It("wants a "+wanted.name, Judges(wanted.id), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))
			bad := cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...)
			bad.without = []string{wanted.name}

			cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), bad)
		})
	}

	// They are those of CartCreate.
	It("wants the CartId and HMAC of CartCreate", Judges("RC-ADD-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		for i, wrong := range []*Cart{{ID: cart.ID, HMAC: altered(cart.HMAC)}, {ID: unknownCartID(ctx, cart.ID), HMAC: cart.HMAC}} {
			cart.refuses(ctx,
				cart.request(ctx, cartAdd, itemsOf(ctx, Available(1+i).Times(1))...),
				wrong.request(ctx, cartAdd, itemsOf(ctx, Available(3+i).Times(1))...))
		}
	})

	// They belong together.
	It("wants the CartId and HMAC of one cart", Judges("RC-ADD-06"), func(ctx SpecContext) {
		cart, other := NewCart(ctx, Available(0).Times(1)), NewCart(ctx, Available(1).Times(1))
		mixed := &Cart{ID: cart.ID, HMAC: other.HMAC}

		cart.refuses(ctx,
			cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...),
			mixed.request(ctx, cartAdd, itemsOf(ctx, Available(3).Times(1))...))
		Expect(other.Get(ctx)).To(HaveTheContentsOf(other.Born))
	})

	// A cart that was created with a tag needs one.
	It("wants the tag that the cart was created with", Judges("RC-ADD-07"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		bad := cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...)
		bad.tag = ""

		cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), bad)
	})

	// Either identifier will do.
	It("takes an item by its OfferListingId", Judges("RC-ADD-10"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.TryAdd(ctx, Available(1).Offered(2))

		Taken(ctx, r)
		Expect(r).To(HaveActive(Available(1).ASIN(ctx), 2))
		Expect(cart.Get(ctx)).To(HaveActive(Available(1).ASIN(ctx), 2))
	})
	It("takes an item by its ASIN", Judges("RC-ADD-11"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		wanted := []Wanted{Available(1).Times(2)}
		if Available(2).Product(ctx).OfferListingID != "" { // beside one by its OfferListingId
			wanted = []Wanted{Available(2).Offered(1), Available(1).Times(2)}
			if alone := cart.TryAdd(ctx, Available(3).Offered(1)); !alone.Valid() {
				Needs(ctx, "RC-ADD-10", alone.X, "an item by its OfferListingId to be added", alone.Says())
			}
		}

		r := cart.TryAdd(ctx, wanted...)

		Taken(ctx, r)
		Expect(r).To(HaveActive(Available(1).ASIN(ctx), 2))
		Expect(cart.Get(ctx)).To(HaveActive(Available(1).ASIN(ctx), 2))
	})

	// One of them is required.
	It("takes no item without an identifier", Judges("RC-ADD-12"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), cart.request(ctx, cartAdd, nothing(1).quantity(1)))
	})
	It("takes no item without an identifier beside one that has one", Judges("RC-ADD-12"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		cart.refuses(ctx,
			cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1), Available(2).Times(1))...),
			cart.request(ctx, cartAdd, Available(3).Times(1).item(ctx, 1), nothing(2).quantity(1)))
	})

	// In REST each item has a quantity.
	It("takes no item without a quantity", Judges("RC-ADD-15"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), cart.request(ctx, cartAdd, byASIN(1, Available(2).ASIN(ctx))))
	})

	// N pairs the identifier and the quantity of one item, wherever they stand, and
	// whichever numbers are left out.
	It("pairs identifier and quantity by N", Judges("RC-ADD-16"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		scattered := cart.request(ctx, cartAdd)
		scattered.other = []sigv2.Parameter{
			{Name: "Item.2.Quantity", Value: "2"},
			{Name: "Item.1.ASIN", Value: Available(1).ASIN(ctx)},
			{Name: "Item.1.Quantity", Value: "1"},
			{Name: "Item.2.ASIN", Value: Available(2).ASIN(ctx)},
		}

		r := ask(ctx, scattered)

		Taken(ctx, r)
		for _, i := range []int{1, 2} {
			Expect(r).To(HaveActive(Available(i).ASIN(ctx), i))
		}
	})
	It("pairs identifier and quantity where numbers are left out", Judges("RC-ADD-16"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := ask(ctx, cart.request(ctx, cartAdd, Available(1).Times(1).item(ctx, 1), Available(2).Times(3).item(ctx, 4), Available(3).Times(2).item(ctx, 7)))

		Taken(ctx, r)
		for i, quantity := range []int{1, 3, 2} {
			Expect(r).To(HaveActive(Available(i+1).ASIN(ctx), quantity))
		}
	})

	// A CartAdd without items adds nothing.
	It("wants items", Judges("RC-ADD-26"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), cart.request(ctx, cartAdd))
	})

	// N is no memory: the same N adds another item.
	It("keeps what the same N added before", Judges("RC-ADD-27"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		Taken(ctx, cart.TryAdd(ctx, Available(1).Times(2)))
		Taken(ctx, cart.TryAdd(ctx, Available(2).Times(1)))

		for i, quantity := range []int{1, 2, 1} {
			Expect(cart.Get(ctx)).To(HaveActive(Available(i).ASIN(ctx), quantity))
		}
	})

	// No cart comes of CartAdd.
	It("makes no cart", Judges("RC-ADD-31"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		invented := &Cart{ID: unknownCartID(ctx, cart.ID), HMAC: altered(cart.HMAC)}

		r := cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), invented.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...))

		Expect(r).To(ShowNoCart())
	})

	// What is no product is added to no cart.
	It("adds no unknown ASIN", Judges("RC-ADD-32"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		unknown := unknownASIN(ctx)
		cart.Add(ctx, Available(1).Times(1))
		before := cart.Get(ctx)

		ask(ctx, cart.request(ctx, cartAdd, byASIN(1, unknown).quantity(1)))

		Expect(cart.Get(ctx)).To(HaveTheContentsOf(before))
	})
	It("adds no unknown offer", Judges("RC-ADD-32"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		cart.Add(ctx, Available(1).Times(1))
		before := cart.Get(ctx)

		ask(ctx, cart.request(ctx, cartAdd, byOffer(1, "no-such-offer-"+Of(ctx).Token()).quantity(1)))

		Expect(cart.Get(ctx)).To(HaveTheContentsOf(before))
	})

	// Without ResponseGroup the answer is that of the group Cart.
	It("answers with the group Cart unasked", Judges("RC-ADD-18"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.TryAdd(ctx, Available(1).Times(1))

		Taken(ctx, r)
		Expect(r).To(HaveElements(cartGroup()...))
	})

	// The companion groups are valid.
	for _, name := range []string{"CartSimilarities", "CartTopSellers"} {
		It("takes the group "+name, Judges("RC-ADD-19"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))
			add := cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)
			add.groups = "Cart," + name

			r := ask(ctx, add)

			Taken(ctx, r)
			Expect(r).To(HaveActive(Available(1).ASIN(ctx), 1))
		})
	}
	It("says which spelling of the group of new releases it takes", Observes("RC-ADD-20"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		for i, name := range []string{"CartNewReleases", "NewReleases"} {
			add := cart.request(ctx, cartAdd, itemsOf(ctx, Available(1+i).Times(1))...)
			add.groups = "Cart," + name

			r := ask(ctx, add)

			Of(ctx).Observe(r.X, "response group "+name+" in CartAdd", outcome(r))
		}
	})

	// MergeCart is out of use (D11).
	It("says what PurchaseURL says of MergeCart", Observes("RC-ADD-21"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.Add(ctx, Available(1).Times(1))

		Of(ctx).Observe(r.X, "MergeCart in PurchaseURL", orNothing(inPurchaseURL(r, "MergeCart")))
	})

	// The answer shows what the guide lists.
	It("shows what the guide lists", Judges("RC-ADD-23"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.Add(ctx, Available(1).Times(2))

		Expect(r).To(HaveElements("CartId", "HMAC", "PurchaseURL", "SubTotal/Amount", "SubTotal/CurrencyCode", "SubTotal/FormattedPrice",
			"CartItems/CartItem/ASIN", "CartItems/CartItem/Quantity", "Request/CartAddRequest/Items/Item"))
	})

	// The echo has the cart and the items of the request.
	It("echoes CartId, HMAC and items", Judges("RC-ADD-24"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.Add(ctx, Available(1).Times(2), Available(2).Times(1))

		Expect(r).To(EchoItsCart(cart))
		Expect(r).To(EchoItsItems())
	})

	// The answer is about the cart of the request.
	It("answers with the CartId and HMAC that it was sent", Judges("RC-ADD-25"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.Add(ctx, Available(1).Times(1))

		Expect(r).To(BeTheCart(cart))
	})
}
