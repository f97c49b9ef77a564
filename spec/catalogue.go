package spec

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"go.yaml.in/yaml/v3"
)

// Catalogue is what one API promises, promise by promise.
type Catalogue struct {
	API          string              `yaml:"api"`
	Version      string              `yaml:"version"`
	Documents    map[string]Document `yaml:"documents"` // by the name that Source.Document uses
	Requirements []Requirement       `yaml:"requirements"`
	File         string              `yaml:"-"` // as LoadCatalogue was told
}

// Document is something that promises are read from.
type Document struct {
	Title    string `yaml:"title"`
	Location string `yaml:"location"`
	Note     string `yaml:"note"`
}

// Requirement is one checkable promise.
type Requirement struct {
	ID        string   `yaml:"id"`
	Area      string   `yaml:"area"`
	Operation string   `yaml:"operation"` // an operationId, or AnyOperation
	Level     Level    `yaml:"level"`
	Profile   Profile  `yaml:"profile"`
	Feature   string   `yaml:"feature"` // what a target has to claim; "" for nothing
	Needs     []string `yaml:"needs"`   // keys of the target description
	Statement string   `yaml:"statement"`
	Judged    string   `yaml:"judged"`
	Strength  string   `yaml:"strength"` // E explicit, X from an example, M from the model, I inferred, U unknown
	Source    Source   `yaml:"source"`
	Optional  bool     `yaml:"optional"` // without what it needs it is not applicable, instead of inconclusive
	Line      int      `yaml:"-"`        // of the id in the catalogue's file, from 1
}

// Source is where a promise is made.
type Source struct {
	Document string `yaml:"document"` // a key of Catalogue.Documents
	Section  string `yaml:"section"`
}

// AnyOperation is the operation of promises that no single operation makes.
const AnyOperation = "any"

// Level says what it means when a requirement is not kept.
type Level string

// The levels: the documentation says it, its examples or its model show it, or
// it is observed and never failed.
const (
	Must   Level = "must"
	Should Level = "should"
	May    Level = "may"
)

// Profile says which targets a requirement applies to.
type Profile string

// The profiles: every target, or those whose price and stock can be changed.
const (
	ProfileAny        Profile = "any"
	ProfileControlled Profile = "controlled"
)

// Find looks a requirement up by its id.
func (c *Catalogue) Find(id string) (Requirement, bool) {
	for _, requirement := range c.Requirements {
		if requirement.ID == id {
			return requirement, true
		}
	}
	return Requirement{}, false
}

// LoadCatalogue reads a catalogue and checks it against catalogue.schema.json.
// Every mistake is reported, as name:line.
func LoadCatalogue(name string, text []byte) (*Catalogue, error) {
	reader := catalogueReader{name: name}
	root, err := reader.parse(text)
	if err != nil {
		return nil, err
	}

	value := reader.value(root)
	// A schema violation that follows from a mistake already found would only
	// repeat it in other words.
	if len(reader.mistakes) == 0 {
		if err := reader.check(root, value); err != nil {
			return nil, err
		}
	}
	if len(reader.mistakes) > 0 {
		return nil, reader.err()
	}

	var catalogue Catalogue
	if err := root.Decode(&catalogue); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	reader.resolve(root, &catalogue)
	if len(reader.mistakes) > 0 {
		return nil, reader.err()
	}
	catalogue.File = name
	return &catalogue, nil
}

// catalogueReader collects the mistakes of one file.
type catalogueReader struct {
	name     string
	mistakes []catalogueMistake
}

type catalogueMistake struct {
	line int
	text string
}

func (r *catalogueReader) mistake(line int, format string, args ...any) {
	r.mistakes = append(r.mistakes, catalogueMistake{line, fmt.Sprintf(format, args...)})
}

func (r *catalogueReader) err() error {
	slices.SortStableFunc(r.mistakes, func(a, b catalogueMistake) int { return cmp.Compare(a.line, b.line) })
	all := make([]error, len(r.mistakes))
	for i, mistake := range r.mistakes {
		all[i] = fmt.Errorf("%s:%d: %s", r.name, mistake.line, mistake.text)
	}
	return errors.Join(all...)
}

// parse gives the top node of the one document in the text.
func (r *catalogueReader) parse(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, more yaml.Node
	if err := decoder.Decode(&document); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: wanted a catalogue, got an empty file", r.name)
		}
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, fmt.Errorf("%s:%d: wanted one document, got a second one", r.name, more.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", r.name, err)
	}
	return document.Content[0], nil
}

