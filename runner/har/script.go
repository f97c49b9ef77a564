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
// are variables. It begins by emptying the carts, and follows such as have another id then.
func Script(sequence []*spec.Exchange, story Story, redactor *redact.Redactor) string {
	if len(sequence) == 0 {
		return ""
	}
	s := script{command: command{redactor: redactor}}
	var b strings.Builder
	origin := originOf(sequence[0].Request.URL)
	fmt.Fprintf(&b, "#!/bin/sh\n%s# Expected:\n%s# Seen:\n%s", comment(story.Title), comment(story.Wanted), comment(story.Got))
	b.WriteString("# Another target, another cart: set BASE_URL, CART_1, … in the environment. Carts are emptied first.\n" +
		"# Secrets are variables of the environment, too.\nset -u\n")
	fmt.Fprintf(&b, "BASE_URL=${BASE_URL:-%s}\n", s.quote(origin))
	s.stands(origin, "BASE_URL")
	carts := s.carts(sequence)
	taken := "$known"
	for i, x := range carts {
		fmt.Fprintf(&b, "CART_%[1]d=${CART_%[1]d:-%[2]s}\n", i+1, s.quote(cartOf(x.Request.URL)))
		taken += fmt.Sprintf(" $CART_%d", i+1)
	}
	b.WriteString(words)
	if len(carts) > 0 {
		fmt.Fprintf(&b, following, taken)
	}
	for i, x := range carts {
		list, items := beside(x)
		fmt.Fprintf(&b, "\nlist_%d() {\n%s\n}\nread_%d() {\n%s\n}\nclear_%d() {\n%s\n}\n", i+1, s.curl(list), i+1, s.curl(items), i+1, s.curl(clearing(items)))
	}
	if len(carts) > 0 {
		b.WriteString("\necho '== the carts are emptied'\n")
		for _, command := range []string{"follow %[1]d", "answer=$(list_%[1]d)\nknown=\"$known $(ids | tr '\\n' ' ')\"", "answer=$(clear_%[1]d)\nshow\nfollow %[1]d"} {
			for i := range carts {
				fmt.Fprintf(&b, command+"\n", i+1)
			}
		}
	}
	cleared := map[string]bool{} // variables of carts that were not asked for since
	for i, x := range sequence {
		cart := s.nameOf(cartOf(x.Request.URL))
		fmt.Fprintf(&b, "\necho '== %d of %d'\n", i+1, len(sequence))
		if cleared[cart] {
			fmt.Fprintf(&b, "step() {\n%s\n}\nanswer=$(step)\nfound || ! follow %s || answer=$(step)\nshow\n", s.curl(x), strings.TrimPrefix(cart, cartVariable))
		} else {
			fmt.Fprintf(&b, "answer=$(%s)\nshow\n", s.curl(x))
		}
		cleared[cart] = cart != "" && x.Request.Method == http.MethodDelete
		b.WriteString(s.remember(x, sequence[i+1:]))
		if x.ID == story.Exchange {
			fmt.Fprintf(&b, "cat <<'END'\n%sEND\n", comment("In the run this was the answer that showed it. Expected: "+story.Wanted+"\nseen then: "+story.Got))
		}
	}
	return b.String()
}

// words are the functions that read answers.
const words = `
# show prints the answer. item N gives the N-th itemId in it; found tells whether it is a
# success; ids gives the carts in it, each as it stands in an address.
show() { printf '%s\n\n' "$answer"; }
item() { printf '%s' "$answer" | grep -o '"itemId" *: *"[^"]*"' | sed -n "$1p" | sed 's/^[^:]*: *"//; s/"$//'; }
found() { printf '%s\n' "$answer" | sed -n 1p | grep -q '^HTTP/[^ ]* 2'; }
ids() {
  printf '%s' "$answer" | tr '{' '\n' | grep -v AMAZON_WEBSITE_CART | grep -o '"id" *: *"[^"]*"' | sed 's/^[^:]*: *"//; s/"$//' |
    while IFS= read -r id; do
      case $id in
      *[!A-Za-z0-9._~-]*) printf '%s' "$id" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g'; echo ;;
      *) printf '%s\n' "$id" ;;
      esac
    done
}
`

// following is the function that follows a cart to another id; the format takes the
// variables of ids that are none for it.
const following = `
# follow N: a cart that was cleared may have another id. Where cart N answers to its own no
# more, it is the one that the list of the buyer's carts shows and did not show before; in
# the beginning, an empty one. It fails when the cart did not move.
known=
follow() {
  answer=$(read_$1)
  found && return 1
  eval "was=\$CART_$1"
  answer=$(list_$1)
  for id in $(ids); do
    case " %s " in *" $id "*) continue ;; esac
    eval "CART_$1=\$id"
    answer=$(read_$1)
    if found && { [ -n "$known" ] || [ -z "$(item 1)" ]; }; then
      echo "cart $1 now has the id $id"
      return 0
    fi
  done
  eval "CART_$1=\$was"
  echo "cart $1 answers to its id no more, and none is listed in its place: set CART_$1"
  return 1
}
`

// carts gives the first request to each cart of a sequence, and has a variable stand
// for the id of each. A cart that was cleared and then refused is the one that is asked
// for next.
func (s *script) carts(sequence []*spec.Exchange) []*spec.Exchange {
	var carts []*spec.Exchange
	cleared, moved := map[string]bool{}, ""
	for _, x := range sequence {
		id := cartOf(x.Request.URL)
		if id == "" || x.Response == nil {
			continue
		}
		name := s.nameOf(id)
		if name == "" {
			if name = moved; name == "" {
				carts = append(carts, x)
				name = fmt.Sprintf("%s%d", cartVariable, len(carts))
			}
			s.stands(id, name)
		}
		succeeded := x.Response.Status/100 == 2
		switch {
		case x.Request.Method == http.MethodDelete:
			cleared[name] = succeeded
		case !succeeded && cleared[name]:
			moved = name
		case succeeded && x.Request.Method != http.MethodGet && name == moved:
			moved = "" // here it is
		}
	}
	return carts
}

const cartVariable = "CART_"

// beside gives the requests that list the carts of the buyer of a request, and the items
// of its cart.
func beside(x *spec.Exchange) (list, items *spec.Exchange) {
	get := func(path, query string) *spec.Exchange {
		y := *x
		y.Request.Method, y.Request.Body = http.MethodGet, nil
		y.Request.Header = x.Request.Header.Clone()
		y.Request.Header.Del("Content-Type")
		y.Request.URL = path + query
		return &y
	}
	before, query, _ := strings.Cut(x.Request.URL, "?")
	root := before[:strings.Index(before, cartsPath)+len(cartsPath)]
	region, paged := "", "?pageSize=10"
	if query != "" {
		region, paged = "?"+query, "?"+query+"&pageSize=10"
	}
	return get(strings.TrimSuffix(root, "/"), paged), get(root+cartOf(x.Request.URL)+"/items", region)
}

// clearing gives the request that clears a cart whose items another one reads.
func clearing(items *spec.Exchange) *spec.Exchange {
	x := *items
	x.Request.Method = http.MethodDelete
	return &x
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

// nameOf gives the variable that stands for a text; "" for none.
func (s *script) nameOf(text string) string {
	if i := slices.Index(s.texts, text); i >= 0 {
		return s.names[i]
	}
	return ""
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
