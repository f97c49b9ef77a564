package spec

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Each place that is listed names the id, and every id that a description names
// is listed.
func TestConstraints(t *testing.T) {
	contract, err := BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	lines, named, raw := map[string][]string{}, map[Position]bool{}, map[string]any{}
	for _, d := range contract.Options().Descriptions {
		var document map[string]any
		if err := yaml.Unmarshal(d.Text, &document); err != nil {
			t.Fatal(err)
		}
		raw[d.File] = document
		lines[d.File] = strings.Split(string(d.Text), "\n")
		for i, line := range lines[d.File] {
			line, _, _ = strings.Cut(line, " #")
			if text := strings.TrimSpace(line); strings.Contains(text, "CART-") && !strings.HasPrefix(text, "#") &&
				!strings.HasPrefix(text, "description:") && !strings.Contains(text, extNote) {
				named[Position{d.File, i + 1}] = true
			}
		}
	}
	if len(named) < 100 {
		t.Fatalf("wanted more than 100 lines that name a requirement, got %d", len(named))
	}
	found, err := contract.Constraints()
	if err != nil {
		t.Fatal(err)
	}
	for id, places := range found {
		if _, known := contract.Catalogue().Find(id); !known {
			t.Errorf("wanted an id of the catalogue, got %q at %v", id, places)
		}
		for _, c := range places {
			if c.Where == "#" {
				continue // the description as a whole
			}
			if line := lines[c.File][c.Line-1]; !strings.Contains(line, id) {
				t.Errorf("%s: wanted the id at %s, got %q", id, c.Position, line)
			}
			if _, ok := Lookup(raw[c.File], strings.TrimPrefix(c.Where, "#")); !ok {
				t.Errorf("%s: wanted something at %s, got nothing", id, c.Where)
			}
			delete(named, c.Position)
		}
	}
	for at := range named {
		t.Errorf("%s: wanted the constraint listed, got nothing: %s", at, lines[at.File][at.Line-1])
	}
}
