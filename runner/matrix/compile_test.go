package matrix

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/fixtures/bank"
	"cartconform/runner/engine"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
)

// small is an input in which nothing is wrong: two requirements, three specs, two
// faults, the reference and a choice.
func small() Input {
	find := func(pairs ...string) (findings []record.Finding) {
		for i := 0; i < len(pairs); i += 2 {
			findings = append(findings, record.Finding{Requirement: pairs[i], Spec: pairs[i+1], Message: "expected this\nseen that"})
		}
		return findings
	}
	return Input{
		Seed: 3, Whole: true,
		Catalogue: &spec.Catalogue{API: "business-cart", Requirements: []spec.Requirement{
			{ID: "A-1", Level: spec.Must, Operation: "get"}, {ID: "A-2", Level: spec.Should, Operation: "put"}, {ID: "A-3", Level: spec.May, Operation: "get"},
		}},
		Specs: []engine.Spec{
			{Name: "one", Requirement: "A-1"}, {Name: "two", Requirement: "A-2"}, {Name: "two again", Requirement: "A-2"}, {Name: "looks", Requirement: "A-3"},
		},
		Faults: []bank.Fault{
			{ID: "bad-one", Requirement: "A-1", Kind: bank.Status},
			{ID: "bad-two", Requirement: "A-2", Also: []string{"A-1"}, Kind: bank.Sequence},
			{ID: "bad-again", Requirement: "A-2", Kind: bank.Size},
		},
		Outcomes: []proof.Outcome{
			{Subject: proof.Arena{Suite: proof.BusinessCart}.Plain(), Verdict: verdict.Conformant, Requests: 5},
			{Subject: proof.Subject{Kind: proof.Fault, Name: "bad-one"}, Failed: []string{"A-1"}, Findings: find("A-1", "one"), Requests: 4},
			{Subject: proof.Subject{Kind: proof.Fault, Name: "bad-two"}, Failed: []string{"A-1", "A-2"}, Findings: find("A-1", "two", "A-2", "two"), Elapsed: time.Second},
			{Subject: proof.Subject{Kind: proof.Fault, Name: "bad-again"}, Failed: []string{"A-2"}, Findings: find("A-2", "two again"), Formal: true},
			{Subject: proof.Subject{Kind: proof.Choice, Name: "Order=other"}, Verdict: verdict.Conformant,
				Open: []proof.Open{{Requirement: "A-3", Level: spec.May, State: verdict.Inconclusive}}},
		},
	}
}

func TestMatrix(t *testing.T) {
	in := small()
	for _, s := range Compile(in).Neutralising() {
		in.Muted = append(in.Muted, proof.Outcome{Subject: s, Requests: 1, Errors: []string{"index out of range"}})
	}
	m := Compile(in)
	if len(m.Problems) > 0 {
		t.Errorf("wanted no problems, got %+v", m.Problems)
	}
	want := Totals{Faults: 3, Killed: 3, Hidden: 1, Kinds: map[string]int{"status": 1, "sequence": 1, "size": 1}, Choices: 1, Seeds: 1, Specs: 3, OnlyKillers: 3, Neutralised: 3}
	got, _ := json.Marshal(m.Totals)
	if wanted, _ := json.Marshal(want); !bytes.Equal(got, wanted) {
		t.Errorf("wanted totals %s, got %s", wanted, got)
	}
	two := m.Faults[1]
	if !slices.Equal(two.KilledBy, []string{"two"}) || len(two.Beside) != 1 || two.Beside[0].Requirement != "A-1" || !two.Hidden {
		t.Errorf("wanted bad-two killed by two, with A-1 beside it and hidden, got %+v", two)
	}
	var text, page bytes.Buffer
	if err := Text(&text, m); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, m); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"proven (seed 3): 3 of 3 faults killed by a spec of the requirement that it names; collateral 0; false alarms 0 on 1 choice and 0 combinations; " +
			"3 of 3 specs are the only killers of a fault, which survives without their assertions",
		"choice Order=other",
	} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("wanted %q in\n%s", line, text.String())
		}
	}
	if !strings.Contains(page.String(), `<tr id="bad-two">`) || strings.Contains(page.String(), "nobody said why") {
		t.Errorf("wanted a page with the faults and no complaint, got\n%s", page.String())
	}
}

