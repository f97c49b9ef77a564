package spec

import (
	"fmt"
	"strconv"

	"cartconform/spec/yamlfile"
)

// Catalogue is what one API promises, promise by promise.
type Catalogue struct {
	API          string              `yaml:"api"`
	Version      string              `yaml:"version"`
	Documents    map[string]Document `yaml:"documents"` // by the name that Source.Document uses
	Requirements []Requirement       `yaml:"requirements"`
	File         string              `yaml:"-"` // as LoadCatalogue was told

	Disagreements map[string]string `yaml:"disagreements"` // what documents say in more than one way, by the name that Requirement.Disagreement uses
}

// Document is something that promises are read from.
type Document struct {
	Title    string `yaml:"title"`
	Location string `yaml:"location"`
	Note     string `yaml:"note"`
}

// Requirement is one checkable promise.
type Requirement struct {
	ID           string   `yaml:"id"`
	Area         string   `yaml:"area"`
	Operation    string   `yaml:"operation"`  // an operationId, or AnyOperation
	Operations   []string `yaml:"operations"` // those of AnyOperation that are meant; none for all
	Level        Level    `yaml:"level"`
	Profile      Profile  `yaml:"profile"`
	Feature      string   `yaml:"feature"` // what a target has to claim; "" for nothing
	Needs        []string `yaml:"needs"`   // keys of the target description
	Statement    string   `yaml:"statement"`
	Judged       string   `yaml:"judged"`
	Strength     string   `yaml:"strength"`     // E explicit, O explicit in an older edition, X from an example, M from the model, I inferred, A another edition, a schema or recordings, U unknown
	Disagreement string   `yaml:"disagreement"` // a key of Catalogue.Disagreements; "" for none
	Source       Source   `yaml:"source"`
	Optional     bool     `yaml:"optional"`  // without what it needs it is not applicable, instead of inconclusive
	Unchecked    string   `yaml:"unchecked"` // why it cannot be checked from outside and has no spec; "" where it can
	BuildsOn     []string `yaml:"buildsOn"`  // ids of promises without which a finding of this one proves nothing
	Line         int      `yaml:"-"`         // of the id in the catalogue's file, from 1
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
	file, err := yamlfile.Parse(name, "a catalogue", text, yamlfile.Rules{})
	if err != nil {
		return nil, err
	}
	const schema = "catalogue.schema.json"
	rules, err := contracts.ReadFile(schema)
	if err != nil {
		return nil, fmt.Errorf("read the schema of catalogues: %w", err)
	}
	if err := file.Check(schema, rules); err != nil {
		return nil, err
	}
	if err := file.Err(); err != nil {
		return nil, err
	}

	var catalogue Catalogue
	if err := file.Root.Decode(&catalogue); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	catalogue.File = name
	catalogue.resolve(file)
	if err := file.Err(); err != nil {
		return nil, err
	}
	return &catalogue, nil
}

// resolve checks what a schema cannot say and notes the lines of the ids.
func (c *Catalogue) resolve(file *yamlfile.File) {
	lines := map[string]int{}
	for i := range c.Requirements {
		requirement := &c.Requirements[i]
		at := "/requirements/" + strconv.Itoa(i)
		id := yamlfile.At(file.Root, at+"/id")
		requirement.Line = id.Line
		if first, twice := lines[requirement.ID]; twice {
			file.Mistake(id, "wanted each id once, got %s again (first in line %d)", requirement.ID, first)
		} else {
			lines[requirement.ID] = requirement.Line
		}
		if _, known := c.Documents[requirement.Source.Document]; !known {
			file.Mistake(yamlfile.At(file.Root, at+"/source/document"),
				"%s: wanted the name of one of the documents, got %q", requirement.ID, requirement.Source.Document)
		}
		if _, known := c.Disagreements[requirement.Disagreement]; !known && requirement.Disagreement != "" {
			file.Mistake(yamlfile.At(file.Root, at+"/disagreement"),
				"%s: wanted the name of one of the disagreements, got %q", requirement.ID, requirement.Disagreement)
		}
		if len(requirement.Operations) > 0 && requirement.Operation != AnyOperation {
			file.Mistake(yamlfile.At(file.Root, at+"/operations"),
				"%s: wanted operations beside the operation %s only, got %s", requirement.ID, AnyOperation, requirement.Operation)
		}
	}
	c.resolveBases(file)
}
