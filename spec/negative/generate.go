package negative

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec"
)

// Set is what the description yields.
type Set struct {
	Cases   []Case    // in the order of the description's names, stable
	Dropped []Dropped // candidates that could not be proven bad
}

// Dropped is a candidate that is not a case, and why.
type Dropped struct {
	ID  string
	Why error
}

// Cases returns all negative requests of a contract. Each is proven against the
// description's own examples; a live twin proves it again.
func Cases(c *spec.Contract) ([]Case, error) {
	set, err := Generate(c)
	return set.Cases, err
}

// Generate returns the cases and what was dropped on the way. It is an error when
// an operation has no example request that both validators call valid.
func Generate(c *spec.Contract) (Set, error) {
	var set Set
	seen := map[string]bool{}
	for _, id := range c.Operations() {
		g, err := newGenerator(c, id)
		if err != nil {
			return Set{}, err
		}
		if g == nil {
			continue
		}
		g.all()
		for _, candidate := range g.candidates {
			if seen[candidate.ID] {
				return Set{}, fmt.Errorf("wanted each id once, got %s again", candidate.ID)
			}
			seen[candidate.ID] = true
			bad, err := candidate.Apply(g.example)
			if err != nil {
				set.Dropped = append(set.Dropped, Dropped{candidate.ID, err})
				continue
			}
			if !lenient[path.Base(candidate.ID)] {
				candidate.Requirement = requirement(c, bad)
			}
			set.Cases = append(set.Cases, candidate)
		}
	}
	return set, nil
}

// lenient lists changes that a service may well see through: its answer is
// observed, whatever the constraint. No document says that "us" is not "US".
var lenient = map[string]bool{"lower-case": true, "padded": true}

// requirement reads whose promise a bad request tests from how the contract
// judges it: it is broken in one point, so all violations name the same id. If
// they do not, it tests none.
func requirement(c *spec.Contract, bad spec.Request) string {
	var id string
	for i, v := range c.JudgeRequest(&spec.Exchange{Request: bad}) {
		if i > 0 && v.Requirement != id {
			return ""
		}
		id = v.Requirement
	}
	return id
}

// generator makes the candidates of one operation.
type generator struct {
	contract   *spec.Contract
	operation  *openapi3.Operation
	path       string
	parameters []*openapi3.Parameter
	example    spec.Request // a good request, from the description's examples
	candidates []Case
}

// newGenerator gives nil for an operation of which no bad requests are made.
func newGenerator(c *spec.Contract, id string) (*generator, error) {
	g := &generator{contract: c}
	method := ""
	for _, document := range c.Documents() {
		for route, item := range document.Paths.Map() {
			for verb, operation := range item.Operations() {
				if operation.OperationID != id {
					continue
				}
				if document.Extensions[extNegatives] == "none" {
					return nil, nil
				}
				method, g.operation, g.path = verb, operation, route
				for _, list := range []openapi3.Parameters{operation.Parameters, item.Parameters} {
					for _, ref := range list {
						g.parameters = append(g.parameters, ref.Value)
					}
				}
			}
		}
	}
	if g.operation == nil {
		return nil, fmt.Errorf("wanted an operation, got %q", id)
	}
	if err := g.makeExample(method); err != nil {
		return nil, fmt.Errorf("%s: %w", id, err)
	}
	return g, nil
}

// extNegatives at the root of a description, with the value "none", says that
// what its operations refuse is nobody's promise.
const extNegatives = "x-negatives"

// makeExample builds a good request from the examples of the parameters and of
// the body.
func (g *generator) makeExample(method string) error {
	g.example = spec.Request{Method: method, URL: "https://example.com" + g.path, Header: http.Header{}}
	for _, p := range g.parameters {
		if p.Example == nil && !p.Required {
			continue
		}
		text := fmt.Sprint(p.Example)
		var err error
		switch p.In {
		case openapi3.ParameterInPath:
			err = setPath(g.path, p.Name, text)(&g.example)
		case openapi3.ParameterInQuery:
			err = setQuery(p.Name, &text)(&g.example)
		case openapi3.ParameterInHeader:
			err = setHeader(p.Name, text)(&g.example)
		}
		if err != nil {
			return fmt.Errorf("example of %s: %w", p.Name, err)
		}
	}
	if media := g.media(); media != nil {
		example := media.Example
		if example == nil {
			example = media.Schema.Value.Example
		}
		body, err := json.Marshal(example)
		if err != nil {
			return fmt.Errorf("example of the body: %w", err)
		}
		g.example.Body = body
		g.example.Header.Set("Content-Type", "application/json")
	}
	if kin, second := g.contract.Invalid(g.example); len(kin)+len(second) > 0 {
		return fmt.Errorf("wanted examples that make a good request, got one that is bad: %q, %q", kin, second)
	}
	return nil
}

