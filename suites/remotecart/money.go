package remotecart

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "cartconform/suites/stage"
)

// money holds the promises about amounts. They are watched on every answer
// (watch.go); the specs make sure that there are answers to hold them against.
func money() {
	// Amounts are in the lowest denomination of the currency.
	It("shows amounts in the lowest denomination", Judges("RC-RG-06"), func(ctx SpecContext) {
		product := Available(0).Product(ctx)
		cart := NewCart(ctx, Available(0).Times(1))

		Expect(cart.Born).To(ShowWholeAmounts())
		if product.Price != 0 {
			Expect(cart.Born).To(PriceAt(product.ASIN, product.Price))
		} else { // what is displayed has to tell
			Expect(cart.Born).To(DisplayItsAmounts())
		}
	})

	// However big they are.
	It("shows big amounts in the lowest denomination", Judges("RC-RG-06"), func(ctx SpecContext) {
		r := NewCart(ctx, Available(0).Times(10), Available(1).Times(10), Available(2).Times(10), Available(3).Times(10)).Born

		Expect(r).To(ShowWholeAmounts())
	})

	// The currency is that of the locale.
	It("shows amounts in the currency of the locale", Judges("RC-RG-07"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))

		for _, answer := range []*Reply{cart.Born, saved, cart.Get(ctx)} {
			keeps(ctx, answer, oneCurrency())
		}
	})

	// FormattedPrice shows the amount.
	It("displays amounts", Judges("RC-RG-08"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(9), Available(2).Times(10))
		changed := cart.Set(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)), 10)
		saved := cart.Save(ctx, cart.Get(ctx).entry(ctx, Available(1).ASIN(ctx)))

		for _, answer := range []*Reply{cart.Born, changed, saved, cart.Get(ctx)} {
			keeps(ctx, answer, displayedAmounts())
		}
	})

	// ItemTotal is the price of one unit times the quantity.
	It("multiplies price and quantity", Judges("RC-RG-09"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1), Available(2).Times(10))
		changed := cart.Set(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)), 7)

		for _, answer := range []*Reply{cart.Born, changed, cart.Get(ctx)} {
			keeps(ctx, answer, itemTotals())
		}
	})

	// To the last unit, whatever the price is.
	It("multiplies prices of all kinds", Judges("RC-RG-09"), func(ctx SpecContext) {
		known := min(len(remote(ctx).Products.Available), 20)
		for i := 0; i < known; i += 10 {
			var wanted []Wanted
			for j := i; j < min(i+10, known); j++ {
				wanted = append(wanted, Available(j).Times(3))
			}
			keeps(ctx, NewCart(ctx, wanted...).Born, itemTotals())
		}
	})

	It("multiplies and adds up ten entries", Judges("RC-RG-10"), func(ctx SpecContext) {
		var wanted []Wanted
		for i := range 10 {
			wanted = append(wanted, Available(i).Times(10-i))
		}
		cart := NewCart(ctx, wanted...)
		e := cart.Born.entry(ctx, Available(4).ASIN(ctx))
		changed := cart.Set(ctx, e, 10)
		saved := cart.Save(ctx, cart.Get(ctx).entry(ctx, Available(2).ASIN(ctx)))

		for _, answer := range []*Reply{cart.Born, changed, saved, cart.Get(ctx)} {
			keeps(ctx, answer, activeTotal())
			Expect(answer).To(AddUpTheActive())
		}
	})

	// CartItems/SubTotal is the total of the active entries.
	It("adds up the active entries", Judges("RC-RG-10"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))

		for _, answer := range []*Reply{cart.Born, cart.Add(ctx, Available(2).Times(2)), cart.Get(ctx)} {
			keeps(ctx, answer, activeTotal())
			Expect(answer).To(AddUpTheActive())
		}
	})

	// Cart/SubTotal is the total of the cart.
	It("adds up the cart", Judges("RC-RG-11"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))
		added := cart.Add(ctx, Available(2).Times(2))
		changed := cart.Set(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)), 7)

		for _, answer := range []*Reply{cart.Born, added, changed, cart.Get(ctx)} {
			keepsCartTotal(ctx, answer)
		}
	})

	// Whether that is little or much.
	It("adds up a cart of little and one of much", Judges("RC-RG-11"), func(ctx SpecContext) {
		var much []Wanted
		for i := range 10 {
			much = append(much, Available(i).Times(9))
		}

		keepsCartTotal(ctx, NewCart(ctx, Available(0).Times(1)).Born)
		keepsCartTotal(ctx, NewCart(ctx, much...).Born)
	})

	// Whether or not saved items count.
	It("adds up a cart with something saved", Judges("RC-RG-11"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(1))

		keepsCartTotal(ctx, cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx))))
	})

	// The saved area is reckoned alike.
	It("reckons the saved area", Judges("RC-RG-12"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(3), Available(1).Times(2), Available(2).Times(1))
		cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(0).ASIN(ctx)))

		for _, answer := range []*Reply{saved, cart.Get(ctx)} {
			keeps(ctx, answer, savedTotals())
			Expect(answer).To(AddUpTheSaved())
		}
	})

	// Price is that of one unit.
	It("shows the price of one unit", Judges("RC-RG-13"), func(ctx SpecContext) {
		one, two := NewCart(ctx, Available(0).Times(1)), NewCart(ctx, Available(0).Times(2))
		asin := Available(0).ASIN(ctx)
		price := one.Born.entry(ctx, asin).Price
		if price == nil || !price.Whole {
			Needs(ctx, "RC-RG-05", one.Born.X, "a Price with an Amount", one.Born.Says())
		}

		Expect(two.Born).To(PriceAt(asin, price.Amount))
	})

	// Whether the cart's total counts what is saved is open (D10).
	It("says whether SubTotal counts what is saved", Observes("RC-X-RG-03"), func(ctx SpecContext) {
		cart := NewCart(ctx, Available(0).Times(1), Available(1).Times(2))
		saved := cart.Save(ctx, cart.Born.entry(ctx, Available(1).ASIN(ctx)))

		shown := moneyOf(saved.at("Cart", "SubTotal"))
		active, _ := sum(saved.Active())
		seen := "active and saved entries"
		switch {
		case shown == nil:
			seen = "no SubTotal"
		case shown.Amount == active:
			seen = "active entries"
		}
		Of(ctx).Observe(saved.X, "what SubTotal counts", seen)
	})
}

