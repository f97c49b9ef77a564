package businesscart

import (
	"context"
	"sort"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "cartconform/suites/stage"
	"cartconform/suites/target"
)

// general holds the promises that no single operation makes. Requests that the
// contract does not allow stand in refusing.go.
func general() {
	// Seven operations exist under the given methods and paths.
	It("serves all seven operations", Judges("CART-GEN-01"), func(ctx SpecContext) {
		for _, answer := range eachOperation(ctx) {
			if !answer.served() && servedWithoutVersion(ctx, answer) {
				Needs(ctx, "CART-GEN-02", answer.X, "an answer under the path with the version 2025-04-30", answer.Says())
			}
			Expect(answer).To(BeServed())
			answer.mustWork(ctx)
		}
	})

	// The version 2025-04-30 stands in every path.
	It("serves all seven operations under their version", Judges("CART-GEN-02"), func(ctx SpecContext) {
		for _, answer := range eachOperation(ctx) {
			if !answer.served() && !servedWithoutVersion(ctx, answer) {
				Needs(ctx, "CART-GEN-01", answer.X, "an answer under the documented method and path", answer.Says())
			}
			Expect(answer).To(BeServed())
			answer.mustWork(ctx)
		}
	})

	// The cartId names one cart: with the id of another, which the buyer does not
	// have, nothing is done and nothing shown. For getCart see CART-ERR-06.
	for _, operation := range onLines() {
		It("refuses "+operation.name+" for a cart that the buyer does not have", Judges("CART-GEN-05"), func(ctx SpecContext) {
			cart := EmptyCart(ctx)
			lines := cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
			unknown := unknownCart(ctx, cart.ID)
			ask(ctx, operation.call(ctx, cart.ID, lines[0])).mustWork(ctx) // the good twin
			if operation.name == deleteItems {
				cart.Reopen(ctx)
				lines = cart.AddAll(ctx, Available(0).Times(2), Available(1).Times(1))
			}
			before := cart.Items(ctx)

			answer := ask(ctx, operation.call(ctx, unknown, lines[0]))

			answer.mustBeHeard(ctx)
			Expect(answer).To(BeRefused())
			cart.mustBeAsBefore(ctx, before, answer, operation.name+" for another cart")
			Of(ctx).Observe(answer.X, operation.name+" for a cart that the buyer does not have", formOf(answer))
		})
	}

	// A success answer with a body is a JSON object, and says that it is.
	It("answers with JSON objects", Judges("CART-GEN-06"), func(ctx SpecContext) {
		for _, answer := range eachOperation(ctx) {
			answer.mustWork(ctx)
			if answer.X.Operation != deleteItems {
				Expect(answer).To(BeAJSONObject())
			}
		}
	})

	// A cart can be found, filled, changed, read, priced and cleared by the API
	// alone: what listCarts does not show nobody could find.
	It("needs nothing but the API to manage a cart", Judges("CART-GEN-08"), func(ctx SpecContext) {
		cart := LittleUsedCart(ctx)

		_, hitch := cart.goThrough(ctx, step1|step3|step45)

		if hitch != nil {
			if hitch.answer.Success() { // it can be done, and comes out wrong
				Needs(ctx, "CART-FLOW-01", hitch.answer.X, hitch.wanted, hitch.answer.Says())
			}
			hitch.blame(ctx, hitch.worksAlone(ctx), "in a cart that is managed by the API alone")
		}
		mustBeListed(ctx, cart)
	})

	// Every price and every charge is an amount in a currency.
	It("shows money as an amount in a currency", Judges("CART-GEN-11"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		added := cart.TryAdd(ctx, Available(0).Times(1), Available(1).Times(2))
		if len(added.Lines()) == 0 {
			Needs(ctx, "CART-ADD-03", added.X, "lines for "+Available(0).Key+" and "+Available(1).Key, added.Says())
		}

		changed := cart.Modify(ctx, added.Lines()[0], 2)
		read := cart.Items(ctx)
		estimated := cart.Estimate(ctx, Deliverable(ctx))

		for _, answer := range []*Reply{added, changed, read} {
			for _, line := range objects(answer.Doc["items"]) {
				if line["price"] == nil {
					Needs(ctx, "CART-ADD-11", answer.X, "a price on each line that is available", answer.Says())
				}
				Expect(answer).To(ShowMoney("price", line["price"]))
			}
		}
		charges := objects(estimated.Doc["charges"])
		if len(charges) == 0 {
			Needs(ctx, "CART-EST-05", estimated.X, "charges for available offers", estimated.Says())
		}
		for _, charge := range charges {
			if charge["amount"] == nil {
				Needs(ctx, "CART-EST-08", estimated.X, "an amount in each charge", estimated.Says())
			}
			Expect(estimated).To(ShowMoney("charge", charge["amount"]))
		}
	})

	// All amounts of one cart are in one currency.
	It("shows which currencies a cart has", Observes("CART-GEN-12"), func(ctx SpecContext) {
		cart := EmptyCart(ctx)
		cart.AddAll(ctx, Available(0).Times(1), Available(1).Times(1))
		items := cart.Items(ctx)
		seen := map[string]bool{}
		for _, line := range items.Lines() {
			for _, amount := range []*Money{line.Price, line.TaxExclusive} {
				if amount != nil {
					seen[amount.Currency] = true
				}
			}
		}
		if subtotal := cart.Summary(ctx).Subtotal(); subtotal != nil {
			seen[subtotal.Currency] = true
		}
		for _, charge := range cart.Estimate(ctx, Deliverable(ctx)).Charges() {
			if charge.Amount != nil {
				seen[charge.Amount.Currency] = true
			}
		}
		var currencies []string
		for currency := range seen {
			currencies = append(currencies, Short(currency))
		}
		sort.Strings(currencies)
		Of(ctx).Observe(items.X, "currencies of a cart in region "+Of(ctx).Target().Region, strings.Join(currencies, ", "))
	})

	// A success answer has the documented success status. For deleteItems see
	// CART-DEL-01.
	It("answers with the documented success status", Judges("CART-GEN-15"), func(ctx SpecContext) {
		for _, answer := range eachOperation(ctx) {
			answer.mustWork(ctx)
			if answer.X.Operation != deleteItems {
				Expect(answer).To(HaveStatus(200))
			}
		}
	})

	generalState()
}

