package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// DiffFormats are the ways in which a Diff can be written, by name.
func DiffFormats() map[string]func(io.Writer, Diff) error {
	return map[string]func(io.Writer, Diff) error{"text": diffText, "json": diffJSON, "markdown": diffMarkdown}
}

func diffJSON(out io.Writer, d Diff) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(d)
}

// section is a heading and the lines under it.
type section struct {
	title string
	lines []string
}

// sections says the changes in lines that are safe to print.
func (d Diff) sections() []section {
	arrow := func(before, after string) string {
		nothing := func(s string) string {
			if s == "" {
				return "(nothing)"
			}
			return shorten(oneLine(s), 240)
		}
		return nothing(before) + " → " + nothing(after)
	}
	named := func(changes []Change) []string {
		var lines []string
		for _, c := range changes {
			lines = append(lines, oneLine(c.Name)+": "+arrow(c.Before, c.After))
		}
		return lines
	}
	var verdict, states []string
	if d.Verdict != nil {
		verdict = []string{arrow(d.Verdict.Before, d.Verdict.After)}
	}
	for _, s := range d.States {
		line := fmt.Sprintf("%s (%s): %s", oneLine(s.ID), s.Level, arrow(string(s.Before), string(s.After)))
		if s.Reason != "" {
			line += ", " + shorten(oneLine(s.Reason), 120)
		}
		states = append(states, line)
	}
	findings := func(list []Found) []string {
		var lines []string
		for _, f := range list {
			lines = append(lines, strings.TrimSuffix(fmt.Sprintf("%s: %s (%s)", oneLine(f.Requirement), f.Message, oneLine(f.Request)), " ()"))
		}
		return lines
	}
	drift := func(list []Drifts) []string {
		var lines []string
		for _, x := range list {
			line := x.Kind + " " + x.Operation
			if x.Status != 0 {
				line += fmt.Sprintf(" %d", x.Status)
			}
			lines = append(lines, shorten(oneLine(strings.Join([]string{line, x.Where, x.Value}, " ")), 240))
		}
		return lines
	}
	return []section{
		{"Conditions that differ", named(d.Conditions)},
		{"Verdict", verdict},
		{"States", states},
		{"Findings that are new", findings(d.Findings.New)},
		{"Findings that are gone", findings(d.Findings.Gone)},
		{"Observations", named(d.Observations)},
		{"Drift that is new", drift(d.Drift.New)},
		{"Drift that is gone", drift(d.Drift.Gone)},
	}
}

func (s Side) String() string {
	retries := ""
	if s.Retries > 0 {
		retries = fmt.Sprintf(", %d of them retries", s.Retries)
	}
	return fmt.Sprintf("%s; %s, seed %d, %s, %s%s", oneLine(s.Sentence), s.Started.UTC().Format(time.RFC3339), s.Seed,
		(time.Duration(s.DurationMS) * time.Millisecond).Round(100*time.Millisecond), plural(s.Requests, "request"), retries)
}

// end says how many changes there are.
func (d Diff) end() string {
	if d.Changes == 0 {
		return "no change"
	}
	return plural(d.Changes, "change")
}

func diffText(out io.Writer, d Diff) error {
	p := printer{out: out}
	p.line("before  %s", d.Before)
	p.line("after   %s", d.After)
	for _, s := range d.sections() {
		if len(s.lines) == 0 {
			continue
		}
		p.line("\n%s", s.title)
		for _, line := range s.lines {
			p.line("  %s", line)
		}
	}
	p.line("\n%s", d.end())
	return p.err
}

func diffMarkdown(out io.Writer, d Diff) error {
	p := printer{out: out}
	p.line("# Cart conformance: %s\n\n- before: %s\n- after: %s", d.end(), escapeMarkdown(d.Before.String()), escapeMarkdown(d.After.String()))
	for _, s := range d.sections() {
		if len(s.lines) == 0 {
			continue
		}
		p.line("\n## %s\n", s.title)
		for _, line := range s.lines {
			p.line("- %s", escapeMarkdown(line))
		}
	}
	return p.err
}
