package description

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error lists everything that is wrong with a description.
type Error struct {
	Problems []Problem // in the order of the file; never empty
}

// Error writes one problem per line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Problem is one mistake in a description.
type Problem struct {
	File string
	Line int    // from 1; 0 when it is about the whole file
	Key  string // dotted, e.g. "lanes[0].buyer"; "" when it is about the whole file
	Text string // what was wanted, what is there, what to write
}

// String is "file:line: text".
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// problems collects mistakes of one file.
type problems struct {
	file string
	list []Problem
}

func (p *problems) add(line int, key, format string, args ...any) {
	p.list = append(p.list, Problem{File: p.file, Line: line, Key: key, Text: fmt.Sprintf(format, args...)})
}

// err is nil when there is none.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return &Error{Problems: slices.Compact(p.list)}
}

// at reports whether there is a problem with the key or with one above it.
func (p *problems) at(key string) bool {
	return slices.ContainsFunc(p.list, func(q Problem) bool { return q.Key == key || within(key, q.Key) })
}

// within reports whether key is below of above.
func within(key, above string) bool {
	if above == "" || len(key) <= len(above) || !strings.HasPrefix(key, above) {
		return false
	}
	return key[len(above)] == '.' || key[len(above)] == '['
}
