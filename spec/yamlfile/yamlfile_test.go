package yamlfile_test

import (
	"strings"
	"testing"

	"cartconform/spec/yamlfile"
)

const schema = `{
  "type": "object", "additionalProperties": false, "required": ["name"],
  "properties": {
    "name": {"type": "string", "pattern": "^[a-z]+$", "x-wanted": "a name in small letters"},
    "day": {"type": "string"},
    "tags": {"type": "array", "maxItems": 1, "items": {"type": "integer"}}
  }
}`

// check reads a file against the schema and gives its mistakes.
func check(t *testing.T, text string, rules yamlfile.Rules) error {
	t.Helper()
	f, err := yamlfile.Parse("f.yaml", "a name", []byte(text), rules)
	if err != nil {
		return err
	}
	if err := f.Check("schema.json", []byte(schema)); err != nil {
		t.Fatal(err)
	}
	return f.Err()
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"name: anna\nday: \"2026-01-01\"\ntags: [1]\n", ""},
		{"", "f.yaml: wanted a name, got an empty file"},
		{"- anna\n", `f.yaml:1: /: wanted type "object", got an array of 1`},
		{"name: Anna\n", `f.yaml:1: /name: wanted a name in small letters, got "Anna"`},
		{"name:\n", "f.yaml:1: /name: wanted a name in small letters, got nothing"},
		{"name: {a: b}\n", "f.yaml:1: /name: wanted a name in small letters, got an object"},
		{"name: anna\nday: 2026-01-01\n", "f.yaml:2: wanted a text, got 2026-01-01, which YAML reads as something else: quote it"},
		{"name: anna\ntags: [1, 2]\n", "f.yaml:2: /tags: wanted maxItems 1, got an array of 2"},
		{"name: anna\ntags: [one]\n", `f.yaml:2: /tags/0: wanted type "integer", got "one"`},
		{"name: &a anna\nday: *a\n", "f.yaml:2: wanted plain YAML, got an alias"},
		{"tags: [x]\nnick: y\n", "f.yaml:1: /: wanted the key \"name\", got none\n" +
			"f.yaml:1: /tags/0: wanted type \"integer\", got \"x\"\nf.yaml:2: /: wanted a known key, got \"nick\""},
	} {
		got := ""
		if err := check(t, c.text, yamlfile.Rules{}); err != nil {
			got = err.Error()
		}
		if lines := strings.Split(got, "\n"); got != c.want && !sameLines(lines, strings.Split(c.want, "\n")) {
			t.Errorf("%q: wanted\n%s\ngot\n%s", c.text, c.want, got)
		}
	}
	if err := check(t, "name: anna\nday: 2026-01-01\n", yamlfile.Rules{BareDates: true}); err != nil {
		t.Errorf("wanted a bare date taken for a text, got %v", err)
	}
}

// sameLines reports whether two texts have the same lines: mistakes in one line
// have no order.
func sameLines(a, b []string) bool {
	count := map[string]int{}
	for _, line := range a {
		count[line]++
	}
	for _, line := range b {
		count[line]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestAt(t *testing.T) {
	f, err := yamlfile.Parse("f.yaml", "a name", []byte("list:\n  - {\"a/b\": 1}\n"), yamlfile.Rules{})
	if err != nil {
		t.Fatal(err)
	}
	if n := yamlfile.At(f.Root, "/list/0/a~1b"); n == nil || n.Value != "1" || n.Line != 2 {
		t.Errorf("wanted 1 in line 2, got %v", n)
	}
	for _, nowhere := range []string{"/list/1", "/list/x", "/none", "/list/0/a~1b/c"} {
		if n := yamlfile.At(f.Root, nowhere); n != nil {
			t.Errorf("%s: wanted nothing, got %v", nowhere, n)
		}
	}
}

// Whatever the bytes are, reading them ends with a file or an error.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"name: a", "- *x", "a: &a [*a]", "? {a: b}\n: c", "\x00", "a: !!binary x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := yamlfile.Parse("f.yaml", "anything", text, yamlfile.Rules{})
		if err == nil {
			if err := file.Check("schema.json", []byte(schema)); err != nil {
				t.Error(err)
			}
			_ = file.Err()
		}
	})
}
