package spec

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

const (
	handOffBase = "https://cart.example.com/stage"
	goodOrder   = `{"lineItems":[{"externalId":"1","acceptedItems":[{"acceptedItemType":"SingleAcceptedItem","quantity":1,"artifacts":[]}],"rejectedItems":[]}],"acceptanceArtifacts":[],"rejectionArtifacts":[]}`
)

// handOff is an exchange with one of the hand-off's operations.
func handOff(method, path string, status int, body string) *Exchange {
	x := testExchange("", status, body)
	x.Request = Request{Method: method, URL: handOffBase + path, Header: http.Header{"X-Amz-User-Email": {"b@example.org"}}}
	return x
}

const (
	ordersPath   = "/ordering/2022-10-30/orders"
	productsPath = "/products/2020-08-26/products"
)

// A request finds its operation in whichever document has it.
func TestRoutesAmongDocuments(t *testing.T) {
	c := businessCartT(t)
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/cart/2025-04-30/carts/c/items?region=US", "getItems"},
		{"POST", ordersPath, "placeOrder"},
		{"GET", ordersPath + "/order%2F1", "orderDetails"},
		{"GET", productsPath + "?locale=en_US", "searchProductsRequest"},
		{"GET", productsPath + "/B0", "productsRequest"},
		{"GET", productsPath + "/B0/offers", "searchOffersRequest"},
		{"GET", ordersPath, ""},
		{"PUT", productsPath, ""},
		{"GET", "/nothing", ""},
	} {
		if got := c.Route(handOff(test.method, test.path, 200, "").Request); got != test.want {
			t.Errorf("%s %s: wanted %q, got %q", test.method, test.path, test.want, got)
		}
	}
}

// Any document changes the digest, and no operation may stand in two of them.
func TestContractIsAllItsDocuments(t *testing.T) {
	options := businessCartT(t).Options()
	for i := range options.Descriptions {
		changed := options
		changed.Descriptions = slices.Clone(options.Descriptions)
		changed.Descriptions[i].Text = append(slices.Clone(changed.Descriptions[i].Text), "\n# changed\n"...)
		c, err := Load(changed)
		if err != nil {
			t.Fatal(err)
		}
		if c.Digest() == businessCartT(t).Digest() {
			t.Errorf("%s: wanted another digest after a change, got the same", changed.Descriptions[i].File)
		}
		changed.Descriptions = append(changed.Descriptions, options.Descriptions[i])
		if _, err := Load(changed); err == nil || !strings.Contains(err.Error(), "wanted an operationId of its own") {
			t.Errorf("%s twice: wanted an error about its operations, got %v", changed.Descriptions[i].File, err)
		}
	}
}

