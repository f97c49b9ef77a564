package report

import (
	"fmt"
	"io"
	"os"
	"strings"

	"cartconform/runner/verdict"
)

// style is how a word is emphasised on a terminal.
type style string

const (
	bold   style = "1"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	faint  style = "2"
)

// paint emphasises text, if colour is wanted.
func paint(colour bool, s style, text string) string {
	if !colour {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// WantsColour reports whether output to out is to be coloured: out is a
// terminal, and neither NO_COLOR nor TERM=dumb asks for none.
func WantsColour(out io.Writer, getenv func(string) string) bool {
	if getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func stateStyle(state verdict.State) style {
	switch state {
	case verdict.Passed:
		return green
	case verdict.Failed:
		return red
	case verdict.Inconclusive:
		return yellow
	default:
		return faint
	}
}

func verdictStyle(v verdict.Verdict) style {
	switch v {
	case verdict.NotConformant:
		return red
	case verdict.Conformant, verdict.ConformantWithWaivers:
		return green
	default:
		return yellow
	}
}

// printer writes lines and keeps the first error.
type printer struct {
	out    io.Writer
	colour bool
	err    error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format+"\n", args...)
	}
}

// field writes a named value under an indent; further lines stand below its
// beginning.
func (p *printer) field(name, value string) {
	value = visible(strings.TrimSpace(value))
	if value == "" {
		return
	}
	lines := strings.Split(value, "\n")
	p.line("    %s %s", paint(p.colour, faint, fmt.Sprintf("%-9s", name)), lines[0])
	for _, line := range lines[1:] {
		p.line("    %-9s %s", "", line)
	}
}
