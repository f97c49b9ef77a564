package businesscart

import (
	"fmt"
	"slices"
	"strings"

	"cartconform/suites/stage"
)

// This file reads the answer to an order.

// OrderedLine is what became of one line of an order.
type OrderedLine struct {
	ExternalID string
	Accepted   []Accepted
	Rejected   []Unordered
}

// Accepted is a part of a line that was ordered.
type Accepted struct {
	Type      string
	Quantity  int64 // 0 when it is no integer
	Artifacts []map[string]any
	Items     []Accepted // of a group
}

// Unordered is a part of a line that was rejected.
type Unordered struct {
	Quantity  int64
	Artifacts []Artifact
}

// Line gives what became of the line that was sent with an externalId. An answer
// may have several elements for it.
func (o *Order) Line(externalID string) (found OrderedLine, ok bool) {
	found.ExternalID = externalID
	for _, line := range objects(o.Doc["lineItems"]) {
		if str(line["externalId"]) != externalID {
			continue
		}
		ok = true
		found.Accepted = append(found.Accepted, acceptedOf(line["acceptedItems"])...)
		for _, part := range objects(line["rejectedItems"]) {
			quantity, _ := integer(part["quantity"])
			found.Rejected = append(found.Rejected, Unordered{quantity, artifactsOf(part["artifacts"])})
		}
	}
	return found, ok
}

func acceptedOf(v any) []Accepted {
	var parts []Accepted
	for _, o := range objects(v) {
		quantity, _ := integer(o["quantity"])
		parts = append(parts, Accepted{
			Type: str(o["acceptedItemType"]), Quantity: quantity, Artifacts: objects(o["artifacts"]), Items: acceptedOf(o["items"]),
		})
	}
	return parts
}

// quantities gives the quantities that the accepted parts of a line can be read
// as: whether a group counts as what is ordered once, or as all that is in it, is
// not for the cart to say.
func (l OrderedLine) quantities() []int64 {
	groups, units := int64(0), int64(0)
	for _, part := range l.Accepted {
		groups += part.Quantity
		units += part.units()
	}
	if groups == units {
		return []int64{groups}
	}
	return []int64{groups, units}
}

func (a Accepted) units() int64 {
	if len(a.Items) == 0 {
		return a.Quantity
	}
	var within int64
	for _, item := range a.Items {
		within += item.units()
	}
	return a.Quantity * within
}

// artifacts gives the artifacts of one type, of all accepted parts. Those of a
// group's items are among them only where the group has none of its own.
func (l OrderedLine) artifacts(kind string) []map[string]any { return artifactsIn(l.Accepted, kind) }

func artifactsIn(parts []Accepted, kind string) []map[string]any {
	var found []map[string]any
	for _, part := range parts {
		own := slices.DeleteFunc(slices.Clone(part.Artifacts), func(a map[string]any) bool { return str(a["acceptanceArtifactType"]) != kind })
		if len(own) == 0 {
			own = artifactsIn(part.Items, kind)
		}
		found = append(found, own...)
	}
	return found
}

// prices gives the unit prices of a line; nil for one that cannot be read.
func (l OrderedLine) prices() []*Money {
	var prices []*Money
	for _, a := range l.artifacts("UnitPrice") {
		prices = append(prices, moneyOf(a["amount"]))
	}
	return prices
}

// costs reports whether the unit price of a part is one that the cart showed. That
// of a group is its own, or that of each of its items, or what they cost together;
// a part that shows no price contradicts none.
func (a Accepted) costs(shown func(Money) bool) bool {
	if own := artifactsIn([]Accepted{{Artifacts: a.Artifacts}}, "UnitPrice"); len(own) > 0 {
		return !slices.ContainsFunc(own, func(artifact map[string]any) bool {
			price := moneyOf(artifact["amount"])
			return price == nil || !shown(*price)
		})
	}
	if !slices.ContainsFunc(a.Items, func(item Accepted) bool { return !item.costs(shown) }) {
		return true
	}
	var together Money
	return !slices.ContainsFunc(a.Items, func(item Accepted) bool {
		return !item.costs(func(price Money) bool {
			together = Money{price.Currency, together.Amount.Add(price.Times(item.Quantity).Amount)}
			return true
		})
	}) && shown(together)
}

// chargesIn sums up charges by type and category.
func chargesIn(artifacts []map[string]any) map[string]Money {
	sums := map[string]Money{}
	for _, a := range artifacts {
		amount := moneyOf(a["amount"])
		if kind := str(a["acceptanceArtifactType"]); amount == nil || kind != "" && kind != "Charge" {
			continue
		}
		pair := str(a["type"]) + "/" + str(a["category"])
		sum, ok := sums[pair]
		if !ok {
			sum.Currency = amount.Currency
		}
		sum.Amount = sum.Amount.Add(amount.Amount)
		sums[pair] = sum
	}
	for pair, sum := range sums { // whether charges of nothing are listed is open
		if sum.Amount.IsZero() {
			delete(sums, pair)
		}
	}
	return sums
}

// lineCharges sums up the charges of all lines of the order.
func (o *Order) lineCharges() map[string]Money {
	var all []map[string]any
	for _, id := range o.ids() {
		line, _ := o.Line(id)
		all = append(all, line.artifacts("Charge")...)
	}
	return chargesIn(all)
}

// orderCharges sums up the charges of the order as a whole.
func (o *Order) orderCharges() map[string]Money {
	return chargesIn(objects(o.Doc["acceptanceArtifacts"]))
}

// seen puts what became of each line into words.
func (o *Order) seen() string {
	if _, ok := o.Array("lineItems"); !o.Success() || !ok {
		return o.Says()
	}
	var texts []string
	for _, id := range o.ids() {
		line, ok := o.Line(id)
		text := "line " + id + " of " + stage.Short(o.Sent[id].Product)
		if !ok {
			texts = append(texts, text+" not answered")
			continue
		}
		for _, part := range line.Accepted {
			text += fmt.Sprintf(", accepted %d", part.Quantity)
		}
		for _, price := range line.prices() {
			if price != nil {
				text += " at " + price.String()
			}
		}
		for _, part := range line.Rejected {
			text += fmt.Sprintf(", rejected %d", part.Quantity)
			if len(part.Artifacts) > 0 {
				text += " for " + join(part.Artifacts)
			}
		}
		if len(line.Accepted)+len(line.Rejected) == 0 {
			text += ", neither accepted nor rejected"
		}
		texts = append(texts, text)
	}
	if whole := artifactsOf(o.Doc["rejectionArtifacts"]); len(whole) > 0 {
		texts = append(texts, "the order rejected for "+join(whole))
	}
	return strings.Join(texts, "; ")
}
