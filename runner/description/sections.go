package description

import (
	"cmp"
	"fmt"
	"strings"

	"cartconform/suites/target"
)

// target fills in what suites may know.
func (b builder) target(f file) {
	t := target.Target{
		Profile:        target.Live,
		Region:         f.Target.Region,
		BadCredentials: len(f.Target.BadHeaders) > 0,
		Data: target.Data{
			Available:      offers(f.Data.Offers.Available),
			SameProduct:    offers(f.Data.Offers.SameProduct),
			Limited:        offers(f.Data.Offers.Limited),
			Unavailable:    offers(f.Data.Offers.Unavailable),
			Restricted:     offers(f.Data.Offers.Restricted),
			Hosted:         offers(f.Data.Offers.Hosted),
			Deliverable:    address(f.Data.Addresses.Deliverable),
			Other:          address(f.Data.Addresses.Other),
			ManyCartsBuyer: f.Data.ManyCartsBuyer,
		},
		Control: target.Control{
			SetPrice: b.hook("control.setPrice", f.Control.SetPrice),
			SetStock: b.hook("control.setStock", f.Control.SetStock),
			Settle:   b.duration("control.settle", f.Control.Settle, defaultSettle),
		},
	}
	if f.Profile != "" {
		t.Profile = target.Profile(f.Profile)
	}
	for _, feature := range f.Features {
		t.Features = append(t.Features, target.Feature(feature))
	}
	for _, lane := range f.Lanes {
		t.Lanes = append(t.Lanes, target.Lane(lane))
	}
	t.Ordering, t.Search = ordering(f.Ordering), search(f.Search, f.Target.Region)
	if f.Data.Addresses.Other != nil {
		t.Data.OtherDiffersIn = f.Data.Addresses.Other.DiffersIn
	}
	t.Pace = spacing(b.out.HTTP.RequestsPerSecond)
	b.out.Target = t
}

func offers(list []fileOffer) []target.Offer {
	var out []target.Offer
	for _, o := range list {
		out = append(out, target.Offer(o))
	}
	return out
}

func address(a *fileAddress) *target.Address {
	if a == nil {
		return nil
	}
	out := &target.Address{
		AddressType: a.AddressType, FullName: a.FullName, PhoneNumber: a.PhoneNumber, CompanyName: a.CompanyName,
		AddressLine1: a.AddressLine1, AddressLine2: a.AddressLine2, AddressLine3: a.AddressLine3,
		City: a.City, StateOrRegion: a.StateOrRegion, PostalCode: a.PostalCode, CountryCode: a.CountryCode,
	}
	if out.AddressType == "" {
		out.AddressType = defaultAddress
	}
	return out
}

func (b builder) hook(key string, h *fileHook) *target.Hook {
	if h == nil {
		return nil
	}
	out := &target.Hook{Method: h.Method, Path: h.Path, Body: h.Body, Header: make(map[string]string)}
	for name, values := range b.header(key+".headers", h.Headers) {
		out.Header[name] = values[0]
	}
	return out
}

func ordering(o *fileOrdering) *target.OrderTerms {
	if o == nil {
		return nil
	}
	return &target.OrderTerms{
		Group: o.Group, PaymentMethod: o.PaymentMethod,
		TrialMode:       o.TrialMode == nil || *o.TrialMode,
		PlaceRealOrders: o.PlaceRealOrders,
	}
}

func search(s *fileSearch, region string) *target.SearchTerms {
	if s == nil {
		return nil
	}
	return &target.SearchTerms{
		Keywords: s.Keywords, ProductRegion: cmp.Or(s.ProductRegion, region), Locale: cmp.Or(s.Locale, defaultLocale),
	}
}

// rules checks what one key has to do with another.
func (b builder) rules(f file) {
	owners := make(map[[2]string]string) // buyer and cart, to the key that has it
	claim := func(key, buyer, cart string) {
		if buyer == "" {
			return // reported as missing
		}
		if first, taken := owners[[2]string{buyer, cart}]; taken {
			what := fmt.Sprintf("cart %q of %s", cart, buyer)
			if cart == "" {
				what = "the cart of " + buyer
			}
			b.found.add(b.line(key), key, "%s: %s belongs to %s already; a lane has its buyer and cart to itself: give each its own buyer, or its own cartId", key, what, first)
			return
		}
		owners[[2]string{buyer, cart}] = key
	}
	for i, lane := range f.Lanes {
		key := fmt.Sprintf("lanes[%d]", i)
		claim(key, lane.Buyer, lane.CartID)
		if lane.OtherCartID != "" {
			claim(key+".otherCartId", lane.Buyer, lane.OtherCartID)
		}
	}
	b.discovery(f)
	b.sameProduct(f.Data.Offers.SameProduct)
	b.products(f.Data)
	b.states(f)
	b.burst("target.rateLimit.burst", f.Target.RateLimit)
	if o := f.Ordering; o != nil && o.TrialMode != nil && !*o.TrialMode && !o.PlaceRealOrders {
		b.found.add(b.line("ordering.trialMode"), "ordering.trialMode", "ordering.trialMode: without trial mode orders are real; write placeRealOrders: true to permit that, or trialMode: true")
	}
	if f.RemoteCart != nil {
		b.remoteRules(f.RemoteCart)
	}
}

