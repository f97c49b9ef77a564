// Package sigv2 signs requests of the Product Advertising API 4 with Signature
// Version 2: the query of a REST request, and the header of a SOAP request that
// does without WS-Security. Its functions are pure: no clock, no network.
//
// Source: Developer Guide 2013-08-01, "Authenticating requests" (query requests,
// HMAC signatures) and "Not using WS-Security".
package sigv2

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Namespace is that of the header blocks AWSAccessKeyId, Timestamp and Signature of
// a SOAP request.
const Namespace = "http://security.amazonaws.com/doc/2007-01-01/"

// SignatureName is the parameter that carries the signature and is not signed.
const SignatureName = "Signature"

// Parameter is one parameter of a query, in plain text: nothing is encoded.
type Parameter struct{ Name, Value string }

// Encode percent-encodes a text as the signature wants it (RFC 3986): only
// letters, digits and "-_.~" stay, a space is %20, hexadecimal digits are upper
// case. What is not UTF-8 is encoded byte by byte.
func Encode(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(text))
	for _, c := range []byte(text) {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

// Query encodes parameters in the order in which they are given.
func Query(parameters []Parameter) string {
	var b strings.Builder
	for i, p := range parameters {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(Encode(p.Name))
		b.WriteByte('=')
		b.WriteString(Encode(p.Value))
	}
	return b.String()
}

// Canonical encodes the parameters that are signed: all but Signature, in the
// byte order of their names, those of one name in that of their values.
func Canonical(parameters []Parameter) string {
	signed := slices.DeleteFunc(slices.Clone(parameters), func(p Parameter) bool { return p.Name == SignatureName })
	slices.SortFunc(signed, func(a, b Parameter) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Value, b.Value))
	})
	return Query(signed)
}

// StringToSign puts together what is signed of a REST request: the method, the
// host in lower case, the path ("/" for none) and the canonical query, one a
// line. The host is what the Host header says, with its port if it names one.
func StringToSign(method, host, path string, parameters []Parameter) string {
	if path == "" {
		path = "/"
	}
	return method + "\n" + strings.ToLower(host) + "\n" + path + "\n" + Canonical(parameters)
}

// Sign returns the base64 form of the HMAC-SHA256 of a text with a secret key.
func Sign(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// SignQuery returns the signature of a REST request, in base64 and not yet
// percent-encoded. Parameters may stand in any order.
func SignQuery(secret, method, host, path string, parameters []Parameter) string {
	return Sign(secret, StringToSign(method, host, path, parameters))
}

// SignURL returns the signature of a REST request as its URL says it: the
// parameters of the query but for Signature, wherever they stand in it. The URL's
// host is taken for what the Host header will say. It is an error when the query
// cannot be read.
func SignURL(secret, method string, u *url.URL) (string, error) {
	parameters, err := ParseQuery(u.RawQuery)
	if err != nil {
		return "", err
	}
	return SignQuery(secret, method, u.Host, u.EscapedPath(), parameters), nil
}

// ParseQuery reads the parameters of a raw query in their order, as the other
// side reads them: percent-encoded, a "+" being a space.
func ParseQuery(raw string) ([]Parameter, error) {
	var parameters []Parameter
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		p := Parameter{}
		var err error
		if p.Name, err = url.QueryUnescape(name); err != nil {
			return nil, fmt.Errorf("reading the name of a query parameter: %w", err)
		}
		if p.Value, err = url.QueryUnescape(value); err != nil {
			return nil, fmt.Errorf("reading the query parameter %s: %w", p.Name, err)
		}
		parameters = append(parameters, p)
	}
	return parameters, nil
}

// SignOperation returns the signature for the header of a SOAP request: that of
// the operation's name with the timestamp directly after it.
func SignOperation(secret, operation, timestamp string) string {
	return Sign(secret, operation+timestamp)
}

// Timestamp renders an instant as the parameter Timestamp has it:
// YYYY-MM-DDThh:mm:ssZ, in UTC, the fraction of the second cut off.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
