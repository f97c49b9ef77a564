package businesscart

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// action is what one step of a walk does.
type action int

// The actions. What has nothing to work on, such as a removal from an empty cart,
// does nothing.
const (
	look   action = iota // reads the lines
	sumUp                // reads the summary
	cost                 // asks for the estimate
	list                 // lists the buyer's carts
	put                  // adds an offer, or several in one call
	set                  // sets the quantity of a line, or those of several in one call
	repeat               // sends the last modification again
	wipe                 // clears the cart
	reckon               // compares the subtotal with the lines
	cross                // goes on with the buyer's other cart

	putTwo // as they are drawn: put with two offers,
	setTwo // set with two lines,
	take   // set with quantity 0
)

// stride is one step of a walk.
type stride struct {
	action action
	parts  []part // offers, or lines
	times  int    // of a repetition
	bare   bool   // goes without the readings that only tell whose mistake it is

	held [2][]part // what the cart, and the other one, should hold before it, as additions
}

// part is an offer, or a line, and a quantity. A line that was drawn is named by its
// place in the cart, so that the step makes sense whatever those before it were; one
// that was taken names it by the offer it came from, so that it still is the same one
// when steps before it are left out.
type part struct {
	which    int  // number of the offer; place of the line
	from     bool // a line that came from the offer which
	nth      int  // line of those that did, from 0
	quantity int
}

// String tells a step without what the carts held.
func (s stride) String() string { return fmt.Sprint(int(s.action), s.parts, s.times, s.bare) }

// strides draws steps. An action that is named twice is drawn twice as often.
func strides(actions ...action) *rapid.Generator[stride] {
	return rapid.Custom(func(t *rapid.T) stride {
		which := func() int { return rapid.IntRange(0, 4).Draw(t, "which") }
		quantity := func(top int) int { return rapid.IntRange(1, top).Draw(t, "quantity") }
		s := stride{action: rapid.SampledFrom(actions).Draw(t, "action")}
		switch s.action {
		case put:
			s.parts = []part{{which: which(), quantity: quantity(4)}}
		case putTwo:
			n := quantity(4)
			s.action, s.parts = put, []part{{which: which(), quantity: n}, {which: which(), quantity: n}}
		case set:
			s.parts = []part{{which: which(), quantity: quantity(most - 1)}}
		case setTwo:
			n := quantity(most - 1)
			s.action, s.parts = set, []part{{which: which(), quantity: n}, {which: which(), quantity: most - n}}
		case take:
			s.action, s.parts = set, []part{{which: which()}}
		case repeat:
			s.times = quantity(3)
		}
		return s
	})
}

// most is how many units of a product a walk has in a cart at once: so many there
// should be of every offer that is available.
const most = 9

// resolve tells a step so that it means the same when others are left out; false where
// it has nothing to work on.
func (w *walker) resolve(g *ground, s stride) (stride, bool) {
	switch s.action {
	case cost:
		return s, w.address != nil && len(g.lines) > 0
	case put:
		s.parts = w.offered(g, s.parts)
		return s, len(s.parts) > 0
	case set:
		s.parts = g.named(s.parts)
		return s, len(s.parts) > 0
	case repeat:
		return s, g.repeatable()
	case wipe, reckon: // clearing an empty cart is another question
		return s, len(g.lines) > 0
	case cross:
		return s, len(w.grounds) > 1
	}
	return s, true
}

// offered gives the offers of an addition, with as many units as the cart may still
// take. Two offers of one product are added in the same number: which line is whose
// need not show.
func (w *walker) offered(g *ground, parts []part) []part {
	var offered []part
	for _, p := range parts {
		p.which %= len(w.offers)
		product := w.offers[p.which].Product(w.ctx)
		left := most - int(units(g.all(), product))
		other := slices.IndexFunc(offered, func(o part) bool { return w.offers[o.which].Product(w.ctx) == product })
		if other >= 0 {
			left -= offered[other].quantity
		}
		p.quantity = min(p.quantity, left)
		if p.quantity < 1 || other >= 0 && (offered[other].which == p.which || offered[other].quantity != p.quantity) {
			continue
		}
		offered = append(offered, p)
	}
	return offered
}

// named gives the lines of a modification by offer, each with another quantity than
// it has, of which the cart may hold so many. Of several lines of a product the first
// is taken: the second would not know of it.
func (g *ground) named(parts []part) []part {
	var named []part
	var products []string
	for _, p := range parts {
		if !p.from {
			if len(g.order) == 0 {
				continue
			}
			p.which, p.nth = g.place(p.which % len(g.order))
			p.from = true
		}
		line, there := g.line(p)
		if !there || slices.Contains(products, line.Product) {
			continue
		}
		p.quantity = min(p.quantity, most-int(units(g.all(), line.Product)-line.Quantity))
		if int64(p.quantity) == line.Quantity { // what a repetition does is another question
			p.quantity--
		}
		if p.quantity >= 0 {
			named, products = append(named, p), append(products, line.Product)
		}
	}
	return named
}

// place names the line in a place of the cart by the offer it came from.
func (g *ground) place(at int) (offer, nth int) {
	offer = g.from[g.order[at]]
	for _, id := range g.order[:at] {
		if g.from[id] == offer {
			nth++
		}
	}
	return offer, nth
}

// line gives the line that a part names; false where there is none.
func (g *ground) line(p part) (Line, bool) {
	for at, id := range g.order {
		if offer, nth := g.place(at); offer == p.which && nth == p.nth {
			return g.lines[id], true
		}
	}
	return Line{}, false
}

// additions tells what a cart should hold as what would have to be added to an empty
// one.
func (g *ground) additions() []part {
	var parts []part
	for _, id := range g.order {
		offer := g.from[id]
		if !slices.ContainsFunc(parts, func(p part) bool { return p.which == offer }) {
			parts = append(parts, part{which: offer, quantity: int(g.lines[id].Quantity)})
		}
	}
	return parts
}
