package remotecart

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"cartconform/suites/stage"
)

// rule is a promise about every answer that shows a cart.
type rule struct {
	id     string
	wanted string
	// broken says what is wrong; "" when nothing is. about tells how many things the
	// rule was held against: an answer with none shows nothing.
	broken func(*Reply) string
	about  func(*Reply) int
}

// watch judges what every answer has to keep beyond its schema, whatever the spec
// is about.
func watch(r *Reply) {
	if r.at("Cart") == nil {
		return
	}
	for _, rule := range rules() {
		if got := rule.broken(r); got != "" {
			r.stage.Report(rule.id, r.X, rule.wanted, got)
		}
	}
}

// keeps ends the spec unless the answer shows something that the rule is about, in
// a form that can be read: whether it is kept has been reported by then.
func keeps(ctx context.Context, r *Reply, broken rule) {
	r.legible(ctx)
	if broken.about(r) == 0 {
		stage.Needs(ctx, broken.id, r.X, broken.wanted, r.Says())
	}
	stage.Judged(ctx)
}

// relies ends the spec if the answer breaks a rule that it builds on.
func relies(ctx context.Context, r *Reply, on rule) {
	if got := on.broken(r); got != "" {
		stage.Needs(ctx, on.id, r.X, on.wanted, got)
	}
}

// legible ends the spec if a price is missing, or an amount that the answer shows is
// none: nothing that is reckoned with it is wrong for that.
func (r *Reply) legible(ctx context.Context) {
	for _, e := range r.All() {
		if e.Price == nil {
			stage.Needs(ctx, "RC-RG-03", r.X, "a Price of "+stage.Short(e.ASIN), seenEntries(r))
		}
	}
	amounts := r.sums()
	for _, name := range sorted(amounts) {
		switch m := amounts[name]; {
		case !m.Told:
			stage.Needs(ctx, "RC-RG-05", r.X, "an Amount in "+name, m.String())
		case !m.Whole:
			stage.Needs(ctx, "RC-RG-06", r.X, "a whole number as the Amount of "+name, m.String())
		}
	}
}

func rules() []rule {
	return []rule{
		distinctIDs(), positiveQuantities(), oneCurrency(), displayedAmounts(), itemTotals(), activeTotal(), cartTotal(), savedTotals(),
		decodedHMAC(), compliantHMAC(),
	}
}

// A CartItemId identifies one entry of the cart.
func distinctIDs() rule {
	return rule{
		id: "RC-ITEM-05", wanted: "CartItemIds that differ within the cart",
		about: func(r *Reply) int { return len(r.All()) },
		broken: func(r *Reply) string {
			seen := map[string]bool{}
			for _, e := range r.All() {
				if e.ID != "" && seen[e.ID] {
					return "CartItemId " + stage.Short(e.ID) + " twice"
				}
				seen[e.ID] = true
			}
			return ""
		},
	}
}

// Quantity is the number of an item.
func positiveQuantities() rule {
	return rule{
		id: "RC-RG-15", wanted: "a whole number of at least 1 as the Quantity of each entry",
		about: func(r *Reply) int { return len(r.All()) },
		broken: func(r *Reply) string {
			for _, e := range r.All() {
				if e.Quantity < 1 {
					return fmt.Sprintf("Quantity %q of %s", stage.Short(text(e.Fields["Quantity"])), stage.Short(e.ASIN))
				}
			}
			return ""
		},
	}
}

