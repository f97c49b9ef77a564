package stage

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"cartconform/spec"
)

// Credentials says which credentials the transport puts on a call.
type Credentials int

// The credentials. Those after None are for APIs whose requests are signed.
const (
	Valid      Credentials = iota
	Bad                    // that must be refused: those of the description, or a wrong signature
	None                   // neither key nor timestamp nor signature
	UnknownKey             // a key that nobody has
	Unsigned               // key and timestamp without a signature
	Undated                // signed, without a timestamp
)

// String names the credentials as recordings do.
func (c Credentials) String() string {
	return [...]string{"valid", "bad", "none", "unknown-key", "unsigned", "undated"}[c]
}

// Presented names the credentials of a call as recordings do, with the age of its
// timestamp if that is not now.
func (c Call) Presented() string {
	if c.Age == 0 {
		return c.Credentials.String()
	}
	return fmt.Sprintf("%s, dated %s ago", c.Credentials, c.Age)
}

// Call is one request that a suite wants to be sent.
type Call struct {
	Operation   string // operationId that the call means; "" for none
	Method      string
	Path        string      // escaped, relative to the API's base URL: "/cart/2025-04-30/carts/c%201"
	Query       string      // escaped, without "?"
	Header      http.Header // sent as it is, beside the credentials
	Body        []byte      // nil for none
	Credentials Credentials
	// Of an API whose requests are signed.
	Age         time.Duration // how long ago its timestamp lies; below zero it lies ahead
	SignedFirst bool          // key, timestamp and signature stand before the other parameters
	Locale      string        // another locale of the target to be asked; "" = its own

	Unjudged  bool // nothing is written of the form of the answer: it is not held against the description
	NoRetry   bool // a 429 or 503 is the answer, not a reason to wait
	Abandoned bool // the spec means to give it up before it is answered
	Control   bool // a control request: no operation of the API, not judged

	// The stage fills these in.
	Spec    string
	Lane    int
	Ordinal int  // among the calls of the spec, from 1
	Again   bool // the spec asks once more for what did not show before
}

// Sender carries calls to the target. Send always returns an exchange that is
// already recorded; one without a response says why in Err. It is safe for
// concurrent use. The exchange tells the call's Ordinal, Again and Credentials.
type Sender interface {
	Send(ctx context.Context, call Call) *spec.Exchange
}
