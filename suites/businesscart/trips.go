package businesscart

import (
	"context"
	"fmt"

	"github.com/onsi/gomega/types"
	"github.com/shopspring/decimal"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// steps says which of the guide's steps a buyer takes beside those without which
// there is no cart: adding, reading, estimating, clearing.
type steps int

const (
	step1  steps = 1 << iota
	step3        // without it the same quantities are added at once
	step45       // before step 6
	step7        // of a target that takes orders
)

// trip is where a buyer got to: the estimate, the charge for the goods in it, the
// subtotal where it was looked at, and what the lines of the cart are worth.
type trip struct {
	estimate *Estimate
	cost     Money
	subtotal *Money
	summary  *Reply
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

// goThrough takes an empty cart through the workflow and leaves it empty, unless
// a step does not work: then it gives the hitch.
func (c *Cart) goThrough(ctx context.Context, taken steps) (trip, *hitch) {
	var t trip
	if taken&step1 != 0 {
		mustBeListed(ctx, c)
	}
	first, second := ordered, orderedB
	if taken&step3 != 0 {
		first, second = initial, initial
	}
	lines := c.AddAll(ctx, Available(0).Times(first), Available(1).Times(second))
	if taken&step3 != 0 {
		lines[0].Quantity, lines[1].Quantity = ordered, orderedB
		if r := c.TryModify(ctx, change{lines[0].ItemID, ordered}, change{lines[1].ItemID, orderedB}); !sameLines(r.Lines(), lines) {
			return t, &hitch{modifying3, "CART-MOD-03", r, describe(lines) + " after the modification"}
		}
	}
	if taken&step45 != 0 {
		if r := c.TryItems(ctx); !sameLines(r.Lines(), lines) {
			step, id := reading4, "CART-ITEMS-10"
			if taken&step3 != 0 {
				step, id = modifying3, "CART-MOD-03"
			}
			return t, &hitch{step, id, r, describe(lines) + " in the cart"}
		}
		if t.summary = ask(ctx, getCartCall(ctx, c.ID)); !t.summary.Success() {
			return t, &hitch{summing5, "CART-GET-01", t.summary, "a success answer with the cart's summary"}
		}
		t.subtotal = (&Summary{Reply: t.summary}).Subtotal()
	}
	if e := c.TryEstimate(ctx, Deliverable(ctx)); !e.Success() || len(e.Charges()) == 0 && stage.Of(ctx).Target().Profile != target.Live {
		return t, &hitch{estimating6, "CART-EST-02", e.Reply, "a success answer with charges"}
	} else if t.estimate = e; len(e.Charges()) == 0 {
		stage.Inconclusive(ctx, "data.offers.available or data.addresses does not play its role: the estimate gives %s for a cart of orderable offers", e.seen())
	}
	t.cost = goods(ctx, t.estimate)
	items := c.Items(ctx)
	if !sameLines(items.Lines(), lines) {
		return t, &hitch{keeping6, "CART-EST-24", items, describe(lines) + " in the cart after the estimate"}
	}
	t.worth = worthOf(ctx, items)
	clearing, unanswered, uncleared := clearing8, "CART-DEL-01", "CART-DEL-03"
	if taken&step7 != 0 {
		items.mustNameOptions(ctx)
		if h := c.orderOnTheWay(ctx, items.Lines()); h != nil {
			return t, h
		}
		clearing, unanswered, uncleared = clearing78, "CART-ORD-05", "CART-ORD-05"
	}
	if r := c.TryClear(ctx); !r.Success() {
		return t, &hitch{clearing, unanswered, r, "status 204"}
	}
	if r := c.Reopen(ctx); len(r.Lines()) != 0 {
		return t, &hitch{clearing, uncleared, r, "a cart without lines after deleteItems"}
	}
	return t, nil
}

// orderOnTheWay takes step 7, and looks whether it leaves the cart as it was. The
// last call before it is an estimate, as "Best practices" of the guide advises.
func (c *Cart) orderOnTheWay(ctx context.Context, lines []Line) *hitch {
	c.TryEstimate(ctx, Deliverable(ctx))
	order := c.TryOrder(ctx, lines...)
	if !order.Success() || len(order.refused()) > 0 {
		if stage.Of(ctx).Target().Profile == target.Live {
			order.mustBeAccepted(ctx)
		}
		return &hitch{ordering7, "CART-ORD-01", order.Reply, order.wanted()}
	}
	if r := c.TryItems(ctx); !sameLines(r.Lines(), lines) {
		return &hitch{keeping7, "CART-ORD-04", r, describe(lines) + " in the cart after the order"}
	}
	return nil
}

// mustGoThrough is goThrough for a spec whose promise is not about hitches.
func (c *Cart) mustGoThrough(ctx context.Context, taken steps) trip {
	t, h := c.goThrough(ctx, taken)
	if h != nil {
		stage.Needs(ctx, h.id, h.answer.X, h.wanted, seenOrSays(h.answer))
	}
	return t
}

// step is a step of the workflow that may not work.
type step int

const (
	modifying3 step = iota
	reading4
	summing5
	estimating6
	keeping6 // the estimate leaves the cart as it was
	clearing8
	ordering7
	keeping7   // the order leaves the cart as it was
	clearing78 // after an order
)

// hitch is a step that did not work on the way.
type hitch struct {
	step   step
	id     string // of the promise that the step works
	answer *Reply
	wanted string
}

// blame says whose the hitch is: the workflow's when the step works otherwise,
// else the step's own.
func (h *hitch) blame(ctx context.Context, worksOtherwise bool, way string) {
	got := seenOrSays(h.answer)
	if !worksOtherwise {
		stage.Needs(ctx, h.id, h.answer.X, h.wanted, got)
	}
	wanted := h.wanted + " " + way
	stage.Of(ctx).Blame(h.answer.X, wanted, got)
	stage.Of(ctx).Fail(stage.Mismatch(h.answer.X.Operation, wanted, got), 1)
}

func seenOrSays(r *Reply) string {
	if r.X.Operation == estimate {
		return (&Estimate{Reply: r}).seen()
	}
	return seenLines(r)
}

// worksAlone tries the step of a hitch in a cart where nothing was done but what
// it needs.
func (h *hitch) worksAlone(ctx context.Context) bool {
	cart := swept(ctx)
	line := cart.Add(ctx, Available(0), 1)
	switch h.step {
	case modifying3:
		line.Quantity = ordered
		return cart.TryModify(ctx, change{line.ItemID, ordered}).Success() && sameLines(cart.TryItems(ctx).Lines(), []Line{line})
	case reading4:
		return sameLines(cart.TryItems(ctx).Lines(), []Line{line})
	case summing5:
		return ask(ctx, getCartCall(ctx, cart.ID)).Success()
	case estimating6:
		return len(cart.TryEstimate(ctx, Deliverable(ctx)).Charges()) != 0
	case keeping6:
		charged := len(cart.TryEstimate(ctx, Deliverable(ctx)).Charges()) != 0
		ask(ctx, getCartCall(ctx, cart.ID)) // nor may a look at the summary be what changes it
		return charged && sameLines(cart.TryItems(ctx).Lines(), []Line{line})
	case clearing8:
		cart.TryModify(ctx, change{line.ItemID, ordered}) // a cart that was changed is no more than deleteItems itself has to bear
		return cart.TryClear(ctx).Success() && len(cart.Reopen(ctx).Lines()) == 0
	case ordering7:
		order := cart.TryOrder(ctx, cart.TryItems(ctx).Lines()...)
		return order.Success() && len(order.refused()) == 0
	case keeping7:
		cart.TryOrder(ctx, cart.TryItems(ctx).Lines()...)
		return sameLines(cart.TryItems(ctx).Lines(), []Line{line})
	case clearing78:
		cart.TryOrder(ctx, cart.TryItems(ctx).Lines()...)
		return cart.TryClear(ctx).Success() && len(cart.Reopen(ctx).Lines()) == 0
	}
	return false
}

// swept gives an empty cart after a hitch, which may have left it in a state in
// which a single clearing does not work.
func swept(ctx context.Context) *Cart {
	cart := &Cart{ID: stage.Of(ctx).CartID()}
	for range 2 {
		if cart.TryClear(ctx).Success() {
			break
		}
	}
	return EmptyCart(ctx)
}

// stop asks what the cart costs, and what its lines are worth after that.
func (c *Cart) stop(ctx context.Context) trip {
	e := c.Charged(ctx)
	return trip{estimate: e, cost: goods(ctx, e), worth: worthOf(ctx, c.Items(ctx))}
}

// worthOf adds up what the lines cost, one by one.
func worthOf(ctx context.Context, items *Reply) Money {
	var worth Money
	for _, line := range items.Lines() {
		if line.Price == nil || !line.Price.Amount.IsPositive() {
			stage.Needs(ctx, "CART-ITEMS-05", items.X, "a price on each line that is available", line.String())
		}
		worth.Currency = line.Price.Currency
		worth.Amount = worth.Amount.Add(line.Price.Times(line.Quantity).Amount)
	}
	if worth.Amount.IsZero() {
		stage.Needs(ctx, "CART-ITEMS-10", items.X, "the lines that were added", describe(items.Lines()))
	}
	return worth
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

// SumUpTheLines matches a summary whose subtotal is of the size of what the lines
// are worth.
func SumUpTheLines(worth Money) types.GomegaMatcher {
	return replyMatcher{
		Wanted: fmt.Sprintf("a subtotal of the size of the lines, %s (within a factor of %s)", worth, wide),
		Seen:   (*Reply).Says,
		Holds: func(r *Reply) bool {
			subtotal := (&Summary{Reply: r}).Subtotal()
			return subtotal != nil && within(subtotal.Amount, worth.Amount, wide)
		},
	}
}

// sums reports whether the subtotal is of the size of the lines.
func (t trip) sums() bool {
	return t.subtotal != nil && within(t.subtotal.Amount, t.worth.Amount, wide)
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
	var e *Estimate
	if await(ctx, func() bool {
		e = c.Charged(ctx)
		return fits(e, wish)
	}) {
		return nil
	}
	return e
}