// sums names every amount of money that an answer shows.
func (r *Reply) sums() map[string]*Money {
	sums := map[string]*Money{}
	put := func(name string, m *Money) {
		if m != nil {
			sums[name] = m
		}
	}
	put("SubTotal", moneyOf(r.at("Cart", "SubTotal")))
	put("CartItems/SubTotal", moneyOf(r.at("Cart", "CartItems", "SubTotal")))
	put("SavedForLaterItems/SubTotal", moneyOf(r.at("Cart", "SavedForLaterItems", "SubTotal")))
	for i, e := range r.Active() {
		put(fmt.Sprintf("CartItem[%d]/Price", i+1), e.Price)
		put(fmt.Sprintf("CartItem[%d]/ItemTotal", i+1), e.ItemTotal)
	}
	for i, e := range r.Saved() {
		put(fmt.Sprintf("SavedForLaterItem[%d]/Price", i+1), e.Price)
		put(fmt.Sprintf("SavedForLaterItem[%d]/ItemTotal", i+1), e.ItemTotal)
	}
	return sums
}

// All amounts are in the currency of the locale.
func oneCurrency() rule {
	return rule{
		id: "RC-RG-07", wanted: "the currency of the locale in every amount",
		about: func(r *Reply) int { return len(r.sums()) },
		broken: func(r *Reply) string {
			want := currencies()[r.locale()]
			sums := r.sums()
			for _, name := range sorted(sums) {
				if m := sums[name]; want != "" && m.Currency != "" && m.Currency != want {
					return fmt.Sprintf("%s in %s, and the locale %s has %s", name, stage.Short(m.Currency), r.locale(), want)
				}
			}
			return ""
		},
	}
}

// FormattedPrice is how the amount is displayed. One in a currency that is not the
// locale's, or below zero, breaks another promise.
func displayedAmounts() rule {
	return rule{
		id: "RC-RG-08", wanted: "a FormattedPrice that shows Amount in its currency",
		about: func(r *Reply) int { return len(r.sums()) },
		broken: func(r *Reply) string {
			locale := currencies()[r.locale()]
			sums := r.sums()
			for _, name := range sorted(sums) {
				m := sums[name]
				switch {
				case !m.Whole || m.Amount < 0 || m.Currency == "" || locale != "" && m.Currency != locale || m.Formatted == "":
				case !m.Shows():
					return name + ": " + m.String()
				case m.Currency == "USD" && !inDollars(m.Formatted):
					return name + ", which is no dollar sign before an amount with two decimals: " + m.String()
				}
			}
			return ""
		},
	}
}

// inDollars reports whether a displayable price has a dollar sign before it and two
// decimals.
func inDollars(formatted string) bool {
	formatted = strings.TrimSpace(formatted)
	point := len(formatted) - 3
	return strings.HasPrefix(strings.TrimPrefix(formatted, "-"), "$") && point > 0 && formatted[point] == '.'
}

// ItemTotal is the price of one unit times the quantity.
func itemTotals() rule {
	return rule{
		id: "RC-RG-09", wanted: "ItemTotal = Price × Quantity in each active entry",
		about:  func(r *Reply) int { return reckoned(r.Active()) },
		broken: func(r *Reply) string { return miscalculated(r.Active()) },
	}
}

// reckoned counts the entries that show a price, a quantity and a total.
func reckoned(entries []Line) int {
	n := 0
	for _, e := range entries {
		if e.Price != nil && e.ItemTotal != nil && e.Price.Whole && e.ItemTotal.Whole && e.Quantity > 0 {
			n++
		}
	}
	return n
}

func miscalculated(entries []Line) string {
	for _, e := range entries {
		if reckoned([]Line{e}) == 1 && e.Price.Amount*e.Quantity != e.ItemTotal.Amount {
			return fmt.Sprintf("%s: Price %d × Quantity %d, ItemTotal %d", stage.Short(e.ASIN), e.Price.Amount, e.Quantity, e.ItemTotal.Amount)
		}
	}
	return ""
}

// sum adds up the totals of entries; false when one is missing.
func sum(entries []Line) (int64, bool) {
	var total int64
	for _, e := range entries {
		if e.ItemTotal == nil || !e.ItemTotal.Whole {
			return 0, false
		}
		total += e.ItemTotal.Amount
	}
	return total, true
}

