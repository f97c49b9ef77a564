package spec

import (
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec/xmlform"
)

// shape is what the description documents about a value, over all schemas that
// apply to it (allOf) or may apply (anyOf, oneOf): enough to find what is
// undocumented in one walk, without asking which branch holds.
type shape struct {
	properties map[string]*shape
	required   map[string]bool
	items      *shape
	rest       *shape          // of properties that are not named; nil when nothing describes them
	known      map[string]bool // x-known-values
	closed     map[string]bool // enum
	nullable   bool
	integer    bool
	free       bool // an object with no documented property at all
}

// shapes builds shapes and shares them: a recursive schema has a recursive shape.
type shapes map[string]*shape

func (all shapes) of(ref *openapi3.SchemaRef) *shape {
	if ref == nil || ref.Value == nil {
		return nil
	}
	return all.merged([]*openapi3.Schema{ref.Value})
}

func (all shapes) merged(schemas []*openapi3.Schema) *shape {
	flat := xmlform.Applying(schemas...)
	var key string
	for _, schema := range flat {
		key += fmt.Sprintf("%p ", schema)
	}
	if done, ok := all[key]; ok {
		return done
	}
	s := &shape{required: map[string]bool{}}
	all[key] = s
	properties := map[string][]*openapi3.Schema{}
	var items, rest []*openapi3.Schema
	for _, schema := range flat {
		for name, ref := range schema.Properties {
			properties[name] = append(properties[name], ref.Value)
		}
		for _, name := range schema.Required {
			s.required[name] = true
		}
		if schema.Items != nil {
			items = append(items, schema.Items.Value)
		}
		if schema.AdditionalProperties.Schema != nil {
			rest = append(rest, schema.AdditionalProperties.Schema.Value)
		}
		if allowed := schema.AdditionalProperties.Has; allowed != nil && *allowed {
			s.free = true
		}
		s.nullable = s.nullable || schema.Nullable
		s.integer = s.integer || schema.Type.Is(openapi3.TypeInteger)
		known, _ := schema.Extensions[extKnownValues].([]any)
		s.known = texts(s.known, known)
		s.closed = texts(s.closed, schema.Enum)
	}
	s.properties = make(map[string]*shape, len(properties))
	for name, schemas := range properties {
		s.properties[name] = all.merged(schemas)
	}
	s.free = s.free || len(properties) == 0
	if len(items) > 0 {
		s.items = all.merged(items)
	}
	if len(rest) > 0 {
		s.rest = all.merged(rest)
	}
	return s
}

// texts adds the texts among values to a set; nil stays nil where there are none.
func texts(set map[string]bool, values []any) map[string]bool {
	for _, value := range values {
		if text, ok := value.(string); ok {
			if set == nil {
				set = map[string]bool{}
			}
			set[text] = true
		}
	}
	return set
}

// documented reports whether a text is one of the values that are listed.
func (s *shape) documented(text string) bool { return s.known[text] || s.closed[text] }
