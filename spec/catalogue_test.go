package spec

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"cartconform/spec/xmlform"
	"cartconform/spec/yamlfile"
)

const (
	businessCartCatalogue   = "businesscart/requirements.yaml"
	businessCartDescription = "businesscart/openapi.yaml"
	remoteCartDescription   = "remotecart/openapi.yaml"
)

func readContract(t *testing.T, name string) []byte {
	t.Helper()
	text, err := contracts.ReadFile(name)
	if err != nil {
		t.Fatalf("read the embedded contract: %v", err)
	}
	return text
}

func loadBusinessCartCatalogue(t *testing.T) *Catalogue {
	t.Helper()
	catalogue, err := LoadCatalogue(businessCartCatalogue, readContract(t, businessCartCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

// loadDescription validates the description as well, examples included.
func loadDescription(t *testing.T, name string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(readContract(t, name))
	if err != nil {
		t.Fatalf("load %s: %v", name, err)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation(), openapi3.EnableMultiError()); err != nil {
		t.Fatalf("validate %s: %v", name, err)
	}
	return doc
}

func operationIDs(doc *openapi3.T) []string {
	var ids []string
	for _, path := range doc.Paths.Map() {
		for _, operation := range path.Operations() {
			ids = append(ids, operation.OperationID)
		}
	}
	slices.Sort(ids)
	return ids
}

func TestBusinessCartCatalogueIsSensible(t *testing.T) {
	catalogue := loadBusinessCartCatalogue(t)
	if catalogue.API != "business-cart" || catalogue.Version != "2025-04-30" {
		t.Errorf("wanted business-cart 2025-04-30, got %s %s", catalogue.API, catalogue.Version)
	}

	operations := append(operationIDs(loadDescription(t, businessCartDescription)), AnyOperation)
	areas := strings.Fields("listing adding modifying reading summary estimate deleting ordering errors workflow general")
	features := strings.Fields("auth throttling size-limit ordering product-search pagination")
	statements := map[string]string{}
	for _, r := range catalogue.Requirements {
		if !slices.Contains(operations, r.Operation) {
			t.Errorf("%s: wanted an operation of the description, got %q", r.ID, r.Operation)
		}
		if !slices.Contains(areas, r.Area) {
			t.Errorf("%s: wanted one of the areas %v, got %q", r.ID, areas, r.Area)
		}
		if r.Feature != "" && !slices.Contains(features, r.Feature) {
			t.Errorf("%s: wanted one of the features %v, got %q", r.ID, features, r.Feature)
		}
		if other, twice := statements[r.Statement]; twice {
			t.Errorf("%s: wanted a statement of its own, got that of %s", r.ID, other)
		}
		statements[r.Statement] = r.ID

		// What changes price or stock can only be asked of a target that lets us.
		controls := slices.ContainsFunc(r.Needs, func(key string) bool { return strings.HasPrefix(key, "control.") })
		if controls != (r.Profile == ProfileControlled) {
			t.Errorf("%s: wanted control hooks in profile %s and nowhere else, got profile %s and needs %v",
				r.ID, ProfileControlled, r.Profile, r.Needs)
		}
	}
}

func TestCatalogueFind(t *testing.T) {
	catalogue := loadBusinessCartCatalogue(t)
	r, found := catalogue.Find("CART-MOD-04")
	if !found || r.ID != "CART-MOD-04" || r.Level != Must || r.Profile != ProfileAny || r.Operation != "modifyItems" {
		t.Errorf("wanted CART-MOD-04, got %v %+v", found, r)
	}
	lines := strings.Split(string(readContract(t, businessCartCatalogue)), "\n")
	if got := lines[r.Line-1]; !strings.Contains(got, "id: CART-MOD-04") {
		t.Errorf("wanted the line of the id, got line %d: %q", r.Line, got)
	}
	if r, found := catalogue.Find("CART-MOD-99"); found {
		t.Errorf("wanted no CART-MOD-99, got %+v", r)
	}
}

// goodCatalogue is the smallest catalogue that there is, one line for each key.
const goodCatalogue = `api: demo
version: "1"
documents:
  guide: {title: Guide}
requirements:
  - id: DEMO-A-01
    area: general
    operation: any
    level: must
    profile: any
    statement: It works.
    strength: E
    source: {document: guide, section: One}
`

func TestLoadCatalogueDefaults(t *testing.T) {
	catalogue, err := LoadCatalogue("demo.yaml", []byte(goodCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	r := catalogue.Requirements[0]
	if r.Line != 6 || r.Feature != "" || len(r.Needs) != 0 || r.Optional || r.Source != (Source{"guide", "One"}) {
		t.Errorf("wanted the plain requirement of line 6, got %+v", r)
	}
	if got := catalogue.Documents["guide"].Title; got != "Guide" {
		t.Errorf("wanted the document's title, got %q", got)
	}
}

func TestLoadCatalogueRefuses(t *testing.T) {
	second := goodCatalogue[strings.Index(goodCatalogue, "  - id"):]
	for _, c := range []struct {
		name     string
		old, new string
		want     string
	}{
		{"an empty file", goodCatalogue, "", "demo.yaml: wanted a catalogue, got an empty file"},
		{"text that is no YAML", "api: demo", "api: [", "demo.yaml: yaml: "},
		{"a second document", "    source:", "---\na: b\n#", "demo.yaml:13: wanted one document, got a second one"},
		{"a list at the top", goodCatalogue, "- a\n", `demo.yaml:1: /: wanted type "object", got an array of 1`},
		{"a key that stands twice", "version: \"1\"", "version: \"1\"\napi: again", `demo.yaml:3: wanted each key once, got "api" again (first in line 1)`},
		{"a key of a requirement that stands twice", "    level: must\n", "    level: must\n    level: may\n", `demo.yaml:10: wanted each key once, got "level" again (first in line 9)`},
		{"a key that is no text", "api: demo", "1: demo", "demo.yaml:1: wanted a text as key, got 1"},
		{"an alias", "    area: general", "    area: &a general\n    judged: *a", "demo.yaml:8: wanted plain YAML, got an alias"},
		{"a bare date", `"1"`, "2025-04-30", "demo.yaml:2: wanted a text, got 2025-04-30, which YAML reads as something else: quote it"},
		{"a bare number", `"1"`, "1", `demo.yaml:2: /version: wanted type "string", got "1"`},
		{"an unknown key at the top", "api: demo", "api: demo\nowner: me", `demo.yaml:2: /: wanted a known key, got "owner"`},
		{"an unknown key of a requirement", "    area: general", "    aera: general\n    area: general", `demo.yaml:7: /requirements/0: wanted a known key, got "aera"`},
		{"an unknown key of a source", "section: One", "section: One, page: x", `demo.yaml:13: /requirements/0/source: wanted a known key, got "page"`},
		{"an unknown key of a document", "{title: Guide}", "{title: Guide, url: x}", `demo.yaml:4: /documents/guide: wanted a known key, got "url"`},
		{"no api", "api: demo\n", "", `demo.yaml:1: /: wanted the key "api", got none`},
		{"no statement", "    statement: It works.\n", "", `demo.yaml:6: /requirements/0: wanted the key "statement", got none`},
		{"no section", ", section: One", "", `demo.yaml:13: /requirements/0/source: wanted the key "section", got none`},
		{"no requirements", goodCatalogue[strings.Index(goodCatalogue, "requirements:"):], "requirements: []\n", "demo.yaml:5: /requirements: wanted minItems 1, got an array of 0"},
		{"a malformed name of a document, with a slash", "{title: Guide}", "{title: Guide}\n  \"a/b\": {title: B}", `demo.yaml:5: /documents/a~1b: wanted pattern "^[a-z]+(-[a-z]+)*$", got an object`},
		{"a malformed api", "api: demo", "api: Demo API", `demo.yaml:1: /api: wanted pattern "^[a-z]+(-[a-z]+)*$", got "Demo API"`},
		{"a malformed id", "DEMO-A-01", "demo-1", `demo.yaml:6: /requirements/0/id: wanted pattern "^[A-Z]+(-[A-Z]+)*-[0-9]{2}$", got "demo-1"`},
		{"an unknown level", "level: must", "level: shall", `demo.yaml:9: /requirements/0/level: wanted enum ["must","should","may"], got "shall"`},
		{"an unknown profile", "profile: any", "profile: live", `demo.yaml:10: /requirements/0/profile: wanted enum ["any","controlled"], got "live"`},
		{"an unknown strength", "strength: E", "strength: EX", `demo.yaml:12: /requirements/0/strength: wanted enum ["E","O","X","M","I","A","U"], got "EX"`},
		{"an empty feature", "    profile: any", "    profile: any\n    feature: \"\"", `demo.yaml:11: /requirements/0/feature: wanted pattern`},
		{"needs that are no list", "    profile: any", "    profile: any\n    needs: ordering", `demo.yaml:11: /requirements/0/needs: wanted type "array", got "ordering"`},
		{"an empty list of needs", "    profile: any", "    profile: any\n    needs: []", "demo.yaml:11: /requirements/0/needs: wanted minItems 1, got an array of 0"},
		{"the same need twice", "    profile: any", "    profile: any\n    needs: [a.b, a.b]", "demo.yaml:11: /requirements/0/needs: wanted uniqueItems true, got an array of 2"},
		{"a malformed need", "    profile: any", "    profile: any\n    needs: [A]", `demo.yaml:11: /requirements/0/needs/0: wanted pattern`},
		{"a statement that is no sentence", "It works.", "It works", `demo.yaml:11: /requirements/0/statement: wanted pattern "^[^\\s].*[.]$", got "It works"`},
		{"optional without needs", "    strength: E", "    strength: E\n    optional: true", "demo.yaml:6: /requirements/0: property 'needs' is required, if 'optional' property exists"},
		{"optional that is no truth value", "    strength: E", "    strength: E\n    needs: [a]\n    optional: \"yes\"", `demo.yaml:14: /requirements/0/optional: wanted type "boolean", got "yes"`},
		{"a blank reason why it is unchecked", "    strength: E", "    strength: E\n    unchecked: \"\"", `demo.yaml:13: /requirements/0/unchecked: wanted pattern`},
		{"an unknown document", "document: guide", "document: rumour", `demo.yaml:13: DEMO-A-01: wanted the name of one of the documents, got "rumour"`},
		{"an unknown disagreement", "    strength: E", "    strength: E\n    disagreement: D1", `demo.yaml:13: DEMO-A-01: wanted the name of one of the disagreements, got "D1"`},
		{"a disagreement that is no sentence", "requirements:", "disagreements: {D1: yes and no}\nrequirements:", `demo.yaml:5: /disagreements/D1: wanted pattern`},
		{"one operation in a list", "    level: must", "    operations: [a]\n    level: must", `demo.yaml:9: /requirements/0/operations: wanted minItems 2`},
		{"operations beside one", "operation: any", "operation: a\n    operations: [a, b]", `demo.yaml:9: DEMO-A-01: wanted operations beside the operation any only, got a`},
		{"an unknown base", "    strength: E", "    strength: E\n    buildsOn: [DEMO-A-02]", `demo.yaml:13: DEMO-A-01: wanted the id of another requirement of this catalogue, got "DEMO-A-02"`},
		{"itself as a base", "    strength: E", "    strength: E\n    buildsOn: [DEMO-A-01]", `demo.yaml:13: DEMO-A-01: wanted to build on what does not build on it in turn, got DEMO-A-01`},
		{"a base that builds on it", second, strings.Replace(second, "    strength", "    buildsOn: [DEMO-A-02]\n    strength", 1) +
			strings.NewReplacer("DEMO-A-01", "DEMO-A-02", "    strength", "    buildsOn: [DEMO-A-01]\n    strength").Replace(second),
			`demo.yaml:12: DEMO-A-01: wanted to build on what does not build on it in turn, got DEMO-A-02`},
		{"a base that binds less", second, strings.Replace(second, "    strength", "    buildsOn: [DEMO-A-02]\n    strength", 1) +
			strings.NewReplacer("DEMO-A-01", "DEMO-A-02", "level: must", "level: should").Replace(second),
			`demo.yaml:12: DEMO-A-01 of level must: wanted to build on what is as binding, got DEMO-A-02 of level should`},
		{"an id that stands twice", second, second + second, "demo.yaml:14: wanted each id once, got DEMO-A-01 again (first in line 6)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodCatalogue, c.old, c.new, 1)
			if text == goodCatalogue {
				t.Fatalf("wanted a change of %q, got none", c.old)
			}
			catalogue, err := LoadCatalogue("demo.yaml", []byte(text))
			if err == nil {
				t.Fatalf("wanted an error, got %+v", catalogue)
			}
			if !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("wanted %s, got %v", c.want, err)
			}
		})
	}
}

func TestLoadCatalogueReportsEveryMistakeInOrder(t *testing.T) {
	text := strings.NewReplacer("level: must", "level: shall", "api: demo", "api: DEMO", "strength: E", "power: E").Replace(goodCatalogue)
	_, err := LoadCatalogue("demo.yaml", []byte(text))
	if err == nil {
		t.Fatal("wanted an error, got none")
	}
	var at []string
	for _, line := range strings.Split(err.Error(), "\n") {
		at = append(at, strings.Join(strings.SplitN(line, ":", 3)[:2], ":"))
	}
	want := []string{"demo.yaml:1", "demo.yaml:6", "demo.yaml:9", "demo.yaml:12"}
	if !slices.Equal(at, want) {
		t.Errorf("wanted mistakes at %v, got %v", want, err)
	}
}

// Every id that the description names is in the catalogue, and every extension
// says something about the element that it stands on.
func TestDescriptionNamesRequirementsOfTheCatalogue(t *testing.T) {
	for description, load := range map[string]func() (*Contract, error){businessCartDescription: BusinessCart, remoteCartDescription: RemoteCart} {
		t.Run(description, func(t *testing.T) { checkNames(t, description, load) })
	}
}

func checkNames(t *testing.T, description string, load func() (*Contract, error)) {
	contract, err := load()
	if err != nil {
		t.Fatal(err)
	}
	catalogue := contract.Catalogue()
	operations := append(operationIDs(loadDescription(t, description)), "default")
	var document yaml.Node
	if err := yaml.Unmarshal(readContract(t, description), &document); err != nil {
		t.Fatal(err)
	}

	named := 0
	id := func(node *yaml.Node) {
		nodes := []*yaml.Node{node}
		if node.Kind == yaml.MappingNode {
			nodes = nil
			for i := 0; i < len(node.Content); i += 2 {
				if key := node.Content[i]; !slices.Contains(operations, key.Value) {
					t.Errorf("%s:%d: wanted an operationId or default, got %q", description, key.Line, key.Value)
				}
				nodes = append(nodes, node.Content[i+1])
			}
			if yamlfile.At(node, "/default") == nil {
				t.Errorf("%s:%d: wanted a default, got none", description, node.Line)
			}
		}
		for _, node := range nodes {
			named++
			if _, found := catalogue.Find(node.Value); !found {
				t.Errorf("%s:%d: wanted an id of the catalogue, got %q", description, node.Line, node.Value)
			}
		}
	}
	var walk func(node *yaml.Node)
	walk = func(node *yaml.Node) {
		if node.Kind != yaml.MappingNode {
			for _, child := range node.Content {
				walk(child)
			}
			return
		}
		for i := 0; i < len(node.Content); i += 2 {
			key, value := node.Content[i], node.Content[i+1]
			switch key.Value {
			case extRequirement, extBodyRequirement:
				id(value)
			case extKeywordRequirement:
				for j := 0; j < len(value.Content); j += 2 {
					if keyword := value.Content[j]; yamlfile.At(node, "/"+keyword.Value) == nil {
						t.Errorf("%s:%d: wanted a keyword of this schema, got %q", description, keyword.Line, keyword.Value)
					}
					id(value.Content[j+1])
				}
			case extRequiredRequirement:
				var required []string
				if list := yamlfile.At(node, "/required"); list != nil {
					for _, item := range list.Content {
						required = append(required, item.Value)
					}
				}
				for j := 0; j < len(value.Content); j += 2 {
					if property := value.Content[j]; !slices.Contains(required, property.Value) {
						t.Errorf("%s:%d: wanted a required property, got %q", description, property.Line, property.Value)
					}
					id(value.Content[j+1])
				}
			case extViolations, extRefusal, extKnownValues, extNote, "x-free-text", "x-absence", extToldBy, extIndexed, extCountsAs, extEnvelope, extVirtualPaths, "x-negatives", xmlform.OrderExtension, xmlform.AnyRootExtension:
			default:
				// Names of headers begin with x- as well.
				if strings.HasPrefix(key.Value, "x-") && !strings.HasPrefix(key.Value, "x-amzn-") {
					t.Errorf("%s:%d: wanted a known extension, got %q", description, key.Line, key.Value)
				}
				walk(value)
			}
		}
	}
	walk(document.Content[0])
	if named < 90 {
		t.Errorf("wanted at least 90 named requirements, got %d", named)
	}
}
