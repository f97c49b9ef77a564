package allowed

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec"
	"cartconform/spec/variation"
)

// Dropped is a candidate that is not a case, and why.
type Dropped struct {
	ID  string
	Why error
}

// Cases returns all variants of a contract's requests, in the order of the
// description's names. Each is proven against the description's own examples,
// except where an example lacks the place to change; a live twin proves it again.
func Cases(c *spec.Contract) ([]Case, error) {
	cases, _, err := Generate(c)
	return cases, err
}

// Generate returns the cases and what was dropped on the way.
func Generate(c *spec.Contract) (cases []Case, dropped []Dropped, err error) {
	operations, err := variation.Operations(c)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for _, operation := range operations {
		g := &generator{contract: c, operation: operation}
		g.all()
		for _, candidate := range g.candidates {
			if seen[candidate.ID] {
				return nil, nil, fmt.Errorf("wanted each id once, got %s again", candidate.ID)
			}
			seen[candidate.ID] = true
			_, err := candidate.Apply(operation.Example)
			if err != nil && !errors.Is(err, variation.ErrLacks) && !errors.Is(err, variation.ErrSame) {
				dropped = append(dropped, Dropped{candidate.ID, err})
				continue
			}
			cases = append(cases, candidate)
		}
	}
	return cases, dropped, nil
}

// generator makes the candidates of one operation.
type generator struct {
	contract   *spec.Contract
	operation  variation.Operation
	candidates []Case
}

// add makes a candidate; where is what follows the operation in its id.
func (g *generator) add(where, how, what string, promised bool, change variation.Change) {
	g.candidates = append(g.candidates, Case{
		ID: g.operation.ID + "/" + where + "/" + how, Operation: g.operation.ID, Promised: promised,
		What: g.operation.ID + " " + what + ".", contract: g.contract, change: change,
	})
}

func (g *generator) all() {
	if g.operation.Example.Method == http.MethodGet { // how parameters are read shows where nothing is changed
		for _, p := range g.operation.Parameters {
			g.parameter(p)
		}
	}
	body := g.operation.Body
	if body == nil || body.Schema == nil {
		return
	}
	for _, s := range spellings() {
		g.add("body", "spelling-"+s.how, "with a body that has "+s.what, true, s.change())
	}
	for _, media := range []struct{ how, text string }{
		{"charset", "application/json; charset=utf-8"},
		{"capitals", "Application/JSON"},
	} {
		g.add("content-type", media.how, "with the content type "+media.text, false, variation.Header("Content-Type", media.text))
	}
	if document, err := spec.Decode(g.operation.Example.Body); err == nil {
		g.field(body.Schema.Value, nil, document, true)
	}
}

// parameter writes a parameter of the URL otherwise.
func (g *generator) parameter(p *openapi3.Parameter) {
	where, label := p.In+"/"+p.Name, p.In+" parameter "+p.Name
	switch p.In {
	case openapi3.ParameterInQuery:
		g.add(where, "percent-encoded", "with a percent-encoded "+label, false, variation.RawQuery(p.Name, func(parts []string) []string {
			for i, part := range parts {
				name, text, _ := strings.Cut(part, "=")
				parts[i] = name + "=" + encodeAll(text)
			}
			return parts
		}))
		g.add(where, "twice", "with the "+label+" twice, both times the same", false, variation.RawQuery(p.Name, func(parts []string) []string {
			return append(parts, parts...)
		}))
	case openapi3.ParameterInPath:
		g.add(where, "percent-encoded", "with a percent-encoded "+label, false, variation.RawPath(g.operation.Path, p.Name, encodeAll))
		for _, c := range []struct{ how, what, code string }{
			{"zero-byte", "a zero byte", "%00"},
			{"line-end", "a line end", "%0A"},
		} {
			g.add(where, c.how, "with "+c.what+" after the "+label, false, variation.RawPath(g.operation.Path, p.Name, func(now string) string { return now + c.code }))
		}
	}
}

// encodeAll percent-encodes every byte of a text, which may have been encoded
// before: those too that need not be (RFC 3986, section 2.3).
func encodeAll(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	var out strings.Builder
	for _, b := range []byte(plain) {
		fmt.Fprintf(&out, "%%%02X", b)
	}
	return out.String()
}
