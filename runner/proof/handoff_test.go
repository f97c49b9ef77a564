package proof_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// handOff lists the requirements that need one of the neighbours, or both.
func handOff(t *testing.T, features ...string) []string {
	t.Helper()
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, r := range contract.Catalogue().Requirements {
		if slices.Contains(features, r.Feature) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// claiming completes the reference's target description for orders and searches.
func claiming(change func(yaml string) string) func(yaml string) string {
	return func(yaml string) string {
		yaml = regexp.MustCompile(`(?m)^features: .*$`).ReplaceAllString(yaml, "features: [pagination, ordering, product-search]")
		if !strings.Contains(yaml, "\nordering:\n") {
			yaml += "ordering:\n  paymentMethod: StoredPaymentMethod\n  trialMode: true\nsearch:\n  keywords: desk\n"
		}
		if change != nil {
			yaml = change(yaml)
		}
		return yaml
	}
}

// sentTo gives the exchanges of a trial with an operation.
func sentTo(trial proof.Trial, operation string) []*spec.Exchange {
	return slices.DeleteFunc(slices.Clone(trial.Exchanges), func(x *spec.Exchange) bool { return x.Operation != operation })
}

// placed reads what an order says about itself.
type placed struct {
	ExternalID string `json:"externalId"`
	Attributes []struct {
		Type string `json:"attributeType"`
	} `json:"attributes"`
}

func orderOf(t *testing.T, x *spec.Exchange) (order placed, trial bool) {
	t.Helper()
	if err := json.Unmarshal(x.Request.Body, &order); err != nil {
		t.Fatalf("%s: %v", x.ID, err)
	}
	for _, a := range order.Attributes {
		trial = trial || a.Type == "TrialMode"
	}
	return order, trial
}

// What the suite sends to the neighbours keeps their contracts, and each order has
// an externalId of its own and is placed in trial mode.
func TestHandOffKeepsTheContract(t *testing.T) {
	ids := handOff(t, "ordering", "product-search")
	trial, err := proof.Reference(t.Context(), reference.Options{}, nil, proof.Options{Seed: 1, Filter: stage.Filter(ids), Describe: claiming(nil)})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range trial.Result.Requirements {
		if slices.Contains(ids, r.ID) && r.State != verdict.Passed && r.State != verdict.Observed {
			t.Errorf("%s is %s: %s", r.ID, r.State, r.Reason)
		}
	}
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	orders := map[string]bool{}
	for _, operation := range []string{"placeOrder", "orderDetails", "searchProductsRequest"} {
		exchanges := sentTo(trial, operation)
		if len(exchanges) == 0 {
			t.Errorf("wanted %s to be asked, got no exchange", operation)
		}
		for _, x := range exchanges {
			if kin, second := contract.Invalid(x.Request); len(kin)+len(second) > 0 {
				t.Errorf("%s %s: wanted a request that keeps the contract, got %q, %q: %s", operation, x.Request.URL, kin, second, x.Request.Body)
			}
			if operation != "placeOrder" {
				continue
			}
			order, trialMode := orderOf(t, x)
			if !trialMode || orders[order.ExternalID] {
				t.Errorf("wanted an order in trial mode with an externalId of its own, got %s", x.Request.Body)
			}
			orders[order.ExternalID] = true
		}
	}
}

// Real orders are placed where the description permits them, by the specs that
// need an order and not before: neither by the preflight nor out of curiosity.
func TestRealOrdersNeedPermission(t *testing.T) {
	trial, err := proof.Reference(t.Context(), reference.Options{}, nil, proof.Options{
		Seed: 1, Filter: stage.Filter([]string{"CART-ORD-01", "CART-ORD-03"}),
		Describe: claiming(func(yaml string) string {
			return strings.Replace(yaml, "  trialMode: true\n", "  trialMode: false\n  placeRealOrders: true\n", 1)
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if state := trial.State("CART-ORD-01"); state != verdict.Passed {
		t.Errorf("wanted CART-ORD-01 passed with real orders, got %s", state)
		show(t, trial, "CART-ORD-01")
	}
	if state := trial.State("CART-ORD-03"); state != verdict.NotApplicable {
		t.Errorf("wanted no order out of curiosity, got %s", state)
	}
	orders := sentTo(trial, "placeOrder")
	for _, x := range orders {
		if _, trialMode := orderOf(t, x); trialMode || x.Spec == "preflight" {
			t.Errorf("wanted real orders, of specs alone, got one of %q: %s", x.Spec, x.Request.Body)
		}
	}
	if len(orders) == 0 {
		t.Error("wanted real orders, got none")
	}
}

// Claiming what is not there is not conformant, and says so; the cart itself is
// judged as ever.
func TestClaimedNeighboursThatAreNotThere(t *testing.T) {
	ids := handOff(t, "ordering", "product-search")
	trial, err := proof.Reference(t.Context(), reference.Options{}, func(target http.Handler) http.Handler {
		return absent(absent(target, "/products/"), "/ordering/")
	}, proof.Options{Seed: 1, Filter: stage.Filter(append(ids, "CART-ADD-02")), Describe: claiming(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if exit := trial.Result.Exit(); exit != verdict.ExitFindings {
		t.Errorf("wanted exit code %d, got %d: %s", verdict.ExitFindings, exit, trial.Result.Sentence)
	}
	if state := trial.State("CART-ADD-02"); state != verdict.Passed {
		t.Errorf("wanted CART-ADD-02 passed, got %s", state)
	}
	for _, r := range trial.Result.Requirements {
		if !slices.Contains(ids, r.ID) || r.Level == spec.May {
			continue
		}
		if r.State != verdict.Failed {
			t.Errorf("wanted %s failed, got %s: %s", r.ID, r.State, r.Reason)
			continue
		}
		if text := r.Findings[0].Message; !strings.Contains(text, "status 404") {
			t.Errorf("%s: wanted a message that says what the target answered, got %s", r.ID, text)
		}
	}
}

// A live target that refuses what the description says about ordering is not
// blamed for it in so many words; but neither has it shown what it claims.
func TestOrderingThatIsDescribedWrongly(t *testing.T) {
	refusing := func(target http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/ordering/") {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, `{"errors":[{"code":"InvalidInput","message":"no such group"}]}`)
				return
			}
			target.ServeHTTP(w, r)
		})
	}
	trial, err := proof.Reference(t.Context(), reference.Options{}, refusing, proof.Options{
		Seed: 1, Filter: stage.Filter([]string{"CART-ORD-04"}),
		Describe: claiming(func(yaml string) string {
			return strings.NewReplacer("profile: controlled", "profile: live", "  region: US\n", "  region: US\n  rateLimit: {requestsPerSecond: 0}\n").Replace(yaml)
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range trial.Records.Specs {
		if r.Requirement == "CART-ORD-04" && !strings.Contains(r.Reason, "ordering does not play its role: the target refuses an order in trial mode") {
			t.Errorf("wanted a reason that names the key, got %s: %s", r.Outcome, r.Reason)
		}
	}
	if len(trial.Records.Findings) > 0 {
		t.Errorf("wanted no finding of a spec, got %v", trial.Records.Findings)
	}
}

// Where the description names no available offers, those that a search finds take
// their place.
func TestOffersFoundBySearch(t *testing.T) {
	lacking := func(keywords string) func(string) string {
		return func(yaml string) string {
			yaml = regexp.MustCompile(`    available:\n(      - .*\n)+`).ReplaceAllString(yaml, "")
			return regexp.MustCompile(`keywords: .*`).ReplaceAllString(yaml, "keywords: "+keywords)
		}
	}
	ids := []string{"CART-ADD-04", "CART-EST-02", "CART-SRCH-01"}
	trial, err := proof.Reference(t.Context(), reference.Options{}, nil, proof.Options{Seed: 1, Filter: stage.Filter(ids), Describe: claiming(lacking("e"))})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if state := trial.State(id); state != verdict.Passed {
			t.Errorf("wanted %s passed with offers that were found, got %s", id, state)
			show(t, trial, id)
		}
	}
	trial, err = proof.Reference(t.Context(), reference.Options{}, nil, proof.Options{Seed: 1, Filter: stage.Filter(ids), Describe: claiming(lacking("nothing-of-this-name"))})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range trial.Records.Specs {
		if r.Requirement == "CART-ADD-04" && !strings.Contains(r.Reason, "search does not play its role: it finds no product") {
			t.Errorf("wanted a reason that names the search, got %s: %s", r.Outcome, r.Reason)
		}
	}
}

// A search that never ends is left in the end.
func TestEndlessSearch(t *testing.T) {
	n := 0
	endless := func(target http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasPrefix(r.URL.Path, "/products/") {
				target.ServeHTTP(w, r)
				return
			}
			var products []string
			for range 24 {
				n++
				products = append(products, fmt.Sprintf(`{"asin":"B%09d","includedDataTypes":{"OFFERS":[{}]}}`, n))
			}
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"numberOfPages":1000000,"products":[%s]}`, strings.Join(products, ","))
		})
	}
	trial, err := proof.Reference(t.Context(), reference.Options{}, endless, proof.Options{Seed: 1, Filter: stage.Filter([]string{"CART-SRCH-01"}), Describe: claiming(nil)})
	if err != nil {
		t.Fatal(err)
	}
	// One search of the preflight, one of the spec.
	if got := len(sentTo(trial, "searchProductsRequest")); got == 0 || got > 10 {
		t.Errorf("wanted at most 10 pages to be asked for, got %d", got)
	}
	if got := len(sentTo(trial, "searchOffersRequest")); got > 10 {
		t.Errorf("wanted few products to be asked for their offers, got %d", got)
	}
	if state := trial.State("CART-SRCH-01"); state != verdict.Failed {
		t.Errorf("wanted CART-SRCH-01 failed where nothing of use is found, got %s", state)
	}
}

// absent answers 404 to all that is below a path.
func absent(target http.Handler, path string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) {
			http.NotFound(w, r)
			return
		}
		target.ServeHTTP(w, r)
	})
}
