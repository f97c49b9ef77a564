package allowed

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec"
	"cartconform/spec/variation"
)

// extFreeText on a string of a request says that any text of its length may
// stand there: it names nothing that the service would have to know.
const extFreeText = "x-free-text"

// extAbsence on a property that is not required says, with the value "open", that
// the documents elsewhere say more about leaving it out than the schema does.
const extAbsence = "x-absence"

// setter makes a candidate that has another value in one place.
type setter func(how, what string, promised bool, make func(now any) (any, error))

// field varies one value of the body and everything below it. There says whether
// the example has the value.
func (g *generator) field(s *openapi3.Schema, at []string, example any, there bool) {
	where := strings.Join(append([]string{"body"}, at...), "/")
	label := spec.Pointer(at...)
	set := func(how, what string, promised bool, make func(now any) (any, error)) {
		g.add(where, how, "with "+label+" as "+what, promised, variation.Body(at, make))
	}
	switch {
	case s.Type.Is(openapi3.TypeInteger):
		integers(s, set)
	case s.Type.Is(openapi3.TypeString) && s.Extensions[extFreeText] == true:
		texts(s, set)
	case s.Type.Is(openapi3.TypeArray) && !there:
		set("none", "an empty array", false, func(any) (any, error) { return []any{}, nil })
	}
	if !there {
		return
	}
	switch example := example.(type) {
	case map[string]any:
		for _, name := range variation.Properties(s) {
			below := append(slices.Clone(at), name)
			value, there := example[name]
			if property := s.Properties[name].Value; !slices.Contains(s.Required, name) && property.Extensions[extAbsence] != "open" {
				g.add(where+"/"+name, "absent", "without "+spec.Pointer(below...), true, variation.Drop(below))
			}
			g.field(s.Properties[name].Value, below, value, there)
		}
		if len(at) > 0 {
			g.add(where, "further-member", "with a member of "+label+" that is not documented", false,
				variation.Body(append(slices.Clone(at), "clientNote"), func(any) (any, error) { return "none", nil }))
		}
	case []any:
		if s.Items != nil && len(example) > 0 {
			g.field(s.Items.Value, append(slices.Clone(at), "0"), example[0], true)
		}
	}
}

// integers tries the low end of a range, which has to be taken, numbers that are
// too large for some types of some languages, and other ways to write a number.
func integers(s *openapi3.Schema, set setter) {
	number := func(text string) func(any) (any, error) {
		return func(any) (any, error) { return json.Number(text), nil }
	}
	if s.Min != nil {
		for i, how := range []string{"at-minimum", "above-minimum"} {
			text := strconv.FormatFloat(*s.Min+float64(i), 'f', -1, 64)
			set(how, text, true, number(text))
		}
	}
	if s.Max == nil {
		for _, large := range []struct{ how, text string }{
			{"beyond-32-bits", "4294967297"},
			{"beyond-64-bits", "18446744073709551617"},
		} {
			set(large.how, large.text, false, number(large.text))
		}
	}
	for _, spelt := range []struct{ how, tail string }{{"with-fraction", ".0"}, {"with-exponent", "e0"}} {
		set(spelt.how, "the same number with "+spelt.tail+" after it", false, func(now any) (any, error) {
			n, ok := now.(json.Number)
			if !ok || strings.ContainsAny(n.String(), ".eE") {
				return nil, variation.ErrLacks
			}
			return json.Number(n.String() + spelt.tail), nil
		})
	}
}

// texts tries the ends of the range of lengths, and letters of many scripts.
func texts(s *openapi3.Schema, set setter) {
	text := func(how, what, text string) {
		set(how, what+" ("+variation.Quoted(text)+")", false, func(any) (any, error) { return text, nil })
	}
	if s.MinLength > 0 {
		text("at-minimum-length", fmt.Sprintf("a text of %d characters", s.MinLength), strings.Repeat("x", int(s.MinLength)))
	}
	long := uint64(300)
	if s.MaxLength != nil {
		long = *s.MaxLength
	}
	text("long", fmt.Sprintf("a text of %d characters", long), strings.Repeat("x", int(long)))
	text("many-scripts", "letters of many scripts", "Ærø 東京 Ωμέγα 🏬 e\u0301")
}