// Whatever should not be is a problem, and tells what to look at.
func TestProblems(t *testing.T) {
	outcome := func(in *Input, i int, change func(*proof.Outcome)) { change(&in.Outcomes[i]) }
	for _, test := range []struct {
		name   string
		change func(*Input)
		want   []string // kind and subject of each problem
		text   string
	}{
		{"nobody reports anything", func(in *Input) {
			outcome(in, 1, func(o *proof.Outcome) { o.Failed, o.Findings = nil, nil })
		}, []string{"survivor bad-one", "idle spec one"}, "wanted a finding by a spec of A-1, got none at all"},
		{"a spec of another requirement notices", func(in *Input) {
			outcome(in, 1, func(o *proof.Outcome) { o.Findings[0].Spec = "two" })
		}, []string{"survivor bad-one", "idle spec one"}, "A-1"},
		{"somebody else is blamed", func(in *Input) {
			outcome(in, 3, func(o *proof.Outcome) {
				o.Failed = []string{"A-1", "A-2"}
				o.Findings = append(o.Findings, record.Finding{Requirement: "A-1", Spec: "one", Message: "seen that"})
			})
		}, []string{"collateral bad-again"}, `wanted A-2 alone blamed, got A-1 by "one": seen that`},
		{"an empty claim is nobody's finding", func(in *Input) {
			outcome(in, 3, func(o *proof.Outcome) { o.Failed = []string{"A-1", "A-2"} })
		}, nil, ""},
		{"what is listed holds", func(in *Input) {
			outcome(in, 2, func(o *proof.Outcome) { o.Failed, o.Findings = o.Failed[1:], o.Findings[1:] })
		}, []string{"needless bad-two"}, "wanted what it lists to be broken, got A-1 kept"},
		{"the reference is failed", func(in *Input) {
			outcome(in, 0, func(o *proof.Outcome) {
				o.Verdict, o.Failed = verdict.NotConformant, []string{"A-2"}
				o.Findings = []record.Finding{{Requirement: "A-2", Spec: "two", Message: "seen that"}}
			})
		}, []string{"false alarm reference"}, `wanted nothing failed, got A-2 by "two": seen that`},
		{"a choice has an empty claim", func(in *Input) {
			outcome(in, 4, func(o *proof.Outcome) { o.Verdict, o.Failed = verdict.NotConformant, []string{"A-2"} })
		}, []string{"false alarm Order=other"}, "nothing of it was seen"},
		{"a choice is not judged", func(in *Input) {
			outcome(in, 4, func(o *proof.Outcome) {
				o.Verdict, o.Open = verdict.Undecided, []proof.Open{{Requirement: "A-2", Level: spec.Should, State: verdict.Inconclusive, Reason: "no occasion"}}
			})
		}, []string{"not judged Order=other"}, "wanted A-2 passed, got inconclusive: no occasion"},
		{"a choice is interrupted", func(in *Input) {
			outcome(in, 4, func(o *proof.Outcome) { o.Verdict, o.Sentence = verdict.Partial, "partial (interrupted)" })
		}, []string{"false alarm Order=other"}, "wanted conformant, got partial (interrupted)"},
		{"another seed, another state", func(in *Input) {
			in.Outcomes[0].States = map[string]verdict.State{"A-1": verdict.Passed, "A-2": verdict.Passed}
			in.Outcomes = append(in.Outcomes, proof.Outcome{Subject: proof.Arena{Suite: proof.BusinessCart}.Seeds(3, 1)[0], Verdict: verdict.Conformant,
				States: map[string]verdict.State{"A-1": verdict.Passed, "A-2": verdict.Observed}})
		}, []string{"fickle reference with seed 4"}, "wanted A-2 passed, as with seed 3, got it observed"},
		{"the suite breaks", func(in *Input) {
			outcome(in, 0, func(o *proof.Outcome) { o.Errors = []string{"spec one panicked"} })
		}, []string{"internal error reference"}, "spec one panicked"},
		{"a promise has no fault", func(in *Input) {
			in.Faults = in.Faults[1:]
		}, []string{"no fault A-1", "idle spec one"}, "wanted a fault that breaks it"},
		{"two faults are found by the same specs", func(in *Input) {
			outcome(in, 3, func(o *proof.Outcome) { o.Findings[0].Spec = "two" })
		}, []string{"twins bad-again bad-two", "idle spec two again"}, "wanted faults of put that differ"},
		{"what is settled is so", func(in *Input) {
			outcome(in, 3, func(o *proof.Outcome) { o.Findings[0].Spec = "two" })
			settle(in, []string{"bad-two", "bad-again"}, "two again")
		}, nil, ""},
		{"what is settled is not so", func(in *Input) {
			settle(in, []string{"bad-one", "bad-again"}, "two", "three")
		}, []string{"needless bad-again bad-one", "needless three", "needless two"}, "settled/business-cart.yaml"},
		{"a muted spec is not the only killer", func(in *Input) {
			muted := proof.Subject{Kind: proof.Fault, Name: "bad-two", Muted: "two"}
			in.Muted = []proof.Outcome{{Subject: muted, Requests: 1, Findings: []record.Finding{{Requirement: "A-2", Spec: "two again"}}}}
		}, []string{"not neutralised two"}, `wanted bad-two to survive without it, got it caught by "two again"`},
		{"a muted spec asked nothing", func(in *Input) {
			in.Muted = []proof.Outcome{{Subject: proof.Subject{Kind: proof.Fault, Name: "bad-two", Muted: "two"}, Errors: []string{"no reference"}}}
		}, []string{"internal error fault bad-two without \"two\""}, "no reference"},
		{"what is settled is so with another seed", func(in *Input) {
			settle(in, []string{"bad-one", "bad-two"}, "two")
			in.Settled.Twins, in.Settled.Specs[0].BySeed = nil, true
		}, nil, ""},
		{"a part says nothing about the whole", func(in *Input) {
			in.Whole, in.Outcomes = false, in.Outcomes[:2]
		}, nil, ""},
	} {
		in := small()
		test.change(&in)
		var got []string
		texts := ""
		for _, p := range Compile(in).Problems {
			got = append(got, string(p.Kind)+" "+p.Subject)
			texts += p.Text + "\n"
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) || !strings.Contains(texts, test.text) {
			t.Errorf("%s: wanted %q with %q, got %q with\n%s", test.name, test.want, test.text, got, texts)
		}
	}
}

func settle(in *Input, twins []string, specs ...string) {
	in.Settled.Twins = append(in.Settled.Twins, struct {
		Faults []string `yaml:"faults"`
		Reason string   `yaml:"reason"`
	}{twins, "they differ"})
	in.Settled.Specs = append(in.Settled.Specs, struct {
		Specs  []string `yaml:"specs"`
		Reason string   `yaml:"reason"`
		BySeed bool     `yaml:"bySeed"`
	}{specs, "it is read first", false})
}

func TestSettledCanBeRead(t *testing.T) {
	for _, a := range proof.Arenas() {
		if _, err := Settle(a.Suite); err != nil {
			t.Error(err)
		}
	}
}
