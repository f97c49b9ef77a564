package remotecart

import (
	"context"
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"cartconform/suites/stage"
)

// Cart is a remote cart that the spec created. Its verbs do what the documents say
// must work; where it does not, the spec ends: as a finding when it judges that
// very promise, else inconclusive. The Try verbs return whatever the target
// answers.
type Cart struct {
	ID   string
	HMAC string
	Born *Reply // the answer to CartCreate

	last *Reply // the last answer to a change, which shows what the cart is from then on
}

// NewCart creates a cart with the products that are wanted, which must be in it.
func NewCart(ctx context.Context, wanted ...Wanted) *Cart {
	r := TryCreate(ctx, wanted...)
	cart := created(ctx, r)
	cart.mustHold(ctx, r, "RC-CREATE-02", wanted...)
	return cart
}

// CartOf creates a cart with so many entries, ten by ten.
func CartOf(ctx context.Context, entries int) *Cart {
	cart := NewCart(ctx, ten(0)...)
	for i := 10; i < entries; i += 10 {
		cart.Add(ctx, ten(i)...)
	}
	return cart
}

// TryCreate asks for a cart, whatever comes of it.
func TryCreate(ctx context.Context, wanted ...Wanted) *Reply {
	q := to(ctx, cartCreate)
	q.items = itemsOf(ctx, wanted...)
	return ask(ctx, q)
}

// created gives the cart that an answer tells of. Where it tells of none the spec
// ends.
func created(ctx context.Context, r *Reply) *Cart {
	if !r.Valid() || r.CartID() == "" || r.HMAC() == "" {
		stage.Needs(ctx, "RC-CREATE-01", r.X, "a new cart, with CartId and HMAC", r.Says())
	}
	return &Cart{ID: r.CartID(), HMAC: r.HMAC(), Born: r, last: r}
}

// Taken holds an answer to a request that has to work: it is called valid, and
// nothing is said to be wrong with it. An answer that cannot be read, or that calls
// a request otherwise which it has carried out, breaks another promise.
func Taken(ctx context.Context, r *Reply) {
	ginkgo.GinkgoHelper()
	if r.succeeded() && r.IsValid() != "True" {
		stage.Needs(ctx, "RC-GEN-07", r.X, "IsValid True", r.Says())
	}
	gomega.Expect(r).To(BeValid())
}

// mustHold ends the spec unless an answer shows the products as they were wanted:
// what the target has no more of, or has fewer of, is a wrong description.
func (c *Cart) mustHold(ctx context.Context, r *Reply, id string, wanted ...Wanted) {
	for _, w := range wanted {
		if e, ok := entryOf(r.All(), w.ASIN(ctx)); !ok || e.Quantity != int64(w.Quantity) {
			stage.Needs(ctx, id, r.X, fmt.Sprintf("%d × %s (%s)", w.Quantity, w.ASIN(ctx), w.Key), seenEntries(r))
		}
	}
}

// entryOf finds the entry of a product.
func entryOf(entries []Line, asin string) (Line, bool) {
	for _, e := range entries {
		if e.ASIN == asin {
			return e, true
		}
	}
	return Line{}, false
}

// entry gives the entry of a product that an answer shows in either area. Without
// one, or without its CartItemId, the spec ends.
func (r *Reply) entry(ctx context.Context, asin string) Line {
	e, ok := entryOf(r.All(), asin)
	if !ok {
		stage.Needs(ctx, "RC-CREATE-02", r.X, "an entry of "+asin, seenEntries(r))
	}
	if e.ID == "" {
		stage.Needs(ctx, "RC-CREATE-04", r.X, "a CartItemId on each entry", e.String())
	}
	for _, another := range r.All() {
		if another.ID == e.ID && another.ASIN != e.ASIN {
			stage.Needs(ctx, "RC-ITEM-05", r.X, "a CartItemId of its own on each entry", seenEntries(r))
		}
	}
	return e
}

// request starts a request about the cart.
func (c *Cart) request(ctx context.Context, operation string, items ...item) request {
	q := to(ctx, operation)
	q.cart, q.items = c, items
	return q
}

// bringing starts a request that brings items: a CartAdd to the cart, or a CartCreate,
// which has no cart yet.
func (c *Cart) bringing(ctx context.Context, operation string, items ...item) request {
	q := c.request(ctx, operation, items...)
	if operation == cartCreate {
		q.cart = nil
	}
	return q
}

// Add adds products, which must then be in the cart beside what was there.
func (c *Cart) Add(ctx context.Context, wanted ...Wanted) *Reply {
	before := c.last
	r := c.TryAdd(ctx, wanted...)
	if !r.Valid() {
		stage.Needs(ctx, "RC-ADD-01", r.X, "the products to be added", r.Says())
	}
	c.mustHold(ctx, r, "RC-ADD-01", wanted...)
	if before != nil {
		for _, was := range before.All() {
			if e, ok := entryOf(r.All(), was.ASIN); !ok || e.Quantity != was.Quantity {
				stage.Needs(ctx, "RC-ADD-01", r.X, "what was in the cart before: "+was.String(), seenEntries(r))
			}
		}
	}
	return r
}

// TryAdd asks for products to be added, whatever comes of it.
func (c *Cart) TryAdd(ctx context.Context, wanted ...Wanted) *Reply {
	return ask(ctx, c.request(ctx, cartAdd, itemsOf(ctx, wanted...)...))
}

// learn remembers the answer to a change that was made.
func (c *Cart) learn(r *Reply) {
	if r.request.operation != cartGet && r.Valid() && r.CartID() == c.ID {
		c.last = r
	}
}

