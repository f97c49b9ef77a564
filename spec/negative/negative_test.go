package negative

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"cartconform/spec"
	"cartconform/spec/variation"
)

func contract(t testing.TB) *spec.Contract {
	t.Helper()
	c, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// live are good requests as a run sends them: other ids than the examples', a
// base URL with a path of its own.
func live() map[string]spec.Request {
	const base = "https://sandbox.example.com/stage/cart/2025-04-30/carts"
	header := http.Header{"X-Amz-User-Email": {"b@example.org"}, "X-Amz-Access-Token": {"t"}}
	body := header.Clone()
	body.Set("Content-Type", "application/json; charset=utf-8")
	return map[string]spec.Request{
		"listCarts":   {Method: "GET", URL: base + "?region=DE&pageToken=a%2Bb&pageSize=1", Header: header},
		"getCart":     {Method: "GET", URL: base + "/a%20b?region=DE", Header: header},
		"getItems":    {Method: "GET", URL: base + "/a%20b/items?region=DE", Header: header},
		"deleteItems": {Method: "DELETE", URL: base + "/a%20b/items?region=DE", Header: header},
		"addItems": {Method: "POST", URL: base + "/a%20b/items?region=DE", Header: body,
			Body: []byte(`{"items":[{"productIdentifier":"B0","buyingOptionIdentifier":"o","quantity":2,"externalId":"e1"},{"productIdentifier":"B1","buyingOptionIdentifier":"p","quantity":1,"externalId":"e2"}]}`)},
		"modifyItems": {Method: "PATCH", URL: base + "/a%20b/items?region=DE", Header: body, Body: []byte(`{"items":[{"itemId":"i-1","quantity":0}]}`)},
		"getEstimatedTotalPurchaseCost": {Method: "POST", URL: base + "/a%20b/totalPurchaseCostEstimations?region=DE", Header: body,
			Body: []byte(`{"address":{"addressType":"PhysicalAddress","fullName":"n","addressLine1":"a","city":"c","postalCode":"1","countryCode":"DE"}}`)},
	}
}

func TestEveryOperationIsCovered(t *testing.T) {
	set, err := Generate(contract(t))
	if err != nil {
		t.Fatal(err)
	}
	least := map[string]int{"listCarts": 8, "getCart": 4, "getItems": 4, "deleteItems": 4, "addItems": 50, "modifyItems": 35, "getEstimatedTotalPurchaseCost": 60}
	count := map[string]int{}
	for _, c := range set.Cases {
		count[c.Operation]++
	}
	for operation, n := range least {
		if count[operation] < n {
			t.Errorf("%s: wanted %d cases or more, got %d", operation, n, count[operation])
		}
	}
	t.Logf("%d cases: %v; %d dropped", len(set.Cases), count, len(set.Dropped))
	for _, d := range set.Dropped {
		if !errors.Is(d.Why, ErrProof) && !errors.Is(d.Why, variation.ErrLacks) && !errors.Is(d.Why, variation.ErrSame) {
			t.Errorf("%s: wanted a candidate that is not bad after all, got %v", d.ID, d.Why)
		}
		t.Log("dropped", d.ID, d.Why)
	}
}

func TestCasesApplyToLiveRequests(t *testing.T) {
	c := contract(t)
	cases, err := Cases(c)
	if err != nil {
		t.Fatal(err)
	}
	twins := live()
	for _, one := range cases {
		bad, err := one.Apply(twins[one.Operation])
		if err != nil {
			t.Error(err)
			continue
		}
		violations := c.JudgeRequest(&spec.Exchange{Request: bad})
		if len(violations) == 0 {
			t.Errorf("%s: wanted a request that the contract refuses, got none of it", one.ID)
		}
		if one.What == "" || one.Differs == "" || one.Refusal == "" {
			t.Errorf("%s: wanted a description, got %+v", one.ID, one)
		}
	}
}

// What an acceptance of a case breaks: settled with the catalogue.
func TestRequirements(t *testing.T) {
	cases, err := Cases(contract(t))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]Case{}
	for _, c := range cases {
		got[c.ID] = c
	}
	for id, want := range map[string]string{
		"listCarts/query/region/missing":                                            "CART-GEN-03 status",
		"deleteItems/query/region/missing":                                          "CART-DEL-09 status",
		"getCart/query/region/unknown-value":                                        "CART-GEN-04 status",
		"getCart/query/region/lower-case":                                           " status",
		"listCarts/header/x-amz-user-email/missing":                                 "CART-LIST-05 status",
		"listCarts/query/pageSize/above-maximum":                                    " status",
		"addItems/body/items/missing":                                               "CART-ADD-01 status",
		"addItems/body/items/too-few":                                               "CART-ADD-27 status",
		"addItems/body/items/too-many":                                              " status",
		"addItems/body/items/0/quantity/below-minimum":                              "CART-ADD-28 status-or-rejection",
		"addItems/body/items/0/quantity/missing":                                    "CART-ADD-29 status",
		"addItems/body/items/1/quantity/missing":                                    "CART-ADD-29 status",
		"addItems/body/items/1/quantity/below-minimum":                              "CART-ADD-28 status-or-rejection",
		"addItems/body/items/0/quantity/below-64-bits":                              "CART-ADD-28 status-or-rejection",
		"addItems/body/items/0/quantity/twice":                                      " status",
		"modifyItems/body/items/1/quantity/missing":                                 "CART-MOD-22 status",
		"modifyItems/body/items/0/quantity/below-32-bits":                           "CART-MOD-24 state",
		"modifyItems/body/items/twice":                                              " status",
		"getCart/query/region/zero-byte":                                            "CART-GEN-04 status",
		"getCart/query/region/line-end":                                             " status",
		"deleteItems/query/region/bad-first":                                        " status",
		"listCarts/query/pageSize/beyond-64-bits":                                   " status",
		"addItems/body/items/0/externalId/missing":                                  "CART-ADD-30 status",
		"modifyItems/body/items/0/quantity/below-minimum":                           "CART-MOD-24 state",
		"modifyItems/body/items/0/quantity/missing":                                 "CART-MOD-22 status",
		"getEstimatedTotalPurchaseCost/body/address/missing":                        "CART-EST-01 status",
		"getEstimatedTotalPurchaseCost/body/address/fullName/missing":               "CART-EST-20 status",
		"getEstimatedTotalPurchaseCost/body/address/countryCode/pattern-lower-case": "CART-EST-22 status",
		"getEstimatedTotalPurchaseCost/body/address/addressLine2/too-long":          "CART-EST-22 status",
		"addItems/body/malformed-cut-off":                                           "CART-ERR-04 status",
		"modifyItems/body/malformed-garbage-after":                                  "CART-ERR-04 status",
		"addItems/content-type/text-plain":                                          "CART-ERR-05 status",
		"addItems/content-type/missing":                                             " status",
		"addItems/body/empty":                                                       " status",
	} {
		one, ok := got[id]
		if !ok {
			t.Errorf("wanted a case %s, got none", id)
		} else if text := one.Requirement + " " + one.Refusal; text != want {
			t.Errorf("%s: wanted %q, got %q", id, want, text)
		}
	}
}