// onLine is an operation on a cart, as a call that concerns one of its lines.
type onLine struct {
	name string
	call func(ctx context.Context, cartID string, line Line) Call
}

// onLines lists the operations on a cart that show or change its lines.
func onLines() []onLine {
	return []onLine{
		{getItems, func(ctx context.Context, id string, _ Line) Call { return getItemsCall(ctx, id) }},
		{addItems, func(ctx context.Context, id string, _ Line) Call {
			return addItemsCall(ctx, id, Available(2).Times(1).item(ctx))
		}},
		{modifyItems, func(ctx context.Context, id string, line Line) Call {
			return modifyItemsCall(ctx, id, change{line.ItemID, 3})
		}},
		{estimate, func(ctx context.Context, id string, _ Line) Call { return estimateCall(ctx, id, Deliverable(ctx)) }},
		{deleteItems, func(ctx context.Context, id string, _ Line) Call { return deleteItemsCall(ctx, id) }},
	}
}

// eachOperation calls every operation once, on whatever is in the lane's cart: a
// verb that prepares it would end the spec for want of the operation that it uses.
func eachOperation(ctx context.Context) []*Reply {
	s := Of(ctx)
	answers := []*Reply{ask(ctx, listCartsCall(ctx, s.Lane().Buyer, 0, ""))}
	if s.CartID() == "" {
		s.UseCart(discover(ctx, s.Lane().Buyer))
	}
	if probe := try(ctx, getCartCall(ctx, s.CartID())); probe.Refused() && answers[0].Success() && !AllCarts(ctx, s.Lane().Buyer, maxPageSize).seen[s.CartID()] {
		EmptyCart(ctx) // an earlier spec has moved it
	}
	id := s.CartID()
	answers = append(answers, ask(ctx, getCartCall(ctx, id)), ask(ctx, getItemsCall(ctx, id)))
	added := ask(ctx, addItemsCall(ctx, id, Available(0).Times(1).item(ctx)))
	answers = append(answers, added)
	lines := added.Lines()
	if added.Success() && len(lines) == 0 {
		Needs(ctx, "CART-ADD-03", added.X, "a line for "+Available(0).Key, added.Says())
	}
	if len(lines) > 0 { // else addItems itself is the answer to look at
		answers = append(answers, ask(ctx, modifyItemsCall(ctx, id, change{lines[0].ItemID, 2})))
	}
	answers = append(answers, ask(ctx, estimateCall(ctx, id, Deliverable(ctx))))
	cleared := ask(ctx, deleteItemsCall(ctx, id))
	if read := answers[2]; cleared.Success() && read.Success() {
		cart := &Cart{ID: id}
		cart.Reopen(ctx)
		if left := cart.Items(ctx); len(left.Lines()) > 0 { // a 204 that does nothing shows nothing
			Needs(ctx, "CART-DEL-03", left.X, "no lines after deleteItems", describe(left.Lines()))
		}
	}
	return append(answers, cleared)
}

