package spec_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cartconform/fixtures/reference/remotecart"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
)

// shopper speaks to a reference and has each answer judged.
type shopper struct {
	t        *testing.T
	contract *spec.Contract
	server   *httptest.Server
	label    string
	cart     []sigv2.Parameter // CartId and HMAC, once there is one
	exchange *spec.Exchange    // the last one
	seen     map[string]bool   // violations and validators' disagreements, told once
}

const (
	available, another, soldOut, capped = "B0G0QJJ179", "B0322MG784", "B0JXGNH682", "B0YA9E0K38"
	remoteNamespace                     = "http://webservices.amazon.com/AWSECommerceService/2013-08-01"
)

type p = sigv2.Parameter

// rest calls an operation with a signed query and gives its Cart.
func (s *shopper) rest(operation string, more ...p) map[string]any {
	s.t.Helper()
	parameters := append([]p{{Name: "Service", Value: "AWSECommerceService"}, {Name: "Operation", Value: operation}, {Name: "AWSAccessKeyId", Value: remotecart.AccessKey},
		{Name: "AssociateTag", Value: "example-20"}, {Name: "Version", Value: "2013-08-01"}, {Name: "Timestamp", Value: sigv2.Timestamp(time.Now())}}, more...)
	if operation != "CartCreate" {
		parameters = append(parameters, s.cart...)
	}
	host := strings.TrimPrefix(s.server.URL, "http://")
	signature := sigv2.SignQuery(remotecart.SecretKey, "GET", host, "/onca/xml", parameters)
	parameters = append(parameters, p{Name: sigv2.SignatureName, Value: signature})
	return s.call(operation, spec.Request{Method: "GET", URL: s.server.URL + "/onca/xml?" + sigv2.Query(parameters), Header: http.Header{}})
}

// soap calls an operation in an envelope and gives its Cart.
func (s *shopper) soap(v soap.Version, operation string, items ...*xmlform.Element) map[string]any {
	s.t.Helper()
	e := func(name, text string) *xmlform.Element { return xmlform.New(remoteNamespace, name, text) }
	request := e("Request", "")
	if operation != "CartCreate" {
		for _, parameter := range s.cart {
			request.With(e(parameter.Name, parameter.Value))
		}
	}
	if items != nil {
		request.With(e("Items", "").With(items...))
	}
	child := e(operation, "").With(e("AWSAccessKeyId", remotecart.AccessKey), e("AssociateTag", "example-20"), request)
	const security = "http://security.amazonaws.com/doc/2007-01-01/"
	at := sigv2.Timestamp(time.Now())
	body, err := soap.Wrap(v, []*xmlform.Element{xmlform.New(security, "AWSAccessKeyId", remotecart.AccessKey), xmlform.New(security, "Timestamp", at),
		xmlform.New(security, "Signature", sigv2.SignOperation(remotecart.SecretKey, operation, at))}, child)
	if err != nil {
		s.t.Fatal(err)
	}
	header := http.Header{"Content-Type": {v.ContentType("http://soap.amazon.com/" + operation)}}
	if action := v.ActionHeader("http://soap.amazon.com/" + operation); action != "" {
		header.Set("SOAPAction", action)
	}
	return s.call(operation, spec.Request{Method: "POST", URL: s.server.URL + "/onca/soap?Service=AWSECommerceService", Header: header, Body: body})
}

func (s *shopper) call(operation string, request spec.Request) map[string]any {
	s.t.Helper()
	sent, err := http.NewRequest(request.Method, request.URL, strings.NewReader(string(request.Body)))
	if err != nil {
		s.t.Fatal(err)
	}
	sent.Header = request.Header
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	got, err := client.Do(sent)
	if err != nil {
		s.t.Logf("%s: %s: %v", s.label, operation, err) // a side that closes connections
		return nil
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		s.t.Fatalf("%s: %s: %v", s.label, operation, err)
	}
	s.exchange = &spec.Exchange{Operation: operation, Request: request, Response: &spec.Response{Proto: got.Proto, Status: got.StatusCode, Header: got.Header, Body: body}}
	j := s.contract.Judge(s.exchange)
	if j.Operation != operation {
		s.t.Errorf("%s: wanted the operation %s, got %q", s.label, operation, j.Operation)
	}
	for _, v := range j.Violations {
		if text := v.Requirement + " " + v.String(); !s.seen[text] {
			s.seen[text] = true
			s.t.Errorf("%s: %s: wanted no violation, got %s", s.label, operation, text)
		}
	}
	for _, d := range j.Drift {
		undocumented := s.label == "defaults" && d.Where != "" && d.Kind != spec.DriftHeader
		if undocumented || strings.HasPrefix(d.Value, "validators disagree") {
			s.t.Errorf("%s: %s: wanted nothing undocumented and validators that agree, got %+v", s.label, operation, d)
		}
	}
	document, _ := j.Document.(map[string]any)
	cart, _ := document["Cart"].(map[string]any)
	if id, _ := cart["CartId"].(string); id != "" {
		hmac, _ := cart["HMAC"].(string)
		s.cart = []p{{Name: "CartId", Value: id}, {Name: "HMAC", Value: hmac}}
	}
	return cart
}

