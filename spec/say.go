package spec

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// shown is how much of a value stands in a finding, in characters.
const shown = 120

// wanted says what a keyword of a schema asks for, to somebody who does not know
// JSON Schema.
func (d defect) wanted() string {
	s := d.trail.schema()
	switch d.keyword {
	case "required":
		return "a property " + strconv.Quote(d.key)
	case "type":
		return typeText(s)
	case "format":
		return article(kindText(s)) + " in the form of " + formatText(s.Format)
	case "enum":
		return "one of " + listText(s.Enum)
	case "pattern":
		return "a string that matches " + s.Pattern
	case "minLength":
		return "a string of at least " + count(int(s.MinLength), "character")
	case "maxLength":
		return "a string of at most " + count(int(*s.MaxLength), "character")
	case "minItems":
		return "at least " + count(int(s.MinItems), "item")
	case "maxItems":
		return "at most " + count(int(*s.MaxItems), "item")
	case "uniqueItems":
		return "an array without equal items"
	case "minimum", "exclusiveMinimum":
		return boundText(s.Min, s.ExclusiveMin, "at least", "more than")
	case "maximum", "exclusiveMaximum":
		return boundText(s.Max, s.ExclusiveMax, "at most", "less than")
	case "multipleOf":
		return "a multiple of " + number(*s.MultipleOf)
	case "minProperties":
		return "at least " + count(int(s.MinProps), "property")
	case "maxProperties":
		return "at most " + count(int(*s.MaxProps), "property")
	case "additionalProperties":
		return "no properties but " + strings.Join(sortedKeys(s.Properties), ", ")
	case "anyOf", "oneOf", "not":
		if s.Title != "" {
			return s.Title
		}
		if d.keyword == "not" {
			return "anything but what the description excludes here"
		}
		return fmt.Sprintf("one of the %d described forms", len(s.AnyOf)+len(s.OneOf))
	}
	return "what " + d.keyword + " asks for"
}

// got says what was there instead.
func (d defect) got() string {
	switch d.keyword {
	case "required":
		object, _ := d.value.(map[string]any)
		if len(object) == 0 {
			return "an empty object"
		}
		return "an object with " + cut(strings.Join(sortedKeys(object), ", "))
	case "minLength", "maxLength":
		text, _ := d.value.(string)
		if n := utf8.RuneCountInString(text); n > 0 {
			return fmt.Sprintf("%s (%s)", show(d.value), count(n, "character"))
		}
		return "an empty string"
	case "minItems", "maxItems":
		list, _ := d.value.([]any)
		return count(len(list), "item")
	}
	return describe(d.value)
}

// describe renders a value with its kind, unless the kind shows.
func describe(value any) string {
	switch value.(type) {
	case string:
		return show(value)
	case nil:
		return "null"
	case json.Number:
		return show(value) + " (a number)"
	case bool:
		return show(value) + " (a boolean)"
	case []any:
		return show(value) + " (an array)"
	case map[string]any:
		return show(value) + " (an object)"
	}
	return show(value)
}

// show renders a value as JSON, shortened. A long array or object is cut before
// it is rendered: what is judged may be 16 MiB.
func show(value any) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(prune(value, 3)); err != nil {
		return "a value that cannot be shown"
	}
	return cut(strings.TrimSuffix(text.String(), "\n"))
}

// prune bounds what show renders.
func prune(value any, depth int) any {
	switch value := value.(type) {
	case string:
		if len(value) > 2*shown {
			return strings.ToValidUTF8(value[:2*shown], "")
		}
	case json.Number:
		if len(value) > shown {
			return string(value[:shown])
		}
	case []any:
		if depth == 0 && len(value) > 0 {
			return "…"
		}
		short := make([]any, 0, 8)
		for i, item := range value {
			if i == 8 {
				break
			}
			short = append(short, prune(item, depth-1))
		}
		return short
	case map[string]any:
		if depth == 0 && len(value) > 0 {
			return "…"
		}
		keys := sortedKeys(value)
		short := make(map[string]any, 16)
		for i, key := range keys {
			if i == 16 {
				break
			}
			short[key] = prune(value[key], depth-1)
		}
		return short
	}
	return value
}

// cut shortens a text for a finding.
func cut(text string) string {
	if utf8.RuneCountInString(text) <= shown {
		return text
	}
	n := 0
	for i := range text {
		if n == shown-1 {
			return text[:i] + "…"
		}
		n++
	}
	return text
}

func typeText(s *openapi3.Schema) string {
	if s.Type == nil {
		return "a value that is not null"
	}
	var names []string
	for _, name := range s.Type.Slice() {
		names = append(names, article(name))
	}
	text := strings.Join(names, " or ")
	if s.Format != "" {
		text += " in the form of " + formatText(s.Format)
	}
	if s.Nullable {
		text += " or null"
	}
	return text
}

// article puts "a" or "an" before the name of a type.
func article(name string) string {
	if strings.ContainsRune("aeio", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

func kindText(s *openapi3.Schema) string {
	if s.Type == nil || len(s.Type.Slice()) != 1 {
		return "value"
	}
	return s.Type.Slice()[0]
}

func formatText(format string) string {
	switch format {
	case "date-time", "date":
		return "RFC 3339 " + format
	case "int32", "int64":
		return "a " + strings.TrimPrefix(format, "int") + "-bit integer"
	}
	return format
}

func boundText(bound *float64, exclusive openapi3.ExclusiveBound, inclusiveText, exclusiveText string) string {
	text := inclusiveText
	if exclusive.IsTrue() {
		text = exclusiveText
	}
	if bound == nil {
		return "a number within the bounds"
	}
	return "a number of " + text + " " + number(*bound)
}

func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "y") {
		return strconv.Itoa(n) + " " + strings.TrimSuffix(noun, "y") + "ies"
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func listText(values []any) string {
	texts := make([]string, 0, len(values))
	for _, value := range values {
		texts = append(texts, show(value))
	}
	return strings.Join(texts, ", ")
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
