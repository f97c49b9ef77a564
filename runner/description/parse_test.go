package description_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/runner/description"
	"cartconform/runner/redact"
	"cartconform/suites/target"
)

func TestFullDescription(t *testing.T) {
	d := parse(t, full)
	want := target.Target{
		Profile:  target.Controlled,
		Region:   "UK",
		Features: []target.Feature{target.Pagination, target.Ordering, target.Auth},
		Lanes:    []target.Lane{{Buyer: "buyer1@example.com", CartID: "cart-123"}, {Buyer: "buyer2@example.com", OtherCartID: "cart-789"}},
		Data: target.Data{
			Available:      []target.Offer{{ProductIdentifier: "0593135229", BuyingOptionIdentifier: "asid-1"}, {ProductIdentifier: "B02", BuyingOptionIdentifier: "asid-2"}},
			SameProduct:    []target.Offer{{ProductIdentifier: "B03", BuyingOptionIdentifier: "asid-3"}, {ProductIdentifier: "B03", BuyingOptionIdentifier: "asid-4"}},
			Limited:        []target.Offer{{ProductIdentifier: "B04", BuyingOptionIdentifier: "asid-5", Stock: 5}},
			Unavailable:    []target.Offer{{ProductIdentifier: "B05", BuyingOptionIdentifier: "asid-6"}},
			Restricted:     []target.Offer{{ProductIdentifier: "B06", BuyingOptionIdentifier: "asid-7"}},
			Hosted:         []target.Offer{{ProductIdentifier: "B07", BuyingOptionIdentifier: "asid-8"}},
			Deliverable:    &target.Address{AddressType: "PhysicalAddress", FullName: "A B", AddressLine1: "1 Way", City: "Seattle", StateOrRegion: "WA", PostalCode: "01234", CountryCode: "US"},
			Other:          &target.Address{AddressType: "ExternalAddress", FullName: "A B", AddressLine1: "2 Way", City: "Portland", PostalCode: "97201", CountryCode: "US"},
			OtherDiffersIn: []string{"TAX"},
			ManyCartsBuyer: "many@example.com",
		},
		Control: target.Control{
			SetPrice: &target.Hook{Method: "POST", Path: "/__control/price", Body: `{"n":{{minorUnits}}}`, Header: map[string]string{"Content-Type": "application/json"}},
			SetStock: &target.Hook{Method: "POST", Path: "/__control/stock", Header: map[string]string{}},
			Settle:   500 * time.Millisecond,
		},
		Ordering:       &target.OrderTerms{Group: "g1", PaymentMethod: "StoredPaymentMethod", TrialMode: true},
		Search:         &target.SearchTerms{Keywords: "paper", ProductRegion: "UK", Locale: "en_GB"},
		BadCredentials: true,
		Pace:           2 * time.Second,
		Remote: &target.Remote{
			AssociateTag: "mytag-20", OtherAssociateTag: "second-20", Locale: "US",
			OtherLocales: []target.OtherLocale{{Locale: "UK", AssociateTag: "mytag-21", ASIN: "B13"}, {Locale: "JP"}},
			Features:     []target.Feature{target.SOAP, target.Locales},
			Products: target.Products{
				Available:   []target.Product{{ASIN: "B10", OfferListingID: "o1", Price: 1994}},
				Unavailable: []target.Product{{ASIN: "B11"}},
				Capped:      []target.Product{{ASIN: "B12", Maximum: 3}},
			},
			Control: target.RemoteControl{
				AdvanceClock:    &target.Hook{Method: "POST", Path: "/__control/clock", Body: `{"advanceSeconds":{{seconds}}}`, Header: map[string]string{}},
				SetAvailability: &target.Hook{Method: "POST", Path: "/__control/availability", Header: map[string]string{}},
				Settle:          2 * time.Second,
			},
			Pace: 250 * time.Millisecond,
		},
	}
	if !reflect.DeepEqual(d.Target, want) {
		t.Errorf("wanted\n%+v\ngot\n%+v", want, d.Target)
	}
	h := d.HTTP
	if h.BaseURL.String() != "https://cart.example.com/base" || h.RequestsPerSecond != 0.5 || h.Burst != 10 || h.Timeout != 90*time.Second || h.Auth != nil {
		t.Errorf("got %+v", h)
	}
	if !reflect.DeepEqual(h.Headers, http.Header{"X-Amz-Access-Token": {"token-value"}, "X-Stage": {"test"}}) ||
		!reflect.DeepEqual(h.BadHeaders, http.Header{"X-Amz-Access-Token": {"not-a-token"}}) {
		t.Errorf("got %v and %v", h.Headers, h.BadHeaders)
	}
	if !reflect.DeepEqual(d.Secrets, []redact.Secret{{Name: "TOKEN", Value: "token-value"}, {Name: "KEY", Value: "key-value"}, {Name: "SECRET", Value: "secret-value"}}) {
		t.Errorf("got %v", d.Secrets)
	}
	r := d.RemoteCart
	if r.AccessKey != "key-value" || r.SecretKey != "secret-value" || r.HTTP.BaseURL.String() != "https://webservices.example.com" ||
		r.HTTP.Timeout != 20*time.Second || r.HTTP.RequestsPerSecond != 4 || r.HTTP.Burst != 3 || !r.HTTP.Overall ||
		r.Locales["UK"].BaseURL.Host != "webservices.example.co.uk" || r.Locales["JP"].Host != "webservices.example.co.jp" {
		t.Errorf("got %#v with %+v", r, r.HTTP)
	}
	if text := fmt.Sprintf("%v %+v %#v", r, r, r); strings.Contains(text, "-value") {
		t.Errorf("wanted no secret, got %s", text)
	}
	if claimed := d.Target.Claimed(); !d.Target.Claims(target.SOAP) || !d.Target.Claims(target.Auth) || d.Target.Claims(target.ResponseGroups) || len(claimed) != 5 {
		t.Errorf("wanted the features of both APIs, got %v", claimed)
	}
}

