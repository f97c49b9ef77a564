package allowed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"cartconform/spec"
	"cartconform/spec/variation"
)

// spelling is a way to write a JSON document. Every reader of JSON has to take
// each of them for the same document (RFC 8259, sections 2, 4 and 7).
type spelling struct {
	how, what string
	backwards bool   // the members of objects in the reverse of their order
	lines     bool   // line ends and tabs around every token
	blanks    bool   // blanks around every token
	keys      string // format of an escaped UTF-16 unit of a key; "" for plain keys
	texts     string // the same for strings that are no keys
}

func spellings() []spelling {
	const small, capital = `\u%04x`, `\u%04X`
	return []spelling{
		{how: "other-order", what: "its members in another order", backwards: true},
		{how: "blanks", what: "blanks around every token", blanks: true},
		{how: "lines", what: "line ends and tabs around every token", lines: true},
		{how: "escaped-keys", what: "every character of its keys escaped", keys: small},
		{how: "escaped-texts", what: "every character of its strings escaped", texts: capital},
		{how: "all-at-once", what: "other order, line ends and escapes all at once", backwards: true, lines: true, keys: capital, texts: small},
	}
}

// change spells the body of a request otherwise.
func (s spelling) change() variation.Change {
	return func(request *spec.Request) error {
		decoder := json.NewDecoder(bytes.NewReader(request.Body))
		decoder.UseNumber()
		document, err := readValue(decoder)
		if err != nil {
			return fmt.Errorf("reading the twin's body: %w", err)
		}
		var out strings.Builder
		s.space(&out, 0)
		if err := s.write(&out, document, 0); err != nil {
			return fmt.Errorf("writing the body: %w", err)
		}
		s.space(&out, 0)
		request.Body = []byte(out.String())
		return nil
	}
}

// value is a JSON value whose members keep the order in which they were written.
type value struct {
	open   json.Delim // '{' or '['; 0 for a scalar
	keys   []string   // of an object
	parts  []value    // of an object or array
	scalar any        // string, json.Number, bool or nil
}

func readValue(d *json.Decoder) (value, error) {
	token, err := d.Token()
	if err != nil {
		return value{}, err
	}
	open, ok := token.(json.Delim)
	if !ok {
		return value{scalar: token}, nil
	}
	v := value{open: open}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return value{}, err
			}
			v.keys = append(v.keys, fmt.Sprint(key))
		}
		part, err := readValue(d)
		if err != nil {
			return value{}, err
		}
		v.parts = append(v.parts, part)
	}
	_, err = d.Token() // the closing bracket
	return v, err
}

func (s spelling) write(out *strings.Builder, v value, depth int) error {
	if v.open == 0 {
		if text, ok := v.scalar.(string); ok {
			return s.text(out, text, s.texts)
		}
		encoded, err := json.Marshal(v.scalar)
		out.Write(encoded)
		return err
	}
	order := make([]int, len(v.parts))
	for i := range order {
		order[i] = i
	}
	if s.backwards && v.open == '{' { // the order of an array means something
		slices.Reverse(order)
	}
	out.WriteRune(rune(v.open))
	for n, i := range order {
		if n > 0 {
			out.WriteByte(',')
		}
		s.space(out, depth+1)
		if v.open == '{' {
			if err := s.text(out, v.keys[i], s.keys); err != nil {
				return err
			}
			s.space(out, depth+1)
			out.WriteByte(':')
			s.space(out, depth+1)
		}
		if err := s.write(out, v.parts[i], depth+1); err != nil {
			return err
		}
		s.space(out, depth)
	}
	out.WriteRune(rune(v.open) + 2) // '}' and ']' stand two after their openings
	return nil
}

func (s spelling) space(out *strings.Builder, depth int) {
	switch {
	case s.lines:
		out.WriteString("\r\n" + strings.Repeat("\t", depth))
	case s.blanks:
		out.WriteByte(' ')
	}
}

func (s spelling) text(out *strings.Builder, text, format string) error {
	if format == "" {
		encoded, err := json.Marshal(text)
		out.Write(encoded)
		return err
	}
	out.WriteByte('"')
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(out, format, unit)
	}
	out.WriteByte('"')
	return nil
}
