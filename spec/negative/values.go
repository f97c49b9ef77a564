package negative

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

// badText is a text that a parameter may not be.
type badText struct{ how, what, text string }

// texts lists candidates for a parameter; the validators throw out those that
// are good after all.
func texts(s *openapi3.Schema, good string) []badText {
	var list []badText
	switch {
	case s.Type.Is(openapi3.TypeInteger), s.Type.Is(openapi3.TypeNumber):
		list = append(list, badText{"wrong-type-text", "a text instead of a number", "five"}, badText{"wrong-type-boolean", "a boolean instead of a number", "true"})
		if s.Type.Is(openapi3.TypeInteger) {
			list = append(list, badText{"fraction", "a fraction instead of an integer", "2.5"})
		}
	case s.Type.Is(openapi3.TypeBoolean):
		list = append(list, badText{"wrong-type-text", "a text instead of a boolean", "maybe"})
	}
	if len(s.Enum) > 0 {
		list = append(list, badText{"unknown-value", "none of the documented values", "ZZ"},
			badText{"lower-case", "in lower case", strings.ToLower(good)},
			badText{"padded", "with blanks around it", " " + good + " "},
			badText{"zero-byte", "with a zero byte after it", good + "\x00"},
			badText{"line-end", "with a line end after it", good + "\n"})
	}
	if s.Min != nil {
		list = append(list, badText{"below-minimum", "below the minimum", beside(*s.Min, -1)})
	}
	if s.Max != nil {
		list = append(list, badText{"above-maximum", "above the maximum", beside(*s.Max, 1)},
			badText{"beyond-32-bits", "above the maximum, and 1 to who keeps 32 bits", "4294967297"},
			badText{"beyond-64-bits", "above the maximum, and 1 to who keeps 64 bits", "18446744073709551617"})
	}
	for _, text := range unmatched(s, good) {
		list = append(list, badText{text.how, text.what, text.text})
	}
	return list
}

// unmatched lists texts that break a string's length or pattern.
func unmatched(s *openapi3.Schema, good string) []badText {
	var list []badText
	if s.MinLength > 0 {
		list = append(list, badText{"too-short", fmt.Sprintf("shorter than %d", s.MinLength), strings.Repeat("x", int(s.MinLength)-1)})
	}
	if s.MaxLength != nil && *s.MaxLength < 100_000 {
		list = append(list, badText{"too-long", fmt.Sprintf("longer than %d", *s.MaxLength), strings.Repeat("x", int(*s.MaxLength)+1)})
	}
	if s.Pattern != "" {
		list = append(list, badText{"pattern-lower-case", "no match for " + s.Pattern, strings.ToLower(good)},
			badText{"pattern-longer", "no match for " + s.Pattern, good + good},
			badText{"pattern-other", "no match for " + s.Pattern, "!!"})
	}
	return list
}

// beside renders the integer next to a bound.
func beside(bound, by float64) string {
	return strconv.FormatFloat(bound+by, 'f', -1, 64)
}

// wrong is a value of a type that a field does not have.
type wrong struct {
	kind string
	make func(now any) any
}

// wrongTypes lists values of the other types. A number that becomes a text keeps
// its digits: the nearest mistake is the one that services let through.
func wrongTypes(s *openapi3.Schema) []wrong {
	fixed := func(value any) func(any) any { return func(any) any { return value } }
	var list []wrong
	if !permits(s, openapi3.TypeString) {
		list = append(list, wrong{"text", func(now any) any {
			if number, ok := now.(json.Number); ok {
				return number.String()
			}
			return "text"
		}})
	}
	if !permits(s, openapi3.TypeNumber) && !permits(s, openapi3.TypeInteger) {
		list = append(list, wrong{"number", fixed(json.Number("7"))})
	}
	if !permits(s, openapi3.TypeBoolean) {
		list = append(list, wrong{"boolean", fixed(true)})
	}
	if !permits(s, openapi3.TypeArray) {
		list = append(list, wrong{"array", func(now any) any { return []any{now} }})
	}
	if !permits(s, openapi3.TypeObject) {
		list = append(list, wrong{"object", func(now any) any { return map[string]any{"value": now} }})
	}
	return list
}