// The remote cart may be described alone.
func TestRemoteCartAlone(t *testing.T) {
	d := parse(t, remote)
	r := d.RemoteCart
	if d.BusinessCart() || d.HTTP.BaseURL != nil || len(d.Target.Lanes) != 0 || d.Target.Profile != target.Live {
		t.Errorf("wanted no Business Cart, got %+v and %+v", d.Target, d.HTTP)
	}
	if r.HTTP.Timeout != 30*time.Second || r.HTTP.RequestsPerSecond != 1 || r.HTTP.Burst != 1 || d.Target.Remote.Pace != time.Second || d.Target.Remote.Locale != "US" {
		t.Errorf("wanted what an account has at least, got %+v and %+v", r.HTTP, d.Target.Remote)
	}
	if r := parse(t, "profile: controlled\n"+remote).RemoteCart; r.HTTP.RequestsPerSecond != 0 {
		t.Errorf("wanted no limit for a controlled target, got %v", r.HTTP.RequestsPerSecond)
	}
	if _, err := d.WithTarget("https://x.example"); err == nil || !strings.Contains(err.Error(), "wanted the section target in t.yaml") {
		t.Errorf("wanted an error that names the section, got %v", err)
	}
	if d := parse(t, small); !d.BusinessCart() || d.RemoteCart != nil || d.Target.Remote != nil {
		t.Errorf("wanted no remote cart, got %+v", d.Target)
	}
	if timeout := parse(t, strings.Replace(small, "region: US", "region: US, timeout: 7s", 1)+remote).RemoteCart.HTTP.Timeout; timeout != 7*time.Second {
		t.Errorf("wanted the target's timeout, got %s", timeout)
	}
}

