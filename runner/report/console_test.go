package report_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/suites/record"
)

func summaryOf(t *testing.T, r report.Report, o report.SummaryOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.Summarise(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// colours are the escape sequences that we write ourselves.
var colours = regexp.MustCompile("\x1b\\[[0-9]+m")

func harmless(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Error("wanted UTF-8, got something else")
	}
	for _, r := range colours.ReplaceAllString(text, "") {
		if !unicode.IsGraphic(r) && r != '\n' {
			t.Errorf("wanted nothing that moves a terminal, got %U", r)
		}
	}
}

func TestSummary(t *testing.T) {
	for name, o := range map[string]report.SummaryOptions{
		"summary.txt":         {Where: "conformance-report/report.json"},
		"summary-verbose.txt": {Where: "conformance-report/report.json", Verbose: true},
		"summary-colour.txt":  {Colour: true},
	} {
		text := summaryOf(t, sample(), o)
		golden(t, name, text)
		harmless(t, text)
		if o.Colour != strings.Contains(text, "\x1b") {
			t.Errorf("%s: wanted colour %v, got otherwise", name, o.Colour)
		}
	}
}

func TestSummaryOfACleanRun(t *testing.T) {
	in := input()
	in.Catalogues = in.Catalogues[:1]
	in.Catalogues[0].Requirements = in.Catalogues[0].Requirements[2:4]
	in.Specs = map[string][]string{"CART-ADD-01": {"adds"}, "CART-ADD-02": {"answers"}}
	in.Records.Specs = []record.Spec{
		{Name: "adds", Requirement: "CART-ADD-01", Outcome: record.Passed, Answered: 1},
		{Name: "answers", Requirement: "CART-ADD-02", Outcome: record.Passed, Answered: 1},
	}
	in.Records.Findings, in.Records.Observations = nil, nil
	with := run()
	with.Drift = nil
	golden(t, "summary-clean.txt", summaryOf(t, report.New(verdict.Evaluate(in), with), report.SummaryOptions{}))
}

func TestSummaryCutsLongLists(t *testing.T) {
	r := sample()
	for i := range 40 {
		f := r.Requirements[2].Findings[0]
		f.Got = strings.Repeat("x\n", i+1)
		r.Requirements[2].Findings = append(r.Requirements[2].Findings, f)
	}
	text := summaryOf(t, r, report.SummaryOptions{})
	if !strings.Contains(text, "and 39 other findings; see report.json") {
		t.Errorf("wanted three findings and a pointer to the others, got\n%s", text)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestSummaryReportsWriteErrors(t *testing.T) {
	if err := report.Summarise(full{}, sample(), report.SummaryOptions{}); err == nil {
		t.Error("wanted the error of the writer, got none")
	}
}

func replay(o report.LiveOptions) string {
	var out bytes.Buffer
	in := input()
	o.Catalogues, o.Specs = in.Catalogues, in.Specs
	live := report.NewLive(&out, o)
	in.Records.Replay(live)
	live.Finding(record.Finding{Requirement: "CART-ADD-30", Message: "an open choice is no failure"})
	live.Spec(record.Spec{Requirement: "CART-ADD-03", Name: "names", Outcome: record.Broken, Reason: "panic: nil"})
	return out.String()
}

func TestLive(t *testing.T) {
	for name, o := range map[string]report.LiveOptions{
		"live.txt":         {Exchange: lookup},
		"live-verbose.txt": {Verbose: true},
		"live-colour.txt":  {Verbose: true, Colour: true, Exchange: lookup},
	} {
		text := replay(o)
		golden(t, name, text)
		harmless(t, text)
	}
}

func TestWantsColour(t *testing.T) {
	none := func(string) string { return "" }
	if report.WantsColour(&bytes.Buffer{}, none) {
		t.Error("wanted no colour for what is no file, got some")
	}
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if report.WantsColour(file, none) {
		t.Error("wanted no colour for a plain file, got some")
	}
	device, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no terminal here")
	}
	defer device.Close()
	for name, getenv := range map[string]func(string) string{
		"NO_COLOR": func(key string) string { return map[string]string{"NO_COLOR": "1"}[key] },
		"dumb":     func(key string) string { return map[string]string{"TERM": "dumb"}[key] },
	} {
		if report.WantsColour(device, getenv) {
			t.Errorf("%s: wanted no colour, got some", name)
		}
	}
	if !report.WantsColour(device, none) {
		t.Error("wanted colour on a terminal, got none")
	}
}
