package businesscart

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// listing holds the promises of listCarts: step 1 of the guide. Lists are read,
// never changed, so that those of other lanes' buyers may be read too.
func listing() {
	// A list succeeds and has an array of carts.
	It("answers with an array of carts", Judges("CART-LIST-01"), func(ctx SpecContext) {
		answer := askPage(ctx, Of(ctx).Lane().Buyer, maxPageSize, "")

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("cartDetailsList"))
	})

	// Each cart has an id.
	It("gives each cart an id", Judges("CART-LIST-02"), func(ctx SpecContext) {
		Expect(SomeCarts(ctx, Of(ctx).Lane().Buyer)).To(HaveInEachEntry("id"))
	})

	// The same for a longer list.
	It("gives each cart of a longer list an id", Judges("CART-LIST-02"), func(ctx SpecContext) {
		SomeCarts(ctx, MoreCarts(ctx))
		for _, page := range AllCarts(ctx, MoreCarts(ctx), defaultPageSize).pages {
			if len(page.Entries()) != 0 {
				Expect(page).To(HaveInEachEntry("id"))
			}
		}
	})

	// Each cart has a type and a region.
	It("gives each cart a cartType and a region", Judges("CART-LIST-03"), func(ctx SpecContext) {
		Expect(SomeCarts(ctx, Of(ctx).Lane().Buyer)).To(HaveInEachEntry("cartType", "region"))
	})

	// The same for a longer list.
	It("gives each cart of a longer list a cartType and a region", Judges("CART-LIST-03"), func(ctx SpecContext) {
		for _, page := range AllCarts(ctx, MoreCarts(ctx), defaultPageSize).pages {
			if len(page.Entries()) != 0 {
				Expect(page).To(HaveInEachEntry("cartType", "region"))
			}
		}
	})

	// A listed id names that cart in later steps.
	It("lists ids that name carts", Judges("CART-LIST-04"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.mustSummariseItself(ctx)

		expectCarts(ctx, Of(ctx).Lane().Buyer, SomeCarts(ctx, Of(ctx).Lane().Buyer), 4)
	})

	// The same for ids of the second page.
	It("lists ids that name carts on the second page too", Judges("CART-LIST-04"), func(ctx SpecContext) {
		buyer := MoreCarts(ctx)
		cart := EmptyCart(ctx)
		cart.mustSummariseItself(ctx)
		w := &Walk{buyer: buyer, size: defaultPageSize}
		w.step(ctx)
		w.step(ctx)

		expectCarts(ctx, buyer, w.last(), 3)
	})

	// The list is the buyer's own: no cart is in the lists of two buyers.
	It("lists no cart of another buyer", Judges("CART-LIST-06"), func(ctx SpecContext) {
		own := Of(ctx).Lane().Buyer
		SomeCarts(ctx, own)
		SomeCarts(ctx, anotherBuyer(ctx))

		mine := AllCarts(ctx, own, maxPageSize)
		var theirs []*Walk
		for _, buyer := range otherBuyers(ctx) {
			theirs = append(theirs, AllCarts(ctx, buyer, maxPageSize))
		}
		again := AllCarts(ctx, own, maxPageSize) // nor after the other lists were read

		for _, other := range theirs {
			expectApart(mine, other)
			expectApart(other, mine)
			expectApart(again, other)
		}
	})

	// Not even the page token of another buyer opens their list.
	It("lists no cart of another buyer for their page token", Judges("CART-LIST-06"), func(ctx SpecContext) {
		own := Of(ctx).Lane().Buyer
		foreign := &Walk{buyer: anotherBuyer(ctx), size: 1}
		if !foreign.step(ctx) {
			NotApplicable(ctx, "the list of %s has no second page", foreign.buyer)
		}
		token := foreign.last().Next(ctx)
		foreign.step(ctx)

		answer := askPage(ctx, own, 1, token)

		if answer.crashed("the page token of another buyer") {
			Inconclusive(ctx, "the page token of another buyer is answered with %s", answer.Says())
		}
		for _, id := range foreign.ids {
			Expect(answer).NotTo(ShowCart(id))
		}
		Of(ctx).Observe(answer.X, "the page token of another buyer", formOfPage(answer))
	})

	// The list has the cart that the buyer is known to have.
	It("lists the buyer's cart", Judges("CART-LIST-06"), func(ctx SpecContext) {
		s := Of(ctx)
		if s.Lane().CartID == "" {
			NotApplicable(ctx, "the target description names no cart of %s: it was found by listCarts", s.Lane().Buyer)
		}
		cart := EmptyCart(ctx)
		w := AllCarts(ctx, s.Lane().Buyer, maxPageSize)

		if s.Target().Profile == target.Live && !w.seen[cart.ID] {
			Inconclusive(ctx, "lanes[].cartId does not play its role: listCarts does not show cart %s of %s", cart.ID, s.Lane().Buyer)
		}
		if len(w.pages) > 1 && !w.seen[cart.ID] {
			Needs(ctx, "CART-LIST-13", w.last().X, "cart "+cart.ID+" on one of the pages", w.String())
		}
		if w.seen[cart.ID] {
			Judged(ctx)
			return
		}
		for _, id := range w.ids[:min(2, len(w.ids))] {
			w.mustName(ctx, id)
		}
		Expect(w.last()).To(ShowCart(cart.ID))
	})

	// Every cart is of the region asked for.
	It("lists carts of the region asked for", Judges("CART-LIST-07"), func(ctx SpecContext) {
		s := Of(ctx)
		Expect(SomeCarts(ctx, s.Lane().Buyer).placed(ctx)).To(ListCartsOf(s.Target().Region))

		others := s.OtherBuyers()
		for _, buyer := range others[:min(3, len(others))] {
			Expect(FirstPage(ctx, buyer, maxPageSize).placed(ctx)).To(ListCartsOf(s.Target().Region))
		}
	})

	// The same for other regions, where the target serves them: which ones it
	// serves is open.
	It("lists carts of another region when asked for it", Judges("CART-LIST-07"), func(ctx SpecContext) {
		s := Of(ctx)
		seen := 0
		for _, region := range []string{"US", "CA", "UK", "DE", "JP"} {
			if region == s.Target().Region {
				continue
			}
			c := listCartsCall(ctx, s.Lane().Buyer, maxPageSize, "")
			c.Query = strings.Replace(c.Query, "region="+s.Target().Region, "region="+region, 1)
			answer := &Page{ask(ctx, c), maxPageSize}
			if !answer.Success() || len(answer.Entries()) == 0 {
				continue
			}
			seen++
			Expect(answer.placed(ctx)).To(ListCartsOf(region))
		}
		if seen == 0 {
			NotApplicable(ctx, "listCarts shows no cart of %s in another region", s.Lane().Buyer)
		}
	})

	pages()

	// Neither pageToken nor pageSize is required.
	It("answers with neither pageToken nor pageSize", Judges("CART-LIST-15"), func(ctx SpecContext) {
		SomeCarts(ctx, Of(ctx).Lane().Buyer)

		answer := askPage(ctx, Of(ctx).Lane().Buyer, 0, "")

		Expect(answer).To(BeSuccessful())
		Expect(answer).To(HaveArrays("cartDetailsList"))
		Expect(answer).NotTo(HoldAtMost(0))
	})

	// Nor is pageSize required beside a pageToken.
	It("answers with a pageToken and no pageSize", Judges("CART-LIST-15"), func(ctx SpecContext) {
		whole := AllCarts(ctx, MoreCarts(ctx), maxPageSize)
		token := askPage(ctx, whole.buyer, 0, "").must(ctx, "CART-LIST-15").Next(ctx)
		if token == "" {
			NotApplicable(ctx, "the list of %s has no second page without a pageSize", whole.buyer)
		}

		Expect(askPage(ctx, whole.buyer, 0, token)).To(BeSuccessful())
	})

	// A summary of a cart has none of its items in it.
	It("shows whether carts are listed with items", Observes("CART-LIST-17"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		page := SomeCarts(ctx, Of(ctx).Lane().Buyer)

		seen := "no items"
		if slices.ContainsFunc(page.Entries(), func(e Listed) bool { _, there := e.Raw["items"]; return there }) {
			seen = "items"
		}
		Of(ctx).Observe(page.X, "what a listed cart holds", seen)
	})

	// The guide's example has the type DEFAULT.
	It("shows the types of carts", Observes("CART-LIST-18"), func(ctx SpecContext) {
		page := SomeCarts(ctx, Of(ctx).Lane().Buyer)

		var kinds []string
		for _, entry := range page.Entries() {
			kinds = append(kinds, Short(entry.Type))
		}
		slices.Sort(kinds)
		Of(ctx).Observe(page.X, "cartType of listed carts", strings.Join(slices.Compact(kinds), ", "))
	})

	// What becomes of a token that the target never gave out is open.
	It("shows what becomes of an invented pageToken", Observes("CART-LIST-19"), func(ctx SpecContext) {
		SomeCarts(ctx, Of(ctx).Lane().Buyer)

		answer := askPage(ctx, Of(ctx).Lane().Buyer, maxPageSize, Of(ctx).Token())

		answer.crashed("an invented pageToken")
		Of(ctx).Observe(answer.X, "an invented pageToken", formOfPage(answer))
		observePageSizes(ctx, Of(ctx).Lane().Buyer)
	})
}

