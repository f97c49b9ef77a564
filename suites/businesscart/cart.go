package businesscart

import (
	"context"
	"fmt"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Cart is the lane's cart. Its verbs do what the documents say must work; where
// it does not, the spec ends: as a finding when it judges that very promise,
// else inconclusive. The Try verbs return whatever the target answers.
type Cart struct {
	ID    string
	known map[string]Line // the lines of the last answer that listed them, by itemId
	said  said            // who listed them, and on whose word
}

// EmptyCart gives the lane's cart with nothing in it.
func EmptyCart(ctx context.Context) *Cart {
	s := stage.Of(ctx)
	if s.CartID() == "" {
		s.UseCart(discover(ctx, s.Lane().Buyer))
	}
	return emptied(ctx, s.CartID())
}

// OtherEmptyCart gives the buyer's second cart with nothing in it.
func OtherEmptyCart(ctx context.Context) *Cart {
	id := stage.Of(ctx).OtherCartID()
	if id == "" {
		stage.NotApplicable(ctx, "the target description names no second cart of the lane's buyer (lanes[].otherCartId)")
	}
	return emptied(ctx, id)
}

func emptied(ctx context.Context, id string) *Cart {
	cart := &Cart{ID: id}
	if len(cart.find(ctx, "CART-ITEMS-01", "CART-ITEMS-01").Lines()) == 0 { // an earlier spec may have moved it
		return cart
	}
	cart.Emptied(ctx)
	return cart
}

// discover finds a DEFAULT cart of the buyer by listCarts.
func discover(ctx context.Context, buyer string) string {
	token := ""
	for range 20 {
		r := ask(ctx, listCartsCall(ctx, buyer, 10, token))
		entries, ok := r.Array("cartDetailsList")
		if !r.Success() || !ok {
			stage.Needs(ctx, "CART-LIST-01", r.X, "a list of the buyer's carts", r.Says())
		}
		for _, e := range objects(entries) {
			if id := str(e["id"]); id != "" && str(e["cartType"]) == "DEFAULT" {
				return id
			}
		}
		if token = str(r.Doc["nextPageToken"]); token == "" {
			break
		}
	}
	stage.Inconclusive(ctx, "listCarts shows no DEFAULT cart of %s in region %s: name one as lanes[].cartId in the target description",
		buyer, stage.Of(ctx).Target().Region)
	return ""
}

// Add adds quantity of an offer and gives the line that it became.
func (c *Cart) Add(ctx context.Context, offer Role, quantity int) Line {
	return c.AddAll(ctx, offer.Times(quantity))[0]
}

// AddAll adds several offers in one call and gives the line of each.
func (c *Cart) AddAll(ctx context.Context, wanted ...Wanted) []Line {
	_, lines := c.Adding(ctx, wanted...)
	return lines
}

// Adding is AddAll that gives the answer, too.
func (c *Cart) Adding(ctx context.Context, wanted ...Wanted) (*Reply, []Line) {
	before := c.known
	r := c.TryAdd(ctx, wanted...)
	return r, c.mustHaveAdded(ctx, before, r, wanted...)
}

// mustHaveAdded gives the lines that offers became which were added to a cart with
// the lines before. Where one is missing or is not as asked for, the spec ends.
func (c *Cart) mustHaveAdded(ctx context.Context, before map[string]Line, r *Reply, wanted ...Wanted) []Line {
	if !r.Success() {
		stage.Needs(ctx, "CART-ADD-02", r.X, "the offers to be added with a success status", r.Says())
	}
	if _, ok := r.Array("items"); !ok {
		stage.Needs(ctx, "CART-ADD-04", r.X, "an answer with the cart's items", r.Says())
	}
	lines := make([]Line, len(wanted))
	taken := map[string]bool{}
	for i, w := range wanted {
		line, ok := lineFor(r.Lines(), w, w.Offer(ctx), before, taken)
		if !ok {
			w.missing(ctx, r)
		}
		if line.ItemID == "" {
			stage.Needs(ctx, "CART-ADD-06", r.X, "an itemId on each line", line.String())
		}
		if want := before[line.ItemID].Quantity + int64(w.Quantity); line.Quantity != want {
			stage.Needs(ctx, "CART-ADD-09", r.X, fmt.Sprintf("quantity %d of %s", want, line.Product), line.String())
		}
		taken[line.ItemID] = true
		lines[i] = line
	}
	c.said.vouched = true
	return lines
}

// lineFor finds the line that an added offer became: one that was not there
// before, else the one that it was merged into. Of two offers of one product
// added in one call the buying option tells which is which, where the target keeps
// it, else the quantity.
func lineFor(lines []Line, wanted Wanted, offer target.Offer, before map[string]Line, taken map[string]bool) (Line, bool) {
	best, bestFit := Line{}, -1
	for _, line := range lines {
		if line.Product != offer.ProductIdentifier || taken[line.ItemID] {
			continue
		}
		fit := 0
		was, old := before[line.ItemID]
		if !old {
			fit += 4
		}
		if line.BuyingOption == offer.BuyingOptionIdentifier {
			fit += 2
		}
		if line.Quantity == was.Quantity+int64(wanted.Quantity) {
			fit++
		}
		if fit > bestFit {
			best, bestFit = line, fit
		}
	}
	return best, bestFit >= 0
}

// TryAdd asks for offers to be added, whatever comes of it.
func (c *Cart) TryAdd(ctx context.Context, wanted ...Wanted) *Reply {
	items := make([]wantedItem, len(wanted))
	for i, w := range wanted {
		items[i] = w.item(ctx)
	}
	return c.learn(ask(ctx, addItemsCall(ctx, c.ID, items...)))
}

// Modify sets the quantity of one line, which must then show it.
func (c *Cart) Modify(ctx context.Context, line Line, quantity int) *Reply {
	return c.ModifyAll(ctx, change{line.ItemID, quantity})
}

// ModifyAll sets the quantity of several lines in one call. A quantity of 0
// removes the line.
func (c *Cart) ModifyAll(ctx context.Context, changes ...change) *Reply {
	before := c.memory(ctx)
	r := c.TryModify(ctx, changes...)
	c.mustHaveModified(ctx, before, r, changes...)
	return r
}

// mustHaveModified ends the spec unless the answer to a modification shows it, and
// nothing else.
func (c *Cart) mustHaveModified(ctx context.Context, before memory, r *Reply, changes ...change) {
	for _, ch := range changes {
		if !r.Success() {
			stage.Needs(ctx, c.refusing(ctx, changes), r.X, "the modification to be accepted with a success status", r.Says())
		}
		if _, ok := r.Array("items"); !ok {
			stage.Needs(ctx, "CART-MOD-07", r.X, "an answer with the cart's items", r.Says())
		}
		line, there := r.Line(ch.ItemID)
		if !there {
			before.mustName(ctx, r, ch.ItemID)
			c.mustNotHold(ctx, r, ch)
		}
		switch {
		case ch.Quantity == 0 && there:
			stage.Needs(ctx, "CART-MOD-13", r.X, "no line "+ch.ItemID+" after its quantity was set to 0", line.String())
		case ch.Quantity != 0 && (!there || line.Quantity != int64(ch.Quantity)):
			stage.Needs(ctx, "CART-MOD-03", r.X, fmt.Sprintf("line %s with quantity %d", ch.ItemID, ch.Quantity), describe(r.Lines()))
		case ch.Quantity != 0 && line.Product == "": // the request sent back is no answer
			stage.Needs(ctx, "CART-GEN-06", r.X, "lines with a productIdentifier", r.Says())
		}
	}
	c.mustLeaveTheRest(ctx, before, r, changes)
	c.said.vouched, c.said.changes = true, changes
}

// Remove removes one line by setting its quantity to 0.
func (c *Cart) Remove(ctx context.Context, line Line) *Reply { return c.Modify(ctx, line, 0) }

// TryModify asks for changes, whatever comes of it.
func (c *Cart) TryModify(ctx context.Context, changes ...change) *Reply {
	return c.learn(ask(ctx, modifyItemsCall(ctx, c.ID, changes...)))
}

// Items reads the cart's lines. They can be read, and they are those that the
// verb before it showed.
func (c *Cart) Items(ctx context.Context) *Reply {
	before := c.memory(ctx)
	r := c.TryItems(ctx)
	if _, ok := r.Array("items"); !r.Success() || !ok {
		stage.Needs(ctx, "CART-ITEMS-01", r.X, "a success answer with an array of items", r.Says())
	}
	mustBeReadable(ctx, r)
	c.mustBearOut(ctx, before, r)
	return r
}

// TryItems asks for the cart's lines, whatever comes of it.
func (c *Cart) TryItems(ctx context.Context) *Reply {
	return c.learn(ask(ctx, getItemsCall(ctx, c.ID)))
}

// Summary reads the cart's summary.
func (c *Cart) Summary(ctx context.Context) *Summary {
	r := ask(ctx, getCartCall(ctx, c.ID))
	if !r.Success() || r.Doc == nil {
		stage.Needs(ctx, "CART-GET-01", r.X, "a success answer with the cart's summary", r.Says())
	}
	return &Summary{Reply: r}
}

// Estimate asks for the cost of the cart at an address.
func (c *Cart) Estimate(ctx context.Context, address *target.Address) *Estimate {
	e := c.TryEstimate(ctx, address)
	if !e.Success() || e.Doc == nil {
		stage.Needs(ctx, "CART-EST-02", e.X, "a success answer with an estimate", e.Says())
	}
	return e
}

// TryEstimate asks for the cost of the cart, whatever comes of it.
func (c *Cart) TryEstimate(ctx context.Context, address any) *Estimate {
	e := &Estimate{Reply: ask(ctx, estimateCall(ctx, c.ID, address)), cart: c}
	e.watch(ctx, c)
	return e
}

// Clear removes all lines.
func (c *Cart) Clear(ctx context.Context) *Reply {
	r := ask(ctx, deleteItemsCall(ctx, c.ID))
	if !r.Success() {
		c.blameClear(ctx, r)
		stage.Needs(ctx, "CART-DEL-01", r.X, "status 204", r.Says())
	}
	c.known = nil
	return r
}

// learn remembers the lines of an answer that lists the whole cart.
func (c *Cart) learn(r *Reply) *Reply {
	if _, ok := r.Array("items"); ok && r.Success() {
		c.known = map[string]Line{}
		for _, line := range r.Lines() {
			c.known[line.ItemID] = line
		}
		c.said = said{operation: r.X.Operation, sent: r.stage.Sent()}
	}
	return r
}
