package description

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// validate judges the walked document with the JSON Schema and says each
// violation in words, at its line.
func validate(w *walker) {
	err := loadSchemas().compiled.Validate(plain(w.value))
	var invalid *jsonschema.ValidationError
	if err == nil {
		return
	}
	if !errors.As(err, &invalid) {
		w.found.add(0, "", "%v", err)
		return
	}
	known := problems{file: w.found.file, list: slices.Clone(w.found.list)} // what the walk found
	for _, leaf := range leaves(invalid) {
		key := dotted(leaf.InstanceLocation)
		if !known.at(key) {
			w.violation(leaf, key)
		}
	}
}

// plain gives the document the types that the validator takes.
func plain(document map[string]any) any {
	text, err := json.Marshal(document)
	if err != nil { // maps, lists, texts and finite numbers always marshal
		panic(fmt.Sprintf("description: %v", err))
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var out any
	if err := decoder.Decode(&out); err != nil {
		panic(fmt.Sprintf("description: %v", err))
	}
	return out
}

func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var out []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}

// violation says one violation.
func (w *walker) violation(leaf *jsonschema.ValidationError, key string) {
	line, s := w.line(key), w.schemas[key]
	got := w.at(key)
	above, keyword := path.Split(leaf.KeywordLocation)
	if rule, there := path.Split(path.Clean(above)); strings.HasSuffix(rule, "/dependentRequired/") {
		w.missing(s.Dependent[there], key, w.line(join(key, there)), fmt.Sprintf(", without which there is no use for %q", join(key, there)))
		return
	}
	switch keyword {
	case "required":
		if strings.HasSuffix(above, "/then/") {
			s = s.Then
		}
		w.missing(s.Required, key, line, "")
	case "enum":
		hint := ""
		if guess := nearest(fmt.Sprint(got), s.Enum); guess != "" {
			hint = fmt.Sprintf("; did you mean %q?", guess)
		}
		w.found.add(line, key, "%s: wanted one of %s, got %q%s", key, strings.Join(s.Enum, ", "), got, hint)
	case "pattern":
		w.found.add(line, key, "%s: wanted %s, got %q", key, s.Wanted, got)
	case "minLength":
		w.found.add(line, key, "%s: wanted text, got %q; fill it in or leave the key out", key, got)
	case "minimum":
		w.found.add(line, key, "%s: wanted at least %s, got %v", key, s.Minimum, got)
	case "maximum":
		w.found.add(line, key, "%s: wanted at most %s, got %v", key, s.Maximum, got)
	case "minItems":
		items, _ := got.([]any)
		w.found.add(line, key, "%s: wanted at least %d, got %d", key, s.MinItems, len(items))
	case "uniqueItems":
		w.found.add(line, key, "%s: an item is there twice; keep one", key)
	default:
		w.found.add(line, key, "%s: %s", place(key), leaf.Message)
	}
}

// missing reports the required keys that a mapping lacks, but for those that
// are there and wrong, or misspelled.
func (w *walker) missing(required []string, key string, line int, why string) {
	mapping, _ := w.at(key).(map[string]any)
	for _, name := range required {
		path := join(key, name)
		if _, there := mapping[name]; there || w.lines[path] > 0 || w.meant[path] {
			continue
		}
		w.found.add(line, path, "%s: key %q is missing%s", place(key), name, why)
	}
}

// at is the value at a dotted key; nil when there is none.
func (w *walker) at(key string) any {
	var value any = w.value
	for _, step := range steps(key) {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// steps cuts a dotted key: "lanes[0].buyer" is lanes, 0, buyer.
func steps(key string) []string {
	return strings.FieldsFunc(key, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// dotted turns a JSON pointer to a value of the schema into a dotted key.
// Names in it are numbers only where they are indexes.
func dotted(pointer string) string {
	key := ""
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch _, err := strconv.Atoi(step); {
		case err == nil && key != "":
			key += "[" + step + "]"
		case step != "":
			key = join(key, step)
		}
	}
	return key
}

// line is the line of the key, or of the nearest key above it; 1 for the root.
func (w *walker) line(key string) int { return max(1, locate(w.lines, key)) }

// locate finds the line of the key, or of the nearest key above it; 0 for none.
func locate(lines map[string]int, key string) int {
	for key != "" {
		if line := lines[key]; line > 0 {
			return line
		}
		key = key[:max(0, strings.LastIndexAny(key, ".["))]
	}
	return 0
}

// Locate returns the line of a dotted key, e.g. "data.offers.limited" or
// "lanes[1].buyer". A key that is not in the file has the line of the nearest
// key above it that is; 0 when there is none.
func (d *Description) Locate(key string) int { return locate(d.lines, key) }

// Where is Locate as "file:line", or the file alone.
func (d *Description) Where(key string) string {
	if line := d.Locate(key); line > 0 {
		return fmt.Sprintf("%s:%d", d.Name, line)
	}
	return d.Name
}
