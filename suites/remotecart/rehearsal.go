package remotecart

import (
	"context"
	"fmt"

	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Rehearse tries out what the target description says of the remote cart: whether
// the target answers, takes the key, and whether each product plays its role. It
// judges no promise. The carts that it makes expire by themselves; nothing deletes
// a cart.
func Rehearse(ctx context.Context, play *stage.Play) *rehearsal.Rehearsal {
	r := &trials{&rehearsal.Rehearsal{}}
	first := play.Rehearsal(ctx, 0)
	if r.reach(first); len(r.Fatal()) != 0 {
		return r.Rehearsal
	}
	r.Began = true
	products := remote(first).Products
	for i := 0; i < len(products.Available); i += 10 {
		r.available(first, i, min(i+10, len(products.Available)))
	}
	for i := range products.Unavailable {
		r.unavailable(first, Unavailable(i))
	}
	for i := range products.Capped {
		r.capped(first, Capped(i))
	}
	for i := range products.OtherSellers {
		r.offered(first, OtherSeller(i))
	}
	return r.Rehearsal
}

type trials struct{ *rehearsal.Rehearsal }

// creating asks for a cart of some items, whatever comes of it.
func creatingOf(ctx context.Context, items ...item) *Reply {
	q := to(ctx, cartCreate)
	q.items = items
	return send(ctx, q, q.rest())
}

// reach asks whether anything answers there and takes the key.
func (r *trials) reach(ctx context.Context) {
	products := remote(ctx).Products.Available
	if len(products) == 0 {
		r.Add(rehearsal.Fatal, "remoteCart.products.available", "no cart can be created without a product that can be had")
		return
	}
	answer := creatingOf(ctx, byASIN(1, products[0].ASIN).quantity(1))
	switch {
	case answer.X.Response == nil:
		r.Add(rehearsal.Fatal, "remoteCart.baseURL", "the target does not answer: %v", answer.X.Err)
	case answer.refusedAtTheDoor(), answer.Status() == 401, answer.Status() == 403:
		r.Add(rehearsal.Fatal, "remoteCart.accessKey", "the target refuses the signed request: %s", answer.Says())
	case !answer.Valid():
		r.Add(rehearsal.Suspect, "remoteCart.baseURL", "it answers, but CartCreate: %s", answer.Says())
	default:
		r.Add(rehearsal.Good, "remoteCart.baseURL", "CartCreate answers with cart %s", stage.Short(answer.CartID()))
	}
}

// available tries some products together, and each by itself if they do not all
// come into the cart.
func (r *trials) available(ctx context.Context, from, to int) {
	var items []item
	for i := from; i < to; i++ {
		items = append(items, byASIN(i-from+1, remote(ctx).Products.Available[i].ASIN).quantity(1))
	}
	together := creatingOf(ctx, items...)
	for i := from; i < to; i++ {
		asin, key := remote(ctx).Products.Available[i].ASIN, Available(i).Key
		answer := together
		if !holdsOnce(answer.Active(), asin, 1) {
			answer = creatingOf(ctx, byASIN(1, asin).quantity(1))
		}
		if holdsOnce(answer.Active(), asin, 1) {
			r.Add(rehearsal.Good, key, "%s comes into the cart", asin)
			continue
		}
		r.doubt(ctx, key, "%s does not come into the cart: %s", asin, answer.Says())
	}
}

func (r *trials) unavailable(ctx context.Context, role Role) {
	asin := remote(ctx).Products.Unavailable[role.index].ASIN
	answer := creatingOf(ctx, byASIN(1, asin).quantity(1))
	if holds(answer.Active(), asin) {
		r.doubt(ctx, role.Key, "%s can be had: %s", asin, answer.Says())
		return
	}
	r.Add(rehearsal.Good, role.Key, "%s is no active entry", asin)
}

func (r *trials) offered(ctx context.Context, role Role) {
	product := remote(ctx).Products.OtherSellers[role.index]
	answer := creatingOf(ctx, byOffer(1, product.OfferListingID).quantity(1))
	if !holdsOnce(answer.Active(), product.ASIN, 1) {
		r.doubt(ctx, role.Key, "the offer of %s does not come into the cart: %s", product.ASIN, answer.Says())
		return
	}
	r.Add(rehearsal.Good, role.Key, "the offer of %s comes into the cart", product.ASIN)
}

func (r *trials) capped(ctx context.Context, role Role) {
	product := remote(ctx).Products.Capped[role.index]
	answer := creatingOf(ctx, byASIN(1, product.ASIN).quantity(product.Maximum))
	if !holdsOnce(answer.Active(), product.ASIN, product.Maximum) {
		r.doubt(ctx, role.Key, "%d of %s cannot be had: %s", product.Maximum, product.ASIN, answer.Says())
		return
	}
	r.Add(rehearsal.Good, role.Key, "%d of %s can be had", product.Maximum, product.ASIN)
}

// doubt writes down that a product does not do what its role says. The data of a
// controlled target are its operator's own: there the specs are to say who is wrong.
func (r *trials) doubt(ctx context.Context, key, format string, args ...any) {
	result := rehearsal.Doubt
	if stage.Of(ctx).Target().Profile == target.Controlled {
		result = rehearsal.Suspect
	}
	r.Add(result, key, "%s", fmt.Sprintf(format, args...))
}
