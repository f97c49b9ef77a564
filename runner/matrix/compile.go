package matrix

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cartconform/fixtures/bank"
	"cartconform/runner/engine"
	"cartconform/runner/proof"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// Input is what a matrix is made of.
type Input struct {
	Seed     int64
	Whole    bool // Outcomes are those of all subjects
	Outcomes []proof.Outcome
	Faults   []bank.Fault
	Specs    []engine.Spec // of the suite, all
	Settled  Settled

	Catalogue *spec.Catalogue

	// Muted are the outcomes of Neutralising, tried.
	Muted []proof.Outcome
}

// tries is for how many faults at most a spec is neutralised that is the only killer
// of several: one that another spec meets by chance shows nothing.
const tries = 3

// Neutralising gives, for each spec that is the only killer of faults, some of these
// with the spec's assertions neutralised: one of them has to survive.
func (m Matrix) Neutralising() []proof.Subject {
	var subjects []proof.Subject
	for _, s := range m.Specs {
		for _, id := range s.OnlyKillerOf[:min(tries, len(s.OnlyKillerOf))] {
			subjects = append(subjects, proof.Subject{Kind: proof.Fault, Name: id, Suite: proof.Mark(m.Suite), Muted: s.Name})
		}
	}
	return subjects
}

// Compile makes the matrix. What a proof of some subjects does not show, such as
// that a spec catches nothing, is said only of a whole one.
func Compile(in Input) Matrix {
	m := Matrix{Suite: in.Catalogue.API, Seed: in.Seed, Whole: in.Whole, Problems: []Problem{}, Faults: []Fault{}, Conforming: []Target{}}
	judging, judges := judging(in)
	known := map[proof.Subject]proof.Outcome{}
	for _, o := range in.Outcomes {
		known[o.Subject] = o
		m.Spent.Requests += o.Requests
		m.Spent.Work += o.Elapsed
		for _, err := range o.Errors {
			m.problem(InternalError, o.Subject.Name, "%s", err)
		}
	}
	m.Spent.Targets = len(in.Outcomes)
	for _, f := range in.Faults {
		if o, ok := known[proof.OfFault(f)]; ok {
			m.Faults = append(m.Faults, faultOf(f, o, judges))
		}
	}
	for _, o := range in.Outcomes {
		if o.Subject.Kind != proof.Fault {
			m.Conforming = append(m.Conforming, targetOf(o))
		}
	}
	slices.SortStableFunc(m.Conforming, func(a, b Target) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
	m.Specs = specsOf(judging, m.Faults)
	m.Requirements = promises(in.Catalogue, m)
	m.faults()
	m.conforming()
	m.fickle(in.Outcomes)
	if in.Whole {
		m.settle(in.Settled, operations(in.Catalogue))
		m.unprovoked()
	}
	m.total()
	m.neutralised(in.Muted, judges, in.Settled.bySeed())
	return m
}

// neutralised counts the specs without which a fault survived when it was tried, and
// notes the others: they are not the only killers after all. Of those in chance that is
// known: walks and crowds meet the same faults with some seeds.
func (m *Matrix) neutralised(muted []proof.Outcome, judges map[string]string, chance map[string]bool) {
	survived, caught := map[string]bool{}, map[string]string{}
	for _, o := range muted {
		if o.Requests == 0 { // a spec may panic over what it was content with, but not before it asked anything
			m.problem(InternalError, o.Subject.String(), "%s", strings.Join(o.Errors, "; "))
			continue
		}
		killer := ""
		for _, f := range o.Findings {
			if id := judges[o.Subject.Muted]; f.Requirement == id && judges[f.Spec] == id {
				killer = f.Spec
			}
		}
		if killer == "" {
			survived[o.Subject.Muted] = true
		} else {
			caught[o.Subject.Muted] = fmt.Sprintf("wanted %s to survive without it, got it caught by %q", o.Subject.Name, killer)
		}
	}
	m.Totals.Neutralised = len(survived)
	for _, spec := range slices.Sorted(maps.Keys(caught)) {
		if !survived[spec] && !chance[spec] {
			m.problem(Unmuted, spec, "%s", caught[spec])
		}
	}
}

// judging gives the specs that judge something that can fail, and of each its
// requirement, by name.
func judging(in Input) ([]engine.Spec, map[string]string) {
	var specs []engine.Spec
	ids := map[string]string{}
	for _, s := range in.Specs {
		if r, ok := in.Catalogue.Find(s.Requirement); ok && r.Level != spec.May {
			specs = append(specs, s)
			ids[s.Name] = s.Requirement
		}
	}
	return specs, ids
}

func rank(k proof.Kind) int {
	return slices.Index([]proof.Kind{proof.Known, proof.Choice, proof.Combination}, k)
}

func targetOf(o proof.Outcome) Target {
	t := Target{
		Subject: o.Subject, Verdict: string(o.Verdict), Sentence: o.Sentence, FalseAlarms: blames(o),
		Open: []proof.Open{}, Requests: o.Requests, Elapsed: o.Elapsed,
	}
	for _, open := range o.Open {
		if open.Level != spec.May { // there the target only gave no occasion to look at its choice
			t.Open = append(t.Open, open)
		}
	}
	return t
}

func promises(c *spec.Catalogue, m Matrix) []Promise {
	var list []Promise
	for _, r := range c.Requirements {
		if r.Level == spec.May {
			continue
		}
		p := Promise{ID: r.ID, Level: string(r.Level), Statement: r.Statement, Faults: []string{}}
		for _, f := range m.Faults {
			if f.Requirement == r.ID {
				p.Faults = append(p.Faults, f.ID)
			}
		}
		for _, s := range m.Specs {
			if s.Requirement == r.ID {
				p.Specs++
			}
		}
		list = append(list, p)
	}
	return list
}

func operations(c *spec.Catalogue) map[string]string {
	of := map[string]string{}
	for _, r := range c.Requirements {
		of[r.ID] = r.Operation
	}
	return of
}

// faults notes what is wrong with single faults.
func (m *Matrix) faults() {
	for _, f := range m.Faults {
		if !f.Killed {
			m.problem(Survivor, f.ID, "wanted a finding by a spec of %s, got %s (%s:%d)", f.Requirement, failedText(f), f.File, f.Line)
		}
		for _, b := range f.Collateral {
			m.problem(Collateral, f.ID, "wanted %s alone blamed, got %s by %s: %s (%s:%d)",
				strings.Join(append([]string{f.Requirement}, f.Also...), ", "), b.Requirement, by(b.Specs), oneLine(b.Message), f.File, f.Line)
		}
	}
}

func failedText(f Fault) string {
	var ids []string
	for _, b := range slices.Concat(f.Beside, f.Collateral) {
		ids = append(ids, b.Requirement)
	}
	if len(ids) == 0 {
		return "none at all"
	}
	return "findings for " + strings.Join(ids, ", ")
}

func by(specs []string) string {
	switch len(specs) {
	case 0:
		return "no spec, for nothing of it was seen"
	case 1:
		return fmt.Sprintf("%q", specs[0])
	}
	return fmt.Sprintf("%q and %d more", specs[0], len(specs)-1)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// conforming notes where a target was failed, or not judged, that keeps every promise.
func (m *Matrix) conforming() {
	for _, t := range m.Conforming {
		for _, b := range t.FalseAlarms {
			m.problem(FalseAlarm, t.Name, "wanted nothing failed, got %s by %s: %s", b.Requirement, by(b.Specs), oneLine(b.Message))
		}
		for _, open := range t.Open {
			m.problem(Unjudged, t.Name, "wanted %s passed, got %s: %s", open.Requirement, open.State, oneLine(open.Reason))
		}
		if t.Verdict != string(verdict.Conformant) && len(t.FalseAlarms)+len(t.Open) == 0 {
			m.problem(FalseAlarm, t.Name, "wanted conformant, got %s", t.Sentence)
		}
	}
}

// fickle notes requirements of the reference whose state depends on the seed.
func (m *Matrix) fickle(outcomes []proof.Outcome) {
	var first *proof.Outcome
	for i, o := range outcomes {
		switch {
		case o.Subject.Kind != proof.Known:
		case first == nil:
			first = &outcomes[i]
		default:
			m.Totals.Seeds++
			for _, id := range slices.Sorted(maps.Keys(first.States)) {
				if first.States[id] != o.States[id] {
					m.problem(Fickle, o.Subject.String(), "wanted %s %s, as with seed %d, got it %s", id, first.States[id], m.Seed, o.States[id])
				}
			}
		}
	}
	if first != nil {
		m.Totals.Seeds++
	}
}

// unprovoked notes promises that can be broken and that no fault breaks.
func (m *Matrix) unprovoked() {
	for _, p := range m.Requirements {
		if p.Specs > 0 && len(p.Faults) == 0 {
			m.problem(Unprovoked, p.ID, "wanted a fault that breaks it, got none")
		}
	}
	for _, f := range m.Faults {
		if f.Kind == string(bank.Intermittent) || f.Kind == string(bank.Concurrency) {
			continue // what they break besides is a matter of chance
		}
		for _, id := range f.Also {
			if !slices.ContainsFunc(f.Beside, func(b Blame) bool { return b.Requirement == id }) {
				m.problem(Needless, f.ID, "wanted what it lists to be broken, got %s kept (%s:%d)", id, f.File, f.Line)
			}
		}
	}
}

func (m *Matrix) problem(kind ProblemKind, subject, format string, args ...any) {
	m.Problems = append(m.Problems, Problem{kind, subject, fmt.Sprintf(format, args...)})
}

func (m *Matrix) total() {
	t := Totals{Faults: len(m.Faults), Kinds: map[string]int{}, Specs: len(m.Specs), Seeds: m.Totals.Seeds}
	for _, f := range m.Faults {
		t.Kinds[f.Kind]++
		t.Killed += count(f.Killed)
		t.Hidden += count(f.Hidden)
		t.Collateral += len(f.Collateral)
	}
	for _, c := range m.Conforming {
		t.Choices += count(c.Kind == proof.Choice)
		t.Combinations += count(c.Kind == proof.Combination)
		t.FalseAlarms += len(c.FalseAlarms)
	}
	for _, s := range m.Specs {
		t.OnlyKillers += count(len(s.OnlyKillerOf) > 0)
	}
	m.Totals = t
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
