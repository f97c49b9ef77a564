package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// newClient makes the one-round-trip client: no redirects, cookies or
// decompression. With taps, every HTTP/1 connection has one, and every request
// has to be watched; those that go through a proxy to https have none, since
// what they carry is encrypted by then.
func newClient(o *Options, taps bool) *http.Transport {
	dial := o.Dial
	if dial == nil {
		dial = (&net.Dialer{Timeout: o.HTTP.Timeout, KeepAlive: 15 * time.Second}).DialContext
	}
	tapped := func(conn net.Conn) net.Conn {
		if !taps {
			return conn
		}
		return &tap{Conn: conn, maxHead: int(o.MaxHeader) + 4<<10}
	}
	proxied := o.ProxyFromEnvironment && o.HTTP.BaseURL.Scheme == "https"
	config := o.TLS.Clone()
	if config == nil {
		config = new(tls.Config)
	}
	if config.NextProtos == nil {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	client := &http.Transport{
		TLSClientConfig:        config,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: o.MaxHeader,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			if err != nil {
				return nil, err
			}
			if proxied {
				return conn, nil
			}
			return tapped(conn), nil
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialTLS(ctx, dial, config, network, address)
			if err != nil {
				return nil, err
			}
			if conn.ConnectionState().NegotiatedProtocol == "h2" {
				return conn, nil // net/http wants to see the *tls.Conn
			}
			return tapped(conn), nil
		},
	}
	if o.ProxyFromEnvironment {
		client.Proxy = http.ProxyFromEnvironment
	}
	return client
}

// dialTLS connects and shakes hands.
func dialTLS(ctx context.Context, dial func(ctx context.Context, network, address string) (net.Conn, error), config *tls.Config, network, address string) (*tls.Conn, error) {
	conn, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config = config.Clone()
	if config.ServerName == "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			conn.Close()
			return nil, err
		}
		config.ServerName = host
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, &handshakeError{err}
	}
	return secured, nil
}

// handshakeError is a failed TLS handshake.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }
