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
	HTTP       HTTP            // how the Business Cart API is reached; without a BaseURL where it is not described
	RemoteCart *RemoteCart     // how the remote cart is reached; nil where it is not described
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
	Overall           bool          // the pace is that of all operations together
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

// RemoteCart is how the remote cart is reached, and what its requests are signed with.
type RemoteCart struct {
	HTTP      HTTP
	AccessKey string
	SecretKey string
	Locales   map[string]Endpoint // of the other locales, by their names
}

// Endpoint is another place at which an API stands.
type Endpoint struct {
	BaseURL *url.URL // as that of HTTP
	Host    string   // Host header; "" for that of the base URL
}

// String shows nothing secret.
func (r RemoteCart) String() string { return "remote cart at " + r.HTTP.BaseURL.String() }

// GoString is String, for %#v.
func (r RemoteCart) GoString() string { return r.String() }

// BusinessCart reports whether the description has the section target, without which
// the Business Cart API cannot be judged.
func (d *Description) BusinessCart() bool { return d.HTTP.BaseURL != nil }

// Sections lists the sections of the description that say where an API stands.
func (d *Description) Sections() []string {
	var sections []string
	if d.BusinessCart() {
		sections = append(sections, "target")
	}
	if d.RemoteCart != nil {
		sections = append(sections, "remoteCart")
	}
	return sections
}
