package businesscart

import (
	"context"
	"fmt"
	"strings"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Role is a place in the target description that an offer fills.
type Role struct {
	Key      string // e.g. "data.offers.available[0]"
	index    int
	optional bool // data that no target must have: without it a promise does not apply
	list     func(target.Data) []target.Offer
}

func role(kind string, index int, list func(target.Data) []target.Offer) Role {
	return Role{Key: fmt.Sprintf("data.offers.%s[%d]", kind, index), index: index, list: list}
}

// Available is the i-th offer that is in stock, deliverable and unrestricted.
func Available(i int) Role {
	return role("available", i, func(d target.Data) []target.Offer { return d.Available })
}

// SameProduct is the i-th buying option of one and the same product.
func SameProduct(i int) Role {
	return role("sameProduct", i, func(d target.Data) []target.Offer { return d.SameProduct })
}

// Limited is the i-th offer whose stock is known.
func Limited(i int) Role {
	return role("limited", i, func(d target.Data) []target.Offer { return d.Limited })
}

// Unavailable is the i-th offer that is out of stock.
func Unavailable(i int) Role {
	return role("unavailable", i, func(d target.Data) []target.Offer { return d.Unavailable })
}

// Restricted is the i-th offer that enters the cart and would be rejected in an
// order.
func Restricted(i int) Role {
	return role("restricted", i, func(d target.Data) []target.Offer { return d.Restricted })
}

// Hosted is the i-th offer of a hosted catalog.
func Hosted(i int) Role {
	r := role("hosted", i, func(d target.Data) []target.Offer { return d.Hosted })
	r.optional = true
	return r
}

// IfGiven makes the role one that no target must fill: for a question that a
// promise gains by, and can do without.
func (r Role) IfGiven() Role {
	r.optional = true
	return r
}

// Offer gives the offer that fills the role. Without one the spec ends and
// names the missing key.
func (r Role) Offer(ctx context.Context) target.Offer {
	s := stage.Of(ctx)
	offers := r.list(s.Target().Data)
	if r.index >= len(offers) {
		if r.optional {
			stage.NotApplicable(ctx, "the target description has no %s", r.Key)
		}
		if s.Target().Search != nil && strings.HasPrefix(r.Key, "data.offers.available") {
			mustPlayItsRole(ctx, "search") // which is to find one
		}
		stage.Inconclusive(ctx, "%s is missing from the target description", r.Key)
	}
	mustPlayItsRole(ctx, r.Key)
	return offers[r.index]
}

// Stock gives how many units of a limited offer can be had. Where the target
// can be controlled it is set first, so that the number is no mere claim.
func (r Role) Stock(ctx context.Context) int {
	offer := r.Offer(ctx)
	if stage.Of(ctx).Target().Control.SetStock != nil {
		setStock(ctx, offer, offer.Stock)
	}
	return offer.Stock
}

// MustBeScarce ends the spec when a live target took more units of a limited
// offer than the description says there are: whether the number or the target
// is wrong cannot be told from outside.
func (r Role) MustBeScarce(ctx context.Context, after *Reply) {
	s := stage.Of(ctx)
	if s.Target().Profile == target.Live && after.Success() && len(after.Rejected()) == 0 {
		stage.Inconclusive(ctx, "%s does not play its role: the target took more than its stock of %d and rejected nothing; "+
			"mend the number, or use the profile controlled with control.setStock", r.Key, r.Offer(ctx).Stock)
	}
}

// Product gives the productIdentifier of the role's offer.
func (r Role) Product(ctx context.Context) string { return r.Offer(ctx).ProductIdentifier }

// Times is a wish for some units of the role's offer.
func (r Role) Times(quantity int) Wanted { return Wanted{Role: r, Quantity: quantity} }

// Wanted is one element of an addItems request.
type Wanted struct {
	Role
	Quantity   int
	ExternalID string // "" = a new one
}

// As gives the element an externalId of its own.
func (w Wanted) As(externalID string) Wanted {
	w.ExternalID = externalID
	return w
}

func (w Wanted) item(ctx context.Context) wantedItem {
	offer := w.Offer(ctx)
	if w.ExternalID == "" {
		w.ExternalID = newExternalID(ctx)
	}
	return wantedItem{offer.ProductIdentifier, offer.BuyingOptionIdentifier, w.Quantity, w.ExternalID}
}

// missing ends the spec because an offer that should be in the cart is not. A
// target that rejects it in the documented way may say that the offer is not what
// the description calls it; that is not held against the target.
func (w Wanted) missing(ctx context.Context, r *Reply) {
	mustSuffice(ctx, nil, r, w)
	stage.Needs(ctx, "CART-ADD-03", r.X, "a line for "+w.Offer(ctx).ProductIdentifier+" ("+w.Key+")",
		describe(r.Lines())+"; rejected: "+reasons(r.Rejected()))
}

func reasons(rejected []Rejection) string {
	if len(rejected) == 0 {
		return "nothing"
	}
	text := ""
	for i, rejection := range rejected {
		if i > 0 {
			text += ", "
		}
		text += stage.Short(rejection.ID)
		for _, a := range rejection.Artifacts {
			text += " " + stage.Short(a.Type)
			if a.Message != "" {
				text += " (" + stage.Short(a.Message) + ")"
			}
		}
	}
	return text
}

// newExternalID gives an identifier for a request item that the target cannot
// have seen before.
func newExternalID(ctx context.Context) string { return "item-" + stage.Of(ctx).Token() }

// Deliverable gives the address that the available offers can be delivered to.
func Deliverable(ctx context.Context) *target.Address {
	address := stage.Of(ctx).Target().Data.Deliverable
	if address == nil {
		stage.Inconclusive(ctx, "data.addresses.deliverable is missing from the target description")
	}
	mustPlayItsRole(ctx, "data.addresses.deliverable")
	return address
}

// OtherAddress gives the address that differs from the deliverable one.
func OtherAddress(ctx context.Context) *target.Address {
	address := stage.Of(ctx).Target().Data.Other
	if address == nil {
		stage.Inconclusive(ctx, "data.addresses.other is missing from the target description")
	}
	mustPlayItsRole(ctx, "data.addresses.other")
	return address
}

// mustPlayItsRole ends the spec when the preflight found that a piece of data is
// not what the description calls it.
func mustPlayItsRole(ctx context.Context, key string) {
	if doubt := stage.Of(ctx).Doubt(key); doubt != "" {
		stage.Inconclusive(ctx, "%s does not play its role: %s", key, doubt)
	}
}
