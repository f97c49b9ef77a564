package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cartconform/runner/report"
)

// difference is one place in which two documents differ.
type difference struct{ path, wanted, got string }

// reportDifferences compares reports. Rows that only one of them has are left
// out: they have a check of their own.
func reportDifferences(wanted, got report.Report) []difference {
	has := func(rows []report.Requirement) map[string]bool {
		ids := map[string]bool{}
		for _, q := range rows {
			ids[q.ID] = true
		}
		return ids
	}
	both := func(rows []report.Requirement, other map[string]bool) []report.Requirement {
		seen := map[string]bool{}
		return slices.DeleteFunc(slices.Clone(rows), func(q report.Requirement) bool {
			again := seen[q.ID]
			seen[q.ID] = true
			return again || !other[q.ID]
		})
	}
	inWanted, inGot := has(wanted.Requirements), has(got.Requirements)
	wanted.Requirements, got.Requirements = both(wanted.Requirements, inGot), both(got.Requirements, inWanted)
	return documentDifferences(wanted, got)
}

// documentDifferences compares two values as JSON.
func documentDifferences(wanted, got any) []difference {
	w, err := generic(wanted)
	if err != nil {
		return []difference{{"", "a document", err.Error()}}
	}
	g, err := generic(got)
	if err != nil {
		return []difference{{"", "a document", err.Error()}}
	}
	return compare("", w, g)
}

func generic(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var out any
	return out, decoder.Decode(&out)
}

// compare walks through both values. Entries of an array are named by their id
// where they have one.
func compare(path string, wanted, got any) []difference {
	switch w := wanted.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		var all []difference
		for _, key := range union(w, g) {
			all = append(all, compare(join(path, key), absent(w, key), absent(g, key))...)
		}
		return all
	case []any:
		g, ok := got.([]any)
		if !ok {
			break
		}
		if len(w) != len(g) {
			return []difference{{path, fmt.Sprintf("%d entries", len(w)), strconv.Itoa(len(g))}}
		}
		var all []difference
		for i := range w {
			all = append(all, compare(join(path, name(w[i], i)), w[i], g[i])...)
		}
		return all
	default:
		if wanted == got {
			return nil
		}
	}
	return []difference{{path, quoted(wanted), quoted(got)}}
}

// nothing stands for a key that is not there.
type nothing struct{}

func absent(object map[string]any, key string) any {
	if value, ok := object[key]; ok {
		return value
	}
	return nothing{}
}

func union(a, b map[string]any) []string {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

func name(entry any, index int) string {
	if object, ok := entry.(map[string]any); ok {
		if id, ok := object["id"].(string); ok {
			return id
		}
	}
	return strconv.Itoa(index)
}

func join(path, key string) string { return strings.TrimPrefix(path+" "+key, " ") }

// quoted writes a value as JSON, on one line and not too long.
func quoted(value any) string {
	if value == (nothing{}) {
		return "nothing"
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // lines of HTML are to be read
	if err := encoder.Encode(value); err != nil {
		return clip(fmt.Sprint(value))
	}
	return clip(strings.TrimSuffix(text.String(), "\n"))
}

func clip(text string) string {
	if runes := []rune(text); len(runes) > 160 {
		return string(runes[:159]) + "…"
	}
	return text
}

// firstDifference finds the first line in which two texts differ, counted from 1;
// 0 when they are equal.
func firstDifference(wanted, got []byte) (line int, wantedLine, gotLine string) {
	if bytes.Equal(wanted, got) {
		return 0, "", ""
	}
	w, g := bytes.Split(wanted, []byte("\n")), bytes.Split(got, []byte("\n"))
	for i := range max(len(w), len(g)) {
		switch {
		case i >= len(w):
			return i + 1, "the end", quoted(string(g[i]))
		case i >= len(g):
			return i + 1, quoted(string(w[i])), "the end"
		case !bytes.Equal(w[i], g[i]):
			column := mismatch(w[i], g[i]) - 40
			return i + 1, quoted(from(w[i], column)), quoted(from(g[i], column))
		}
	}
	return 0, "", ""
}

// mismatch is the index of the first byte in which the lines differ.
func mismatch(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// from is the line from a column on, a little before which lines differ.
func from(line []byte, column int) string {
	if column <= 0 {
		return string(line)
	}
	return "…" + strings.ToValidUTF8(string(line[column:]), "")
}