// keepsCartTotal is keeps for the total of the cart, which has to be there.
func keepsCartTotal(ctx SpecContext, r *Reply) {
	GinkgoHelper()
	if r.at("Cart", "SubTotal") == nil {
		Needs(ctx, "RC-RG-01", r.X, "a SubTotal in the cart", r.Says())
	}
	keeps(ctx, r, cartTotal())
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// ShowFullAmounts matches an answer each of whose amounts, of which there is at
// least one, has Amount, CurrencyCode and FormattedPrice.
func ShowFullAmounts() types.GomegaMatcher {
	return eachAmount("amounts with Amount, CurrencyCode and FormattedPrice",
		func(m *Money) bool { return m.Told && m.Currency != "" && m.Formatted != "" })
}

// ShowWholeAmounts matches an answer each of whose amounts, of which there is at
// least one, is a whole number where it says a number at all.
func ShowWholeAmounts() types.GomegaMatcher {
	return eachAmount("whole numbers as Amounts", func(m *Money) bool { return m.Whole || !m.Told })
}

func eachAmount(wanted string, fits func(*Money) bool) types.GomegaMatcher {
	unfit := func(r *Reply) string {
		sums := r.sums()
		for _, name := range sorted(sums) {
			if !fits(sums[name]) {
				return name + ": " + sums[name].String()
			}
		}
		if len(sums) == 0 {
			return "no amounts"
		}
		return ""
	}
	return replyMatcher{Wanted: wanted, Holds: func(r *Reply) bool { return unfit(r) == "" }, Seen: unfit}
}

// DisplayItsAmounts matches an answer whose amounts are those that it displays.
func DisplayItsAmounts() types.GomegaMatcher {
	return replyMatcher{
		Wanted: displayedAmounts().wanted,
		Holds:  func(r *Reply) bool { return displayedAmounts().broken(r) == "" },
		Seen:   displayedAmounts().broken,
	}
}

// PriceAt matches an answer that shows a product at a price, in the lowest
// denomination.
func PriceAt(asin string, amount int64) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("a Price with Amount %d for %s", amount, asin),
		Holds: func(r *Reply) bool {
			e, ok := entryOf(r.All(), asin)
			return ok && e.Price != nil && e.Price.Whole && e.Price.Amount == amount
		},
		Seen: func(r *Reply) string {
			if e, ok := entryOf(r.All(), asin); ok && e.Price != nil {
				return "Price " + e.Price.String()
			}
			return r.Says()
		},
	}
}

