package repertoire

import (
	"context"
	"fmt"
	"slices"

	"cartconform/fixtures/bank"
	faults "cartconform/fixtures/faults/remotecart"
	"cartconform/runner/description"
	"cartconform/spec"
	"cartconform/suites/rehearsal"
	"cartconform/suites/remotecart"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// remoteCart is the suite of the remote cart of the Product Advertising API.
func remoteCart() (Suite, error) {
	contract, err := spec.RemoteCart()
	if err != nil {
		return Suite{}, fmt.Errorf("load the contract of the remote cart: %w", err)
	}
	return Suite{
		Name: contract.Catalogue().API, Contract: contract, Faults: bank.Known(faults.All()), Register: remotecart.Register,
		// Carts are made by the specs, so that none is in the way and none is left to be
		// emptied: they expire.
		Rehearse: func(ctx context.Context, play *stage.Play, _ bool) *rehearsal.Rehearsal {
			return remotecart.Rehearse(ctx, play)
		},
		CleanUp: func(context.Context, *stage.Play, ...int) {},
		Section: "remoteCart", Mark: "R",
		Service: func(d *description.Description) Service {
			return Service{HTTP: d.RemoteCart.HTTP, Signing: d.RemoteCart, Pace: func(t *target.Target) { t.Pace = t.Remote.Pace }}
		},
		// A lane is a worker's own, and there are as many as are wanted.
		Lanes: func(_ *target.Target, procs int) []target.Lane { return make([]target.Lane, max(1, procs)) },
		Has:   remoteCartData(),
	}, nil
}

// remoteCartData tells the data of the remote cart.
func remoteCartData() map[string]func(*target.Target) bool {
	products := func(holds func(*target.Remote) bool) func(*target.Target) bool {
		return func(t *target.Target) bool { return t.Remote != nil && holds(t.Remote) }
	}
	available := func(known func(target.Product) bool) func(*target.Target) bool {
		return products(func(r *target.Remote) bool { return slices.ContainsFunc(r.Products.Available, known) })
	}
	unavailable := func(because string) func(*target.Target) bool {
		return products(func(r *target.Remote) bool {
			return slices.ContainsFunc(r.Products.Unavailable, func(p target.Product) bool { return p.Because == because })
		})
	}
	return map[string]func(*target.Target) bool{
		"remoteCart.products.unavailable.because.discontinued":   unavailable(target.Discontinued),
		"remoteCart.products.unavailable.because.notYetReleased": unavailable(target.NotYetReleased),
		"remoteCart.products.available":                          available(func(target.Product) bool { return true }),
		"remoteCart.products.available.offerListingId":           available(func(p target.Product) bool { return p.OfferListingID != "" }),
		"remoteCart.products.available.price":                    available(func(p target.Product) bool { return p.Price > 0 }),
		"remoteCart.products.unavailable":                        products(func(r *target.Remote) bool { return len(r.Products.Unavailable) > 0 }),
		"remoteCart.products.capped":                             products(func(r *target.Remote) bool { return len(r.Products.Capped) > 0 }),
		"remoteCart.products.otherSellers":                       products(func(r *target.Remote) bool { return len(r.Products.OtherSellers) > 0 }),
		"remoteCart.otherAssociateTag":                           products(func(r *target.Remote) bool { return r.OtherAssociateTag != "" }),
		"remoteCart.locale":                                      products(func(r *target.Remote) bool { return r.Locale != "" }),
		"remoteCart.otherLocales":                                products(func(r *target.Remote) bool { return len(r.OtherLocales) > 0 }),
		"remoteCart.control.advanceClock":                        products(func(r *target.Remote) bool { return r.Control.AdvanceClock != nil }),
		"remoteCart.control.setAvailability":                     products(func(r *target.Remote) bool { return r.Control.SetAvailability != nil }),
	}
}
