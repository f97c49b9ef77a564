package remotecart

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"cartconform/spec/sigv2"
	. "cartconform/suites/stage"
)

// protocol holds the promises about requests and answers of every operation.
func protocol() {
	// Service and Operation select what is done.
	It("does what Operation says", Judges("RC-GEN-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		for _, r := range []*Reply{
			cart.Born,
			cart.TryAdd(ctx, Available(1).Times(1)),
			cart.TrySet(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)).ID, 2),
			cart.TryGet(ctx),
			cart.TryClear(ctx),
		} {
			Taken(ctx, r)
			Expect(r).To(EchoIts(r.X.Operation + "Request"))
		}
	})

	// A request with key, tag, timestamp and signature works.
	It("takes a fully signed request", Judges("RC-GEN-02"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1))

		Taken(ctx, r)
		Expect(r.CartID()).NotTo(BeEmpty())
	})

	// The common parameters may be sent in addition.
	It("takes common parameters in addition", Judges("RC-GEN-03"), func(ctx SpecContext) {
		full := to(ctx, cartCreate)
		full.items = itemsOf(ctx, Available(0).Times(1))
		full.other = []sigv2.Parameter{{Name: "ContentType", Value: "text/xml"}, {Name: "XMLEscaping", Value: "Single"}, {Name: "Validate", Value: "False"}}

		r := ask(ctx, full)
		Taken(ctx, r)
		added := created(ctx, r).request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)
		added.other = full.other
		Taken(ctx, ask(ctx, added))
	})

	// Parameter names are case-sensitive.
	for _, name := range []string{"CartId", "HMAC", "Item.1.ASIN", "Item.1.Quantity"} {
		It("takes "+name+" in its own spelling only", Judges("RC-GEN-04"), func(ctx SpecContext) {
			cart := NewCart(ctx, Available(0).Times(1))
			misspelt := cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...)
			for _, p := range misspelt.parameters() {
				if p.Name == name {
					misspelt.without = []string{name}
					misspelt.other = []sigv2.Parameter{{Name: strings.ToLower(name), Value: p.Value}}
					break
				}
			}

			cart.refuses(ctx, cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...), misspelt)
		})
	}

	// Items have the form Item.N in REST.
	It("takes items in the form Item.N", Judges("RC-GEN-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))

		r := cart.TryAdd(ctx, Available(2).Times(1))

		Taken(ctx, r)
		Expect(r).To(HaveActive(Available(2).ASIN(ctx), 1))
		Expect(cart.Born).To(HaveActive(Available(1).ASIN(ctx), 2))
	})

	It("takes the parameters of an item in any order, and any first number", Judges("RC-GEN-06"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		turned := item{2, []sigv2.Parameter{{Name: "Quantity", Value: "3"}, {Name: "ASIN", Value: Available(1).ASIN(ctx)}}}

		r := ask(ctx, cart.request(ctx, cartAdd, turned))

		Taken(ctx, r)
		Expect(r).To(HaveActive(Available(1).ASIN(ctx), 3))
	})

	// A valid request is called valid.
	It("calls a valid request valid", Judges("RC-GEN-07"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1))
		if !r.succeeded() {
			Needs(ctx, "RC-CREATE-01", r.X, "a new cart", r.Says())
		}

		Expect(r).To(CallItValid())
	})

	// The answer echoes the items of the request.
	It("echoes the items of a CartCreate", Judges("RC-GEN-08"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1), Available(1).Times(3), Available(2).Times(2))
		created(ctx, r)

		Expect(r).To(EchoItsItems())
	})
	It("echoes the items of a CartAdd", Judges("RC-GEN-08"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))

		r := cart.Add(ctx, Available(1).Times(3), Available(2).Times(2), Available(3).Times(1))

		Expect(r).To(EchoItsItems())
	})

	// Several response groups go into one parameter.
	It("takes several response groups in one parameter", Judges("RC-GEN-09"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.groups = itemsOf(ctx, Available(0).Times(1)), "Cart,CartSimilarities"
		r := ask(ctx, create)
		Taken(ctx, r)
		Expect(r.CartID()).NotTo(BeEmpty())

		add := created(ctx, r).request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)
		add.groups = "Cart,CartSimilarities"
		Taken(ctx, ask(ctx, add))

		three := to(ctx, cartCreate)
		three.items, three.groups = itemsOf(ctx, Available(0).Times(1)), "CartSimilarities,CartTopSellers,Cart"
		Expect(ask(ctx, three)).To(HaveElements("CartId", "CartItems/CartItem"))
	})
}

// refuses asks a request about the cart that must work, and then one that differs
// from it in one point and must fail, and leave the cart as it is.
func (c *Cart) refuses(ctx context.Context, good, bad request) *Reply {
	GinkgoHelper()
	if r := ask(ctx, good); !r.Valid() {
		Needs(ctx, works()[good.operation], r.X, "the request without the mistake to work", r.Says())
	}
	before := c.Get(ctx)

	r := ask(ctx, bad)

	Expect(r).To(HaveFailed())
	after := c.TryGet(ctx)
	if !after.Valid() {
		Needs(ctx, "RC-GET-01", after.X, "the cart "+c.ID+" to be readable after a request that failed", after.Says())
	}
	Expect(after).To(HaveTheContentsOf(before))
	return r
}

// refusesToCreate asks for a cart in a way that must work, and then in one that
// differs from it in one point and must fail without a cart.
func refusesToCreate(ctx context.Context, good, bad request) *Reply {
	GinkgoHelper()
	created(ctx, ask(ctx, good))

	r := ask(ctx, bad)

	Expect(r).To(HaveFailed())
	Expect(r).To(ShowNoCart())
	return r
}