// ReckonWith matches an answer that reckons a product with so many units.
func ReckonWith(asin string, quantity int) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("ItemTotal = %d × Price for %s", quantity, asin),
		Holds: func(r *Reply) bool {
			e, _ := entryOf(r.All(), asin)
			return reckoned([]Line{e}) == 1 && e.ItemTotal.Amount == e.Price.Amount*int64(quantity)
		},
		Seen: func(r *Reply) string {
			if e, _ := entryOf(r.All(), asin); reckoned([]Line{e}) == 1 {
				return fmt.Sprintf("Price %s, ItemTotal %s", e.Price, e.ItemTotal)
			}
			return r.Says()
		},
	}
}

// AddUpTheActive matches an answer whose active area has a SubTotal that is the sum
// of its ItemTotals.
func AddUpTheActive() types.GomegaMatcher {
	return addingUp("CartItems", (*Reply).Active)
}

// AddUpTheSaved is AddUpTheActive for the saved area.
func AddUpTheSaved() types.GomegaMatcher {
	return addingUp("SavedForLaterItems", (*Reply).Saved)
}

func addingUp(area string, entries func(*Reply) []Line) types.GomegaMatcher {
	return replyMatcher{
		Wanted: area + "/SubTotal = the sum of the ItemTotals",
		Holds: func(r *Reply) bool {
			shown := moneyOf(r.at("Cart", area, "SubTotal"))
			_, known := sum(entries(r))
			return known && shown != nil && shown.Whole && missummed(shown, entries(r)) == "" && len(entries(r)) != 0
		},
		Seen: func(r *Reply) string {
			total, _ := sum(entries(r))
			if shown := moneyOf(r.at("Cart", area, "SubTotal")); shown != nil {
				return fmt.Sprintf("SubTotal %s, ItemTotals %d", shown, total)
			}
			return "no SubTotal; " + seenEntries(r)
		},
	}
}

// NameTheCategories matches an answer each of whose entries has a ProductGroup that
// says something.
func NameTheCategories() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "a ProductGroup with a name for each entry",
		Holds: func(r *Reply) bool {
			return len(r.All()) != 0 && !slices.ContainsFunc(r.All(), func(e Line) bool { return strings.TrimSpace(e.Group) == "" })
		},
		Seen: func(r *Reply) string {
			var names []string
			for _, e := range r.All() {
				names = append(names, fmt.Sprintf("%q", Short(e.Group)))
			}
			return "ProductGroups " + strings.Join(names, ", ")
		},
	}
}

// ShowSimilarProducts matches an answer with similar products, n at most, each with an
// ASIN.
func ShowSimilarProducts(n int) types.GomegaMatcher {
	similar := func(r *Reply) []map[string]any { return objects(r.at("Cart", "SimilarProducts", "SimilarProduct")) }
	return replyMatcher{
		Wanted: fmt.Sprintf("one to %d similar products with ASINs", n),
		Holds: func(r *Reply) bool {
			return len(similar(r)) > 0 && len(similar(r)) <= n && !slices.ContainsFunc(similar(r), func(o map[string]any) bool { return text(o["ASIN"]) == "" })
		},
		Seen: func(r *Reply) string { return fmt.Sprintf("%d similar products", len(similar(r))) },
	}
}
