package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"cartconform/spec"
)

// Kind says what kept an exchange from being complete.
type Kind string

// The kinds.
const (
	Unreachable Kind = "unreachable" // no connection
	TLS         Kind = "tls"         // a connection, but no handshake
	Closed      Kind = "closed"      // the target closed the connection too early
	Timeout     Kind = "timeout"     // the answer was not complete in time
	Protocol    Kind = "protocol"    // what came is no HTTP
	Interrupted Kind = "interrupted" // the caller's context ended
	Token       Kind = "token"       // there is no access token to send
	Unsendable  Kind = "unsendable"  // the call cannot be written as HTTP; nothing was sent
)

// Error is why an exchange has no complete response. Its text holds no URL
// and no credential.
type Error struct {
	Kind Kind
	Text string
	Err  error // cause; may be nil
}

func (e *Error) Error() string { return string(e.Kind) + ": " + e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func interrupted(when string, err error) *Error {
	return &Error{Kind: Interrupted, Text: fmt.Sprintf("%s: %v", when, err), Err: err}
}

func unsendable(format string, args ...any) *Error {
	return &Error{Kind: Unsendable, Text: fmt.Sprintf(format, args...)}
}

// failure classifies the error of one attempt. The response is what arrived
// of it, nil without a head.
func (t *Transport) failure(parent, ctx context.Context, err error, tapped *watch, response *spec.Response) *Error {
	err = t.redacted(err)
	text := strings.TrimPrefix(err.Error(), "net/http: ")
	text = strings.TrimPrefix(text, "HTTP/1.x transport connection broken: ")
	text = strings.TrimPrefix(text, "http: ")
	out := &Error{Kind: Protocol, Text: "the answer is no HTTP: " + text, Err: err}
	var handshake *handshakeError
	var certificate *tls.CertificateVerificationError
	var dial *net.OpError
	var dns *net.DNSError
	switch {
	case parent.Err() != nil:
		return interrupted(during(tapped, response), context.Cause(parent))
	case ctx.Err() != nil:
		out.Kind, out.Text = Timeout, fmt.Sprintf("no complete answer within %v: it ended %s", t.options.HTTP.Timeout, during(tapped, response))
	case errors.As(err, &handshake), errors.As(err, &certificate):
		out.Kind, out.Text = TLS, text
	case errors.As(err, &dns):
		out.Kind, out.Text = Unreachable, "the host's name does not resolve: "+text
	case errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect"):
		out.Kind, out.Text = Unreachable, text
	case len(tapped.sentEarly()) > 0:
		out.Text = fmt.Sprintf("the target sent %q before it was asked", tapped.sentEarly())
	case notSent(text):
		out.Kind, out.Text = Unsendable, text
	case isClosed(err) || strings.HasSuffix(text, "server closed idle connection"):
		out.Kind, out.Text = Closed, "the target closed the connection "+during(tapped, response)
	}
	return out
}

// redacted hides known secrets in an error that holds some.
func (t *Transport) redacted(err error) error {
	if text := t.options.Redactor.String(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// isClosed reports whether the connection ended.
func isClosed(err error) bool {
	for _, end := range []error{io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, errSpoiled} {
		if errors.Is(err, end) {
			return true
		}
	}
	return false
}

// notSent reports whether net/http refused to send the request.
func notSent(text string) bool {
	return strings.HasPrefix(text, "invalid method") || strings.HasPrefix(text, "invalid header field") ||
		strings.HasPrefix(text, "invalid Host header") || strings.HasPrefix(text, "can't write control character")
}

// during says how far an attempt had come.
func during(tapped *watch, response *spec.Response) string {
	tapped.mu.Lock()
	defer tapped.mu.Unlock()
	switch {
	case response != nil:
		return fmt.Sprintf("after %d bytes of the body", len(response.Body))
	case tapped.header != nil:
		return "after the response head"
	case tapped.written > 0:
		return "before it sent a complete response head"
	default:
		return "before the request was sent"
	}
}
