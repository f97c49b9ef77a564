package businesscart

import (
	"context"
	"fmt"
	"time"

	"github.com/onsi/gomega/types"
	"github.com/shopspring/decimal"

	"cartconform/suites/stage"
)

// steps says which of the guide's steps a buyer takes beside those without which
// there is no cart: adding, reading, estimating, clearing.
type steps int

const (
	step1  steps = 1 << iota
	step3        // without it the same quantities are added at once
	step45       // before step 6
)

// trip is where a buyer got to: the estimate, the charge for the goods in it, and
// what the lines of the cart are worth.
type trip struct {
	estimate *Estimate
	cost     Money
	worth    Money
}

// The quantities of a trip differ so much from those before the modification
// that no tax or discount hides whether the estimate knows them.
const (
	initial  = 1
	ordered  = 5
	orderedB = 4
)

// LittleUsedCart gives the empty cart of a buyer who had one unit in it before: if
// a clearing leaves anything behind, it is no more than that.
func LittleUsedCart(ctx context.Context) *Cart {
	cart := EmptyCart(ctx)
	cart.Add(ctx, Available(0), 1)
	cart.Emptied(ctx)
	return cart
}

// goThrough takes an empty cart through the workflow and leaves it empty.
func (c *Cart) goThrough(ctx context.Context, taken steps) trip {
	if taken&step1 != 0 {
		mustBeListed(ctx, c)
	}
	first, second := ordered, orderedB
	if taken&step3 != 0 {
		first, second = initial, initial
	}
	lines := c.AddAll(ctx, Available(0).Times(first), Available(1).Times(second))
	if taken&step3 != 0 {
		c.ModifyAll(ctx, change{lines[0].ItemID, ordered}, change{lines[1].ItemID, orderedB})
		lines[0].Quantity, lines[1].Quantity = ordered, orderedB
	}
	if taken&step45 != 0 {
		c.mustHold(ctx, lines)
		c.Summary(ctx)
	}
	t := c.stop(ctx)
	c.mustHold(ctx, lines)
	c.Emptied(ctx)
	return t
}

// mustHold ends the spec when the cart has lost what was put into it: each step
// has a promise of its own about that.
func (c *Cart) mustHold(ctx context.Context, lines []Line) {
	if items := c.Items(ctx); !sameLines(items.Lines(), lines) {
		stage.Needs(ctx, "CART-ITEMS-10", items.X, describe(lines), describe(items.Lines()))
	}
}

// stop asks what the cart costs, and what its lines are worth after that.
func (c *Cart) stop(ctx context.Context) trip {
	e := c.Charged(ctx)
	t := trip{estimate: e, cost: goods(ctx, e)}
	items := c.Items(ctx)
	for _, line := range items.Lines() {
		if line.Price == nil || !line.Price.Amount.IsPositive() {
			stage.Needs(ctx, "CART-ITEMS-05", items.X, "a price on each line that is available", line.String())
		}
		t.worth.Currency = line.Price.Currency
		t.worth.Amount = t.worth.Amount.Add(line.Price.Times(line.Quantity).Amount)
	}
	if t.worth.Amount.IsZero() {
		stage.Needs(ctx, "CART-ITEMS-10", items.X, "the lines that were added", describe(items.Lines()))
	}
	return t
}

// The documents do not say that the charge for the goods is the sum of the lines'
// prices (it may be without tax, or with a discount). It is of their size all the
// same: wide is the factor by which it may differ, narrow that by which two carts
// of the same lines may.
const (
	wide   = "2.5"
	narrow = "1.3"
)

func (t trip) fits() bool { return within(t.cost.Amount, t.worth.Amount, wide) }

// within reports whether two amounts differ at most by a factor.
func within(a, b decimal.Decimal, factor string) bool {
	f := decimal.RequireFromString(factor)
	return a.Mul(f).GreaterThanOrEqual(b) && b.Mul(f).GreaterThanOrEqual(a)
}

// unlike ends the spec when the trip that is said to be right does not fit its
// lines either: then the way that was taken is not what is wrong.
func (t trip) unlike(ctx context.Context, control trip, id string) {
	if !control.fits() {
		stage.Needs(ctx, id, control.estimate.X, "a charge for the goods of the size of the lines, "+control.worth.String(), control.estimate.seen())
	}
}

// FitTheLines matches an estimate whose charge for the goods is of the size of
// what the lines are worth.
func FitTheLines(worth Money) types.GomegaMatcher {
	return ofEstimate(fmt.Sprintf("a charge for the goods of the size of the lines, %s (within a factor of %s)", worth, wide), func(e *Estimate) bool {
		cost := e.Charge("PRINCIPAL", "SUBTOTAL")
		return cost != nil && within(cost.Amount, worth.Amount, wide)
	})
}

// CostLike matches an estimate whose charge for the goods is to the lines of its
// trip as it was in another.
func CostLike(before, after trip) types.GomegaMatcher {
	rate := before.cost.Amount.DivRound(before.worth.Amount, 8)
	wanted := after.worth.Amount.Mul(rate)
	text := fmt.Sprintf("a charge for the goods of about %s %s, as for the same lines before (within a factor of %s)",
		after.worth.Currency, wanted.StringFixed(2), narrow)
	return ofEstimate(text, func(e *Estimate) bool {
		cost := e.Charge("PRINCIPAL", "SUBTOTAL")
		return cost != nil && within(cost.Amount, wanted, narrow)
	})
}

// notYet asks for estimates until one is as wished or control.settle has passed:
// then it gives the last one, else nil.
func (c *Cart) notYet(ctx context.Context, wish types.GomegaMatcher) *Estimate {
	deadline := time.Now().Add(stage.Of(ctx).Target().Control.Settle)
	for {
		e := c.Charged(ctx)
		if ok, err := wish.Match(e); ok && err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			return e
		}
		settle(ctx, poll)
	}
}
