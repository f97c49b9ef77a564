package yamlfile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-openapi/jsonpointer"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"go.yaml.in/yaml/v3"
)

// Check judges the file by a JSON Schema and notes each violation, with its
// line. The error is about the schema. A violation by a node that has a mistake
// already would only repeat it in other words and is left out.
func (f *File) Check(name string, schema []byte) error {
	var document any
	if err := json.Unmarshal(schema, &document); err != nil {
		return fmt.Errorf("decode %s: %w", name, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, bytes.NewReader(schema)); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	compiled, err := compiler.Compile(name)
	if err != nil {
		return fmt.Errorf("compile %s: %w", name, err)
	}

	err = compiled.Validate(f.value)
	var invalid *jsonschema.ValidationError
	if err == nil {
		return nil
	}
	if !errors.As(err, &invalid) {
		return fmt.Errorf("check %s: %w", f.Name, err)
	}
	violations := &File{Name: f.Name, Root: f.Root}
	violations.explain(document, invalid)
	violations.mistakes = slices.DeleteFunc(violations.mistakes, func(m mistake) bool { return f.Wrong(m.node) })
	f.mistakes = append(f.mistakes, violations.mistakes...)
	return nil
}

// explain turns the leaves of a validation error into mistakes. A schema may say
// in x-wanted, for people, what its keywords ask for.
func (f *File) explain(schema any, invalid *jsonschema.ValidationError) {
	if len(invalid.Causes) > 0 {
		for _, cause := range invalid.Causes {
			f.explain(schema, cause)
		}
		return
	}

	node, at := At(f.Root, invalid.InstanceLocation), cmp.Or(invalid.InstanceLocation, "/")
	_, location, _ := strings.Cut(invalid.AbsoluteKeywordLocation, "#")
	slash := strings.LastIndexByte(location, '/')
	holder := subschema(schema, location[:slash])
	keyword := location[slash+1:]
	switch keyword {
	case "additionalProperties":
		known, _ := holder["properties"].(map[string]any)
		for i := 0; i < len(node.Content); i += 2 {
			if key := node.Content[i]; known[key.Value] == nil {
				f.Mistake(key, "%s: wanted a known key, got %q", at, key.Value)
			}
		}
	case "required":
		wanted, _ := holder[keyword].([]any)
		for _, key := range wanted {
			if At(node, "/"+key.(string)) == nil {
				f.Mistake(node, "%s: wanted the key %q, got none", at, key)
			}
		}
	default:
		got := strconv.Quote(node.Value)
		switch {
		case node.Kind == yaml.MappingNode:
			got = "an object"
		case node.Kind == yaml.SequenceNode:
			got = fmt.Sprintf("an array of %d", len(node.Content))
		case node.ShortTag() == "!!null":
			got = "nothing"
		}
		if words, ok := holder["x-wanted"].(string); ok {
			f.Mistake(node, "%s: wanted %s, got %s", at, words, got)
			return
		}
		wanted, err := json.Marshal(holder[keyword])
		if err != nil || holder[keyword] == nil {
			f.Mistake(node, "%s: %s", at, invalid.Message)
			return
		}
		f.Mistake(node, "%s: wanted %s %s, got %s", at, keyword, wanted, got)
	}
}

// subschema gives the part of a schema that a location of the jsonschema package
// names; nil when there is none.
func subschema(schema any, location string) map[string]any {
	pointer, err := jsonpointer.New(location)
	if err != nil {
		return nil
	}
	part, _, err := pointer.Get(schema)
	if err != nil {
		return nil
	}
	holder, _ := part.(map[string]any)
	return holder
}
