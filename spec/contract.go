package spec

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// LoadOptions is what a contract is made of.
type LoadOptions struct {
	API         string     // name of the API, e.g. "business-cart"
	Description []byte     // OpenAPI 3.0, YAML
	File        string     // the description's path, for positions, e.g. "spec/businesscart/openapi.yaml"
	Catalogue   *Catalogue // may be nil in tests
	Requirement []byte     // the catalogue's text, for the digest

	Default     string // id of a violation in an answer that nothing else claims
	Malformed   string // id for requests whose body is not JSON at all
	ContentType string // id for requests whose content type is another one
}

// Contract judges exchanges with one API. It is immutable and safe for
// concurrent use.
type Contract struct {
	options    LoadOptions
	document   *openapi3.T
	digest     string
	operations map[string]*operation
	names      []string
	router     *router
	kin        *kinJudge
	second     *secondJudge
}

// operation is one operation with its answers.
type operation struct {
	id, method, path string
	item             *openapi3.PathItem
	spec             *openapi3.Operation
	parameters       []*openapi3.Parameter
	answers          map[*openapi3.Response]*answer
	headerNames      map[string]bool // canonical, of all its responses
	success          []string        // documented success statuses, sorted
	documented       string          // all documented statuses, for texts
}

// answer is one documented response.
type answer struct {
	response    *openapi3.Response
	origin      *openapi3.Origin
	bodies      map[string]*body // by media type
	headerNames map[string]bool  // canonical
	drift       bool             // x-violations: drift
}

// body is one documented media type of a response or of a request.
type body struct {
	schema *openapi3.SchemaRef
	shape  *shape
}

// businessCart loads the embedded contract once: parsing and compiling take 60 ms.
var businessCart = sync.OnceValues(func() (*Contract, error) {
	const folder = "businesscart"
	description, err := contracts.ReadFile(folder + "/openapi.yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the business cart's description: %w", err)
	}
	requirements, err := contracts.ReadFile(folder + "/requirements.yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the business cart's catalogue: %w", err)
	}
	catalogue, err := LoadCatalogue("spec/"+folder+"/requirements.yaml", requirements)
	if err != nil {
		return nil, fmt.Errorf("reading the business cart's catalogue: %w", err)
	}
	return Load(LoadOptions{
		API: "business-cart", Description: description, File: "spec/" + folder + "/openapi.yaml",
		Catalogue: catalogue, Requirement: requirements,
		Default: "CART-GEN-06", Malformed: "CART-ERR-04", ContentType: "CART-ERR-05",
	})
})

// BusinessCart returns the contract of the Business Cart API, version
// 2025-04-30. Every call returns the same one.
func BusinessCart() (*Contract, error) { return businessCart() }

// Load compiles a description for both validators. It is an error when the
// description is not valid OpenAPI 3.0, or names an id that the catalogue lacks.
func Load(options LoadOptions) (*Contract, error) {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	document, err := loader.LoadFromDataWithPath(options.Description, &url.URL{Path: path.Base(options.File)})
	if err != nil {
		return nil, fmt.Errorf("loading %s: %w", options.File, err)
	}
	if err := document.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("validating %s: %w", options.File, err)
	}
	if document.IsOpenAPI31OrLater() { // kin recompiles 3.1 schemas at each call: 470 µs instead of 20
		return nil, fmt.Errorf("loading %s: wanted OpenAPI 3.0, got %s", options.File, document.OpenAPI)
	}
	document.Servers = nil // a target may stand anywhere
	var raw map[string]any
	if err := yaml.Unmarshal(options.Description, &raw); err != nil {
		return nil, fmt.Errorf("reading %s: %w", options.File, err)
	}
	sum := sha256.New()
	sum.Write(options.Description)
	sum.Write(options.Requirement)
	c := &Contract{
		options: options, document: document, digest: hex.EncodeToString(sum.Sum(nil)),
		operations: map[string]*operation{}, kin: newKinJudge(),
	}
	if err := c.compile(raw); err != nil {
		return nil, fmt.Errorf("compiling %s: %w", options.File, err)
	}
	if c.router, err = newRouter(c); err != nil {
		return nil, fmt.Errorf("routing %s: %w", options.File, err)
	}
	if err := c.checkIDs(raw); err != nil {
		return nil, fmt.Errorf("attribution in %s: %w", options.File, err)
	}
	return c, nil
}

