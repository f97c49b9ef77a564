package repertoire

import (
	"fmt"
	"slices"

	"cartconform/fixtures/bank"
	"cartconform/fixtures/faults"
	"cartconform/runner/description"
	"cartconform/spec"
	"cartconform/suites/businesscart"
	"cartconform/suites/target"
)

// businessCart is the suite of the Business Cart API.
func businessCart() (Suite, error) {
	contract, err := spec.BusinessCart()
	if err != nil {
		return Suite{}, fmt.Errorf("load the contract of the business cart: %w", err)
	}
	return Suite{
		Name: contract.Catalogue().API, Contract: contract, Faults: bank.Known(faults.All()),
		Register: businesscart.Register, Rehearse: businesscart.Rehearse, CleanUp: businesscart.CleanUp,
		Section: "target",
		Service: func(d *description.Description) Service { return Service{HTTP: d.HTTP} },
		Lanes:   func(t *target.Target, _ int) []target.Lane { return t.Lanes },
		Has:     businessCartData(),
	}, nil
}

// businessCartData tells the data of the business cart.
func businessCartData() map[string]func(*target.Target) bool {
	offers := func(list func(d *target.Data) []target.Offer, least int) func(*target.Target) bool {
		return func(t *target.Target) bool { return len(list(&t.Data)) >= least }
	}
	return map[string]func(*target.Target) bool{
		"data.offers.available": func(t *target.Target) bool { // a search stands in for them
			return len(t.Data.Available) > 0 || t.Search != nil
		},
		"data.offers.sameProduct":    offers(func(d *target.Data) []target.Offer { return d.SameProduct }, 2),
		"data.offers.limited":        offers(func(d *target.Data) []target.Offer { return d.Limited }, 1),
		"data.offers.restricted":     offers(func(d *target.Data) []target.Offer { return d.Restricted }, 1),
		"data.offers.hosted":         offers(func(d *target.Data) []target.Offer { return d.Hosted }, 1),
		"data.addresses.deliverable": func(t *target.Target) bool { return t.Data.Deliverable != nil },
		"data.addresses.other.differsIn": func(t *target.Target) bool {
			return t.Data.Other != nil && len(t.Data.OtherDiffersIn) > 0
		},
		"data.manyCartsBuyer": func(t *target.Target) bool { return t.Data.ManyCartsBuyer != "" },
		"lanes.otherCartId": func(t *target.Target) bool { // whoever has many carts has two
			return t.Data.ManyCartsBuyer != "" || slices.ContainsFunc(t.Lanes, func(l target.Lane) bool { return l.OtherCartID != "" })
		},
		"lanes.otherBuyer": func(t *target.Target) bool {
			return t.Data.ManyCartsBuyer != "" || slices.ContainsFunc(t.Lanes, func(l target.Lane) bool { return l.Buyer != t.Lanes[0].Buyer })
		},
		"ordering":          func(t *target.Target) bool { return t.Ordering != nil },
		"search":            func(t *target.Target) bool { return t.Search != nil },
		"control.setPrice":  func(t *target.Target) bool { return t.Control.SetPrice != nil },
		"control.setStock":  func(t *target.Target) bool { return t.Control.SetStock != nil },
		"target.badHeaders": func(t *target.Target) bool { return t.BadCredentials },
	}
}
