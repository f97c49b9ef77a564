package spec

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// flaw is something wrong with a message before any schema is asked.
type flaw struct {
	rule        string
	part        string
	at          []string // tokens of the pointer into the body
	wanted, got string
	fatal       bool // the body cannot be judged any further
	drift       bool // it breaks nothing
}

// readJSON checks what a decoder lets through (RFC 8259): exactly one document,
// UTF-8 without a byte order mark, no key twice, sane depth and numbers. The
// document is nil unless it could be decoded.
func readJSON(body []byte) (document any, flaws []flaw, ok bool) {
	add := func(f flaw) { f.part = "body"; flaws = append(flaws, f) }
	if bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		add(flaw{rule: "byte-order-mark", wanted: "JSON without a byte order mark (RFC 8259, section 8.1)", got: "the bytes EF BB BF first"})
		body = body[3:]
	}
	if !utf8.Valid(body) {
		at := 0
		for at < len(body) {
			r, size := utf8.DecodeRune(body[at:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			at += size
		}
		add(flaw{rule: "utf-8", wanted: "valid UTF-8 (RFC 8259, section 8.1)", got: fmt.Sprintf("the byte %02X at position %d", body[at], at)})
	}
	found := scan(body)
	if found.deep {
		add(flaw{rule: "depth", wanted: fmt.Sprintf("JSON that nests at most %d deep", maxDepth), got: "a document that nests deeper", fatal: true})
		return nil, flaws, false
	}
	if found.many {
		add(flaw{rule: "body-size", wanted: fmt.Sprintf("a document of at most %d values", maxValues), got: "a longer one", fatal: true})
		return nil, flaws, false
	}
	document, err := Decode(body)
	if err != nil {
		add(flaw{rule: "json", wanted: "exactly one JSON document (RFC 8259)", got: fmt.Sprintf("%s (%s)", sample(body), err), fatal: true})
		return nil, flaws, false
	}
	for _, d := range found.duplicates {
		add(flaw{rule: "duplicate-key", at: append(slices.Clone(d.object), d.key), wanted: "each key once in an object (RFC 8259, section 4)",
			got: strconv.Quote(cut(d.key)) + " more than once"})
	}
	if found.number != "" {
		add(flaw{rule: "number", at: found.numberAt, wanted: fmt.Sprintf("a number of at most %d digits with an exponent within ±%d", maxDigits, maxExponent),
			got: cut(found.number), fatal: true})
		return document, flaws, false
	}
	return document, flaws, true
}

// sample shows the beginning of a body that is not JSON.
func sample(body []byte) string {
	if len(body) == 0 {
		return "no body"
	}
	head := body
	if len(head) > 60 {
		head = head[:60]
	}
	text := strconv.QuoteToGraphic(strings.ToValidUTF8(string(head), "\uFFFD"))
	if len(head) < len(body) {
		text += "…"
	}
	return text
}

// mediaType reads a Content-Type: the type in lower case without parameters,
// and what is wrong with it. What is described is in UTF-8: another charset is
// wrong, the subset US-ASCII is not.
func mediaType(header http.Header, described format) (string, *flaw) {
	values := header.Values("Content-Type")
	if len(values) == 0 {
		return "", nil
	}
	for _, other := range values[1:] {
		if other != values[0] {
			return "", &flaw{rule: "content-type", part: "header Content-Type", wanted: "one value", got: cut(strings.Join(values, " and "))}
		}
	}
	name, parameters, err := mime.ParseMediaType(values[0])
	if err != nil || !strings.Contains(name, "/") {
		return name, &flaw{rule: "content-type", part: "header Content-Type", wanted: "a media type (RFC 9110, section 8.3)", got: strconv.Quote(cut(values[0]))}
	}
	switch charset := strings.ToLower(parameters["charset"]); charset {
	case "", "utf-8", "utf8", "us-ascii":
		return name, nil
	default:
		return name, &flaw{rule: "charset", part: "header Content-Type", wanted: described.utf8(), got: "charset " + strconv.Quote(cut(charset))}
	}
}

// plain takes the Content-Encoding off. The flaw is nil when it could be done;
// its rule is "unread-encoding" when the body is in a coding that we do not read.
func plain(r *Response) ([]byte, *flaw) {
	if r.Truncated {
		return nil, &flaw{rule: "body-size", part: "body", wanted: "a body within the limit", got: fmt.Sprintf("a longer one, cut after %d bytes", len(r.Body)), fatal: true}
	}
	body, err := r.Decoded(MaxBody)
	switch {
	case err == nil:
		return body, nil
	case errors.Is(err, errTooLong):
		return nil, &flaw{rule: "body-size", part: "body", wanted: fmt.Sprintf("a body of at most %d MiB after decoding", MaxBody>>20), got: "a longer one", fatal: true}
	}
	rule := "content-encoding"
	if errors.Is(err, errUnknownCoding) {
		rule = "unread-encoding"
	}
	return nil, &flaw{rule: rule, part: "header Content-Encoding",
		wanted: "no encoding, gzip or deflate, and a body that is so encoded", got: cut(fmt.Sprintf("%q: %s", r.Header.Get("Content-Encoding"), err)), fatal: true}
}
