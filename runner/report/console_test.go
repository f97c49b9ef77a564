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
	"cartconform/spec"
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
		"summary.txt":         {Where: "conformance-report"},
		"summary-verbose.txt": {Where: "conformance-report", Verbose: true},
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
	if !strings.Contains(text, "and 40 other findings; see report.json") {
		t.Errorf("wanted three findings and a pointer to the others, got\n%s", text)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// Rows that one wrong entry of the target description leaves open stand together,
// and the entry is named, whatever externalIds the requests had.
func TestSummaryNamesTheEntry(t *testing.T) {
	r := everything()
	r.Drift = r.Drift[:1]
	reasons := []string{
		"needs CART-ADD-03: addItems: expected a line for B0A (data.offers.restricted[0]), seen no lines; rejected: item-s0wtof6fbds6 Message",
		"needs CART-ADD-03: addItems: expected a line for B0A (data.offers.restricted[0]), seen 1 × B0B; rejected: item-4piez6caxsju Message",
		"data.offers.limited[0] does not play its role: the target rejected it (item-ytbv14x2lbnt Message)",
		"data.offers.limited[0] does not play its role: the target rejected it (item-gwk0moy1a69g Message)",
	}
	r.Requirements = r.Requirements[:len(reasons)]
	for i, reason := range reasons {
		q := &r.Requirements[i]
		q.Level, q.State, q.Reason = spec.Must, verdict.Inconclusive, reason
	}
	text := summaryOf(t, r, report.SummaryOptions{})
	id := func(i int) string { return r.Requirements[i].ID }
	for _, want := range []string{
		"  needs CART-ADD-03 to hold for data.offers.restricted[0]\n    " + id(0) + ", " + id(1) + "\n",
		"  " + reasons[2] + "\n    " + id(2) + ", " + id(3) + "\n",
		"Drift: 1 difference that breaks no requirement",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("wanted %q in\n%s", want, text)
		}
	}
}

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
