package businesscart

import (
	"context"
	"fmt"
	"strings"

	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Where the description names no available offers, a search has to find fewest
// and is taken discovered from; no more than manyTried are tried for that.
const (
	fewest     = 3
	discovered = 6
	manyTried  = 24
)

// search tries out the product search. Where the description names no available
// offers, those that it finds take their place: each enters the cart in the
// quantity that the specs ask for at most, and can be delivered.
func (r tryout) search(ctx context.Context) {
	t := stage.Of(ctx).Target()
	if t.Search == nil {
		return
	}
	wanted := len(t.Data.Available) == 0
	found, tried, usable := 0, 0, 0
	last := ""
	var standIns []target.Offer
	answers := search(ctx, postalCode(t.Data), func(f Found) bool {
		found++
		switch {
		case f.Why != "" && f.BuyingOptionIdentifier == "" && wanted && tried < manyTried:
			tried++
			if f = offersOf(ctx, postalCode(t.Data), f); f.Why != "" {
				last = f.ProductIdentifier + ": " + f.Why
				return false
			}
		case f.Why != "":
			last = f.ProductIdentifier + ": " + f.Why
			return false
		}
		usable++
		if !wanted {
			return false
		}
		if inRole(t.Data, f.ProductIdentifier) {
			return false
		}
		tried++
		if why := cannotBeHad(ctx, f.Offer); why != "" {
			last = f.ProductIdentifier + ": " + why
		} else {
			standIns = append(standIns, f.Offer)
		}
		return len(standIns) == discovered || tried >= manyTried
	})
	if len(standIns) > 0 {
		t.Data.Available = standIns
		r.Found = "offers   found by search, in the place of data.offers.available: " + products(standIns)
	}
	useless := rehearsal.Suspect
	if wanted { // whatever is wrong with it, the specs lack offers
		useless = rehearsal.Doubt
	}
	switch bad := failed(answers); {
	case bad != nil && found == 0:
		r.Add(useless, "search", "it does not work: %s", bad.Says())
	case found == 0:
		r.Add(useless, "search", "it finds no product for the keywords %q", stage.Short(t.Search.Keywords))
	case wanted && len(standIns) < fewest:
		if last != "" {
			last = "; the last that cannot is " + last
		}
		r.Add(rehearsal.Doubt, "search", "of the products that it finds, %d in number, wanted %d at least that can take the place of data.offers.available, got %d%s",
			found, fewest, len(standIns), last)
	case wanted:
		r.Add(rehearsal.Good, "search", "of the products that it finds, %d take the place of data.offers.available", len(standIns))
	default:
		r.Add(rehearsal.Good, "search", "products found: %d, with an offer that can be had: %d", found, usable)
	}
}

// cannotBeHad says why an offer that was found does not do for an available one.
func cannotBeHad(ctx context.Context, offer target.Offer) (why string) {
	role := found(offer)
	if reason := attempt(func() {
		if why = enters(ctx, role.Times(mostUnits)); why != "" {
			return
		}
		address := stage.Of(ctx).Target().Data.Deliverable
		if address == nil {
			return
		}
		e := (&Cart{ID: stage.Of(ctx).CartID()}).TryEstimate(ctx, address)
		if _, rejections := e.populated(); rejections > 0 || !e.Success() {
			why = "it cannot be estimated for the deliverable address: " + e.seen()
		}
	}); reason != "" {
		return reason
	}
	return why
}

// found is the role of an offer that stands in no target description.
func found(offer target.Offer) Role {
	return Role{Key: "an offer found by search, of " + offer.ProductIdentifier, list: func(target.Data) []target.Offer { return []target.Offer{offer} }}
}

// order tries whether an order is taken, in trial mode. Real orders are not
// placed before anything is judged.
func (r tryout) order(ctx context.Context) {
	t := stage.Of(ctx).Target()
	if t.Ordering == nil {
		return
	}
	if !t.Ordering.Trial() {
		r.Add(rehearsal.Good, "ordering", "not tried: orders are real here")
		return
	}
	if len(t.Data.Available) == 0 || t.Data.Deliverable == nil {
		r.Add(rehearsal.Suspect, "ordering", "could not be tried: it needs data.offers.available and data.addresses.deliverable")
		return
	}
	result, detail := rehearsal.Good, "takes an order in trial mode"
	if reason := attempt(func() {
		cart := EmptyCart(ctx)
		cart.Add(ctx, Available(0), 1)
		order := cart.TryOrder(ctx, cart.Items(ctx).Lines()...)
		switch status := order.Status(); {
		case status == 404 || status == 405 || status == 501:
			result, detail = rehearsal.Suspect, "the target does not take orders: "+order.Says()
		case !order.Success() && t.Profile == target.Live: // a group or a payment method that the buyer has not
			result, detail = rehearsal.Doubt, "the target refuses an order in trial mode: "+order.Says()
		case !order.Success():
			result, detail = rehearsal.Suspect, "the target refuses an order in trial mode: "+order.Says()
		case len(order.refused()) > 0:
			result, detail = rehearsal.Suspect, fmt.Sprintf("the target rejects an order of %s: %s", Available(0).Key, order.seen())
		}
	}); reason != "" {
		result, detail = rehearsal.Suspect, "could not be tried: "+reason
	}
	_ = attempt(func() { swept(ctx) }) // what an order does to its cart is for the specs to find
	r.Add(result, "ordering", "%s", detail)
}

// products names offers by their products.
func products(offers []target.Offer) string {
	var names []string
	for _, o := range offers {
		names = append(names, o.ProductIdentifier)
	}
	return strings.Join(names, ", ")
}
