package redact

import (
	"bytes"
	"regexp"
)

// traces tells quickly whether a text may hold a secret in escapes: few texts do,
// and undoing all escapes of all others would take long.
type traces struct {
	marked [1 << 16]bool     // by hash of three bytes
	owners map[[3]byte][]int // the forms in which three bytes in a row occur
	needed []int             // by form, how many different ones must be there
}

// share is which part of a form must be left as it is, so that it is looked for: a
// broken line leaves this much of every three characters.
const share = 5

func newTraces(secrets []Secret) *traces {
	t := &traces{owners: map[[3]byte][]int{}}
	for _, s := range secrets {
		for _, form := range forms(s.Value) {
			own := map[[3]byte]bool{}
			for i := 0; i+3 <= len(form); i++ {
				own[[3]byte([]byte(form[i:i+3]))] = true
			}
			for three := range own {
				t.marked[hash(three)] = true
				t.owners[three] = append(t.owners[three], len(t.needed))
			}
			t.needed = append(t.needed, max(1, len(own)/share))
		}
	}
	return t
}

func hash(three [3]byte) uint16 {
	return uint16(three[0])*31*31 ^ uint16(three[1])*31 ^ uint16(three[2])
}

// escapes are characters in a row that are all escaped, and so leave no trace.
var escapes = regexp.MustCompile(`(?:%(?:25)*[0-9A-Fa-f]{2}){4}|(?:\\+u[0-9A-Fa-f]{4}){4}|(?:&(?:amp;)*#[xX]?[0-9A-Fa-f]+;){4}`)

// in reports whether the text has escapes and traces of a secret.
func (t *traces) in(text []byte) bool {
	if !bytes.ContainsAny(text, "\\%+&\r\n") {
		return false
	}
	if bytes.ContainsAny(text, `%\&`) && escapes.Match(text) {
		return true
	}
	left := map[int]int{}
	seen := map[[3]byte]bool{}
	for i := 0; i+3 <= len(text); i++ {
		three := [3]byte(text[i : i+3])
		if !t.marked[hash(three)] || seen[three] {
			continue
		}
		seen[three] = true
		for _, form := range t.owners[three] {
			if left[form]++; left[form] >= t.needed[form] {
				return true
			}
		}
	}
	return false
}
