package allowed

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"cartconform/spec"
	"cartconform/spec/variation"
)

func contract(t testing.TB) *spec.Contract {
	t.Helper()
	c, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// twins are good requests: the description's examples, with all that an address may have.
func twins(t *testing.T, c *spec.Contract) map[string]spec.Request {
	t.Helper()
	operations, err := variation.Operations(c)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]spec.Request{}
	for _, o := range operations {
		all[o.ID] = o.Example
	}
	rich := all["getEstimatedTotalPurchaseCost"]
	rich.Body = []byte(`{"address":{"addressType":"PhysicalAddress","fullName":"a/b","phoneNumber":"1","companyName":"\"q\" \\ 🏬","addressLine1":"é",` +
		`"addressLine2":"","addressLine3":"3","city":"c","stateOrRegion":"WA","postalCode":"98101","countryCode":"US"}}`)
	all["getEstimatedTotalPurchaseCost"] = rich
	return all
}

func TestCasesAreGoodRequests(t *testing.T) {
	c := contract(t)
	cases, dropped, err := Generate(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dropped {
		t.Errorf("wanted each candidate to be good, got %s dropped: %v", d.ID, d.Why)
	}
	good := twins(t, c)
	promised, count := 0, map[string]int{}
	for _, one := range cases {
		count[one.Operation]++
		if one.Promised {
			promised++
		}
		request, err := one.Apply(good[one.Operation])
		if errors.Is(err, variation.ErrSame) && one.How() == "at-minimum" || one.ID == "addItems/body/items/0/metadata/absent" {
			continue // the example's quantity is that already; it has no metadata
		}
		if err != nil {
			t.Error(err)
			continue
		}
		if violations := c.JudgeRequest(&spec.Exchange{Request: request}); len(violations) > 0 {
			t.Errorf("%s: wanted a request that keeps the contract, got %v", one.ID, violations)
		}
		if !strings.HasSuffix(one.What, ".") || !strings.HasPrefix(one.What, one.Operation) {
			t.Errorf("%s: wanted a sentence about the operation, got %q", one.ID, one.What)
		}
	}
	for operation, least := range map[string]int{"listCarts": 4, "getCart": 5, "getItems": 5, "addItems": 15, "modifyItems": 12, "getEstimatedTotalPurchaseCost": 20} {
		if count[operation] < least {
			t.Errorf("%s: wanted %d cases or more, got %d", operation, least, count[operation])
		}
	}
	if promised < 20 || promised == len(cases) {
		t.Errorf("wanted promised cases and others, got %d of %d", promised, len(cases))
	}
	t.Logf("%d cases, %d promised: %v", len(cases), promised, count)
}

// However a document is spelt, it is the same document in other bytes.
func TestSpellingsAreTheSameDocument(t *testing.T) {
	c := contract(t)
	cases, err := Cases(c)
	if err != nil {
		t.Fatal(err)
	}
	good := twins(t, c)
	seen := map[string]bool{}
	for _, one := range cases {
		if !strings.HasPrefix(one.How(), "spelling-") {
			continue
		}
		twin := good[one.Operation]
		other, err := one.Apply(twin)
		if err != nil {
			t.Error(err)
			continue
		}
		before, _ := spec.Decode(twin.Body)
		after, err := spec.Decode(other.Body)
		if err != nil || !reflect.DeepEqual(before, after) {
			t.Errorf("%s: wanted the same document, got %v, %v", one.ID, after, err)
		}
		if bytes.Equal(twin.Body, other.Body) || seen[string(other.Body)] {
			t.Errorf("%s: wanted bytes of its own, got %s", one.ID, other.Body)
		}
		seen[string(other.Body)] = true
		for how, marks := range map[string][]string{
			"spelling-escaped-keys":  {`"\u0061\u0064\u0064`, `"\u0069\u0074`},
			"spelling-escaped-texts": {`\uD83C\uDFEC`, `"\u0041\u0073\u0069\u006E\u0031"`, `"\u0063\u0049\u0064\u0031"`},
			"spelling-lines":         {"\r\n\t\""},
			"spelling-blanks":        {`{ "`},
		} {
			if one.How() == how && !containsAny(other.Body, marks) {
				t.Errorf("%s: wanted one of %q in it, got %s", one.ID, marks, other.Body)
			}
		}
	}
}

func containsAny(text []byte, marks []string) bool {
	for _, mark := range marks {
		if bytes.Contains(text, []byte(mark)) {
			return true
		}
	}
	return false
}

// Nothing is sent that is not proven with the values of the twin.
func TestApplyRefuses(t *testing.T) {
	c := contract(t)
	good := twins(t, c)["addItems"]
	harmless := Case{ID: "x", Operation: "addItems", contract: c, change: variation.Header("X-Other", "1")}
	if _, err := harmless.Apply(good); err != nil {
		t.Errorf("wanted a good request, got %v", err)
	}
	bad := good
	bad.Body = []byte(`{"items":[]}`)
	if _, err := harmless.Apply(bad); !errors.Is(err, variation.ErrTwin) {
		t.Errorf("wanted ErrTwin for a bad twin, got %v", err)
	}
	for name, change := range map[string]variation.Change{
		"no items":          variation.Body([]string{"items"}, func(any) (any, error) { return []any{}, nil }),
		"another operation": variation.RawPath("/cart/2025-04-30/carts/{cartId}/items", "cartId", func(string) string { return "a/b" }),
	} {
		spoiled := Case{ID: "x", Operation: "addItems", contract: c, change: change}
		if _, err := spoiled.Apply(good); !errors.Is(err, ErrProof) {
			t.Errorf("%s: wanted ErrProof, got %v", name, err)
		}
	}
}

// Nothing unusual is ordered or searched for.
func TestNeighboursAreLeftAlone(t *testing.T) {
	cases, err := Cases(contract(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range cases {
		if one.Operation == "placeOrder" || one.Operation == "deleteItems" {
			t.Errorf("wanted no case of %s, got %s", one.Operation, one.ID)
		}
	}
}
