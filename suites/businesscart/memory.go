package businesscart

import (
	"context"
	"maps"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

// This file finds out whose promise is broken when an answer does not fit what
// the cart is known to hold. It costs no request as long as everything fits.

// said is how the cart's lines became known.
type said struct {
	operation string   // that listed them
	sent      int      // calls that the spec had sent by then
	vouched   bool     // a verb found in the answer what it asked for
	changes   []change // that the verb made
}

// memory is what is known of a cart before a call.
type memory struct {
	lines map[string]Line // nil when nothing is known
	said
	exact bool // nothing was sent in between that might have changed the cart
}

func (c *Cart) memory(ctx context.Context) memory {
	return memory{c.known, c.said, c.known != nil && c.said.sent == stage.Of(ctx).Sent()}
}

// ids gives the itemIds in a fixed order.
func (m memory) ids() []string { return slices.Sorted(maps.Keys(m.lines)) }

// naming gives the promise that the known itemIds name lines, which is made by
// the operation that listed them.
func (m memory) naming() string {
	switch m.operation {
	case addItems:
		return "CART-ADD-07"
	case modifyItems:
		return "CART-MOD-20"
	}
	return "CART-ITEMS-08"
}

// mustName ends the spec when an itemId that a modification named is not in its
// answer because it named nothing, although it was listed before.
func (m memory) mustName(ctx context.Context, after *Reply, itemID string) {
	was, listed := m.lines[itemID]
	elsewhere := func(l Line) bool {
		_, old := m.lines[l.ItemID]
		return l.Product == was.Product && !old
	}
	if m.exact && !listed || listed && slices.ContainsFunc(after.Lines(), elsewhere) {
		stage.Needs(ctx, m.naming(), after.X, "itemId "+itemID+" to name the line that was listed with it", seenLines(after))
	}
}

// mustNotHold ends the spec when a line that a modification named is not in its
// answer, and in the cart as it was wished.
func (c *Cart) mustNotHold(ctx context.Context, after *Reply, ch change) {
	if ch.Quantity == 0 {
		return
	}
	if line, ok := c.TryItems(ctx).Line(ch.ItemID); ok && line.Quantity == int64(ch.Quantity) {
		stage.Needs(ctx, "CART-MOD-06", after.X, "all lines of the cart, "+line.String()+" among them", seenLines(after))
	}
}

// refusing names the promise that the refusal of modifications breaks: that of
// removals, unless it was the moment, or other modifications are refused too.
func (c *Cart) refusing(ctx context.Context, changes []change) string {
	if changes[0].Quantity != 0 || c.TryModify(ctx, changes...).Success() {
		return "CART-MOD-02"
	}
	lines := c.TryItems(ctx).Lines()
	if len(lines) != 0 && !c.TryModify(ctx, change{lines[0].ItemID, int(lines[0].Quantity)}).Success() {
		return "CART-MOD-02"
	}
	return "CART-MOD-13"
}

// mustNotBeTheMoment ends the spec when modifications that were refused are
// accepted a moment later: then they were not refused for what they are.
func (c *Cart) mustNotBeTheMoment(ctx context.Context, after *Reply, changes ...change) {
	if !after.Success() && c.TryModify(ctx, changes...).Success() {
		stage.Needs(ctx, "CART-MOD-02", after.X, "the modification to be accepted with a success status, as a moment later", after.Says())
	}
}

// change gives what the last verb did to a line.
func (m memory) change(itemID string) (change, bool) {
	i := slices.IndexFunc(m.changes, func(ch change) bool { return ch.ItemID == itemID })
	if i < 0 {
		return change{}, false
	}
	return m.changes[i], true
}

// mustLeaveTheRest ends the spec when a modification did more than was asked for.
func (c *Cart) mustLeaveTheRest(ctx context.Context, before memory, after *Reply, changes []change) {
	if !before.exact {
		return
	}
	made := memory{said: said{changes: changes}}
	leaves := "CART-MOD-04"
	if !slices.ContainsFunc(changes, func(ch change) bool { return ch.Quantity != 0 }) {
		leaves = "CART-MOD-14"
	}
	for _, id := range before.ids() {
		was := before.lines[id]
		now, there := after.Line(id)
		if _, named := made.change(id); named {
			if there && now.Product != was.Product {
				stage.Needs(ctx, "CART-MOD-05", after.X, "no change but that of the quantity: "+was.String(), now.String())
			}
			continue
		}
		if there && now.Quantity == was.Quantity && now.Product == was.Product {
			continue
		}
		if _, earlier := before.change(id); earlier { // the modification before was shown, and not kept
			stage.Needs(ctx, "CART-MOD-03", after.X, "the line as the modification before left it: "+was.String(), seenLines(after))
		}
		if !there {
			if _, ok := c.TryItems(ctx).Line(id); ok {
				stage.Needs(ctx, "CART-MOD-06", after.X, "all lines of the cart, "+was.String()+" among them", seenLines(after))
			}
		}
		stage.Needs(ctx, leaves, after.X, "a line that was not named left as it was: "+was.String(), seenLines(after))
	}
	for _, line := range after.Lines() {
		if _, old := before.lines[line.ItemID]; old {
			continue
		}
		if _, removed := before.change(line.ItemID); removed {
			stage.Needs(ctx, "CART-MOD-13", after.X, "no line "+line.ItemID+", which was removed before", seenLines(after))
		}
		stage.Needs(ctx, "CART-MOD-05", after.X, "no line that was not there before", line.String())
	}
}

// mustBeReadable ends the spec when a reading has lines of which cannot be told
// what they are, or how many of it.
func mustBeReadable(ctx context.Context, items *Reply) {
	elements, _ := items.Array("items")
	if len(elements) != len(items.Lines()) {
		stage.Needs(ctx, "CART-GEN-06", items.X, "items that are objects", items.Says())
	}
	for _, o := range objects(items.Doc["items"]) {
		if str(o["itemId"]) == "" || str(o["productIdentifier"]) == "" {
			stage.Needs(ctx, "CART-ITEMS-02", items.X, "an itemId and a productIdentifier on each line", items.Says())
		}
		if _, ok := integer(o["quantity"]); !ok {
			stage.Needs(ctx, "CART-ITEMS-05", items.X, "an integer quantity on each line", items.Says())
		}
	}
}

// mustBearOut ends the spec when a reading differs from what is known, and it is
// clear who is wrong: the reading, which the next one contradicts, or the verb
// before it, whose answer showed something else. What remains is for the spec.
func (c *Cart) mustBearOut(ctx context.Context, before memory, items *Reply) {
	known := inOrder(before.lines)
	if before.lines == nil || sameLines(items.Lines(), known) {
		return
	}
	again := c.TryItems(ctx)
	if stage.Of(ctx).Judging("CART-GEN-13") && !sameLines(again.Lines(), known) {
		return // what a reading does to the cart is that promise's question
	}
	if again.Success() && !sameLines(again.Lines(), items.Lines()) {
		id := "CART-ITEMS-10"
		if sameGoods(again.Lines(), items.Lines()) {
			id = "CART-ITEMS-08"
		}
		stage.Needs(ctx, id, items.X, "the lines of the reading after it: "+describe(again.Lines()), describe(items.Lines()))
	}
	if !before.exact || !before.vouched {
		return
	}
	if sameGoods(items.Lines(), known) {
		stage.Needs(ctx, before.naming(), items.X, "the itemIds that "+before.operation+" gave: "+describe(known), describe(items.Lines()))
	}
	if before.operation == modifyItems {
		before.mustBeKept(ctx, items)
	}
}

// mustBeKept ends the spec when a modification whose answer was right is not what
// is read afterwards.
func (m memory) mustBeKept(ctx context.Context, items *Reply) {
	removals := true
	for _, ch := range m.changes {
		removals = removals && ch.Quantity == 0
		line, there := items.Line(ch.ItemID)
		switch {
		case ch.Quantity == 0 && there:
			stage.Needs(ctx, "CART-MOD-13", items.X, "no line "+ch.ItemID+" after its quantity was set to 0", describe(items.Lines()))
		case there && line.Quantity != int64(ch.Quantity):
			stage.Needs(ctx, "CART-MOD-03", items.X, "line "+m.lines[ch.ItemID].String()+", as modifyItems answered", describe(items.Lines()))
		}
	}
	for _, line := range items.Lines() {
		if was, listed := m.lines[line.ItemID]; !listed {
			stage.Needs(ctx, "CART-MOD-06", items.X, "no lines but those that modifyItems listed as the whole cart", describe(items.Lines()))
		} else if _, named := m.change(line.ItemID); !named && was.Quantity != line.Quantity {
			id := "CART-MOD-04"
			if removals {
				id = "CART-MOD-14"
			}
			stage.Needs(ctx, id, items.X, "a line that was not named left as it was: "+was.String(), line.String())
		}
	}
}

// Basics goes through the plainest additions, modifications and removals, each
// read back, in a cart of its own. It ends the spec where one of them does not
// work: the spec's promise builds on them.
func (c *Cart) Basics(ctx context.Context) {
	c.Emptied(ctx)
	lines := c.AddAll(ctx, Available(0).Times(1), Available(1).Times(2))
	c.Items(ctx)
	for _, quantity := range []int{5, 2} {
		c.Modify(ctx, lines[0], quantity)
		c.Items(ctx)
	}
	c.Remove(ctx, lines[1])
	c.Items(ctx)
}

// Expect is gomega.Expect for an answer that may be wrong because of something
// plainer than the spec's promise. Only when it is not as wished, that is looked
// for first.
func (c *Cart) Expect(ctx context.Context, answer *Reply, wishes ...types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	if !fits(answer, wishes...) {
		(&Cart{ID: c.ID}).Basics(ctx)
	}
	for _, wish := range wishes {
		gomega.Expect(answer).To(wish)
	}
}
