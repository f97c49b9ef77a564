package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible makes every character of text visible that is not: a target writes
// into our output, and could move a terminal's cursor, colour it or turn its
// direction. Line breaks and tabs stay.
func visible(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsGraphic(r), r == '\n', r == '\t':
			b.WriteRune(r)
		case r == '\r' && strings.HasPrefix(text[i+size:], "\n"):
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}

// oneLine makes text visible and joins its lines.
func oneLine(text string) string {
	return strings.Join(strings.Fields(visible(text)), " ")
}

// firstLine returns the first line of text that is not empty, shortened.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(visible(text)), "\n")
	return shorten(oneLine(line), 240)
}

// shorten cuts text to at most limit characters.
func shorten(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}

// clip cuts text to at most limit lines and 2000 characters.
func clip(text string, limit int) string {
	lines := strings.Split(shorten(strings.TrimSpace(text), 2000), "\n")
	if len(lines) <= limit {
		return strings.Join(lines, "\n")
	}
	return strings.Join(lines[:limit], "\n") + fmt.Sprintf("\n… and %d more lines", len(lines)-limit)
}

// plural writes a number with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// breaking begins the sentence that n differences break something.
func breaking(n int) string {
	if n == 1 {
		return "1 difference that breaks"
	}
	return plural(n, "difference") + " that break"
}

// quoteArgs writes args as a line for a POSIX shell.
func quoteArgs(args []string) string {
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = arg
		plain := func(r rune) bool {
			return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("-_./:=,@%+", r)
		}
		if arg == "" || strings.ContainsFunc(arg, func(r rune) bool { return !plain(r) }) {
			quoted[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
