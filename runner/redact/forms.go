package redact

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
)

// forms lists how the value may be written: as it is, and in the encodings in
// which services echo what they were sent. Other escapes are undone as far as a
// text is short enough for it; see layers. Forms may repeat.
func forms(value string) []string {
	digits := hex.EncodeToString([]byte(value))
	out := append([]string{value, digits, strings.ToUpper(digits)}, base64Forms(value)...)
	out = append(out, urlForms(value)...)
	out = append(out, jsonForms(value)...)
	return append(out, htmlForms(value)...)
}

// base64Forms lists what base64 shows of the value: alone, and inside of a
// longer text at each of the three alignments, without the characters at the
// edges that the neighbours share.
func base64Forms(value string) []string {
	var out []string
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		whole := encoding.EncodeToString([]byte(value))
		out = append(out, whole, strings.TrimRight(whole, "="))
		for shift := range 3 {
			text := encoding.EncodeToString(append(make([]byte, shift), value...))
			first := (shift*8 + 5) / 6
			last := (shift + len(value)) * 8 / 6
			out = append(out, text[first:last])
		}
	}
	// A path segment or form field that holds base64 is often escaped again.
	for _, form := range slices.Clone(out) {
		out = append(out, url.QueryEscape(form), lowerPercent(url.QueryEscape(form)))
	}
	return out
}

// urlForms lists the value percent-encoded: for a query, for a path, and with
// every byte escaped that is not unreserved, in capitals and lower case.
func urlForms(value string) []string {
	var strict strings.Builder
	for _, b := range []byte(value) {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', strings.IndexByte("-._~", b) >= 0:
			strict.WriteByte(b)
		default:
			fmt.Fprintf(&strict, "%%%02X", b)
		}
	}
	var out []string
	for _, form := range []string{url.QueryEscape(value), url.PathEscape(value), strict.String()} {
		out = append(out, form, lowerPercent(form))
	}
	return out
}

// lowerPercent writes the hexadecimal digits after each % in lower case.
func lowerPercent(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			b[i+1], b[i+2] = lower(b[i+1]), lower(b[i+2])
		}
	}
	return string(b)
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'F' {
		return b + 'a' - 'A'
	}
	return b
}

// jsonForms lists the value inside of a JSON string: with and without the
// escapes for HTML, with an escaped slash, and as JSON inside of JSON.
func jsonForms(value string) []string {
	plain := quoteJSON(value, false)
	escaped := quoteJSON(value, true)
	return []string{
		plain, escaped,
		strings.ReplaceAll(plain, "/", `\/`),
		upperUnicode(escaped),
		quoteJSON(plain, false), quoteJSON(escaped, true),
	}
}

// quoteJSON is the inside of value's JSON string.
func quoteJSON(value string, forHTML bool) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(forHTML)
	if err := encoder.Encode(value); err != nil { // a string always encodes
		return value
	}
	text := strings.TrimSuffix(out.String(), "\n")
	return text[1 : len(text)-1]
}

// upperUnicode writes the digits of each \u escape in capitals.
func upperUnicode(s string) string {
	b := []byte(s)
	for i := 0; i+5 < len(b); i++ {
		if b[i] == '\\' && b[i+1] == 'u' {
			copy(b[i+2:i+6], strings.ToUpper(string(b[i+2:i+6])))
		}
	}
	return string(b)
}

// htmlForms lists the value escaped for HTML and XML, with each usual name of
// the quotes.
func htmlForms(value string) []string {
	escaped := html.EscapeString(value)
	named := strings.NewReplacer("&#34;", "&quot;", "&#39;", "&apos;").Replace(escaped)
	return []string{
		escaped, named,
		strings.NewReplacer("&#34;", "&quot;").Replace(escaped),
		strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#x27;").Replace(escaped),
		strings.NewReplacer("&#34;", `"`, "&#39;", "'").Replace(escaped),
	}
}