// value turns a node into what a JSON decoder would give. YAML that JSON does
// not have, and keys that stand twice, are mistakes.
func (r *catalogueReader) value(node *yaml.Node) any {
	switch node.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(node.Content)/2)
		lines := map[string]int{}
		for i := 0; i < len(node.Content); i += 2 {
			key := node.Content[i]
			if key.ShortTag() != "!!str" {
				r.mistake(key.Line, "wanted a text as key, got %s", key.Value)
				continue
			}
			if first, twice := lines[key.Value]; twice {
				r.mistake(key.Line, "wanted each key once, got %q again (first in line %d)", key.Value, first)
				continue
			}
			lines[key.Value] = key.Line
			object[key.Value] = r.value(node.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		array := make([]any, len(node.Content))
		for i, item := range node.Content {
			array[i] = r.value(item)
		}
		return array
	case yaml.ScalarNode:
		switch node.ShortTag() {
		case "!!str":
			return node.Value
		case "!!bool":
			var truth bool
			if err := node.Decode(&truth); err == nil {
				return truth
			}
		case "!!int", "!!float":
			return json.Number(node.Value)
		case "!!null":
			return nil
		}
		// A bare date, above all: YAML reads it as a moment, not as a text.
		r.mistake(node.Line, "wanted a text, got %s, which YAML reads as something else: quote it", node.Value)
		return node.Value
	}
	r.mistake(node.Line, "wanted plain YAML, got an alias")
	return nil
}

// check judges the value by the schema and finds each violation's line.
func (r *catalogueReader) check(root *yaml.Node, value any) error {
	const file = "catalogue.schema.json"
	text, err := contracts.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read the schema of catalogues: %w", err)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("decode %s: %w", file, err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(file, bytes.NewReader(text)); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	schema, err := compiler.Compile(file)
	if err != nil {
		return fmt.Errorf("compile %s: %w", file, err)
	}

	err = schema.Validate(value)
	var invalid *jsonschema.ValidationError
	if err == nil {
		return nil
	}
	if !errors.As(err, &invalid) {
		return fmt.Errorf("check %s: %w", r.name, err)
	}
	r.explain(document, root, invalid)
	return nil
}

// explain turns the leaves of a validation error into mistakes.
func (r *catalogueReader) explain(schema any, root *yaml.Node, invalid *jsonschema.ValidationError) {
	if len(invalid.Causes) > 0 {
		for _, cause := range invalid.Causes {
			r.explain(schema, root, cause)
		}
		return
	}

	node, at := nodeAt(root, invalid.InstanceLocation), cmp.Or(invalid.InstanceLocation, "/")
	_, location, _ := strings.Cut(invalid.AbsoluteKeywordLocation, "#")
	slash := strings.LastIndexByte(location, '/')
	found, _ := lookup(schema, pointerTokens(location[:slash]))
	holder, _ := found.(map[string]any)
	keyword := location[slash+1:]
	switch keyword {
	case "additionalProperties":
		known, _ := holder["properties"].(map[string]any)
		for i := 0; i < len(node.Content); i += 2 {
			if key := node.Content[i]; known[key.Value] == nil {
				r.mistake(key.Line, "%s: wanted a known key, got %q", at, key.Value)
			}
		}
	case "required":
		wanted, _ := holder[keyword].([]any)
		for _, key := range wanted {
			if nodeAt(node, "/"+key.(string)) == nil {
				r.mistake(node.Line, "%s: wanted the key %q, got none", at, key)
			}
		}
	default:
		wanted, err := json.Marshal(holder[keyword])
		if err != nil || holder[keyword] == nil {
			r.mistake(node.Line, "%s: %s", at, invalid.Message)
			return
		}
		got := strconv.Quote(node.Value)
		switch node.Kind {
		case yaml.MappingNode:
			got = "an object"
		case yaml.SequenceNode:
			got = fmt.Sprintf("an array of %d", len(node.Content))
		}
		r.mistake(node.Line, "%s: wanted %s %s, got %s", at, keyword, wanted, got)
	}
}

// resolve checks what a schema cannot say and notes the lines of the ids.
func (r *catalogueReader) resolve(root *yaml.Node, catalogue *Catalogue) {
	lines := map[string]int{}
	for i := range catalogue.Requirements {
		requirement := &catalogue.Requirements[i]
		at := "/requirements/" + strconv.Itoa(i)
		requirement.Line = nodeAt(root, at+"/id").Line
		if first, twice := lines[requirement.ID]; twice {
			r.mistake(requirement.Line, "wanted each id once, got %s again (first in line %d)", requirement.ID, first)
		} else {
			lines[requirement.ID] = requirement.Line
		}
		if _, known := catalogue.Documents[requirement.Source.Document]; !known {
			r.mistake(nodeAt(root, at+"/source/document").Line,
				"%s: wanted the name of one of the documents, got %q", requirement.ID, requirement.Source.Document)
		}
	}
}

// nodeAt follows a JSON pointer from a node; nil where it leads nowhere.
func nodeAt(node *yaml.Node, pointer string) *yaml.Node {
	for _, token := range pointerTokens(pointer) {
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
