package proof

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/fixtures/wire"
)

// serving is a server that listens, and how to reach it.
type serving struct {
	baseURL string
	dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil is TCP
	tls     *tls.Config                                                          // trusts the server's certificate; nil without TLS
	close   func() error
}

// listen serves a handler as choices of a reference say. Most are served inside
// of the process. Where it matters how bytes travel, they go over TCP; HTTP/2 is
// what client and server agree on over TLS, with a certificate that is made for
// this server and trusted by whoever asks for serving.tls, and by nobody else.
func listen(handler http.Handler, framing wire.Framing, keepAlive wire.KeepAlive, protocol wire.Protocol) (serving, error) {
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	if protocol == wire.HTTP2 {
		return listenTLS(server)
	}
	if framing != wire.Chunked && keepAlive != wire.CloseEachOne {
		inside := newInside()
		go func() { _ = server.Serve(inside) }()
		return serving{baseURL: "http://reference.invalid", dial: inside.dial, close: server.Close}, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return serving{}, fmt.Errorf("listen for the reference: %w", err)
	}
	go func() { _ = server.Serve(listener) }()
	return serving{baseURL: "http://" + listener.Addr().String(), close: server.Close}, nil
}

func listenTLS(server *http.Server) (serving, error) {
	certificate, trusted, err := certify("127.0.0.1")
	if err != nil {
		return serving{}, fmt.Errorf("make a certificate for the reference: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return serving{}, fmt.Errorf("listen for the reference: %w", err)
	}
	server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	go func() { _ = server.ServeTLS(listener, "", "") }()
	return serving{
		baseURL: "https://" + listener.Addr().String(),
		tls:     &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12},
		close:   server.Close,
	}, nil
}

// certify makes a certificate for an address, valid for a day, and a pool that
// trusts it alone.
func certify(address string) (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "cartconform reference"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true, IPAddresses: []net.IP{net.ParseIP(address)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool, nil
}

// named is a target description that calls carts and offers by the names that
// they have under the choices.
func named(text string, catalog *reference.Catalog, choices reference.Choices) string {
	var pairs []string
	rename := func(from, to string) {
		if from != to {
			quoted, _ := json.Marshal(to) // a string; YAML reads JSON's quotes
			pairs = append(pairs, from, string(quoted))
		}
	}
	for _, buyer := range catalog.Buyers {
		for _, cart := range buyer.Carts {
			rename(cart.ID, choices.CartID(cart.ID))
		}
	}
	for _, offer := range catalog.Offers {
		rename(offer.ID, choices.OfferID(offer.ID))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
