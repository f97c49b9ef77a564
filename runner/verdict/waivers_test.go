package verdict_test

import (
	"strings"
	"testing"
	"time"

	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
)

// waivedRun is a run over the must requirements M and N and the should
// requirement S in which everything passed but what failed names.
func waivedRun(failed string, change func(*verdict.Input), waived ...string) verdict.Result {
	outcomes := map[string]record.Outcome{"M": record.Passed, "N": record.Passed, "S": record.Passed}
	return situation{
		[]spec.Requirement{row(id("M")), row(id("N")), row(id("S"), level(spec.Should))}, outcomes, strings.Fields(failed),
		func(in *verdict.Input) {
			in.Began = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
			for i, w := range waived {
				id, expires, _ := strings.Cut(w, " ")
				in.Waivers = append(in.Waivers, waiver.Waiver{ID: id, Reason: "ticket 12", Expires: expires, Line: i + 2})
			}
			if change != nil {
				change(in)
			}
		},
	}.evaluate()
}

func TestWaivers(t *testing.T) {
	only := func(ids ...string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.Selected = map[string]bool{}
			for _, id := range ids {
				in.Selected[id] = true
			}
			in.Records.Specs = nil
			for _, id := range ids {
				in.Records.Specs = append(in.Records.Specs, of(id, ended(id, record.Passed)))
			}
		}
	}
	for name, test := range map[string]struct {
		result   verdict.Result
		verdict  verdict.Verdict
		exit     verdict.Exit
		uses     string
		message  string // part of the first waiver's
		sentence string
	}{
		"used": {waivedRun("M", nil, "M 2026-06-15"), verdict.ConformantWithWaivers, 0, "used", "is used until 2026-06-15",
			"conformant-with-waivers (profile live; 1 of 3 waived; all 3 judged)"},
		"another failed": {waivedRun("M N", nil, "M 2026-06-15"), verdict.NotConformant, 1, "used", "",
			"not-conformant (profile live; 1 of 3 failed: 1 must; 1 of 3 waived; all 3 judged)"},
		"expired": {waivedRun("M", nil, "M 2026-06-14"), verdict.NotConformant, 1, "expired",
			"waiver for M expired on 2026-06-14 and waives nothing: mend the failure, or decide anew",
			"not-conformant (profile live; 1 of 3 failed: 1 must; 1 waiver expired; all 3 judged)"},
		"expired and passed": {waivedRun("", nil, "M 2026-06-14"), verdict.Conformant, 1, "expired",
			"waiver for M expired on 2026-06-14 and is not needed any more: remove it", ""},
		"unneeded": {waivedRun("", nil, "M 2026-12-31", "N 2026-12-31"), verdict.Conformant, 1, "unneeded unneeded",
			"waiver for M is not needed any more: remove it",
			"conformant (profile live; 2 waivers not needed any more; all 3 judged)"},
		"passed in a shard": {waivedRun("", func(in *verdict.Input) { in.Part = true }, "M 2026-12-31"), verdict.Conformant, 0, "passed",
			"waiver for M: the requirement passed in this part of the run", ""},
		"expired in a shard":     {waivedRun("", func(in *verdict.Input) { in.Part = true }, "M 2026-06-14"), verdict.Conformant, 1, "expired", "", ""},
		"one used, one unneeded": {waivedRun("M", nil, "M 2026-12-31", "N 2026-12-31"), verdict.ConformantWithWaivers, 1, "used unneeded", "", ""},
		"of a should, judged by must alone": {waivedRun("S", func(in *verdict.Input) { in.Level = spec.Must }, "S 2026-12-31"),
			verdict.ConformantWithWaivers, 0, "used", "", ""},
		"not selected":   {waivedRun("", only("N", "S"), "M 2026-12-31"), verdict.Partial, 0, "not-run", "was not put to the test: the requirement is not-run", ""},
		"alone selected": {waivedRun("M", only("M"), "M 2026-12-31"), verdict.Partial, 0, "used", "", ""},
		"not selected and expired": {waivedRun("", only("N"), "M 2026-06-14"), verdict.Partial, 1, "expired",
			"waiver for M expired on 2026-06-14 (the requirement is not-run): remove it, or decide anew", ""},
		"inconclusive": {waivedRun("", func(in *verdict.Input) { in.Records.Specs[0].Outcome = record.Inconclusive }, "M 2026-12-31"),
			verdict.Undecided, 4, "inconclusive", "the requirement is inconclusive", ""},
		"not applicable": {waivedRun("", func(in *verdict.Input) { in.Records.Specs[0].Outcome = record.NotApplied }, "M 2026-12-31"),
			verdict.Conformant, 0, "not-applicable", "", ""},
		"observed": {waivedRun("", func(in *verdict.Input) { in.Records.Specs[0].Outcome = record.Observed }, "M 2026-12-31"),
			verdict.Conformant, 0, "observed", "", ""},
		"everything waived": {waivedRun("M N S", nil, "M 2026-12-31", "N 2026-12-31", "S 2026-12-31"), verdict.Undecided, 4, "used used used", "", ""},
		"unneeded and interrupted": {waivedRun("", func(in *verdict.Input) { in.Interrupted = true }, "M 2026-12-31"),
			verdict.Partial, 1, "unneeded", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.result
			var uses []string
			for _, w := range r.Waivers {
				uses = append(uses, string(w.Use))
			}
			if r.Verdict != test.verdict || r.Exit() != test.exit || strings.Join(uses, " ") != test.uses {
				t.Errorf("wanted %s, exit %d and %s, got %s, exit %d and %s", test.verdict, test.exit, test.uses, r.Verdict, r.Exit(), uses)
			}
			if !strings.Contains(r.Waivers[0].Message, test.message) {
				t.Errorf("wanted %q, got %q", test.message, r.Waivers[0].Message)
			}
			if test.sentence != "" && r.Sentence != test.sentence {
				t.Errorf("wanted %q, got %q", test.sentence, r.Sentence)
			}
		})
	}
}

