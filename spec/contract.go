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
	"github.com/santhosh-tekuri/jsonschema/v5"
	"go.yaml.in/yaml/v3"
)

// LoadOptions is what a contract is made of.
type LoadOptions struct {
	API          string        // name of the API, e.g. "business-cart"
	Descriptions []Description // one or more; no operationId and no path stands in two of them
	Catalogue    *Catalogue    // may be nil in tests
	Requirement  []byte        // the catalogue's text, for the digest

	Malformed   string // id for requests whose body is not JSON at all
	ContentType string // id for requests whose content type is another one
}

// Description is one OpenAPI document of a contract.
type Description struct {
	File    string // its path, for positions, e.g. "spec/businesscart/openapi.yaml"
	Text    []byte // OpenAPI 3.0, YAML
	Default string // id of a violation in an answer that nothing else claims; "" = nobody's promise, so that it is drift
}

// Contract judges exchanges with one API. It is immutable and safe for
// concurrent use.
type Contract struct {
	options    LoadOptions
	documents  []*document
	digest     string
	operations map[string]*operation
	names      []string
	kin        *kinJudge
	second     *secondJudge
	bodies     bodies
}

// document is one OpenAPI document of a contract.
type document struct {
	Description
	kin    *openapi3.T
	router *router
}

// operation is one operation with its answers.
type operation struct {
	document         *document
	id, method, path string // of one that counts as another, the id is the other's
	item             *openapi3.PathItem
	spec             *openapi3.Operation
	parameters       []*openapi3.Parameter
	request          map[string]*body // by media type
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
	format format
}

// embedded loads the contract of an API from the files of this package. The
// catalogue is that of the first description.
func embedded(api string, options LoadOptions, descriptions ...Description) (*Contract, error) {
	options.API = api
	file := path.Dir(descriptions[0].File) + "/requirements.yaml"
	var err error
	if options.Requirement, err = contracts.ReadFile(file); err != nil {
		return nil, fmt.Errorf("reading the catalogue of %s: %w", api, err)
	}
	if options.Catalogue, err = LoadCatalogue("spec/"+file, options.Requirement); err != nil {
		return nil, fmt.Errorf("reading the catalogue of %s: %w", api, err)
	}
	for _, d := range descriptions {
		if d.Text, err = contracts.ReadFile(d.File); err != nil {
			return nil, fmt.Errorf("reading a description of %s: %w", api, err)
		}
		d.File = "spec/" + d.File
		options.Descriptions = append(options.Descriptions, d)
	}
	return Load(options)
}

// The embedded contracts are loaded once: parsing and compiling take 90 ms.
var (
	businessCart = sync.OnceValues(func() (*Contract, error) {
		return embedded("business-cart", LoadOptions{Malformed: "CART-ERR-04", ContentType: "CART-ERR-05"},
			Description{File: "businesscart/openapi.yaml", Default: "CART-GEN-06"},
			Description{File: "ordering/openapi.yaml"}, // the hand-off: what the guide does not promise of it is nobody's promise
			Description{File: "productsearch/openapi.yaml"})
	})
	remoteCart = sync.OnceValues(func() (*Contract, error) {
		return embedded("remote-cart", LoadOptions{}, Description{File: "remotecart/openapi.yaml", Default: "RC-X-ENV-01"})
	})
)

// BusinessCart returns the contract of the Business Cart API, version
// 2025-04-30, with what its guide uses of the Ordering API and of the Product
// Search API. Every call returns the same one.
func BusinessCart() (*Contract, error) { return businessCart() }

// RemoteCart returns the contract of the remote cart of the Product Advertising
// API 4, version 2013-08-01, as it is spoken in queries and in SOAP. Every call
// returns the same one.
func RemoteCart() (*Contract, error) { return remoteCart() }

// Load compiles the descriptions for both validators. It is an error when one of
// them is not valid OpenAPI 3.0, or names an id that the catalogue lacks.
func Load(options LoadOptions) (*Contract, error) {
	sum := sha256.New()
	c := &Contract{
		options: options, operations: map[string]*operation{}, kin: newKinJudge(),
		second: &secondJudge{compiled: map[*openapi3.SchemaRef]*jsonschema.Schema{}},
	}
	for _, description := range options.Descriptions {
		sum.Write(description.Text)
		if err := c.add(description); err != nil {
			return nil, err
		}
	}
	sum.Write(options.Requirement)
	c.digest = hex.EncodeToString(sum.Sum(nil))
	slices.Sort(c.names)
	return c, nil
}

