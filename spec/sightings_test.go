package spec

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// unseenOf lists what a collector has not seen of one operation, as
// "kind status where value".
func unseenOf(s *Sightings, operation string) []string {
	var out []string
	for _, u := range s.Unseen(func(id string) bool { return id == operation }) {
		if u.Operation == operation {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %d %s %s", u.Kind, u.Status, u.Where, u.Value)))
		}
	}
	return out
}

func TestUnseen(t *testing.T) {
	s := businessCartT(t).Sightings()
	if got := unseenOf(s, "getItems"); !slices.Equal(got, []string{"operation 0"}) {
		t.Errorf("wanted nothing but the operation, got %q", got)
	}
	if got := s.Unseen(func(string) bool { return false }); len(got) > 0 {
		t.Errorf("wanted nothing of operations that do not count, got %v", got)
	}

	s.Add(testExchange("listCarts", 200, `{"cartDetailsList":[]}`))
	has := func(want string) {
		t.Helper()
		if got := unseenOf(s, "listCarts"); !slices.Contains(got, want) {
			t.Errorf("wanted %q unseen, got %q", want, got)
		}
	}
	hasNot := func(seen string) {
		t.Helper()
		for _, u := range unseenOf(s, "listCarts") {
			if strings.HasPrefix(u+" ", seen+" ") {
				t.Errorf("wanted %q seen, got %q", seen, u)
			}
		}
	}
	has("field 200 /cartDetailsList/*")
	has("field 200 /nextPageToken")
	has("header 200 X-Amzn-Ratelimit-Limit")
	has("status 404")
	has("parameter 0 pageToken")
	has("request-value 0 region CA")
	hasNot("field 200 /cartDetailsList/*/id") // lies inside of what was not seen
	hasNot("field 404 /errors")
	hasNot("status 200")
	hasNot("header 200 X-Amzn-Requestid")
	hasNot("parameter 0 region")
	hasNot("request-value 0 region US")

	paged := testExchange("listCarts", 200, `{"cartDetailsList":[{"id":"a","cartType":"DEFAULT","region":null}],"nextPageToken":"x","other":1}`)
	paged.Request.URL += "&pageToken=x"
	s.Add(paged)
	s.Add(testExchange("listCarts", 404, `{"errors":[{"code":"NotFound"}]}`))
	s.Add(testExchange("listCarts", 418, `{}`)) // not documented
	has("field 200 /cartDetailsList/*/region")
	has("value 200 /cartDetailsList/*/cartType AMAZON_WEBSITE_CART")
	has("field 404 /errors/*/message")
	hasNot("field 200 /cartDetailsList/*/id")
	hasNot("value 200 /cartDetailsList/*/cartType DEFAULT")
	hasNot("field 200 /nextPageToken")
	hasNot("parameter 0 pageToken")
	hasNot("status 404")
	hasNot("field 404 /errors/*/code")
}

// What a request sends counts for its operation, and so do bodies.
func TestUnseenInRequests(t *testing.T) {
	s := businessCartT(t).Sightings()
	x := testExchange("addItems", 200, answers["addItems"])
	x.Request.Body = []byte(`{"items":[{"buyingOptionIdentifier":"o","quantity":1}]}`)
	s.Add(x)
	if got := unseenOf(s, "addItems"); !slices.Contains(got, "request-field 0 /items/*/productIdentifier") ||
		slices.Contains(got, "request-field 0 /items/*/quantity") {
		t.Errorf("wanted the one field that was not sent, got %q", got)
	}
}

// No answer makes the collector fail, and a lost one shows nothing.
func TestSightingsOfHostileAnswers(t *testing.T) {
	s := businessCartT(t).Sightings()
	for _, body := range []string{"", "<html>", "[]", `"x"`, "null", `{"items":{"*":1}}`, `{"items":[[],null,1]}`, strings.Repeat("[", 100_000)} {
		s.Add(testExchange("getItems", 200, body))
	}
	lost := testExchange("getCart", 200, answers["getCart"])
	lost.Response = nil
	s.Add(lost)
	s.Add(&Exchange{Request: Request{Method: "GET", URL: "://"}})
	if got := unseenOf(s, "getCart"); !slices.Contains(got, "status 200") {
		t.Errorf("wanted nothing seen of an answer that did not arrive, got %q", got)
	}
	if got := unseenOf(s, "getItems"); slices.Contains(got, "status 200") || !slices.Contains(got, "field 200 /items/*/itemId") {
		t.Errorf("wanted a status and no field, got %q", got)
	}
}

func BenchmarkSightings(b *testing.B) {
	s, x := businessCartT(b).Sightings(), benchmarkExchange(b)
	b.ReportAllocs()
	for b.Loop() {
		s.Add(x)
	}
}

// Each operation is every target's or belongs to a feature that requirements
// know.
func TestFeaturesOfOperations(t *testing.T) {
	c := businessCartT(t)
	known := map[string]bool{"": true}
	for _, r := range c.Catalogue().Requirements {
		known[r.Feature] = true
	}
	for _, operation := range c.Operations() {
		if feature := c.Feature(operation); !known[feature] {
			t.Errorf("%s: wanted a feature of the catalogue, got %q", operation, feature)
		}
	}
	if got := c.Feature("placeOrder") + " " + c.Feature("listCarts"); got != "ordering " {
		t.Errorf("wanted orders optional and lists not, got %q", got)
	}
}