// served reports whether there is an operation at all where the call went to.
func (r *Reply) served() bool {
	return r.Status() != 404 && r.Status() != 405 && r.Status() != 501
}

// BeServed matches an answer that shows that there is an operation.
func BeServed() types.GomegaMatcher {
	return replyMatcher{
		Wanted: "the operation to be there under its documented method and path: no 404, 405 or 501",
		Seen:   func(r *Reply) string { return r.X.Request.Method + " " + r.X.Request.URL + ": " + r.Says() },
		Holds:  (*Reply).served,
	}
}

// mustWork ends the spec when the answer to a good request is no success.
func (r *Reply) mustWork(ctx context.Context) {
	if !r.Success() {
		Needs(ctx, works()[r.X.Operation], r.X, "a success status for a good request", r.Says())
	}
}

// mustBeHeard ends the spec when a request was turned away unread.
func (r *Reply) mustBeHeard(ctx context.Context) {
	if r.turnedAway() {
		Inconclusive(ctx, "the target turned %s away with status %d instead of looking at it", r.X.Operation, r.Status())
	}
}

// servedWithoutVersion asks whether the operation that is not there stands under
// a path without the version.
func servedWithoutVersion(ctx context.Context, missing *Reply) bool {
	_, rest, found := strings.Cut(missing.X.Request.URL, cartsPath)
	if !found {
		return false
	}
	path, query, _ := strings.Cut(rest, "?")
	for _, root := range []string{"/cart/carts", "/carts"} {
		c := call(ctx, "", missing.X.Request.Method, root+path, nil)
		c.Query, c.Body = query, missing.X.Request.Body
		if c.Body != nil {
			c.Header.Set("Content-Type", jsonMedia)
		}
		if try(ctx, c).Success() {
			return true
		}
	}
	return false
}

// mustBeListed looks for the cart among those that listCarts shows.
func mustBeListed(ctx context.Context, cart *Cart) {
	s := Of(ctx)
	list := AllCarts(ctx, s.Lane().Buyer, maxPageSize)
	if list.seen[cart.ID] {
		Judged(ctx)
		return
	}
	last := list.last()
	wanted := "cart " + Short(cart.ID) + " in the list of the buyer's carts"
	got := "carts " + Short(strings.Join(list.ids, ", "))
	switch {
	case len(list.pages) > 1: // a page may have been lost
		Needs(ctx, "CART-LIST-13", last.X, wanted, got)
	case s.Target().Profile == target.Live && cart.ID == s.Lane().CartID:
		Inconclusive(ctx, "lanes[].cartId does not play its role: listCarts does not show cart %s of %s", Short(cart.ID), s.Lane().Buyer)
	}
	Needs(ctx, "CART-GEN-08", last.X, wanted, got)
}

// mustBeAsBefore reports a cart that a refused request has changed: that is
// CART-ERR-13's, whichever promise the request was about.
func (c *Cart) mustBeAsBefore(ctx context.Context, before, refused *Reply, what string) bool {
	if !refused.Refused() {
		return true
	}
	now := c.Items(ctx)
	same := sameLines(now.Lines(), before.Lines())
	if same {
		Judged(ctx)
	} else {
		Of(ctx).Report("CART-ERR-13", refused.X, "the cart as before, "+describe(before.Lines())+", after "+what+" was refused", describe(now.Lines()))
	}
	return same
}
