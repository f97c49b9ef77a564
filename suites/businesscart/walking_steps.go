package businesscart

import (
	"context"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// action is what one step of a walk does.
type action int

// The actions. What has nothing to work on, such as a removal from an empty cart,
// does nothing.
const (
	rest   action = iota
	look          // reads the lines
	sumUp         // reads the summary
	cost          // asks for the estimate
	list          // lists the buyer's carts
	put           // adds an offer
	putTwo        // adds two offers in one call
	set           // sets the quantity of a line
	setTwo        // sets those of two lines in one call
	repeat        // sends the last modification again
	take          // removes a line
	wipe          // clears the cart
	reckon        // compares the subtotal with the lines
	cross         // goes on with the buyer's other cart
)

// stride is one step of a walk. It names lines by their place in the cart, so that it
// makes sense whatever the steps before it were.
type stride struct {
	action        action
	which, second int // line, or offer
	quantity      int
}

// strides draws steps. The first of the actions is rest, which is what others shrink
// to; one that is named twice is drawn twice as often.
func strides(actions ...action) *rapid.Generator[stride] {
	actions = append([]action{rest}, actions...)
	return rapid.Custom(func(t *rapid.T) stride {
		s := stride{action: rapid.SampledFrom(actions).Draw(t, "action")}
		switch s.action {
		case put, set:
			s.which = rapid.IntRange(0, 4).Draw(t, "which")
			s.quantity = rapid.IntRange(1, most-1).Draw(t, "quantity")
		case putTwo, setTwo:
			s.which, s.second = rapid.IntRange(0, 4).Draw(t, "which"), rapid.IntRange(0, 4).Draw(t, "second")
			s.quantity = rapid.IntRange(1, most-1).Draw(t, "quantity")
		case take:
			s.which = rapid.IntRange(0, 4).Draw(t, "which")
		case repeat:
			s.quantity = rapid.IntRange(1, 3).Draw(t, "times")
		}
		return s
	})
}

// most is how many units of a product a walk has in a cart at once: so many there
// should be of every offer that is available.
const most = 9

// ground is a cart and what it should hold: the model, which learns from each answer
// what the target chose where more than one thing is right.
type ground struct {
	*Cart
	order  []string        // itemIds, the oldest first
	lines  map[string]Line // as they should be
	wiped  []Line          // that it held when it was last cleared
	asked  []change        // the last modification, with the answer to it
	answer *Reply
}

// walker goes one walk.
type walker struct {
	ctx     context.Context
	promise promise
	offers  []Role
	address *target.Address // nil: no estimates
	grounds []*ground       // the one under way first
	diary   []entry

	wanted    []Wanted // of the addition under way
	repeating bool     // the request under way was sent before
	crossing  bool     // the reading under way is of a cart that was left for the other one
}

// entry is one step in words, as far as it came.
type entry struct {
	text, wanted string
	sent         int // requests that the walk had sent before it
}

// here gives the cart that steps are about.
func (w *walker) here() *ground { return w.grounds[0] }

// begin has the carts empty.
func (w *walker) begin() {
	w.note("start with an empty cart", "no lines")
	w.grounds = []*ground{{Cart: EmptyCart(w.ctx)}}
	if w.promise.both {
		w.grounds = append(w.grounds, &ground{Cart: OtherEmptyCart(w.ctx)})
	}
	for _, g := range w.grounds {
		g.keep(nil)
	}
}

func (w *walker) note(text, wanted string) {
	w.diary = append(w.diary, entry{text, wanted, stage.Of(w.ctx).Sent()})
}

// end looks what is left at the end of the walk.
func (w *walker) end() {
	w.look(w.here())
	w.cross()
}

// step takes one step.
func (w *walker) step(s stride) {
	g := w.here()
	switch s.action {
	case look:
		w.look(g)
	case sumUp:
		w.note("read the summary", "a summary")
		g.Summary(w.ctx)
	case cost:
		if w.address != nil && len(g.lines) > 0 {
			w.note("ask for the estimate", "an estimate")
			g.TryEstimate(w.ctx, w.address)
		}
	case list:
		w.note("list the carts", "the buyer's carts")
		ask(w.ctx, listCartsCall(w.ctx, stage.Of(w.ctx).Lane().Buyer, 0, "")).mustWork(w.ctx)
	case put:
		w.put(g, w.wish(g, s.which, s.quantity))
	case putTwo:
		w.put(g, w.wish(g, s.which, s.quantity), w.wish(g, s.second, s.quantity))
	case set:
		w.set(g, g.wish(s.which, s.quantity))
	case setTwo:
		w.set(g, g.wish(s.which, s.quantity), g.wish(s.second, most-s.quantity))
	case take:
		w.set(g, g.wish(s.which, 0))
	case repeat:
		w.repeat(g, s.quantity)
	case wipe:
		w.wipe(g)
	case reckon:
		w.reckon(g)
	case cross:
		w.cross()
	}
}

// wish is for units of an offer: as many as the cart may still take; none where that
// is none.
func (w *walker) wish(g *ground, which, quantity int) Wanted {
	offer := w.offers[which%len(w.offers)]
	left := most - int(units(g.all(), offer.Product(w.ctx)))
	return offer.Times(min((quantity-1)%4+1, left))
}

// wish is for another quantity of a line; one without a line where there is none.
func (g *ground) wish(which, quantity int) change {
	if len(g.order) == 0 {
		return change{}
	}
	line := g.lines[g.order[which%len(g.order)]]
	if left := most - int(units(g.all(), line.Product)-line.Quantity); quantity > left {
		quantity = left
	}
	if int64(quantity) == line.Quantity { // what a repetition does is another question
		quantity--
	}
	return change{line.ItemID, quantity}
}

// look reads the lines, which are those that the steps before left.
func (w *walker) look(g *ground) {
	w.note("read the lines", briefly(g.all()))
	items := g.Items(w.ctx)
	w.decide(g, items)
	w.mustFit(g, items)
}

// mustFit ends the walk when an answer that lists the lines has others than the model,
// and nobody's promise is clear.
func (w *walker) mustFit(g *ground, answer *Reply) {
	if !sameLines(answer.Lines(), g.all()) {
		stage.Needs(w.ctx, "CART-GEN-13", answer.X, describe(g.all()), seenLines(answer))
	}
}

// sure reads the lines where something was asked since they were last listed: then it
// is clear what the next request does to them. Whose it is that a modification does not
// last can be told only where it was read back.
func (w *walker) sure(g *ground) {
	if !g.memory(w.ctx).exact || w.promise.readsBack && g.said.operation != getItems {
		w.look(g)
	}
}

func (w *walker) put(g *ground, wanted ...Wanted) {
	wanted = slices.DeleteFunc(wanted, func(a Wanted) bool { return a.Quantity < 1 })
	if len(wanted) == 2 && wanted[0].Key == wanted[1].Key {
		wanted = wanted[:1]
	}
	if len(wanted) == 0 {
		return
	}
	w.sure(g)
	text := "add"
	for _, a := range wanted {
		text += fmt.Sprintf(" %d × %s", a.Quantity, a.Product(w.ctx))
	}
	w.note(text, briefly(g.all())+" and what is added")
	before := g.known
	r := g.TryAdd(w.ctx, wanted...)
	w.wanted = wanted
	w.decide(g, r)
	w.wanted = nil
	added := g.mustHaveAdded(w.ctx, before, r, wanted...)
	model := g.all()
	for _, line := range added {
		if i := slices.IndexFunc(model, func(l Line) bool { return l.ItemID == line.ItemID }); i >= 0 {
			model[i] = line
		} else {
			model = append(model, line)
		}
	}
	g.keep(model)
	w.mustFit(g, r)
}

func (w *walker) set(g *ground, changes ...change) {
	changes = slices.DeleteFunc(changes, func(c change) bool { return c.ItemID == "" || c.Quantity < 0 })
	if len(changes) == 2 && (changes[0].ItemID == changes[1].ItemID || g.lines[changes[0].ItemID].Product == g.lines[changes[1].ItemID].Product) {
		changes = changes[:1] // the second would not know of the first
	}
	if len(changes) == 0 {
		return
	}
	w.sure(g)
	before := g.memory(w.ctx)
	model := g.after(changes)
	w.note(inWords(g, changes), briefly(model))
	r := g.TryModify(w.ctx, changes...)
	w.decide(g, r)
	g.mustHaveModified(w.ctx, before, r, changes...)
	g.keep(model)
	g.asked, g.answer = changes, r
	w.mustFit(g, r)
}

func inWords(g *ground, changes []change) string {
	text := ""
	for i, ch := range changes {
		if i > 0 {
			text += ", "
		}
		if ch.Quantity == 0 {
			text += "remove " + g.lines[ch.ItemID].Product
		} else {
			text += fmt.Sprintf("set %s to %d", g.lines[ch.ItemID].Product, ch.Quantity)
		}
	}
	return text
}

// after gives the lines as they should be after a modification.
func (g *ground) after(changes []change) []Line {
	model := g.all()
	for _, ch := range changes {
		for i := range model {
			if model[i].ItemID == ch.ItemID {
				model[i].Quantity = int64(ch.Quantity)
			}
		}
	}
	return slices.DeleteFunc(model, func(l Line) bool { return l.Quantity == 0 })
}

// repeat sends the last modification of the cart again, where it would still be one
// of its lines.
func (w *walker) repeat(g *ground, times int) {
	for _, ch := range g.asked {
		if _, there := g.lines[ch.ItemID]; !there {
			return // repeating a removal is another question
		}
	}
	if len(g.asked) == 0 || !sameLines(g.after(g.asked), g.all()) {
		return // what came in between was another wish
	}
	if g.said.operation != getItems {
		w.look(g)
	}
	w.sure(g)
	w.repeating = true
	for range times {
		w.note("again: "+inWords(g, g.asked), briefly(g.all()))
		r := g.TryModify(w.ctx, g.asked...)
		w.decide(g, r)
		w.mustFit(g, r)
	}
	w.note("read the lines", briefly(g.all()))
	items := g.TryItems(w.ctx)
	w.decide(g, items)
	w.repeating = false
	w.mustFit(g, items)
}

func (w *walker) wipe(g *ground) {
	if len(g.lines) == 0 {
		return // clearing an empty cart is another question
	}
	w.note("clear the cart", "no lines")
	g.wiped = g.all()
	g.Emptied(w.ctx)
	g.keep(nil)
	g.asked = nil
}

func (w *walker) reckon(g *ground) {
	if len(g.lines) == 0 {
		return
	}
	w.sure(g)
	w.note("compare the subtotal with the lines", briefly(g.all()))
	p := g.WholePriced(w.ctx, g.all()...)
	if !p.addsUp() {
		stage.Needs(w.ctx, "CART-GET-04", p.X, fmt.Sprintf("a subtotal of %s, the sum of price times quantity", sum(p.Lines, func(int) bool { return true })), p.String())
	}
	stage.Judged(w.ctx)
}

// cross goes on with the other cart, which is as it was when it was left.
func (w *walker) cross() {
	if len(w.grounds) == 1 {
		return
	}
	slices.Reverse(w.grounds)
	w.crossing = true
	w.look(w.here())
	w.crossing = false
}

// all gives the lines as they should be, the oldest first.
func (g *ground) all() []Line {
	lines := make([]Line, len(g.order))
	for i, id := range g.order {
		lines[i] = g.lines[id]
	}
	return lines
}

// keep has the model hold these lines.
func (g *ground) keep(lines []Line) {
	g.order, g.lines = nil, map[string]Line{}
	for _, line := range lines {
		g.order = append(g.order, line.ItemID)
		g.lines[line.ItemID] = line
	}
}
