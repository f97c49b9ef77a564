package xmlform

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

const instanceNamespace = "http://www.w3.org/2001/XMLSchema-instance"

// Flaw is something about a document that its value cannot show.
type Flaw struct {
	Rule        Rule
	At          []string // tokens of the JSON pointer of what is flawed
	Wanted, Got string
}

// Rule is what a flaw is about.
type Rule string

// The rules. All but Extra are broken promises of the schema.
const (
	RuleRoot      Rule = "root"      // the root is another element; there is no value
	RuleNamespace Rule = "namespace" // an element has the right name in the wrong namespace, and its place is not taken; see misplaced
	RuleRepeated  Rule = "repeated"  // an element stands twice that may stand once
	RuleOrder     Rule = "order"     // two elements stand in another order than OrderExtension says
	RuleText      Rule = "text"      // text stands between elements
	RuleExtra     Rule = "extra"     // an undocumented attribute, of an element that is a plain text or a number
)

// Decode makes the value of a document: objects are map[string]any, arrays []any,
// and scalars texts but where the form wants numbers or booleans and the text is
// one (XML Schema: white space around it, a plus sign and leading zeros do not
// count). A text that is none stays as it is, for a validator to find. xsi:nil
// makes nil. What the form does not name is kept: elements under their name (in
// braces before it their namespace, when it is another than that around), attributes
// under "@" and theirs.
//
// An element whose namespace alone is wrong is decoded as if it were right, so that
// it is one flaw and not a missing element as well.
func (f *Form) Decode(root *Element) (any, []Flaw) {
	if !f.Accepts(root) {
		return nil, []Flaw{{Rule: RuleRoot, Wanted: expanded(f.name), Got: root.String()}}
	}
	d := decoding{}
	return d.value(f, root), d.flaws
}

type decoding struct {
	at    []string
	flaws []Flaw
}

// maxFlaws bounds the report of a document in which everything is wrong.
const maxFlaws = 200

func (d *decoding) flaw(rule Rule, wanted, got string, more ...string) {
	if len(d.flaws) < maxFlaws {
		at := append(append([]string(nil), d.at...), more...)
		d.flaws = append(d.flaws, Flaw{rule, at, wanted, got})
	}
}

func (d *decoding) value(f *Form, e *Element) any {
	if nilled := e.Attribute(instanceNamespace, "nil"); nilled == "true" || nilled == "1" {
		return nil
	}
	bare := len(e.Children) == 0
	switch f.kind {
	case openapi3.TypeObject:
		if text := strings.TrimSpace(e.Text); text != "" && bare && len(e.Attributes) == 0 {
			return e.Text // a text for a structure: one defect, and no missing parts besides
		}
		return d.object(f, e)
	case openapi3.TypeArray:
		if f.items != nil {
			return d.list(f, e)
		}
		return Generic(e)
	case "":
		return Generic(e)
	}
	if !bare {
		return Generic(e)
	}
	for _, a := range e.Attributes {
		if a.Name.Space != instanceNamespace && a.Name.Space != xmlNamespace {
			d.flaw(RuleExtra, "no attributes", strconv.Quote(cut(a.Name.Local)), "@"+a.Name.Local)
		}
	}
	return scalar(f.kind, e.Text)
}

func (d *decoding) object(f *Form, e *Element) any {
	object := make(map[string]any, len(e.Children)+len(e.Attributes))
	d.attributes(f, e, object)
	if strings.TrimSpace(e.Text) != "" {
		d.flaw(RuleText, "elements only", strconv.QuoteToGraphic(cut(strings.TrimSpace(e.Text))))
	}
	var astray []*Element
	last, ordered := 0, true
	lastName := ""
	for _, child := range e.Children {
		name, known := f.elements[child.Name]
		if !known {
			astray = append(astray, child)
			continue
		}
		d.part(f.properties[name], name, child, object)
		if place := f.order[name]; place > 0 && ordered {
			if place < last {
				ordered = false
				d.flaw(RuleOrder, fmt.Sprintf("<%s> before <%s>", child.Name.Local, lastName), "it after that", f.last(object, name)...)
			}
			last, lastName = place, child.Name.Local
		}
	}
	for _, child := range astray {
		name, property := f.misplaced(child.Name, object)
		if property == nil {
			keep(object, child, e.Name.Space)
			continue
		}
		d.part(property, name, child, object)
		d.flaw(RuleNamespace, expanded(property.element()), child.String(), f.last(object, name)...)
	}
	return object
}

// last gives the tokens of the last part of a property.
func (f *Form) last(object map[string]any, name string) []string {
	if list, ok := object[name].([]any); ok && f.properties[name].gathers() {
		return []string{name, strconv.Itoa(len(list) - 1)}
	}
	return []string{name}
}

// misplaced finds the property that an element would be in another namespace, if
// the document does not have it already. What may be absent is not looked for in
// namespaces that the schema does not speak of: there it is somebody else's element.
func (f *Form) misplaced(name xml.Name, object map[string]any) (string, *Form) {
	property, known := f.locals[name.Local]
	if !known {
		return "", nil
	}
	form := f.properties[property]
	if !f.required[property] && name.Space != "" && name.Space != f.name.Space {
		return "", nil
	}
	if _, there := object[property]; there && !form.gathers() {
		return "", nil
	}
	return property, form
}