func TestWithRemoteCart(t *testing.T) {
	a := parse(t, full)
	b, err := a.WithRemoteCart("http://127.0.0.1:4711/")
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]string{
		"the remote cart": b.RemoteCart.HTTP.BaseURL.String(), "UK": b.RemoteCart.Locales["UK"].BaseURL.String(), "JP": b.RemoteCart.Locales["JP"].BaseURL.String(),
	} {
		if at != "http://127.0.0.1:4711" {
			t.Errorf("%s: wanted http://127.0.0.1:4711, got %s", name, at)
		}
	}
	again := parse(t, string(b.Document()))
	if again.Digest != b.Digest || b.Digest == a.Digest || again.RemoteCart.Locales["UK"].BaseURL.Port() != "4711" {
		t.Errorf("wanted the document to tell the new places, got %s", b.Document())
	}
	if !reflect.DeepEqual(a.Document(), parse(t, full).Document()) || a.RemoteCart.Locales["UK"].BaseURL.Host != "webservices.example.co.uk" {
		t.Error("wanted the first description unchanged")
	}
	for _, bad := range []string{"", "ftp://x", "https://u:hidden@x"} {
		if _, err := a.WithRemoteCart(bad); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: wanted an error without the password, got %v", bad, err)
		}
	}
	if _, err := parse(t, small).WithRemoteCart("http://x"); err == nil {
		t.Error("wanted an error without the section")
	}
	without := a.WithoutRemoteCart()
	if again := parse(t, string(without.Document())); without.RemoteCart != nil || without.Target.Remote != nil || again.Target.Remote != nil || again.Digest != without.Digest {
		t.Errorf("wanted no remote cart, got %s", without.Document())
	}
}

func TestDefaults(t *testing.T) {
	d := parse(t, small)
	h := d.HTTP
	if d.Target.Profile != target.Live || h.Timeout != 30*time.Second || h.RequestsPerSecond != 2 || h.Burst != 2 || d.Target.Control.Settle != 5*time.Second || d.RemoteCart != nil {
		t.Errorf("got %+v and %+v", d.Target, h)
	}
	h = parse(t, "profile: controlled\n"+small).HTTP
	if h.RequestsPerSecond != 0 || h.Burst != 1 {
		t.Errorf("wanted no limit, got %+v", h)
	}
}

func TestLoginWithAmazonSection(t *testing.T) {
	d := parse(t, `target:
  baseURL: https://cart.example.com
  region: US
  auth: {lwa: {clientId: amzn1.client, clientSecret: "${SECRET}", refreshToken: "${REFRESH}"}}
lanes: [{buyer: a@example.com}]
`)
	want := description.LWA{ClientID: "amzn1.client", ClientSecret: "secret-value", RefreshToken: "refresh-value", TokenURL: "https://api.amazon.com/auth/o2/token"}
	if *d.HTTP.Auth != want {
		t.Errorf("wanted the secrets, got others")
	}
	for _, format := range []string{"%v", "%+v", "%#v"} {
		if text := fmt.Sprintf(format, d.HTTP.Auth) + fmt.Sprintf(format, d.Secrets); strings.Contains(text, "-value") {
			t.Errorf("wanted no secret, got %s", text)
		}
	}
}

func TestUserInfo(t *testing.T) {
	d := parse(t, `target: {baseURL: "https://${USER}:${PASSWORD}@cart.example.com/x/", region: US}
lanes: [{buyer: a@example.com}]
`)
	if got := d.HTTP.BaseURL.String(); got != "https://cart.example.com/x" {
		t.Errorf("wanted the URL alone, got %s", got)
	}
	// base64 of user-value:p@ss/word:1
	if got := d.HTTP.Headers.Get("Authorization"); got != "Basic dXNlci12YWx1ZTpwQHNzL3dvcmQ6MQ==" {
		t.Errorf("got %s", got)
	}
	if len(d.Secrets) != 3 || !slices.Contains(d.Secrets, redact.Secret{Name: "PASSWORD", Value: "p@ss/word:1"}) {
		t.Errorf("got %v", d.Secrets)
	}
	d = parse(t, "target: {baseURL: \"${URL}\", region: US}\nlanes: [{buyer: a@example.com}]\n")
	if d.HTTP.BaseURL.Host != "cart.example.com" || len(d.Secrets) != 2 || d.Secrets[0].Value != "whole-password" {
		t.Errorf("got %v and %v", d.HTTP.BaseURL, d.Secrets)
	}
}

