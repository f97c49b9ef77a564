package redact

import (
	"bytes"
	"slices"
	"strings"
)

// index finds forms in texts.
type index struct {
	forms   []string            // longest first
	byStart map[uint16][]string // by their first two bytes
	starts  [1 << 16]bool
}

func newIndex(secrets []Secret) *index {
	x := &index{byStart: map[uint16][]string{}}
	for _, s := range secrets {
		for _, form := range forms(s.Value) {
			if len(form) >= shortest {
				x.forms = append(x.forms, form)
			}
		}
	}
	slices.SortFunc(x.forms, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	x.forms = slices.Compact(x.forms)
	for _, form := range x.forms {
		start := uint16(form[0])<<8 | uint16(form[1])
		x.starts[start] = true
		x.byStart[start] = append(x.byStart[start], form)
	}
	return x
}

// find calls found with each stretch of text that is a form: the longest of those
// that begin at one place.
func (x *index) find(text []byte, found func(from, to int)) {
	for i := 0; i+1 < len(text); i++ {
		start := uint16(text[i])<<8 | uint16(text[i+1])
		if !x.starts[start] {
			continue
		}
		for _, form := range x.byStart[start] {
			if len(form) <= len(text)-i && string(text[i:i+len(form)]) == form {
				found(i, i+len(form))
				i += len(form) - 1
				break
			}
		}
	}
	x.findCut(text, found)
}

// cutOff is what stands where a text was shortened: the beginning of a secret before
// it is as good as the secret.
const cutOff = "…"

// findCut finds the beginnings of forms before cutOff. A cut may go through an
// escape as well.
func (x *index) findCut(text []byte, found func(from, to int)) {
	for at := 0; ; at += len(cutOff) {
		next := bytes.Index(text[at:], []byte(cutOff))
		if next < 0 {
			return
		}
		at += next
		ends := []int{at}
		if escape := bytes.LastIndexAny(text[max(0, at-7):at], `%\&`); escape >= 0 {
			ends = append(ends, max(0, at-7)+escape)
		}
		from := at
		for _, form := range x.forms {
			for _, end := range ends {
				for n := min(len(form)-1, end); n >= shortest; n-- {
					if string(text[end-n:end]) == form[:n] {
						from = min(from, end-n)
						break
					}
				}
			}
		}
		if from < at {
			found(from, at)
		}
	}
}
