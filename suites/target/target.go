// Package target holds what a suite has to know of the service under test: the
// target description, read and resolved. It holds no credentials; those stay
// with the transport.
package target

import (
	"slices"
	"time"
)

// Profile says how much of a target can be changed while it is tested.
type Profile string

// The profiles.
const (
	Live          Profile = "live"           // a real service: nothing but its API
	Controlled    Profile = "controlled"     // price and stock can be changed through Control
	StaticSandbox Profile = "static-sandbox" // canned answers, no state
)

// Feature is an optional part that a target may claim.
type Feature string

// The features of the Business Cart API.
const (
	Pagination    Feature = "pagination"     // a buyer with more carts than a page holds
	Ordering      Feature = "ordering"       // the Ordering API on the same target
	ProductSearch Feature = "product-search" // the Product Search API on the same target
	Auth          Feature = "auth"           // credentials are checked
	Throttling    Feature = "throttling"     // too many requests are answered with 429
	SizeLimit     Feature = "size-limit"     // oversized bodies are answered with 413
)

// Target is one service under test.
type Target struct {
	Profile  Profile
	Region   string    // region code of every request, e.g. "US"
	Features []Feature // of the Business Cart API; Claimed gives all
	Lanes    []Lane    // never empty in a play
	Data     Data
	Ordering *OrderTerms  // nil = the description has no such section
	Search   *SearchTerms // nil = the description has no such section
	Control  Control
	Remote   *Remote // nil = the description has no such section
	// BadCredentials is true when the description has credentials that must be refused.
	BadCredentials bool
	// Pace lies between two requests of one operation at least; 0 = none.
	Pace time.Duration
}

// Claims reports whether the target claims feature f, of whichever API.
func (t *Target) Claims(f Feature) bool { return slices.Contains(t.Claimed(), f) }

// Claimed lists the features that the target claims, of all APIs.
func (t *Target) Claimed() []Feature {
	if t.Remote == nil {
		return t.Features
	}
	return slices.Concat(t.Features, t.Remote.Features)
}

// Lane is one buyer and cart that one worker has to itself.
type Lane struct {
	Buyer       string // e-mail
	CartID      string // "" = to be discovered: an empty DEFAULT cart of the region
	OtherCartID string // a second cart of the same buyer; "" = none
}

// Data is the test data that the target offers. An absent role is empty.
type Data struct {
	Available      []Offer // in stock, deliverable, unrestricted
	SameProduct    []Offer // one product, two buying options
	Limited        []Offer // stock known
	Unavailable    []Offer
	Restricted     []Offer // enter the cart, are refused by the estimate
	Hosted         []Offer // of a hosted catalog
	Deliverable    *Address
	Other          *Address // differs from Deliverable in OtherDiffersIn
	OtherDiffersIn []string // charge types or categories: TAX, SHIPPING
	ManyCartsBuyer string   // e-mail of a buyer with at least 11 carts in the region; "" = none
}

// Offer is one product at one buying option.
type Offer struct {
	ProductIdentifier      string
	BuyingOptionIdentifier string
	Stock                  int // units that can be had; only for Limited
}

// Address is a delivery address as the estimate takes it.
type Address struct {
	AddressType   string `json:"addressType"`
	FullName      string `json:"fullName"`
	PhoneNumber   string `json:"phoneNumber,omitempty"`
	CompanyName   string `json:"companyName,omitempty"`
	AddressLine1  string `json:"addressLine1"`
	AddressLine2  string `json:"addressLine2,omitempty"`
	AddressLine3  string `json:"addressLine3,omitempty"`
	City          string `json:"city"`
	StateOrRegion string `json:"stateOrRegion,omitempty"`
	PostalCode    string `json:"postalCode"`
	CountryCode   string `json:"countryCode"`
}

// OrderTerms is what an order takes beside the cart.
type OrderTerms struct {
	Group           string // buying group; "" for none
	PaymentMethod   string // paymentMethodReferenceType, e.g. "StoredPaymentMethod"
	TrialMode       bool   // orders are placed in trial mode
	PlaceRealOrders bool   // permission for orders that are not in trial mode
}

// Trial reports whether orders are to be placed in trial mode: always, unless the
// description wants it otherwise and gives permission.
func (o OrderTerms) Trial() bool { return o.TrialMode || !o.PlaceRealOrders }

// SearchTerms is a product search that finds deliverable products.
type SearchTerms struct {
	Keywords      string
	ProductRegion string // e.g. "US"
	Locale        string // e.g. "en_US"
}

// Control is how price and stock of a controlled target are changed.
type Control struct {
	SetPrice *Hook
	SetStock *Hook
	Settle   time.Duration // a change is polled for up to this long
}

// Hook is one control request. Its body holds the placeholders {{offer}},
// {{product}}, {{minorUnits}}, {{amount}} and {{stock}}, or those of RemoteControl.
type Hook struct {
	Method string
	Path   string // relative to the base URL of the API
	Body   string
	Header map[string]string
}
