package businesscart

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file holds the words in which the specs about additions speak.

// Taking adds offers that can be had. The call must succeed and list the cart's
// items; that what was asked for is among them is for the spec to judge. A target
// that rejects an offer may say that the data are not what they are called.
func (c *Cart) Taking(ctx context.Context, wanted ...Wanted) *Reply {
	before := c.lines()
	r := c.Offering(ctx, wanted...)
	mustSuffice(ctx, before, r, wanted...)
	return r
}

// lines gives the lines of the last answer that listed them.
func (c *Cart) lines() []Line { return inOrder(c.known) }

// inOrder gives lines in a fixed order: what a spec says and does must not depend
// on chance.
func inOrder(lines map[string]Line) []Line {
	var all []Line
	for _, id := range slices.Sorted(maps.Keys(lines)) {
		all = append(all, lines[id])
	}
	return all
}

// Offering is Taking for offers that may be rejected: as many as there are may be
// in the cart already.
func (c *Cart) Offering(ctx context.Context, wanted ...Wanted) *Reply {
	r := c.TryAdd(ctx, wanted...)
	if !r.Success() {
		stage.Needs(ctx, "CART-ADD-02", r.X, "the offers to be added with a success status", r.Says())
	}
	if _, ok := r.Array("items"); !ok {
		stage.Needs(ctx, "CART-ADD-04", r.X, "an answer with the cart's items", r.Says())
	}
	return r
}

func keys(wanted []Wanted) string {
	texts := make([]string, len(wanted))
	for i, w := range wanted {
		texts[i] = w.Key
	}
	return strings.Join(texts, " or ")
}

// mustHold ends the spec unless the answer lists a line of each offer.
func (r *Reply) mustHold(ctx context.Context, wanted ...Wanted) {
	for _, w := range wanted {
		if len(linesOf(r.Lines(), w.Product(ctx))) == 0 {
			w.missing(ctx, r)
		}
	}
}

// mustHoldNew ends the spec when the addition of one unit to a cart of so many
// other lines made another one, but not of the product and in the quantity that
// were asked for.
func mustHoldNew(ctx context.Context, after *Reply, offer Role, lines int) {
	if now := after.Lines(); len(now) > lines && units(now, offer.Product(ctx)) != 1 {
		stage.Needs(ctx, "CART-ADD-09", after.X, "a new line of one "+offer.Product(ctx), describe(now))
	}
}

// mustBeFresh is for an answer to an addition that shows other quantities than
// were asked for. It ends the spec when a cleared cart shows the right ones: then
// the cart was not empty, and getItems did not say so.
func (c *Cart) mustBeFresh(ctx context.Context, after *Reply, wanted ...Wanted) {
	right := func(r *Reply) bool {
		return !slices.ContainsFunc(wanted, func(w Wanted) bool { return units(r.Lines(), w.Product(ctx)) != int64(w.Quantity) })
	}
	if right(after) {
		return
	}
	c.TryClear(ctx)
	c.Reopen(ctx)
	if right(c.Taking(ctx, wanted...)) {
		stage.Needs(ctx, "CART-ITEMS-03", after.X, "an empty cart, as getItems showed it", "lines from before: "+describe(after.Lines()))
	}
}

// mustStillList ends the spec when an answer leaves out a product altogether.
func mustStillList(ctx context.Context, after *Reply, offer Role) {
	if lines := after.Lines(); len(linesOf(lines, offer.Product(ctx))) == 0 {
		stage.Needs(ctx, "CART-ADD-05", after.X, "a line of "+offer.Product(ctx), describe(lines))
	}
}

// Readable reads the cart's lines, each of which must be readable.
func (c *Cart) Readable(ctx context.Context) *Reply {
	r := c.Items(ctx)
	for _, line := range r.Lines() {
		switch {
		case line.ItemID == "" || line.Product == "":
			stage.Needs(ctx, "CART-ITEMS-02", r.X, "an itemId and a productIdentifier on each line", r.Says())
		case line.Quantity == 0:
			stage.Needs(ctx, "CART-ITEMS-05", r.X, "a quantity on each line", r.Says())
		}
	}
	return r
}

// ExpectItems reads the cart, which should be as wished. A read that the next
// one contradicts breaks another promise than the spec's.
func (c *Cart) ExpectItems(ctx context.Context, wishes ...types.GomegaMatcher) {
	ginkgo.GinkgoHelper()
	items := c.Readable(ctx)
	if !fits(items, wishes...) {
		if again := c.Readable(ctx); fits(again, wishes...) {
			id := "CART-ITEMS-10"
			if sameGoods(items.Lines(), again.Lines()) {
				id = "CART-ITEMS-08"
			}
			stage.Needs(ctx, id, items.X, "the lines of the read after it: "+describe(again.Lines()), describe(items.Lines()))
		}
	}
	for _, wish := range wishes {
		gomega.Expect(items).To(wish)
	}
}

