package businesscart

import (
	"context"
	"encoding/json"
	"slices"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// This file is about additions that the target rejects because it has, or
// allows in a cart, fewer units than a spec asks for. To say so in rejectedItems
// is what the documents ask of it: then the data are too scarce for the spec's
// promise, and the spec says which.

// refusal is a request item that rejectedItems names by its externalId.
type refusal struct {
	key     string // of the target description; "" when the offer is not in it
	product string
	asked   int64
	because Rejection
}

// refusals pairs the elements of rejectedItems with the request behind the answer.
func (r *Reply) refusals() []refusal {
	var request struct{ Items []wantedItem }
	if json.Unmarshal(r.X.Request.Body, &request) != nil {
		return nil
	}
	var refused []refusal
	for _, rejection := range r.Rejected() {
		i := slices.IndexFunc(request.Items, func(item wantedItem) bool { return item.ExternalID == rejection.ID })
		if i < 0 {
			continue
		}
		item := request.Items[i]
		refused = append(refused, refusal{
			keyOf(r.stage.Target().Data, item), item.ProductIdentifier, int64(item.Quantity), rejection})
	}
	return refused
}

// keyOf gives the place of an offer in the target description.
func keyOf(data target.Data, item wantedItem) string {
	for _, kind := range []struct {
		offers []target.Offer
		role   func(int) Role
	}{
		{data.Available, Available}, {data.SameProduct, SameProduct}, {data.Limited, Limited},
		{data.Unavailable, Unavailable}, {data.Restricted, Restricted}, {data.Hosted, Hosted},
	} {
		for i, offer := range kind.offers {
			if offer.ProductIdentifier == item.ProductIdentifier && offer.BuyingOptionIdentifier == item.BuyingOptionIdentifier {
				return kind.role(i).Key
			}
		}
	}
	return ""
}

// limit gives the documented artifact that says how much can be had; "" for none.
func (f refusal) limit() string {
	for _, a := range f.because.Artifacts {
		switch a.Type {
		case "UnavailableQuantity", "TotalQuantityRestriction", "TotalItemCountRestriction":
			return a.Type
		}
	}
	return ""
}

// limited reports whether an answer rejects anything because of a documented limit.
func (r *Reply) limited() bool {
	return slices.ContainsFunc(r.Rejected(), func(rejection Rejection) bool { return refusal{because: rejection}.limit() != "" })
}

// mustSuffice ends the spec when the answer to an addition rejects one of the
// wanted offers, by its externalId, and the cause may be the data: in a live
// target any rejection, else a documented limit. One unit in an empty cart is
// no data but the promise itself, and is for the spec to judge. before are the lines
// that the cart held.
func mustSuffice(ctx context.Context, before []Line, r *Reply, wanted ...Wanted) {
	live := stage.Of(ctx).Target().Profile == target.Live
	for _, f := range r.refusals() {
		had := units(before, f.product)
		if units(r.Lines(), f.product) >= had+f.asked { // it was added all the same
			continue
		}
		if !slices.ContainsFunc(wanted, func(w Wanted) bool { return w.Key == f.key }) {
			continue
		}
		why := reasons([]Rejection{f.because})
		switch limit := f.limit(); {
		case limit == "UnavailableQuantity" && had+f.asked > 1:
			stage.Inconclusive(ctx, "%s has too little stock: at least %d units are needed, and the target rejected %d (%s)", f.key, had+f.asked, f.asked, why)
		case limit == "TotalQuantityRestriction" && allUnits(r.Lines())+f.asked > 1, limit == "TotalItemCountRestriction" && len(r.Lines()) > 0:
			stage.Inconclusive(ctx, "the target allows too little in a cart: at least %d × %s beside %s is needed, and it rejected %d (%s)",
				had+f.asked, f.key, describe(r.Lines()), f.asked, why)
		case live:
			stage.Inconclusive(ctx, "%s does not play its role: the target rejected it (%s)", f.key, why)
		}
	}
	if short := lacking(ctx, before, r, wanted); live && len(short) != 0 && len(r.Rejected()) > len(r.refusals()) { // under another id
		stage.Inconclusive(ctx, "%s does not play its role: the target rejected it (%s)", keys(short), reasons(r.Rejected()))
	}
}

// lacking gives the wanted offers of which an answer lists fewer units than there
// should be.
func lacking(ctx context.Context, before []Line, r *Reply, wanted []Wanted) []Wanted {
	var short []Wanted
	for _, w := range wanted {
		if product := w.Product(ctx); units(r.Lines(), product) < units(before, product)+int64(w.Quantity) {
			short = append(short, w)
		}
	}
	return short
}

// allUnits counts the units of all lines.
func allUnits(lines []Line) int64 {
	var n int64
	for _, l := range lines {
		n += l.Quantity
	}
	return n
}

// mustTakeMany ends the spec when the target does not take so many units of an
// offer whose stock was raised to as many: a maximum is its own choice.
func mustTakeMany(ctx context.Context, r *Reply, many Wanted) {
	switch {
	case r.Refused(), r.Success() && len(r.Rejected()) != 0 && !r.outOfStock():
		stage.NotApplicable(ctx, "the target takes no %d units of an offer: %s", many.Quantity, formOf(r))
	case r.outOfStock():
		stage.Inconclusive(ctx, "control.setStock does not show: the target rejected %d units of %s (%s)",
			many.Quantity, many.Key, reasons(r.Rejected()))
	}
}

// outOfStock reports whether an answer rejects anything for want of stock.
func (r *Reply) outOfStock() bool {
	return slices.ContainsFunc(r.Rejected(), func(rejection Rejection) bool {
		return refusal{because: rejection}.limit() == "UnavailableQuantity"
	})
}

// enough adds many units of an offer whose stock was raised to an empty cart, until
// the target has noticed or control.settle has passed.
func enough(ctx context.Context, many Wanted) (cart *Cart, r *Reply) {
	await(ctx, func() bool {
		cart = EmptyCart(ctx)
		r = cart.TryAdd(ctx, many)
		return !r.outOfStock()
	})
	return cart, r
}
