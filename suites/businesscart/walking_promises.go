package businesscart

import (
	"fmt"
	"slices"

	"cartconform/suites/stage"
)

// This file holds what the promises of walks look for in an answer, beside what the
// verbs look for.

// decide asks the promise of the walk about an answer that lists lines.
func (w *walker) decide(g *ground, answer *Reply) {
	if w.promise.decision != nil {
		w.promise.decision(w, g, answer)
	}
}

// isIdempotent holds the answer to a request that was sent before, and the reading
// after it, to what was read before.
func (w *walker) isIdempotent(g *ground, answer *Reply) {
	if !w.repeating {
		return
	}
	if answer.X.Operation == modifyItems && answer.Status() != g.answer.Status() {
		stage.Needs(w.ctx, "CART-MOD-11", answer.X, fmt.Sprintf("status %d, as the first time", g.answer.Status()), answer.Says())
	}
	if _, ok := answer.Array("items"); ok && !sameLines(answer.Lines(), g.all()) && w.stays(g, answer) {
		stage.Needs(w.ctx, "CART-MOD-11", answer.X, "the lines that the same request left before: "+describe(g.all()), describe(answer.Lines()))
	}
}

// stays reports whether what an answer lists is what is read after it: else it is
// the answer, or the reading, that is wrong.
func (w *walker) stays(g *ground, answer *Reply) bool {
	return sameLines(g.TryItems(w.ctx).Lines(), answer.Lines())
}

// listsAll holds an addition to the lines that were there before.
func (w *walker) listsAll(g *ground, answer *Reply) {
	if answer.X.Operation != addItems || !answer.Success() {
		return
	}
	if _, ok := answer.Array("items"); !ok {
		return
	}
	for _, line := range g.all() {
		under := func(l Line) bool { // its own itemId, or one that was not there before
			_, old := g.lines[l.ItemID]
			return l.ItemID == line.ItemID || !old && l.Product == line.Product && l.Quantity == line.Quantity
		}
		if !slices.ContainsFunc(answer.Lines(), under) {
			stage.Needs(w.ctx, "CART-ADD-05", answer.X, "what was in the cart listed beside what was added: "+describe(g.all()), describe(answer.Lines()))
		}
	}
}

// staysGone holds every answer to what was cleared before.
func (w *walker) staysGone(g *ground, answer *Reply) {
	for _, gone := range g.wiped {
		allowed := units(g.all(), gone.Product)
		if allowed > 0 {
			continue
		}
		for _, a := range w.wanted {
			if a.Product(w.ctx) == gone.Product {
				allowed += int64(a.Quantity)
			}
		}
		seen := units(answer.Lines(), gone.Product)
		if seen == allowed || seen != allowed+units(g.wiped, gone.Product) {
			continue
		}
		if w.stays(g, answer) {
			stage.Needs(w.ctx, "CART-DEL-03", answer.X, "nothing of what was cleared: "+describe(g.wiped), describe(answer.Lines()))
		}
	}
}

// isLeftAlone holds a cart to what it was when it was left for the other one.
func (w *walker) isLeftAlone(g *ground, answer *Reply) {
	if !w.crossing || sameLines(answer.Lines(), g.all()) || !w.stays(g, answer) {
		return
	}
	if stray := ask(w.ctx, getItemsCall(w.ctx, unknownCart(w.ctx, w.grounds[1].ID))); stray.Success() {
		stage.Needs(w.ctx, "CART-GEN-05", stray.X, "no success for a cart that the buyer does not have", stray.Says())
	}
	stage.Needs(w.ctx, "CART-GEN-14", answer.X, "the cart as it was when the other one was turned to: "+describe(g.all()), describe(answer.Lines()))
}
