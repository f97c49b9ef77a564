package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

// HaveOnEachLine matches an answer each of whose lines has a text of at least one
// character under each of the keys.
func HaveOnEachLine(keys ...string) types.GomegaMatcher {
	return eachItem("on each line a text under "+strings.Join(keys, ", "), func(o map[string]any) bool {
		return !slices.ContainsFunc(keys, func(key string) bool { return str(o[key]) == "" })
	})
}

// DescribeEachLine matches an answer each of whose lines has an integer quantity,
// a boolean isItemAvailable, both dates and, when it is available, a price. The
// forms of dates and prices and a quantity below 1 are other promises.
func DescribeEachLine() types.GomegaMatcher {
	return eachItem("on each line an integer quantity, a boolean isItemAvailable, both dates, and a price when it is available",
		func(o map[string]any) bool {
			_, whole := integer(o["quantity"])
			available, told := o["isItemAvailable"].(bool)
			return whole && told && o["addedToCartDate"] != nil && o["modifiedDate"] != nil && (o["price"] != nil || !available)
		})
}

// HaveItemIDsOf matches an answer whose lines have the itemIds of those of another
// answer, in any order.
func HaveItemIDsOf(other *Reply) types.GomegaMatcher {
	ids := func(r *Reply) []string {
		var ids []string
		for _, line := range r.Lines() {
			ids = append(ids, line.ItemID)
		}
		slices.Sort(ids)
		return ids
	}
	return replyMatcher{
		Wanted: "the itemIds that another answer gave: " + describe(other.Lines()),
		Seen:   seenLines,
		Holds:  func(r *Reply) bool { return len(ids(r)) != 0 && slices.Equal(ids(r), ids(other)) },
	}
}

// OutOfStock wishes for isItemAvailable false.
func OutOfStock() condition {
	return condition{"isItemAvailable false", func(l Line) bool { return !l.Available }}
}

// ShowAvailable matches an answer each of whose lines of a product, and there is
// one, has isItemAvailable as given.
func ShowAvailable(product string, available bool) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("%s with isItemAvailable %t", product, available),
		Seen:   seenAvailability,
		Holds: func(r *Reply) bool {
			found := linesOf(r.Lines(), product)
			return len(found) != 0 && !slices.ContainsFunc(found, func(l Line) bool { return l.Available != available })
		},
	}
}

func seenAvailability(r *Reply) string {
	var texts []string
	for _, line := range r.Lines() {
		texts = append(texts, fmt.Sprintf("%s with isItemAvailable %t", stage.Short(line.Product), line.Available))
	}
	if len(texts) == 0 {
		return seenLines(r)
	}
	return strings.Join(texts, ", ")
}

// plenty gives one offer of each product that may enter a cart, at most 50.
func plenty(ctx context.Context) []Role {
	s := stage.Of(ctx)
	data := s.Target().Data
	roles := every(ctx, 50)
	for i := range data.Limited {
		roles = append(roles, Limited(i))
	}
	for i := range data.Restricted {
		roles = append(roles, Restricted(i))
	}
	products := map[string]bool{}
	return slices.DeleteFunc(roles[:min(50, len(roles))], func(r Role) bool {
		if s.Doubt(r.Key) != "" {
			return true
		}
		product := r.Product(ctx)
		known := products[product]
		products[product] = true
		return known
	})
}

// mustList ends the spec unless an answer lists n lines: that all are there is
// another promise.
func mustList(ctx context.Context, items *Reply, n int) {
	if len(items.Lines()) != n {
		stage.Needs(ctx, "CART-ITEMS-03", items.X, fmt.Sprintf("%d lines", n), describe(items.Lines()))
	}
}

// mustShow ends the spec unless a reading shows lines as they were added, with
// their prices: before something is changed on the target.
func mustShow(ctx context.Context, cart *Cart, lines ...Line) {
	items := cart.Items(ctx)
	mustList(ctx, items, len(lines))
	for _, line := range lines {
		found := linesOf(items.Lines(), line.Product)
		switch {
		case len(found) == 0:
			stage.Needs(ctx, "CART-ITEMS-10", items.X, "a line of "+line.Product+", which was added", describe(items.Lines()))
		case found[0].Price == nil:
			stage.Needs(ctx, "CART-ITEMS-05", items.X, "a price on each available line", describe(items.Lines()))
		}
	}
}

// mustBeEmpty ends the spec unless an answer succeeds and has no lines, because
// of the promise that emptied the cart.
func mustBeEmpty(ctx context.Context, items *Reply, id string) {
	if !items.Success() {
		stage.Needs(ctx, "CART-ITEMS-01", items.X, "a success answer", items.Says())
	}
	if left := items.Lines(); len(left) != 0 {
		stage.Needs(ctx, id, items.X, "a cart without lines", describe(left))
	}
}

// mustBeAvailable ends the spec unless lines are available before anything is
// done to them.
func mustBeAvailable(ctx context.Context, cart *Cart, lines ...Line) {
	items := cart.Items(ctx)
	for _, line := range lines {
		if ok, _ := ShowAvailable(line.Product, true).Match(items); !ok {
			stage.Needs(ctx, "CART-ADD-10", items.X, "isItemAvailable true for an offer that is in stock", seenAvailability(items))
		}
	}
}
