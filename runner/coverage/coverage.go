// Package coverage says, for every requirement, where it is promised, which
// constraints and specs judge it and which known faults prove that they do.
package coverage

import (
	"fmt"
	"slices"

	"cartconform/fixtures/bank"
	"cartconform/runner/engine"
	"cartconform/spec"
)

// Row is one requirement and what covers it.
type Row struct {
	spec.Requirement
	API         string
	Document    spec.Document // that makes the promise
	Promise     spec.Position // where its statement stands
	Disputed    string        // what the documents say in more than one way, and how it is judged; "" for nothing
	Constraints []spec.Constraint
	Specs       []engine.Spec
	Faults      []bank.Fault // that name it as the one they violate
	Beside      []bank.Fault // that cannot help violating it too
}

// Source names document and section, for people.
func (r Row) Source() string {
	title := r.Document.Title
	if title == "" {
		title = r.Requirement.Source.Document
	}
	return fmt.Sprintf("%s, %s", title, r.Requirement.Source.Section)
}

// Matrix gives a row for each requirement of a contract's catalogue, in its order.
func Matrix(contract *spec.Contract, specs []engine.Spec, known []bank.Fault) ([]Row, error) {
	constraints, err := contract.Constraints()
	if err != nil {
		return nil, fmt.Errorf("find the constraints: %w", err)
	}
	catalogue := contract.Catalogue()
	rows := make([]Row, 0, len(catalogue.Requirements))
	for _, r := range catalogue.Requirements {
		row := Row{
			Requirement: r, API: catalogue.API, Document: catalogue.Documents[r.Source.Document],
			Promise: spec.Position{File: catalogue.File, Line: r.Line}, Constraints: constraints[r.ID],
			Disputed: catalogue.Disagreements[r.Disagreement],
		}
		for _, s := range specs {
			if s.Requirement == r.ID {
				row.Specs = append(row.Specs, s)
			}
		}
		for _, f := range known {
			switch {
			case f.Requirement == r.ID:
				row.Faults = append(row.Faults, f)
			case slices.Contains(f.Also, r.ID):
				row.Beside = append(row.Beside, f)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
