package redact

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// layer is a text with some escapes undone. Byte i of it was written as
// source[from[i]:to[i]]; both are nil for the source itself.
type layer struct {
	text     []byte
	from, to []int
}

// written gives where in the source the bytes from i to j of the layer stand.
func (l *layer) written(i, j int) (from, to int) {
	if l.from == nil {
		return i, j
	}
	return l.from[i], l.to[j-1]
}

// How deep texts may be nested in one another, and how many bytes are read for it:
// a very long text is searched for the usual forms, and less for escapes in escapes.
const (
	deepest   = 5
	mostBytes = 128 << 10
)

// layers calls look with the text as it is and with every text that comes out of it
// when escapes are undone: those of JSON, of URLs, of forms, of HTML and XML, and
// broken lines, one in another. Without traces of a secret nothing is undone.
func layers(source string, traces *traces, look func(*layer)) {
	base := &layer{text: []byte(source)}
	if !traces.in(base.text) {
		look(base)
		return
	}
	seen, read := map[string]bool{source: true}, 0
	level := []*layer{base}
	for depth := 0; len(level) > 0; depth++ {
		var next []*layer
		for _, l := range level {
			look(l)
			if depth == deepest {
				continue
			}
			for _, undo := range undoings() {
				if read > mostBytes || !bytes.ContainsAny(l.text, undo.signs) {
					continue
				}
				undone := l.undo(undo.unit)
				read += len(l.text)
				if key := string(undone.text); !seen[key] {
					seen[key] = true
					next = append(next, undone)
				}
			}
		}
		level = next
	}
}

// undoing is how one kind of escapes is undone.
type undoing struct {
	signs string                               // without any of these there is nothing to undo
	unit  func(s []byte) (means []byte, n int) // what the n bytes mean with which s begins; 0 = themselves
}

func undoings() []undoing {
	return []undoing{{`\`, unquote}, {"%", unpercent}, {"+", unplus}, {"&", unentity}, {"\r\n", unbreak}, {"\r\n", unfold}}
}

// undo gives the layer with one kind of escapes undone, once.
func (l *layer) undo(unit func([]byte) ([]byte, int)) *layer {
	out := &layer{text: make([]byte, 0, len(l.text)), from: make([]int, 0, len(l.text)), to: make([]int, 0, len(l.text))}
	for i := 0; i < len(l.text); {
		means, n := unit(l.text[i:])
		if n == 0 {
			means, n = l.text[i:i+1], 1
		}
		from, to := l.written(i, i+n)
		for _, b := range means {
			out.text, out.from, out.to = append(out.text, b), append(out.from, from), append(out.to, to)
		}
		i += n
	}
	return out
}

// unquote undoes an escape of JSON and its kin.
func unquote(s []byte) ([]byte, int) {
	if len(s) < 2 || s[0] != '\\' {
		return nil, 0
	}
	if i := bytes.IndexByte([]byte("bfnrt"), s[1]); i >= 0 {
		return []byte("\b\f\n\r\t")[i : i+1], 2
	}
	if s[1] != 'u' {
		return s[1:2], 2
	}
	r, ok := codeUnit(s)
	if !ok {
		return nil, 0
	}
	if utf16.IsSurrogate(r) {
		if low, ok := codeUnit(s[6:]); ok {
			return utf8.AppendRune(nil, utf16.DecodeRune(r, low)), 12
		}
	}
	return utf8.AppendRune(nil, r), 6
}

// codeUnit reads \u0041.
func codeUnit(s []byte) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(code), err == nil
}

// unpercent undoes %41.
func unpercent(s []byte) ([]byte, int) {
	if len(s) < 3 || s[0] != '%' {
		return nil, 0
	}
	b, err := strconv.ParseUint(string(s[1:3]), 16, 8)
	if err != nil {
		return nil, 0
	}
	return []byte{byte(b)}, 3
}

// unplus undoes the escapes of a form: a plus is a space.
func unplus(s []byte) ([]byte, int) {
	if s[0] == '+' {
		return []byte{' '}, 1
	}
	return unpercent(s)
}

// unentity undoes an entity of HTML or XML.
func unentity(s []byte) ([]byte, int) {
	end := bytes.IndexByte(s[:min(len(s), 12)], ';')
	if s[0] != '&' || end < 0 {
		return nil, 0
	}
	entity := string(s[:end+1])
	if means := html.UnescapeString(entity); means != entity {
		return []byte(means), end + 1
	}
	return nil, 0
}

// unbreak takes out a line break.
func unbreak(s []byte) ([]byte, int) { return nil, len(s) - len(bytes.TrimLeft(s, "\r\n")) }

// unfold takes out a line break and the blanks with which the next line begins.
func unfold(s []byte) ([]byte, int) {
	_, breaks := unbreak(s)
	if breaks == 0 {
		return nil, 0
	}
	return nil, len(s) - len(bytes.TrimLeft(s[breaks:], " \t"))
}

// replace returns s with each stretch that is a secret, however it is escaped,
// replaced by Mark.
func (t *table) replace(s string) string {
	if len(t.secrets) == 0 || s == "" {
		return s
	}
	var hidden []bool // by byte of s, nil while nothing is
	layers(s, t.traces, func(l *layer) {
		t.index.find(l.text, func(from, to int) {
			if hidden == nil {
				hidden = make([]bool, len(s))
			}
			for i, end := l.written(from, to); i < end; i++ {
				hidden[i] = true
			}
		})
	})
	if hidden == nil {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		end := i + 1
		for end < len(s) && hidden[end] == hidden[i] {
			end++
		}
		if hidden[i] {
			out = append(out, Mark...)
		} else {
			out = append(out, s[i:end]...)
		}
		i = end
	}
	return string(slices.Clip(out))
}
