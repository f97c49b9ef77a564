package report_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/joshdk/go-junit"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
)

func junitOf(t *testing.T, r report.Report) (string, []junit.Suite) {
	t.Helper()
	content, err := r.JUnit()
	if err != nil {
		t.Fatal(err)
	}
	suites, err := junit.Ingest(content)
	if err != nil {
		t.Fatalf("wanted a file that another program reads, got %v\n%s", err, content)
	}
	return string(content), suites
}

func TestJUnit(t *testing.T) {
	content, suites := junitOf(t, sample())
	golden(t, "junit.xml", content)

	if !utf8.ValidString(content) {
		t.Error("wanted UTF-8, got something else")
	}
	for _, r := range content {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			t.Errorf("wanted no character that XML 1.0 forbids, got %U", r)
		}
	}

	want := map[string]junit.Status{
		"CART-GEN-06": junit.StatusFailed, "CART-GEN-07": junit.StatusSkipped, "CART-ADD-01": junit.StatusFailed,
		"CART-ADD-02": junit.StatusPassed, "CART-ADD-03": junit.StatusSkipped, "CART-ADD-17": junit.StatusError,
		"CART-ADD-18": junit.StatusError, "CART-ADD-21": junit.StatusPassed, "CART-ADD-30": junit.StatusSkipped,
		"CART-ERR-07": junit.StatusSkipped, "RC-ADD-02": junit.StatusError,
	}
	for _, suite := range suites {
		for _, test := range suite.Tests {
			id, statement, _ := strings.Cut(test.Name, " ")
			if want[id] != test.Status || statement == "" || !strings.HasPrefix(test.Classname, suite.Name+".") {
				t.Errorf("wanted %s %s in %s, got %s (%s)", id, want[id], suite.Name, test.Status, test.Classname)
			}
			delete(want, id)
			if id == "CART-ADD-01" && !strings.Contains(test.Error.Error(), "</failure>]]> |`*<script>") {
				t.Errorf("wanted what the target said, got %v", test.Error)
			}
			if id == "CART-ADD-21" && !strings.Contains(test.SystemOut, "merged into one line") {
				t.Errorf("wanted the observation, got %q", test.SystemOut)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("wanted a case for each requirement, got none for %v", want)
	}
}

func TestJUnitCounts(t *testing.T) {
	content, _ := junitOf(t, sample())
	type count struct {
		Tests    int     `xml:"tests,attr"`
		Failures int     `xml:"failures,attr"`
		Errors   int     `xml:"errors,attr"`
		Skipped  int     `xml:"skipped,attr"`
		Time     float64 `xml:"time,attr"`
	}
	var doc struct {
		count
		Suites []struct {
			count
			Cases []struct {
				Time     float64    `xml:"time,attr"`
				Failures []struct{} `xml:"failure"`
				Errors   []struct{} `xml:"error"`
				Skipped  []struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(content), &doc); err != nil {
		t.Fatal(err)
	}
	var all count
	for _, suite := range doc.Suites {
		var sum count
		for _, c := range suite.Cases {
			sum.Tests++
			sum.Failures += len(c.Failures)
			sum.Errors += len(c.Errors)
			sum.Skipped += len(c.Skipped)
			sum.Time += c.Time
		}
		if diff := sum.Time - suite.Time; diff > 0.01 || diff < -0.01 {
			t.Errorf("wanted %fs, got %fs", sum.Time, suite.Time)
		}
		sum.Time = suite.Time
		if sum != suite.count {
			t.Errorf("wanted %+v, got %+v", sum, suite.count)
		}
		all.Tests += sum.Tests
		all.Failures += sum.Failures
		all.Errors += sum.Errors
		all.Skipped += sum.Skipped
	}
	all.Time = doc.Time
	if all != doc.count || all.Tests != 11 {
		t.Errorf("wanted %+v, got %+v", all, doc.count)
	}
}

// TestJUnitIsRedWhenRed runs every state and level through it.
func TestJUnitIsRedWhenRed(t *testing.T) {
	for _, level := range verdict.Levels() {
		for _, state := range verdict.States() {
			r := report.Report{Requirements: []report.Requirement{{
				ID: "A-01", API: "a", Area: "b", Level: level, State: state, Reason: "why", Statement: "x.",
				Findings: []report.Finding{{Message: "m"}},
			}}}
			_, suites := junitOf(t, r)
			got := suites[0].Tests[0].Status
			want := map[verdict.State]junit.Status{
				verdict.Passed: junit.StatusPassed, verdict.Failed: junit.StatusFailed, verdict.Inconclusive: junit.StatusError,
				verdict.NotApplicable: junit.StatusSkipped, verdict.Waived: junit.StatusSkipped,
				verdict.Observed: junit.StatusPassed, verdict.NotRun: junit.StatusSkipped,
			}[state]
			if level == spec.May && (want == junit.StatusFailed || want == junit.StatusError) {
				want = junit.StatusSkipped
			}
			if got != want {
				t.Errorf("%s %s: wanted %s, got %s", level, state, want, got)
			}
		}
	}
	in := input()
	in.Records.Specs = append(in.Records.Specs, record.Spec{Name: "s", Requirement: "NO-01", Outcome: record.Passed})
	_, suites := junitOf(t, report.New(verdict.Evaluate(in), run()))
	if last := suites[len(suites)-1]; last.Totals.Error != 1 {
		t.Errorf("wanted an error for what went wrong on our side, got %+v", last.Totals)
	}
}