// add loads one description and compiles it.
func (c *Contract) add(description Description) error {
	file := description.File
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	kin, err := loader.LoadFromDataWithPath(description.Text, &url.URL{Path: path.Base(file)})
	if err != nil {
		return fmt.Errorf("loading %s: %w", file, err)
	}
	if err := kin.Validate(context.Background()); err != nil {
		return fmt.Errorf("validating %s: %w", file, err)
	}
	if kin.IsOpenAPI31OrLater() { // kin recompiles 3.1 schemas at each call: 470 µs instead of 20
		return fmt.Errorf("loading %s: wanted OpenAPI 3.0, got %s", file, kin.OpenAPI)
	}
	kin.Servers = nil // a target may stand anywhere
	var raw map[string]any
	if err := yaml.Unmarshal(description.Text, &raw); err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	d := &document{Description: description, kin: kin}
	if err := c.compile(d, raw); err != nil {
		return fmt.Errorf("compiling %s: %w", file, err)
	}
	if d.router, err = newRouter(kin); err != nil {
		return fmt.Errorf("routing %s: %w", file, err)
	}
	if err := c.checkIDs(raw, description.Default); err != nil {
		return fmt.Errorf("attribution in %s: %w", file, err)
	}
	c.documents = append(c.documents, d)
	return nil
}

// compile gathers every schema that a body, parameter or header can be judged
// by, and compiles them for the second validator.
func (c *Contract) compile(d *document, raw map[string]any) error {
	second, all := newSecondCompiler(raw), shapes{}
	addBodies := func(content openapi3.Content, envelope bool, at ...string) (map[string]*body, error) {
		bodies := make(map[string]*body, len(content))
		for name, media := range content {
			if media.Schema == nil {
				continue
			}
			if err := second.add(media.Schema, append(slices.Clone(at), "content", name, "schema")...); err != nil {
				return nil, err
			}
			format, err := newFormat(name, media.Schema, envelope)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			bodies[name] = &body{media.Schema, all.of(media.Schema), format}
		}
		return bodies, nil
	}
	for _, route := range sortedKeys(d.kin.Paths.Map()) {
		item := d.kin.Paths.Value(route)
		for method, spec := range item.Operations() {
			if spec.OperationID == "" {
				return fmt.Errorf("%s %s: wanted an operationId, got none", method, route)
			}
			if other, twice := c.operations[spec.OperationID]; twice {
				return fmt.Errorf("wanted an operationId of its own, got %s, which is in %s too", spec.OperationID, other.document.File)
			}
			op := &operation{document: d, id: spec.OperationID, method: method, path: route, item: item, spec: spec, answers: map[*openapi3.Response]*answer{}, headerNames: map[string]bool{}}
			counts, _ := spec.Extensions[extCountsAs].(string)
			if counts != "" {
				op.id = counts
			}
			envelope := spec.Extensions[extEnvelope] == "soap"
			at := []string{"paths", route, strings.ToLower(method)}
			if err := op.addParameters(second, at); err != nil {
				return fmt.Errorf("%s: %w", op.id, err)
			}
			if spec.RequestBody != nil {
				var err error
				if op.request, err = addBodies(spec.RequestBody.Value.Content, envelope, append(slices.Clone(at), "requestBody")...); err != nil {
					return fmt.Errorf("%s: request: %w", op.id, err)
				}
			}
			for status, ref := range spec.Responses.Map() {
				bodies, err := addBodies(ref.Value.Content, envelope, append(slices.Clone(at), "responses", status)...)
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
			c.operations[spec.OperationID] = op
			if counts == "" {
				c.names = append(c.names, op.id)
			}
		}
	}
	return second.compile(c.second)
}

// checkIDs makes sure that no violation can be counted for an id that nobody
// knows: it would be in no report.
func (c *Contract) checkIDs(raw map[string]any, fallback string) error {
	if c.options.Catalogue == nil {
		return nil
	}
	var unknown []error
	check := func(id string) {
		if _, ok := c.options.Catalogue.Find(id); !ok && id != "" {
			unknown = append(unknown, fmt.Errorf("wanted an id of the catalogue, got %q", id))
		}
	}
	check(fallback)
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

// Digest identifies the contract: the SHA-256 of its descriptions and of
// requirements.yaml, one after the other, in hexadecimal.
func (c *Contract) Digest() string { return c.digest }

// Operations lists the operationIds, sorted.
func (c *Contract) Operations() []string { return slices.Clone(c.names) }

// Feature names the optional part of a target that an operation belongs to; ""
// for one that every target has.
func (c *Contract) Feature(operation string) string {
	op := c.operations[operation]
	if op == nil {
		return ""
	}
	feature, _ := op.document.kin.Extensions[extFeature].(string)
	return feature
}

// Options returns what the contract was loaded from. Its parts are shared: do
// not change them.
func (c *Contract) Options() LoadOptions { return c.options }

// Documents returns the descriptions as kin-openapi reads them, for programs that
// generate from them or compare them. They are shared: do not change them.
func (c *Contract) Documents() []*openapi3.T {
	documents := make([]*openapi3.T, len(c.documents))
	for i, d := range c.documents {
		documents[i] = d.kin
	}
	return documents
}

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
