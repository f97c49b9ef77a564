package transport_test

import (
	"context"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"cartconform/runner/description"
	"cartconform/runner/transport"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
	"cartconform/suites/stage"
)

// arrived is the last request that a server got.
type arrived struct {
	mu      sync.Mutex
	request *http.Request
	body    string
}

func (a *arrived) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.request, a.body = r, string(body)
}

// openSigned is open for the remote cart.
func openSigned(t *testing.T, base string, clock *clock, locales map[string]description.Endpoint) *transport.Transport {
	t.Helper()
	return open(t, base, func(o *transport.Options) {
		o.Signing = &description.RemoteCart{AccessKey: "AK", SecretKey: "SK", Locales: locales}
		o.Now, o.Sleep = clock.Now, clock.Sleep
	})
}

func send(t *testing.T, tr *transport.Transport, call stage.Call) *spec.Exchange {
	t.Helper()
	if call.Method == "" {
		call.Method, call.Path = "GET", "/onca/xml"
	}
	x := tr.Send(context.Background(), call)
	if x.Err != nil {
		t.Fatal(x.Err)
	}
	return x
}

// What arrives is what the call says, in its order and spelling, and what signs it.
func TestQueriesAreSigned(t *testing.T) {
	const query = "Version=2013-08-01&Operation=CartGet&HMAC=a%2Bb%20c%3D&CartId=1"
	const at = "Timestamp=2026-01-02T03%3A04%3A05Z"
	server := &arrived{}
	base := serve(t, server.ServeHTTP)
	tr := openSigned(t, base+"/gateway", newClock(), nil)
	for name, c := range map[string]struct {
		call   stage.Call
		before string // what stands before the signature, without it
		after  string
		secret string // that the signature is made with; "" for no signature
	}{
		"right":          {stage.Call{}, query + "&AWSAccessKeyId=AK&" + at, "", "SK"},
		"first":          {stage.Call{SignedFirst: true}, "AWSAccessKeyId=AK&" + at, "&" + query, "SK"},
		"late":           {stage.Call{Age: 2 * time.Hour}, query + "&AWSAccessKeyId=AK&Timestamp=2026-01-02T01%3A04%3A05Z", "", "SK"},
		"early":          {stage.Call{Age: -time.Hour}, query + "&AWSAccessKeyId=AK&Timestamp=2026-01-02T04%3A04%3A05Z", "", "SK"},
		"unknown key":    {stage.Call{Credentials: stage.UnknownKey}, query + "&AWSAccessKeyId=CARTCONFORMNOBODYHAS&" + at, "", "SK"},
		"bad":            {stage.Call{Credentials: stage.Bad}, query + "&AWSAccessKeyId=AK&" + at, "", "not-the-secret-key"},
		"undated":        {stage.Call{Credentials: stage.Undated}, query + "&AWSAccessKeyId=AK", "", "SK"},
		"unsigned":       {stage.Call{Credentials: stage.Unsigned}, query + "&AWSAccessKeyId=AK&" + at, "", ""},
		"nothing at all": {stage.Call{Credentials: stage.None}, query, "", ""},
		"control":        {stage.Call{Control: true}, query, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c.call.Method, c.call.Path, c.call.Query = "GET", "/onca/xml", query
			x := send(t, tr, c.call)
			want := c.before + c.after
			if c.secret != "" {
				parameters, err := sigv2.ParseQuery(c.before + c.after)
				if err != nil {
					t.Fatal(err)
				}
				signature := sigv2.SignQuery(c.secret, "GET", server.request.Host, "/gateway/onca/xml", parameters)
				want = c.before + "&Signature=" + url.QueryEscape(signature) + c.after
			}
			if server.request.URL.RawQuery != want {
				t.Errorf("wanted\n%s, got\n%s", want, server.request.URL.RawQuery)
			}
			if x.Request.URL != base+"/gateway/onca/xml?"+want {
				t.Errorf("wanted the exchange to show what was sent, got %s", x.Request.URL)
			}
			if x.Credentials != c.call.Presented() || strings.Contains(x.Request.URL, "SK") {
				t.Errorf("wanted %s credentials and no secret, got %s in %s", c.call.Credentials, x.Credentials, x.Request.URL)
			}
		})
	}
	own := send(t, tr, stage.Call{Query: query + "&Timestamp=yesterday"})
	if strings.Count(own.Request.URL, "Timestamp=") != 1 || !strings.Contains(own.Request.URL, "Signature=") {
		t.Errorf("wanted the call's own timestamp alone, and a signature, got %s", own.Request.URL)
	}
	if x := tr.Send(t.Context(), stage.Call{Method: "GET", Path: "/onca/xml", Query: "a=%zz"}); kind(t, x) != transport.Unsendable {
		t.Errorf("wanted what cannot be signed to be unsendable, got %v", x.Err)
	}
}

