package session

import (
	"slices"

	"cartconform/runner/engine"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/target"
)

// Question gives the part of a verdict's input that is known before anything was
// asked: the catalogues, what the target claims and holds, and the specs that
// there are.
func Question(t *target.Target, catalogues []*spec.Catalogue, specs []engine.Spec) verdict.Input {
	in := verdict.Input{
		Catalogues: catalogues, Profile: t.Profile, Features: features(t.Features), Has: hasData(t), Specs: map[string][]string{},
	}
	for _, s := range specs {
		in.Specs[s.Requirement] = append(in.Specs[s.Requirement], s.Name)
	}
	return in
}

// hasData reports whether the description holds what a requirement needs, by the
// key that the catalogue uses.
func hasData(t *target.Target) func(key string) bool {
	return func(key string) bool {
		has := dataKeys()[key]
		return has != nil && has(t)
	}
}

// dataKeys says, for each key that a requirement of the catalogue may need, how
// its presence is told.
func dataKeys() map[string]func(t *target.Target) bool {
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