// media returns the JSON body of the operation; nil for none.
func (g *generator) media() *openapi3.MediaType {
	if g.operation.RequestBody == nil {
		return nil
	}
	return g.operation.RequestBody.Value.Content["application/json"]
}

// add makes a candidate; where is what follows the operation in its id.
func (g *generator) add(where, how, what, differs string, refusal string, change change) {
	if refusal == "" {
		refusal = Status
	}
	g.candidates = append(g.candidates, Case{
		ID:        g.operation.OperationID + "/" + where + "/" + how,
		Operation: g.operation.OperationID, Refusal: refusal,
		What: g.operation.OperationID + " " + what + ".", Differs: differs,
		contract: g.contract, change: change,
	})
}

func (g *generator) all() {
	for _, p := range g.parameters {
		g.parameter(p)
	}
	media := g.media()
	if media == nil {
		return
	}
	g.whole()
	document, err := spec.Decode(g.example.Body)
	if err == nil && media.Schema != nil {
		g.field(media.Schema.Value, nil, document, true, true)
	}
}

func (g *generator) parameter(p *openapi3.Parameter) {
	where := p.In + "/" + p.Name
	label := p.In + " parameter " + p.Name
	var set func(value string) change
	switch p.In {
	case openapi3.ParameterInQuery:
		set = func(value string) change { return setQuery(p.Name, &value) }
		if p.Required {
			g.add(where, "missing", "without the "+label, label+" is left out", "", setQuery(p.Name, nil))
		}
		g.add(where, "empty", "with an empty "+label, label+" is empty", "", set(""))
	case openapi3.ParameterInHeader:
		set = func(value string) change { return setHeader(p.Name, value) }
		if p.Required {
			g.add(where, "missing", "without the "+label, label+" is left out", "", setHeader(p.Name, ""))
		}
	case openapi3.ParameterInPath:
		set = func(value string) change { return setPath(g.path, p.Name, value) }
		g.add(where, "empty", "with an empty "+label, label+" is empty", "", set(""))
	default:
		return
	}
	if p.Schema == nil {
		return
	}
	for _, bad := range texts(p.Schema.Value, fmt.Sprint(p.Example)) {
		g.add(where, bad.how, fmt.Sprintf("with %s as %s (%s)", quoted(bad.text), label, bad.what), fmt.Sprintf("%s is %s", label, quoted(bad.text)), "", set(bad.text))
	}
}

// whole spoils the body as a whole.
func (g *generator) whole() {
	type spoiled struct {
		how, what string
		make      func([]byte) []byte
	}
	fixed := func(text string) func([]byte) []byte { return func([]byte) []byte { return []byte(text) } }
	for _, s := range []spoiled{
		{"cut-off", "ends in its middle", func(now []byte) []byte { return now[:len(now)/2] }},
		{"open-brace", "is a lone opening brace", fixed("{")},
		{"single-quotes", "has single quotes", func(now []byte) []byte { return []byte(strings.ReplaceAll(string(now), `"`, `'`)) }},
		{"trailing-comma", "has a comma before its last brace", func(now []byte) []byte { return append(slices.Clone(now[:len(now)-1]), ",}"...) }},
		{"garbage-after", "has text after the document", func(now []byte) []byte { return append(slices.Clone(now), " garbage"...) }},
		{"not-json", "is XML", fixed("<items/>")},
	} {
		g.add("body", "malformed-"+s.how, "with a body that "+s.what, "the body "+s.what, "", rawBody(s.make))
	}
	g.add("body", "empty", "with an empty body", "the body is empty", "", rawBody(func([]byte) []byte { return []byte{} }))
	for _, name := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded"} {
		g.add("content-type", strings.ReplaceAll(name, "/", "-"), "with the content type "+name, "Content-Type is "+name, "", setHeader("Content-Type", name))
	}
	g.add("content-type", "missing", "without a content type", "Content-Type is left out", "", setHeader("Content-Type", ""))
}

func quoted(text string) string {
	if len(text) > 40 {
		return fmt.Sprintf("%q… (%d characters)", text[:20], len(text))
	}
	return fmt.Sprintf("%q", text)
}
