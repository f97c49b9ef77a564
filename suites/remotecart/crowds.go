package remotecart

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/onsi/ginkgo/v2"

	"cartconform/suites/history"
	"cartconform/suites/stage"
)

// rush is a cart that several clients use at the same time.
type rush struct {
	filled []Wanted // what is in the cart when they come
	// clients are their requests.
	clients func(cart *Cart) [][]request
	// counts are the numbers that the promise is about.
	counts func(cart *Cart) []count
}

// mustFitSomeOrder has the clients come, and expects that some order of their
// requests explains what the answers show of each number.
func (r rush) mustFitSomeOrder(ctx context.Context) {
	ginkgo.GinkgoHelper()
	history.MustFit(ctx, r.happens)
}

// happens has the clients come once, to a cart that nobody has used.
func (r rush) happens(ctx context.Context, together bool) []history.History {
	cart := NewCart(ctx, r.filled...)
	answers := crowd(ctx, together, r.clients(cart)...)
	for _, answer := range answers {
		if answer.X.Called == 0 || answer.X.Returned == 0 {
			stage.Inconclusive(ctx, "what carries the requests does not tell in which order they were sent and answered")
		}
	}
	answers = append(answers, cart.mustGet(ctx))
	var histories []history.History
	for _, n := range r.counts(cart) {
		histories = append(histories, n.history(answers))
	}
	return histories
}

// crowd has several clients send their requests, each one after the other, and
// gives the answers: all clients at the same time, or, for comparison, all requests
// one by one. Like ask it ends the spec when one stays unanswered.
func crowd(ctx context.Context, together bool, clients ...[]request) []*Reply {
	var answers []*Reply
	if !together {
		for _, q := range slices.Concat(clients...) {
			answers = append(answers, ask(ctx, q))
		}
		return answers
	}
	s := stage.Of(ctx)
	moved := stage.Recall[clock](s, clockKey)
	calls := make([][]stage.Call, len(clients))
	for i, requests := range clients {
		for _, q := range requests {
			calls[i] = append(calls[i], moved.dated(q.rest()))
		}
	}
	for i, client := range s.Crowd(ctx, calls...) {
		for j, answer := range client {
			answers = append(answers, replyOf(s, clients[i][j], answer.Exchange, answer.Judgement))
		}
	}
	for _, r := range answers {
		r.mustExist(ctx)
		watch(r)
	}
	return answers
}

// adding gives requests that add products, one for each.
func (c *Cart) adding(ctx context.Context, wanted ...Wanted) []request {
	var requests []request
	for _, w := range wanted {
		requests = append(requests, c.request(ctx, cartAdd, w.item(ctx, 1)))
	}
	return requests
}

// setting gives requests that set the quantity of a product's entry, one for each
// quantity.
func (c *Cart) setting(ctx context.Context, product Role, quantities ...int) []request {
	e := c.Born.entry(ctx, product.ASIN(ctx))
	var requests []request
	for _, quantity := range quantities {
		requests = append(requests, c.request(ctx, cartModify, byEntry(1, e.ID).quantity(quantity)))
	}
	return requests
}

// count is a number of the cart that a crowd changes.
type count struct {
	about string
	begin int64
	does  func(request) history.Deed // to it
	shows func(*Reply) int64         // of it, an answer that shows the cart
}

// unitsOf is how many units of a product a cart holds, in all its entries.
func unitsOf(ctx context.Context, product Role, cart *Cart) count {
	asin := product.ASIN(ctx)
	units := func(r *Reply) int64 {
		_, n := amountOf(r.All(), asin)
		return n
	}
	e, _ := entryOf(cart.Born.All(), asin)
	return count{
		about: "the units of " + stage.Short(asin) + " in the cart",
		begin: units(cart.Born),
		does: func(q request) history.Deed {
			if q.operation == cartClear {
				return history.Deed{Kind: history.Clears}
			}
			for _, i := range q.items {
				quantity, _ := strconv.ParseInt(i.field("Quantity"), 10, 64)
				switch {
				case i.field("ASIN") == asin:
					return history.Deed{Kind: history.Fills, Amount: quantity}
				case e.ID != "" && i.field("CartItemId") == e.ID:
					return history.Deed{Kind: history.Sets, Amount: quantity}
				}
			}
			return history.Deed{}
		},
		shows: units,
	}
}

// field gives a field of the item; "" when it has none.
func (i item) field(name string) string {
	for _, f := range i.fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// history gives what a crowd did to the number, and what it saw of it.
func (n count) history(answers []*Reply) history.History {
	h := history.History{About: n.about, Begin: n.begin}
	for _, r := range answers {
		e := history.Event{X: r.X, Stage: r.stage, Deed: n.does(r.request), Done: r.Valid(), Changes: r.request.operation != cartGet}
		switch {
		case !r.Valid():
			e.Refused = r.Says()
		case r.CartID() != "" && r.request.operation != cartClear: // which shows no entries
			seen := n.shows(r)
			e.Shows, e.Shown = []int64{seen}, fmt.Sprint(seen)
		}
		h.Events = append(h.Events, e)
	}
	return h
}
