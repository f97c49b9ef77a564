// Package yamlfile reads YAML files strictly: one document, no key twice, no
// aliases, checked against a JSON Schema. Every mistake is found at once and
// named with its file and line.
package yamlfile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-openapi/jsonpointer"
	"go.yaml.in/yaml/v3"
)

// File is one YAML file and the mistakes that were found in it so far.
type File struct {
	Name string
	Root *yaml.Node // top node of the one document

	value    any // as a JSON decoder would give it
	mistakes []mistake
}

// Rules say what a kind of file allows beyond text, truth values and numbers.
type Rules struct {
	BareDates bool // 2026-12-31 without quotes is a text
}

type mistake struct {
	node *yaml.Node
	text string
}

// Parse reads a file that holds one document. what names its content for
// messages: "a catalogue". YAML that JSON does not have, and keys that stand
// twice, are mistakes, which Err gives.
func Parse(name, what string, text []byte, rules Rules) (*File, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, more yaml.Node
	if err := decode(decoder, &document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: wanted %s, got an empty file", name, what)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := decode(decoder, &more); err == nil {
		return nil, fmt.Errorf("%s:%d: wanted one document, got a second one", name, more.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &File{Name: name, Root: document.Content[0]}
	f.value = f.plain(f.Root, rules)
	return f, nil
}

// decode reads the next document; a panic of the YAML package is an error.
func decode(decoder *yaml.Decoder, node *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	return decoder.Decode(node)
}

// Mistake notes what is wrong with a node.
func (f *File) Mistake(node *yaml.Node, format string, args ...any) {
	f.mistakes = append(f.mistakes, mistake{node, fmt.Sprintf(format, args...)})
}

// Wrong reports whether a mistake of a node was noted.
func (f *File) Wrong(node *yaml.Node) bool {
	return slices.ContainsFunc(f.mistakes, func(m mistake) bool { return m.node == node })
}

// Err gives every mistake, in the order of the lines, one on a line: file:line:
// text. It is nil when there is none.
func (f *File) Err() error {
	slices.SortStableFunc(f.mistakes, func(a, b mistake) int { return cmp.Compare(a.node.Line, b.node.Line) })
	all := make([]error, len(f.mistakes))
	for i, m := range f.mistakes {
		all[i] = fmt.Errorf("%s:%d: %s", f.Name, m.node.Line, m.text)
	}
	return errors.Join(all...)
}

// plain turns a node into what a JSON decoder would give.
func (f *File) plain(node *yaml.Node, rules Rules) any {
	switch node.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(node.Content)/2)
		lines := map[string]int{}
		for i := 0; i < len(node.Content); i += 2 {
			key := node.Content[i]
			if key.ShortTag() != "!!str" {
				f.Mistake(key, "wanted a text as key, got %s", key.Value)
				continue
			}
			if first, twice := lines[key.Value]; twice {
				f.Mistake(key, "wanted each key once, got %q again (first in line %d)", key.Value, first)
				continue
			}
			lines[key.Value] = key.Line
			object[key.Value] = f.plain(node.Content[i+1], rules)
		}
		return object
	case yaml.SequenceNode:
		array := make([]any, len(node.Content))
		for i, item := range node.Content {
			array[i] = f.plain(item, rules)
		}
		return array
	case yaml.ScalarNode:
		switch tag := node.ShortTag(); {
		case tag == "!!str", tag == "!!timestamp" && rules.BareDates:
			return node.Value
		case tag == "!!bool":
			var truth bool
			if err := node.Decode(&truth); err == nil {
				return truth
			}
		case tag == "!!int", tag == "!!float":
			return json.Number(node.Value)
		case tag == "!!null":
			return nil
		}
		// A bare date, above all: YAML reads it as a moment, not as a text.
		f.Mistake(node, "wanted a text, got %s, which YAML reads as something else: quote it", node.Value)
		return node.Value
	}
	f.Mistake(node, "wanted plain YAML, got an alias")
	return nil
}

// At follows a JSON pointer from a node; nil where it leads nowhere.
func At(node *yaml.Node, pointer string) *yaml.Node {
	for _, token := range tokens(pointer) {
		var next *yaml.Node
		switch node.Kind {
		case yaml.MappingNode:
			for i := 0; i < len(node.Content); i += 2 {
				if node.Content[i].Value == token {
					next = node.Content[i+1]
				}
			}
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(token); err == nil && i < len(node.Content) {
				next = node.Content[i]
			}
		}
		if next == nil {
			return nil
		}
		node = next
	}
	return node
}

// tokens cuts a JSON pointer; those of the jsonschema package are escaped for
// URLs as well. What is no pointer has none.
func tokens(location string) []string {
	if plain, err := url.PathUnescape(location); err == nil {
		location = plain
	}
	pointer, err := jsonpointer.New(location)
	if err != nil {
		return nil
	}
	return pointer.DecodedTokens()
}
