// Package matrix says what a proof showed: which fault was caught by which
// spec of which requirement, who was blamed for nothing, and which specs catch
// what no other does.
package matrix

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"cartconform/fixtures/bank"
	"cartconform/runner/engine"
	"cartconform/runner/proof"
	"cartconform/suites/record"
)

// Matrix is what came out, in an order that depends on nothing but the bank.
type Matrix struct {
	Suite        string    `json:"suite"`
	Version      string    `json:"version"`
	Seed         int64     `json:"seed"`
	Whole        bool      `json:"whole"` // all faults, all sides, all combinations: what is missing is missing
	Totals       Totals    `json:"totals"`
	Problems     []Problem `json:"problems"`
	Faults       []Fault   `json:"faults"`
	Conforming   []Target  `json:"conforming"` // the reference, choices, combinations
	Requirements []Promise `json:"requirements"`
	Specs        []Spec    `json:"specs"`
	Spent        Spent     `json:"spent"`
}

// Totals are the figures of the matrix.
type Totals struct {
	Faults       int            `json:"faults"`
	Killed       int            `json:"killed"`
	Hidden       int            `json:"hidden"` // faults that schema, status and header checks alone cannot see
	Kinds        map[string]int `json:"kinds"`
	Choices      int            `json:"choices"`
	Combinations int            `json:"combinations"`
	Seeds        int            `json:"seeds"` // with which the reference came out the same
	FalseAlarms  int            `json:"falseAlarms"`
	Collateral   int            `json:"collateral"`
	Specs        int            `json:"specs"`       // that judge something
	OnlyKillers  int            `json:"onlyKillers"` // of them, those without which some fault would survive
	Neutralised  int            `json:"neutralised"` // of those, tried without their assertions: the fault did survive
}

// Spent is what the proof cost. Nothing in it decides anything.
type Spent struct {
	Processes int           `json:"processes"`
	Targets   int           `json:"targets"`
	Requests  int           `json:"requests"`
	Elapsed   time.Duration `json:"elapsedNS"` // all in all
	Work      time.Duration `json:"workNS"`    // the times of all targets together
	Plain     time.Duration `json:"plainNS"`   // one run against the reference, with nothing beside it

	// The faults and single choices that do not keep one waiting on purpose.
	Singles        int           `json:"singles"`
	SinglesElapsed time.Duration `json:"singlesElapsedNS"`
}

// Fault is one fault and what became of it.
type Fault struct {
	ID          string        `json:"id"`
	Requirement string        `json:"requirement"`
	Also        []string      `json:"also"`
	Kind        string        `json:"kind"`
	Sentence    string        `json:"sentence"`
	File        string        `json:"file"`
	Line        int           `json:"line"`
	Killed      bool          `json:"killed"`
	Hidden      bool          `json:"hidden"`
	KilledBy    []string      `json:"killedBy"`   // specs of its requirement
	Beside      []Blame       `json:"beside"`     // other findings for requirements that it lists
	Collateral  []Blame       `json:"collateral"` // findings for requirements that it does not
	Requests    int           `json:"requests"`
	Elapsed     time.Duration `json:"elapsedNS"`

	findings []record.Finding
}

// Blame is one requirement that failed, and the specs that said so.
type Blame struct {
	Requirement string   `json:"requirement"`
	Specs       []string `json:"specs"`
	Message     string   `json:"message"` // of the first finding
}

// Target is one conforming target.
type Target struct {
	proof.Subject
	Verdict     string        `json:"verdict"`
	Sentence    string        `json:"sentence"`
	FalseAlarms []Blame       `json:"falseAlarms"`
	Open        []proof.Open  `json:"open"`
	Requests    int           `json:"requests"`
	Elapsed     time.Duration `json:"elapsedNS"`
}

// Promise is one must or should requirement.
type Promise struct {
	ID        string   `json:"id"`
	Level     string   `json:"level"`
	Statement string   `json:"statement"`
	Faults    []string `json:"faults"`
	Specs     int      `json:"specs"`
}

// Spec is one spec that judges a requirement.
type Spec struct {
	Name         string   `json:"name"`
	Requirement  string   `json:"requirement"`
	File         string   `json:"file"`
	Line         int      `json:"line"`
	Kills        int      `json:"kills"`           // faults of its requirement
	OnlyKillerOf []string `json:"onlyKillerOf"`    // those that would survive if it asserted nothing
	Stays        string   `json:"stays,omitempty"` // why, where it is the only killer of none
}

// faultOf puts together what the bank says of a fault and what came out.
func faultOf(f bank.Fault, o proof.Outcome, judges map[string]string) Fault {
	row := Fault{
		ID: f.ID, Requirement: f.Requirement, Also: f.Also, Kind: string(f.Kind), Sentence: f.Sentence, File: f.File, Line: f.Line,
		Hidden:   !o.Formal && f.Kind != bank.Schema && f.Kind != bank.Status && f.Kind != bank.Header,
		Requests: o.Requests, Elapsed: o.Elapsed, findings: o.Findings,
	}
	for _, blame := range blames(o) {
		switch {
		case len(blame.Specs) == 0: // the verdict's own doing: a claimed feature of which nothing is left to be seen
		case blame.Requirement == f.Requirement:
			for _, s := range blame.Specs {
				if judges[s] == f.Requirement {
					row.KilledBy = append(row.KilledBy, s)
				}
			}
		case slices.Contains(f.Also, blame.Requirement):
			row.Beside = append(row.Beside, blame)
		default:
			row.Collateral = append(row.Collateral, blame)
		}
	}
	row.Killed = len(row.KilledBy) > 0
	return row
}

// blames groups the findings of an outcome by requirement. A requirement may fail
// without a finding of a spec: a claimed feature of which nothing was seen.
func blames(o proof.Outcome) []Blame {
	found := map[string]*Blame{}
	for _, id := range o.Failed {
		found[id] = &Blame{Requirement: id}
	}
	for _, f := range o.Findings {
		b := found[f.Requirement]
		if b == nil {
			continue
		}
		if b.Message == "" {
			b.Message = f.Message
		}
		if !slices.Contains(b.Specs, f.Spec) {
			b.Specs = append(b.Specs, f.Spec)
		}
	}
	list := []Blame{}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		slices.Sort(found[id].Specs)
		list = append(list, *found[id])
	}
	return list
}

// specsOf tells of each spec that judges what it alone catches.
func specsOf(specs []engine.Spec, known []Fault) []Spec {
	var rows []Spec
	for _, s := range specs {
		row := Spec{Name: s.Name, Requirement: s.Requirement, File: s.File, Line: s.Line, OnlyKillerOf: []string{}}
		for _, f := range known {
			if f.Requirement != s.Requirement || !slices.Contains(f.KilledBy, s.Name) {
				continue
			}
			row.Kills++
			if len(f.KilledBy) == 1 {
				row.OnlyKillerOf = append(row.OnlyKillerOf, f.ID)
			}
		}
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b Spec) int { return cmp.Compare(a.Requirement, b.Requirement) })
	return rows
}
