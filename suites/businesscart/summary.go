package businesscart

import (
	"fmt"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// summary holds the promises of getCart: step 5 of the guide.
func summary() {
	// The summary says which cart it is about: an empty one, and one with lines.
	It("says which cart it is about", Judges("CART-GET-01"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		Expect(cart.Summary(ctx)).To(BeOf(ctx, cart))

		cart.Add(ctx, Available(0), 1)
		Expect(cart.Summary(ctx)).To(BeOf(ctx, cart))
	})

	// Each of two carts has its own summary.
	It("says so of each of two carts", Judges("CART-GET-01"), func(ctx SpecContext) {
		cart, other := bothCarts(ctx)

		for _, c := range []*Cart{cart, other, cart} {
			Expect(c.Summary(ctx)).To(BeOf(ctx, c))
		}
	})

	// The summary of a cart with lines has a subtotal.
	It("includes the subtotal", Judges("CART-GET-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)

		Expect(cart.Summary(ctx)).To(HaveSubTotal())
		cart.Total(ctx)
	})

	// Also when there are several, when they were changed, and when it is asked for
	// again.
	It("includes the subtotal after changes", Judges("CART-GET-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(1))
		Expect(cart.Summary(ctx)).To(HaveSubTotal())
		cart.Modify(ctx, lines[1], 3)
		Expect(cart.Summary(ctx)).To(HaveSubTotal())
		cart.Remove(ctx, lines[0])
		Expect(cart.Summary(ctx)).To(HaveSubTotal())
		Expect(cart.Summary(ctx)).To(HaveSubTotal())
	})

	// The subtotal rises with what is added and falls with what is removed.
	It("follows the cart with the subtotal", Judges("CART-GET-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		first := cart.Add(ctx, Available(0), 1)
		_, one := cart.Total(ctx)

		second := cart.Add(ctx, Available(1), 1)
		two := cart.TotalLike(ctx, TotalAbove(one), first, second)

		third := cart.Add(ctx, Available(2), 1)
		three := cart.TotalLike(ctx, TotalAbove(two), first, second, third)

		cart.Remove(ctx, first)
		cart.TotalLike(ctx, TotalBelow(three), second, third)
	})

	// It follows modifications too, whether or not the lines were read in between.
	It("follows modifications with the subtotal", Judges("CART-GET-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
		cart.Items(ctx)
		_, before := cart.Total(ctx)

		cart.Modify(ctx, lines[0], 3)
		lines[0].Quantity = 3
		raised := cart.TotalLike(ctx, TotalAbove(before), lines...)

		cart.Items(ctx)
		cart.Modify(ctx, lines[0], 2)
		lines[0].Quantity = 2
		cart.TotalLike(ctx, TotalBelow(raised), lines...)
	})

	// It is that of the entire cart, not of a part of its lines.
	It("counts every line in the subtotal", Judges("CART-GET-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(3))
		Expect(cart.Priced(ctx, lines...)).To(CountEveryLine())

		cart.Remove(ctx, lines[1])
		Expect(cart.Priced(ctx, lines[0], lines[2])).To(CountEveryLine())

		if more := every(ctx, 6)[3:]; len(more) > 0 { // of a longer cart, too
			longer := cart.Taking(ctx, each(more, 1)...)
			Expect(cart.Priced(ctx, longer.Lines()...)).To(CountEveryLine())
		}
	})

	// A line that was removed is counted no more.
	It("counts nothing that was removed", Judges("CART-GET-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Total(ctx)
		cart.Remove(ctx, lines[1])

		Expect(cart.Priced(ctx, lines[0])).To(CountNothingOf(lines[1]))
	})

	// Nor are the lines of the cart before it was cleared.
	It("counts nothing that was cleared", Judges("CART-GET-03"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cleared := cart.Add(ctx, Available(1), 2)
		cart.Total(ctx)
		cart.Emptied(ctx)
		line := cart.Add(ctx, Available(0), 1)

		Expect(cart.Priced(ctx, line)).To(CountNothingOf(cleared))
	})

	// Price times quantity is what one line adds.
	It("multiplies price and quantity", Judges("CART-GET-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 3)

		Expect(cart.WholePriced(ctx, line)).To(AddUpToSubtotal())
	})

	// The subtotal is the sum over the lines, also after one of them has changed.
	It("adds up the lines", Judges("CART-GET-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2), Available(2).Times(5))
		Expect(cart.WholePriced(ctx, lines...)).To(AddUpToSubtotal())

		cart.Modify(ctx, lines[2], 4)
		lines[2].Quantity = 4
		Expect(cart.WholePriced(ctx, lines...)).To(AddUpToSubtotal())
	})

	// An estimate in between adds nothing to it.
	It("adds up the lines after an estimate", Judges("CART-GET-04"), func(ctx SpecContext) {
		if Of(ctx).Target().Data.Deliverable == nil {
			NotApplicable(ctx, "data.addresses.deliverable is missing from the target description")
		}
		cart := EmptyCart(ctx)
		lines := cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		cart.Total(ctx)

		cart.Estimate(ctx, Deliverable(ctx))
		after, subtotal := cart.Total(ctx) // directly after it

		priced := cart.WholePriced(ctx, lines...)
		Expect(priced).To(AddUpToSubtotal())
		priced.Summary, priced.Subtotal = after, subtotal
		Expect(priced).To(AddUpToSubtotal())
	})

	// The same for a longer cart.
	It("adds up the lines of a longer cart", Judges("CART-GET-04"), func(ctx SpecContext) {
		offers := every(ctx, 50)
		if len(offers) <= 3 {
			NotApplicable(ctx, "the target description has no more offers than others use")
		}
		cart := EmptyCart(ctx)
		added := cart.Taking(ctx, each(offers, 2)...)

		Expect(cart.WholePriced(ctx, added.Lines()...)).To(AddUpToSubtotal())
	})

	// The currency is that of the lines.
	It("has the currency of the lines", Judges("CART-GET-05"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		priced := cart.Priced(ctx, cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))...)

		var currencies []string
		for _, line := range priced.Lines {
			if line.Price != nil {
				currencies = append(currencies, line.Price.Currency)
			}
		}
		if !slices.Contains(currencies, priced.Subtotal.Currency) {
			wanted := fmt.Sprintf("a subtotal in the currency of the lines: %s", describe(priced.Lines))
			Of(ctx).Blame(priced.X, wanted, priced.Subtotal.String())
			Fail(Mismatch(getCart, wanted, priced.Subtotal.String()))
		}
		Judged(ctx)
	})

	// A summary is overall information: items are read with getItems.
	It("shows whether a summary has items", Observes("CART-GET-06"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		summary := cart.Summary(ctx)

		seen := "no items"
		if _, there := summary.Doc["items"]; there {
			seen = "items"
		}
		Of(ctx).Observe(summary.X, "items in the summary of a cart", seen)
	})

	// Summary and list agree on a cart.
	It("agrees with the list", Judges("CART-GET-07"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		w := AllCarts(ctx, Of(ctx).Lane().Buyer, maxPageSize)
		if !w.seen[cart.ID] {
			Inconclusive(ctx, "listCarts does not show cart %s of %s: there is nothing to compare", cart.ID, w.buyer)
		}
		w.mustAgree(ctx, cart.ID)
		cart.Add(ctx, Available(0), 1)
		w.mustAgree(ctx, cart.ID)
		if other := Of(ctx).OtherCartID(); w.seen[other] {
			w.mustAgree(ctx, other)
		}
	})

	// The subtotal holds neither shipping nor, where prices are without it, tax: it
	// is what the estimate charges for the goods.
	It("shows how the subtotal compares with the estimate", Observes("CART-GET-08"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
		e := cart.Estimate(ctx, Deliverable(ctx))
		summary, subtotal := cart.Total(ctx)

		seen := "the estimate has no such charge"
		if goods := e.Charge("PRINCIPAL", "SUBTOTAL"); goods != nil && goods.Equal(subtotal) {
			seen = "they are equal"
		} else if goods != nil {
			seen = fmt.Sprintf("the subtotal is %s, the charge %s", subtotal, goods)
		}
		Of(ctx).Observe(summary.X, "subtotal and the charge PRINCIPAL / SUBTOTAL of the estimate", seen)
	})

	// Each attribute has a type, and SubTotal an amount.
	It("names each attribute", Judges("CART-GET-09"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)
		summary, _ := cart.Total(ctx)
		Expect(summary).To(NameEachAttribute())

		cart.Add(ctx, Available(1), 2)
		cart.Modify(ctx, line, 2)
		summary, _ = cart.Total(ctx)
		Expect(summary).To(NameEachAttribute())
	})

	// What the summary of an empty cart says of its subtotal is open.
	It("shows the subtotal of an empty cart", Observes("CART-GET-10"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		summary := cart.Summary(ctx)

		attributes, there := summary.Array("attributes")
		seen := "no attributes"
		switch subtotal := summary.Subtotal(); {
		case subtotal != nil:
			seen = "SubTotal " + subtotal.String()
		case there && len(attributes) == 0:
			seen = "attributes is empty"
		case there:
			seen = "attributes without a SubTotal"
		}
		Of(ctx).Observe(summary.X, "summary of an empty cart", seen)
	})
}

// mustAgree compares the list's entry of a cart with its summary. What is wrong
// with one of them for itself is the other promises' business.
func (w *Walk) mustAgree(ctx SpecContext, id string) {
	region := Of(ctx).Target().Region
	own := ask(ctx, getCartCall(ctx, id))
	if !own.Success() || str(own.Doc["id"]) != id || str(own.Doc["region"]) != region || str(own.Doc["cartType"]) == "" {
		Needs(ctx, "CART-GET-01", own.X, fmt.Sprintf("a summary with id %q, region %q and a cartType", id, region), own.Says())
	}
	for _, page := range w.pages {
		for _, listed := range page.Entries() {
			switch {
			case listed.ID != id:
				continue
			case listed.Type == "":
				Needs(ctx, "CART-LIST-03", page.X, "a cartType in each entry", page.Says())
			case listed.Region != region:
				Needs(ctx, "CART-LIST-07", page.X, "entries of region "+region, seenCarts(page.Reply))
			}
			Expect(own).To(HaveText("cartType", listed.Type), "as in the list")
		}
	}
}
