package businesscart

import (
	. "github.com/onsi/ginkgo/v2"

	. "cartconform/suites/stage"
)

// walking holds promises that are kept whatever came before. Each spec goes random
// ways through all operations, most often those that its promise is about, beside a
// small model of the cart; of what goes wrong the shortest way is told. What is
// wrong on the way with another promise ends the spec, as everywhere.
func walking() {
	// The quantity that is asked for is the one that the line has.
	It("sets quantities after anything", Judges("CART-MOD-03"), goes(promise{
		id: "CART-MOD-03", actions: []action{set, set, set, setTwo, put, putTwo, take, cost, sumUp, look, wipe},
	}))

	// Lines that a modification does not name stay as they are.
	It("leaves the other lines alone after anything", Judges("CART-MOD-04"), goes(promise{
		id: "CART-MOD-04", actions: []action{put, put, putTwo, set, set, set, setTwo, take, cost, sumUp, look, wipe},
	}))

	// The same request again changes nothing, wherever a buyer comes from.
	It("is idempotent after anything", Judges("CART-MOD-11"), goes(promise{
		id: "CART-MOD-11", actions: []action{put, putTwo, set, set, setTwo, setTwo, repeat, repeat, repeat, take, cost, look, wipe},
		decision: (*walker).isIdempotent,
	}))

	// Removing a line leaves the others.
	It("leaves the others when lines are removed after anything", Judges("CART-MOD-14"), goes(promise{
		id: "CART-MOD-14", actions: []action{put, put, putTwo, putTwo, set, take, take, take, cost, sumUp, look},
	}))

	// An addition lists what was there before.
	It("lists old and new lines after anything", Judges("CART-ADD-05"), goes(promise{
		id: "CART-ADD-05", actions: []action{put, put, putTwo, putTwo, set, take, cost, sumUp, look, wipe},
		decision: (*walker).listsAll,
	}))

	// The subtotal is the sum over the lines.
	It("adds up the lines after anything", Judges("CART-GET-04"), goes(promise{
		id: "CART-GET-04", actions: []action{put, put, putTwo, set, set, setTwo, take, cost, wipe, reckon, reckon, reckon},
	}))

	// What was cleared does not come back.
	It("removes all lines for good", Judges("CART-DEL-03"), goes(promise{
		id: "CART-DEL-03", actions: []action{put, put, putTwo, set, take, cost, sumUp, look, look, wipe, wipe},
		decision: (*walker).staysGone,
	}))

	// What is done to one cart leaves the other alone.
	It("keeps two carts of a buyer apart after anything", Judges("CART-GEN-14"), goes(promise{
		id: "CART-GEN-14", actions: []action{put, put, putTwo, set, set, take, cost, sumUp, wipe, cross, cross, cross}, both: true,
		decision: (*walker).isLeftAlone,
	}))
}

// promise is what a walk is about.
type promise struct {
	id      string
	actions []action
	both    bool // it takes two carts
	// decision compares an answer that lists lines with the model, which still is as
	// before the request; nil where the verbs do.
	decision func(w *walker, g *ground, answer *Reply)
}