// otherBuyers gives up to four buyers other than the lane's. Only their lists may
// be read.
func otherBuyers(ctx SpecContext) []string {
	s := Of(ctx)
	var buyers []string
	if many := describedManyCarts(ctx); many != "" && many != s.Lane().Buyer {
		buyers = append(buyers, many) // nobody works on these carts
	}
	for _, buyer := range s.OtherBuyers() {
		if !slices.Contains(buyers, buyer) && len(buyers) < 4 {
			buyers = append(buyers, buyer)
		}
	}
	return buyers
}

// anotherBuyer gives a buyer other than the lane's.
func anotherBuyer(ctx SpecContext) string {
	others := otherBuyers(ctx)
	if len(others) == 0 {
		NotApplicable(ctx, "the target description has a single buyer: another lane with another buyer would show that lists are kept apart")
	}
	return others[0]
}

// expectApart expects no page of one buyer's list to show a cart of another's.
func expectApart(list, other *Walk) {
	GinkgoHelper()
	for _, page := range list.pages {
		for _, id := range other.ids {
			Expect(page).NotTo(ShowCart(id))
		}
	}
}

// expectCarts expects getCart to know up to n listed carts, save that of the
// website, which the operations on carts need not serve.
func expectCarts(ctx SpecContext, buyer string, page *Page, n int) {
	entries := slices.DeleteFunc(page.named(ctx).Entries(), func(e Listed) bool { return e.Type == "AMAZON_WEBSITE_CART" })
	for _, entry := range entries[:min(n, len(entries))] {
		c := getCartCall(ctx, entry.ID)
		c.Header.Set(buyerHeader, buyer)
		answer := ask(ctx, c)
		if answer.Success() && str(answer.Doc["id"]) != entry.ID {
			Needs(ctx, "CART-GET-01", answer.X, fmt.Sprintf("id %q as in the path", entry.ID), answer.Says())
		}
		if region := Of(ctx).Target().Region; !answer.Success() && entry.Region != region {
			Needs(ctx, "CART-LIST-07", page.X, "no carts but those of region "+region, seenCarts(page.Reply))
		}
		if !answer.Success() {
			mustBeOwn(ctx, buyer, page, entry.ID)
			if mayMove(ctx, buyer) && !AllCarts(ctx, buyer, maxPageSize).seen[entry.ID] {
				continue // it is not listed any more
			}
		}
		Expect(answer).To(HaveText("id", entry.ID), "cart %s of the list", entry.ID)
	}
}

