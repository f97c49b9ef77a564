// Package transport sends calls to the target: credentials, pacing, repeats of
// 429 and 503, and the exchange as it was on the wire. It judges nothing.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"cartconform/runner/description"
	"cartconform/runner/redact"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// What holds where the options say nothing.
const (
	defaultTimeout     = 30 * time.Second
	defaultRetryBudget = 100
	defaultMaxBody     = 8 << 20
	defaultMaxHeader   = 256 << 10
	// idleTimeout is shorter than the keep-alive of the usual servers (5 s and
	// more), so that a request seldom meets a connection that is being closed.
	idleTimeout = 3 * time.Second
)

// Options says how a Transport sends. Only HTTP.BaseURL is required.
type Options struct {
	HTTP     description.HTTP
	Signing  *description.RemoteCart // what requests are signed with, and where other locales stand; nil for an API without
	Version  string                  // of the User-Agent, cartconform/<version>; "" is "dev"
	IDPrefix string                  // makes exchange ids unique among processes; "" is "0"
	Record   func(*spec.Exchange)    // takes every finished exchange, unredacted; may be nil; called concurrently
	Redactor *redact.Redactor        // learns fetched access tokens; may be nil
	Procs    int                     // processes that share the target's rate; 0 is 1

	RetryBudget int   // repeats in the whole run, over all Procs; 0 is 100, less is none
	MaxBody     int64 // bytes of a response body; 0 is 8 MiB
	MaxHeader   int64 // bytes of a response head; 0 is 256 KiB

	ProxyFromEnvironment bool        // use HTTP_PROXY and its kin; behind one, Unread of an https target stays 0
	TLS                  *tls.Config // e.g. RootCAs; nil is the system's

	// Dial connects to the target; nil is TCP.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	Sleep func(context.Context, time.Duration) error // waits, or returns ctx's error; nil is real time
	Now   func() time.Time                           // nil is time.Now
}

// Transport sends calls to one API of one target. It implements stage.Sender
// and is safe for concurrent use.
type Transport struct {
	options Options
	client  *http.Transport
	pace    *pace
	retries *budget
	token   *tokenSource // nil without LWA
	stats   stats
	ordinal atomic.Int64
	moment  atomic.Int64 // of the last call or return
}

var _ stage.Sender = (*Transport)(nil)

// New makes a Transport. It sends nothing.
func New(options Options) (*Transport, error) {
	base := options.HTTP.BaseURL
	if base == nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("transport: wanted a base URL with http or https and a host; set target.baseURL")
	}
	if base.User != nil || base.RawQuery != "" || base.Fragment != "" || base.Opaque != "" {
		return nil, errors.New("transport: wanted a base URL without user-info, query and fragment")
	}
	options.fill()
	t := &Transport{
		options: options,
		client:  newClient(&options, true),
		pace:    newPace(&options),
		retries: newBudget(&options),
	}
	if options.HTTP.Auth != nil {
		t.token = newTokenSource(&options)
	}
	return t, nil
}

