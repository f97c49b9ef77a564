package stage

import (
	"context"
	"net/http"

	"cartconform/spec"
)

// Credentials says which credentials the transport puts on a call.
type Credentials int

// The credentials.
const (
	Valid Credentials = iota
	Bad               // those of the description that must be refused
	None
)

// String names the credentials as recordings do.
func (c Credentials) String() string {
	switch c {
	case Bad:
		return "bad"
	case None:
		return "none"
	}
	return "valid"
}

// Call is one request that a suite wants to be sent.
type Call struct {
	Operation   string // operationId that the call means; "" for none
	Method      string
	Path        string      // escaped, relative to the target's base URL: "/cart/2025-04-30/carts/c%201"
	Query       string      // escaped, without "?"
	Header      http.Header // sent as it is, beside the credentials
	Body        []byte      // nil for none
	Credentials Credentials
	NoRetry     bool // a 429 or 503 is the answer, not a reason to wait
	Abandoned   bool // the spec means to give it up before it is answered
	Control     bool // a control request: no operation of the API, not judged

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
