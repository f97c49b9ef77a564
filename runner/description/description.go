// Package description reads the target description: the YAML file that says
// where the service under test is, how to talk to it and which data it offers.
// Every mistake in the file is found at once and named with its line.
package description

import (
	"net/http"
	"net/url"
	"time"

	"cartconform/runner/redact"
	"cartconform/suites/target"
)

// Description is one target description, read, checked and resolved. It is not
// changed after it was made.
type Description struct {
	Name       string          // the file, as it was given
	Target     target.Target   // what suites may know: no credentials
	HTTP       HTTP            // how the Business Cart API is reached
	RemoteCart *RemoteCart     // nil without the section: the remote cart is not judged
	Secrets    []redact.Secret // resolved values, for the redactor; in the order of the file
	// Digest is the SHA-256, in hex, of the description in a canonical form, in
	// which secrets are their variables' names. Comments and layout do not matter.
	Digest string

	document map[string]any // canonical; for the digest of an overridden copy
	lines    map[string]int
	basic    bool // HTTP.Headers has an Authorization that came from the base URL
}

// HTTP is how one API is reached.
type HTTP struct {
	BaseURL    *url.URL    // http or https; no user-info, query or fragment
	Headers    http.Header // of every request, valid credentials among them
	BadHeaders http.Header // credentials that must be refused; empty for none
	Auth       *LWA        // Login with Amazon; nil without
	// RequestsPerSecond is the pace for each operation; 0 is without limit.
	RequestsPerSecond float64
	Burst             int           // requests that may go at once; at least 1
	Timeout           time.Duration // of one request, its answer's body included
}

// LWA is a Login with Amazon application with a refresh token.
type LWA struct {
	ClientID     string
	ClientSecret string
	RefreshToken string
	TokenURL     string // absolute
}

// String shows the client alone.
func (l LWA) String() string { return "lwa client " + l.ClientID }

// GoString is String, for %#v.
func (l LWA) GoString() string { return l.String() }

// RemoteCart is the remote cart of the Product Advertising API on its own service.
type RemoteCart struct {
	HTTP              HTTP // pace and timeout are those of the target
	AccessKey         string
	SecretKey         string
	AssociateTag      string
	OtherAssociateTag string // "" for none
	Locale            string // e.g. "US"
	Features          []string
	Products          Products
	Control           RemoteControl
}

// String shows nothing secret.
func (r RemoteCart) String() string { return "remote cart at " + r.HTTP.BaseURL.String() }

// GoString is String, for %#v.
func (r RemoteCart) GoString() string { return r.String() }

// Products is the test data of the remote cart. An absent role is empty.
type Products struct {
	Available   []Product
	Unavailable []Product // go to saved for later
	Capped      []Product // Maximum is known
}

// Product is one product of the remote cart.
type Product struct {
	ASIN           string
	OfferListingID string // "" when not given
	Price          int64  // minor units; 0 when not given
	Maximum        int    // units of one order; only for Capped
}

// RemoteControl is how clock and availability of the remote cart are changed.
// Bodies hold the placeholders {{seconds}}, {{asin}} and {{available}}.
type RemoteControl struct {
	AdvanceClock    *target.Hook
	SetAvailability *target.Hook
	Settle          time.Duration // a change is polled for up to this long
}

// The names of the suites that a description can ask for.
const (
	SuiteBusinessCart = "business-cart"
	SuiteRemoteCart   = "remote-cart"
)

// Suites lists the suites that the description has what it takes for, in a
// stable order.
func (d *Description) Suites() []string {
	if d.RemoteCart != nil {
		return []string{SuiteBusinessCart, SuiteRemoteCart}
	}
	return []string{SuiteBusinessCart}
}
