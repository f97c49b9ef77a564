package session

import (
	"slices"
	"testing"

	"cartconform/runner/repertoire"
)

// An operation that was never called counts where the target claims to have it.
func TestUnseenCountsClaimedFeatures(t *testing.T) {
	suites, err := repertoire.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		features   []string
		has, lacks string
	}{
		{nil, "listCarts", "placeOrder"},
		{[]string{"pagination"}, "listCarts", "placeOrder"},
		{[]string{"ordering"}, "placeOrder", "searchProductsRequest"},
		{[]string{"product-search", "ordering"}, "searchProductsRequest", "none"},
	} {
		var got []string
		for _, u := range (&exchanges{}).unseen(suites, test.features) {
			got = append(got, u.Operation)
		}
		if !slices.Contains(got, test.has) || slices.Contains(got, test.lacks) || !slices.Contains(got, "getItems") {
			t.Errorf("features %v: wanted %s and not %s, got %v", test.features, test.has, test.lacks, got)
		}
	}
}
