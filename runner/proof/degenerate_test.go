package proof_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/fixtures/degenerate"
	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/suites/stage"
)

// quick are the options for targets that keep one waiting: a request to a target
// on the same machine is answered in a millisecond or not at all.
func quick() proof.Options {
	return proof.Options{Seed: 1, Timeout: 150 * time.Millisecond, Settle: 50 * time.Millisecond}
}

// ground is an API that can be useless, as a whole or in one operation.
type ground struct {
	suite       string
	kinds       []degenerate.Kind
	operations  []string
	operationOf func(r *http.Request) string
	try         func(ctx context.Context, wrap func(http.Handler) http.Handler, o proof.Options) (proof.Trial, error)
}

func grounds() []ground {
	business := ground{
		suite: "business-cart", kinds: degenerate.Kinds(), operationOf: operationOf,
		try: func(ctx context.Context, wrap func(http.Handler) http.Handler, o proof.Options) (proof.Trial, error) {
			return proof.Reference(ctx, reference.Options{}, wrap, o)
		},
	}
	// Of the neighbours only what the cart's guide uses: nobody promises the rest.
	for _, op := range append(reference.Operations(), reference.OpPlaceOrder, reference.OpSearchProducts) {
		business.operations = append(business.operations, string(op))
	}
	return []ground{business, {
		suite: "remote-cart", kinds: degenerate.XMLKinds(), operationOf: remoteOperationOf,
		operations: []string{"CartCreate", "CartAdd", "CartModify", "CartGet", "CartClear"},
		try: func(ctx context.Context, wrap func(http.Handler) http.Handler, o proof.Options) (proof.Trial, error) {
			return proof.RemoteReference(ctx, remotecart.Options{}, wrap, o)
		},
	}}
}

// Against a target that is useless as a whole, nothing is passed.
func TestDegenerateTargetsPassNothing(t *testing.T) {
	for _, g := range grounds() {
		for _, kind := range g.kinds {
			t.Run(g.suite+"/"+string(kind), func(t *testing.T) {
				url, stop, err := degenerate.Start(kind)
				if err != nil {
					t.Fatal(err)
				}
				defer stop()
				options := quick()
				options.Suite = g.suite
				trial, err := proof.Try(t.Context(), url, options)
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
}

// Where one operation alone is useless, nothing whose specs it answered is
// passed, and the target is not conformant.
func TestDegenerateOperationsPassNothing(t *testing.T) {
	var names []string
	by := map[string]ground{}
	for _, g := range grounds() {
		by[g.suite] = g
		for _, op := range g.operations {
			for _, kind := range g.kinds {
				if kind != degenerate.ClosedPort { // an operation has no port of its own
					names = append(names, g.suite+"/"+op+"/"+string(kind))
				}
			}
		}
	}
	asked := map[string]map[string][]string{}
	inShards(t, "CARTCONFORM_DEGENERATE", names, func(t *testing.T, name string) {
		parts := strings.SplitN(name, "/", 3)
		g := by[parts[0]]
		if asked[g.suite] == nil {
			asked[g.suite] = asking(t, g)
		}
		mustPassNothing(t, g, parts[1], degenerate.Kind(parts[2]), asked[g.suite][parts[1]])
	})
}

func mustPassNothing(t *testing.T, g ground, op string, kind degenerate.Kind, concerned []string) {
	t.Helper()
	useless := func(healthy http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if g.operationOf(r) == op {
				degenerate.Answer(kind, w, r)
				return
			}
			healthy.ServeHTTP(w, r)
		})
	}
	options := quick()
	options.Filter = stage.Filter(concerned)
	trial, err := g.try(t.Context(), useless, options)
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
	untested := op == "CartCreate" && len(trial.Fatal) > 0 // the preflight creates a cart
	if code := trial.Result.Exit(); code != verdict.ExitFindings && !untested {
		t.Errorf("wanted exit code 1, got %d: %s", code, trial.Result.Sentence)
	}
	for _, e := range trial.Result.InternalErrors {
		t.Errorf("internal error: %s", e)
	}
}

// asking gives, by operation, the requirements whose specs ask it: to all others it
// does not matter how useless it is.
func asking(t *testing.T, g ground) map[string][]string {
	t.Helper()
	trial, err := g.try(t.Context(), nil, quick())
	if err != nil {
		t.Fatal(err)
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
	return ids
}

// remoteOperationOf finds the operation that a request to the remote cart means: by
// its query, or by the one element of its SOAP body.
func remoteOperationOf(r *http.Request) string {
	if r.Method != http.MethodPost {
		return r.URL.Query().Get("Operation")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	for _, op := range []string{"CartCreate", "CartAdd", "CartModify", "CartGet", "CartClear"} {
		if bytes.Contains(body, []byte(op)) {
			return op
		}
	}
	return ""
}

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
