package businesscart

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"cartconform/suites/stage"
)

// ofOrder is a matcher of the answer to an order.
func ofOrder(wanted string, match func(*Order) bool) types.GomegaMatcher {
	return orderMatcher{wanted, match}
}

type orderMatcher struct {
	wanted string
	match  func(*Order) bool
}

func (m orderMatcher) reading(actual any) (*Order, replyMatcher) {
	o, _ := actual.(*Order)
	return o, replyMatcher{Wanted: m.wanted, Seen: func(*Reply) string { return o.seen() }}
}

func (m orderMatcher) Match(actual any) (bool, error) {
	o, ok := actual.(*Order)
	if !ok {
		return false, fmt.Errorf("wanted an *Order, got %T", actual)
	}
	return m.match(o), nil
}

func (m orderMatcher) FailureMessage(actual any) string {
	o, reply := m.reading(actual)
	return reply.FailureMessage(o.Reply)
}

func (m orderMatcher) NegatedFailureMessage(actual any) string {
	o, reply := m.reading(actual)
	return reply.NegatedFailureMessage(o.Reply)
}

// AcceptEachLine matches an order all of whose lines are accepted, and none of
// them rejected in part.
func AcceptEachLine(order *Order) types.GomegaMatcher {
	return ofOrder(order.wanted(), func(o *Order) bool { return o.Success() && len(o.refused()) == 0 })
}

// KeepQuantities matches an order that accepts each line in the quantity that
// the cart showed.
func KeepQuantities(order *Order) types.GomegaMatcher {
	var wanted []string
	for _, id := range order.ids() {
		wanted = append(wanted, fmt.Sprintf("line %s accepted in quantity %d", id, order.Sent[id].Quantity))
	}
	return ofOrder(strings.Join(wanted, " and ")+", as the cart showed", func(o *Order) bool {
		for _, id := range o.ids() {
			line, ok := o.Line(id)
			if !ok || !slices.Contains(line.quantities(), o.Sent[id].Quantity) {
				return false
			}
		}
		return true
	})
}

// KeepPrices matches an order that accepts each line at the unit price that the
// cart showed, with tax or without where the cart showed both.
func KeepPrices(order *Order) types.GomegaMatcher {
	var wanted []string
	for _, id := range order.ids() {
		sent := order.Sent[id]
		price := sent.Price.String()
		if sent.TaxExclusive != nil && !sent.TaxExclusive.Equal(*sent.Price) {
			price += " or " + sent.TaxExclusive.String()
		}
		wanted = append(wanted, "line "+id+" at a unit price of "+price)
	}
	return ofOrder(strings.Join(wanted, " and ")+", as the cart showed", func(o *Order) bool {
		for _, id := range o.ids() {
			line, _ := o.Line(id)
			sent := o.Sent[id]
			shown := func(price Money) bool {
				return price.Equal(*sent.Price) || sent.TaxExclusive != nil && price.Equal(*sent.TaxExclusive)
			}
			if len(line.prices()) == 0 || slices.ContainsFunc(line.Accepted, func(part Accepted) bool { return !part.costs(shown) }) {
				return false
			}
		}
		return true
	})
}

// AnswerEachLine matches an order whose answer gives each line's externalId back,
// and no other, with what was accepted and what was rejected of it.
func AnswerEachLine(order *Order) types.GomegaMatcher {
	wanted := "lineItems that give back each externalId, " + strings.Join(order.ids(), " and ") + ", and no other, with acceptedItems and rejectedItems"
	return ofOrder(wanted, func(o *Order) bool {
		seen := map[string]bool{}
		for _, line := range objects(o.Doc["lineItems"]) {
			_, accepted := line["acceptedItems"].([]any)
			_, rejected := line["rejectedItems"].([]any)
			if !accepted || !rejected {
				return false
			}
			seen[str(line["externalId"])] = true
		}
		for _, id := range o.ids() {
			if !seen[id] {
				return false
			}
		}
		return len(seen) == len(o.Sent)
	})
}

// RejectLine matches an order that rejects a line as a whole: something of it is
// in rejectedItems, and nothing of it is accepted.
func RejectLine(externalID, what string) types.GomegaMatcher {
	return ofOrder("line "+externalID+", "+what+", in rejectedItems and nothing of it accepted", func(o *Order) bool {
		line, ok := o.Line(externalID)
		return ok && len(line.Rejected) > 0 && len(line.Accepted) == 0
	})
}

// compareCharges says how charges differ from others, by type and category; ""
// for not at all.
func compareCharges(got, want map[string]Money) string {
	var texts []string
	pairs := slices.Collect(maps.Keys(got))
	for pair := range want {
		if _, both := got[pair]; !both {
			pairs = append(pairs, pair)
		}
	}
	slices.Sort(pairs)
	amount := func(sums map[string]Money, pair string) string {
		if sum, ok := sums[pair]; ok {
			return sum.String()
		}
		return "none"
	}
	for _, pair := range pairs {
		if g, w := amount(got, pair), amount(want, pair); g != w {
			texts = append(texts, fmt.Sprintf("%s %s instead of %s", stage.Short(pair), g, w))
		}
	}
	return strings.Join(texts, ", ")
}

// exactly writes an amount as a JSON number with all its digits.
func exactly(m Money) json.Number { return json.Number(m.Amount.String()) }