// fill replaces what is absent by its default.
func (o *Options) fill() {
	o.Procs = max(1, o.Procs)
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.IDPrefix == "" {
		o.IDPrefix = "0"
	}
	if o.HTTP.Timeout <= 0 {
		o.HTTP.Timeout = defaultTimeout
	}
	if o.RetryBudget == 0 {
		o.RetryBudget = defaultRetryBudget
	}
	if o.MaxBody <= 0 {
		o.MaxBody = defaultMaxBody
	}
	if o.MaxHeader <= 0 {
		o.MaxHeader = defaultMaxHeader
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// sleep waits in real time.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes the connections that are idle.
func (t *Transport) Close() { t.client.CloseIdleConnections() }

// Send sends the call, repeats it on 429 and 503 as far as the budget goes, and
// records the exchange before it returns it. The error in the exchange is an
// *Error. Nothing is sent twice but for such an answer, save a request without
// a body and with an idempotent method (GET, HEAD) whose kept-alive connection
// the target closed before it answered: net/http sends that again by itself.
func (t *Transport) Send(ctx context.Context, call stage.Call) *spec.Exchange {
	x := &spec.Exchange{
		ID:        fmt.Sprintf("x-%s-%06d", t.options.IDPrefix, t.ordinal.Add(1)),
		Operation: call.Operation,
		Spec:      call.Spec,
		Lane:      call.Lane,
		Started:   t.options.Now(),
		Ordinal:   call.Ordinal, Again: call.Again, Credentials: call.Presented(), Called: t.moment.Add(1),
		Request: spec.Request{Method: call.Method, URL: t.url(call), Header: call.Header.Clone(), Body: call.Body},
	}
	t.exchange(ctx, call, x)
	x.Returned = t.moment.Add(1)
	var failed *Error
	x.Cut = errors.As(x.Err, &failed) && failed.Kind == Interrupted
	t.stats.count(x)
	if t.options.Record != nil {
		t.options.Record(x)
	}
	return x
}

// exchange fills x in.
func (t *Transport) exchange(ctx context.Context, call stage.Call, x *spec.Exchange) {
	for {
		if !call.Control && !call.NoRetry { // who wants to see a 429 must be able to provoke one
			if err := t.pace.wait(ctx, t.paced(call)); err != nil {
				x.Err = interrupted("while waiting for the target's rate limit", err)
				return
			}
		}
		signed, err := t.sign(call) // each time: the timestamp is that of the attempt
		if err != nil {
			x.Err = err
			return
		}
		request, err := t.request(ctx, signed)
		if err != nil {
			x.Err = err
			return
		}
		x.Attempts++
		x.Request.URL, x.Request.Body = t.url(signed), signed.Body
		t.attempt(ctx, request, x)
		if x.Err != nil || call.NoRetry || !repeatable(x.Response.Status) {
			return
		}
		if !call.Control && t.throttled(x.Response.Status) {
			t.pace.slowDown(t.paced(call))
		}
		if x.Attempts >= maxAttempts || !t.retries.take() {
			return
		}
		wait := retryAfter(x.Response.Header, x.Attempts, t.options.Now())
		if err := t.options.Sleep(ctx, wait); err != nil {
			x.Err = interrupted(fmt.Sprintf("while waiting to repeat the request after %d", x.Response.Status), err)
			return
		}
	}
}

// paced names what shares a pace: an operation, or all of them.
func (t *Transport) paced(call stage.Call) string {
	if t.options.HTTP.Overall {
		return ""
	}
	return call.Operation
}

// throttled reports whether a status says that requests came too fast. The Product
// Advertising API says it with 503.
func (t *Transport) throttled(status int) bool {
	return status == http.StatusTooManyRequests || t.options.Signing != nil && status == http.StatusServiceUnavailable
}

// base is the base URL that a call goes to.
func (t *Transport) base(call stage.Call) *url.URL {
	if other := t.locale(call); other.BaseURL != nil {
		return other.BaseURL
	}
	return t.options.HTTP.BaseURL
}

// locale is the other locale that a call goes to; the zero value for none.
func (t *Transport) locale(call stage.Call) description.Endpoint {
	if t.options.Signing == nil {
		return description.Endpoint{}
	}
	return t.options.Signing.Locales[call.Locale]
}

// url is the absolute URL of a call, its path and query byte for byte.
func (t *Transport) url(call stage.Call) string {
	base := t.base(call)
	text := base.Scheme + "://" + base.Host + base.EscapedPath() + call.Path
	if call.Query != "" {
		text += "?" + call.Query
	}
	return text
}

// requestURL is what net/http sends byte for byte as the request target.
func (t *Transport) requestURL(call stage.Call) (*url.URL, error) {
	base := t.base(call)
	path := base.EscapedPath() + call.Path
	switch {
	case path != "" && path[0] != '/':
		return nil, unsendable("wanted a path that starts with /, got %q", path)
	case strings.ContainsFunc(path+call.Query, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return nil, unsendable("the path or query holds a space or control character; percent-encode it")
	case strings.ContainsAny(path, "?#"), strings.Contains(call.Query, "#"):
		return nil, unsendable("the path holds ? or #, or the query #; percent-encode it")
	}
	u := &url.URL{Scheme: base.Scheme, Host: base.Host, Opaque: path, RawQuery: call.Query}
	if path == "" {
		u.Opaque = "/"
	}
	if strings.HasPrefix(path, "//") { // Opaque would be sent as an absolute URL
		decoded, err := url.PathUnescape(path)
		if err != nil {
			return nil, unsendable("the path starts with // and is not percent-encoded properly: %v", err)
		}
		u.Opaque, u.Path, u.RawPath = "", decoded, path
	}
	return u, nil
}
