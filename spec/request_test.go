package spec

import (
	"net/http"
	"strings"
	"testing"
)

func TestGoodRequests(t *testing.T) {
	c := businessCartT(t)
	for operation, request := range testRequests() {
		if violations := c.JudgeRequest(&Exchange{Request: request}); len(violations) > 0 {
			t.Errorf("%s: wanted no violation, got %v", operation, violations)
		}
		if kin, second := c.Invalid(request); len(kin)+len(second) > 0 {
			t.Errorf("%s: wanted both validators to call it valid, got %q and %q", operation, kin, second)
		}
		if got := c.Route(request); got != operation {
			t.Errorf("wanted %s, got %q", operation, got)
		}
	}
}

func TestBadRequests(t *testing.T) {
	c := businessCartT(t)
	change := func(operation string, edit func(*Request)) Request {
		request := testRequests()[operation]
		edit(&request)
		return request
	}
	url := func(old, replacement string) func(*Request) {
		return func(r *Request) { r.URL = strings.Replace(r.URL, old, replacement, 1) }
	}
	body := func(old, replacement string) func(*Request) {
		return func(r *Request) { r.Body = []byte(strings.Replace(string(r.Body), old, replacement, 1)) }
	}
	for _, test := range []struct {
		name    string
		request Request
		want    string // requirement, rule and pointer
	}{
		{"no region", change("getItems", url("?region=US", "")), "CART-GEN-03 parameter "},
		{"no region for deleteItems", change("deleteItems", url("?region=US", "")), "CART-DEL-09 parameter "},
		{"unknown region", change("getItems", url("region=US", "region=GB")), "CART-GEN-04 parameter "},
		{"page of 11", change("listCarts", url("pageSize=5", "pageSize=11")), " parameter "},
		{"page of five", change("listCarts", url("pageSize=5", "pageSize=five")), " parameter "},
		{"no buyer", change("listCarts", func(r *Request) { r.Header = http.Header{} }), "CART-LIST-05 parameter "},
		{"no items", change("addItems", func(r *Request) { r.Body = []byte(`{}`) }), "CART-ADD-01 schema /items"},
		{"quantity 0", change("addItems", body(`"quantity":1`, `"quantity":0`)), "CART-ADD-28 schema /items/0/quantity"},
		{"quantity 0 removes", change("modifyItems", body(`"quantity":3`, `"quantity":0`)), ""},
		{"not JSON", change("addItems", func(r *Request) { r.Body = []byte(`{`) }), "CART-ERR-04 json "},
		{"no body", change("addItems", func(r *Request) { r.Body = nil }), " body "},
		{"text/plain", change("addItems", func(r *Request) { r.Header.Set("Content-Type", "text/plain") }), "CART-ERR-05 content-type "},
		{"no such path", change("getItems", url("/items", "/lines")), " route "},
		{"no such method", change("getItems", func(r *Request) { r.Method = "PUT" }), " route "},
		{"empty cart id", change("getItems", url("cart-123", "")), " route "},
	} {
		var got []string
		for _, v := range c.JudgeRequest(&Exchange{Request: test.request}) {
			got = append(got, v.Requirement+" "+v.Rule+" "+v.Pointer)
			if v.Part != "request" || v.Wanted == "" || v.Got == "" {
				t.Errorf("%s: wanted a complete violation, got %+v", test.name, v)
			}
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s: wanted %q, got %q", test.name, test.want, got)
		}
		kin, second := c.Invalid(test.request)
		if (len(kin) > 0) != (test.want != "") || (len(second) > 0) != (test.want != "") {
			t.Errorf("%s: wanted both validators to agree, got %q and %q", test.name, kin, second)
		}
	}
}
