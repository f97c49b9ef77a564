package spec

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec/xmlform"
)

// indexed is a query parameter that is sent as several, one for each property of
// each object of an array: Item.1.ASIN, Item.1.Quantity, Item.2.ASIN.
type indexed struct {
	parameter *openapi3.Parameter
	from, to  int // the numbers that it may have
}

// newIndexed gives nil for a parameter that is a plain one.
func newIndexed(p *openapi3.Parameter) *indexed {
	bounds, ok := p.Extensions[extIndexed].(map[string]any)
	if !ok {
		return nil
	}
	bound := func(name string) int {
		n, _ := strconv.Atoi(fmt.Sprint(bounds[name]))
		return n
	}
	return &indexed{p, bound("from"), bound("to")}
}

// value gathers the objects, in the order of their numbers, and gives the
// numbers. Texts that are not what the schema wants stay texts. nil when nothing of
// it was sent.
func (x *indexed) value(query url.Values) (list []any, numbers []string) {
	objects := map[string]map[string]any{}
	for name, values := range query {
		rest, ok := strings.CutPrefix(name, x.parameter.Name+".")
		number, property, named := strings.Cut(rest, ".")
		if !ok || !named || len(values) == 0 {
			continue
		}
		if objects[number] == nil {
			objects[number] = map[string]any{}
			numbers = append(numbers, number)
		}
		objects[number][property] = x.read(property, values[0])
	}
	slices.SortFunc(numbers, func(a, b string) int {
		m, _ := strconv.Atoi(a)
		n, _ := strconv.Atoi(b)
		return cmp.Or(cmp.Compare(m, n), strings.Compare(a, b))
	})
	for _, number := range numbers {
		list = append(list, objects[number])
	}
	return list, numbers
}

// read reads a text as the property's type.
func (x *indexed) read(property, text string) any {
	for _, array := range xmlform.Applying(x.parameter.Schema.Value) {
		if array.Items == nil {
			continue
		}
		for _, object := range xmlform.Applying(array.Items.Value) {
			if ref := object.Properties[property]; ref != nil {
				if value, ok := parseText(ref.Value, text); ok {
					return value
				}
				return text
			}
		}
	}
	return text
}

// judgeIndexed lets both validators judge what was gathered.
func (c *Contract) judgeIndexed(op *operation, x *indexed, query url.Values) (violations []Violation, said verdict) {
	p := x.parameter
	place := originPosition(op.document.File, p.Origin, "", "")
	list, numbers := x.value(query)
	if list == nil {
		if p.Required {
			label := "query parameters " + p.Name + ".N"
			said.both(label + ": missing")
			violations = append(violations, Violation{Rule: "parameter", Part: "request", Wanted: "the " + label, Got: "none",
				Requirement: AttributedTo(p.Extensions, op.id), Contract: place})
		}
		return violations, said
	}
	for _, number := range numbers {
		if n, err := strconv.Atoi(number); err != nil || n < x.from || n > x.to {
			label := "query parameter " + p.Name + "." + cut(number)
			said.both(label + ": number")
			violations = append(violations, Violation{Rule: "parameter", Part: "request", Wanted: fmt.Sprintf("numbers from %d to %d after %s", x.from, x.to, p.Name),
				Got: cut(number), Contract: place})
		}
	}
	t := newTrail(p.Schema)
	for _, d := range c.kin.defects(t, list) {
		said.kin = append(said.kin, x.label(d, numbers)+": "+d.keyword)
	}
	for _, d := range c.second.defects(t, list) {
		said.second = append(said.second, x.label(d, numbers)+": "+d.keyword)
	}
	broken, _ := c.broken(t, list)
	for _, d := range broken {
		v := violation(d, "request", op, jsonFormat{})
		v.Rule, v.Pointer, v.Wanted = "parameter", "", x.label(d, numbers)+": "+v.Wanted
		violations = append(violations, v)
	}
	return violations, said
}

// label names the parameter that a defect is about.
func (x *indexed) label(d defect, numbers []string) string {
	name := x.parameter.Name
	for i, token := range d.place() {
		if n, ok := arrayIndex(token); ok && i == 0 && n < len(numbers) {
			token = numbers[n]
		}
		name += "." + token
	}
	return "query parameter " + name
}
