package remotecart

import (
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/spec/xmlform"

	. "cartconform/suites/stage"
)

// clearing holds the promises of CartClear.
func clearing() {
	// Everything goes, from both areas.
	It("removes everything", Judges("RC-X-CLR-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1), Available(2).Times(1))
		cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))

		r := cart.TryClear(ctx)

		Taken(ctx, r)
		Expect(cart.Get(ctx)).To(HaveNothing())
		Expect(cart.TryAdd(ctx, Available(3).Times(1))).NotTo(HaveMoreEntriesThan(1)) // nothing comes back
	})
	It("removes what could not be had", Judges("RC-X-CLR-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Unavailable(0).Times(2), Available(1).Times(1))

		Taken(ctx, cart.TryClear(ctx))

		Expect(cart.Get(ctx)).To(HaveNothing())
	})
	It("removes more than ten entries", Judges("RC-X-CLR-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, ten(0)...)
		cart.Add(ctx, Available(10).Times(1), Available(11).Times(2))

		Taken(ctx, cart.TryClear(ctx))

		Expect(cart.Get(ctx)).To(HaveNothing())
	})

	// The cart is still there, and can be filled again.
	It("keeps the cart", Judges("RC-X-CLR-02"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2), Available(1).Times(1))
		cart.Clear(ctx)

		r := cart.TryAdd(ctx, Available(2).Times(1), Available(0).Times(1))

		Taken(ctx, r)
		after := cart.Get(ctx)
		Expect(after).To(BeTheCart(cart))
		Expect(after).To(HaveActive(Available(0).ASIN(ctx), 1))
		Expect(after).To(HaveActive(Available(2).ASIN(ctx), 1))
	})

	// No operation takes a cart away.
	It("deletes no cart", Judges("RC-CLEAR-01"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Clear(ctx)

		Taken(ctx, cart.TryGet(ctx))
		Taken(ctx, cart.TryAdd(ctx, Available(1).Times(1)))
	})

	// The answer shows the empty cart: no way to buy it, and no entries.
	It("answers without PurchaseURL and entries", Judges("RC-X-CLR-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))

		r := cart.Clear(ctx)

		Expect(r).To(HaveElements("CartId"))
		Expect(r).To(HaveNothing())
		Expect(r).NotTo(HaveElements("PurchaseURL"))
	})

	// An empty cart can be cleared.
	It("clears an empty cart", Judges("RC-X-CLR-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		cart.Clear(ctx)

		r := cart.TryClear(ctx)

		Taken(ctx, r)
		Expect(r).To(BeTheCart(cart))
	})

	// Nothing deletes a cart.
	It("knows no operation that deletes a cart", Judges("RC-LIFE-04"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(2))
		deletion := cart.request(ctx, cartGet)
		deletion.operation = "CartDelete"

		r := ask(ctx, deletion)

		Expect(r).NotTo(HaveDone("CartDelete"))
		Expect(cart.Get(ctx)).To(HaveTheContentsOf(cart.Born))
	})
}

// HaveDone matches an answer that tells of an operation which is none of the five
// as if it had been done.
func HaveDone(operation string) types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a success answer of " + operation, Not: "no success answer of " + operation + ": there is no such operation",
		Holds: func(r *Reply) bool {
			if r.X.Response == nil {
				return false
			}
			root, err := xmlform.Parse(r.X.Response.Body)
			return r.Status()/100 == 2 && err == nil && root.Name.Local == operation+"Response" && !tellsOfErrors(root)
		},
		Seen: (*Reply).Says,
	}
}

// tellsOfErrors reports whether an element called Error stands anywhere.
func tellsOfErrors(e *xmlform.Element) bool {
	return e.Name.Local == "Error" || slices.ContainsFunc(e.Children, tellsOfErrors)
}