// A waived failure stays in the report with everything that was found.
func TestWaivedRowKeepsItsFindings(t *testing.T) {
	r := waivedRun("M", nil, "M 2026-12-31").Requirements[0]
	if r.State != verdict.Waived || len(r.Findings) != 1 || r.Waiver == nil || r.Waiver.Reason != "ticket 12" ||
		r.Reason != "waived until 2026-12-31: ticket 12" {
		t.Errorf("wanted a waived row with its finding, got %+v", r)
	}
}

// The empty claim of a feature can be waived like any other failure.
func TestWaivedClaim(t *testing.T) {
	in := verdict.Input{
		Catalogues: catalogue(row(), row(id("F"), feature("auth"))), Features: []string{"auth"},
		Specs:   map[string][]string{"A": {"s1"}, "F": {"s2"}},
		Records: specs(ended("s1", record.Passed), of("F", ended("s2", record.Inconclusive, "no 401"))),
		Waivers: []waiver.Waiver{{ID: "F", Reason: "known", Expires: "9999-12-31"}},
	}
	if r := verdict.Evaluate(in); r.Verdict != verdict.ConformantWithWaivers || r.Requirements[1].State != verdict.Waived {
		t.Errorf("wanted the claim waived, got %s and %s", r.Verdict, r.Requirements[1].State)
	}
}

// Waivers of what cannot fail never reach an evaluation; if one does we are wrong.
func TestWaiverOfWhatCannotFail(t *testing.T) {
	for _, id := range []string{"A", "Q"} {
		in := verdict.Input{Catalogues: catalogue(row(level(spec.May))), Waivers: []waiver.Waiver{{ID: id}}}
		if r := verdict.Evaluate(in); len(r.InternalErrors) != 1 || r.Exit() != verdict.ExitInternal {
			t.Errorf("%s: wanted an internal error, got %v", id, r.InternalErrors)
		}
	}
}
