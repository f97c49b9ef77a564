package businesscart

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// ground is a cart and what it should hold: the model, which learns from each answer
// what the target chose where more than one thing is right.
type ground struct {
	*Cart
	order  []string        // itemIds, the oldest first
	lines  map[string]Line // as they should be
	from   map[string]int  // number of the offer that a line came from, by itemId
	wiped  []Line          // that it held when it was last cleared
	asked  []change        // the last modification, with the answer to it
	answer *Reply
	listed string // id under which it was in the list since it was last cleared; "" if it was not seen there
}

// walker goes one walk.
type walker struct {
	ctx     context.Context
	promise promise
	offers  []Role
	address *target.Address // nil: no estimates
	grounds []*ground       // the one under way first
	diary   []entry
	gone    []stride // the steps that were taken
	ready   bool     // the carts were empty when it began
	started int      // requests that the spec had sent by then

	bare      bool     // the step under way does not look what it finds
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

// begin has the carts empty. A walk that is gone again begins as its script does, by
// clearing carts whatever they hold.
func (w *walker) begin(again bool) {
	s := stage.Of(w.ctx)
	w.note("start with an empty cart", "no lines")
	if id := s.CartID(); again && id != "" {
		(&Cart{ID: id}).TryClear(w.ctx)
	}
	w.grounds = []*ground{{Cart: EmptyCart(w.ctx), from: map[string]int{}}}
	if w.promise.both {
		if again {
			(&Cart{ID: s.OtherCartID()}).TryClear(w.ctx)
		}
		w.grounds = append(w.grounds, &ground{Cart: OtherEmptyCart(w.ctx), from: map[string]int{}})
	}
	for _, g := range w.grounds {
		g.keep(nil)
	}
	w.ready, w.started = true, s.Sent()
}

// sent is how many requests the walk has sent since it began.
func (w *walker) sent() int { return stage.Of(w.ctx).Sent() - w.started }

func (w *walker) note(text, wanted string) {
	w.diary = append(w.diary, entry{text, wanted, stage.Of(w.ctx).Sent()})
}

// end looks what is left at the end of the walk.
func (w *walker) end() {
	w.step(stride{action: look})
	w.step(stride{action: cross})
	if w.promise.clears {
		w.step(stride{action: wipe})
	}
}

// step takes one step.
func (w *walker) step(s stride) {
	g := w.here()
	s, does := w.resolve(g, s)
	if !does {
		return
	}
	s.held = [2][]part{g.additions()}
	if len(w.grounds) > 1 {
		s.held[1] = w.grounds[1].additions()
	}
	w.gone = append(w.gone, s)
	w.bare = s.bare
	switch s.action {
	case look:
		w.look(g)
	case sumUp:
		w.note("read the summary", "a summary")
		g.Summary(w.ctx)
	case cost:
		w.note("ask for the estimate", "an estimate")
		g.TryEstimate(w.ctx, w.address)
	case list:
		w.list()
	case put:
		w.put(g, s.parts)
	case set:
		w.set(g, s.parts)
	case repeat:
		w.repeat(g, s.times)
	case wipe:
		w.wipe(g)
	case reckon:
		w.reckon(g)
	case cross:
		w.cross()
	}
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
	if !w.bare && (!g.memory(w.ctx).exact || w.promise.readsBack && g.said.operation != getItems) {
		w.look(g)
	}
}

func (w *walker) put(g *ground, parts []part) {
	wanted := make([]Wanted, len(parts))
	for i, p := range parts {
		wanted[i] = w.offers[p.which].Times(p.quantity)
	}
	w.sure(g)
	texts := make([]string, len(wanted))
	for i, a := range wanted {
		texts[i] = fmt.Sprintf("%d × %s", a.Quantity, a.Product(w.ctx))
	}
	w.note("add "+strings.Join(texts, ", "), briefly(g.all())+" and what is added")
	before := g.known
	r := g.TryAdd(w.ctx, wanted...)
	w.wanted = wanted
	w.decide(g, r)
	w.wanted = nil
	added := g.mustHaveAdded(w.ctx, before, r, wanted...)
	model := g.all()
	for n, line := range added {
		if _, old := g.lines[line.ItemID]; !old {
			g.from[line.ItemID] = parts[n].which
		}
		if i := slices.IndexFunc(model, func(l Line) bool { return l.ItemID == line.ItemID }); i >= 0 {
			model[i] = line
		} else {
			model = append(model, line)
		}
	}
	g.keep(model)
	w.mustFit(g, r)
}

func (w *walker) set(g *ground, parts []part) {
	changes := make([]change, len(parts))
	for i, p := range parts {
		line, _ := g.line(p)
		changes[i] = change{line.ItemID, p.quantity}
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

// repeatable reports whether the last modification of the cart, sent again, would
// still be one of its lines.
func (g *ground) repeatable() bool {
	for _, ch := range g.asked {
		if _, there := g.lines[ch.ItemID]; !there {
			return false // repeating a removal is another question
		}
	}
	return len(g.asked) > 0 && sameLines(g.after(g.asked), g.all()) // else what came in between was another wish
}

// repeat sends the last modification of the cart again.
func (w *walker) repeat(g *ground, times int) {
	if !w.bare && g.said.operation != getItems {
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
	if !w.bare {
		w.note("read the lines", briefly(g.all()))
		items := g.TryItems(w.ctx)
		w.decide(g, items)
		w.mustFit(g, items)
	}
	w.repeating = false
}

func (w *walker) wipe(g *ground) {
	w.note("clear the cart", "no lines")
	g.wiped = g.all()
	g.Emptied(w.ctx)
	g.keep(nil)
	g.asked, g.listed = nil, "" // it may have another id, or be listed no more until it is filled
}

func (w *walker) reckon(g *ground) {
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
	if !w.bare && stage.Of(w.ctx).Judging("CART-GEN-14") {
		w.look(w.here()) // what it is when it is left is what it shows, and not what was answered to a change
	}
	slices.Reverse(w.grounds)
	if w.bare {
		w.note("go on with the other cart", briefly(w.here().all()))
		return
	}
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
