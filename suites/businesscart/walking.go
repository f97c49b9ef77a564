package businesscart

import (
	. "github.com/onsi/ginkgo/v2"
	"pgregory.net/rapid"

	. "cartconform/suites/stage"
)

// walking holds promises that are kept whatever came before. Each spec goes random
// ways through all operations, most often those that its promise is about, beside a
// small model of the cart; of what goes wrong the shortest way is told. What is
// wrong on the way with another promise ends the spec, as everywhere.
func walking() {
	// The quantity that is asked for is the one that the line has.
	It("sets quantities after anything", Judges("CART-MOD-03"), goes(promise{
		id: "CART-MOD-03", actions: []action{list, set, set, set, setTwo, put, put, take, cost, cost}, readsBack: true,
	}))

	// Lines that a modification does not name stay as they are.
	It("leaves the other lines alone after anything", Judges("CART-MOD-04"), goes(promise{
		id: "CART-MOD-04", actions: []action{list, put, put, set, set, set, setTwo, take, take, cost, sumUp}, readsBack: true,
	}))

	// The same request again changes nothing, wherever a buyer comes from.
	It("is idempotent after anything", Judges("CART-MOD-11"), goes(promise{
		id: "CART-MOD-11", actions: []action{list, put, put, set, set, setTwo, setTwo, repeat, repeat, repeat, take, cost},
		decision: (*walker).isIdempotent,
	}))

	// Removing a line leaves the others.
	It("leaves the others when lines are removed after anything", Judges("CART-MOD-14"), goes(promise{
		id: "CART-MOD-14", actions: []action{list, put, put, putTwo, set, take, take, take, cost, sumUp}, readsBack: true,
	}))

	// An addition lists what was there before.
	It("lists old and new lines after anything", Judges("CART-ADD-05"), goes(promise{
		id: "CART-ADD-05", actions: []action{list, put, put, put, putTwo, set, take, take, cost, look},
		decision: (*walker).listsAll,
	}))

	// The subtotal is the sum over the lines.
	It("adds up the lines after anything", Judges("CART-GET-04"), goes(promise{
		id: "CART-GET-04", actions: []action{list, put, put, put, set, set, setTwo, take, cost, reckon, reckon, reckon},
	}))

	// What was cleared does not come back.
	It("removes all lines for good", Judges("CART-DEL-03"), goes(promise{
		id: "CART-DEL-03", actions: []action{list, putTwo, putTwo, put, set, set, set, take, take, cost, look, wipe, wipe},
		decision: (*walker).staysGone, clears: true,
	}))

	// What is done to one cart leaves the other alone.
	It("keeps two carts of a buyer apart after anything", Judges("CART-GEN-14"), goes(promise{
		id: "CART-GEN-14", actions: []action{list, put, put, set, set, take, take, cost, wipe, cross, cross, cross, cross}, both: true,
		decision: (*walker).isLeftAlone,
	}))
}

// strides draws the steps of a walk. The first of them fill the cart, or both.
func (p promise) strides() *rapid.Generator[[]stride] {
	fill, turn, any := strides(putTwo), strides(cross), strides(p.actions...)
	return rapid.Custom(func(t *rapid.T) []stride {
		steps := make([]stride, longestWalk)
		for i := range steps {
			draw := any
			switch {
			case i < 2, p.both && (i == 3 || i == 4):
				draw = fill
			case p.both && i == 2:
				draw = turn
			}
			steps[i] = draw.Draw(t, "step")
		}
		return steps
	})
}

// promise is what a walk is about.
type promise struct {
	id        string
	actions   []action
	both      bool // it takes two carts
	readsBack bool // the lines are read before each change
	clears    bool // the cart is cleared at the end
	// decision compares an answer that lists lines with the model, which still is as
	// before the request; nil where the verbs do.
	decision func(w *walker, g *ground, answer *Reply)
}
