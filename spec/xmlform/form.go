package xmlform

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// OrderExtension is the extension of an object schema that lists its properties in
// the order in which their elements have to stand. Properties that it leaves out
// may stand anywhere.
const OrderExtension = "x-order"

// Form is how the values of one schema are spelled in XML, over all schemas that
// apply to the same value (allOf) or may apply (anyOf, oneOf). It is immutable.
//
// The xml object of a schema is read as OpenAPI 3.0 has it, with one addition: an
// element whose schema names no namespace is in that of the element around it, as
// it would be below a default declaration. The prefix is nobody's business.
type Form struct {
	name      xml.Name
	anyRoot   bool
	kind      string // an OpenAPI type; "" for any
	attribute bool
	wrapped   bool  // an array whose element holds those of its items
	items     *Form // of arrays

	properties map[string]*Form
	elements   map[xml.Name]string // property by element, that of the items for an array without a wrapper
	locals     map[string]string   // the same by local name alone
	attributes map[xml.Name]string
	required   map[string]bool // by one of the schemas at least
	order      map[string]int  // place of a property among its siblings, from 1; 0 = anywhere
}

// AnyRootExtension is the extension of a schema that, being true, describes
// whatever document there is.
const AnyRootExtension = "x-any-root"

// NewForm compiles a schema for the document that its values are roots of. It is
// an error when it has no xml.name, unless any root will do: a root has to be
// called something.
func NewForm(schema *openapi3.SchemaRef) (*Form, error) {
	c := compiler{}
	form := c.of([]*openapi3.Schema{schema.Value}, xml.Name{})
	if schema.Value.Extensions[AnyRootExtension] == true {
		form.anyRoot = true
		return form, nil
	}
	if form.name.Local == "" {
		return nil, fmt.Errorf("compiling the XML form of a schema: wanted an xml.name for the root, got none")
	}
	return form, nil
}

// compiler shares forms, so that a recursive schema has a recursive form.
type compiler map[string]*Form

func (c compiler) of(schemas []*openapi3.Schema, given xml.Name) *Form {
	flat := Applying(schemas...)
	f := &Form{name: given, properties: map[string]*Form{}, elements: map[xml.Name]string{}, locals: map[string]string{}, attributes: map[xml.Name]string{}, required: map[string]bool{}}
	for _, s := range flat {
		if s.Type != nil && len(s.Type.Slice()) == 1 && f.kind == "" {
			f.kind = s.Type.Slice()[0]
		}
		if x := s.XML; x != nil {
			if x.Name != "" {
				f.name.Local = x.Name
			}
			f.attribute, f.wrapped = f.attribute || x.Attribute, f.wrapped || x.Wrapped
			if f.attribute && x.Namespace == "" {
				f.name.Space = ""
			}
			if x.Namespace != "" {
				f.name.Space = x.Namespace
			}
		}
	}
	key := fmt.Sprint(f.name, f.attribute)
	for _, s := range flat {
		key += fmt.Sprintf(" %p", s)
	}
	if done, ok := c[key]; ok {
		return done
	}
	c[key] = f
	properties := map[string][]*openapi3.Schema{}
	var items []*openapi3.Schema
	for _, s := range flat {
		for name, ref := range s.Properties {
			properties[name] = append(properties[name], ref.Value)
		}
		if s.Items != nil {
			items = append(items, s.Items.Value)
		}
		for _, name := range s.Required {
			f.required[name] = true
		}
		list, _ := s.Extensions[OrderExtension].([]any)
		for _, name := range list {
			if f.order == nil {
				f.order = map[string]int{}
			}
			if text, ok := name.(string); ok && f.order[text] == 0 {
				f.order[text] = len(f.order) + 1
			}
		}
	}
	if len(items) > 0 {
		f.items = c.of(items, f.name)
	}
	if f.kind == "" && len(properties) > 0 {
		f.kind = openapi3.TypeObject
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		child := c.of(properties[name], xml.Name{Space: f.name.Space, Local: name})
		f.properties[name] = child
		called := child.element()
		if child.attribute {
			f.attributes[called] = name
			continue
		}
		f.elements[called] = name
		f.locals[called.Local] = name
	}
	return f
}

// Applying lists schemas with all that apply (allOf) or may apply (anyOf, oneOf) to
// the same value, each once.
func Applying(schemas ...*openapi3.Schema) []*openapi3.Schema { return applying(nil, schemas) }

func applying(flat, schemas []*openapi3.Schema) []*openapi3.Schema {
	for _, schema := range schemas {
		if schema == nil || slices.Contains(flat, schema) {
			continue
		}
		flat = append(flat, schema)
		for _, list := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
			for _, ref := range list {
				flat = applying(flat, []*openapi3.Schema{ref.Value})
			}
		}
	}
	return flat
}

// Name is that of the element; empty for the form of any root.
func (f *Form) Name() xml.Name { return f.name }

// Accepts reports whether an element is what the form describes, by its name.
func (f *Form) Accepts(root *Element) bool { return f.anyRoot || root.Name == f.name }

// Path says where a part of a value stands in the document: names of elements,
// "@" before that of an attribute, and the place among its likes for one that may
// be repeated, e.g. "/CartGetResponse/Cart/CartItems/CartItem[2]/Quantity". Tokens
// are those of a JSON pointer; "*" may stand for any index.
func (f *Form) Path(tokens []string) string {
	var b strings.Builder
	b.WriteString("/" + f.name.Local)
	at := f
	for _, token := range tokens {
		switch {
		case at != nil && at.kind == openapi3.TypeArray && at.items != nil && isIndex(token):
			if at.wrapped {
				b.WriteString("/" + at.items.name.Local)
			}
			b.WriteString(place(token))
			at = at.items
		case isIndex(token): // of something undocumented
			b.WriteString(place(token))
			at = nil
		case at != nil && at.properties[token] != nil:
			at = at.properties[token]
			b.WriteString("/")
			if at.attribute {
				b.WriteString("@")
			}
			b.WriteString(at.element().Local)
		default: // undocumented
			b.WriteString("/" + token)
			at = nil
		}
	}
	return b.String()
}

// element is the name that the elements of a property have.
func (f *Form) element() xml.Name {
	if f.gathers() {
		return f.items.name
	}
	return f.name
}

// gathers reports whether an array has an element for each of its items, and none
// around them.
func (f *Form) gathers() bool {
	return f.kind == openapi3.TypeArray && !f.wrapped && f.items != nil
}

func isIndex(token string) bool {
	_, err := strconv.Atoi(token)
	return err == nil || token == "*"
}

// place turns an index from 0 into a place from 1.
func place(token string) string {
	if n, err := strconv.Atoi(token); err == nil {
		return "[" + strconv.Itoa(n+1) + "]"
	}
	return "[" + token + "]"
}