// Whatever is wrong with a URL is said without its user-info.
func TestUserInfoIsNotShown(t *testing.T) {
	d := parse(t, full)
	for _, text := range []string{
		"https://us3r:pl4nted@host:port", "us3r:pl4nted@host", "ftp://us3r:pl4nted@host", "https://us3r:pl4nted@", "//us3r:pl4nted@host/%zz", "https://us3r:pl4nted@host?q=1",
	} {
		if _, err := d.WithTarget(text); err == nil || strings.Contains(err.Error(), "pl4nted") {
			t.Errorf("%s: wanted an error without the password, got %v", text, err)
		}
		if got := description.HideUserInfo("--target=" + text); strings.Contains(got, "pl4nted") {
			t.Errorf("got %s", got)
		}
	}
	d, err := d.WithTarget("https://t0ken%2Fpl4nted@host")
	if err != nil || d.Secrets[len(d.Secrets)-1].Value != "t0ken/pl4nted" {
		t.Errorf("wanted a name without a password to be a secret, got %v, %v", d, err)
	}
}

func TestDigest(t *testing.T) {
	a := parse(t, full)
	if b := parse(t, "# a comment\n"+full); a.Digest != b.Digest || len(a.Digest) != 64 {
		t.Errorf("wanted comments not to count, got %s and %s", a.Digest, b.Digest)
	}
	if b := parse(t, strings.Replace(full, "B02", "B99", 1)); a.Digest == b.Digest {
		t.Error("wanted data to count")
	}
	other := environment{"TOKEN": "another", "KEY": "another", "SECRET": "another"}
	b, err := description.Parse("t.yaml", []byte(full), other.lookUp)
	if err != nil || a.Digest != b.Digest {
		t.Errorf("wanted secrets not to count, got %v", err)
	}
}

func TestWithTarget(t *testing.T) {
	a := parse(t, full)
	b, err := a.WithTarget("http://u:other-password@127.0.0.1:8080/")
	if err != nil {
		t.Fatal(err)
	}
	if b.HTTP.BaseURL.String() != "http://127.0.0.1:8080" || b.HTTP.Headers.Get("Authorization") == "" || b.Digest == a.Digest {
		t.Errorf("got %v %v", b.HTTP.BaseURL, b.HTTP.Headers)
	}
	if len(b.Secrets) != len(a.Secrets)+2 || a.HTTP.BaseURL.Host != "cart.example.com" || a.HTTP.Headers.Get("Authorization") != "" {
		t.Errorf("wanted the first description unchanged, got %v", a.HTTP.Headers)
	}
	c, err := b.WithTarget("https://cart.example.com/base")
	if err != nil || c.HTTP.Headers.Get("Authorization") != "" || c.Digest != a.Digest {
		t.Errorf("wanted the first one again, got %v, %v", c, err)
	}
	for _, bad := range []string{"", "localhost:8080", "ftp://x", "https://x?y", "https://x#y", "https://", "https://u:hidden@x y"} {
		if _, err := a.WithTarget(bad); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: wanted an error without the password, got %v", bad, err)
		}
	}
}

func TestLocate(t *testing.T) {
	d := parse(t, full)
	for key, want := range map[string]int{
		"profile": 1, "target.headers.x-amz-access-token": 5, "lanes[1].buyer": 12, "lanes[7]": 10,
		"data.offers.limited": 21, "data.offers.available[1].productIdentifier": 17, "data.offers.none": 14,
		"remoteCart.products.capped[0].maximum": 58, "remoteCart.otherLocales[1].host": 51, "nothing": 0, "": 0,
	} {
		if got := d.Locate(key); got != want {
			t.Errorf("%s: wanted line %d, got %d", key, want, got)
		}
	}
	if got := d.Where("data.offers.limited"); got != "t.yaml:21" {
		t.Errorf("got %s", got)
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "target.yaml")
	if err := os.WriteFile(path, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err := description.Load(path, nil); err != nil || d.Name != path {
		t.Errorf("got %v, %v", d, err)
	}
	if _, err := description.Load(path+".none", nil); err == nil || !strings.HasPrefix(err.Error(), "read target description: ") {
		t.Errorf("got %v", err)
	}
}