// Only the second element is bad, and the first is as it was.
func TestSecondElements(t *testing.T) {
	cases, err := Cases(contract(t))
	if err != nil {
		t.Fatal(err)
	}
	one := live()
	seen := 0
	for _, c := range cases {
		if !c.Second {
			continue
		}
		seen++
		bad, err := c.Apply(one[c.Operation])
		if err != nil {
			t.Error(err)
			continue
		}
		before, _ := spec.Decode(one[c.Operation].Body)
		after, _ := spec.Decode(bad.Body)
		first, _ := spec.Lookup(before, "/items/0")
		still, _ := spec.Lookup(after, "/items/0")
		second, there := spec.Lookup(after, "/items/1")
		if !reflect.DeepEqual(first, still) || !there || reflect.DeepEqual(second, still) {
			t.Errorf("%s: wanted a good element before a bad one, got %s", c.ID, bad.Body)
		}
	}
	if seen < 8 {
		t.Errorf("wanted cases of second elements, got %d", seen)
	}
}

// A bad twin proves nothing, and a good request is never sent as a bad one.
func TestApplyRefuses(t *testing.T) {
	cases, err := Cases(contract(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range cases {
		if one.Operation != "addItems" {
			continue
		}
		twin := live()["addItems"]
		twin.URL = strings.Replace(twin.URL, "region=DE", "region=XX", 1)
		if _, err := one.Apply(twin); !errors.Is(err, variation.ErrTwin) {
			t.Errorf("%s: wanted ErrTwin for a bad twin, got %v", one.ID, err)
		}
		if _, err := one.Apply(live()["getItems"]); !errors.Is(err, variation.ErrTwin) {
			t.Errorf("%s: wanted ErrTwin for another operation, got %v", one.ID, err)
		}
		break
	}
	harmless := Case{ID: "x", Operation: "listCarts", contract: contract(t), change: variation.Header("X-Other", "1")}
	if _, err := harmless.Apply(live()["listCarts"]); !errors.Is(err, ErrProof) {
		t.Errorf("wanted ErrProof for a change that breaks nothing, got %v", err)
	}
}

// No bad request is made for the hand-off: nobody promises that it is refused,
// and a bad order may be placed.
func TestNoBadOrders(t *testing.T) {
	cases, err := Cases(contract(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if _, ours := live()[c.Operation]; !ours {
			t.Errorf("wanted no case of %s, got %s", c.Operation, c.ID)
		}
	}
}
