package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxBody is the most that a body may hold after its Content-Encoding is taken
// off, in bytes. A cart of 50 lines takes 20 kB; 16 MiB are some 50 000 lines.
// What is longer is a violation and is not read any further, so that a bomb
// costs neither memory nor time.
const MaxBody = 16 << 20

// maxDepth is how deep a JSON document may nest. The deepest documented answer
// nests 6 deep. encoding/json gives up at 10 000, but both validators and the
// drift walk recurse too, with bigger frames.
const maxDepth = 512

var errTrailing = errors.New("more text after the document")

// Decode reads one JSON document (RFC 8259): numbers become json.Number, so
// that 19.990 and 2^53+1 stay what they were. Anything but white space after the
// document is an error. It does not look for duplicate keys or invalid UTF-8:
// the judge does that before decoding.
func Decode(body []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		switch {
		case errors.Is(err, io.EOF):
			return nil, errors.New("empty body")
		case errors.Is(err, io.ErrUnexpectedEOF):
			return nil, errors.New("the document ends too early")
		}
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("at byte %d: %w", syntax.Offset, err)
		}
		return nil, err
	}
	for _, b := range body[decoder.InputOffset():] {
		switch b {
		case ' ', '\t', '\r', '\n':
		default:
			return nil, errTrailing
		}
	}
	return value, nil
}

// Pointer renders tokens as a JSON pointer (RFC 6901); "" for the whole document.
func Pointer(tokens ...string) string {
	var b strings.Builder
	for _, token := range tokens {
		b.WriteByte('/')
		if strings.ContainsAny(token, "~/") {
			token = strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1")
		}
		b.WriteString(token)
	}
	return b.String()
}

// Lookup returns what a JSON pointer (RFC 6901) names in a decoded document,
// and whether it is there.
func Lookup(document any, pointer string) (any, bool) {
	if pointer == "" {
		return document, true
	}
	if pointer[0] != '/' {
		return nil, false
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, token := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return lookup(document, tokens)
}

func lookup(document any, tokens []string) (any, bool) {
	for _, token := range tokens {
		switch at := document.(type) {
		case map[string]any:
			next, ok := at[token]
			if !ok {
				return nil, false
			}
			document = next
		case []any:
			index, ok := arrayIndex(token)
			if !ok || index >= len(at) {
				return nil, false
			}
			document = at[index]
		default:
			return nil, false
		}
	}
	return document, true
}

// arrayIndex reads an array index of a JSON pointer: digits, no leading zero.
func arrayIndex(token string) (int, bool) {
	if token == "" || len(token) > 9 || (len(token) > 1 && token[0] == '0') {
		return 0, false
	}
	n := 0
	for _, c := range []byte(token) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
