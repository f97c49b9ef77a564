package spec

import (
	"net/http"
	"time"
)

// Exchange is one request and what came back, as sent and as received: nothing
// is decoded, followed or decompressed before it is judged.
type Exchange struct {
	ID        string // unique in a run; the entry's _id in exchanges.har
	Operation string // operationId that the sender meant; "" for none
	Spec      string // text of the spec that sent it; "" outside specs
	Lane      int    // number of the lane, from 0
	Attempts  int    // 1 + retries of 429 and 503; the response is the last one's
	Started   time.Time
	Duration  time.Duration // from the first byte sent to the last byte read, last attempt

	// Where the call stood among others, so that it can be found again.
	Ordinal     int    // among the calls of its spec, from 1, as the spec means them; 0 = unknown
	Again       bool   // its spec asked once more for what did not show before
	Credentials string // "valid", "bad", "none", or how else the sender departed from valid ones
	Called      int64  // when it was called and when it returned, as places in one
	Returned    int64  // count of its process, from 1; 0 = unknown
	Cut         bool   // the caller gave it up before it was answered
	Masked      bool   // the answer comes from a recording, and a secret was taken out of it

	Request  Request
	Response *Response // nil when no complete response head arrived
	Err      error     // why there is no (complete) response; nil otherwise
}

// Request is a request as it was sent, credentials included: pass it through
// the run's redaction before it is shown or stored.
type Request struct {
	Method string
	URL    string // absolute
	Header http.Header
	Body   []byte // nil when none was sent
}

// Response is a response as it was received.
type Response struct {
	Proto     string // "HTTP/1.1", "HTTP/2.0"
	Status    int
	Header    http.Header
	Body      []byte // as on the wire, still in its Content-Encoding
	Truncated bool   // the body was longer than the transport's limit
	Unread    int    // bytes that followed a response that may have no body (204, 304)
}
