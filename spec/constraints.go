package spec

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Constraint is a place of a description that carries a promise: what is wrong
// there is a finding of its requirement.
type Constraint struct {
	Position        // of the id
	Where    string // JSON pointer of the schema, parameter, header or response, e.g. "#/components/schemas/Money"
	What     string // the part of it that is meant: a keyword, a required property, an operation; "" for all of it
}

// Constraints lists the places of the descriptions that name a requirement, by
// its id, in the order of the descriptions.
func (c *Contract) Constraints() (map[string][]Constraint, error) {
	found := map[string][]Constraint{}
	whole := func(id, file, what string) {
		found[id] = append(found[id], Constraint{Position{file, 1}, "#", what})
	}
	for i, d := range c.options.Descriptions {
		var root yaml.Node
		if err := yaml.Unmarshal(d.Text, &root); err != nil {
			return nil, fmt.Errorf("read %s: %w", d.File, err)
		}
		constraintFinder{d.File, found}.visit(root.Content[0], "#")
		whole(d.Default, d.File, "what is wrong with an answer and claimed by no other requirement")
		if i == 0 {
			whole(c.options.Malformed, d.File, "a request body that is no JSON")
			whole(c.options.ContentType, d.File, "a request of another content type")
		}
	}
	delete(found, "")
	return found, nil
}

// constraintFinder collects what one description names.
type constraintFinder struct {
	file  string
	found map[string][]Constraint
}

func (f constraintFinder) visit(node *yaml.Node, at string) {
	switch node.Kind {
	case yaml.SequenceNode:
		for i, child := range node.Content {
			f.visit(child, fmt.Sprintf("%s/%d", at, i))
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			key, value := node.Content[i].Value, node.Content[i+1]
			switch key {
			case extRequirement:
				f.ids(value, at)
			case extBodyRequirement:
				f.ids(value, at, "the body as a whole")
			case extKeywordRequirement:
				f.keyed(value, at, "")
			case extRequiredRequirement:
				f.keyed(value, at, "required ")
			default:
				f.visit(value, at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key))
			}
		}
	}
}

// keyed reads a map from keyword or property to ids.
func (f constraintFinder) keyed(node *yaml.Node, at, before string) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		f.ids(node.Content[i+1], at, before+node.Content[i].Value)
	}
}

// ids reads an id, or a map from operation to id; see byOperation.
func (f constraintFinder) ids(node *yaml.Node, at string, what ...string) {
	if node.Kind == yaml.ScalarNode {
		f.found[node.Value] = append(f.found[node.Value], Constraint{Position{f.file, node.Line}, at, strings.Join(what, ", ")})
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		in := "in " + node.Content[i].Value
		if node.Content[i].Value == "default" {
			in = "in all other operations"
		}
		f.ids(node.Content[i+1], at, append(slices.Clone(what), in)...)
	}
}
