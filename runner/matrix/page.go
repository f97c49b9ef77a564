package matrix

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"cartconform/runner/proof"
)

//go:embed page.html.tmpl
var pageTemplate string

// HTML writes the matrix as one page that loads nothing and runs nothing.
func HTML(out io.Writer, m Matrix) error {
	t, err := template.New("matrix").Funcs(template.FuncMap{
		"seconds": seconds, "plural": plural, "oneLine": oneLine,
		"cost": m.Cost, "sentence": m.Sentence,
	}).Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("read the template: %w", err)
	}
	if err := t.Execute(out, newPage(m)); err != nil {
		return fmt.Errorf("fill the template: %w", err)
	}
	return nil
}

// page is what the template is filled with.
type page struct {
	Matrix
	Columns []column
	Rows    []row
	Width   int
	Height  int
	Open    []Target // choices and combinations of which something is to be said
	Silent  int      // those that were found conformant
	Idle    []Spec
}

// column is a requirement in the picture, and where it stands.
type column struct {
	ID string
	X  int
}

// row is a fault in the picture, with a mark for each requirement that failed.
type row struct {
	Fault
	Y     int
	Marks []mark
}

// mark is one cell: the fault broke the requirement.
type mark struct {
	X     int
	Class string // killed, beside, collateral
	Title string
}

const cell = 6 // side of a cell, in units of the picture

func newPage(m Matrix) page {
	p := page{Matrix: m}
	x := map[string]int{}
	for _, r := range m.Requirements {
		if r.Specs > 0 {
			x[r.ID] = len(p.Columns) * cell
			p.Columns = append(p.Columns, column{r.ID, x[r.ID]})
		}
	}
	for i, f := range m.Faults {
		row := row{Fault: f, Y: i * cell}
		put := func(id, class string, specs []string) {
			if at, ok := x[id]; ok {
				row.Marks = append(row.Marks, mark{at, class, fmt.Sprintf("%s breaks %s: %s", f.ID, id, strings.Join(specs, "; "))})
			}
		}
		if f.Killed {
			put(f.Requirement, "killed", f.KilledBy)
		} else {
			put(f.Requirement, "survivor", []string{"no spec of it saw that"})
		}
		for _, b := range f.Beside {
			put(b.Requirement, "beside", b.Specs)
		}
		for _, b := range f.Collateral {
			put(b.Requirement, "collateral", b.Specs)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Width, p.Height = len(p.Columns)*cell, len(p.Rows)*cell
	for _, t := range m.Conforming {
		if (t.Kind == proof.Combination || t.Seed != 0) && len(t.FalseAlarms)+len(t.Open) == 0 {
			p.Silent++
			continue
		}
		p.Open = append(p.Open, t)
	}
	p.Idle = slices.DeleteFunc(slices.Clone(m.Specs), func(s Spec) bool { return len(s.OnlyKillerOf) > 0 })
	return p
}
