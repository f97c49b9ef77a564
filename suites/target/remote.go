package target

import "time"

// The features of the remote cart.
const (
	SOAP           Feature = "soap"            // SOAP beside REST
	ResponseGroups Feature = "response-groups" // groups beside Cart
	Locales        Feature = "locales"         // more locales than one
)

// Remote is the remote cart of the Product Advertising API, on a service of its own.
type Remote struct {
	AssociateTag      string
	OtherAssociateTag string // another one of the same account; "" = none
	Locale            string // of the base URL, e.g. "US"
	OtherLocales      []OtherLocale
	Features          []Feature
	Products          Products
	Control           RemoteControl
	// Pace lies between any two requests at least; 0 = none.
	Pace time.Duration
}

// OtherLocale is one more locale of the remote cart, which has carts of its own.
type OtherLocale struct {
	Locale       string // e.g. "UK"
	AssociateTag string // of this locale; "" = that of the remote cart
	ASIN         string // of a product that can be had there; "" = none is known
}

// Products is the test data of the remote cart. An absent role is empty. No product
// plays two roles.
type Products struct {
	Available    []Product
	Unavailable  []Product // go to saved for later
	Capped       []Product // Maximum is known
	OtherSellers []Product // offers, by OfferListingID, of others than the shop itself
}

// Product is one product of the remote cart.
type Product struct {
	ASIN           string
	OfferListingID string // "" = unknown
	Price          int64  // of one unit, in minor units of the locale's currency; 0 = unknown
	Maximum        int    // units that one cart may hold; only for Capped
	Because        string // why it cannot be had, e.g. Discontinued; "" = unknown; only for Unavailable
}

// Why a product cannot be had.
const (
	Discontinued   = "discontinued"
	NotYetReleased = "not-yet-released"
)

// RemoteControl is how clock and availability of a controlled remote cart are changed.
type RemoteControl struct {
	AdvanceClock    *Hook // {{seconds}}
	SetAvailability *Hook // {{asin}}, {{available}}: true or false
	Settle          time.Duration
}
