package businesscart

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"cartconform/spec"
	"cartconform/suites/stage"
)

// answered is the answer to an order of one line, read from the parts of it that
// were accepted.
func answered(t *testing.T, accepted string) *Order {
	t.Helper()
	body := `{"lineItems":[{"externalId":"11","acceptedItems":` + accepted + `,"rejectedItems":[]}],"acceptanceArtifacts":[],"rejectionArtifacts":[]}`
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var doc map[string]any
	if err := decoder.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	price := Money{"USD", decimal.RequireFromString("10")}
	return &Order{
		Reply: &Reply{X: &spec.Exchange{Response: &spec.Response{Status: 200}}, Doc: doc, stage: &stage.Stage{}},
		Sent:  map[string]Line{"11": {Product: "B0", Quantity: 2, Price: &price}},
	}
}

// However an order's answer is made up, it is read as what it can mean.
func TestOrdersAreReadInEveryForm(t *testing.T) {
	const (
		ten   = `[{"acceptanceArtifactType":"UnitPrice","amount":{"currencyCode":"USD","amount":10.00}}]`
		nine  = `[{"acceptanceArtifactType":"UnitPrice","amount":{"currencyCode":"USD","amount":9}}]`
		four  = `[{"acceptanceArtifactType":"UnitPrice","amount":{"currencyCode":"USD","amount":4}}]`
		three = `[{"acceptanceArtifactType":"UnitPrice","amount":{"currencyCode":"USD","amount":3}}]`
	)
	part := func(quantity, artifacts, items string) string {
		if items != "" {
			return `{"acceptedItemType":"AcceptedItemGroup","quantity":` + quantity + `,"artifacts":` + artifacts + `,"items":[` + items + `]}`
		}
		return `{"acceptedItemType":"SingleAcceptedItem","quantity":` + quantity + `,"artifacts":` + artifacts + `}`
	}
	for _, test := range []struct {
		name, accepted string
		quantity, cost bool
	}{
		{"a single part", `[` + part("2", ten, "") + `]`, true, true},
		{"two parts", `[` + part("1", ten, "") + `,` + part("1", ten, "") + `]`, true, true},
		{"too many", `[` + part("2", ten, "") + `,` + part("1", ten, "") + `]`, false, true},
		{"too few", `[` + part("1", ten, "") + `]`, false, true},
		{"another price", `[` + part("2", nine, "") + `]`, true, false},
		{"another price of one part", `[` + part("1", ten, "") + `,` + part("1", nine, "") + `]`, true, false},
		{"a price of one part alone", `[` + part("1", ten, "") + `,` + part("1", `[]`, "") + `]`, true, true},
		{"no price", `[` + part("2", `[]`, "") + `]`, true, false},
		{"groups with a price", `[` + part("2", ten, part("1", nine, "")+","+part("3", nine, "")) + `]`, true, true},
		{"one group of two units", `[` + part("1", `[]`, part("2", ten, "")) + `]`, true, true},
		{"groups whose items make up the price", `[` + part("2", `[]`, part("1", four, "")+","+part("2", three, "")) + `]`, true, true},
		{"groups whose items do not", `[` + part("2", `[]`, part("1", four, "")+","+part("1", three, "")) + `]`, true, false},
		{"nothing", `[]`, false, false},
	} {
		order := answered(t, test.accepted)
		for _, m := range []struct {
			what  string
			match func() (bool, error)
			want  bool
		}{
			{"quantity", func() (bool, error) { return KeepQuantities(order).Match(order) }, test.quantity},
			{"price", func() (bool, error) { return KeepPrices(order).Match(order) }, test.cost},
		} {
			if got, err := m.match(); err != nil || got != m.want {
				t.Errorf("%s: wanted its %s kept: %t, got %t, %v", test.name, m.what, m.want, got, err)
			}
		}
	}
}

// Charges are summed up by type and category, whether they stand in groups or not.
func TestChargesOfOrdersAreSummedUp(t *testing.T) {
	const charge = `{"acceptanceArtifactType":"Charge","type":"TAX","category":"SHIPPING","amount":{"currencyCode":"USD","amount":0.1}}`
	order := answered(t, `[
		{"acceptedItemType":"SingleAcceptedItem","quantity":1,"artifacts":[`+charge+`,`+charge+`,{"acceptanceArtifactType":"Signed"}]},
		{"acceptedItemType":"AcceptedItemGroup","quantity":1,"artifacts":[],"items":[{"acceptedItemType":"SingleAcceptedItem","quantity":1,"artifacts":[`+charge+`]}]},
		{"acceptedItemType":"SingleAcceptedItem","quantity":1,"artifacts":[{"acceptanceArtifactType":"Charge","type":"TAX","category":"SUBTOTAL","amount":{"currencyCode":"USD","amount":0.0}}]}]`)
	if got := sumTexts(order.lineCharges()); len(got) != 1 || got["TAX/SHIPPING"] != "TAX/SHIPPING USD 0.3" {
		t.Errorf("wanted one sum of USD 0.3, got %v", got)
	}
	if text := comparison(order.lineCharges(), order.lineCharges(), "none"); text != "the same: TAX/SHIPPING USD 0.3" {
		t.Errorf("wanted the same charges, got %q", text)
	}
	if text := comparison(order.lineCharges(), order.orderCharges(), "none"); text != "different: TAX/SHIPPING USD 0.3 instead of none" {
		t.Errorf("wanted a difference, got %q", text)
	}
}

// What speaks against an offer that a search found is told from what it says.
func TestObjections(t *testing.T) {
	for text, useful := range map[string]bool{
		`{"offerId":"o"}`: true,
		`{"offerId":"o","availability":"In Stock","buyingGuidance":"NONE","buyingRestrictions":[],"quantityInStock":5}`: true,
		`{"offerId":"o","availability":null,"buyingRestrictions":null,"quantityInStock":null,"quantityLimits":null}`:    true,
		`{"offerId":"o","buyingGuidance":"PREFERRED","quantityLimits":{"minQuantity":1,"maxQuantity":999}}`:             true,
		`{}`:               false,
		`{"offerId":null}`: false,
		`{"offerId":"o","buyingGuidance":"BLOCKED"}`:                                      false,
		`{"offerId":"o","buyingGuidance":"RESTRICTED"}`:                                   false,
		`{"offerId":"o","buyingRestrictions":[{"restrictionType":"PRODUCT_RESTRICTED"}]}`: false,
		`{"offerId":"o","availability":"Currently unavailable"}`:                          false,
		`{"offerId":"o","quantityInStock":4}`:                                             false,
		`{"offerId":"o","quantityInStock":{"quantity":4}}`:                                false,
		`{"offerId":"o","quantityLimits":{"minQuantity":2}}`:                              false,
		`{"offerId":"o","quantityLimits":{"maxQuantity":1}}`:                              false,
	} {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var offer map[string]any
		if err := decoder.Decode(&offer); err != nil {
			t.Fatal(err)
		}
		if why := objection(offer); (why == "") != useful {
			t.Errorf("%s: wanted it useful: %t, got %q", text, useful, why)
		}
	}
	if !slices.Contains(answered(t, `[]`).refused(), "11") {
		t.Error("wanted a line that is neither accepted nor rejected to count as refused")
	}
}