// compile gathers every schema that a body, parameter or header can be judged
// by, and compiles them for the second validator.
func (c *Contract) compile(raw map[string]any) error {
	second, all := newSecondCompiler(raw), shapes{}
	addBodies := func(content openapi3.Content, at ...string) (map[string]*body, error) {
		bodies := make(map[string]*body, len(content))
		for name, media := range content {
			if media.Schema == nil {
				continue
			}
			if err := second.add(media.Schema, append(slices.Clone(at), "content", name, "schema")...); err != nil {
				return nil, err
			}
			bodies[name] = &body{media.Schema, all.of(media.Schema)}
		}
		return bodies, nil
	}
	for _, route := range sortedKeys(c.document.Paths.Map()) {
		item := c.document.Paths.Value(route)
		for method, spec := range item.Operations() {
			if spec.OperationID == "" {
				return fmt.Errorf("%s %s: wanted an operationId, got none", method, route)
			}
			op := &operation{id: spec.OperationID, method: method, path: route, item: item, spec: spec, answers: map[*openapi3.Response]*answer{}, headerNames: map[string]bool{}}
			at := []string{"paths", route, strings.ToLower(method)}
			if err := op.addParameters(second, at); err != nil {
				return fmt.Errorf("%s: %w", op.id, err)
			}
			if spec.RequestBody != nil {
				if _, err := addBodies(spec.RequestBody.Value.Content, append(slices.Clone(at), "requestBody")...); err != nil {
					return fmt.Errorf("%s: request: %w", op.id, err)
				}
			}
			for status, ref := range spec.Responses.Map() {
				bodies, err := addBodies(ref.Value.Content, append(slices.Clone(at), "responses", status)...)
				if err != nil {
					return fmt.Errorf("%s: response %s: %w", op.id, status, err)
				}
				a := newAnswer(ref, bodies)
				for name, header := range ref.Value.Headers {
					if header.Value.Schema == nil {
						continue
					}
					if err := second.add(header.Value.Schema, append(slices.Clone(at), "responses", status, "headers", name, "schema")...); err != nil {
						return fmt.Errorf("%s: response %s: header %s: %w", op.id, status, name, err)
					}
				}
				op.answers[ref.Value] = a
				maps.Copy(op.headerNames, a.headerNames)
				if status[0] == '2' {
					op.success = append(op.success, status)
				}
			}
			slices.Sort(op.success)
			op.documented = joinOr(sortedKeys(spec.Responses.Map()))
			c.operations[op.id] = op
			c.names = append(c.names, op.id)
		}
	}
	slices.Sort(c.names)
	var err error
	c.second, err = second.compile()
	return err
}

// checkIDs makes sure that no violation can be counted for an id that nobody
// knows: it would be in no report.
func (c *Contract) checkIDs(raw map[string]any) error {
	if c.options.Catalogue == nil {
		return nil
	}
	var unknown []error
	check := func(id string) {
		if _, ok := c.options.Catalogue.Find(id); !ok && id != "" {
			unknown = append(unknown, fmt.Errorf("wanted an id of the catalogue, got %q", id))
		}
	}
	check(c.options.Default)
	check(c.options.Malformed)
	check(c.options.ContentType)
	var texts func(value any)
	texts = func(value any) {
		switch value := value.(type) {
		case string:
			check(value)
		case map[string]any:
			for _, key := range sortedKeys(value) {
				texts(value[key])
			}
		}
	}
	var visit func(node any)
	visit = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, child := range node {
				visit(child)
			}
		case map[string]any:
			for _, key := range sortedKeys(node) {
				switch key {
				case extRequirement, extKeywordRequirement, extRequiredRequirement, extBodyRequirement:
					texts(node[key])
				default:
					visit(node[key])
				}
			}
		}
	}
	visit(raw)
	return errors.Join(unknown...)
}

// Catalogue returns the requirements of the API.
func (c *Contract) Catalogue() *Catalogue { return c.options.Catalogue }

// Digest identifies the contract: the SHA-256 of openapi.yaml and
// requirements.yaml, one after the other, in hexadecimal.
func (c *Contract) Digest() string { return c.digest }

// Operations lists the operationIds, sorted.
func (c *Contract) Operations() []string { return slices.Clone(c.names) }

// Options returns what the contract was loaded from. Its parts are shared: do
// not change them.
func (c *Contract) Options() LoadOptions { return c.options }

// Document returns the description as kin-openapi reads it, for programs that
// generate from it or compare it. It is shared: do not change it.
func (c *Contract) Document() *openapi3.T { return c.document }

// The versions that go.mod pins, for a binary without build information.
const (
	pinnedKin    = "v0.152.0"
	pinnedSecond = "v5.3.1"
)

// ValidatorVersions names the validators and their versions, as a report states
// them: an upgrade of either can change a verdict.
func ValidatorVersions() map[string]string {
	versions := map[string]string{"kin-openapi": pinnedKin, "jsonschema": pinnedSecond}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return versions
	}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		switch module.Path {
		case "github.com/getkin/kin-openapi":
			versions["kin-openapi"] = module.Version
		case "github.com/santhosh-tekuri/jsonschema/v5":
			versions["jsonschema"] = module.Version
		}
	}
	return versions
}