func permits(s *openapi3.Schema, name string) bool { return s.Type == nil || s.Type.Includes(name) }

// field spoils one value of the body and everything below it. There says whether
// the example has the value; a value that it lacks is only added, not entered.
func (g *generator) field(s *openapi3.Schema, at []string, example any, there, required bool) {
	where := strings.Join(append([]string{"body"}, at...), "/")
	label := spec.Pointer(at...)
	if label == "" {
		label = "the body"
	}
	refusal, _ := s.Extensions["x-refusal"].(string)
	set := func(how, what string, make func(now any) (any, error)) {
		g.add(where, how, "with "+label+" as "+what, label+" is "+what, refusal, variation.Body(at, make))
	}
	if required && len(at) > 0 {
		g.add(where, "missing", "without "+label, label+" is left out", "", variation.Drop(at))
	}
	set("null", "null", func(any) (any, error) { return nil, nil })
	for _, w := range wrongTypes(s) {
		set("wrong-type-"+w.kind, "a value of another type ("+w.kind+")", func(now any) (any, error) { return w.make(now), nil })
	}
	g.bounds(s, example, set)
	if !there {
		return
	}
	switch example := example.(type) {
	case map[string]any:
		for _, name := range variation.Properties(s) {
			value, there := example[name]
			g.field(s.Properties[name].Value, append(slices.Clone(at), name), value, there, slices.Contains(s.Required, name))
			if there && (len(at) == 0 || s.Properties[name].Value.Type.Is(openapi3.TypeInteger)) {
				g.add(where+"/"+name, "twice", "with "+spec.Pointer(append(slices.Clone(at), name)...)+" twice in its object",
					"the key "+name+" stands twice", "", variation.Body(at, twice(name)))
			}
		}
	case []any:
		if s.Items != nil && len(example) > 0 {
			g.field(s.Items.Value, append(slices.Clone(at), "0"), example[0], true, false)
			g.second(s.Items.Value, at)
		}
	}
}

// bounds breaks the limits of a value.
func (g *generator) bounds(s *openapi3.Schema, example any, set func(how, what string, make func(now any) (any, error))) {
	number := func(how, what, text string) {
		set(how, "a number, "+what+" ("+text+")", func(any) (any, error) { return json.Number(text), nil })
	}
	if s.Type.Is(openapi3.TypeInteger) {
		number("fraction", "not an integer", "1.5")
	}
	if s.Min != nil {
		number("below-minimum", "below the minimum", beside(*s.Min, -1))
		number("far-below-minimum", "far below the minimum", beside(*s.Min, -1000))
		if s.Type.Is(openapi3.TypeInteger) && *s.Min >= 0 {
			number("below-32-bits", "below the minimum, and 1 to who keeps 32 bits", "-4294967295")
			number("below-64-bits", "below the minimum, and 1 to who keeps 64 bits", "-18446744073709551615")
		}
	}
	if s.Max != nil {
		number("above-maximum", "above the maximum", beside(*s.Max, 1))
	}
	text, _ := example.(string)
	for _, bad := range unmatched(s, text) {
		set(bad.how, "a text that is "+bad.what+" ("+variation.Quoted(bad.text)+")", func(any) (any, error) { return bad.text, nil })
	}
	if len(s.Enum) > 0 {
		set("unknown-value", "none of the documented values", func(any) (any, error) { return "NOT_DOCUMENTED", nil })
		set("lower-case", "the right text in lower case", func(now any) (any, error) {
			text, ok := now.(string)
			if !ok {
				return nil, variation.ErrLacks
			}
			return strings.ToLower(text), nil
		})
	}
	if s.MinItems > 0 {
		set("too-few", fmt.Sprintf("an array of fewer than %d", s.MinItems), func(any) (any, error) { return []any{}, nil })
	}
	if s.MaxItems != nil && *s.MaxItems < 10_000 {
		most := int(*s.MaxItems)
		set("too-many", fmt.Sprintf("an array of more than %d", most), func(now any) (any, error) {
			list, _ := now.([]any)
			if len(list) == 0 {
				return nil, variation.ErrLacks
			}
			many := make([]any, 0, most+1)
			for i := range most + 1 {
				many = append(many, list[i%len(list)])
			}
			return many, nil
		})
	}
}
