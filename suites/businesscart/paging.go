package businesscart

import (
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// pages holds the promises of listCarts about pages and their tokens. What two
// walks through one list show together is judged by Walk.Fit, which knows whose
// promise each kind of misfit breaks.
func pages() {
	// Without pageSize a page holds five carts, or fewer at the end.
	It("gives five carts unless told otherwise", Judges("CART-LIST-08"), func(ctx SpecContext) {
		whole := AllCarts(ctx, ManyCarts(ctx), maxPageSize)
		mustHold(ctx, whole, defaultPageSize+1)

		Expect(askPage(ctx, whole.buyer, 0, "").must(ctx, "CART-LIST-15")).To(HoldExactly(defaultPageSize))
	})

	// The same on the pages that follow, save the last one, which has no more.
	It("gives five carts on later pages too", Judges("CART-LIST-08"), func(ctx SpecContext) {
		whole := AllCarts(ctx, ManyCarts(ctx), maxPageSize)
		mustHold(ctx, whole, 2*defaultPageSize)

		w := AllCarts(ctx, whole.buyer, 0)

		later := w.pages[1:]
		if len(later) == 0 { // all on the first page, or a token is missing
			w.Fit(ctx, whole)
			later = w.pages
		}
		for i, page := range later {
			Expect(page).To(HoldAtMost(defaultPageSize))
			if i < len(later)-1-w.idle {
				Expect(page).To(HoldExactly(defaultPageSize))
			}
		}
	})

	// No page holds more than ten carts, whatever is asked for.
	It("gives no more than ten carts", Judges("CART-LIST-09"), func(ctx SpecContext) {
		whole := AllCarts(ctx, ManyCarts(ctx), maxPageSize)
		for _, page := range whole.pages {
			Expect(page).To(HoldAtMost(maxPageSize))
		}

		for _, size := range []int{maxPageSize + 1, 50} {
			answer := askPage(ctx, whole.buyer, size, "")
			what := fmt.Sprintf("pageSize %d", size)
			if answer.crashed(what) {
				Inconclusive(ctx, "%s is answered with %s", what, answer.Says())
			}
			if !answer.Refused() {
				Expect(answer.must(ctx, "CART-LIST-01")).To(HoldAtMost(maxPageSize), what)
			}
			Of(ctx).Observe(answer.X, what, formOfPage(answer))
		}
		mustHold(ctx, whole, maxPageSize+1)
	})

	// A page holds no more carts than pageSize says.
	It("gives no more carts than asked for", Judges("CART-LIST-10"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)

		for size := 1; size < min(len(whole.ids), 4); size++ {
			Expect(FirstPage(ctx, whole.buyer, size)).To(HoldAtMost(size))
		}
	})

	// The same on the pages that follow.
	It("gives no more carts than asked for on later pages", Judges("CART-LIST-10"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)

		w := AllCarts(ctx, whole.buyer, parts(whole, 4))

		for _, page := range w.pages {
			Expect(page).To(HoldAtMost(w.size))
		}
		w.Fit(ctx, whole)
	})

	// With more carts than the page holds comes a token.
	It("gives a token when there are more carts", Judges("CART-LIST-11"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)

		page := FirstPage(ctx, whole.buyer, 1)

		if n := len(page.Entries()); n > 1 {
			Needs(ctx, "CART-LIST-10", page.X, "a page of at most 1 cart", seenCarts(page.Reply))
		}
		page.Next(ctx) // a token that is no text is another promise's
		Expect(page).To(LeadOn())
	})

	// Each page but the last has one.
	It("gives a token with each page before the last", Judges("CART-LIST-11"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)

		AllCarts(ctx, whole.buyer, parts(whole, 6)).Fit(ctx, whole)
		if len(whole.ids) > defaultPageSize {
			AllCarts(ctx, whole.buyer, 0).Fit(ctx, whole)
		}
	})

	// The last page has no token: neither one that is full, nor one that is not, as
	// that of the whole list may be.
	It("gives no token with a last page that is full", Judges("CART-LIST-12"), func(ctx SpecContext) {
		SomeCarts(ctx, Of(ctx).Lane().Buyer)
		whole := AllCarts(ctx, Of(ctx).Lane().Buyer, maxPageSize)
		Of(ctx).Observe(whole.last().X, "nextPageToken of the last page", formOfNoToken(whole.last()))

		size := fillingSize(whole)
		if size == 0 {
			NotApplicable(ctx, "%d carts fill no few pages", len(whole.ids))
		}
		w := AllCarts(ctx, whole.buyer, size)

		w.Fit(ctx, whole)
		Expect(w.last()).NotTo(LeadOn())
	})

	// Nor the last of several pages.
	It("gives no token with the last of several pages", Judges("CART-LIST-12"), func(ctx SpecContext) {
		whole := AllCarts(ctx, MoreCarts(ctx), maxPageSize)
		mustHold(ctx, whole, defaultPageSize+1)

		for _, size := range []int{0, fillingSize(whole)} {
			w := AllCarts(ctx, whole.buyer, size)
			w.Fit(ctx, whole)
			Expect(w.last()).NotTo(LeadOn())
		}
	})

	// The pages of a walk give each cart once: also when their size is left to the
	// target, where the list is long enough for that.
	It("gives each cart once, page by page", Judges("CART-LIST-13"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)

		size := 0
		if len(whole.ids) <= defaultPageSize {
			size = 1
		}
		AllCarts(ctx, whole.buyer, size).Fit(ctx, whole)
	})

	// The same with one cart on a page, or as few as a walk allows.
	It("gives each cart once on the smallest pages", Judges("CART-LIST-13"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)

		AllCarts(ctx, whole.buyer, parts(whole, 12)).Fit(ctx, whole)
	})

	// Two walks at the same time do not get in each other's way.
	It("keeps two walks through the list apart", Judges("CART-LIST-13"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)
		a := &Walk{buyer: whole.buyer, size: parts(whole, 4)}
		b := &Walk{buyer: whole.buyer, size: parts(whole, 3)}

		for more := true; more; {
			moreOfA, moreOfB := a.step(ctx), b.step(ctx)
			more = moreOfA || moreOfB
		}

		a.Fit(ctx, whole)
		b.Fit(ctx, whole)
	})

	// A token is taken when it is percent-encoded.
	It("takes percent-encoded tokens", Judges("CART-LIST-14"), func(ctx SpecContext) {
		whole := SeveralCarts(ctx)
		size := parts(whole, 6)
		page := FirstPage(ctx, whole.buyer, size)
		encoded := 0
		for range 4 {
			token := page.Next(ctx)
			if token == "" {
				break
			}
			next := askPage(ctx, whole.buyer, size, token)
			if reserved(token) == "" {
				page = next.must(ctx, "CART-LIST-13")
				continue
			}
			encoded++
			Expect(next).To(BeSuccessful())
			page = next.must(ctx, "CART-LIST-14")
		}
		if encoded == 0 {
			JustObserved(ctx, "no page token with characters that need encoding was given")
		}
	})

	// A token is a text.
	It("gives tokens that are texts", Judges("CART-LIST-16"), func(ctx SpecContext) {
		buyer := describedManyCarts(ctx)
		if buyer == "" {
			buyer = Of(ctx).Lane().Buyer
		}
		page := FirstPage(ctx, buyer, 1)

		if page.Next(ctx) == "" {
			JustObserved(ctx, "no page token was given")
		}
		Expect(page).To(LeadOn())
	})
}

// mustHold ends the spec when a buyer has too few carts for it.
func mustHold(ctx SpecContext, whole *Walk, n int) {
	if len(whole.ids) < n {
		Inconclusive(ctx, "data.manyCartsBuyer does not play its role: listCarts shows %s of %s, at least %d are needed", whole, whole.buyer, n)
	}
}

// parts gives the smallest page size that cuts a list into n pages or fewer.
func parts(whole *Walk, n int) int { return min((len(whole.ids)+n-1)/n, maxPageSize) }

// fillingSize gives the largest page size that leaves no page half empty; 0 when
// that would take too many pages.
func fillingSize(whole *Walk) int {
	for size := min(len(whole.ids), maxPageSize); size > 0 && size*12 >= len(whole.ids); size-- {
		if len(whole.ids)%size == 0 {
			return size
		}
	}
	return 0
}

// formOfNoToken says how the end of a list is shown.
func formOfNoToken(p *Page) string {
	switch v, there := p.Doc["nextPageToken"]; {
	case !there:
		return "absent"
	case v == nil:
		return "null"
	default:
		return fmt.Sprintf("%q", str(v))
	}
}
