package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	. "cartconform/suites/stage"
)

// choosing holds the open questions that no other area answers on its way: what
// the documents do not say is shown as the target does it (docs/observations.md).
func choosing() {
	// Whom listCarts does not know, and which region a cart is not of: the statuses
	// are declared and not explained.
	It("shows how a stranger and a strange region are taken", Observes("CART-ERR-10"), func(ctx SpecContext) {
		stranger := "nobody-" + Of(ctx).Token() + "@example.com"
		list := askPage(ctx, stranger, 0, "")
		Of(ctx).Observe(list.X, "listCarts for an e-mail address that nobody has", formOfPage(list))

		cart := EmptyCart(ctx)
		strange := getItemsCall(ctx, cart.ID)
		region := "DE"
		if Of(ctx).Target().Region == region {
			region = "US"
		}
		strange.Query = "region=" + region
		answer := ask(ctx, strange)
		Of(ctx).Observe(answer.X, "getItems for a cart of another region", formOf(answer))
	})

	// Neither the order of lines nor that of charges is promised.
	It("shows in which order lines and charges come", Observes("CART-EST-26"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		added := []string{}
		for i := range 3 {
			added = append(added, cart.Add(ctx, Available(i), 1).ItemID)
		}
		var items *Reply
		var readings [][]string
		for range 4 {
			items = cart.Items(ctx)
			readings = append(readings, itemIDs(items))
		}
		Of(ctx).ObserveAs("CART-ITEMS-10", items.X, "order of lines that were added one after the other", orderOf(added, readings))

		var e *Estimate
		var orders []string
		for range 4 {
			e = cart.Charged(ctx)
			orders = append(orders, pairs(e))
		}
		seen := "the same in each estimate"
		if len(slices.Compact(orders)) > 1 {
			seen = "another one in each estimate"
		}
		Of(ctx).Observe(e.X, "order of the charges", seen)
		seen = "once at most"
		if listed := strings.Split(orders[0], ", "); hasTwice(listed) {
			seen = "several times"
		}
		Of(ctx).Observe(e.X, "charges of one type and category in an estimate", seen)
	})

	// Reading refreshes the cart: whether it names the buying options anew is open.
	It("shows whether a reading changes the buyingOptionIdentifier", Observes("CART-BOI-02"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		line := cart.Add(ctx, Available(0), 1)
		cart.Items(ctx)

		again := cart.Items(ctx)

		now, _ := again.Line(line.ItemID)
		seen := "it stays as it was"
		if now.BuyingOption != line.BuyingOption {
			seen = "it is another one after each reading"
		}
		Of(ctx).Observe(again.X, "buyingOptionIdentifier of a line that is read again", seen)
	})

	// There are rejections for too many lines and too many units, and no figures.
	It("shows how much goes into a cart", Observes("CART-ADD-21"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		offers := every(ctx, 20)
		after := cart.TryAdd(ctx, each(offers, 1)...)
		Of(ctx).Observe(after.X, "many offers in one cart", fmt.Sprintf("%d offers: %s", len(offers), formOf(after)))

		cart = EmptyCart(ctx)
		after = cart.TryAdd(ctx, Available(0).Times(largeQuantity))
		Of(ctx).Observe(after.X, fmt.Sprintf("%d units of one offer in one cart", largeQuantity), formOf(after))
	})
}

// largeQuantity is more than a person buys, and less than what fits no number.
const largeQuantity = 999

// itemIDs gives the lines of an answer in their order.
func itemIDs(r *Reply) []string {
	ids := []string{}
	for _, line := range r.Lines() {
		ids = append(ids, line.ItemID)
	}
	return ids
}

// orderOf says in which order lines are read that were added in the order of added.
func orderOf(added []string, readings [][]string) string {
	backwards := slices.Clone(added)
	slices.Reverse(backwards)
	for _, reading := range readings[1:] {
		if !slices.Equal(reading, readings[0]) {
			return "another one at each reading"
		}
	}
	switch {
	case slices.Equal(readings[0], added):
		return "the oldest first"
	case slices.Equal(readings[0], backwards):
		return "the newest first"
	}
	return "neither the oldest nor the newest first"
}

// pairs lists types and categories of an estimate's charges in their order.
func pairs(e *Estimate) string {
	texts := []string{}
	for _, c := range e.Charges() {
		texts = append(texts, c.Type+"/"+c.Category)
	}
	return strings.Join(texts, ", ")
}

func hasTwice(texts []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(texts)))) < len(texts)
}

// observePageSizes shows how sizes are taken that are none.
func observePageSizes(ctx context.Context, buyer string) {
	for _, size := range []string{"0", "-1"} {
		call := listCartsCall(ctx, buyer, 0, "")
		call.Query += "&pageSize=" + size
		answer := ask(ctx, call)
		seen := formOf(answer)
		if answer.Success() {
			seen = fmt.Sprintf("a page of %d carts", len(objects(answer.Doc["cartDetailsList"])))
		}
		Of(ctx).ObserveAs("CART-LIST-10", answer.X, "pageSize "+size, seen)
	}
}
