package transport

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"cartconform/runner/redact"
	"cartconform/suites/stage"
)

// request makes the HTTP request of a call, with credentials. Its error is an
// *Error.
func (t *Transport) request(ctx context.Context, call stage.Call) (*http.Request, error) {
	u, err := t.requestURL(call)
	if err != nil {
		return nil, err
	}
	header := t.header(call)
	if call.Credentials == stage.Valid && t.token != nil {
		token, err := t.token.get(ctx)
		if err != nil {
			return nil, err
		}
		replace(header, tokenHeader, token)
	}
	for name, values := range call.Header {
		replace(header, name, values...)
	}
	request := &http.Request{
		Method: call.Method, URL: u, Host: u.Host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if request.Host = t.host(call); request.Host != u.Host {
		replace(header, "Host", request.Host) // net/http sends the field; this shows it in the exchange
	}
	if call.Body != nil {
		setBody(request, call.Body)
	}
	return request, nil
}

// host is what the Host header of a call says.
func (t *Transport) host(call stage.Call) string {
	for name, values := range call.Header {
		if strings.EqualFold(name, "Host") && len(values) > 0 && values[0] != "" {
			return values[0]
		}
	}
	if other := t.locale(call); other.Host != "" {
		return other.Host
	}
	return t.base(call).Host
}

// setBody gives the request a body that net/http can start over when nothing of
// it was sent.
func setBody(request *http.Request, body []byte) {
	again, err := http.NewRequest(request.Method, "http://host/", bytes.NewReader(body))
	if err != nil {
		return // a bad method; the round trip says so
	}
	request.Body, request.GetBody, request.ContentLength = again.Body, again.GetBody, again.ContentLength
}

// tokenHeader carries the access token.
const tokenHeader = "X-Amz-Access-Token"

// header is the header of a call before its own fields: what the description
// says for its credentials.
func (t *Transport) header(call stage.Call) http.Header {
	out := http.Header{"User-Agent": {"cartconform/" + t.options.Version}}
	for name, values := range t.options.HTTP.Headers {
		if call.Credentials == stage.Valid || !redact.Credential(name) {
			replace(out, name, values...)
		}
	}
	if call.Credentials != stage.Valid && call.Credentials != stage.None {
		for name, values := range t.options.HTTP.BadHeaders {
			replace(out, name, values...)
		}
	}
	return out
}

// replace sets a field under the name as it is written, in the place of those
// that differ in case. No values suppress the field.
func replace(h http.Header, name string, values ...string) {
	for other := range h {
		if strings.EqualFold(other, name) {
			delete(h, other)
		}
	}
	switch {
	case len(values) > 0:
		h[name] = append([]string(nil), values...)
	case strings.EqualFold(name, "User-Agent"):
		h["User-Agent"] = nil // absent, net/http would send its own
	}
}
