package verdict_test

import (
	"slices"
	"strings"
	"testing"

	"cartconform/runner/journal"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// row is a requirement named A with one or two specs "s1" and "s2".
func row(change ...func(*spec.Requirement)) spec.Requirement {
	r := spec.Requirement{ID: "A", Area: "add", Operation: "addItems", Level: spec.Must, Profile: spec.ProfileAny}
	for _, c := range change {
		c(&r)
	}
	return r
}

func level(l spec.Level) func(*spec.Requirement) { return func(r *spec.Requirement) { r.Level = l } }
func id(id string) func(*spec.Requirement)       { return func(r *spec.Requirement) { r.ID = id } }
func feature(f string) func(*spec.Requirement)   { return func(r *spec.Requirement) { r.Feature = f } }
func needs(k string) func(*spec.Requirement) {
	return func(r *spec.Requirement) { r.Needs = []string{k} }
}
func unchecked(r *spec.Requirement)  { r.Unchecked = "Nobody outside sees it." }
func optional(r *spec.Requirement)   { r.Optional = true }
func controlled(r *spec.Requirement) { r.Profile = spec.ProfileControlled }

func catalogue(rows ...spec.Requirement) []*spec.Catalogue {
	return []*spec.Catalogue{{API: "business-cart", Version: "1", Requirements: rows}}
}

func ended(name string, outcome record.Outcome, reason ...string) record.Spec {
	return record.Spec{
		Name: name, Requirement: "A", Outcome: outcome, Reason: strings.Join(reason, ""), Exchanges: 2, Answered: 2, Assertions: 1,
	}
}

func specs(s ...record.Spec) journal.Records { return journal.Records{Specs: s} }

func of(id string, s record.Spec) record.Spec {
	s.Requirement = id
	return s
}

func vacuous(s record.Spec) record.Spec {
	s.Assertions = 0
	return s
}

func unanswered(s record.Spec) record.Spec {
	s.Answered = 0
	return s
}

func TestState(t *testing.T) {
	two := map[string][]string{"A": {"s1", "s2"}}
	one := map[string][]string{"A": {"s1"}}
	nothing := func(string) bool { return false }
	finding := []record.Finding{{Requirement: "A", Spec: "s1", Message: "wanted 1, got 2", Wanted: "1", Got: "2"}}
	observation := []record.Observation{{Requirement: "A", Spec: "s1", Subject: "q", Seen: "a"}}

	for name, test := range map[string]struct {
		row    spec.Requirement
		in     verdict.Input
		state  verdict.State
		reason string // part of it
	}{
		"all passed": {row(), verdict.Input{Specs: two, Records: specs(ended("s1", record.Passed), ended("s2", record.Passed))},
			verdict.Passed, ""},
		"one did not run": {row(), verdict.Input{Specs: two, Records: specs(ended("s1", record.Passed))},
			verdict.NotRun, "1 of 2 specs not run: left no record"},
		"none ran": {row(), verdict.Input{Specs: two}, verdict.NotRun, "2 of 2 specs"},
		"inconclusive before passed": {row(),
			verdict.Input{Specs: two, Records: specs(ended("s1", record.Passed), ended("s2", record.Inconclusive, "needs B"))},
			verdict.Inconclusive, "needs B"},
		"inconclusive before not run": {row(),
			verdict.Input{Specs: two, Records: specs(ended("s2", record.Inconclusive, "needs B"))}, verdict.Inconclusive, "needs B"},
		"not run before observed": {row(),
			verdict.Input{Specs: two, Records: specs(ended("s2", record.Observed))}, verdict.NotRun, "1 of 2"},
		"observed before passed": {row(),
			verdict.Input{Specs: two, Records: specs(ended("s1", record.Passed), ended("s2", record.Observed, "no token seen"))},
			verdict.Observed, "no token seen"},
		"a finding fails it": {row(),
			verdict.Input{Specs: two, Records: journal.Records{
				Specs: []record.Spec{ended("s1", record.Passed), ended("s2", record.Passed)}, Findings: finding}},
			verdict.Failed, "1 finding"},
		"a finding beats inconclusive": {row(),
			verdict.Input{Specs: one, Records: journal.Records{
				Specs: []record.Spec{ended("s1", record.Inconclusive)}, Findings: finding}}, verdict.Failed, ""},
		"a finding of a watched promise without a spec": {row(),
			verdict.Input{Records: journal.Records{Findings: finding}}, verdict.Failed, ""},
		"a finding of what was not selected": {row(),
			verdict.Input{Selected: map[string]bool{"B": true}, Specs: one, Records: journal.Records{Findings: finding}},
			verdict.Failed, ""},
		"a finding of a feature that is not claimed": {row(feature("pagination")),
			verdict.Input{Specs: one, Records: journal.Records{Findings: finding}}, verdict.Failed, ""},
		"failed without a finding": {row(),
			verdict.Input{Specs: one, Records: specs(ended("s1", record.Failed, "why"))}, verdict.Failed, "1 finding"},
		"passed and never answered": {row(),
			verdict.Input{Specs: one, Records: specs(unanswered(ended("s1", record.Passed)))},
			verdict.Inconclusive, "asked nothing that was answered"},
		"passed and compared nothing": {row(),
			verdict.Input{Specs: one, Records: specs(vacuous(ended("s1", record.Passed)))}, verdict.Inconclusive, "asserted nothing"},
		"one of two passed and never answered": {row(),
			verdict.Input{Specs: two, Records: specs(ended("s1", record.Passed), unanswered(ended("s2", record.Passed)))},
			verdict.Inconclusive, "asked nothing that was answered"},
		"no spec":               {row(), verdict.Input{}, verdict.Inconclusive, "this version has no spec for it"},
		"no spec, for a reason": {row(unchecked), verdict.Input{}, verdict.NotApplicable, "cannot be checked from outside: Nobody outside sees it."},
		"unchecked, and a watch found something": {row(unchecked),
			verdict.Input{Records: journal.Records{Findings: finding}}, verdict.Failed, ""},
		"no spec and not applicable": {row(feature("auth")), verdict.Input{}, verdict.NotApplicable, "feature auth"},
		"no spec and not selected":   {row(), verdict.Input{Selected: map[string]bool{}}, verdict.NotRun, "filter"},
		"controlled on live": {row(controlled), verdict.Input{Specs: one, Profile: target.Live},
			verdict.NotApplicable, "needs profile controlled, the target's is live"},
		"controlled on controlled": {row(controlled),
			verdict.Input{Specs: one, Profile: target.Controlled, Records: specs(ended("s1", record.Passed))}, verdict.Passed, ""},
		"claimed feature": {row(feature("auth")),
			verdict.Input{Specs: one, Features: []string{"auth"}, Records: specs(ended("s1", record.Passed))}, verdict.Passed, ""},
		"optional data absent": {row(needs("data.offers.hosted"), optional), verdict.Input{Specs: one, Has: nothing},
			verdict.NotApplicable, "data.offers.hosted"},
		"needed data absent": {row(needs("data.offers.limited")), verdict.Input{Specs: one, Has: nothing},
			verdict.Inconclusive, "needs data.offers.limited in the target description"},
		"needed data absent, yet it passed": {row(needs("data.offers.limited")),
			verdict.Input{Specs: one, Has: nothing, Records: specs(ended("s1", record.Passed))}, verdict.Passed, ""},
		"all specs say not applicable": {row(),
			verdict.Input{Specs: one, Records: specs(ended("s1", record.NotApplied, "static"))}, verdict.NotApplicable, "static"},
		"one of two not applicable": {row(),
			verdict.Input{Specs: two, Records: specs(ended("s1", record.NotApplied), ended("s2", record.Passed))}, verdict.Passed, ""},
		"interrupted": {row(),
			verdict.Input{Specs: two, Interrupted: true, Records: specs(ended("s1", record.Passed), ended("s2", record.Interrupted))},
			verdict.NotRun, "the run was interrupted"},
		"stopped for a reason": {row(),
			verdict.Input{Specs: two, Interrupted: true, StopReason: "unreachable"}, verdict.NotRun, "unreachable"},
		"broken": {row(), verdict.Input{Specs: one, Records: specs(ended("s1", record.Broken, "panic"))},
			verdict.Inconclusive, "the suite went wrong: panic"},
		"unknown outcome": {row(), verdict.Input{Specs: one, Records: specs(ended("s1", "great"))},
			verdict.Inconclusive, "unknown outcome great"},
		"left out by a label filter": {row(),
			verdict.Input{Specs: two, LeftOut: map[string]bool{"s2": true}, Records: specs(ended("s1", record.Passed))},
			verdict.NotRun, "1 of 2 specs not run: left out by the filter"},
		"same name declared twice, run once": {row(),
			verdict.Input{Specs: map[string][]string{"A": {"s1", "s1"}}, Records: specs(ended("s1", record.Passed))},
			verdict.NotRun, "1 of 2"},
		"run twice, the worse counts": {row(),
			verdict.Input{Specs: one, Records: specs(ended("s1", record.Passed), ended("s1", record.Inconclusive, "x"))},
			verdict.Inconclusive, "x"},
		"recorded and never declared": {row(), verdict.Input{Records: specs(ended("s1", record.Passed))}, verdict.Passed, ""},

		"may: finding": {row(level(spec.May)),
			verdict.Input{Specs: one, Records: journal.Records{Specs: []record.Spec{ended("s1", record.Failed)}, Findings: finding}},
			verdict.Observed, "1 observation"},
		"may: failed without a finding": {row(level(spec.May)),
			verdict.Input{Specs: one, Records: specs(ended("s1", record.Failed, "x"))}, verdict.Observed, "1 observation"},
		"may: observation": {row(level(spec.May)),
			verdict.Input{Specs: two, Records: journal.Records{Observations: observation}}, verdict.Observed, "1 observation"},
		"may: passed": {row(level(spec.May)),
			verdict.Input{Specs: one, Records: specs(ended("s1", record.Passed))}, verdict.Observed, ""},
		"may: passed and never answered": {row(level(spec.May)),
			verdict.Input{Specs: one, Records: specs(unanswered(ended("s1", record.Passed)))}, verdict.Inconclusive, "answered"},
		"may: observed and inconclusive": {row(level(spec.May)),
			verdict.Input{Specs: two, Records: specs(ended("s1", record.Inconclusive), ended("s2", record.Observed, "x"))},
			verdict.Observed, "x"},
		"may: inconclusive": {row(level(spec.May)),
			verdict.Input{Specs: two, Records: specs(ended("s1", record.Inconclusive, "x"))}, verdict.Inconclusive, "x"},
		"may: not run":        {row(level(spec.May)), verdict.Input{Specs: one}, verdict.NotRun, ""},
		"may: no spec":        {row(level(spec.May)), verdict.Input{}, verdict.Inconclusive, "no spec"},
		"may: not applicable": {row(level(spec.May), feature("auth")), verdict.Input{Specs: one}, verdict.NotApplicable, "auth"},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Catalogues = catalogue(test.row)
			result := verdict.Evaluate(test.in)
			if len(result.Requirements) != 1 {
				t.Fatalf("wanted 1 requirement, got %d", len(result.Requirements))
			}
			got := result.Requirements[0]
			if got.State != test.state || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("wanted %s because of %q, got %s because of %q", test.state, test.reason, got.State, got.Reason)
			}
			if got.State == verdict.Passed && got.Reason != "" {
				t.Errorf("wanted no reason, got %q", got.Reason)
			}
			if failed := len(got.Findings) > 0; failed != (got.State == verdict.Failed) {
				t.Errorf("wanted findings exactly when failed, got %d in state %s", len(got.Findings), got.State)
			}
		})
	}
}