// The form of the answer to an order is CART-ORD-06's; all else about the
// hand-off is nobody's promise.
func TestHandOffAttribution(t *testing.T) {
	order := func(old, replacement string) string { return strings.Replace(goodOrder, old, replacement, 1) }
	artifact := func(text string) string { return order(`"artifacts":[]`, `"artifacts":[`+text+`]`) }
	rejected := func(text string) string {
		return order(`"rejectedItems":[]`, `"rejectedItems":[{"quantity":1,"artifacts":[`+text+`]}]`)
	}
	for _, test := range []struct {
		method, path string
		status       int
		body         string
		want         []string
		drift        DriftKind // at least one of the kind; "" = none at all
	}{
		{"POST", ordersPath, 200, goodOrder, nil, ""},
		{"POST", ordersPath, 200, order(`"externalId":"1",`, ``), []string{"CART-ORD-06 schema /lineItems/0/externalId"}, ""},
		{"POST", ordersPath, 200, order(`,"rejectedItems":[]`, ``), []string{"CART-ORD-06 schema /lineItems/0/rejectedItems"}, ""},
		{"POST", ordersPath, 200, order(`,"rejectionArtifacts":[]`, ``), []string{"CART-ORD-06 schema /rejectionArtifacts"}, ""},
		{"POST", ordersPath, 200, order(`"quantity":1`, `"quantity":"1"`), []string{"CART-ORD-06 schema /lineItems/0/acceptedItems/0/quantity"}, ""},
		{"POST", ordersPath, 200, order(`SingleAcceptedItem`, `AcceptedItemGroup`), []string{"CART-ORD-06 schema /lineItems/0/acceptedItems/0"}, ""},
		{"POST", ordersPath, 200, order(`"SingleAcceptedItem"`, `"AcceptedItemGroup","items":[{}]`), nil, ""},
		{"POST", ordersPath, 200, order(`SingleAcceptedItem`, `SomethingNew`), nil, DriftValue},
		{"POST", ordersPath, 200, artifact(`{"acceptanceArtifactType":"LineItemIdentifier","identifier":"1:"}`), nil, ""},
		{"POST", ordersPath, 200, artifact(`{"acceptanceArtifactType":"SomethingNew","amount":"much"}`), nil, DriftValue},
		{"POST", ordersPath, 200, artifact(`{"acceptanceArtifactType":"UnitPrice","amount":6.77}`), []string{"CART-ORD-06 schema /lineItems/0/acceptedItems/0/artifacts/0"}, ""},
		{"POST", ordersPath, 200, artifact(`{"acceptanceArtifactType":"DeliveryTimeRange","lowerBoundary":"2025-12-19T08:00:00Z","upperBoundary":"soon"}`), []string{"CART-ORD-06 schema /lineItems/0/acceptedItems/0/artifacts/0"}, ""},
		{"POST", ordersPath, 200, artifact(`{"acceptanceArtifactType":"Charge","type":"NEW","category":"TAX","amount":{"currencyCode":"USD","amount":1}}`), nil, DriftValue},
		{"POST", ordersPath, 200, rejected(`{"rejectionArtifactType":"RejectionMessage","message":"no"}`), nil, ""},
		{"POST", ordersPath, 200, rejected(`{"rejectionArtifactType":"RejectionMessage"}`), []string{"CART-ORD-06 schema /lineItems/0/rejectedItems/0/artifacts/0"}, ""},
		{"POST", ordersPath, 200, order(`{"lineItems"`, `{"orderId":"1","lineItems"`), nil, DriftField},
		{"POST", ordersPath, 200, `<html>`, []string{"CART-ORD-06 json"}, ""},
		{"POST", ordersPath, 201, goodOrder, nil, DriftStatus},
		{"POST", ordersPath, 302, "", nil, DriftStatus},
		{"POST", ordersPath, 400, `{"errors":"many"}`, nil, DriftForm},
		{"POST", ordersPath, 418, `{}`, nil, DriftStatus},
		{"GET", ordersPath + "/1", 200, goodOrder, nil, ""},
		{"GET", ordersPath + "/1", 200, `{}`, nil, DriftForm},
		{"GET", productsPath, 200, `{"products":[{"asin":"B0","signedProductId":"x","includedDataTypes":{"OFFERS":[{}]}}]}`, nil, ""},
		{"GET", productsPath, 200, `{"products":[{"asin":7}]}`, nil, DriftForm},
		{"GET", productsPath + "/B0/offers", 200, `{"offers":[{"offerId":"o","buyingGuidance":"MAYBE"}]}`, nil, DriftValue},
		{"GET", productsPath + "/B0", 200, ``, nil, DriftForm},
	} {
		x := handOff(test.method, test.path, test.status, test.body)
		j := wantViolations(t, x, test.want...)
		var kinds []DriftKind
		for _, d := range j.Drift {
			kinds = append(kinds, d.Kind)
		}
		if test.drift == "" && len(kinds) > 0 || test.drift != "" && !slices.Contains(kinds, test.drift) {
			t.Errorf("%s %s %d %s: wanted drift of kind %q, got %v", test.method, test.path, test.status, test.body, test.drift, j.Drift)
		}
		for _, v := range j.Violations {
			if v.Rule == "schema" && v.Contract.File != "spec/ordering/openapi.yaml" {
				t.Errorf("%s: wanted a line of the document of ordering, got %v", test.body, v.Contract)
			}
		}
		if texts := disagreements(businessCartT(t), x); len(texts) > 0 {
			t.Errorf("%s: wanted the validators to agree, got %q", test.body, texts)
		}
	}
}

// A list parameter is read with the commas between its values.
func TestListParameters(t *testing.T) {
	c := businessCartT(t)
	for query, good := range map[string]bool{"OFFERS": true, "OFFERS,IMAGES": true, "OFFERS,SOUNDS": false, "": false} {
		request := handOff("GET", productsPath+"?productRegion=US&locale=en_US&facets="+query, 200, "").Request
		kin, second := c.Invalid(request)
		if (len(kin) == 0) != good || (len(second) == 0) != good {
			t.Errorf("facets=%s: wanted valid %t, got kin-openapi %q, jsonschema %q", query, good, kin, second)
		}
	}
}
