package session

import (
	"testing"

	"cartconform/spec"
	"cartconform/suites/target"
)

// Every key that a requirement needs can be told present and missing: one that
// is not known would make its requirement inconclusive for every target.
func TestEveryNeedIsKnown(t *testing.T) {
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	keys := dataKeys()
	used := map[string]bool{}
	for _, r := range contract.Catalogue().Requirements {
		for _, key := range r.Needs {
			used[key] = true
			if keys[key] == nil {
				t.Errorf("%s: wanted a known key, got %s", r.ID, key)
			}
		}
	}
	for key := range keys {
		if !used[key] {
			t.Errorf("wanted %s to be needed by a requirement, got none", key)
		}
	}
	empty := hasData(&target.Target{Lanes: []target.Lane{{Buyer: "a"}}})
	full := hasData(&target.Target{Lanes: []target.Lane{{Buyer: "a"}}, Ordering: &target.OrderTerms{}, Search: &target.SearchTerms{}})
	for _, key := range []string{"ordering", "search"} {
		if empty(key) || !full(key) {
			t.Errorf("%s: wanted it missing without the section and present with it, got %t and %t", key, empty(key), full(key))
		}
	}
	if full("data.offers.strange") {
		t.Error("wanted an unknown key to be missing, got it present")
	}
}