func TestCatalogueOrderIsKept(t *testing.T) {
	in := verdict.Input{Catalogues: []*spec.Catalogue{
		{API: "x", Requirements: []spec.Requirement{row(id("Z")), row(id("A"))}, Documents: map[string]spec.Document{"d": {Title: "The D"}}},
		{API: "y", Requirements: []spec.Requirement{row(id("M"), func(r *spec.Requirement) { r.Source.Document = "e" })}},
	}}
	in.Catalogues[0].Requirements[0].Source.Document = "d"
	var got []string
	for _, r := range verdict.Evaluate(in).Requirements {
		got = append(got, r.API+" "+r.ID+" "+r.Document)
	}
	if want := []string{"x Z The D", "x A ", "y M e"}; !slices.Equal(got, want) {
		t.Errorf("wanted %q, got %q", want, got)
	}
}

func TestEmptyClaim(t *testing.T) {
	paging := []spec.Requirement{
		row(feature("pagination")), row(id("B"), feature("pagination"), needs("data.key")), row(id("C"), feature("pagination"), level(spec.May)),
		row(id("D"), feature("pagination")), row(id("X")),
	}
	declared := map[string][]string{"A": {"s"}, "B": {"s"}, "C": {"s"}, "X": {"s"}} // none for D
	run := func(a, b record.Outcome, change func(*verdict.Input)) []verdict.State {
		in := verdict.Input{
			Catalogues: catalogue(paging...), Features: []string{"pagination"}, Specs: declared,
			Records: specs(of("A", ended("s", a, "no page")), of("B", ended("s", b, "no page")),
				of("C", ended("s", record.Inconclusive)), of("X", ended("s", record.Inconclusive))),
		}
		if change != nil {
			change(&in)
		}
		var states []verdict.State
		for _, r := range verdict.Evaluate(in).Requirements {
			states = append(states, r.State)
		}
		return states
	}
	const f, i, p, o, n = verdict.Failed, verdict.Inconclusive, verdict.Passed, verdict.Observed, verdict.NotRun
	for name, test := range map[string]struct{ got, want []verdict.State }{
		"nothing passed":    {run(record.Inconclusive, record.Inconclusive, nil), []verdict.State{f, f, i, i, i}},
		"one passed":        {run(record.Passed, record.Inconclusive, nil), []verdict.State{p, i, i, i, i}},
		"observed is empty": {run(record.Observed, record.Inconclusive, nil), []verdict.State{o, f, i, i, i}},
		"interrupted": {run(record.Inconclusive, record.Inconclusive, func(in *verdict.Input) { in.Interrupted = true }),
			[]verdict.State{i, i, i, i, i}},
		"a part did not run": {run(record.Interrupted, record.Inconclusive, nil), []verdict.State{n, i, i, i, i}},
		"our own fault":      {run(record.Broken, record.Inconclusive, nil), []verdict.State{i, f, i, i, i}},
		"data that are not described": {run(record.Inconclusive, record.Inconclusive, func(in *verdict.Input) { in.Has = func(string) bool { return false } }),
			[]verdict.State{f, i, i, i, i}},
	} {
		if !slices.Equal(test.got, test.want) {
			t.Errorf("%s: wanted %v, got %v", name, test.want, test.got)
		}
	}
}

func TestInternalErrors(t *testing.T) {
	in := verdict.Input{
		Catalogues: catalogue(row(), row(), row(id("L"), level("shall"))),
		Specs:      map[string][]string{"A": {"s1"}, "NO-1": {"s"}},
		Records: journal.Records{
			Specs:        []record.Spec{ended("s1", record.Broken, "nil pointer"), of("NO-2", ended("s", record.Passed))},
			Findings:     []record.Finding{{Requirement: "NO-3", Spec: "s"}},
			Observations: []record.Observation{{Requirement: "NO-4", Spec: "s"}},
		},
		InternalErrors: []string{"disk full"},
	}
	result := verdict.Evaluate(in)
	if len(result.InternalErrors) != 8 || result.Exit() != verdict.ExitInternal {
		t.Errorf("wanted 8 errors and exit 5, got exit %d and\n%s", result.Exit(), strings.Join(result.InternalErrors, "\n"))
	}
	if len(result.Requirements) != 2 {
		t.Errorf("wanted A once and L, got %d requirements", len(result.Requirements))
	}
}
