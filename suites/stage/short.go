package stage

import (
	"strings"
	"unicode/utf8"
)

// Short cuts a target's text to one line of at most 160 characters.
func Short(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if utf8.RuneCountInString(s) > 160 {
		return string([]rune(s)[:160]) + "…"
	}
	return s
}