// fits reports whether an answer is as wished.
func fits(answer any, wishes ...types.GomegaMatcher) bool {
	return !slices.ContainsFunc(wishes, func(wish types.GomegaMatcher) bool {
		ok, err := wish.Match(answer)
		return !ok || err != nil
	})
}

// Steady reads the cart's lines, which must be the same each time.
func (c *Cart) Steady(ctx context.Context) []Line {
	lines, again := c.Readable(ctx).Lines(), c.Readable(ctx)
	if !sameLines(lines, again.Lines()) {
		stage.Needs(ctx, "CART-ITEMS-08", again.X, "the lines of the read before: "+describe(lines), describe(again.Lines()))
	}
	return lines
}

// SteadyLine gives the line of an offer, which was added before, by its product.
func (c *Cart) SteadyLine(ctx context.Context, offer Role, lines []Line) Line {
	found := linesOf(lines, offer.Product(ctx))
	if len(found) == 0 {
		stage.Needs(ctx, "CART-ITEMS-10", nil, "a line of "+offer.Product(ctx)+" ("+offer.Key+"), which was added", describe(lines))
	}
	return found[0]
}

// ReadBack reads the cart after an addition. Where the read and the addition
// disagree it finds out which of them another promise is about.
func (c *Cart) ReadBack(ctx context.Context, after *Reply) *Reply {
	items := c.Readable(ctx)
	if sameLines(items.Lines(), after.Lines()) {
		return items
	}
	if again := c.Readable(ctx); !sameLines(again.Lines(), items.Lines()) {
		stage.Needs(ctx, "CART-ITEMS-08", again.X, "the lines of the read before: "+describe(items.Lines()), describe(again.Lines()))
	}
	if lines := after.Lines(); len(lines) != 0 && sameGoods(lines, items.Lines()) { // other itemIds: do those of the addition work?
		ch := change{lines[0].ItemID, int(lines[0].Quantity)}
		if r := c.TryModify(ctx, ch); !r.Success() {
			stage.Needs(ctx, "CART-ADD-07", r.X, "the itemId of the addition to name its line", r.Says())
		}
		return items
	}
	for _, line := range after.Lines() { // other lines: what does a third operation list?
		if read, ok := items.Line(line.ItemID); ok && read.Quantity == line.Quantity || len(items.Lines()) == 0 {
			if r := c.TryModify(ctx, change{line.ItemID, int(line.Quantity)}); r.Success() && sameLines(r.Lines(), after.Lines()) {
				stage.Needs(ctx, "CART-ITEMS-03", items.X, "the lines that addItems and modifyItems list: "+describe(after.Lines()), describe(items.Lines()))
			}
			break
		}
	}
	return items
}

// TakeOut removes a line and looks whether it is gone.
func (c *Cart) TakeOut(ctx context.Context, line Line) {
	var had int64
	for _, l := range c.known {
		if l.Product == line.Product {
			had += l.Quantity
		}
	}
	c.Remove(ctx, line)
	items := c.Readable(ctx)
	if _, there := items.Line(line.ItemID); there {
		stage.Needs(ctx, "CART-MOD-13", items.X, "no line "+line.ItemID+" after its removal", describe(items.Lines()))
	}
	if units(items.Lines(), line.Product) > had-line.Quantity {
		stage.Needs(ctx, "CART-ADD-07", items.X, "the itemId "+line.ItemID+" to name the line that was added", describe(items.Lines()))
	}
}

// mustTakeGood ends the spec when the target, which has just failed a call,
// does not take an orderable item in this state of the cart either.
func (c *Cart) mustTakeGood(ctx context.Context, failed *Reply, good Role) {
	if !failed.Success() {
		c.Taking(ctx, good.Times(1))
	}
}

// mustTakeTwin is for an answer that lacks what should have been added. It ends
// the spec when the cart holds it all the same, or when the good twin of the
// request lacks it, too.
func (c *Cart) mustTakeTwin(ctx context.Context, after *Reply, good []Wanted, twin ...Wanted) {
	lacks := func(r *Reply, w Wanted) bool { return len(linesOf(r.Lines(), w.Product(ctx))) == 0 }
	i := slices.IndexFunc(good, func(w Wanted) bool { return lacks(after, w) })
	if i < 0 || !after.Success() {
		return
	}
	if items := c.Items(ctx); !lacks(items, good[i]) {
		stage.Needs(ctx, "CART-ADD-05", after.X, "all lines of the cart: "+describe(items.Lines()), describe(after.Lines()))
	}
	if r := c.Taking(ctx, twin...); lacks(r, good[i]) {
		if len(twin) == 1 {
			twin[0].missing(ctx, r)
		}
		stage.Needs(ctx, "CART-ADD-32", r.X, "a line of "+good[i].Product(ctx), describe(r.Lines()))
	}
}

// sameGoods compares products and quantities alone.
func sameGoods(a, b []Line) bool {
	return sameLines(withoutIDs(a), withoutIDs(b))
}

func withoutIDs(lines []Line) []Line {
	bare := slices.Clone(lines)
	for i := range bare {
		bare[i].ItemID = ""
	}
	return bare
}

