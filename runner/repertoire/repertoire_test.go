package repertoire

import (
	"testing"

	"cartconform/suites/target"
)

// Every key that a requirement needs can be told present and missing: one that
// is not known would make its requirement inconclusive for every target.
func TestEveryNeedIsKnown(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, suite := range all {
		used := map[string]bool{}
		for _, r := range suite.Contract.Catalogue().Requirements {
			for _, key := range r.Needs {
				used[key] = true
				if suite.Has[key] == nil {
					t.Errorf("%s: wanted a known key, got %s", r.ID, key)
				}
			}
		}
		for key := range suite.Has {
			if !used[key] {
				t.Errorf("wanted %s to be needed by a requirement, got none", key)
			}
		}
	}
	empty := all.Has(&target.Target{Lanes: []target.Lane{{Buyer: "a"}}})
	full := all.Has(&target.Target{Lanes: []target.Lane{{Buyer: "a"}}, Ordering: &target.OrderTerms{}, Search: &target.SearchTerms{}})
	for _, key := range []string{"ordering", "search"} {
		if empty(key) || !full(key) {
			t.Errorf("%s: wanted it missing without the section and present with it, got %t and %t", key, empty(key), full(key))
		}
	}
	if full("data.offers.strange") {
		t.Error("wanted an unknown key to be missing, got it present")
	}
}
