package report_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
	"cartconform/suites/record"
)

// waived is the sample with one failure waived, one waiver expired and one that
// is not needed.
func waived() report.Report {
	in := input()
	in.Began = time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC)
	in.Waivers = []waiver.Waiver{
		{ID: "CART-GEN-06", Reason: "ticket 12 " + hostile, Expires: "2026-03-01", Line: 2},
		{ID: "CART-ADD-01", Reason: "ticket 13", Expires: "2026-02-28", Line: 5},
		{ID: "CART-ADD-02", Reason: "ticket 14", Expires: "2026-12-31", Line: 8},
		{ID: "CART-ADD-17", Reason: "ticket 15", Expires: "2026-12-31", Line: 11},
	}
	r := run()
	r.Selection.Shard = nil // which could not tell that a waiver is not needed
	r.WaiversFile = &report.WaiversFile{Name: "waivers.yaml", SHA256: strings.Repeat("ab", 32)}
	return report.New(verdict.Evaluate(in), r)
}

func TestWaiversInReports(t *testing.T) {
	r := waived()
	if err := report.Validate(encode(t, r)); err != nil {
		t.Fatal(err)
	}
	first := r.Requirements[0]
	if first.State != verdict.Waived || len(first.Findings) != 4 || first.Waiver == nil || first.Waiver.Expires != "2026-03-01" {
		t.Errorf("wanted CART-GEN-06 waived with its findings, got %+v", first)
	}
	console := summaryOf(t, r, report.SummaryOptions{})
	harmless(t, console)
	junit, err := r.JUnit()
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(junit, new(struct{})); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{"console": console, "summary.md": unescaped(r.Markdown()), "junit.xml": string(junit)} {
		for _, want := range []string{
			"waivers.yaml:5: waiver for CART-ADD-01 expired on 2026-02-28 and waives nothing",
			"waivers.yaml:8: waiver for CART-ADD-02 is not needed any more: remove it", "waived until 2026-03-01: ticket 12",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: wanted %q in\n%s", name, want, text)
			}
		}
		if strings.Contains(text, "CART-ADD-17 was not put") {
			t.Errorf("%s: wanted nothing about waivers that need no change, got\n%s", name, text)
		}
	}
	if strings.Contains(console, "To accept these") {
		t.Errorf("wanted no stanza for what the waivers file names already, got\n%s", console)
	}
	if verbose := summaryOf(t, r, report.SummaryOptions{Verbose: true}); !strings.Contains(verbose, "CART-ADD-17 was not put to the test") {
		t.Errorf("wanted every waiver shown, got\n%s", verbose)
	}
}

// unescaped takes the backslashes of Markdown out.
func unescaped(text string) string { return strings.ReplaceAll(text, `\`, "") }

// The stanza that is printed is a waivers file but for the reasons.
func TestStanzaCanBePasted(t *testing.T) {
	_, after, found := strings.Cut(summaryOf(t, sample(), report.SummaryOptions{Colour: true}), "write each reason:\x1b[0m\n\n")
	stanza, _, ends := strings.Cut(after, "\n\n")
	if !found || !ends {
		t.Fatal("wanted a stanza, got none")
	}
	if _, err := waiver.Parse("pasted.yaml", []byte(stanza), catalogues()...); err == nil || strings.Count(err.Error(), "wanted a reason") != 2 {
		t.Errorf("wanted the reasons missing, got %v", err)
	}
	f, err := waiver.Parse("pasted.yaml", []byte(strings.ReplaceAll(stanza, `""`, "known")), catalogues()...)
	if err != nil || len(f.Waivers) != 2 || f.Waivers[0].ID != "CART-GEN-06" || f.Waivers[0].Expires != "2026-03-31" {
		t.Errorf("wanted both failures waived for 30 days, got %+v, %v", f, err)
	}
}

func TestValidateRefusesWaivers(t *testing.T) {
	for name, change := range map[string]func(*report.Report){
		"a waived row without an entry":  func(r *report.Report) { r.Waivers = r.Waivers[1:] },
		"a waived row of nobody":         func(r *report.Report) { r.Requirements[0].Waiver = nil },
		"a waived row by other words":    func(r *report.Report) { r.Requirements[0].Waiver.Reason = "fine" },
		"a waived row without findings":  func(r *report.Report) { r.Requirements[0].Findings = []report.Finding{} },
		"a waiver of a row that is not":  func(r *report.Report) { r.Requirements[2].Waiver = &report.Waived{Reason: "x", Expires: "2026-12-31"} },
		"an expired waiver that is used": func(r *report.Report) { r.Waivers[1].Outcome = verdict.Used },
		"an expired waiver that waives": func(r *report.Report) {
			r.Waivers[0].Expires = "2026-02-01"
			r.Requirements[0].Waiver.Expires = "2026-02-01"
		},
		"an unneeded waiver that is hid":  func(r *report.Report) { r.Waivers[2].Outcome = "not-run" },
		"an unneeded waiver of a shard":   func(r *report.Report) { r.Selection.Shard = &report.Shard{Number: 1, Of: 2} },
		"a waiver of nothing":             func(r *report.Report) { r.Waivers[3].ID = "CART-ADD-99" },
		"a waiver twice":                  func(r *report.Report) { r.Waivers = append(r.Waivers, r.Waivers[3]) },
		"waivers of no file":              func(r *report.Report) { r.WaiversFile = nil },
		"a digest that is none":           func(r *report.Report) { r.WaiversFile.SHA256 = "ab" },
		"a day that there is not":         func(r *report.Report) { r.Waivers[2].Expires = "2026-02-31" },
		"a verdict that forgets a waiver": func(r *report.Report) { r.Verdict = verdict.Conformant },
	} {
		r := waived()
		change(&r)
		if err := report.Validate(encode(t, r)); err == nil {
			t.Errorf("wanted %s refused, got it accepted", name)
		}
	}
}

func TestLiveMarksWaivedFailures(t *testing.T) {
	var out strings.Builder
	live := report.NewLive(&out, report.LiveOptions{Catalogues: catalogues(), Waived: map[string]bool{"CART-ADD-01": true}})
	live.Finding(record.Finding{Requirement: "CART-ADD-01", Wanted: "a", Got: "b"})
	live.Finding(record.Finding{Requirement: "CART-ADD-02", Wanted: "a", Got: "b"})
	if text := out.String(); !strings.Contains(text, "waived CART-ADD-01") || !strings.Contains(text, "FAILED CART-ADD-02") {
		t.Errorf("wanted one waived and one failed, got\n%s", text)
	}
}
