package businesscart

import (
	"context"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file holds what deleteItems needs beyond Cart.Clear: whether a cart keeps
// its id when it is cleared is open (U-10).

// TryClear asks for all lines to be removed, whatever comes of it.
func (c *Cart) TryClear(ctx context.Context) *Reply {
	r := ask(ctx, deleteItemsCall(ctx, c.ID))
	if r.Success() {
		c.known = nil
	}
	return r
}

// Reopen reads the cart after it was cleared. Where the cart does not answer to
// its old id any more, it is the empty cart that listCarts gives in its place.
func (c *Cart) Reopen(ctx context.Context) *Reply {
	after := c.TryItems(ctx)
	if _, ok := after.Array("items"); after.Success() && ok {
		return after
	}
	if !after.Refused() {
		stage.Needs(ctx, "CART-ITEMS-01", after.X, "a success answer with an array of items", after.Says())
	}
	s := stage.Of(ctx)
	taken := map[string]bool{s.CartID(): true} // carts that are not this one under a new id
	for _, lane := range s.Target().Lanes {
		taken[lane.CartID], taken[lane.OtherCartID] = true, true
	}
	carts := defaultCarts(ctx, s.Lane().Buyer)
	for _, id := range carts {
		if id == c.ID { // it has not moved
			stage.Needs(ctx, "CART-ITEMS-07", after.X, "an empty array items of a cart that was cleared", after.Says())
		}
	}
	for _, id := range carts {
		if taken[id] {
			continue
		}
		moved := &Cart{ID: id}
		if items := moved.TryItems(ctx); items.Success() && len(items.Lines()) == 0 {
			if c.ID == s.CartID() {
				s.UseCart(id)
			}
			c.ID = id
			return c.learn(items)
		}
	}
	stage.Needs(ctx, "CART-DEL-05", after.X, "after deleteItems the cart, or an empty DEFAULT cart that listCarts gives in its place", after.Says())
	return nil
}

// Emptied clears the cart, which must then have no lines.
func (c *Cart) Emptied(ctx context.Context) *Reply {
	c.Clear(ctx)
	after := c.Reopen(ctx)
	if left := after.Lines(); len(left) != 0 {
		stage.Needs(ctx, "CART-DEL-03", after.X, "a cart without lines after deleteItems", after.Says())
	}
	return after
}

func defaultCarts(ctx context.Context, buyer string) []string {
	var ids []string
	for _, page := range AllCarts(ctx, buyer, maxPageSize).pages {
		for _, cart := range page.Entries() {
			if cart.Type == "DEFAULT" {
				ids = append(ids, cart.ID)
			}
		}
	}
	return ids
}

// needsNoBody ends the spec when a clearing was refused that works with a
// request body: then that a body is wanted is the mistake.
func (c *Cart) needsNoBody(ctx context.Context, cleared *Reply) {
	if cleared.Success() {
		return
	}
	bodied := deleteItemsCall(ctx, c.ID)
	bodied.Body = []byte("{}")
	bodied.Header.Set("Content-Type", jsonMedia)
	if try(ctx, bodied).Success() {
		stage.Needs(ctx, "CART-DEL-04", cleared.X, "a clearing without a request body to be accepted, as one with a body is", cleared.Says())
	}
}

// MustEnter ends the spec when a live target rejects an offer in the documented
// way: whether the description or the target is wrong cannot be told from outside.
func (r Role) MustEnter(ctx context.Context, after *Reply) {
	if rejected := after.Rejected(); len(rejected) != 0 && stage.Of(ctx).Target().Profile == target.Live {
		stage.Inconclusive(ctx, "%s does not play its role: the target rejected it (%s)", r.Key, reasons(rejected))
	}
}
