// Package coverage says, for every requirement, where it is promised, which
// specs judge it and which known faults prove that they do.
package coverage

import (
	"fmt"

	"cartconform/fixtures/faults"
	"cartconform/runner/engine"
	"cartconform/spec"
)

// Row is one requirement and what covers it.
type Row struct {
	spec.Requirement
	API     string
	Source  string        // document and section, for people
	Promise spec.Position // where its statement stands
	Specs   []engine.Spec
	Faults  []faults.Fault // that name it as the one they violate
}

// Matrix gives a row for each requirement of a catalogue, in its order.
func Matrix(catalogue *spec.Catalogue, specs []engine.Spec, known []faults.Fault) []Row {
	rows := make([]Row, 0, len(catalogue.Requirements))
	at := map[string]int{}
	for i, r := range catalogue.Requirements {
		at[r.ID] = i
		rows = append(rows, Row{
			Requirement: r, API: catalogue.API, Source: source(catalogue, r),
			Promise: spec.Position{File: catalogue.File, Line: r.Line},
		})
	}
	for _, s := range specs {
		if i, ok := at[s.Requirement]; ok {
			rows[i].Specs = append(rows[i].Specs, s)
		}
	}
	for _, f := range known {
		if i, ok := at[f.Requirement]; ok {
			rows[i].Faults = append(rows[i].Faults, f)
		}
	}
	return rows
}

func source(catalogue *spec.Catalogue, r spec.Requirement) string {
	title := r.Source.Document
	if d, ok := catalogue.Documents[r.Source.Document]; ok {
		title = d.Title
	}
	return fmt.Sprintf("%s, %s", title, r.Source.Section)
}
