package description

import (
	"fmt"
	"math"
	"strings"

	"go.yaml.in/yaml/v3"
)

// walker turns the YAML into plain values along the schema, and finds what a
// JSON Schema cannot see: unknown and duplicate keys with their lines, numbers
// in the place of text, literals in the place of secrets.
type walker struct {
	found     *problems
	env       func(string) (string, bool)
	value     map[string]any     // the document; secrets as ${NAME}
	lines     map[string]int     // line of each key, by dotted path
	schemas   map[string]*schema // of each key
	solved    map[string]string  // texts with their variables resolved
	variables map[string]string  // those that were looked up
	meant     map[string]bool    // missing keys for which an unknown one was most likely meant
	refs      []reference        // in the order of the file
}

// reference is one ${NAME} in a text.
type reference struct {
	key   string
	name  string
	value string
}

func walk(root *yaml.Node, env func(string) (string, bool), found *problems) *walker {
	w := &walker{
		found: found, env: env,
		lines:     make(map[string]int),
		schemas:   make(map[string]*schema),
		solved:    make(map[string]string),
		variables: make(map[string]string),
		meant:     make(map[string]bool),
	}
	w.schemas[""] = loadSchemas().root
	w.value = w.mapping(root, loadSchemas().root, "")
	return w
}

// node converts one node; ok is false when its value cannot be used.
func (w *walker) node(n *yaml.Node, s *schema, key string) (value any, ok bool) {
	w.schemas[key] = s
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		w.found.add(n.Line, key, "%s: anchors and aliases are not read; write the value out", key)
		return nil, false
	}
	switch s.Type {
	case "object":
		if n.Kind == yaml.MappingNode {
			return w.mapping(n, s, key), true
		}
		w.found.add(n.Line, key, "%s: wanted keys below it, got %s; %s", key, kindOf(n), orLeaveOut(n))
	case "array":
		if n.Kind == yaml.SequenceNode {
			return w.sequence(n, s, key), true
		}
		w.found.add(n.Line, key, "%s: wanted a list, got %s; %s", key, kindOf(n), orLeaveOut(n))
	case "string":
		return w.text(n, s, key)
	default:
		return w.scalar(n, s, key)
	}
	return nil, false
}

func orLeaveOut(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return "fill it in or leave the key out"
	}
	return "`cartconform init` shows the form"
}

func (w *walker) mapping(n *yaml.Node, s *schema, key string) map[string]any {
	out := make(map[string]any)
	first := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if name.Kind != yaml.ScalarNode || name.Anchor != "" {
			w.found.add(name.Line, key, "%s: wanted a name as key, got %s", place(key), kindOf(name))
			continue
		}
		path := join(key, name.Value)
		if line, twice := first[name.Value]; twice {
			w.found.add(name.Line, path, "key %q is there twice in %s, first in line %d; keep one", name.Value, place(key), line)
			continue
		}
		first[name.Value] = name.Line
		child := s.child(name.Value)
		if child == nil {
			w.unknown(name, s, key)
			continue
		}
		w.lines[path] = name.Line
		if v, ok := w.node(value, child, path); ok {
			out[name.Value] = v
		}
	}
	return out
}

// unknown reports a key that the schema does not have.
func (w *walker) unknown(name *yaml.Node, s *schema, key string) {
	path := join(key, name.Value)
	if guess := nearest(name.Value, s.keys()); guess != "" {
		w.meant[join(key, guess)] = true
		w.found.add(name.Line, path, "key %q is unknown in %s; did you mean %q?", name.Value, place(key), guess)
		return
	}
	w.found.add(name.Line, path, "key %q is unknown in %s; known: %s", name.Value, place(key), strings.Join(s.keys(), ", "))
}

func (w *walker) sequence(n *yaml.Node, s *schema, key string) []any {
	out := make([]any, 0, len(n.Content))
	for i, item := range n.Content {
		path := fmt.Sprintf("%s[%d]", key, i)
		w.lines[path] = item.Line
		v, _ := w.node(item, s.Items, path) // nil keeps the indexes; the problem is listed
		out = append(out, v)
	}
	return out
}

// text converts a node that has to be text.
func (w *walker) text(n *yaml.Node, s *schema, key string) (any, bool) {
	switch {
	case n.Kind != yaml.ScalarNode:
		w.found.add(n.Line, key, "%s: wanted text, got %s", key, kindOf(n))
	case n.ShortTag() == "!!null":
		w.found.add(n.Line, key, "%s: wanted text, got nothing; fill it in or leave the key out", key)
	case n.ShortTag() != "!!str":
		if s.Env == "secret" || s.Env == "header" && credential(key) {
			w.found.add(n.Line, key, "%s: %s", key, wantVariable(key))
			break
		}
		w.found.add(n.Line, key, "%s: wanted text, got %s %s; quote it: %q", key, kindOf(n), n.Value, n.Value)
	case isPlaceholder(n.Value):
		w.found.add(n.Line, key, "%s: %s is a placeholder; fill it in or leave the key out", key, n.Value)
	default:
		return w.resolve(n, s, key)
	}
	return nil, false
}

// isPlaceholder reports whether the text is a gap of the template: "<cart id>".
func isPlaceholder(text string) bool {
	return len(text) > 2 && text[0] == '<' && text[len(text)-1] == '>'
}

// scalar converts a node that has to be a number or true or false.
func (w *walker) scalar(n *yaml.Node, s *schema, key string) (any, bool) {
	wanted := map[string]string{"integer": "a whole number", "number": "a number", "boolean": "true or false"}[s.Type]
	tag := n.ShortTag()
	if n.Kind == yaml.ScalarNode && (s.Type == "boolean") == (tag == "!!bool") {
		switch tag {
		case "!!bool":
			var v bool
			if n.Decode(&v) == nil {
				return v, true
			}
		case "!!int":
			var v int64
			if n.Decode(&v) == nil {
				return v, true
			}
		case "!!float":
			var v float64
			if s.Type == "number" && n.Decode(&v) == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
				return v, true
			}
		}
	}
	got := kindOf(n)
	if n.Kind == yaml.ScalarNode {
		got += " " + n.Value
	}
	w.found.add(n.Line, key, "%s: wanted %s, got %s", key, wanted, strings.TrimSpace(got))
	return nil, false
}

// kindOf says in words what a node is.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.DocumentNode:
		if len(n.Content) == 1 {
			return kindOf(n.Content[0])
		}
	case yaml.MappingNode:
		return "keys"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!null":
			return "nothing"
		case "!!int", "!!float":
			return "the number"
		case "!!bool":
			return "the truth value"
		case "!!timestamp":
			return "the date"
		case "!!str":
			return "the text"
		}
	}
	return "something else"
}

// join is the dotted path of a key below another.
func join(above, name string) string {
	if above == "" {
		return name
	}
	return above + "." + name
}

// place names a mapping in a message.
func place(key string) string {
	if key == "" {
		return "the description"
	}
	return key
}
