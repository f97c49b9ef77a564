package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"go.yaml.in/yaml/v3"
)

const samplesDir = "../fixtures/samples/business-cart"

// documentedMessage is one documented message.
type documentedMessage struct {
	File      string `yaml:"file"` // "" for a message without a body
	Operation string `yaml:"operation"`
	Direction string `yaml:"direction"` // request or response
	Status    int    `yaml:"status"`
	Source    string `yaml:"source"`
	Invalid   bool   `yaml:"invalid"`
}

func readSamples(t *testing.T) []documentedMessage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(samplesDir, "index.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct {
		Samples []documentedMessage `yaml:"samples"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&index); err != nil {
		t.Fatalf("decode the index of samples: %v", err)
	}
	return index.Samples
}

// bothJudges holds the components of the description twice: as kin-openapi
// reads them, and compiled as JSON Schema draft 4 from the same text.
type bothJudges struct {
	doc    *openapi3.T
	second map[string]*jsonschema.Schema
}

func loadBothJudges(t *testing.T, description string) bothJudges {
	t.Helper()
	judges := bothJudges{doc: loadDescription(t, description), second: map[string]*jsonschema.Schema{}}
	var raw any
	if err := yaml.Unmarshal(readContract(t, description), &raw); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	const url = "mem:///openapi.json"
	compiler := jsonschema.NewCompiler()
	compiler.Draft = jsonschema.Draft4
	compiler.AssertFormat = true
	if err := compiler.AddResource(url, bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	for name := range judges.doc.Components.Schemas {
		schema, err := compiler.Compile(url + "#" + componentPrefix[1:] + name)
		if err != nil {
			t.Fatalf("compile %s as draft 4: %v", name, err)
		}
		judges.second[name] = schema
	}
	return judges
}

const componentPrefix = "#/components/schemas/"

// judge gives what both validators say of a JSON text.
func (j bothJudges) judge(t *testing.T, component, text string) (kin, second error) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("decode: %v", err)
	}
	return j.doc.Components.Schemas[component].Value.VisitJSON(value, openapi3.MultiErrors()), j.second[component].Validate(value)
}

// component names the schema of a message's body; "" when it has none.
func (j bothJudges) component(s documentedMessage) (string, error) {
	for _, path := range j.doc.Paths.Map() {
		for _, operation := range path.Operations() {
			if operation.OperationID != s.Operation {
				continue
			}
			var content openapi3.Content
			if s.Direction == "request" {
				if operation.RequestBody == nil {
					return "", nil
				}
				content = operation.RequestBody.Value.Content
			} else {
				response := operation.Responses.Status(s.Status)
				if response == nil {
					return "", fmt.Errorf("wanted a documented status, got %d", s.Status)
				}
				content = response.Value.Content
			}
			if len(content) == 0 {
				return "", nil
			}
			ref := content.Get("application/json").Schema.Ref
			name, shared := strings.CutPrefix(ref, componentPrefix)
			if !shared {
				return "", fmt.Errorf("wanted a schema among the components, got %q", ref)
			}
			return name, nil
		}
	}
	return "", fmt.Errorf("wanted an operation of the description, got %q", s.Operation)
}

func TestSamplesFitTheDescription(t *testing.T) {
	all := map[string]bothJudges{}
	for _, d := range businessCartT(t).Options().Descriptions {
		all[d.File] = loadBothJudges(t, strings.TrimPrefix(d.File, "spec/"))
	}
	for _, s := range readSamples(t) {
		op := businessCartT(t).operations[s.Operation]
		if op == nil {
			t.Fatalf("%s: wanted an operation of the contract, got %q", s.File, s.Operation)
		}
		judges := all[op.document.File]
		name := s.File
		if name == "" {
			name = s.Operation + "." + s.Direction + "." + strconv.Itoa(s.Status)
		}
		t.Run(name, func(t *testing.T) {
			component, err := judges.component(s)
			if err != nil {
				t.Fatal(err)
			}
			if (component == "") != (s.File == "") {
				t.Fatalf("wanted a body exactly where one is described, got file %q and schema %q", s.File, component)
			}
			if s.File == "" {
				return
			}
			text, err := os.ReadFile(filepath.Join(samplesDir, s.File))
			if err != nil {
				t.Fatal(err)
			}
			kin, second := judges.judge(t, component, string(text))
			if got := kin != nil; got != s.Invalid {
				t.Errorf("kin-openapi: wanted invalid %t, got %v", s.Invalid, kin)
			}
			if got := second != nil; got != s.Invalid {
				t.Errorf("jsonschema: wanted invalid %t, got %#v", s.Invalid, second)
			}
		})
	}
}

func TestSamplesAreAllListed(t *testing.T) {
	var listed []string
	operations := map[string]bool{}
	for _, s := range readSamples(t) {
		if s.File != "" {
			listed = append(listed, s.File)
		}
		if s.Direction != "request" && s.Direction != "response" {
			t.Errorf("%s: wanted the direction request or response, got %q", s.File, s.Direction)
		}
		if s.Source == "" {
			t.Errorf("%s: wanted a source, got none", s.File)
		}
		operations[s.Operation] = true
	}
	slices.Sort(listed)
	paths, err := filepath.Glob(filepath.Join(samplesDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, path := range paths {
		there = append(there, filepath.Base(path))
	}
	if !slices.Equal(listed, there) {
		t.Errorf("wanted the listed files %v, got %v", listed, there)
	}
	if len(operations) != 8 {
		t.Errorf("wanted samples of the cart's seven operations and of the order, got %d", len(operations))
	}
}

// What is open stays open and what is closed stays closed, for both judges.
func TestDescriptionIsOpenInAnswersAndClosedInRequests(t *testing.T) {
	judges := loadBothJudges(t, businessCartDescription)
	line := func(old, new string) string {
		const good = `{"items":[{"itemId":"i","productIdentifier":"p","buyingOptionIdentifier":"b","quantity":1,"isItemAvailable":true,"addedToCartDate":"2025-12-11T15:27:07.16Z","modifiedDate":"2025-12-11T15:27:07Z","price":{"currencyCode":"USD","amount":9.46}}]}`
		return strings.Replace(good, old, new, 1)
	}
	address := func(old, new string) string {
		const good = `{"address":{"addressType":"PhysicalAddress","fullName":"f","addressLine1":"l","addressLine2":"m","city":"c","postalCode":"p","countryCode":"US"}}`
		return strings.Replace(good, old, new, 1)
	}
	artifact := func(fields string) string { return `{"rejectionArtifactType":` + fields + `}` }
	for _, c := range []struct {
		component, text string
		valid           bool
	}{
		{"Region", `"UK"`, true},
		{"Region", `"GB"`, false},
		{"CartRegion", `"GB"`, true},
		{"CartType", `"AMAZON_WEBSITE_CART"`, true},
		{"CartType", `"SOMETHING_NEW"`, true},
		{"CartType", `""`, false},
		{"CartType", `7`, false},

		{"CartItems", line("", ""), true},
		{"CartItems", line(`,"price":{"currencyCode":"USD","amount":9.46}`, ``), true},
		{"CartItems", line(`"itemId":"i"`, `"itemId":"i","color":"red"`), true},
		{"CartItems", line(`"quantity":1`, `"quantity":1.0`), true},
		{"CartItems", line(`"quantity":1`, `"quantity":1.5`), false},
		{"CartItems", line(`"quantity":1`, `"quantity":"1"`), false},
		{"CartItems", line(`"quantity":1`, `"quantity":0`), false},
		{"CartItems", line(`"quantity":1,`, ``), false},
		{"CartItems", line(`"itemId":"i"`, `"itemId":""`), false},
		{"CartItems", line(`9.46`, `"9.46"`), false},
		{"CartItems", line(`"USD"`, `"usd"`), false},
		{"CartItems", line(`9.46`, `-9.46`), true},
		{"CartItems", line(`"2025-12-11T15:27:07Z"`, `"2025-12-11T15:27:07.123456789Z"`), true},
		{"CartItems", line(`"2025-12-11T15:27:07Z"`, `"2025-12-11T15:27:07+01:00"`), true},
		{"CartItems", line(`"2025-12-11T15:27:07Z"`, `"2025-12-11 15:27:07Z"`), false},
		{"CartItems", line(`"2025-12-11T15:27:07Z"`, `{"date":"2025-12-11T15:27:07Z"}`), false},
		{"CartItems", line(`"itemId":"i"`, `"itemId":"i","metadata":[{"artifactType":"New","catalogId":7}]`), true},
		{"CartItems", line(`"itemId":"i"`, `"itemId":"i","metadata":[{"artifactType":"CatalogMetadata"}]`), false},

		{"RejectionArtifact", artifact(`"UnavailableQuantity","quantity":90`), true},
		{"RejectionArtifact", artifact(`"UnavailableQuantity","quantity":"90"`), false},
		{"RejectionArtifact", artifact(`"UnavailableQuantity"`), false},
		{"RejectionArtifact", artifact(`"UnsupportedCartItems","cartItemIdentifiers":["i"],"message":"m"`), true},
		{"RejectionArtifact", artifact(`"UnsupportedCartItems","cartItemIdentifiers":["i"]`), false},
		{"RejectionArtifact", artifact(`"UnsupportedCartItems","cartItemIdentifiers":[1],"message":"m"`), false},
		{"RejectionArtifact", artifact(`"RejectionMessage","message":"m"`), true},
		{"RejectionArtifact", artifact(`"RejectionMessage"`), false},
		{"RejectionArtifact", artifact(`"TotalItemCountRestriction","maxQuantity":1`), true},
		{"RejectionArtifact", artifact(`"TotalItemCountRestriction"`), false},
		{"RejectionArtifact", artifact(`"TotalQuantityRestriction","maxQuantity":1`), true},
		{"RejectionArtifact", artifact(`"TotalQuantityRestriction","maxQuantity":true`), false},
		{"RejectionArtifact", artifact(`"SomethingNew","quantity":"many","message":7,"maxQuantity":null`), true},
		{"RejectionArtifact", `{"quantity":90}`, false},
		{"RejectionArtifact", `"UnavailableQuantity"`, false},

		{"RejectedItem", `{"id":"x","rejectionArtifacts":[{"rejectionArtifactType":"SomethingNew"}]}`, true},
		{"RejectedItem", `{"id":"x","rejectionArtifacts":[]}`, false},

		{"Attribute", `{"attributeType":"SubTotal","amount":{"currencyCode":"USD","amount":70}}`, true},
		{"Attribute", `{"attributeType":"SubTotal"}`, false},
		{"Attribute", `{"attributeType":"SubTotal","amount":70}`, false},
		{"Attribute", `{"attributeType":"SubtotalWithoutTax","amount":{"currencyCode":"EUR"}}`, false},
		{"Attribute", `{"attributeType":"SomethingNew","amount":3}`, true},
		{"Attribute", `{"amount":{"currencyCode":"USD","amount":70}}`, false},

		{"EstimatedTotalPurchaseCostResult", `{"charges":[],"rejectionArtifacts":[]}`, true},
		{"EstimatedTotalPurchaseCostResult", `{"charges":[{"type":"NEW","category":"NEW","amount":{"currencyCode":"USD","amount":0}}],"rejectionArtifacts":[]}`, true},
		{"EstimatedTotalPurchaseCostResult", `{"charges":[{"type":"TAX","category":"SHIPPING","amount":{"currencyCode":"USD","amount":0}}],"rejectionArtifacts":[{"rejectionArtifactType":"New"}]}`, false},
		{"EstimatedTotalPurchaseCostResult", `{"charges":[]}`, false},

		{"ErrorList", `{"errors":[{"code":"Any","message":""}]}`, true},
		{"ErrorList", `{"errors":[]}`, false},
		{"ErrorList", `{"errors":[{"code":404,"message":"m"}]}`, false},

		{"AddItemsRequest", `{"items":[]}`, false},
		{"AddItemsRequest", `{"items":[{"productIdentifier":"p","buyingOptionIdentifier":"b","quantity":0,"externalId":"e"}]}`, false},
		{"AddItemsRequest", `{"items":[{"productIdentifier":"p","buyingOptionIdentifier":"b","quantity":1}]}`, false},
		{"ModifyItemsRequest", `{"items":[{"itemId":"i","quantity":0}]}`, true},
		{"ModifyItemsRequest", `{"items":[{"itemId":"i","quantity":-1}]}`, false},
		{"ModifyItemsRequest", `{"items":[` + strings.Repeat(`{"itemId":"i","quantity":1},`, 49) + `{"itemId":"i","quantity":1}]}`, true},
		{"ModifyItemsRequest", `{"items":[` + strings.Repeat(`{"itemId":"i","quantity":1},`, 50) + `{"itemId":"i","quantity":1}]}`, false},
		{"EstimatedTotalPurchaseCostRequest", address("", ""), true},
		{"EstimatedTotalPurchaseCostRequest", address("PhysicalAddress", "ExternalAddress"), false},
		{"EstimatedTotalPurchaseCostRequest", address(`"US"`, `"us"`), false},
		{"EstimatedTotalPurchaseCostRequest", address(`"m"`, `"`+strings.Repeat("é", 60)+`"`), true},
		{"EstimatedTotalPurchaseCostRequest", address(`"m"`, `"`+strings.Repeat("m", 61)+`"`), false},
		{"EstimatedTotalPurchaseCostRequest", address(`"fullName":"f",`, ``), false},
		{"EstimatedTotalPurchaseCostRequest", `{}`, false},
	} {
		kin, second := judges.judge(t, c.component, c.text)
		if got := kin == nil; got != c.valid {
			t.Errorf("kin-openapi: %s %s: wanted valid %t, got %v", c.component, c.text, c.valid, kin)
		}
		if got := second == nil; got != c.valid {
			t.Errorf("jsonschema: %s %s: wanted valid %t, got %#v", c.component, c.text, c.valid, second)
		}
	}
}