// subtotals are what entries may add up to: their totals and, where one of these is
// wrong, what they should be. A subtotal that has it right is not wrong as well.
func subtotals(entries []Line) []int64 {
	total, known := sum(entries)
	if !known {
		return nil
	}
	possible := []int64{total}
	if miscalculated(entries) != "" && reckoned(entries) == len(entries) {
		right := int64(0)
		for _, e := range entries {
			right += e.Price.Amount * e.Quantity
		}
		possible = append(possible, right)
	}
	return possible
}

// CartItems/SubTotal is the total of the active entries.
func activeTotal() rule {
	return rule{
		id: "RC-RG-10", wanted: "CartItems/SubTotal = the sum of the ItemTotals",
		about:  func(r *Reply) int { return reckoned(r.Active()) },
		broken: func(r *Reply) string { return missummed(moneyOf(r.at("Cart", "CartItems", "SubTotal")), r.Active()) },
	}
}

func missummed(shown *Money, entries []Line) string {
	possible := subtotals(entries)
	if shown == nil || !shown.Whole || len(possible) == 0 || slices.Contains(possible, shown.Amount) {
		return ""
	}
	return fmt.Sprintf("SubTotal %d, and the ItemTotals add up to %d", shown.Amount, possible[0])
}

// Cart/SubTotal is the total of all items. Whether saved ones count is open (D10).
func cartTotal() rule {
	return rule{
		id: "RC-RG-11", wanted: "SubTotal = the sum of the ItemTotals, with or without those that are saved for later",
		about: func(r *Reply) int { return reckoned(r.Active()) },
		broken: func(r *Reply) string {
			shown := moneyOf(r.at("Cart", "SubTotal"))
			active, saved := subtotals(r.Active()), subtotals(r.Saved())
			if shown == nil || !shown.Whole || len(active) == 0 || len(saved) == 0 {
				return ""
			}
			for _, a := range active {
				for _, s := range saved {
					if shown.Amount == a || shown.Amount == a+s {
						return ""
					}
				}
			}
			return fmt.Sprintf("SubTotal %d, active entries %d, saved ones %d", shown.Amount, active[0], saved[0])
		},
	}
}

// The saved area is reckoned as the active one is.
func savedTotals() rule {
	return rule{
		id: "RC-RG-12", wanted: "ItemTotal = Price × Quantity and SubTotal = the sum of the ItemTotals in the saved area",
		about: func(r *Reply) int { return reckoned(r.Saved()) },
		broken: func(r *Reply) string {
			if got := miscalculated(r.Saved()); got != "" {
				return got
			}
			return missummed(moneyOf(r.at("Cart", "SavedForLaterItems", "SubTotal")), r.Saved())
		},
	}
}

// URLEncodedHMAC is the HMAC, percent-encoded.
func decodedHMAC() rule {
	return rule{
		id: "RC-HMAC-01", wanted: "a URLEncodedHMAC that decodes to HMAC",
		about: func(r *Reply) int { return len(r.URLEncodedHMAC()) },
		broken: func(r *Reply) string {
			encoded := r.URLEncodedHMAC()
			if encoded == "" || r.HMAC() == "" {
				return ""
			}
			if plain, err := url.PathUnescape(encoded); err != nil || plain != r.HMAC() {
				return fmt.Sprintf("HMAC %s, URLEncodedHMAC %s", stage.Short(r.HMAC()), stage.Short(encoded))
			}
			return ""
		},
	}
}

// URLEncodedHMAC can stand in a URL as it is.
func compliantHMAC() rule {
	return rule{
		id: "RC-HMAC-02", wanted: "a URLEncodedHMAC without +, /, &, #, ? and blanks",
		about: func(r *Reply) int { return len(r.URLEncodedHMAC()) },
		broken: func(r *Reply) string {
			if encoded := r.URLEncodedHMAC(); strings.ContainsAny(encoded, "+/&#? \t\r\n") {
				return stage.Short(encoded)
			}
			return ""
		},
	}
}