// mustBeOwn ends the spec when a cart is in the list of another buyer as well.
func mustBeOwn(ctx SpecContext, buyer string, page *Page, id string) {
	s := Of(ctx)
	for _, other := range append(s.OtherBuyers(), s.Lane().Buyer, s.Target().Data.ManyCartsBuyer) {
		if other == "" || other == buyer {
			continue
		}
		if foreign := FirstPage(ctx, other, maxPageSize); slices.ContainsFunc(foreign.Entries(), func(e Listed) bool { return e.ID == id }) {
			Needs(ctx, "CART-LIST-06", page.X, "no cart that is in the list of "+other+" too", "cart "+Short(id))
		}
	}
}

// mustSummariseItself ends the spec unless getCart gives the id of the path back
// for the lane's own cart: what is wrong with another one is then its id.
func (c *Cart) mustSummariseItself(ctx SpecContext) {
	if summary := c.Summary(ctx); str(summary.Doc["id"]) != c.ID {
		Needs(ctx, "CART-GET-01", summary.X, fmt.Sprintf("id %q as in the path", c.ID), summary.Says())
	}
}

// formOfPage says in which form a page was given or refused.
func formOfPage(p *Page) string {
	if p.Success() {
		return fmt.Sprintf("a page of %d carts", len(p.Entries()))
	}
	return formOf(p.Reply)
}