// discovery refuses a lane that would discover a cart which another lane of the
// same buyer may have.
func (b builder) discovery(f file) {
	for i, lane := range f.Lanes {
		for j, other := range f.Lanes {
			if i != j && lane.Buyer != "" && lane.Buyer == other.Buyer && lane.CartID == "" && other.CartID != "" {
				key := fmt.Sprintf("lanes[%d]", i)
				b.found.add(b.line(key), key, "%s: %s has lanes[%d] too, so the cart cannot be discovered; give this lane its cartId", key, lane.Buyer, j)
				break
			}
		}
	}
}

// sameProduct checks that the offers are of one product at different options.
func (b builder) sameProduct(list []fileOffer) {
	options := make(map[string]int)
	for i, o := range list {
		key := fmt.Sprintf("data.offers.sameProduct[%d]", i)
		if b.found.at(key) || o.ProductIdentifier == "" || o.BuyingOptionIdentifier == "" {
			continue
		}
		if o.ProductIdentifier != list[0].ProductIdentifier && list[0].ProductIdentifier != "" {
			b.found.add(b.line(key), key+".productIdentifier", "%s: wanted the product of the first offer, %q, got %q", key, list[0].ProductIdentifier, o.ProductIdentifier)
		}
		if first, twice := options[o.BuyingOptionIdentifier]; twice {
			b.found.add(b.line(key), key+".buyingOptionIdentifier", "%s: wanted another buying option than that of offer %d, got %q again", key, first, o.BuyingOptionIdentifier)
		}
		options[o.BuyingOptionIdentifier] = i
	}
}

// products checks that no product is there twice, but for the two offers of
// sameProduct: a cart's lines are told apart by their products.
func (b builder) products(f fileData) {
	roles := make(map[string]string) // key of the first offer of a product
	for _, role := range []struct {
		name   string
		offers []fileOffer
	}{
		{"available", f.Offers.Available}, {"sameProduct", f.Offers.SameProduct}, {"limited", f.Offers.Limited},
		{"unavailable", f.Offers.Unavailable}, {"restricted", f.Offers.Restricted}, {"hosted", f.Offers.Hosted},
	} {
		for i, o := range role.offers {
			key := fmt.Sprintf("data.offers.%s[%d]", role.name, i)
			first, again := roles[o.ProductIdentifier]
			switch {
			case o.ProductIdentifier == "" || b.found.at(key):
			case !again:
				roles[o.ProductIdentifier] = key
			case role.name != "sameProduct" || !strings.HasPrefix(first, "data.offers.sameProduct"):
				key += ".productIdentifier"
				b.found.add(b.line(key), key, "%s: wanted a product of its own, got %q, which is that of %s already; the suites tell a cart's lines apart by their products",
					key, o.ProductIdentifier, first)
			}
		}
	}
}

// states checks that the addresses of a target in the region US name their state.
func (b builder) states(f file) {
	addresses := map[string]*fileAddress{"deliverable": f.Data.Addresses.Deliverable, "other": f.Data.Addresses.Other}
	for _, name := range []string{"deliverable", "other"} {
		key := "data.addresses." + name
		if a := addresses[name]; a != nil && f.Target.Region == "US" && a.CountryCode == "US" && a.StateOrRegion == "" && !b.found.at(key+".stateOrRegion") {
			b.found.add(b.line(key), key+".stateOrRegion", "%s: key \"stateOrRegion\" is missing, which addresses in the US need; add the state, e.g. stateOrRegion: WA", key)
		}
	}
}

// burst checks that a rate comes with a burst that lets requests go.
func (b builder) burst(key string, r *fileRateLimit) {
	if r != nil && r.Burst != nil && *r.Burst == 0 && r.RequestsPerSecond > 0 {
		b.found.add(b.line(key), key, "%s: wanted at least 1 where requestsPerSecond is above 0, got 0", key)
	}
}
