package remotecart

import (
	"context"
	"fmt"
	"slices"

	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// remote gives what the target description says of the remote cart.
func remote(ctx context.Context) *target.Remote { return stage.Of(ctx).Target().Remote }

// Role is a place in the target description that a product fills.
type Role struct {
	Key   string // e.g. "remoteCart.products.available[0]"
	index int
	list  func(target.Products) []target.Product
}

func role(kind string, index int, list func(target.Products) []target.Product) Role {
	return Role{fmt.Sprintf("remoteCart.products.%s[%d]", kind, index), index, list}
}

// Available is the i-th product that can be had.
func Available(i int) Role {
	return role("available", i, func(p target.Products) []target.Product { return p.Available })
}

// Unavailable is the i-th product that goes to saved for later.
func Unavailable(i int) Role {
	return role("unavailable", i, func(p target.Products) []target.Product { return p.Unavailable })
}

// unavailableBecause is the first product of which the target description says that
// it cannot be had for this reason. Without one the spec ends.
func unavailableBecause(ctx context.Context, reason string) Role {
	products := remote(ctx).Products.Unavailable
	i := slices.IndexFunc(products, func(p target.Product) bool { return p.Because == reason })
	if i < 0 {
		stage.Inconclusive(ctx, "remoteCart.products.unavailable names no product that is %s in the target description", reason)
	}
	return Unavailable(i)
}

// Capped is the i-th product of which a cart may hold so many and no more.
func Capped(i int) Role {
	return role("capped", i, func(p target.Products) []target.Product { return p.Capped })
}

// OtherSeller is the i-th offer of a seller other than the shop itself.
func OtherSeller(i int) Role {
	return role("otherSellers", i, func(p target.Products) []target.Product { return p.OtherSellers })
}

// Product gives the product that fills the role. Without one the spec ends and
// names the missing key.
func (r Role) Product(ctx context.Context) target.Product {
	s := stage.Of(ctx)
	products := r.list(remote(ctx).Products)
	if r.index >= len(products) {
		stage.Inconclusive(ctx, "%s is missing from the target description", r.Key)
	}
	if doubt := s.Doubt(r.Key); doubt != "" {
		stage.Inconclusive(ctx, "%s does not play its role: %s", r.Key, doubt)
	}
	return products[r.index]
}

// ASIN gives the role's ASIN.
func (r Role) ASIN(ctx context.Context) string { return r.Product(ctx).ASIN }

// Offer gives the role's OfferListingId. Without one the spec ends.
func (r Role) Offer(ctx context.Context) string {
	id := r.Product(ctx).OfferListingID
	if id == "" {
		stage.Inconclusive(ctx, "%s has no offerListingId in the target description", r.Key)
	}
	return id
}

// Times is a wish for some units of the role's product, by its ASIN.
func (r Role) Times(quantity int) Wanted { return Wanted{Role: r, Quantity: quantity} }

// Offered is Times by the product's OfferListingId.
func (r Role) Offered(quantity int) Wanted { return Wanted{Role: r, Quantity: quantity, offered: true} }

// Wanted is one item of a CartCreate or a CartAdd.
type Wanted struct {
	Role
	Quantity int
	offered  bool
}

func (w Wanted) item(ctx context.Context, n int) item {
	if w.offered {
		return byOffer(n, w.Offer(ctx)).quantity(w.Quantity)
	}
	return byASIN(n, w.ASIN(ctx)).quantity(w.Quantity)
}

// itemsOf numbers items from 1.
func itemsOf(ctx context.Context, wanted ...Wanted) []item {
	items := make([]item, len(wanted))
	for i, w := range wanted {
		items[i] = w.item(ctx, i+1)
	}
	return items
}
