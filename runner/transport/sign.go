package transport

import (
	"slices"
	"strings"

	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
	"cartconform/suites/stage"
)

// The parameters that sign a query.
const (
	keyParameter       = "AWSAccessKeyId"
	timestampParameter = "Timestamp"
	signatureParameter = sigv2.SignatureName
)

// What stands for credentials that must be refused.
const (
	nobodysKey    = "CARTCONFORMNOBODYHAS" // in the form of a key
	anotherSecret = "not-the-secret-key"
)

// sign gives the call as it is sent: with key, timestamp and signature, if the API
// wants requests to be signed. Nothing else of it changes, so that a suite decides
// about the order and the spelling of all other parameters.
func (t *Transport) sign(call stage.Call) (stage.Call, error) {
	if t.options.Signing == nil || call.Control || call.Credentials == stage.None {
		return call, nil
	}
	if _, known := t.options.Signing.Locales[call.Locale]; !known && call.Locale != "" {
		return call, unsendable("wanted a locale of remoteCart.otherLocales, got %q", call.Locale)
	}
	key, secret, timestamp := t.keys(call)
	if call.Body != nil {
		return signEnvelope(call, key, secret, timestamp), nil
	}
	parameters, err := sigv2.ParseQuery(call.Query)
	if err != nil {
		return call, unsendable("a query that cannot be read cannot be signed: %v", err)
	}
	var added []sigv2.Parameter
	add := func(name, value string) { // unless the call brings its own
		if value != "" && !slices.ContainsFunc(parameters, func(p sigv2.Parameter) bool { return p.Name == name }) {
			added = append(added, sigv2.Parameter{Name: name, Value: value})
		}
	}
	add(keyParameter, key)
	add(timestampParameter, timestamp)
	if call.Credentials != stage.Unsigned {
		path := t.base(call).EscapedPath() + call.Path
		add(signatureParameter, sigv2.SignQuery(secret, call.Method, t.host(call), path, slices.Concat(parameters, added)))
	}
	parts := []string{call.Query, sigv2.Query(added)}
	if call.SignedFirst {
		slices.Reverse(parts)
	}
	call.Query = strings.Trim(strings.Join(parts, "&"), "&")
	return call, nil
}

// signEnvelope signs a SOAP request: key, timestamp and signature become blocks of
// its header, after those that are there. A body that is no envelope stays as it is.
func signEnvelope(call stage.Call, key, secret, timestamp string) stage.Call {
	message, err := soap.Unwrap(call.Body)
	if err != nil {
		return call
	}
	add := func(name, value string) {
		if value != "" {
			message.Header = append(message.Header, xmlform.New(sigv2.Namespace, name, value))
		}
	}
	add(keyParameter, key)
	add(timestampParameter, timestamp)
	if call.Credentials != stage.Unsigned {
		add(signatureParameter, sigv2.SignOperation(secret, call.Operation, timestamp))
	}
	if call.SignedFirst {
		slices.Reverse(message.Header)
	}
	if text, err := soap.Wrap(message.Version, message.Header, message.Body); err == nil {
		call.Body = text
	}
	return call
}

// keys gives what a call is signed with; "" for what it is to lack.
func (t *Transport) keys(call stage.Call) (key, secret, timestamp string) {
	key, secret = t.options.Signing.AccessKey, t.options.Signing.SecretKey
	timestamp = sigv2.Timestamp(t.options.Now().Add(-call.Age))
	switch call.Credentials {
	case stage.Bad:
		secret = anotherSecret
	case stage.UnknownKey:
		key = nobodysKey
	case stage.Undated:
		timestamp = ""
	}
	return key, secret, timestamp
}
