package transport

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"

	"cartconform/spec"
)

// redials bounds how often a request is moved to another connection because
// the one that it got was closed before a byte of the request was sent.
const redials = 3

// attempt sends the request once and fills in what came back.
func (t *Transport) attempt(parent context.Context, request *http.Request, x *spec.Exchange) {
	ctx, cancel := context.WithTimeout(parent, t.options.HTTP.Timeout)
	defer cancel()
	x.Request.Header = request.Header.Clone()
	x.Response, x.Err = nil, nil

	var tapped *watch
	var response *http.Response
	var err error
	started := time.Now()
	for range redials {
		tapped = &watch{method: request.Method}
		traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
			GotConn:      tapped.got,
			WroteHeaders: tapped.wrote,
		})
		started = time.Now()
		x.Started = t.options.Now()
		response, err = t.client.RoundTrip(request.WithContext(traced))
		if err == nil || !tapped.unsent() || ctx.Err() != nil {
			break
		}
		if request.GetBody != nil {
			if request.Body, err = request.GetBody(); err != nil {
				break
			}
		}
	}
	if err == nil && response != nil {
		x.Response, err = t.read(response, tapped)
	}
	x.Duration = time.Since(started)
	if err != nil {
		x.Err = t.failure(parent, ctx, err, tapped, x.Response)
	}
}

// read reads the response to its end or to the limit. It returns what it has
// beside an error.
func (t *Transport) read(response *http.Response, tapped *watch) (*spec.Response, error) {
	defer response.Body.Close()
	out := &spec.Response{Proto: response.Proto, Status: response.StatusCode, Header: response.Header}
	if header := tapped.received(); header != nil {
		out.Header = header // as it was, before net/http took fields out of it
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		return out, nil // what follows is no HTTP
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, t.options.MaxBody+1))
	if int64(len(body)) > t.options.MaxBody {
		body, err = body[:t.options.MaxBody], nil
		out.Truncated = true
	}
	if len(body) > 0 {
		out.Body = body
	}
	if stray := tapped.strayBytes(); stray > 0 {
		out.Unread = stray
	}
	if bodiless(response.StatusCode) && len(out.Body) > 0 { // HTTP/2 frames them apart
		out.Unread += len(out.Body)
		out.Body = nil
	}
	return out, err
}

// bodiless reports whether a response with the status has no body.
func bodiless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}
