package remotecart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// creating holds the promises of CartCreate about the cart as a whole. Its items
// stand in creating_items.go, its response groups in creating_groups.go.
func creating() {
	// A new cart has what it takes to use it, and can be read.
	It("creates a cart", Judges("RC-CREATE-01"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1))

		Taken(ctx, r)
		Expect(r).To(HaveElements("CartId", "HMAC", "URLEncodedHMAC", "PurchaseURL"))
		Expect(created(ctx, r).TryGet(ctx)).To(HaveTheContentsOf(r))
	})

	// The items of the request are in it.
	It("puts the items of the request into the cart", Judges("RC-CREATE-02"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(1).Times(2), Available(0).Times(2))
		cart := created(ctx, r)

		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			Expect(answer).To(HaveEntry(Available(1).ASIN(ctx), 2))
			Expect(answer).To(HaveEntry(Available(0).ASIN(ctx), 2))
		}
	})

	// What can be had is an active entry and no saved one, however much of it is wanted.
	It("keeps available items out of the saved area", Judges("RC-CREATE-03"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1), Available(3).Times(9))
		cart := created(ctx, r)

		for _, answer := range []*Reply{r, cart.Get(ctx)} {
			for _, product := range []Role{Available(0), Available(3)} {
				Expect(answer).To(HaveAnActive(product.ASIN(ctx)))
			}
		}
	})

	// Every entry gets a CartItemId of its own.
	It("gives every entry a CartItemId", Judges("RC-CREATE-04"), func(ctx SpecContext) {
		r := TryCreate(ctx, ten(0)[:5]...)
		created(ctx, r)

		Expect(r).To(HaveAnIDForEach(5))
	})
	It("gives a saved entry a CartItemId", Judges("RC-CREATE-04"), func(ctx SpecContext) {
		if len(remote(ctx).Products.Unavailable) == 0 {
			NotApplicable(ctx, "no product that cannot be had is known")
		}
		r := TryCreate(ctx, Available(0).Times(1), Unavailable(0).Times(1))
		created(ctx, r)

		Expect(r).To(HaveAnIDForEach(2))
	})

	// A cart is not created empty: the request fails,
	It("creates no empty cart", Judges("RC-CREATE-05"), func(ctx SpecContext) {
		created(ctx, TryCreate(ctx, Available(0).Times(1)))

		Expect(TryCreate(ctx)).To(HaveFailed())
	})

	// and tells of no cart.
	It("tells of no empty cart", Judges("RC-CREATE-05"), func(ctx SpecContext) {
		created(ctx, TryCreate(ctx, Available(0).Times(1)))

		Expect(TryCreate(ctx)).To(ShowNoCart())
	})

	// One item is enough, be it the cheapest there is.
	It("creates a cart of one item", Judges("RC-CREATE-06"), func(ctx SpecContext) {
		one := cheapest(ctx)
		NewCart(ctx, one.Times(1), other(one).Times(1))

		r := TryCreate(ctx, one.Times(1))

		Taken(ctx, r)
		Expect(r).To(HaveEntries(1))
	})

	// Ten items at a time.
	It("takes ten items in one request", Judges("RC-CREATE-07"), func(ctx SpecContext) {
		r := TryCreate(ctx, ten(0)...)

		Taken(ctx, r)
		Expect(r).To(HaveEntries(10))
	})
	It("keeps ten items of one request", Judges("RC-CREATE-07"), func(ctx SpecContext) {
		cart := created(ctx, TryCreate(ctx, ten(0)...))

		Expect(cart.Get(ctx)).To(HaveEntries(10))
	})

	// A second CartCreate makes another cart, and leaves the first one alone.
	It("creates another cart each time", Judges("RC-CREATE-24"), func(ctx SpecContext) {
		first := NewCart(ctx, Available(0).Times(2))

		twin := NewCart(ctx, Available(0).Times(2))
		second := NewCart(ctx, Available(0).Times(1), Available(1).Times(1))

		Expect(twin.ID).NotTo(Equal(first.ID))
		Expect(second.ID).NotTo(Equal(first.ID))
		Expect(first.Get(ctx)).To(HaveTheContentsOf(first.Born))
		Expect(second.Get(ctx)).To(HaveTheContentsOf(second.Born))
	})

	// CartCreate does not address a cart that is there.
	It("leaves the cart alone whose CartId CartCreate is sent", Judges("RC-CREATE-25"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		again := cart.request(ctx, cartCreate, itemsOf(ctx, Available(1).Times(1))...)

		r := ask(ctx, again)

		if !r.Fails() {
			Expect(r).NotTo(BeTheCart(cart))
		}
		Expect(cart.Get(ctx)).To(HaveTheContentsOf(cart.Born))
	})

	// The tag is taken whatever it says.
	It("takes an AssociateTag", Judges("RC-CREATE-26"), func(ctx SpecContext) {
		tags := []string{remote(ctx).AssociateTag}
		if other := remote(ctx).OtherAssociateTag; other != "" {
			tags = append(tags, other)
		}
		for _, tag := range tags {
			create := to(ctx, cartCreate)
			create.items, create.tag = itemsOf(ctx, Available(0).Times(1)), tag

			r := ask(ctx, create)

			Taken(ctx, r)
			Expect(r.CartID()).NotTo(BeEmpty())
		}
	})

	// A cart has an identifier of its own.
	It("gives each cart a CartId of its own", Judges("RC-ITEM-11"), func(ctx SpecContext) {
		seen := map[string]bool{}
		for range 6 {
			r := TryCreate(ctx, Available(0).Times(1))
			if !r.succeeded() && !r.Valid() {
				Needs(ctx, "RC-CREATE-01", r.X, "a new cart", r.Says())
			}
			Expect(r).To(HaveANewID(seen))
			seen[r.CartID()] = true
		}
	})
}

// cheapest is the available product of the least known price; where none is known,
// the first.
func cheapest(ctx context.Context) Role {
	least := 0
	for i, product := range remote(ctx).Products.Available {
		if known := remote(ctx).Products.Available[least].Price; product.Price > 0 && (known == 0 || product.Price < known) {
			least = i
		}
	}
	return Available(least)
}

// other is an available product that is another one.
func other(than Role) Role {
	if than.index == 0 {
		return Available(1)
	}
	return Available(0)
}

// ten wishes for one each of ten available products, from the i-th on.
func ten(i int) []Wanted {
	var wanted []Wanted
	for n := range 10 {
		wanted = append(wanted, Available(i+n).Times(1))
	}
	return wanted
}
