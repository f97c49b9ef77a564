package proof_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cartconform/fixtures/degenerate"
	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/suites/stage"
)

// quick are the options for targets that keep one waiting: a request to a target
// on the same machine is answered in a millisecond or not at all.
func quick() proof.Options {
	return proof.Options{Seed: 1, Timeout: 150 * time.Millisecond, Settle: 50 * time.Millisecond}
}

// Against a target that is useless as a whole, nothing is passed.
func TestDegenerateTargetsPassNothing(t *testing.T) {
	for _, kind := range degenerate.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			url, stop, err := degenerate.Start(kind)
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			trial, err := proof.Try(t.Context(), url, quick())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range trial.Result.Requirements {
				if r.State == verdict.Passed {
					t.Errorf("%s passed", r.ID)
				}
			}
			if code := trial.Result.Exit(); code != verdict.ExitFindings && code != verdict.ExitUntested {
				t.Errorf("wanted exit code 1 or 3, got %d: %s", code, trial.Result.Sentence)
			}
		})
	}
}

// Where one operation alone is useless, nothing whose specs it answered is
// passed, and the target is not conformant.
func TestDegenerateOperationsPassNothing(t *testing.T) {
	var names []string
	// Of the neighbours only what the cart's guide uses: nobody promises the rest.
	for _, op := range append(reference.Operations(), reference.OpPlaceOrder, reference.OpSearchProducts) {
		for _, kind := range degenerate.Kinds() {
			if kind != degenerate.ClosedPort { // an operation has no port of its own
				names = append(names, string(op)+"/"+string(kind))
			}
		}
	}
	inShards(t, "CARTCONFORM_DEGENERATE", names, func(t *testing.T, name string) {
		op, kind, _ := strings.Cut(name, "/")
		mustPassNothing(t, op, degenerate.Kind(kind))
	})
}

func mustPassNothing(t *testing.T, op string, kind degenerate.Kind) {
	t.Helper()
	useless := func(healthy http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operationOf(r) == op {
				degenerate.Answer(kind, w, r)
				return
			}
			healthy.ServeHTTP(w, r)
		})
	}
	concerned, err := asking()
	if err != nil {
		t.Fatal(err)
	}
	options := quick()
	options.Filter = stage.Filter(concerned[op])
	trial, err := proof.Reference(t.Context(), reference.Options{}, useless, options)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{} // specs that got an answer of the useless operation
	for _, x := range trial.Exchanges {
		if x.Operation == op {
			asked[x.Spec] = true
		}
	}
	for _, r := range trial.Result.Requirements {
		for _, s := range r.Specs {
			if r.State == verdict.Passed && asked[s.Name] {
				t.Errorf("%s passed, although %q was answered by the useless operation", r.ID, s.Name)
			}
		}
	}
	if code := trial.Result.Exit(); code != verdict.ExitFindings {
		t.Errorf("wanted exit code 1, got %d: %s", code, trial.Result.Sentence)
	}
	for _, e := range trial.Result.InternalErrors {
		t.Errorf("internal error: %s", e)
	}
}

// asking gives, by operation, the requirements whose specs ask it: to all others it
// does not matter how useless it is.
var asking = sync.OnceValues(func() (map[string][]string, error) {
	trial, err := proof.Reference(context.Background(), reference.Options{}, nil, quick())
	if err != nil {
		return nil, err
	}
	judges := map[string]string{}
	for _, s := range trial.Records.Specs {
		judges[s.Name] = s.Requirement
	}
	ids := map[string][]string{}
	for _, x := range trial.Exchanges {
		if id := judges[stage.Scene(x.Spec)]; id != "" && !slices.Contains(ids[x.Operation], id) {
			ids[x.Operation] = append(ids[x.Operation], id)
		}
	}
	return ids, nil
})

// operationOf finds the operation that a request means, as the guide's table
// lists them.
func operationOf(r *http.Request) string {
	switch r.Method + " " + r.URL.EscapedPath() {
	case "POST /ordering/2022-10-30/orders":
		return "placeOrder"
	case "GET /products/2020-08-26/products":
		return "searchProductsRequest"
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/cart/2025-04-30/carts")
	if !ok {
		return ""
	}
	_, sub, _ := strings.Cut(strings.TrimPrefix(rest, "/"), "/")
	switch {
	case rest == "":
		return "listCarts"
	case sub == "":
		return "getCart"
	case sub == "totalPurchaseCostEstimations":
		return "getEstimatedTotalPurchaseCost"
	case r.Method == http.MethodGet:
		return "getItems"
	case r.Method == http.MethodPost:
		return "addItems"
	case r.Method == http.MethodPatch:
		return "modifyItems"
	}
	return "deleteItems"
}
