package businesscart

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file is what specs about orders stand on: the cart that is ordered, and
// what has to be known of it before an order can be judged.

// CartToOrder gives the lane's cart with nothing in it, on a target that claims to
// take orders.
func CartToOrder(ctx context.Context) *Cart {
	mustClaim(ctx, target.Ordering)
	terms(ctx)
	sweepAfterwards(ctx)
	return EmptyCart(ctx)
}

// sweepAfterwards leaves the lane's cart empty behind a spec that orders it: what
// an order does to a cart is not for the next spec to meet.
func sweepAfterwards(ctx context.Context) {
	DeferCleanup(func(ctx SpecContext) {
		if !Of(ctx).Over() {
			_ = attempt(func() { swept(Offstage(ctx)) }) // whatever goes wrong here is for the specs to find
		}
	})
}

// addSameProduct adds two buying options of one product.
func (c *Cart) addSameProduct(ctx context.Context) {
	if len(Of(ctx).Target().Data.SameProduct) < 2 {
		NotApplicable(ctx, "the target description has no data.offers.sameProduct")
	}
	c.AddAll(ctx, SameProduct(0).Times(1), SameProduct(1).Times(2))
}

// addRestricted adds an item that can be ordered, and one that the estimate
// rejects.
func (c *Cart) addRestricted(ctx context.Context) {
	if len(Of(ctx).Target().Data.Restricted) == 0 {
		NotApplicable(ctx, "the target description has no data.offers.restricted")
	}
	c.AddAll(ctx, Available(0).Times(1), Restricted(0).Times(1))
	c.Refused(ctx, Restricted(0))
}

// mustHaveMoved ends the spec unless the cart comes to show a price that was set:
// without that nothing can be told from the price of an order.
func (c *Cart) mustHaveMoved(ctx context.Context, offer Role, price Money) {
	if items := settled(ctx, c, HoldProduct(offer.Product(ctx), WithPrice(price))); items != nil {
		Needs(ctx, "CART-ITEMS-04", items.X, "the price that was set, "+price.String(), seenLines(items))
	}
}

// mustNotBeTurnedDown ends the spec when the whole request is refused because of
// one line, which is another way to reject it.
func (o *Order) mustNotBeTurnedDown(ctx context.Context) {
	if o.Refused() && !o.turnedAway() {
		Of(ctx).Observe(o.X, "an order with an item that the estimate rejects", "refused as a whole: "+o.Says())
		JustObserved(ctx, "the target refuses the whole order, so that nothing is said about its lines")
	}
}

// mustSpeakOfLines ends the spec when a success answer rejects the whole order, and
// says of no line that it is accepted or rejected, which is a third way.
func (o *Order) mustSpeakOfLines(ctx context.Context) {
	if reasons, _ := o.Array("rejectionArtifacts"); !o.Success() || len(reasons) == 0 {
		return
	}
	for _, id := range o.ids() {
		if line, _ := o.Line(id); len(line.Accepted)+len(line.Rejected) > 0 {
			return
		}
	}
	Of(ctx).Observe(o.X, "an order with an item that the estimate rejects", "rejected as a whole: "+o.seen())
	JustObserved(ctx, "the target rejects the whole order, so that nothing is said about its lines")
}

// ToOrder reads the cart's lines for an order: each has what the order takes.
func (c *Cart) ToOrder(ctx context.Context) []Line {
	items := c.Readable(ctx)
	lines := items.Lines()
	if len(lines) == 0 {
		Needs(ctx, "CART-ITEMS-10", items.X, "the lines that were added", items.Says())
	}
	items.mustNameOptions(ctx)
	return lines
}

// mustNameOptions ends the spec unless each line says what an order takes.
func (r *Reply) mustNameOptions(ctx context.Context) {
	for _, line := range r.Lines() {
		if line.BuyingOption == "" {
			Needs(ctx, "CART-ITEMS-02", r.X, "a buyingOptionIdentifier on each line", line.String()+" without one")
		}
	}
}

// mustBePriced ends the spec unless each line has a price.
func mustBePriced(ctx context.Context, lines []Line) {
	for _, line := range lines {
		if line.Price == nil {
			Needs(ctx, "CART-ADD-11", nil, "a price on each line of an available offer", line.String()+" without a price")
		}
	}
}

// mustShowPrices ends the spec of the prices when the order shows none: which
// artifacts it has is open.
func (o *Order) mustShowPrices(ctx context.Context) {
	for _, id := range o.ids() {
		if line, _ := o.Line(id); len(line.prices()) == 0 {
			Of(ctx).Observe(o.X, "unit prices of an order", "none: "+o.seen())
			JustObserved(ctx, "the order shows no unit price of line %s", id)
		}
	}
}

// awaitElsewhere waits until a change shows in the buyer's second cart, so that
// the cart of the spec need not be read for it. Without a second cart the spec has
// to look afterwards.
func awaitElsewhere(ctx context.Context, r Role, wished condition) {
	if Of(ctx).OtherCartID() == "" {
		return
	}
	other := OtherEmptyCart(ctx)
	await(ctx, func() bool {
		answer := other.TryItems(ctx)
		if len(answer.Lines()) == 0 {
			answer = other.TryAdd(ctx, r.Times(1))
		}
		return slices.ContainsFunc(answer.Lines(), wished.holds)
	})
	other.TryClear(ctx)
}

// comparison says how charges compare with others.
func comparison(got, want map[string]Money, none string) string {
	if len(got) == 0 {
		return none
	}
	if difference := compareCharges(got, want); difference != "" {
		return "different: " + difference
	}
	return "the same: " + strings.Join(slices.Sorted(maps.Values(sumTexts(got))), ", ")
}

func sumTexts(sums map[string]Money) map[string]string {
	texts := map[string]string{}
	for pair, sum := range sums {
		texts[pair] = fmt.Sprintf("%s %s", Short(pair), sum)
	}
	return texts
}
