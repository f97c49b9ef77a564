package businesscart

import (
	"context"
	"slices"

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
	return c.find(ctx, "CART-ITEMS-07", "CART-DEL-05")
}

// find reads the cart. Where it answers to its id no more, its new one is looked
// for; unread names the promise that is broken when it is still listed under the
// old one, lost the one when it is nowhere.
func (c *Cart) find(ctx context.Context, unread, lost string) *Reply {
	r := c.TryItems(ctx)
	if _, ok := r.Array("items"); r.Success() && ok {
		return r
	}
	if !r.Refused() || r.turnedAway() {
		stage.Needs(ctx, "CART-ITEMS-01", r.X, "a success answer with an array of items", r.Says())
	}
	s := stage.Of(ctx)
	list := AllCarts(ctx, s.Lane().Buyer, maxPageSize)
	if list.seen[c.ID] {
		stage.Needs(ctx, unread, r.X, "a success answer with an array of items of a cart that listCarts shows", r.Says())
	}
	taken := s.Taken() // carts that are not this one under a new id
	for _, id := range list.cartIDs() {
		if taken[id] {
			continue
		}
		moved := &Cart{ID: id}
		if items := moved.TryItems(ctx); items.Success() && len(items.Lines()) == 0 { // nobody else's goods are touched
			switch c.ID {
			case s.CartID():
				s.UseCart(id)
			case s.OtherCartID():
				s.UseOtherCart(id)
			}
			c.ID = id
			return c.learn(items)
		}
	}
	stage.Needs(ctx, lost, r.X, "the cart, or an empty DEFAULT cart that listCarts gives in its place", r.Says())
	return nil
}

// cartIDs lists the carts that may be filled: those of the type DEFAULT, or, where
// the target has another word for it, all but the one of the website.
func (w *Walk) cartIDs() []string {
	var usual, others []string
	for _, page := range w.pages {
		for _, entry := range page.Entries() {
			switch entry.Type {
			case "DEFAULT":
				usual = append(usual, entry.ID)
			case "AMAZON_WEBSITE_CART":
			default:
				others = append(others, entry.ID)
			}
		}
	}
	if len(usual) == 0 {
		return others
	}
	return usual
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

// blameClear ends the spec when a clearing was refused for a reason that has a
// promise of its own: there is no such operation, or it wants a request body.
func (c *Cart) blameClear(ctx context.Context, cleared *Reply) {
	if cleared.Success() {
		return
	}
	if !cleared.served() && c.TryItems(ctx).Success() { // the cart is there
		stage.Needs(ctx, "CART-GEN-01", cleared.X, "deleteItems under its documented method and path", cleared.Says())
	}
	bodied := deleteItemsCall(ctx, c.ID)
	bodied.Body = []byte("{}")
	bodied.Header.Set("Content-Type", jsonMedia)
	if try(ctx, bodied).Success() {
		stage.Needs(ctx, "CART-DEL-04", cleared.X, "a clearing without a request body to be accepted, as one with a body is", cleared.Says())
	}
}

// fill adds offers for a spec that is about clearing: with a second try, since a
// target that mistreats a cart after a clearing may mistreat the first.
func (c *Cart) fill(ctx context.Context, wanted ...Wanted) *Reply {
	var r *Reply
	for range 2 {
		if r = c.TryAdd(ctx, wanted...); r.Success() {
			break
		}
	}
	if !r.Success() {
		stage.Needs(ctx, "CART-ADD-02", r.X, "the offers to be added with a success status", r.Says())
	}
	for _, w := range wanted {
		if there, _ := HaveLineOf(w.Offer(ctx)).Match(r); !there {
			w.missing(ctx, r)
		}
	}
	return r
}

// refill adds offers to a cart that was just cleared. It ends the spec when a line
// is missing, and is there when clearing and addition are done once more: then the
// addition was not lost because of the clearing.
func (c *Cart) refill(ctx context.Context, wanted ...Wanted) *Reply {
	lacks := func(r *Reply) bool {
		return slices.ContainsFunc(wanted, func(w Wanted) bool { return len(linesOf(r.Lines(), w.Product(ctx))) == 0 })
	}
	after := c.TryAdd(ctx, wanted...)
	if !after.Success() || len(after.Rejected()) != 0 || !lacks(after) {
		return after
	}
	c.Emptied(ctx)
	if again := c.TryAdd(ctx, wanted...); again.Success() && !lacks(again) {
		stage.Needs(ctx, "CART-ADD-03", after.X, "lines for the offers that were added, as a moment later", after.Says())
	}
	return after
}

// MustEnter ends the spec when a live target rejects an offer in the documented
// way: whether the description or the target is wrong cannot be told from outside.
func (r Role) MustEnter(ctx context.Context, after *Reply) {
	if rejected := after.Rejected(); len(rejected) != 0 && stage.Of(ctx).Target().Profile == target.Live {
		stage.Inconclusive(ctx, "%s does not play its role: the target rejected it (%s)", r.Key, reasons(rejected))
	}
}
