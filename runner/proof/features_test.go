package proof_test

import (
	"net/http"
	"strings"
	"testing"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/suites/stage"
)

// The optional parts: where a target has them their promises are kept, and where it
// only claims them they fail.
func TestClaimedFeatures(t *testing.T) {
	for _, feature := range []struct {
		name, requirement string
		has               reference.Options
		lacks             func(http.Handler) http.Handler // nil: the reference without these options lacks it
	}{
		{"auth", "CART-ERR-07", reference.Options{Token: faults.Token}, nil},
		{"throttling", "CART-ERR-08", reference.Options{RateLimit: faults.RateLimit()}, nil},
		{"size-limit", "CART-ERR-09", reference.Options{MaxBody: faults.MaxBody}, nil},
		{"ordering", "CART-ORD-01", reference.Options{}, without("/ordering/")},
		{"product-search", "CART-SRCH-01", reference.Options{}, without("/products/")},
	} {
		options := proof.Options{
			Seed: 1, Filter: stage.Filter([]string{feature.requirement}),
			Describe: func(yaml string) string { return proof.Claim(yaml, feature.name) },
			Lookup:   func(string) (string, bool) { return faults.Token, true },
		}
		t.Run(feature.name, func(t *testing.T) {
			has, err := proof.Reference(t.Context(), feature.has, nil, options)
			if err != nil {
				t.Fatal(err)
			}
			if state := has.State(feature.requirement); state != verdict.Passed {
				t.Errorf("wanted %s passed where the target has feature %s, got %s", feature.requirement, feature.name, state)
				show(t, has, feature.requirement)
			}
			lacks, err := proof.Reference(t.Context(), reference.Options{MaxBody: 1 << 30}, feature.lacks, options)
			if err != nil {
				t.Fatal(err)
			}
			if state := lacks.State(feature.requirement); state != verdict.Failed {
				t.Errorf("wanted %s failed where the target lacks the claimed feature %s, got %s", feature.requirement, feature.name, state)
				show(t, lacks, feature.requirement)
			}
		})
	}
}

// without answers 404 to all that is below a path.
func without(path string) func(http.Handler) http.Handler {
	return func(target http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, path) {
				http.NotFound(w, r)
				return
			}
			target.ServeHTTP(w, r)
		})
	}
}

func show(t *testing.T, trial proof.Trial, id string) {
	t.Helper()
	for _, r := range trial.Result.Requirements {
		if r.ID == id {
			t.Logf("%s: %s %v", id, r.Reason, r.Findings)
		}
	}
	for _, fatal := range trial.Fatal {
		t.Logf("preflight: %s: %s", fatal.Key, fatal.Detail)
	}
}
