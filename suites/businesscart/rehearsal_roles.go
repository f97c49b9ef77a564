package businesscart

import (
	"context"
	"fmt"

	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// mostUnits is how many of an available offer the specs ask for at most.
const mostUnits = 5

// roles tries whether each offer, address and buyer is what the description calls
// it. Where that is contradicted, the description or the target is wrong. The
// data of a live target are strangers' and change, so that they are doubted; those
// of a controlled one are its operator's own, so that the specs are to judge.
func (r tryout) roles(ctx context.Context) {
	data := stage.Of(ctx).Target().Data
	contradicted := rehearsal.Doubt
	if stage.Of(ctx).Target().Profile == target.Controlled {
		contradicted = rehearsal.Suspect
	}
	for i := range data.Available {
		r.try(Available(i).Key, contradicted, func() string { return enters(ctx, Available(i).Times(mostUnits)) })
	}
	for i := range data.SameProduct {
		r.try(SameProduct(i).Key, contradicted, func() string { return enters(ctx, SameProduct(i).Times(1)) })
	}
	for i, offer := range data.Limited {
		r.try(Limited(i).Key, contradicted, func() string { return runsOut(ctx, Limited(i), offer.Stock) })
	}
	for i := range data.Unavailable {
		r.try(Unavailable(i).Key, contradicted, func() string { return entersAsAvailable(ctx, Unavailable(i), "it is in stock") })
	}
	for i := range data.Hosted {
		r.try(Hosted(i).Key, contradicted, func() string { return entersAsAvailable(ctx, Hosted(i), "it is taken like any other offer") })
	}
	if data.Deliverable != nil {
		r.try("data.addresses.deliverable", contradicted, func() string { return delivers(ctx, data.Deliverable) })
		r.restricted(ctx, data, contradicted)
	}
	if data.Other != nil {
		r.try("data.addresses.other", contradicted, func() string { return delivers(ctx, data.Other) })
	}
	if data.ManyCartsBuyer != "" {
		r.try("data.manyCartsBuyer", contradicted, func() string { return hasManyCarts(ctx, data.ManyCartsBuyer) })
	}
}

// try notes what contradicts an entry; an attempt that comes to no end, because
// something else does not work, leaves the entry to the specs.
func (r tryout) try(key string, contradicted rehearsal.Result, attempted func() (contradiction string)) {
	var contradiction string
	if reason := attempt(func() { contradiction = attempted() }); reason != "" {
		r.Add(rehearsal.Suspect, key, "could not be tried: %s", reason)
		return
	}
	if contradiction != "" {
		r.Add(contradicted, key, "%s", contradiction)
		return
	}
	r.Add(rehearsal.Good, key, "plays its role")
}

// enters says why some units of an offer do not enter the cart as available.
func enters(ctx context.Context, w Wanted) string {
	answer := EmptyCart(ctx).TryAdd(ctx, w)
	if !answer.Success() {
		stage.Needs(ctx, "CART-ADD-02", answer.X, "a success status", answer.Says())
	}
	if rejected := answer.Rejected(); len(rejected) != 0 {
		return fmt.Sprintf("the target rejects %d of it: %s", w.Quantity, reasons(rejected))
	}
	for _, line := range answer.Lines() {
		if line.Product == w.Offer(ctx).ProductIdentifier && !line.Available {
			return "it enters the cart with isItemAvailable false"
		}
	}
	return ""
}

// runsOut says why an offer has not the stock that the description gives it.
func runsOut(ctx context.Context, r Role, stock int) string {
	if stage.Of(ctx).Target().Control.SetStock != nil {
		return enters(ctx, r.Times(1)) // the specs set the stock before they rely on it
	}
	if contradiction := enters(ctx, r.Times(stock)); contradiction != "" {
		return contradiction
	}
	if answer := EmptyCart(ctx).TryAdd(ctx, r.Times(stock+1)); answer.Success() && len(answer.Rejected()) == 0 {
		return fmt.Sprintf("the target takes %d of it and rejects nothing", stock+1)
	}
	return ""
}

// entersAsAvailable says that an offer enters the cart that should not, or not as
// available.
func entersAsAvailable(ctx context.Context, r Role, what string) string {
	answer := EmptyCart(ctx).TryAdd(ctx, r.Times(1))
	for _, line := range answer.Lines() {
		if answer.Success() && len(answer.Rejected()) == 0 && line.Available {
			return what
		}
	}
	return ""
}

// restricted tries whether the estimate refuses each restricted offer. Where it
// refuses some and not others, the others are not restricted, in any profile.
func (r tryout) restricted(ctx context.Context, data target.Data, contradicted rehearsal.Result) {
	charged := map[int]bool{}
	for i := range data.Restricted {
		_ = attempt(func() {
			cart := EmptyCart(ctx)
			cart.Add(ctx, Restricted(i), 1)
			e := cart.TryEstimate(ctx, data.Deliverable)
			charges, rejections := e.populated()
			charged[i] = e.Success() && charges > 0 && rejections == 0
		})
	}
	some := 0
	for _, is := range charged {
		if is {
			some++
		}
	}
	if some < len(charged) {
		contradicted = rehearsal.Doubt
	}
	for i := range data.Restricted {
		is, tried := charged[i]
		switch {
		case !tried:
			r.Add(rehearsal.Suspect, Restricted(i).Key, "could not be tried: it does not enter the cart")
		case is:
			r.Add(contradicted, Restricted(i).Key, "the estimate gives charges for it")
		default:
			r.Add(rehearsal.Good, Restricted(i).Key, "plays its role")
		}
	}
}

// delivers says why the estimate does not take an address for a good offer.
func delivers(ctx context.Context, address *target.Address) string {
	cart := EmptyCart(ctx)
	cart.Add(ctx, Available(0), 1)
	e := cart.TryEstimate(ctx, address)
	switch _, rejections := e.populated(); {
	case e.Refused():
		return "the estimate does not take it: " + e.Says()
	case rejections > 0:
		return "the estimate rejects " + Available(0).Key + " for it"
	}
	return ""
}

// hasManyCarts says why a buyer has not enough carts to see pages with.
func hasManyCarts(ctx context.Context, buyer string) string {
	const enough = 11 // one more than a page holds at most
	ids := map[string]bool{}
	token := ""
	for range 3 {
		answer := ask(ctx, listCartsCall(ctx, buyer, 10, token))
		if !answer.Success() {
			return "listCarts does not take the buyer: " + answer.Says()
		}
		for _, e := range objects(answer.Doc["cartDetailsList"]) {
			ids[str(e["id"])] = true
		}
		if token = str(answer.Doc["nextPageToken"]); token == "" || len(ids) >= enough {
			break
		}
	}
	if len(ids) < enough {
		return fmt.Sprintf("listCarts shows %d carts of the buyer, wanted at least %d", len(ids), enough)
	}
	return ""
}
