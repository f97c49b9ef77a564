// Package waiver reads the file in which somebody answers for failures: for each
// the requirement, the reason, and the day until which it is accepted.
package waiver

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"cartconform/spec"
	"cartconform/spec/yamlfile"
)

//go:embed waiver.schema.json
var schema string

// Schema returns the JSON Schema of a waivers file.
func Schema() string { return schema }

// largest is the size in bytes of the largest file that is read.
const largest = 1 << 20

// Waiver accepts the failures of one requirement for a while.
type Waiver struct {
	ID      string // of a requirement of level must or should
	Reason  string // never blank
	Expires string // the last day on which it holds: "2026-12-31", in UTC
	Line    int    // of the entry in its file, from 1
}

// Expired reports whether the waiver's last day is over at a time.
func (w Waiver) Expired(at time.Time) bool {
	return at.UTC().Format(time.DateOnly) > w.Expires // both are of one form and as long
}

// File is the content of one waivers file; its zero value is that of none.
type File struct {
	Name    string // as it was given; "" = there is none
	Digest  string // SHA-256 of the file's bytes, in hex
	Waivers []Waiver
}

// IDs gives the requirements whose waivers hold at a time.
func (f File) IDs(at time.Time) map[string]bool {
	ids := map[string]bool{}
	for _, w := range f.Waivers {
		ids[w.ID] = !w.Expired(at)
	}
	return ids
}

// Load reads a waivers file. Each of its entries has to name a requirement of
// the catalogues that can fail. Every mistake is reported, as file:line.
func Load(path string, catalogues ...*spec.Catalogue) (File, error) {
	in, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("read the waivers: %w", err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, largest+1))
	if err != nil {
		return File{}, fmt.Errorf("read the waivers: %w", err)
	}
	return Parse(path, text, catalogues...)
}

// Parse is Load for a file's content.
func Parse(name string, text []byte, catalogues ...*spec.Catalogue) (File, error) {
	if len(text) > largest {
		return File{}, fmt.Errorf("%s: wanted waivers, got more than %d bytes", name, largest)
	}
	file, err := yamlfile.Parse(name, "waivers", text, yamlfile.Rules{BareDates: true})
	if err != nil {
		return File{}, err
	}
	if err := file.Check("waiver.schema.json", []byte(schema)); err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(text)
	out := File{Name: name, Digest: hex.EncodeToString(sum[:])}
	first := map[string]int{}
	list := yamlfile.At(file.Root, "/waivers")
	for i := range entries(list) {
		at := "/" + strconv.Itoa(i)
		id, expires := good(file, list, at+"/id"), good(file, list, at+"/expires")
		checkID(file, id, first, catalogues)
		if expires != nil {
			if _, err := time.Parse(time.DateOnly, expires.Value); err != nil {
				file.Mistake(expires, "wanted a day that there is, got %s", expires.Value)
			}
		}
		if reason := good(file, list, at+"/reason"); id != nil && expires != nil && reason != nil {
			out.Waivers = append(out.Waivers, Waiver{
				ID: id.Value, Reason: strings.TrimSpace(reason.Value), Expires: expires.Value, Line: yamlfile.At(list, at).Line,
			})
		}
	}
	if err := file.Err(); err != nil {
		return File{}, err
	}
	return out, nil
}

// entries gives how many entries a list has.
func entries(list *yaml.Node) int {
	if list == nil || list.Kind != yaml.SequenceNode {
		return 0
	}
	return len(list.Content)
}

// good gives a node of the list that the schema found nothing wrong with; nil
// when there is none.
func good(file *yamlfile.File, list *yaml.Node, at string) *yaml.Node {
	if node := yamlfile.At(list, at); node != nil && !file.Wrong(node) {
		return node
	}
	return nil
}

// checkID notes an id that cannot be waived, or is waived twice.
func checkID(file *yamlfile.File, id *yaml.Node, first map[string]int, catalogues []*spec.Catalogue) {
	if id == nil {
		return
	}
	before, twice := first[id.Value]
	r, known := find(id.Value, catalogues)
	switch {
	case twice:
		file.Mistake(id, "wanted one waiver for each requirement, got %s again (first in line %d)", id.Value, before)
		return
	case !known:
		file.Mistake(id, "unknown requirement %q: cartconform requirements lists them", id.Value)
	case r.Level == spec.May:
		file.Mistake(id, "%s is of level may and cannot fail: there is nothing to waive", id.Value)
	}
	first[id.Value] = id.Line
}

func find(id string, catalogues []*spec.Catalogue) (spec.Requirement, bool) {
	for _, c := range catalogues {
		if r, ok := c.Find(id); ok {
			return r, true
		}
	}
	return spec.Requirement{}, false
}

// Stanza writes entries for requirements, to be completed and pasted into a
// waivers file: whoever pastes it has to say why. The first line is the key that
// the entries stand below.
func Stanza(ids []string, expires time.Time) string {
	var b strings.Builder
	b.WriteString("waivers:\n")
	for _, id := range ids {
		fmt.Fprintf(&b, "  - id: %s\n    reason: \"\" # why it is accepted, and who answers for it\n    expires: %s\n",
			id, expires.UTC().Format(time.DateOnly))
	}
	return b.String()
}
