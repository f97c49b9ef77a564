package businesscart

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/shopspring/decimal"

	"cartconform/suites/history"
	"cartconform/suites/stage"
)

// count is a number of the cart that a crowd changes.
type count struct {
	about string
	begin int64
	does  func(*Reply) history.Deed // to it, the request of an answer
	shows func(*Reply) (values []int64, shown string)
	// premise is the promise that is broken where no order explains the count; "" =
	// that of the spec.
	premise string
	// doubt says why an answer makes the others tell nothing about it; nil: none does.
	doubt func(*Reply) string
}

// quantityOf is the quantity of a line.
func quantityOf(line Line) count {
	return count{
		about: fmt.Sprintf("the quantity of line %s of %s", stage.Short(line.ItemID), stage.Short(line.Product)),
		begin: line.Quantity,
		does: func(r *Reply) history.Deed {
			switch r.X.Operation {
			case deleteItems:
				return history.Deed{Kind: history.Clears}
			case modifyItems:
				for _, item := range requested(r) {
					if quantity, _ := integer(item["quantity"]); str(item["itemId"]) == line.ItemID {
						return history.Deed{Kind: history.Sets, Amount: quantity}
					}
				}
			}
			return history.Deed{}
		},
		shows: listed(func(r *Reply) int64 {
			now, _ := r.Line(line.ItemID)
			return now.Quantity
		}),
	}
}

// presenceOf is whether a line is in the cart, which only a clearing changes: 1 or 0.
func presenceOf(line Line) count {
	return count{
		about: fmt.Sprintf("how often line %s of %s is in the cart", stage.Short(line.ItemID), stage.Short(line.Product)),
		begin: 1,
		does: func(r *Reply) history.Deed {
			if r.X.Operation == deleteItems {
				return history.Deed{Kind: history.Clears}
			}
			return history.Deed{}
		},
		shows: listed(func(r *Reply) int64 {
			if _, there := r.Line(line.ItemID); there {
				return 1
			}
			return 0
		}),
	}
}

// unitsAdded is how many units of a product the cart holds that was filled with
// others.
func unitsAdded(ctx context.Context, offer Role, lines []Line) count {
	product := offer.Product(ctx)
	if len(linesOf(lines, product)) != 0 {
		stage.Inconclusive(ctx, "%s is of the same product as another offer: a line of it would show nothing", offer.Key)
	}
	return count{
		about: "the units of " + stage.Short(product) + " in the cart",
		does: func(r *Reply) history.Deed {
			switch r.X.Operation {
			case deleteItems:
				return history.Deed{Kind: history.Clears}
			case addItems:
				for _, item := range requested(r) {
					if quantity, _ := integer(item["quantity"]); str(item["productIdentifier"]) == product {
						return history.Deed{Kind: history.Adds, Amount: quantity}
					}
				}
			}
			return history.Deed{}
		},
		shows: listed(func(r *Reply) int64 { return units(r.Lines(), product) }),
	}
}

// quantityBySubtotal is the quantity of a line as the subtotal tells it, in a cart
// whose other lines stay as they are: with a tolerance of 0.01 a line.
func quantityBySubtotal(line Line, others ...Line) count {
	n := quantityOf(line)
	rest := sum(others, func(int) bool { return true })
	tolerance := decimal.New(int64(1+len(others)), -2)
	n.about += fmt.Sprintf(" at %s, as the subtotal tells it", line.Price)
	n.shows = func(r *Reply) ([]int64, string) {
		subtotal := (&Summary{r}).Subtotal()
		if r.X.Operation != getCart || !r.Success() || subtotal == nil {
			return nil, ""
		}
		fits := []int64{}
		for quantity := range int64(20) {
			if line.Price.Times(quantity).Amount.Add(rest).Sub(subtotal.Amount).Abs().LessThanOrEqual(tolerance) {
				fits = append(fits, quantity)
			}
		}
		return fits, fmt.Sprintf("%s, of quantity %v", subtotal, fits)
	}
	n.doubt = func(r *Reply) string { // prices move, and may depend on the quantity
		for _, was := range append(others, line) {
			if now, there := r.Line(was.ItemID); there && (!samePrice(now.Price, was.Price) || now.Available != was.Available) {
				return fmt.Sprintf("a line changed while the quantity of one was modified: %s, then %s", was, now)
			}
		}
		return ""
	}
	return n
}

// whereListed is the count of a line that is never removed: an answer that lacks the
// line breaks another promise.
func (n count) whereListed() count {
	all := n.shows
	n.shows = func(r *Reply) ([]int64, string) {
		if values, shown := all(r); len(values) != 1 || values[0] != 0 {
			return values, shown
		}
		return nil, ""
	}
	return n
}

// shownBy is the count as the answers to one operation alone show it.
func (n count) shownBy(operation string) count {
	all := n.shows
	n.shows = func(r *Reply) ([]int64, string) {
		if r.X.Operation != operation {
			return nil, ""
		}
		return all(r)
	}
	return n
}

// listed reads a number from the answers that list the cart.
func listed(value func(*Reply) int64) func(*Reply) ([]int64, string) {
	return func(r *Reply) ([]int64, string) {
		if _, ok := r.Array("items"); !ok || !r.Success() {
			return nil, ""
		}
		v := value(r)
		return []int64{v}, fmt.Sprint(v)
	}
}

