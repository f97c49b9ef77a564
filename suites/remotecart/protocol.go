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
	// Service and Operation select what is done, and the answer is named after it.
	It("does what Operation says", Judges("RC-GEN-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))

		for _, r := range []*Reply{
			cart.Born,
			cart.TryAdd(ctx, Available(1).Times(1)),
			cart.TrySet(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)).ID, 1),
			cart.TryGet(ctx),
			cart.TryClear(ctx),
			cart.TryGet(ctx),
		} {
			Expect(r).To(AnswerIts(r.X.Operation))
			if !r.Valid() {
				Needs(ctx, works()[r.X.Operation], r.X, "the operation to work", r.Says())
			}
			Expect(r).To(EchoIts(r.X.Operation + "Request"))
		}
	})

	// A request with key, tag, timestamp and signature works.
	It("takes a fully signed request", Judges("RC-GEN-02"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1))

		Taken(ctx, r)
		Expect(r.CartID()).NotTo(BeEmpty())
		Expect(TryCreate(ctx, ten(0)...)).To(BeServed()) // in the order of bytes Item.10 stands before Item.2
	})
	It("takes a signature over whatever characters", Judges("RC-GEN-02"), func(ctx SpecContext) {
		created(ctx, TryCreate(ctx, Available(0).Times(1)))
		odd := to(ctx, cartCreate)
		odd.items = append(itemsOf(ctx, Available(0).Times(1)), byASIN(2, "no ~product*, (só)").quantity(1))

		Expect(ask(ctx, odd)).To(BeServed())
	})

	// The common parameters may be sent in addition.
	for _, more := range [][]sigv2.Parameter{
		{{Name: "ContentType", Value: "text/xml"}, {Name: "XMLEscaping", Value: "Single"}}, {{Name: "Validate", Value: "False"}},
	} {
		It("takes "+more[len(more)-1].Name+" in addition", Judges("RC-GEN-03"), func(ctx SpecContext) {
			create := to(ctx, cartCreate)
			create.items = itemsOf(ctx, Available(0).Times(1))
			created(ctx, ask(ctx, create))
			create.other = more

			r := ask(ctx, create)
			Taken(ctx, r)
			Expect(r).To(HaveElements("CartId"))

			add := created(ctx, r).request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)
			if r := ask(ctx, add); !r.Valid() {
				Needs(ctx, "RC-ADD-01", r.X, "the product to be added", r.Says())
			}
			add.items, add.other = itemsOf(ctx, Available(2).Times(1)), more
			r = ask(ctx, add)
			Taken(ctx, r)
			Expect(r).To(HaveEntry(Available(2).ASIN(ctx), 1))
		})
	}

	// Parameter names are case-sensitive: one that is misspelt is as good as left out.
	It("takes names in their own spelling only", Judges("RC-GEN-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1))
		good := cart.request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)
		for _, name := range []string{"CartId", "HMAC", "Item.1.ASIN", "Item.1.Quantity"} {
			bad := cart.request(ctx, cartAdd, itemsOf(ctx, Available(2).Times(1))...)
			for _, p := range bad.parameters() {
				if p.Name == name {
					bad.without = []string{name}
					bad.other = []sigv2.Parameter{{Name: strings.ToLower(name), Value: p.Value}}
					break
				}
			}

			cart.refuses(ctx, good, bad)
			good = cart.request(ctx, cartGet)
		}
	})

	// Items have the form Item.N in REST, whatever N is.
	It("takes items in the form Item.N", Judges("RC-GEN-06"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = []item{Available(0).Times(2).item(ctx, 7), Available(1).Times(2).item(ctx, 3)}

		r := ask(ctx, create)

		Taken(ctx, r)
		Expect(r).To(HaveEntry(Available(0).ASIN(ctx), 2))
		Expect(r).To(HaveEntry(Available(1).ASIN(ctx), 2))
	})
	It("takes the parameters of an item in any order", Judges("RC-GEN-06"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = []item{{1, []sigv2.Parameter{{Name: "Quantity", Value: "2"}, {Name: "ASIN", Value: Available(1).ASIN(ctx)}}}}

		r := ask(ctx, create)

		Taken(ctx, r)
		Expect(r).To(HaveEntry(Available(1).ASIN(ctx), 2))
	})

	// A valid request is called valid.
	It("calls a valid request valid", Judges("RC-GEN-07"), func(ctx SpecContext) {
		Expect(carriedOut(ctx, Available(0).Times(1))).To(CallItValid())
	})
	It("calls a valid request of several items valid", Judges("RC-GEN-07"), func(ctx SpecContext) {
		Expect(carriedOut(ctx, ten(0)...)).To(CallItValid())
	})

	// The answer echoes the items of the request.
	It("echoes the items of a request", Judges("RC-GEN-08"), func(ctx SpecContext) {
		r := TryCreate(ctx, Available(0).Times(1), Available(1).Times(3), Available(2).Times(2))
		cart := created(ctx, r)

		Expect(r).To(EchoItsItems())
		Expect(cart.Add(ctx, Available(3).Times(3), Available(4).Times(2))).To(EchoItsItems())
	})
	It("echoes the identifier that was sent", Judges("RC-GEN-08"), func(ctx SpecContext) {
		if Available(1).Product(ctx).OfferListingID == "" {
			NotApplicable(ctx, "no offerListingId is known of %s", Available(1).Key)
		}
		r := TryCreate(ctx, Available(0).Times(1), Available(1).Offered(2))
		created(ctx, r)

		Expect(r).To(EchoItsItems())
	})

	// Several response groups go into one parameter.
	It("takes several response groups in one parameter", Judges("RC-GEN-09"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items, create.groups = itemsOf(ctx, Available(0).Times(1)), "Request,Cart"
		r := ask(ctx, create)
		Taken(ctx, r)
		Expect(r).To(HaveElements("CartId"))

		add := created(ctx, r).request(ctx, cartAdd, itemsOf(ctx, Available(1).Times(1))...)
		add.groups = "Request,Cart"
		Taken(ctx, ask(ctx, add))
	})
	It("takes three response groups in one parameter", Judges("RC-GEN-09"), func(ctx SpecContext) {
		create := to(ctx, cartCreate)
		create.items = itemsOf(ctx, Available(0).Times(1))
		for _, group := range []string{"CartSimilarities", "CartTopSellers"} {
			create.groups = "Cart," + group
			if r := ask(ctx, create); r.Fails() {
				Needs(ctx, "RC-CREATE-28", r.X, "the response group "+group, r.Says())
			}
		}
		create.groups = "CartSimilarities,CartTopSellers,Cart"

		r := ask(ctx, create)

		Taken(ctx, r)
		Expect(r).To(HaveElements("CartId"))
	})
}

// carriedOut asks for a cart, which must show in the answer, whatever that calls the
// request.
func carriedOut(ctx context.Context, wanted ...Wanted) *Reply {
	r := TryCreate(ctx, wanted...)
	if !r.succeeded() {
		Needs(ctx, "RC-CREATE-01", r.X, "a new cart", r.Says())
	}
	return r
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
	c.stays(ctx, before)
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
