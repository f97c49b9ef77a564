// Package readme keeps the generated parts of a Markdown text true: they stand
// between two comments, which no reader sees.
//
//	<!-- generated faults -->295<!-- /generated -->
package readme

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

var part = regexp.MustCompile(`(?s)(<!-- generated ([a-z-]+) -->)(.*?)(<!-- /generated -->)`)

// Part gives the content of a generated part.
func Part(text, name string) (string, bool) {
	for _, m := range part.FindAllStringSubmatch(text, -1) {
		if m[2] == name {
			return m[3], true
		}
	}
	return "", false
}

// difference says in which lines a text differs from what it should be.
func difference(got, want string) string {
	var b strings.Builder
	was, is := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			fmt.Fprintf(&b, "\nline %d: wanted\n%s\ngot\n%s", i+1, is[i], was[i])
		}
	}
	if len(was) != len(is) {
		fmt.Fprintf(&b, "\nwanted %d lines, got %d", len(is), len(was))
	}
	return b.String()
}

// Keep holds the generated parts of the file at path to what they should be: it is
// an error when they are not, unless they are to be updated.
func Keep(path string, parts map[string]string, update bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	filled, err := Fill(string(text), parts)
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case filled == string(text):
		return nil
	case update:
		return os.WriteFile(path, []byte(filled), 0o644)
	}
	return fmt.Errorf("%s is stale: run make generate: %s", path, difference(string(text), filled))
}

// Fill replaces the content of each generated part by that of its name. It is an
// error when the text has a part that nobody generates, or lacks one.
func Fill(text string, parts map[string]string) (string, error) {
	var errs []error
	seen := map[string]bool{}
	filled := part.ReplaceAllStringFunc(text, func(found string) string {
		m := part.FindStringSubmatch(found)
		content, known := parts[m[2]]
		if !known {
			errs = append(errs, fmt.Errorf("wanted one of the generated parts %v, got %q", slices.Sorted(maps.Keys(parts)), m[2]))
		}
		seen[m[2]] = true
		return m[1] + content + m[4]
	})
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if !seen[name] {
			errs = append(errs, fmt.Errorf("wanted the generated part %q in the text, got none", name))
		}
	}
	return filled, errors.Join(errs...)
}
