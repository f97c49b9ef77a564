package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"cartconform/runner/redact"
	"cartconform/spec"
)

// Story is what a script is about.
type Story struct {
	Title       string // e.g. the requirement and the spec
	Wanted, Got string
	Exchange    string // id of the exchange that shows it
}

// Script is a program for a POSIX shell that sends the requests of a sequence again,
// one after the other, and prints each answer: it needs nothing but curl and the
// usual tools. What the target made up in an answer and a later request names, an
// itemId, is taken from the answer of this time. Carts, the address of the target and secrets
// are variables. It begins by emptying the carts.
func Script(sequence []*spec.Exchange, story Story, redactor *redact.Redactor) string {
	if len(sequence) == 0 {
		return ""
	}
	s := script{command: command{redactor: redactor}}
	var b strings.Builder
	origin := originOf(sequence[0].Request.URL)
	fmt.Fprintf(&b, "#!/bin/sh\n%s# Expected:\n%s# Seen:\n%s", comment(story.Title), comment(story.Wanted), comment(story.Got))
	b.WriteString("# Another target, another cart: set BASE_URL, CART_1, … in the environment. Carts are emptied first.\n" +
		"# Where a cart gets another id when it is emptied, the ids below are of the run: requests to an id that\n" +
		"# is gone miss the cart, and show nothing. Secrets are variables of the environment, too.\nset -u\n")
	fmt.Fprintf(&b, "BASE_URL=${BASE_URL:-%s}\n", s.quote(origin))
	s.stands(origin, "BASE_URL")
	var carts []*spec.Exchange // the first request to each
	for _, x := range sequence {
		if id := cartOf(x.Request.URL); id != "" && s.stands(id, fmt.Sprintf("CART_%d", len(carts)+1)) {
			carts = append(carts, x)
			fmt.Fprintf(&b, "CART_%[1]d=${CART_%[1]d:-%[2]s}\n", len(carts), s.quote(id))
		}
	}
	b.WriteString(`
# show prints the answer. item N gives the N-th itemId in it.
show() { printf '%s\n\n' "$answer"; }
item() { printf '%s' "$answer" | grep -o '"itemId" *: *"[^"]*"' | sed -n "$1p" | sed 's/^[^:]*: *"//; s/"$//'; }
`)
	for i, x := range carts {
		empty := *x
		empty.Request.Method, empty.Request.Body = http.MethodDelete, nil
		empty.Request.Header = x.Request.Header.Clone()
		empty.Request.Header.Del("Content-Type")
		before, _, _ := strings.Cut(empty.Request.URL, "?")
		region := strings.TrimPrefix(empty.Request.URL, before)
		empty.Request.URL = before[:strings.Index(before, cartsPath)+len(cartsPath)] + cartOf(x.Request.URL) + "/items" + region
		fmt.Fprintf(&b, "\necho '== cart %d is emptied'\nanswer=$(%s)\nshow\n", i+1, s.curl(&empty))
	}
	for i, x := range sequence {
		fmt.Fprintf(&b, "\necho '== %d of %d'\nanswer=$(%s)\nshow\n", i+1, len(sequence), s.curl(x))
		b.WriteString(s.remember(x, sequence[i+1:]))
		if x.ID == story.Exchange {
			fmt.Fprintf(&b, "cat <<'END'\n%sEND\n", comment("In the run this was the answer that showed it. Expected: "+story.Wanted+"\nseen then: "+story.Got))
		}
	}
	return b.String()
}

const cartsPath = "/carts/"

// cartOf gives the id of the cart that a URL names, as it is escaped there; "" for
// none.
func cartOf(address string) string {
	path, _, _ := strings.Cut(address, "?")
	_, rest, found := strings.Cut(path, cartsPath)
	if !found {
		return ""
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func comment(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, line)
		fmt.Fprintf(&b, "# %s\n", line)
	}
	return b.String()
}

// script writes requests with variables in the place of texts.
type script struct {
	command
	texts []string // longest first
	names []string
}

// stands has a variable stand for a text; false when one does already.
func (s *script) stands(text, name string) bool {
	if text == "" || slices.Contains(s.texts, text) {
		return false
	}
	at, _ := slices.BinarySearchFunc(s.texts, text, func(a, b string) int { return len(b) - len(a) })
	s.texts, s.names = slices.Insert(s.texts, at, text), slices.Insert(s.names, at, name)
	return true
}

// curl is the command for a request, with the variables in it. Headers and whatever
// else is not of the target's making is written as always.
func (s *script) curl(x *spec.Exchange) string {
	marked := *x
	marked.Request.URL = s.mark(x.Request.URL)
	if x.Request.Body != nil {
		marked.Request.Body = []byte(s.mark(string(x.Request.Body)))
	}
	text := Curl(&marked, s.redactor)
	for i, name := range s.names {
		text = strings.ReplaceAll(text, markOf(i), `'"$`+name+`"'`)
	}
	return text
}

// mark puts marks into a text in which variables are to stand: they pass through the
// quoting of a shell as they are.
func (s *script) mark(text string) string {
	for i, known := range s.texts {
		text = strings.ReplaceAll(text, known, markOf(i))
	}
	return text
}

func markOf(i int) string { return fmt.Sprintf("@\u2060%d\u2060@", i) }

var itemID = regexp.MustCompile(`"itemId" *: *"([^"]*)"`)

// remember takes out of an answer the itemIds that later requests name.
func (s *script) remember(x *spec.Exchange, later []*spec.Exchange) string {
	if x.Response == nil {
		return ""
	}
	text := ""
	for i, found := range itemID.FindAllSubmatch(x.Response.Body, -1) {
		id := string(found[1])
		quoted, err := json.Marshal(id)
		if err != nil || !slices.ContainsFunc(later, func(l *spec.Exchange) bool { return bytes.Contains(l.Request.Body, quoted) }) {
			continue
		}
		if name := fmt.Sprintf("ITEM_%d", len(s.names)); s.stands(id, name) {
			text += fmt.Sprintf("%s=$(item %d)\n", name, i+1)
		}
	}
	return text
}