// Set gives one entry another quantity, 0 to remove it, which must then show.
func (c *Cart) Set(ctx context.Context, e Line, quantity int) *Reply {
	r := c.TrySet(ctx, e.ID, quantity)
	after, there := find(r.All(), e.ID)
	switch {
	case !r.Valid():
		stage.Needs(ctx, "RC-MOD-01", r.X, fmt.Sprintf("entry %s to get quantity %d", e.ID, quantity), r.Says())
	case quantity == 0 && there:
		stage.Needs(ctx, "RC-MOD-02", r.X, "no entry "+e.ID+" after its quantity was set to 0", seenEntries(r))
	case quantity != 0 && (!there || after.Quantity != int64(quantity)):
		stage.Needs(ctx, "RC-MOD-01", r.X, fmt.Sprintf("entry %s with quantity %d", e.ID, quantity), seenEntries(r))
	}
	return r
}

// TrySet asks for another quantity, whatever comes of it.
func (c *Cart) TrySet(ctx context.Context, cartItemID string, quantity int) *Reply {
	return ask(ctx, c.request(ctx, cartModify, byEntry(1, cartItemID).quantity(quantity)))
}

// find finds an entry by its CartItemId.
func find(entries []Line, id string) (Line, bool) {
	for _, e := range entries {
		if e.ID == id {
			return e, true
		}
	}
	return Line{}, false
}

// Save moves an entry to the saved area, where it must then be. Its CartItemId may
// be another one from then on.
func (c *Cart) Save(ctx context.Context, e Line) *Reply {
	r := c.TryMove(ctx, e.ID, "SaveForLater")
	if !r.Valid() || !holdsOnce(r.Saved(), e.ASIN, int(e.Quantity)) || holds(r.Active(), e.ASIN) {
		stage.Needs(ctx, "RC-X-MOD-03", r.X, e.ASIN+" in the saved area, as much as was active", r.Says())
	}
	return r
}

// TryMove asks for an entry to be moved, whatever comes of it.
func (c *Cart) TryMove(ctx context.Context, cartItemID, action string) *Reply {
	return ask(ctx, c.request(ctx, cartModify, byEntry(1, cartItemID).with("Action", action)))
}

// Get reads the cart, which must be there, and at once what the last change made of
// it. A change that never shows is for the spec to judge.
func (c *Cart) Get(ctx context.Context) *Reply {
	r := c.mustGet(ctx)
	if c.last == nil || contentsOf(r).equal(contentsOf(c.last)) {
		return r
	}
	again := c.mustGet(ctx)
	saved := contentsOf(c.last).without(contentsOf(r)).saved
	switch {
	case contentsOf(again).equal(contentsOf(c.last)):
		stage.Needs(ctx, "RC-GET-02", r.X, "what the last change made of the cart, as a moment later: "+seenEntries(again), seenEntries(r))
	case !contentsOf(again).equal(contentsOf(r)):
		stage.Needs(ctx, "RC-X-GET-01", again.X, "what was read a moment ago, "+seenEntries(r), seenEntries(again))
	case len(saved) != 0 && len(r.All()) < len(c.last.All()):
		stage.Needs(ctx, "RC-GET-03", r.X, "what is saved as well: "+strings.Join(saved, ", "), seenEntries(r))
	}
	return r
}

// stays holds that the cart is what it was. Where it is read in another way each
// time, that is what is wrong.
func (c *Cart) stays(ctx context.Context, before *Reply) {
	ginkgo.GinkgoHelper()
	r := c.TryGet(ctx)
	if !r.Valid() || !contentsOf(r).equal(contentsOf(before)) {
		again := c.TryGet(ctx)
		switch {
		case again.Valid() && !r.Valid():
			stage.Needs(ctx, "RC-GET-01", r.X, "the cart "+c.ID, r.Says())
		case again.Valid() && !contentsOf(again).equal(contentsOf(r)):
			stage.Needs(ctx, "RC-X-GET-01", again.X, "what was read a moment ago, "+seenEntries(r), seenEntries(again))
		}
	}
	gomega.Expect(r).To(BeValid())
	gomega.Expect(r).To(HaveTheContentsOf(before))
}

func (c *Cart) mustGet(ctx context.Context) *Reply {
	r := c.TryGet(ctx)
	if !r.Valid() || r.CartID() == "" {
		stage.Needs(ctx, "RC-GET-01", r.X, "the cart "+c.ID, r.Says())
	}
	return r
}

// serving makes sure that operations do what they are for, beside requests for them
// that are to fail.
func serving(ctx context.Context, operations ...string) {
	cart := NewCart(ctx, Available(0).Times(1))
	for _, operation := range operations {
		if r := ask(ctx, cart.about(ctx, operation, 0)); !r.Valid() {
			stage.Needs(ctx, works()[operation], r.X, "a request without a mistake to work", r.Says())
		}
	}
}

// TryGet asks for the cart, whatever comes of it.
func (c *Cart) TryGet(ctx context.Context) *Reply { return ask(ctx, c.request(ctx, cartGet)) }

// Clear removes everything, which must work.
func (c *Cart) Clear(ctx context.Context) *Reply {
	r := c.TryClear(ctx)
	if !r.Valid() {
		stage.Needs(ctx, "RC-X-CLR-01", r.X, "the cart to be cleared", r.Says())
	}
	return r
}

// Empty is Clear, after which nothing is left.
func (c *Cart) Empty(ctx context.Context) {
	c.Clear(ctx)
	if r := c.Get(ctx); len(r.All()) != 0 {
		stage.Needs(ctx, "RC-X-CLR-01", r.X, "nothing in the cart after it was cleared", seenEntries(r))
	}
}

// TryClear asks for everything to be removed, whatever comes of it.
func (c *Cart) TryClear(ctx context.Context) *Reply {
	return ask(ctx, c.request(ctx, cartClear))
}