// shopping goes through all operations, with what is accepted, saved, capped and
// refused.
func (s *shopper) shopping() {
	s.t.Helper()
	item := func(n int, name, value string) p {
		return p{Name: "Item." + strconv.Itoa(n) + "." + name, Value: value}
	}
	add := func(n int, asin, quantity string) []p {
		return []p{item(n, "ASIN", asin), item(n, "Quantity", quantity)}
	}
	s.rest("CartCreate", append(append(add(1, available, "2"), add(2, soldOut, "1")...), add(3, capped, "9")...)...)
	if len(s.cart) == 0 {
		s.t.Errorf("%s: wanted a cart, got %s", s.label, s.exchange.Response.Body)
		return
	}
	for _, group := range []string{"Cart", "Cart,CartSimilarities", "Cart,CartTopSellers,CartNewReleases"} {
		s.rest("CartGet", p{Name: "ResponseGroup", Value: group})
	}
	s.rest("CartAdd", add(1, another, "1")...)
	s.rest("CartAdd", add(1, another, "5")...)
	s.rest("CartAdd", add(1, "B000000000", "1")...)
	s.rest("CartAdd", add(1, available, "0")...)
	s.rest("CartAdd")
	s.rest("CartCreate", item(1, "Quantity", "1"))
	for _, id := range s.ids(s.rest("CartGet"), "CartItems", "CartItem") {
		s.rest("CartModify", item(1, "CartItemId", id), item(1, "Quantity", "3"))
		s.rest("CartModify", item(1, "CartItemId", id), item(1, "Action", "SaveForLater"))
	}
	for _, id := range s.ids(s.rest("CartGet"), "SavedForLaterItems", "SavedForLaterItem") {
		s.rest("CartModify", item(1, "CartItemId", id), item(1, "Action", "MoveToCart"))
		s.rest("CartModify", item(1, "CartItemId", id), item(1, "Quantity", "0"))
	}
	s.rest("CartModify", item(1, "CartItemId", "unknown"), item(1, "Quantity", "1"))
	s.rest("CartClear")
	s.rest("CartGet")
	s.rest("CartClear")
	cart := s.cart
	s.cart = []p{cart[0], {Name: "HMAC", Value: "wrong"}}
	s.rest("CartGet")
	s.cart = cart
	e := func(asin string) *xmlform.Element {
		return xmlform.New(remoteNamespace, "Item", "").With(xmlform.New(remoteNamespace, "ASIN", asin), xmlform.New(remoteNamespace, "Quantity", "2"))
	}
	for _, v := range soap.Versions() {
		s.soap(v, "CartCreate", e(available), e(soldOut))
		s.soap(v, "CartAdd", e(another))
		s.soap(v, "CartGet")
		s.soap(v, "CartClear")
		s.soap(v, "CartCreate")
	}
}

func (s *shopper) ids(cart map[string]any, area, entry string) []string {
	container, _ := cart[area].(map[string]any)
	entries, _ := container[entry].([]any)
	var ids []string
	for _, e := range entries {
		object, _ := e.(map[string]any)
		id, _ := object["CartItemId"].(string)
		ids = append(ids, id)
	}
	return ids
}

// Whatever the reference answers, on any side of any choice, keeps the contract as
// far as an answer alone can show.
func TestRemoteReferenceKeepsTheContract(t *testing.T) {
	contract, err := spec.RemoteCart()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	visit := func(label string, choices remotecart.Choices, locale remotecart.Locale) {
		handler, err := remotecart.New(remotecart.Options{Choices: choices, Locale: locale})
		if err != nil {
			t.Fatalf("%s: %v", label, err)
		}
		server := httptest.NewServer(handler)
		defer server.Close()
		(&shopper{t: t, contract: contract, server: server, label: label, seen: seen}).shopping()
	}
	visit("defaults", remotecart.Choices{}, "")
	for _, info := range remotecart.ChoiceTable() {
		for _, side := range info.Values[1:] {
			name := info.Name + "=" + side
			if testing.Short() || info.Name == "Protocol" || slices.Contains(remotecart.SlowSides(), name) {
				continue // HTTP/2 needs TLS; what only waits answers the same
			}
			choices, err := remotecart.DefaultChoices().With(info.Name, side)
			if err != nil {
				t.Fatal(err)
			}
			visit(name, choices, "")
		}
	}
	for _, locale := range remotecart.Locales() {
		visit("locale "+string(locale), remotecart.Choices{}, locale)
	}
	for n := range 10 {
		choices := remotecart.Combination(1, n)
		choices.Protocol = "" // as above
		visit("combination "+choices.String(), choices, "")
	}
}
