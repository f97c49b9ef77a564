package variation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec"
)

// Operation is an operation of which changed requests may be made.
type Operation struct {
	ID         string
	Path       string // as the description writes it
	Parameters []*openapi3.Parameter
	Body       *openapi3.MediaType // the JSON body; nil for none
	Example    spec.Request        // a good request, from the description's examples
}

// extNegatives at the root of a description, with the value "none", says that
// nothing but documented requests is made of it.
const extNegatives = "x-negatives"

// Operations lists the operations of a contract in the order of its names. It is
// an error when one has no example request that both validators call valid.
func Operations(c *spec.Contract) ([]Operation, error) {
	var all []Operation
	for _, id := range c.Operations() {
		operation, found, err := find(c, id)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		if found {
			all = append(all, operation)
		}
	}
	return all, nil
}

// find gives no operation where none may be changed.
func find(c *spec.Contract, id string) (Operation, bool, error) {
	for _, document := range c.Documents() {
		for route, item := range document.Paths.Map() {
			for method, described := range item.Operations() {
				if described.OperationID != id {
					continue
				}
				if document.Extensions[extNegatives] == "none" {
					return Operation{}, false, nil
				}
				o := Operation{ID: id, Path: route}
				for _, list := range []openapi3.Parameters{described.Parameters, item.Parameters} {
					for _, ref := range list {
						o.Parameters = append(o.Parameters, ref.Value)
					}
				}
				if described.RequestBody != nil {
					o.Body = described.RequestBody.Value.Content["application/json"]
				}
				return o, true, o.makeExample(c, method)
			}
		}
	}
	return Operation{}, false, fmt.Errorf("wanted an operation, got none")
}

// makeExample builds a good request from the examples of the parameters and of
// the body.
func (o *Operation) makeExample(c *spec.Contract, method string) error {
	o.Example = spec.Request{Method: method, URL: "https://example.com" + o.Path, Header: http.Header{}}
	for _, p := range o.Parameters {
		if p.Example == nil && !p.Required {
			continue
		}
		text := fmt.Sprint(p.Example)
		var err error
		switch p.In {
		case openapi3.ParameterInPath:
			err = Path(o.Path, p.Name, text)(&o.Example)
		case openapi3.ParameterInQuery:
			err = Query(p.Name, &text)(&o.Example)
		case openapi3.ParameterInHeader:
			err = Header(p.Name, text)(&o.Example)
		}
		if err != nil {
			return fmt.Errorf("example of %s: %w", p.Name, err)
		}
	}
	if o.Body != nil {
		example := o.Body.Example
		if example == nil {
			example = o.Body.Schema.Value.Example
		}
		body, err := json.Marshal(example)
		if err != nil {
			return fmt.Errorf("example of the body: %w", err)
		}
		o.Example.Body = body
		o.Example.Header.Set("Content-Type", "application/json")
	}
	if kin, second := c.Invalid(o.Example); len(kin)+len(second) > 0 {
		return fmt.Errorf("wanted examples that make a good request, got one that is bad: %q, %q", kin, second)
	}
	return nil
}

// Properties lists the names of an object's properties in a fixed order.
func Properties(s *openapi3.Schema) []string {
	names := make([]string, 0, len(s.Properties))
	for name := range s.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Quoted shows a text, the beginning of a long one.
func Quoted(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return fmt.Sprintf("%q… (%d characters)", string(runes[:20]), len(runes))
	}
	return fmt.Sprintf("%q", text)
}