// The signature is for the host that is asked: another locale has another one.
func TestLocales(t *testing.T) {
	near, far := &arrived{}, &arrived{}
	base, other := serve(t, near.ServeHTTP), serve(t, far.ServeHTTP)
	tr := openSigned(t, base, newClock(), map[string]description.Endpoint{
		"UK": {BaseURL: parse(t, other)}, "JP": {BaseURL: parse(t, other), Host: "webservices.example.co.jp"},
	})
	signatures := map[string]bool{}
	for locale, want := range map[string]struct {
		at   *arrived
		host string
	}{"": {near, base}, "UK": {far, other}, "JP": {far, "http://webservices.example.co.jp"}} {
		x := send(t, tr, stage.Call{Query: "Operation=CartGet", Locale: locale})
		if shown := x.Request.Header.Get("Host"); (shown != "") != (locale == "JP") {
			t.Errorf("%s: wanted the exchange to show a host that the URL does not tell, got %q", locale, shown)
		}
		if got := "http://" + want.at.request.Host; got != want.host {
			t.Errorf("%s: wanted the host %s, got %s", locale, want.host, got)
		}
		u := *want.at.request.URL
		u.Host = want.at.request.Host
		signature, err := sigv2.SignURL("SK", "GET", &u)
		if sent := want.at.request.URL.Query().Get("Signature"); err != nil || sent != signature {
			t.Errorf("%s: wanted the signature for that host, %s, got %s, %v", locale, signature, sent, err)
		}
		signatures[signature] = true
	}
	if len(signatures) != 3 {
		t.Errorf("wanted a signature for each host, got %v", signatures)
	}
	if x := tr.Send(t.Context(), stage.Call{Method: "GET", Path: "/onca/xml", Locale: "FR"}); kind(t, x) != transport.Unsendable {
		t.Errorf("wanted an unknown locale to be unsendable, got %v", x.Err)
	}
}

