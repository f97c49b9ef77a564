package negative

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec"
	"cartconform/spec/variation"
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
	operations, err := variation.Operations(c)
	if err != nil {
		return Set{}, err
	}
	for _, operation := range operations {
		g := &generator{contract: c, operation: operation}
		g.all()
		for _, candidate := range g.candidates {
			if seen[candidate.ID] {
				return Set{}, fmt.Errorf("wanted each id once, got %s again", candidate.ID)
			}
			seen[candidate.ID] = true
			bad, err := candidate.Apply(operation.Example)
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
var lenient = map[string]bool{"lower-case": true, "padded": true, "line-end": true, "bad-first": true}

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
	operation  variation.Operation
	candidates []Case
}

// add makes a candidate; where is what follows the operation in its id.
func (g *generator) add(where, how, what, differs string, refusal string, change variation.Change) {
	if refusal == "" {
		refusal = Status
	}
	g.candidates = append(g.candidates, Case{
		ID:        g.operation.ID + "/" + where + "/" + how,
		Operation: g.operation.ID, Refusal: refusal,
		What: g.operation.ID + " " + what + ".", Differs: differs,
		contract: g.contract, change: change,
	})
}

func (g *generator) all() {
	for _, p := range g.operation.Parameters {
		g.parameter(p)
	}
	media := g.operation.Body
	if media == nil {
		return
	}
	g.whole()
	document, err := spec.Decode(g.operation.Example.Body)
	if err == nil && media.Schema != nil {
		g.field(media.Schema.Value, nil, document, true, true)
	}
}

func (g *generator) parameter(p *openapi3.Parameter) {
	where := p.In + "/" + p.Name
	label := p.In + " parameter " + p.Name
	var set func(value string) variation.Change
	switch p.In {
	case openapi3.ParameterInQuery:
		set = func(value string) variation.Change { return variation.Query(p.Name, &value) }
		if p.Required {
			g.add(where, "missing", "without the "+label, label+" is left out", "", variation.Query(p.Name, nil))
		}
		g.add(where, "empty", "with an empty "+label, label+" is empty", "", set(""))
	case openapi3.ParameterInHeader:
		set = func(value string) variation.Change { return variation.Header(p.Name, value) }
		if p.Required {
			g.add(where, "missing", "without the "+label, label+" is left out", "", variation.Header(p.Name, ""))
		}
	case openapi3.ParameterInPath:
		set = func(value string) variation.Change { return variation.Path(g.operation.Path, p.Name, value) }
		g.add(where, "empty", "with an empty "+label, label+" is empty", "", set(""))
	default:
		return
	}
	if p.Schema == nil {
		return
	}
	if p.In == openapi3.ParameterInQuery && len(p.Schema.Value.Enum) > 0 {
		g.add(where, "bad-first", "with the "+label+" twice, a bad value before the good one", label+" stands twice", "",
			variation.RawQuery(p.Name, func(parts []string) []string { return append([]string{p.Name + "=ZZ"}, parts...) }))
	}
	for _, bad := range texts(p.Schema.Value, fmt.Sprint(p.Example)) {
		g.add(where, bad.how, fmt.Sprintf("with %s as %s (%s)", variation.Quoted(bad.text), label, bad.what), fmt.Sprintf("%s is %s", label, variation.Quoted(bad.text)), "", set(bad.text))
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
		g.add("body", "malformed-"+s.how, "with a body that "+s.what, "the body "+s.what, "", variation.Raw(s.make))
	}
	g.add("body", "empty", "with an empty body", "the body is empty", "", variation.Raw(func([]byte) []byte { return []byte{} }))
	for _, name := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded"} {
		g.add("content-type", strings.ReplaceAll(name, "/", "-"), "with the content type "+name, "Content-Type is "+name, "", variation.Header("Content-Type", name))
	}
	g.add("content-type", "missing", "without a content type", "Content-Type is left out", "", variation.Header("Content-Type", ""))
}
