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
	lines     []Line          // what modifications name, in turn
	turn      int             // each variant is about another offer, or another line
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

// plainly makes the cart anew, if need be, and sends the plain request, which has
// to work.
func (a *allowance) plainly(ctx context.Context) {
	fresh := a.cart == nil || writes(a.operation)
	if fresh {
		a.cart = EmptyCart(ctx)
	}
	switch a.operation {
	case addItems:
		a.turn = 0
		a.cart.AddAll(ctx, a.wish())
		a.turn++
	case modifyItems:
		a.lines = a.cart.AddAll(ctx, each([]Role{Available(0), Available(1), Available(2)}, 2)...)
		a.cart.Modify(ctx, a.lines[0], 3)
		a.cart.Items(ctx)
		a.lines[0].Quantity, a.turn = 3, 1
	case estimate:
		if fresh {
			a.cart.Add(ctx, Available(0), 1)
		}
		a.cart.Charged(ctx)
	default:
		ask(ctx, a.twin(ctx)).mustWork(ctx)
	}
}

// wish is what an addition adds: each of three offers in turn, and none more than
// twice before the cart is emptied, since of some there may be few.
func (a *allowance) wish() Wanted { return Available(a.turn % offersInTurn).Times(2) }

const (
	offersInTurn = 3
	longestTurn  = 2 * offersInTurn
)

// twin is the plain request that a variant is made of.
func (a *allowance) twin(ctx context.Context) stage.Call {
	switch a.operation {
	case listCarts:
		return listCartsCall(ctx, stage.Of(ctx).Lane().Buyer, maxPageSize, "")
	case addItems:
		return addItemsCall(ctx, a.cart.ID, a.wish().item(ctx))
	case modifyItems:
		line := a.lines[a.turn%offersInTurn]
		return modifyItemsCall(ctx, a.cart.ID, change{line.ItemID, otherQuantity(line)})
	}
	return goodCall(ctx, a.operation, a.cart.ID, Line{})
}

// put sends a variant; nil when it cannot be made of this twin, or is none.
func (a *allowance) put(ctx context.Context, c allowed.Case) *Reply {
	if a.operation == addItems && a.turn == longestTurn {
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

// took reports whether the answer to a variant shows the effect that its request
// asks for: the line in its quantity, or an estimate with charges.
func (a *allowance) took(ctx context.Context, answer *Reply) bool {
	if !answer.Success() {
		return false
	}
	switch a.operation {
	case addItems, modifyItems:
		a.turn++
		return a.holds(ctx, answer, answer)
	case estimate:
		charges, _ := (&Estimate{Reply: answer}).populated() // rejections beside them are another promise's
		return charges > 0
	}
	return true
}

// holds reports whether the cart, as shown, has what the last variant asks for.
func (a *allowance) holds(ctx context.Context, answer, shown *Reply) bool {
	quantity, ok := integer(sentQuantity(answer))
	turn := (a.turn - 1) % offersInTurn
	if a.operation == addItems {
		product := Available(turn).Product(ctx)
		return ok && units(shown.Lines(), product) == units(inOrder(a.held), product)+quantity
	}
	line, there := shown.Line(a.lines[turn].ItemID)
	if ok = ok && there && line.Quantity == quantity; ok {
		a.lines[turn] = line
	}
	return ok
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
	taken := a.took(ctx, answer)
	if taken && writes(a.operation) {
		taken = a.holds(ctx, answer, a.cart.Items(ctx))
	}
	if taken || mayBeRejected(c) && (&Estimate{Reply: answer}).rejects() {
		stage.Judged(ctx)
		return
	}
	got := answer.Says()
	if writes(a.operation) && answer.Success() {
		got = "status " + fmt.Sprint(answer.Status()) + ", rejected: " + reasons(answer.Rejected()) + "; in the cart: " + describe(a.cart.lines())
	}
	a.mustBeTheSpelling(ctx, answer)
	s := stage.Of(ctx)
	wanted := "the effect of the same request, plainly sent, for " + strings.TrimSuffix(c.What, ".") + " (" + c.ID + ")"
	s.Blame(answer.X, wanted, got)
	s.Fail(stage.Mismatch(a.operation, wanted, got), 0)
}

// mustBeTheSpelling ends the spec unless the plain request is taken where its
// variant was not: in the same cart, which may be full or have a mistake of its
// own, and once more from the start.
func (a *allowance) mustBeTheSpelling(ctx context.Context, answer *Reply) {
	turn := a.turn
	if answer.Success() {
		turn-- // took went on to the next
	}
	var plain *Reply
	taken := true
	switch a.operation {
	case addItems:
		offer := Available(turn % offersInTurn)
		had := units(a.cart.lines(), offer.Product(ctx))
		plain = a.cart.TryAdd(ctx, offer.Times(2))
		taken = units(plain.Lines(), offer.Product(ctx)) == had+2
	case modifyItems:
		line := a.lines[turn%offersInTurn]
		quantity, _ := integer(sentQuantity(answer))
		plain = a.cart.TryModify(ctx, change{line.ItemID, int(quantity)})
		now, _ := plain.Line(line.ItemID)
		taken = now.Quantity == quantity
	}
	if !taken || plain != nil && !plain.Success() {
		stage.Inconclusive(ctx, "the same request, plainly sent, is not taken in this cart either: %s", plain.Says())
	}
	a.plainly(ctx)
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
	if answer.Success() && !taken && !sameLines(inOrder(a.held), a.cart.lines()) {
		a.plainly(ctx)
	}
}
