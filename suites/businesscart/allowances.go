package businesscart

import (
	"context"
	stderrors "errors"
	"fmt"
	"strings"
	"sync"

	"cartconform/spec"
	"cartconform/spec/allowed"
	"cartconform/spec/variation"
	"cartconform/suites/stage"
)

// allowedRequests makes the cases once, as badRequests does.
var allowedRequests = sync.OnceValues(func() ([]allowed.Case, error) {
	contract, err := spec.BusinessCart()
	if err != nil {
		return nil, err
	}
	return allowed.Cases(contract)
})

// allowance sends the variants of one operation's good request, each to a cart in
// which the plain request has just worked.
type allowance struct {
	operation string
	cart      *Cart
	line      Line            // what modifications name
	turn      int             // of additions: each adds another offer
	held      map[string]Line // the cart's lines before the last variant
	asked     int
}

// newAllowance shows that the plain request works. Where it does not, the spec
// ends.
func newAllowance(ctx context.Context, operation string) *allowance {
	a := &allowance{operation: operation}
	a.plainly(ctx)
	return a
}

// plainly makes the cart anew and sends the plain request, which has to work.
func (a *allowance) plainly(ctx context.Context) {
	a.cart = EmptyCart(ctx)
	switch a.operation {
	case addItems:
		a.turn = 0
		a.cart.AddAll(ctx, a.wish())
		a.turn++
	case modifyItems:
		a.line = a.cart.Add(ctx, Available(0), 2)
		a.cart.Modify(ctx, a.line, 3)
		a.line = a.cart.SteadyLine(ctx, Available(0), a.cart.Items(ctx).Lines())
	case estimate:
		a.cart.Add(ctx, Available(0), 1)
		a.cart.Charged(ctx)
	default:
		ask(ctx, a.twin(ctx)).mustWork(ctx)
	}
}

// wish is what an addition adds: no offer twice before the cart is empty again,
// since of some there may be few.
func (a *allowance) wish() Wanted { return Available(a.turn % offersInTurn).Times(2) }

const offersInTurn = 3

// twin is the plain request that a variant is made of.
func (a *allowance) twin(ctx context.Context) stage.Call {
	switch a.operation {
	case listCarts:
		return listCartsCall(ctx, stage.Of(ctx).Lane().Buyer, maxPageSize, "")
	case addItems:
		return addItemsCall(ctx, a.cart.ID, a.wish().item(ctx))
	case modifyItems:
		return modifyItemsCall(ctx, a.cart.ID, change{a.line.ItemID, otherQuantity(a.line)})
	}
	return goodCall(ctx, a.operation, a.cart.ID, a.line)
}

// put sends a variant; nil when it cannot be made of this twin, or is none.
func (a *allowance) put(ctx context.Context, c allowed.Case) *Reply {
	if a.operation == addItems && a.turn == offersInTurn {
		a.cart, a.turn = EmptyCart(ctx), 0
	}
	twin := a.twin(ctx)
	request, err := c.Apply(requestOf(twin))
	if stderrors.Is(err, variation.ErrTwin) {
		stage.Inconclusive(ctx, "the good request is none, look at the data of the target description: %v", err)
	}
	if err != nil {
		return nil
	}
	a.asked++
	a.held = a.cart.known
	answer := try(ctx, with(twin, request))
	if writes(a.operation) {
		a.cart.learn(answer)
	}
	return answer
}

// took reports whether a variant had the effect that its request asks for: the
// line in its quantity in the answer and in the cart, or an estimate.
func (a *allowance) took(ctx context.Context, answer *Reply) bool {
	if !answer.Success() {
		return false
	}
	quantity, _ := integer(sentQuantity(answer))
	switch a.operation {
	case addItems:
		offer := a.wish().Offer(ctx).ProductIdentifier
		had := units(inOrder(a.held), offer)
		a.turn++
		return quantity > 0 && units(answer.Lines(), offer) == had+quantity && units(a.cart.TryItems(ctx).Lines(), offer) == had+quantity
	case modifyItems:
		for _, seen := range []*Reply{answer, a.cart.TryItems(ctx)} {
			if line, there := seen.Line(a.line.ItemID); !there || line.Quantity != quantity {
				return false
			}
		}
		a.line.Quantity = quantity
		return true
	case estimate:
		charges, rejections := (&Estimate{Reply: answer}).populated()
		return charges > 0 && rejections == 0
	}
	return true
}

// sentQuantity reads the quantity of the only item of a request.
func sentQuantity(answer *Reply) any {
	document, err := spec.Decode(answer.X.Request.Body)
	if err != nil {
		return nil
	}
	quantity, _ := spec.Lookup(document, "/items/0/quantity")
	return quantity
}

// mustTake judges a variant that every service has to take. Before it reports one
// that was not taken it shows that the plain request still is.
func (a *allowance) mustTake(ctx context.Context, c allowed.Case) {
	answer := a.put(ctx, c)
	if answer == nil {
		return
	}
	answer.mustExist(ctx)
	answer.mustBeHeard(ctx)
	if a.took(ctx, answer) || mayBeRejected(c) && (&Estimate{Reply: answer}).rejects() {
		stage.Judged(ctx)
		return
	}
	got := answer.Says()
	if writes(a.operation) && answer.Success() {
		got = "status " + fmt.Sprint(answer.Status()) + ", rejected: " + reasons(answer.Rejected()) + "; in the cart: " + describe(a.cart.lines())
	}
	a.plainly(ctx)
	s := stage.Of(ctx)
	wanted := "the effect of the same request, plainly sent, for " + strings.TrimSuffix(c.What, ".") + " (" + c.ID + ")"
	s.Blame(answer.X, wanted, got)
	s.Fail(stage.Mismatch(a.operation, wanted, got), 0)
}

// rejects reports whether a success answer has rejection artifacts and nothing
// else.
func (e *Estimate) rejects() bool {
	charges, rejections := e.populated()
	return e.Success() && charges == 0 && rejections > 0
}

// mayBeRejected reports a variant that is another address than its twin: whether
// everything is delivered there is not for the suite to say.
func mayBeRejected(c allowed.Case) bool { return c.Operation == estimate && c.How() == "absent" }

// show observes what a target makes of a variant that it may refuse.
func (a *allowance) show(ctx context.Context, c allowed.Case) {
	answer := a.put(ctx, c)
	if answer == nil {
		return
	}
	seen, taken := formOf(answer), a.took(ctx, answer)
	switch {
	case taken || !answer.Success():
	case a.operation == estimate:
		seen = "success status, " + (&Estimate{Reply: answer}).seen()
	default:
		seen += ", without the effect that was asked for"
	}
	stage.Of(ctx).Observe(answer.X, strings.TrimSuffix(c.What, "."), seen)
	if answer.Success() && !taken {
		a.plainly(ctx)
	}
}
