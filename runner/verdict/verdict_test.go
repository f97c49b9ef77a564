package verdict_test

import (
	"testing"

	"cartconform/runner/journal"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// situation is a run over requirements with one spec each, named like them.
type situation struct {
	rows     []spec.Requirement
	outcomes map[string]record.Outcome // by id; none = not run
	findings []string                  // ids
	change   func(*verdict.Input)
}

func (s situation) evaluate() verdict.Result {
	in := verdict.Input{Catalogues: catalogue(s.rows...), Profile: target.Live, Specs: map[string][]string{}}
	for _, r := range s.rows {
		in.Specs[r.ID] = []string{r.ID}
		if outcome, ok := s.outcomes[r.ID]; ok {
			in.Records.Specs = append(in.Records.Specs, of(r.ID, ended(r.ID, outcome)))
		}
	}
	for _, id := range s.findings {
		in.Records.Findings = append(in.Records.Findings, record.Finding{Requirement: id, Spec: id, Message: "broken"})
	}
	if s.change != nil {
		s.change(&in)
	}
	return verdict.Evaluate(in)
}

func TestVerdict(t *testing.T) {
	rows := []spec.Requirement{row(id("M")), row(id("N")), row(id("S"), level(spec.Should)), row(id("O"), level(spec.May))}
	type outcomes = map[string]record.Outcome
	passed := outcomes{"M": record.Passed, "N": record.Passed, "S": record.Passed, "O": record.Observed}
	but := func(id string, outcome record.Outcome) outcomes {
		o := outcomes{}
		for k, v := range passed {
			o[k] = v
		}
		o[id] = outcome
		if outcome == "" {
			delete(o, id)
		}
		return o
	}
	onlyMust := func(in *verdict.Input) { in.Level = spec.Must }
	interrupted := func(in *verdict.Input) { in.Interrupted = true }
	selected := func(ids ...string) func(*verdict.Input) {
		return func(in *verdict.Input) {
			in.Selected = map[string]bool{}
			for _, id := range ids {
				in.Selected[id] = true
			}
		}
	}

	for name, test := range map[string]struct {
		situation
		verdict  verdict.Verdict
		exit     verdict.Exit
		sentence string // "" = not checked
	}{
		"all passed": {situation{rows, passed, nil, nil}, verdict.Conformant, 0,
			"conformant (profile live; 1 of 4 not judged: 1 observed)"},
		"must failed": {situation{rows, passed, []string{"M"}, nil}, verdict.NotConformant, 1,
			"not-conformant (profile live; 1 of 4 failed: 1 must; 1 of 4 not judged: 1 observed)"},
		"should failed": {situation{rows, passed, []string{"S"}, nil}, verdict.NotConformant, 1, ""},
		"should failed, level must": {situation{rows, passed, []string{"S"}, onlyMust}, verdict.Conformant, 0,
			"conformant (profile live; only must decides; 1 of 4 failed: 1 should; 1 of 4 not judged: 1 observed)"},
		"must failed, level must":         {situation{rows, passed, []string{"N"}, onlyMust}, verdict.NotConformant, 1, ""},
		"may has a finding":               {situation{rows, passed, []string{"O"}, nil}, verdict.Conformant, 0, ""},
		"may inconclusive":                {situation{rows, but("O", record.Inconclusive), nil, nil}, verdict.Conformant, 0, ""},
		"may not run":                     {situation{rows, but("O", ""), nil, nil}, verdict.Conformant, 0, ""},
		"must inconclusive":               {situation{rows, but("M", record.Inconclusive), nil, nil}, verdict.Undecided, 4, ""},
		"should inconclusive":             {situation{rows, but("S", record.Inconclusive), nil, nil}, verdict.Undecided, 4, ""},
		"should inconclusive, level must": {situation{rows, but("S", record.Inconclusive), nil, onlyMust}, verdict.Conformant, 0, ""},
		"failed beats inconclusive":       {situation{rows, but("M", record.Inconclusive), []string{"N"}, nil}, verdict.NotConformant, 1, ""},
		"not run":                         {situation{rows, but("M", ""), nil, nil}, verdict.Partial, 3, ""},
		"not run beats inconclusive": {situation{rows, outcomes{"M": record.Inconclusive, "N": record.Passed}, nil, nil},
			verdict.Partial, 3, ""},
		"failed beats not run": {situation{rows, outcomes{"M": record.Passed}, []string{"M"}, nil}, verdict.NotConformant, 1, ""},
		"observed must":        {situation{rows, but("M", record.Observed), nil, nil}, verdict.Conformant, 0, ""},
		"broken":               {situation{rows, but("M", record.Broken), []string{"N"}, nil}, verdict.NotConformant, 5, ""},

		"filtered, all selected passed": {situation{rows, outcomes{"M": record.Passed}, nil, selected("M")}, verdict.Partial, 0,
			"partial (profile live; 3 of 4 not judged: 3 not-run)"},
		"filtered, selected inconclusive": {situation{rows, outcomes{"M": record.Inconclusive, "N": record.Passed}, nil, selected("M", "N")},
			verdict.Partial, 4, ""},
		"filtered, a selected one did not run": {situation{rows, outcomes{"M": record.Passed}, nil, selected("M", "N")}, verdict.Partial, 3, ""},
		"filtered, failed":                     {situation{rows, outcomes{"M": record.Passed}, []string{"M"}, selected("M")}, verdict.NotConformant, 1, ""},
		"filter matches nothing":               {situation{rows, nil, nil, selected()}, verdict.Partial, 2, ""},
		"filter matches nothing that exists":   {situation{rows, nil, nil, selected("Q")}, verdict.Partial, 2, ""},
		"filter selects may alone":             {situation{rows, outcomes{"O": record.Observed}, nil, selected("O")}, verdict.Partial, 4, ""},
		"spec left out by a label filter": {situation{rows, but("S", ""), nil,
			func(in *verdict.Input) { in.LeftOut = map[string]bool{"S": true} }}, verdict.Partial, 0, ""},

		"interrupted": {situation{rows, outcomes{"M": record.Passed}, nil, interrupted}, verdict.Partial, 3,
			"partial (profile live; interrupted; 3 of 4 not judged: 3 not-run)"},
		"interrupted before anything":  {situation{rows, nil, nil, interrupted}, verdict.Partial, 3, ""},
		"interrupted at the very end":  {situation{rows, passed, nil, interrupted}, verdict.Partial, 3, ""},
		"interrupted after a failure":  {situation{rows, outcomes{"M": record.Passed}, []string{"M"}, interrupted}, verdict.NotConformant, 1, ""},
		"interrupted and inconclusive": {situation{rows, outcomes{"M": record.Inconclusive}, nil, interrupted}, verdict.Partial, 3, ""},
		"torn record": {situation{rows, passed, nil, func(in *verdict.Input) { in.Records.Torn = []string{"j:1"} }},
			verdict.Partial, 3, ""},

		"nothing passed": {situation{rows[:1], outcomes{"M": record.Observed}, nil, nil}, verdict.Undecided, 4, ""},
		"nothing applies": {situation{[]spec.Requirement{row(id("M"), controlled)}, nil, nil, nil}, verdict.Undecided, 4,
			"inconclusive (profile live; 1 of 1 not judged: 1 not-applicable)"},
		"nothing to judge":            {situation{nil, nil, nil, nil}, verdict.Undecided, 4, "inconclusive (profile live; all 0 judged)"},
		"only should passed, of must": {situation{rows[2:], passed, nil, onlyMust}, verdict.Undecided, 4, ""},
		"everything judged": {situation{rows[:2], passed, nil, func(in *verdict.Input) { in.Records.Specs = in.Records.Specs[:2] }},
			verdict.Conformant, 0, "conformant (profile live; all 2 judged)"},
	} {
		t.Run(name, func(t *testing.T) {
			result := test.evaluate()
			if result.Verdict != test.verdict || result.Exit() != test.exit {
				t.Errorf("wanted %s and exit %d, got %s and exit %d (%v)",
					test.verdict, test.exit, result.Verdict, result.Exit(), result.InternalErrors)
			}
			if test.sentence != "" && result.Sentence != test.sentence {
				t.Errorf("wanted %q, got %q", test.sentence, result.Sentence)
			}
		})
	}
}

func TestConcludeWithWaivers(t *testing.T) {
	states := func(s ...verdict.State) []verdict.Requirement {
		var rows []verdict.Requirement
		for _, state := range s {
			rows = append(rows, verdict.Requirement{Requirement: row(), State: state})
		}
		return rows
	}
	for _, test := range []struct {
		rows []verdict.Requirement
		want verdict.Verdict
	}{
		{states(verdict.Passed, verdict.Waived), verdict.ConformantWithWaivers},
		{states(verdict.Passed, verdict.Waived, verdict.Failed), verdict.NotConformant},
		{states(verdict.Passed, verdict.Waived, verdict.Inconclusive), verdict.Undecided},
		{states(verdict.Passed, verdict.Waived, verdict.NotRun, verdict.Inconclusive), verdict.Partial},
		{states(verdict.Waived), verdict.Undecided},
	} {
		if got := verdict.Conclude(test.rows, spec.Should, false); got != test.want {
			t.Errorf("wanted %s, got %s", test.want, got)
		}
	}
}

func TestWorst(t *testing.T) {
	order := []verdict.Exit{5, 2, 1, 3, 4, 0}
	for i, high := range order {
		for _, low := range order[i:] {
			if got := verdict.Worst(low, high, 0); got != high {
				t.Errorf("wanted %d of %d and %d, got %d", high, low, high, got)
			}
		}
	}
	if got := verdict.Worst(); got != 0 {
		t.Errorf("wanted 0 of nothing, got %d", got)
	}
	if got := verdict.Worst(1, 77); got != 77 {
		t.Errorf("wanted an unknown code to decide, got %d", got)
	}
}

func TestEvaluateLeavesItsInputAlone(t *testing.T) {
	records := journal.Records{
		Specs:    []record.Spec{ended("s2", record.Passed), ended("s1", record.Passed)},
		Findings: []record.Finding{{Requirement: "A", Spec: "s2"}, {Requirement: "A", Spec: "s1"}},
	}
	verdict.Evaluate(verdict.Input{Catalogues: catalogue(row()), Records: records})
	if records.Findings[0].Spec != "s2" || records.Specs[0].Name != "s2" {
		t.Error("wanted the records in their order, got them sorted")
	}
}