// SOAP requests are signed in the header of the envelope.
func TestEnvelopesAreSigned(t *testing.T) {
	server := &arrived{}
	tr := openSigned(t, serve(t, server.ServeHTTP), newClock(), nil)
	for _, version := range soap.Versions() {
		child := xmlform.New("urn:shop", "CartGet", "").With(xmlform.New("urn:shop", "CartId", "1 & 2"))
		body, err := soap.Wrap(version, []*xmlform.Element{xmlform.New("urn:own", "Mine", "x")}, child)
		if err != nil {
			t.Fatal(err)
		}
		for credentials, want := range map[stage.Credentials]string{
			stage.Valid:      "Mine=x AWSAccessKeyId=AK Timestamp=2026-01-02T03:04:05Z Signature=" + sigv2.SignOperation("SK", "CartGet", "2026-01-02T03:04:05Z"),
			stage.Bad:        "Mine=x AWSAccessKeyId=AK Timestamp=2026-01-02T03:04:05Z Signature=" + sigv2.SignOperation("not-the-secret-key", "CartGet", "2026-01-02T03:04:05Z"),
			stage.UnknownKey: "Mine=x AWSAccessKeyId=CARTCONFORMNOBODYHAS Timestamp=2026-01-02T03:04:05Z Signature=" + sigv2.SignOperation("SK", "CartGet", "2026-01-02T03:04:05Z"),
			stage.Unsigned:   "Mine=x AWSAccessKeyId=AK Timestamp=2026-01-02T03:04:05Z",
			stage.Undated:    "Mine=x AWSAccessKeyId=AK Signature=" + sigv2.SignOperation("SK", "CartGet", ""),
			stage.None:       "Mine=x",
		} {
			x := send(t, tr, stage.Call{Operation: "CartGet", Method: "POST", Path: "/onca/soap", Query: "Service=AWSECommerceService", Body: body, Credentials: credentials})
			message, err := soap.Unwrap([]byte(server.body))
			if err != nil || message.Version != version {
				t.Fatalf("wanted an envelope of SOAP %s, got %s, %v", version, server.body, err)
			}
			var blocks []string
			for _, block := range message.Header {
				blocks = append(blocks, block.Name.Local+"="+block.Text)
				if block.Name.Local != "Mine" && block.Name.Space != "http://security.amazonaws.com/doc/2007-01-01/" {
					t.Errorf("wanted the namespace of the guide, got %s", block)
				}
			}
			if got := strings.Join(blocks, " "); got != want {
				t.Errorf("%s: wanted the header %s, got %s", credentials, want, got)
			}
			if message.Body.Name != (xml.Name{Space: "urn:shop", Local: "CartGet"}) || message.Body.Child("urn:shop", "CartId").Text != "1 & 2" {
				t.Errorf("wanted the body as it was, got %s", server.body)
			}
			if string(x.Request.Body) != server.body || server.request.URL.RawQuery != "Service=AWSECommerceService" {
				t.Errorf("wanted the exchange to show what was sent, got %s and %s", x.Request.Body, x.Request.URL)
			}
		}
	}
	for _, body := range []string{"", "no envelope", "<a/>"} {
		if x := send(t, tr, stage.Call{Operation: "CartGet", Method: "POST", Path: "/onca/soap", Body: []byte(body)}); server.body != body || string(x.Request.Body) != body {
			t.Errorf("wanted %q as it is, got %q", body, server.body)
		}
	}
}

// An account's pace is that of all its operations together, and a 503 says that it
// was exceeded. A request that is repeated is signed again.
func TestAccountsPace(t *testing.T) {
	answers := &script{statuses: []int{200, 200, 503, 200}}
	var timestamps []string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		timestamps = append(timestamps, r.URL.Query().Get("Timestamp"))
		answers.ServeHTTP(w, r)
	})
	clock := newClock()
	tr := open(t, base, func(o *transport.Options) {
		o.HTTP.RequestsPerSecond, o.HTTP.Burst, o.HTTP.Overall = 1, 1, true
		o.Signing = &description.RemoteCart{AccessKey: "AK", SecretKey: "SK"}
		o.Now, o.Sleep = clock.Now, clock.Sleep
	})
	for _, operation := range []string{"CartCreate", "CartGet", "CartAdd"} {
		if x := send(t, tr, stage.Call{Operation: operation, Query: "Operation=" + operation}); x.Response.Status != 200 {
			t.Fatalf("wanted 200, got %d", x.Response.Status)
		}
	}
	// The wait for the third, the wait after the 503, and that for half of the pace.
	if len(clock.slept) != 4 || clock.slept[0] != time.Second || clock.slept[1] != time.Second {
		t.Errorf("wanted a second between any two, got %v", clock.slept)
	}
	if len(timestamps) != 4 || timestamps[3] <= timestamps[2] {
		t.Errorf("wanted the repeated request signed anew, got %v", timestamps)
	}
}
