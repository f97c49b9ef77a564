package businesscart

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "cartconform/suites/stage"
)

// rejectingOrders holds the promise of getEstimatedTotalPurchaseCost about what
// an order would come to: "Rejected items" in step 6 of the guide.
func rejectingOrders() {
	// An order for an item that the estimate rejected is rejected for that item.
	It("foretells that an order is rejected", Judges("CART-EST-19"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		cart.Add(ctx, Available(0), 1)
		cart.Charged(ctx)
		cart.Ordered(ctx, cart.ToOrder(ctx)...) // the good twin
		cart.Add(ctx, Restricted(0), 2)

		bad := cart.mustBeRejectedToo(ctx)

		cart.TakeOut(ctx, bad)
		cart.Ordered(ctx, cart.ToOrder(ctx)...) // and it still is
	})

	// Also when the item is all that is ordered.
	It("foretells that an order of nothing else is rejected", Judges("CART-EST-19"), func(ctx SpecContext) {
		cart := CartToOrder(ctx)
		good := cart.Add(ctx, Available(0), 1)
		cart.Charged(ctx)
		cart.Ordered(ctx, cart.ToOrder(ctx)...) // the good twin
		cart.TakeOut(ctx, good)
		cart.Add(ctx, Restricted(0), 1)

		cart.mustBeRejectedToo(ctx)
	})
}

// mustBeRejectedToo orders a cart that the estimate refuses because of a
// restricted item, and expects that to be rejected. It gives the item's line. What
// becomes of the good lines beside it is open.
func (c *Cart) mustBeRejectedToo(ctx context.Context) Line {
	GinkgoHelper()
	c.Refused(ctx, Restricted(0))
	lines := c.ToOrder(ctx)
	bad := c.SteadyLine(ctx, Restricted(0), lines)

	order := c.TryOrder(ctx, lines...)

	order.mustNotBeTurnedDown(ctx)
	order.mustSpeakOfLines(ctx)
	if order.Success() {
		order.mustAnswer(ctx)
	}
	for _, id := range order.ids() {
		switch line, _ := order.Line(id); {
		case order.Sent[id].ItemID == bad.ItemID:
			Expect(order).To(RejectLine(id, "which the estimate rejects"))
		case len(line.Accepted) > 0:
			Of(ctx).Observe(order.X, "the good lines of an order with an item that the estimate rejects", "accepted")
		default:
			Of(ctx).Observe(order.X, "the good lines of an order with an item that the estimate rejects", "not accepted")
		}
	}
	return bad
}
