package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestDrift(t *testing.T) {
	replace := func(operation, old, replacement string) *Exchange {
		return testExchange(operation, 200, strings.Replace(answers[operation], old, replacement, 1))
	}
	headers := replace("getItems", "", "")
	headers.Response.Header["X-Amzn-Ratelimit-Limit"] = []string{"2.0"}
	headers.Response.Header["X-Internal"] = []string{"secret"}
	headers.Response.Header["x-lower-case"] = []string{"1"}
	for _, test := range []struct {
		name string
		x    *Exchange
		want []string
	}{
		{"field in every line", testExchange("getItems", 200, `{"items":[`+strings.Replace(line, "{", `{"title":"a",`, 1)+`,`+strings.Replace(line, "{", `{"title":"b",`, 1)+`]}`), []string{"field /items/*/title "}},
		{"field deep below", replace("getItems", `"currencyCode"`, `"a/b":{},"currencyCode"`), []string{"field /items/*/price/a~1b "}},
		{"field of an unknown form", replace("getCart", `"SubTotal"`, `"Savings","share":5`), []string{"field /attributes/*/share ", "value /attributes/*/attributeType Savings"}},
		{"header", headers, []string{"header X-Internal ", "header X-Lower-Case "}},
		{"status", testExchange("getItems", 418, ``), []string{"status  "}},
		{"value of an open set", replace("listCarts", `"DEFAULT"`, `"GIFT"`), []string{"value /cartDetailsList/*/cartType GIFT"}},
		{"known value", replace("listCarts", `"DEFAULT"`, `"AMAZON_WEBSITE_CART"`), nil},
		{"null for an optional field", replace("getItems", `"price":{"amount":14.16,"currencyCode":"USD"}`, `"price":null`), []string{"form /items/*/price null"}},
		{"null token", replace("listCarts", `]}`, `],"nextPageToken":null}`), []string{"form /nextPageToken null"}},
		{"quantity 1e0", replace("getItems", `"quantity":1`, `"quantity":1e0`), []string{"form /items/*/quantity 1e0"}},
		{"quantity 1.0", replace("getItems", `"quantity":1`, `"quantity":1.0`), []string{"form /items/*/quantity 1.0"}},
		{"amount 14.160", replace("getItems", `14.16`, `14.160`), nil},
		{"gateway's page", testExchange("getItems", 503, `<html>`), []string{`form  wanted exactly one JSON document (RFC 8259), got "<html>" (at byte 1: invalid character '<' looking for beginning of va…`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := wantViolations(t, test.x)
			var got []string
			for _, d := range j.Drift {
				got = append(got, fmt.Sprintf("%s %s %s", d.Kind, d.Where, d.Value))
				if d.Operation != j.Operation || d.Status != test.x.Response.Status {
					t.Errorf("wanted drift of %s %d, got %+v", j.Operation, test.x.Response.Status, d)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("wanted drift %q, got %q", test.want, got)
			}
		})
	}
}

// null of a required property is a violation, also where only a branch of an
// anyOf requires it; the document that the suites see keeps every null.
func TestNull(t *testing.T) {
	wantViolations(t, testExchange("getItems", 200, strings.Replace(answers["getItems"], `"itemId":"1"`, `"itemId":null`, 1)), "CART-ITEMS-02 schema /items/0/itemId")
	wantViolations(t, testExchange("getItems", 200, `{"items":[null]}`), "CART-ITEMS-05 schema /items/0")
	wantViolations(t, testExchange("getItems", 200, `null`), "CART-GEN-06 schema")
	wantViolations(t, testExchange("getCart", 200, `{"id":"c","cartType":"DEFAULT","region":"US","attributes":[{"attributeType":"SubTotal","amount":null}]}`), "CART-GET-09 schema /attributes/0")
	x := testExchange("getItems", 200, `{"items":[`+strings.Replace(line, `"price":{"amount":14.16,"currencyCode":"USD"}`, `"price":null,"metadata":null`, 1)+`,`+line+`]}`)
	j := wantViolations(t, x)
	if got := show(j.Document); !strings.Contains(got, `"metadata":null`) {
		if value, ok := Lookup(j.Document, "/items/0/metadata"); !ok || value != nil {
			t.Errorf("wanted null kept in the document, got %s", got)
		}
	}
}

// An error to a request that breaks the contract may come from a gateway.
func TestErrorsOutsideTheContract(t *testing.T) {
	inside := testExchange("getItems", 400, `{}`)
	wantViolations(t, inside, "CART-ERR-01 schema /errors")
	outside := testExchange("getItems", 400, `{}`)
	outside.Request.URL = testBase + "/cart-123/items"
	if j := wantViolations(t, outside); len(j.Drift) != 1 || j.Drift[0].Where != "/errors" {
		t.Errorf("wanted the missing errors as drift, got %v", j.Drift)
	}
}

// Nothing that a hostile answer holds makes the report long.
func TestDriftIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"items":[]`)
	for i := range 10_000 {
		fmt.Fprintf(&b, `,"k%d":0`, i)
	}
	b.WriteString(`}`)
	if j := wantViolations(t, testExchange("getItems", 200, b.String())); len(j.Drift) > maxDrift {
		t.Errorf("wanted at most %d, got %d", maxDrift, len(j.Drift))
	}
}
