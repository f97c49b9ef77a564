package negative

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec"
	"cartconform/spec/variation"
)

// second spoils the second element of an array whose first one stays good: the
// nearest mistakes only, since everything else is asked of the first.
func (g *generator) second(s *openapi3.Schema, array []string) {
	at := append(slices.Clone(array), "1")
	put := func(at []string, how, what string, refusal string, change variation.Change) {
		g.add(strings.Join(append([]string{"body"}, at...), "/"), how, what+" after a good element", what, refusal, joined(doubled(array), change))
		g.candidates[len(g.candidates)-1].Second = true
	}
	put(at, "null", "with "+spec.Pointer(at...)+" as null", "", variation.Body(at, func(any) (any, error) { return nil, nil }))
	for _, name := range variation.Properties(s) {
		property, below := s.Properties[name].Value, append(slices.Clone(at), name)
		label := spec.Pointer(below...)
		refusal, _ := property.Extensions["x-refusal"].(string)
		if slices.Contains(s.Required, name) {
			put(below, "missing", "without "+label, "", variation.Drop(below))
		}
		if property.Min != nil {
			low := json.Number(beside(*property.Min, -1))
			put(below, "below-minimum", fmt.Sprintf("with %s as %s", label, low), refusal, variation.Body(below, func(any) (any, error) { return low, nil }))
		}
	}
}

// doubled gives an array of one element a copy of it as its second.
func doubled(array []string) variation.Change {
	return variation.Body(array, func(now any) (any, error) {
		list, _ := now.([]any)
		if len(list) != 1 {
			return now, nil
		}
		element, ok := list[0].(map[string]any)
		if !ok {
			return nil, variation.ErrLacks
		}
		copied := map[string]any{}
		for name, value := range element {
			copied[name] = value
		}
		return []any{element, copied}, nil
	})
}

// joined makes one change after the other.
func joined(changes ...variation.Change) variation.Change {
	return func(request *spec.Request) error {
		for _, change := range changes {
			if err := change(request); err != nil {
				return err
			}
		}
		return nil
	}
}

// twice writes a member of an object a second time, with the same value.
func twice(name string) func(now any) (any, error) {
	return func(now any) (any, error) {
		object, _ := now.(map[string]any)
		value, there := object[name]
		if !there {
			return nil, variation.ErrLacks
		}
		whole, err := json.Marshal(object)
		if err != nil {
			return nil, err
		}
		member, err := json.Marshal(map[string]any{name: value})
		if err != nil {
			return nil, err
		}
		return json.RawMessage(string(whole[:len(whole)-1]) + "," + string(member[1:])), nil
	}
}