// every gives all orderable offers that the description has, at most n: bugs
// that depend on the number of lines want many.
func every(ctx context.Context, n int) []Role {
	s := stage.Of(ctx)
	data := s.Target().Data
	Available(2).Offer(ctx) // three there must be
	var roles []Role
	for i := range data.Available {
		roles = append(roles, Available(i))
	}
	for i := range data.SameProduct {
		roles = append(roles, SameProduct(i))
	}
	roles = slices.DeleteFunc(roles, func(r Role) bool { return s.Doubt(r.Key) != "" })
	return roles[:min(n, len(roles))]
}

// Overasked is a wish for one unit more of the limited offer than can be had. It
// shows first that what can be had is taken. The cart is left without the offer.
func (c *Cart) Overasked(ctx context.Context) Wanted {
	stock := Limited(0).Stock(ctx)
	c.TakeOut(ctx, c.Add(ctx, Limited(0), stock))
	return Limited(0).Times(stock + 1)
}

// Rejecting asks for offers to be added of which some cannot be had: a success
// answer with rejectedItems.
func (c *Cart) Rejecting(ctx context.Context, wanted ...Wanted) *Reply {
	r := c.TryAdd(ctx, wanted...)
	Limited(0).MustBeScarce(ctx, r)
	if !r.Success() {
		c.mustTakeGood(ctx, r, Available(0))
		stage.Needs(ctx, "CART-ADD-15", r.X, "a success answer with rejectedItems", r.Says())
	}
	mustHaveBothArrays(ctx, r)
	if list, _ := r.Array("rejectedItems"); len(list) == 0 {
		c.Taking(ctx, Available(0).Times(1)).mustHold(ctx, Available(0).Times(1))
	}
	mustReject(ctx, r)
	return r
}

// linesOf gives the lines of a product.
func linesOf(lines []Line, product string) []Line {
	var found []Line
	for _, l := range lines {
		if l.Product == product {
			found = append(found, l)
		}
	}
	return found
}

// units counts the units of a product: the documents leave open whether one
// offer added twice makes one line or two.
func units(lines []Line, product string) int64 {
	var n int64
	for _, l := range linesOf(lines, product) {
		n += l.Quantity
	}
	return n
}

// each wishes for n units of each of several offers.
func each(offers []Role, n int) []Wanted {
	wanted := make([]Wanted, len(offers))
	for i, offer := range offers {
		wanted[i] = offer.Times(n)
	}
	return wanted
}

// mustHaveBothArrays ends the spec when a success answer lacks items or
// rejectedItems.
func mustHaveBothArrays(ctx context.Context, r *Reply) {
	for _, key := range []string{"items", "rejectedItems"} {
		if _, ok := r.Array(key); r.Success() && !ok {
			stage.Needs(ctx, "CART-ADD-04", r.X, "an array "+key, r.Says())
		}
	}
}

// mustBeOnSale ends the spec when a live target shows an available offer as
// unavailable: it may have been sold out since the description was written.
func mustBeOnSale(ctx context.Context, offer Role, r *Reply) {
	if stage.Of(ctx).Target().Profile != target.Live {
		return
	}
	for _, l := range linesOf(r.Lines(), offer.Product(ctx)) {
		if !l.Available {
			stage.Inconclusive(ctx, "%s does not play its role: the target shows it as unavailable", offer.Key)
		}
	}
}

// orderOfDates puts into words how the dates of a line lie, with a second of
// tolerance.
func orderOfDates(line Line) string {
	added, errAdded := time.Parse(time.RFC3339Nano, line.Added)
	modified, errModified := time.Parse(time.RFC3339Nano, line.Modified)
	switch {
	case errAdded != nil || errModified != nil:
		return fmt.Sprintf("cannot be compared: %q and %q", stage.Short(line.Added), stage.Short(line.Modified))
	case modified.Before(added.Add(-time.Second)):
		return fmt.Sprintf("modified %v before it was added", added.Sub(modified))
	}
	return "not modified before it was added"
}

// mustModifyAsRead is for a modification by an addition's itemId that did not
// take effect. It ends the spec when the itemId of getItems does no better.
func mustModifyAsRead(ctx context.Context, cart *Cart, after *Reply, line Line, quantity int) {
	worked := func(r *Reply) bool {
		return r.Success() && slices.ContainsFunc(linesOf(r.Lines(), line.Product), func(l Line) bool { return l.Quantity == int64(quantity) })
	}
	if worked(after) {
		return
	}
	read := cart.Items(ctx)
	twins := linesOf(read.Lines(), line.Product)
	if len(twins) == 0 {
		stage.Needs(ctx, "CART-ADD-25", read.X, "a line of "+line.Product, describe(read.Lines()))
	}
	if twin := cart.TryModify(ctx, change{twins[0].ItemID, quantity}); !worked(twin) {
		stage.Needs(ctx, "CART-MOD-03", twin.X, "the quantity of "+line.Product+" to be updated", twin.Says())
	}
}
