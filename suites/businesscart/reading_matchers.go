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
		wanted: "the itemIds of the reading before: " + describe(other.Lines()),
		seen:   seenLines,
		match:  func(r *Reply) bool { return len(ids(r)) != 0 && slices.Equal(ids(r), ids(other)) },
	}
}

// OutOfStock wishes for isItemAvailable false.
func OutOfStock() condition {
	return condition{"isItemAvailable false", func(l Line) bool { return !l.Available }}
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
		if ok, _ := HoldProduct(line.Product, BeingAvailable()).Match(items); !ok {
			stage.Needs(ctx, "CART-ADD-10", items.X, "isItemAvailable true for an offer that is in stock", describe(items.Lines())+", not available")
		}
	}
}