// requested gives the items of an answer's request.
func requested(r *Reply) []map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(r.X.Request.Body))
	decoder.UseNumber()
	var body map[string]any
	if decoder.Decode(&body) != nil {
		return nil
	}
	return objects(body["items"])
}

// history gives what a crowd did to the number, and what it saw of it.
func (n count) history(answers []*Reply) history.History {
	h := history.History{About: n.about, Begin: n.begin, Premise: n.premise}
	for _, r := range answers {
		e := history.Event{
			X: r.X, Stage: r.stage, Deed: n.does(r), Done: r.Success() && len(r.Rejected()) == 0,
			Changes: slices.Contains([]string{addItems, modifyItems, deleteItems}, r.X.Operation),
		}
		if !r.Success() {
			e.Refused = r.Says()
		}
		e.Shows, e.Shown = n.shows(r)
		h.Events = append(h.Events, e)
	}
	return h
}

// rush is a cart that several clients use at the same time.
type rush struct {
	filled []Wanted // what is in the cart when they come
	// clients are their requests; lines are those of what it was filled with.
	clients func(cart *Cart, lines []Line) [][]stage.Call
	// counts are those that the promise is about.
	counts func(lines []Line) []count
	// after asks what the cart is like when all are gone; nil reads it.
	after func(cart *Cart, lines []Line) *Reply
}

// mustFitSomeOrder has the clients come, and expects that some order of their
// requests explains what the answers show of each number.
func (r rush) mustFitSomeOrder(ctx context.Context) {
	ginkgo.GinkgoHelper()
	history.MustFit(ctx, r.happens)
}

// happens has the clients come once, to a cart that nobody has used.
func (r rush) happens(ctx context.Context, together bool) []history.History {
	cart := EmptyCart(ctx)
	lines := cart.AddAll(ctx, r.filled...)
	answers := crowd(ctx, together, r.clients(cart, lines)...)
	for _, answer := range answers {
		if answer.X.Called == 0 || answer.X.Returned == 0 {
			stage.Inconclusive(ctx, "what carries the requests does not tell in which order they were sent and answered")
		}
		if answer.X.Operation == addItems && len(answer.Rejected()) != 0 {
			stage.Inconclusive(ctx, "an offer that can be had was rejected in a crowd: %s", reasons(answer.Rejected()))
		}
	}
	if r.after == nil {
		answers = append(answers, (&Cart{ID: cart.ID}).find(ctx, "CART-ITEMS-01", "CART-DEL-05"))
	} else {
		answers = append(answers, r.after(cart, lines))
	}
	var histories []history.History
	for _, n := range r.counts(lines) {
		for _, answer := range answers {
			if n.doubt != nil && n.doubt(answer) != "" {
				stage.Inconclusive(ctx, "%s", n.doubt(answer))
			}
		}
		histories = append(histories, n.history(answers))
	}
	return histories
}

// crowd has several clients send their calls, each one after the other, and gives
// the answers: all clients at the same time, or, for comparison, all calls one by
// one. Like ask it ends the spec when one stays unanswered.
func crowd(ctx context.Context, together bool, clients ...[]stage.Call) []*Reply {
	if !together {
		var answers []*Reply
		for _, c := range slices.Concat(clients...) {
			answers = append(answers, ask(ctx, c))
		}
		return answers
	}
	s := stage.Of(ctx)
	var answers []*Reply
	for _, client := range s.Crowd(ctx, clients...) {
		for _, answer := range client {
			answers = append(answers, replyOf(s, answer.Exchange, answer.Judgement))
		}
	}
	for _, answer := range answers {
		answer.mustExist(ctx)
	}
	return answers
}

// mustKeepOut expects that nothing of an offer that was added to another cart of the
// buyer came into this one.
func (c *Cart) mustKeepOut(ctx context.Context, another *Cart, offer Role) {
	ginkgo.GinkgoHelper()
	items := (&Cart{ID: c.ID}).Items(ctx)
	if product := offer.Product(ctx); len(linesOf(items.Lines(), product)) != 0 {
		another.Expect(ctx, items, HoldLinesOf(product, 0))
	}
	gomega.Expect(items).To(HoldLinesOf(offer.Product(ctx), 0))
}

// modifying gives calls that set the quantity of a line, one for each quantity.
func (c *Cart) modifying(ctx context.Context, line Line, quantities ...int) []stage.Call {
	var calls []stage.Call
	for _, quantity := range quantities {
		calls = append(calls, modifyItemsCall(ctx, c.ID, change{line.ItemID, quantity}))
	}
	return calls
}

// adding gives calls that add offers, one for each.
func (c *Cart) adding(ctx context.Context, wanted ...Wanted) []stage.Call {
	var calls []stage.Call
	for _, w := range wanted {
		calls = append(calls, addItemsCall(ctx, c.ID, w.item(ctx)))
	}
	return calls
}

// reading gives calls that read the cart.
func (c *Cart) reading(ctx context.Context, times int) []stage.Call {
	return slices.Repeat([]stage.Call{getItemsCall(ctx, c.ID)}, times)
}
