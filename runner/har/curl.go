package har

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"cartconform/runner/redact"
	"cartconform/spec"
)

// longestBody is the size in bytes of the longest body that is put on a command
// line; the system refuses words above 128 KiB.
const longestBody = 96 << 10

// Curl is a command for a POSIX shell that sends the exchange's request again.
// Where the redactor knows a secret, its variable is written: "$AMZ_ACCESS_TOKEN".
// A header that was redacted before has a variable named after the header. A
// request that was rightly signed is signed anew, with the keys in the variables
// that a target description usually takes them from.
func Curl(x *spec.Exchange, redactor *redact.Redactor) string {
	c := command{redactor: redactor}
	x, signing := signedAnew(x)
	words := []string{"curl --silent --show-error --include --globoff --path-as-is"}
	if x.Request.Method == http.MethodHead {
		words = append(words, "--head")
	} else {
		words = append(words, "--request "+c.quote(x.Request.Method))
	}
	for _, field := range pairs(x.Request.Header) {
		words = append(words, "--header "+c.field(field))
	}
	for _, name := range []string{"Accept", "User-Agent"} { // curl's own, unless told
		if x.Request.Header.Get(name) == "" {
			words = append(words, "--header "+c.quote(name+":"))
		}
	}
	before := ""
	if body := x.Request.Body; body != nil {
		if x.Request.Header.Get("Content-Type") == "" {
			words = append(words, "--header 'Content-Type:'")
		}
		var option string
		before, option = c.body(x.ID, body)
		words = append(words, option)
	}
	words = append(words, c.quote(x.Request.URL))
	return signing.command(c) + before + signing.fill(strings.Join(words, " \\\n  "))
}

// command quotes words for one redactor.
type command struct{ redactor *redact.Redactor }

// field is the word for a header field. curl leaves out a field whose value is
// empty unless a semicolon ends it.
func (c command) field(f pair) string {
	switch {
	case f.Value == "":
		return c.quote(f.Name + ";")
	case f.Value == redact.Mark:
		return c.quote(f.Name+": ") + `"$` + variable(f.Name) + `"`
	}
	return c.quote(f.Name + ": " + f.Value)
}

// variable is the name of a shell variable for a header's value.
func variable(header string) string {
	name := strings.TrimPrefix(strings.ToUpper(header), "X-")
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
}

// body is the option that sends the body, and what must stand before the
// command for it.
func (c command) body(id string, body []byte) (before, option string) {
	switch {
	case len(body) > longestBody:
		return fmt.Sprintf("# body.bin: the %d bytes of the request's body, from exchange %s in exchanges.har\n", len(body), id), "--data-binary @body.bin"
	case !utf8.Valid(body) || slices.Contains(body, 0):
		return "printf " + octal(c.redactor.Bytes(body)) + " | ", "--data-binary @-"
	case strings.HasPrefix(string(body), "@"): // else the name of a file
		return "", "--data-raw " + c.quote(string(body))
	}
	return "", "--data-binary " + c.quote(string(body))
}

// octal is a printf format for the bytes.
func octal(body []byte) string {
	var out strings.Builder
	out.WriteByte('\'')
	for _, b := range body {
		if b >= ' ' && b < 0x7f && strings.IndexByte(`'\%-`, b) < 0 {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, `\%03o`, b)
		}
	}
	out.WriteByte('\'')
	return out.String()
}

// quote writes the text as one word of a POSIX shell, with variables in the
// place of secrets.
func (c command) quote(text string) string {
	var out strings.Builder
	for _, piece := range c.redactor.Pieces(text) {
		if piece.Name != "" {
			out.WriteString(`"$` + piece.Name + `"`)
		} else {
			out.WriteString("'" + strings.ReplaceAll(piece.Text, "'", `'\''`) + "'")
		}
	}
	if out.Len() == 0 {
		return "''"
	}
	return out.String()
}