// part decodes one child into the property that it is.
func (d *decoding) part(f *Form, name string, child *Element, object map[string]any) {
	depth := len(d.at)
	defer func() { d.at = d.at[:depth] }()
	d.at = append(d.at, name)
	if f.gathers() {
		list, _ := object[name].([]any)
		d.at = append(d.at, strconv.Itoa(len(list)))
		object[name] = append(list, d.value(f.items, child))
		return
	}
	if _, twice := object[name]; twice {
		d.flaw(RuleRepeated, "<"+child.Name.Local+"> once", "it more than once")
		return
	}
	object[name] = d.value(f, child)
}

// list decodes the items within a wrapper.
func (d *decoding) list(f *Form, e *Element) any {
	list := []any{}
	if strings.TrimSpace(e.Text) != "" {
		if len(e.Children) == 0 {
			return e.Text
		}
		d.flaw(RuleText, "elements only", strconv.QuoteToGraphic(cut(strings.TrimSpace(e.Text))))
	}
	depth := len(d.at)
	for _, child := range e.Children {
		d.at = append(d.at[:depth], strconv.Itoa(len(list)))
		switch {
		case child.Name == f.items.name:
		case child.Name.Local == f.items.name.Local:
			d.flaw(RuleNamespace, expanded(f.items.name), child.String())
		default:
			d.at = d.at[:depth]
			d.flaw(RuleExtra, "nothing but <"+f.items.name.Local+">", "<"+cut(child.Name.Local)+">", child.Name.Local)
			continue
		}
		list = append(list, d.value(f.items, child))
	}
	d.at = d.at[:depth]
	return list
}

func (d *decoding) attributes(f *Form, e *Element, object map[string]any) {
	for _, a := range e.Attributes {
		if a.Name.Space == instanceNamespace || a.Name.Space == xmlNamespace {
			continue // of XML itself: a type, a language
		}
		if name, known := f.attributes[a.Name]; known {
			object[name] = scalar(f.properties[name].kind, a.Value)
			continue
		}
		object["@"+a.Name.Local] = a.Value
	}
}

// keep puts an undocumented element beside what is documented.
func keep(object map[string]any, child *Element, around string) {
	name := child.Name.Local
	if child.Name.Space != around {
		name = "{" + child.Name.Space + "}" + name
	}
	value := Generic(child)
	switch before := object[name].(type) {
	case nil:
		object[name] = value
	case []any:
		object[name] = append(before, value)
	default:
		object[name] = []any{before, value}
	}
}

// Generic decodes an element that nothing describes: text, or an object with what
// stands in it, its text under "#text".
func Generic(e *Element) any {
	if len(e.Children) == 0 && len(e.Attributes) == 0 {
		return e.Text
	}
	object := map[string]any{}
	for _, a := range e.Attributes {
		object["@"+a.Name.Local] = a.Value
	}
	for _, child := range e.Children {
		keep(object, child, e.Name.Space)
	}
	if text := strings.TrimSpace(e.Text); text != "" {
		object["#text"] = text
	}
	return object
}

// Numbers as XML Schema writes them. They are bounded, since who reads a
// json.Number may compute with it: 1e999999999 has a gigabyte of digits.
const (
	maxDigits   = 1000
	maxExponent = 400
)

var (
	integerText = regexp.MustCompile(`^([+-]?)0*([0-9]+)$`)
	numberText  = regexp.MustCompile(`^([+-]?)0*([0-9]*)(\.([0-9]*))?([eE]([+-]?[0-9]{1,4}))?$`)
)

func scalar(kind, text string) any {
	trimmed := strings.Trim(text, " \t\r\n")
	switch kind {
	case openapi3.TypeInteger:
		if m := integerText.FindStringSubmatch(trimmed); m != nil && len(trimmed) <= maxDigits {
			return json.Number(strings.TrimPrefix(m[1], "+") + m[2])
		}
	case openapi3.TypeNumber:
		if number, ok := decimal(trimmed); ok {
			return number
		}
	case openapi3.TypeBoolean:
		switch trimmed {
		case "true", "1":
			return true
		case "false", "0":
			return false
		}
	}
	return text
}

// decimal reads an xs:decimal or xs:float and writes it as JSON does.
func decimal(text string) (json.Number, bool) {
	m := numberText.FindStringSubmatch(text)
	if m == nil || len(text) > maxDigits || !strings.ContainsAny(strings.SplitN(strings.ToLower(text), "e", 2)[0], "0123456789") {
		return "", false
	}
	number := strings.TrimPrefix(m[1], "+")
	if m[2] == "" {
		number += "0"
	} else {
		number += m[2]
	}
	if m[4] != "" {
		number += "." + m[4]
	}
	if m[5] != "" {
		if exponent, err := strconv.Atoi(m[6]); err != nil || exponent > maxExponent || exponent < -maxExponent {
			return "", false
		}
		number += m[5]
	}
	return json.Number(number), true
}
