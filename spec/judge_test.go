package spec

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A test exchange begins as a good one; each test spoils one thing.

const testBase = "https://cart.example.com/cart/2025-04-30/carts"

func businessCartT(t testing.TB) *Contract {
	t.Helper()
	c, err := BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answerFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "answers", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// testRequests are good requests, by operationId.
func testRequests() map[string]Request {
	header := func(body bool) http.Header {
		h := http.Header{"X-Amz-User-Email": {"buyer1@example.com"}}
		if body {
			h.Set("Content-Type", "application/json")
		}
		return h
	}
	return map[string]Request{
		"listCarts":   {Method: "GET", URL: testBase + "?region=US&pageSize=5", Header: header(false)},
		"getCart":     {Method: "GET", URL: testBase + "/cart-123?region=US", Header: header(false)},
		"getItems":    {Method: "GET", URL: testBase + "/cart-123/items?region=US", Header: header(false)},
		"deleteItems": {Method: "DELETE", URL: testBase + "/cart-123/items?region=US", Header: header(false)},
		"addItems": {Method: "POST", URL: testBase + "/cart-123/items?region=US", Header: header(true),
			Body: []byte(`{"items":[{"productIdentifier":"Asin1","buyingOptionIdentifier":"OId1","quantity":1,"externalId":"client-item-001"}]}`)},
		"modifyItems": {Method: "PATCH", URL: testBase + "/cart-123/items?region=US", Header: header(true),
			Body: []byte(`{"items":[{"itemId":"cId1","quantity":3}]}`)},
		"getEstimatedTotalPurchaseCost": {Method: "POST", URL: testBase + "/cart-123/totalPurchaseCostEstimations?region=US", Header: header(true),
			Body: []byte(`{"address":{"addressType":"PhysicalAddress","fullName":"cart user","addressLine1":"307 Boren Ave","city":"Seattle","stateOrRegion":"WA","postalCode":"98101","countryCode":"US"}}`)},
	}
}

func testExchange(operation string, status int, body string) *Exchange {
	header := http.Header{"X-Amzn-Requestid": {"1"}, "Date": {"Sun, 22 Nov 2026 05:00:00 GMT"}}
	if body != "" {
		header.Set("Content-Type", "application/json")
	}
	return &Exchange{
		ID: "e1", Operation: operation, Request: testRequests()[operation],
		Response: &Response{Proto: "HTTP/1.1", Status: status, Header: header, Body: []byte(body)},
	}
}

// wantViolations compares what Judge finds with "id rule pointer" texts.
func wantViolations(t *testing.T, x *Exchange, want ...string) Judgement {
	t.Helper()
	judgement := businessCartT(t).Judge(x)
	var got []string
	for _, v := range judgement.Violations {
		got = append(got, strings.TrimSpace(v.Requirement+" "+v.Rule+" "+v.Pointer))
	}
	if !slices.Equal(got, want) {
		t.Errorf("wanted violations %q, got %q", want, got)
		for _, v := range judgement.Violations {
			t.Log(v)
		}
	}
	return judgement
}

const line = `{"itemId":"1","quantity":1,"isItemAvailable":true,"addedToCartDate":"2025-12-11T09:55:39.655Z","modifiedDate":"2025-12-11T15:27:07.16Z","buyingOptionIdentifier":"o","productIdentifier":"p","price":{"amount":14.16,"currencyCode":"USD"}}`

// answers are good bodies, by operationId.
var answers = map[string]string{
	"listCarts":                     `{"cartDetailsList":[{"id":"cart-123","cartType":"DEFAULT","region":"US"}]}`,
	"getCart":                       `{"id":"cart-123","cartType":"DEFAULT","region":"US","attributes":[{"attributeType":"SubTotal","amount":{"currencyCode":"USD","amount":70}}]}`,
	"getItems":                      `{"items":[` + line + `]}`,
	"addItems":                      `{"items":[` + line + `],"rejectedItems":[{"id":"x","rejectionArtifacts":[{"rejectionArtifactType":"UnavailableQuantity","quantity":90}]}]}`,
	"modifyItems":                   `{"items":[` + line + `],"rejectedItems":[]}`,
	"getEstimatedTotalPurchaseCost": `{"charges":[{"type":"PRINCIPAL","category":"SUBTOTAL","amount":{"currencyCode":"USD","amount":123.0}}],"rejectionArtifacts":[]}`,
	"deleteItems":                   ``,
}

func TestGoodAnswersAreClean(t *testing.T) {
	for operation, body := range answers {
		status := 200
		if operation == "deleteItems" {
			status = 204
		}
		j := wantViolations(t, testExchange(operation, status, body))
		if len(j.Drift) > 0 {
			t.Errorf("%s: wanted no drift, got %v", operation, j.Drift)
		}
		if j.Operation != operation {
			t.Errorf("wanted operation %s, got %s", operation, j.Operation)
		}
		if (j.Document == nil) != (body == "") {
			t.Errorf("%s: wanted the document decoded, got %v", operation, j.Document)
		}
	}
}

// The attribution table: a broken answer, and whose promise it breaks.
func TestAttribution(t *testing.T) {
	spoil := func(operation, old, replacement string) *Exchange {
		body := answers[operation]
		if !strings.Contains(body, old) {
			t.Fatalf("%s: wanted %s in the good answer", operation, old)
		}
		return testExchange(operation, 200, strings.Replace(body, old, replacement, 1))
	}
	for _, test := range []struct {
		name string
		x    *Exchange
		want []string
	}{
		{"date as object", spoil("addItems", `"2025-12-11T09:55:39.655Z"`, `{"date":"2025-12-11T09:55:39.655Z"}`), []string{"CART-ADD-12 schema /items/0/addedToCartDate"}},
		{"impossible date", spoil("addItems", `2025-12-11T09`, `2025-02-30T09`), []string{"CART-ADD-12 schema /items/0/addedToCartDate"}},
		{"lower-case date", spoil("addItems", `2025-12-11T09:55:39.655Z`, `2025-12-11t09:55:39.655z`), nil},
		{"itemId missing", spoil("getItems", `"itemId":"1",`, ``), []string{"CART-ITEMS-02 schema /items/0/itemId"}},
		{"itemId missing in addItems", spoil("addItems", `"itemId":"1",`, ``), []string{"CART-ADD-06 schema /items/0/itemId"}},
		{"itemId missing in modifyItems", spoil("modifyItems", `"itemId":"1",`, ``), []string{"CART-GEN-06 schema /items/0/itemId"}},
		{"quantity 0", spoil("getItems", `"quantity":1`, `"quantity":0`), []string{"CART-MOD-16 schema /items/0/quantity"}},
		{"quantity as text", spoil("getItems", `"quantity":1`, `"quantity":"1"`), []string{"CART-ITEMS-05 schema /items/0/quantity"}},
		{"fraction of an item", spoil("getItems", `"quantity":1`, `"quantity":1.5`), []string{"CART-ITEMS-05 schema /items/0/quantity"}},
		{"amount as text", spoil("getItems", `14.16`, `"14.16"`), []string{"CART-GEN-11 schema /items/0/price/amount"}},
		{"currency", spoil("getItems", `USD`, `usd`), []string{"CART-GEN-11 schema /items/0/price/currencyCode"}},
		{"items missing", testExchange("getItems", 200, `{}`), []string{"CART-ITEMS-01 schema /items"}},
		{"rejectedItems missing", spoil("modifyItems", `,"rejectedItems":[]`, ``), []string{"CART-MOD-07 schema /rejectedItems"}},
		{"rejectedItems null", spoil("modifyItems", `"rejectedItems":[]`, `"rejectedItems":null`), []string{"CART-MOD-07 schema /rejectedItems"}},
		{"artifact without quantity", spoil("addItems", `,"quantity":90`, ``), []string{"CART-ADD-17 schema /rejectedItems/0/rejectionArtifacts/0"}},
		{"unknown artifact", spoil("addItems", `"UnavailableQuantity","quantity":90`, `"Unheard"`), nil},
		{"SubTotal without amount", testExchange("getCart", 200, `{"id":"c","cartType":"DEFAULT","region":"US","attributes":[{"attributeType":"SubTotal"}]}`), []string{"CART-GET-09 schema /attributes/0"}},
		{"charges and rejections", spoil("getEstimatedTotalPurchaseCost", `"rejectionArtifacts":[]`, `"rejectionArtifacts":[{"rejectionArtifactType":"X"}]`), []string{"CART-EST-04 schema"}},
		{"two defects", testExchange("listCarts", 200, `{"cartDetailsList":[{"id":"","region":7}],"nextPageToken":5}`),
			[]string{"CART-LIST-03 schema /cartDetailsList/0/cartType", "CART-LIST-02 schema /cartDetailsList/0/id", "CART-LIST-03 schema /cartDetailsList/0/region", "CART-LIST-16 schema /nextPageToken"}},
		{"wrong success status", testExchange("getItems", 201, answers["getItems"]), []string{"CART-GEN-15 status"}},
		{"delete with 200", testExchange("deleteItems", 200, ""), []string{"CART-DEL-01 status"}},
		{"delete with body", testExchange("deleteItems", 204, "{}"), []string{"CART-DEL-02 no-body"}},
		{"no errors", testExchange("getItems", 404, `{}`), []string{"CART-ERR-01 schema /errors"}},
		{"html error", testExchange("getItems", 404, `<html>`), []string{"CART-ERR-01 json"}},
		{"error without code", testExchange("getItems", 404, `{"errors":[{"message":"m"}]}`), []string{"CART-ERR-02 schema /errors/0/code"}},
		{"gateway", testExchange("getItems", 503, `<html>`), nil},
		{"undocumented error", testExchange("getItems", 502, `<html>`), nil},
		{"redirect", testExchange("getItems", 302, ``), []string{"CART-GEN-06 status"}},
		{"duplicate key", spoil("getItems", `"quantity":1`, `"quantity":2,"quantity":1`), []string{"CART-ITEMS-05 duplicate-key /items/0/quantity"}},
	} {
		t.Run(test.name, func(t *testing.T) { wantViolations(t, test.x, test.want...) })
	}
}
