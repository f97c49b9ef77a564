package businesscart

import (
	"slices"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// pagesOfWalk is how many pages of a buyer's carts a walk reads: a cart that comes
// later is not asked for.
const pagesOfWalk = 3

// list lists the buyer's carts: a cart that was listed since it was last cleared still
// is. Which other carts there are, in which order and on which
// page, is open, and so is whether a cart is listed before it is seen in the list, for
// clearing may give it another id.
func (w *walker) list() {
	s := stage.Of(w.ctx)
	w.note("list the carts", "the buyer's carts")
	all := &Walk{buyer: s.Lane().Buyer, size: maxPageSize}
	for range pagesOfWalk {
		if !all.step(w.ctx) {
			break
		}
	}
	for _, page := range all.pages {
		page.placed(w.ctx)
		if fits, _ := ListCartsOf(s.Target().Region).Match(page.Reply); !fits {
			stage.Needs(w.ctx, "CART-LIST-07", page.X, "no carts but those of region "+s.Target().Region, seenCarts(page.Reply))
		}
	}
	for _, g := range w.grounds {
		w.mustBeListed(g, all)
	}
	stage.Judged(w.ctx)
}

// mustBeListed ends the walk when a cart that was listed is listed no more, or without
// a type.
func (w *walker) mustBeListed(g *ground, all *Walk) {
	for _, page := range all.pages {
		entries := page.Entries()
		i := slices.IndexFunc(entries, func(e Listed) bool { return e.ID == g.ID })
		if i < 0 {
			continue
		}
		if entries[i].Type == "" {
			stage.Needs(w.ctx, "CART-LIST-03", page.X, "a cartType of cart "+g.ID, seenCarts(page.Reply))
		}
		g.listed = g.ID
		return
	}
	// Somebody else may be at work on the carts of a live target.
	if g.listed == g.ID && all.done && len(g.lines) > 0 && stage.Of(w.ctx).Target().Profile != target.Live {
		stage.Needs(w.ctx, "CART-LIST-06", all.last().X, "cart "+g.ID+", which was listed before, in the list", seenCarts(all.last().Reply))
	}
}
