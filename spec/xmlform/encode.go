package xmlform

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// Encode writes a value as the element of its form, the other way of Decode.
// Properties stand in the form's order, others after them by name. It is an error
// when the value has a part that the form has no place for: a property that it does
// not name, or a structure where it has a text.
func (f *Form) Encode(value any) (*Element, error) { return f.encode(f.name, value) }

func (f *Form) encode(name xml.Name, value any) (*Element, error) {
	e := &Element{Name: name}
	switch value := value.(type) {
	case nil:
		e.Attributes = []xml.Attr{{Name: xml.Name{Space: instanceNamespace, Local: "nil"}, Value: "true"}}
		return e, nil
	case map[string]any:
		if f.kind != openapi3.TypeObject {
			return nil, fmt.Errorf("encoding <%s>: wanted a %s, got an object", name.Local, f.kind)
		}
		return e, f.encodeObject(e, value)
	case []any:
		if f.kind != openapi3.TypeArray || !f.wrapped {
			return nil, fmt.Errorf("encoding <%s>: wanted one value, got an array", name.Local)
		}
		for _, item := range value {
			child, err := f.items.encode(f.items.name, item)
			if err != nil {
				return nil, err
			}
			e.With(child)
		}
		return e, nil
	}
	text, err := scalarText(value)
	if err != nil {
		return nil, fmt.Errorf("encoding <%s>: %w", name.Local, err)
	}
	e.Text = text
	return e, nil
}

func (f *Form) encodeObject(e *Element, object map[string]any) error {
	names := slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		switch placeA, placeB := f.order[a], f.order[b]; {
		case placeA > 0 && placeB > 0:
			return placeA - placeB
		case placeA != placeB: // those without a place come last
			return placeB - placeA
		case a < b:
			return -1
		}
		return 1
	})
	for _, name := range names {
		property := f.properties[name]
		if property == nil {
			return fmt.Errorf("encoding <%s>: wanted a property of the schema, got %q", e.Name.Local, name)
		}
		if property.attribute {
			text, err := scalarText(object[name])
			if err != nil {
				return fmt.Errorf("encoding the attribute %s of <%s>: %w", name, e.Name.Local, err)
			}
			e.Attributes = append(e.Attributes, xml.Attr{Name: property.name, Value: text})
			continue
		}
		values := []any{object[name]}
		form := property
		if list, ok := object[name].([]any); ok && property.gathers() {
			values, form = list, property.items
		}
		for _, value := range values {
			child, err := form.encode(form.element(), value)
			if err != nil {
				return err
			}
			e.With(child)
		}
	}
	return nil
}

func scalarText(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	case bool:
		return strconv.FormatBool(value), nil
	case int:
		return strconv.Itoa(value), nil
	}
	return "", fmt.Errorf("wanted a text, a number or a boolean, got %T", value)
}
