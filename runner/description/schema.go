package description

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

//go:embed description.schema.json
var schemaText []byte

// Schema returns the JSON Schema (draft 2020-12) of a description.
func Schema() []byte { return bytes.Clone(schemaText) }

// schema is the part of a JSON Schema that the walk over the YAML needs.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Additional json.RawMessage    `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	Required   []string           `json:"required"`
	Enum       []string           `json:"enum"`
	Minimum    json.Number        `json:"minimum"`
	Maximum    json.Number        `json:"maximum"`
	MinItems   int                `json:"minItems"`
	Env        string             `json:"x-env"`
	Wanted     string             `json:"x-wanted"`
	Defs       map[string]*schema `json:"$defs"`
	Then       *schema            `json:"then"` // of the root: what is required unless the key of its "if" is there
	// Dependent lists, by a key that is there, those that have to be there too.
	Dependent map[string][]string `json:"dependentRequired"`

	values *schema // of additionalProperties, when it is a schema
}

// schemas is the schema in both forms.
type schemas struct {
	root     *schema
	compiled *jsonschema.Schema
}

// loadSchemas reads the embedded schema once; it cannot fail for a schema that
// passes this package's tests.
var loadSchemas = sync.OnceValue(func() schemas {
	root := new(schema)
	if err := json.Unmarshal(schemaText, root); err != nil {
		panic(fmt.Sprintf("description schema: %v", err))
	}
	root.link(root)
	for _, s := range root.Defs {
		s.link(root)
	}
	return schemas{root: root, compiled: jsonschema.MustCompileString("description.schema.json", string(schemaText))}
})

// link replaces references below s, which go one step deep, by what they name.
func (s *schema) link(root *schema) {
	resolve := func(child *schema) *schema {
		if name, isRef := strings.CutPrefix(child.Ref, "#/$defs/"); isRef {
			return root.Defs[name]
		}
		child.link(root)
		return child
	}
	for name, child := range s.Properties {
		s.Properties[name] = resolve(child)
	}
	if s.Items != nil {
		s.Items = resolve(s.Items)
	}
	if bytes.HasPrefix(s.Additional, []byte("{")) {
		values := new(schema)
		if err := json.Unmarshal(s.Additional, values); err != nil {
			panic(fmt.Sprintf("description schema: %v", err))
		}
		s.values = resolve(values)
	}
}

// keys lists the known keys in alphabetical order.
func (s *schema) keys() []string { return slices.Sorted(maps.Keys(s.Properties)) }

// child is the schema of a key; nil when the key is unknown.
func (s *schema) child(key string) *schema {
	if c := s.Properties[key]; c != nil {
		return c
	}
	return s.values
}

// nearest is the known word that word is most likely meant to be; "" when none
// is near.
func nearest(word string, known []string) string {
	best, distance := "", 1+max(1, len(word)/3)
	if len(word) < 4 { // too short to tell a slip from another word
		distance = 1
	}
	for _, candidate := range known {
		if strings.EqualFold(word, candidate) {
			return candidate
		}
		if d := editDistance(strings.ToLower(word), strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b. Long words are as far apart as can be.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return max(len(a), len(b))
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
