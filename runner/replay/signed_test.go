package replay_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"cartconform/runner/replay"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
	"cartconform/suites/stage"
)

// abroad is a recording of a service with another locale.
var abroad = replay.Part{Of: func(string) bool { return true }, BaseURL: func(locale string) string {
	return map[string]string{"": "https://ws.example.com", "UK": "https://ws.example.co.uk"}[locale]
}}

func signedCall() stage.Call {
	return stage.Call{
		Operation: "CartGet", Method: http.MethodGet, Path: "/onca/xml", Query: "Operation=CartGet&HMAC=a%2B", Spec: "changes", Lane: 1, Ordinal: 2,
	}
}

func signedExchange(query string) spec.Exchange {
	x := exchange()
	x.Response.Header = http.Header{"Content-Type": {"text/xml"}}
	x.Request = spec.Request{Method: http.MethodGet, URL: "https://ws.example.com/onca/xml?" + query}
	return x
}

// A signed request is the one that was recorded, whenever that was and with
// whatever keys; it shows what was sent then.
func TestSignedQueries(t *testing.T) {
	const signs = "AWSAccessKeyId=[redacted]&Timestamp=2026-01-01T00%3A00%3A00Z&Signature=abc%3D"
	const asked = "Operation=CartGet&HMAC=a%2B"
	for query, same := range map[string]bool{
		asked + "&" + signs: true, signs + "&" + asked: true, asked: true,
		"Operation=CartGet&HMAC=b&" + signs: false, asked + "&More=1&" + signs: false, "HMAC=a%2B&Operation=CartGet&" + signs: false, signs: false,
	} {
		x := signedExchange(query)
		x.Response.Body = []byte("<a>[redacted]</a>")
		got := replay.New(recording(x), abroad).Send(t.Context(), signedCall())
		if (got.Err == nil) != same {
			t.Errorf("%s: wanted taken for the recorded one: %v, got %v", query, same, got.Err)
		}
		if same && (got.Request.URL != x.Request.URL || got.Masked != !strings.Contains(query, signs)) {
			t.Errorf("%s: wanted the request as it was sent, and its answer masked only without a key, got %+v", query, got)
		}
	}
	call := signedCall()
	call.Locale = "UK"
	if got := replay.New(recording(signedExchange(asked+"&"+signs)), abroad).Send(t.Context(), call); got.Err == nil {
		t.Error("wanted another locale not answered")
	}
	call = signedCall()
	call.Age = 1
	if got := replay.New(recording(signedExchange(asked+"&"+signs)), abroad).Send(t.Context(), call); got.Err == nil {
		t.Error("wanted a request of another age not answered")
	}
	call = signedCall()
	call.Query += "&Timestamp=mine"
	if got := replay.New(recording(signedExchange(asked+"&"+signs)), abroad).Send(t.Context(), call); got.Err == nil {
		t.Error("wanted a request with a timestamp of its own not answered")
	}
}

func TestSignedEnvelopes(t *testing.T) {
	child := xmlform.New("urn:shop", "CartGet", "").With(xmlform.New("urn:shop", "CartId", "1"))
	wrap := func(id string, blocks ...*xmlform.Element) []byte {
		child.Children[0].Text = id
		text, err := soap.Wrap(soap.V12, blocks, child)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	signs := []*xmlform.Element{xmlform.New(sigv2.Namespace, "AWSAccessKeyId", "[redacted]"), xmlform.New(sigv2.Namespace, "Signature", "abc=")}
	for id, same := range map[string]bool{"1": true, "2": false} {
		x := signedExchange("Service=x")
		x.Request.Method, x.Request.Body = http.MethodPost, wrap(id, signs...)
		x.Response.Body = []byte("<a>[redacted]</a>")
		call := signedCall()
		call.Method, call.Query, call.Body = http.MethodPost, "Service=x", wrap("1")
		got := replay.New(recording(x), abroad).Send(t.Context(), call)
		if (got.Err == nil) != same || same && (!bytes.Equal(got.Request.Body, x.Request.Body) || got.Masked) {
			t.Errorf("cart %s: wanted taken for the recorded one: %v, got %+v", id, same, got)
		}
	}
}

// What another suite asked is not this one's.
func TestPartsOfARecording(t *testing.T) {
	x := exchange()
	player := replay.New(recording(x), replay.Part{Of: func(id string) bool { return strings.Contains(id, "w1") }, BaseURL: whole.BaseURL})
	if got := player.Send(t.Context(), call()); got.Err == nil {
		t.Error("wanted an exchange of another suite not given")
	}
	if specs := player.Specs(""); len(specs) != 1 || specs[0].Name != "was cut off" {
		t.Errorf("wanted the specs of one suite alone, got %+v", specs)
	}
}
