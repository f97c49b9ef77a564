package spec

import (
	"encoding/json"
	"strconv"
)

// scanned is what the decoder would not tell about a JSON text.
type scanned struct {
	duplicates []duplicate
	deep       bool   // nests deeper than maxDepth: do not decode
	many       bool   // more than maxValues: do not decode
	number     string // a number too big to compute with: do not validate
	numberAt   []string
}

// duplicate is a key that an object holds more than once.
type duplicate struct {
	object []string // tokens of the object's pointer
	key    string
}

// maxDuplicates bounds the report, not the judgement: a body of nothing but
// duplicate keys is one broken server, not 100 000 findings.
const maxDuplicates = 20

// maxValues is how many values a document may have. A line of a cart has 14, so
// these are some 3 500 lines. Each value can be a defect of 1 kB in either
// validator: 16 MiB of "[0,0,0…" would be gigabytes of errors.
const maxValues = 50_000

// Bounds of a number that both validators may compute with. A double ends at
// 1e308 (RFC 8259, section 6, advises no more). jsonschema computes with
// big.Rat, which expands 1e999999999 to a gigabyte.
const (
	maxExponent = 400
	maxDigits   = 1000
)

// scanner walks over a JSON text once, without building values. It does not
// check the syntax (the decoder does), so it stops without a word at the first
// thing that it cannot read. Costs about a fifth of decoding.
type scanner struct {
	text []byte
	at   int
	path []scanFrame
	out  scanned
}

// scanFrame is one open array or object.
type scanFrame struct {
	keys  []string // of an object, in order; the last one is the current one
	set   map[string]struct{}
	index int // of an array
	array bool
}

// manyKeys is where a set becomes faster than looking through the keys.
const manyKeys = 24

func scan(text []byte) scanned {
	s := scanner{text: text, path: make([]scanFrame, 0, 8)}
	s.run()
	return s.out
}

func (s *scanner) run() {
	values := 1
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case '{', '[':
			if len(s.path) >= maxDepth {
				s.out.deep = true
				return
			}
			s.push(c == '[')
			s.at++
			if c == '{' && !s.key() {
				return
			}
		case '}', ']':
			if len(s.path) == 0 {
				return
			}
			s.path = s.path[:len(s.path)-1]
			s.at++
		case ',':
			s.at++
			if len(s.path) == 0 {
				return
			}
			if values++; values > maxValues {
				s.out.many = true
				return
			}
			if top := &s.path[len(s.path)-1]; top.array {
				top.index++
			} else if !s.key() {
				return
			}
		case '"':
			if _, ok := s.str(); !ok {
				return
			}
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			s.number()
		default:
			s.at++
		}
	}
}

// push opens a frame, with the memory of the one that was there before.
func (s *scanner) push(array bool) {
	if n := len(s.path); n < cap(s.path) {
		s.path = s.path[:n+1]
		frame := &s.path[n]
		frame.keys, frame.set, frame.index, frame.array = frame.keys[:0], nil, 0, array
		return
	}
	s.path = append(s.path, scanFrame{array: array})
}

// key reads a key up to its colon; false stops the scan. An object's end is no
// key and no stop.
func (s *scanner) key() bool {
	s.space()
	if s.at >= len(s.text) || s.text[s.at] != '"' {
		return s.at < len(s.text) && s.text[s.at] == '}'
	}
	raw, ok := s.str()
	if !ok {
		return false
	}
	key := string(raw[1 : len(raw)-1])
	for _, c := range raw {
		if c == '\\' { // "a" and "\u0061" are the same key
			if json.Unmarshal(raw, &key) != nil {
				return false
			}
			break
		}
	}
	top := &s.path[len(s.path)-1]
	if top.has(key) && len(s.out.duplicates) < maxDuplicates {
		s.out.duplicates = append(s.out.duplicates, duplicate{s.tokens(len(s.path) - 1), key})
	}
	top.keys = append(top.keys, key)
	s.space()
	if s.at >= len(s.text) || s.text[s.at] != ':' {
		return false
	}
	s.at++
	return true
}

func (f *scanFrame) has(key string) bool {
	if len(f.keys) < manyKeys {
		for _, k := range f.keys {
			if k == key {
				return true
			}
		}
		return false
	}
	if f.set == nil {
		f.set = make(map[string]struct{}, 4*manyKeys)
		for _, k := range f.keys {
			f.set[k] = struct{}{}
		}
	}
	_, found := f.set[key]
	f.set[key] = struct{}{}
	return found
}

// str reads a string with its quotes.
func (s *scanner) str() ([]byte, bool) {
	start := s.at
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return s.text[start:s.at], true
		}
	}
	return nil, false
}

func (s *scanner) number() {
	start, exponent, digits := s.at, -1, 0
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c >= '0' && c <= '9':
			if exponent < 0 {
				digits++
			}
		case c == 'e' || c == 'E':
			exponent = s.at + 1
		case c == '-', c == '+', c == '.':
		default:
			goto done
		}
	}
done:
	tooBig := digits > maxDigits
	if exponent >= 0 {
		n, err := strconv.Atoi(string(s.text[exponent:s.at]))
		tooBig = tooBig || err != nil || n > maxExponent || n < -maxExponent
	}
	if tooBig && s.out.number == "" {
		s.out.number = string(s.text[start:s.at])
		s.out.numberAt = s.tokens(len(s.path))
	}
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// tokens names the value at which the scan stands, by the first n open frames.
func (s *scanner) tokens(n int) []string {
	tokens := make([]string, 0, n)
	for i := range s.path[:n] {
		frame := &s.path[i]
		switch {
		case frame.array:
			tokens = append(tokens, strconv.Itoa(frame.index))
		case len(frame.keys) > 0:
			tokens = append(tokens, frame.keys[len(frame.keys)-1])
		}
	}
	return tokens
}
