package report

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"cartconform/runner/verdict"
)

// shownFindings is how many different findings of one requirement are shown
// before the reader is sent to report.json.
const shownFindings = 3

// shownSteps is how many steps of a sequence of requests are shown.
const shownSteps = 20

// SummaryOptions says how a summary looks.
type SummaryOptions struct {
	Colour  bool
	Verbose bool   // observations, drift and what was never seen line by line, and every id
	Where   string // folder in which the report was written; "" = nowhere
}

// Summarise writes the end of a run for a person: the failed requirements and
// what was not judged, then the totals and the verdict, which so stand last on
// the screen.
func Summarise(out io.Writer, r Report, o SummaryOptions) error {
	s := summary{printer: printer{out: out, colour: o.Colour}, Report: r, options: o}
	s.failed()
	s.reasons("Inconclusive, and what to add", verdict.Inconclusive, yellow)
	s.reasons("Waived", verdict.Waived, yellow)
	s.reasons("Not run", verdict.NotRun, faint)
	if o.Verbose {
		s.reasons("Not applicable", verdict.NotApplicable, faint)
		s.observed()
	}
	s.drift()
	s.unseen()
	s.internal()
	s.waivers()
	s.stanza()
	s.totals()
	s.end()
	return s.err
}

type summary struct {
	printer
	Report
	options SummaryOptions
}

func (s *summary) heading(st style, text string) { s.line("%s\n", paint(s.colour, st, text)) }

func (s *summary) failed() {
	failed := s.in(verdict.Failed)
	if len(failed) == 0 {
		return
	}
	s.heading(red, "Failed")
	for _, q := range failed {
		s.line("  %s (%s) %s", paint(s.colour, bold, oneLine(q.ID)), q.Level, oneLine(q.Operation))
		s.field("promise", oneLine(q.Statement))
		s.field("source", oneLine(q.Source.Document+", "+q.Source.Section))
		groups := collapse(q)
		for i, g := range groups[:min(len(groups), shownFindings)] {
			if i > 0 {
				s.line("")
			}
			s.finding(g, q.Statement)
		}
		if n := len(groups) - shownFindings; n > 0 {
			s.field("", fmt.Sprintf("and %s; see %s", plural(n, "other finding"), JSONFile))
		}
		s.line("")
	}
}

func (s *summary) finding(g same, statement string) {
	if g.Wanted == "" && g.Got == "" {
		s.field("finding", clip(g.Message, 12))
	} else {
		s.field("finding", about(g.Message, statement))
		s.field("expected", clip(g.Wanted, 8))
		s.field("seen", clip(g.Got, 8))
	}
	s.field("contract", oneLine(g.Contract))
	s.field("exchange", exchangeText(g.Finding))
	s.field("steps", g.steps(shownSteps))
	if g.script != "" {
		s.field("script", filepath.Join(s.options.Where, filepath.FromSlash(g.script)))
	}
	s.field("spec", oneLine(g.Spec))
	s.field("curl", g.Curl)
	s.field("", g.others())
}

// about returns the first line of a message, unless it only repeats what stands
// beside it.
func about(message, statement string) string {
	line := firstLine(message)
	if line == firstLine(statement) || strings.HasPrefix(line, "wanted ") || strings.HasPrefix(line, "expected ") {
		return ""
	}
	return line
}

func exchangeText(f Finding) string {
	switch {
	case f.Exchange == "":
		return ""
	case f.Request == "":
		return oneLine(f.Exchange)
	default:
		return oneLine(fmt.Sprintf("%s (%s)", f.Request, f.Exchange))
	}
}

// reasons lists the requirements in state by reason. Those of level may cannot
// influence the verdict and are shown only on demand.
func (s *summary) reasons(title string, state verdict.State, st style) {
	groups := s.byReason(state, func(q Requirement) bool { return s.options.Verbose || decides(q) })
	if len(groups) == 0 {
		return
	}
	s.heading(st, title)
	for _, g := range groups {
		s.line("  %s", g.reason)
		s.line("    %s", s.ids(g.ids))
	}
	s.line("")
}

func (s *summary) ids(ids []string) string {
	const shown = 8
	if s.options.Verbose || len(ids) <= shown+1 {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:shown], ", "), len(ids)-shown)
}

func (s *summary) observed() {
	rows := s.in(verdict.Observed)
	if len(rows) == 0 {
		return
	}
	s.heading(faint, "Observed")
	for _, q := range rows {
		if len(q.Observations) == 0 {
			s.line("  %s  %s", q.ID, oneLine(q.Reason))
		}
		for _, line := range distinct(q.Observations) {
			s.line("  %s  %s", q.ID, line)
		}
	}
	s.line("")
}

// distinct writes observations, equal ones once.
func distinct(observations []Observation) []string {
	var lines []string
	for _, o := range observations {
		line := shorten(oneLine(o.Subject), 160) + ": " + shorten(oneLine(o.Seen), 240)
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

func (s *summary) drift() {
	if len(s.Drift) == 0 {
		return
	}
	s.line("Drift: %s no requirement (%s)", breaking(len(s.Drift)),
		oneLine(strings.Join(s.driftKinds(), ", ")))
	if s.options.Verbose {
		for _, d := range s.Drift {
			s.line("  %s", d.line())
		}
	}
	s.line("")
}

// unseen counts what was never seen, unless a part of the suite did not run: then
// it says more about the selection than about the target.
func (s *summary) unseen() {
	if len(s.Unseen) == 0 || !s.options.Verbose && s.Totals.All().NotRun > 0 {
		return
	}
	s.line("Never seen: %s that the contract documents (%s)", plural(len(s.Unseen), "thing"), strings.Join(s.unseenKinds(), ", "))
	if s.options.Verbose {
		for _, g := range s.unseenGroups() {
			s.line("  %s", shorten(oneLine(g.what()+": "+strings.Join(g.operations, ", ")), 240))
		}
	}
	s.line("")
}

func (d Drift) line() string {
	parts := []string{d.Kind, d.Operation}
	if d.Status != 0 {
		parts = append(parts, fmt.Sprint(d.Status))
	}
	parts = append(parts, d.Where, d.Value, fmt.Sprintf("(%d×)", d.Count))
	return shorten(oneLine(strings.Join(parts, " ")), 240)
}

func (s *summary) internal() {
	if len(s.InternalErrors) == 0 {
		return
	}
	s.heading(red, "Internal errors: the suite went wrong, not the target")
	for _, text := range s.InternalErrors {
		s.line("  %s", oneLine(text))
	}
	s.line("")
}

func (s *summary) totals() {
	header := fmt.Sprintf("%-8s", "")
	for _, state := range verdict.States() {
		header += "  " + string(state)
	}
	s.line("%s  total", header)
	for _, level := range verdict.Levels() {
		s.count(string(level), s.Totals.Of(level))
	}
	s.count("total", s.Totals.All())
	s.line("")
}

func (s *summary) count(name string, c verdict.Count) {
	line := fmt.Sprintf("%-8s", name)
	for _, state := range verdict.States() {
		cell := fmt.Sprintf("%*d", len(state), c.Of(state))
		if c.Of(state) > 0 {
			cell = paint(s.colour, stateStyle(state), cell)
		}
		line += "  " + cell
	}
	s.line("%s  %5d", line, c.Total())
}

func (s *summary) end() {
	s.line("%s", paint(s.colour, verdictStyle(s.Verdict), oneLine(s.Sentence)))
	if s.options.Where != "" {
		s.line("report: %s", oneLine(s.options.Where))
	}
	if len(s.Command) > 0 {
		s.line("again:  %s", oneLine(quoteArgs(s.Command)))
	}
}
