package coverage

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"cartconform/fixtures/bank"
	"cartconform/runner/engine"
	"cartconform/spec"
)

// Formats lists the ways to write a matrix, by name.
func Formats() map[string]func(io.Writer, []Row) error {
	return map[string]func(io.Writer, []Row) error{"table": Table, "json": JSON, "markdown": Markdown}
}

// Find looks a row up by its id.
func Find(rows []Row, id string) (Row, error) {
	var near []string
	for _, r := range rows {
		if strings.EqualFold(r.ID, id) {
			return r, nil
		}
		if area := id[:strings.LastIndexByte(id, '-')+1]; area != "" && strings.HasPrefix(r.ID, strings.ToUpper(area)) {
			near = append(near, r.ID)
		}
	}
	hint := "cartconform requirements lists them"
	if len(near) > 0 {
		hint = "there are " + near[0] + " to " + near[len(near)-1]
	}
	return Row{}, fmt.Errorf("unknown requirement %q: %s", id, hint)
}

// Table writes a line for each requirement, with numbers of specs and faults.
func Table(out io.Writer, rows []Row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tLEVEL\tSPECS\tFAULTS\tSOURCE\tSTATEMENT")
	for _, r := range rows {
		statement := r.Statement
		if r.Unchecked != "" {
			statement += " (unchecked: " + r.Unchecked + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\n", r.ID, r.Level, len(r.Specs), len(r.Faults), r.Source(), statement)
	}
	return w.Flush()
}

// Markdown writes a table with everything but file names.
func Markdown(out io.Writer, rows []Row) error {
	var b strings.Builder
	b.WriteString("| id | level | statement | source | specs | faults |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		specs := strings.Join(specNames(r.Specs), "; ")
		if r.Unchecked != "" {
			specs = "unchecked: " + r.Unchecked
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, r.Level, cell(r.Statement), cell(r.Source()), cell(specs),
			cell(strings.Join(faultIDs(r.Faults), ", ")))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func cell(text string) string {
	return strings.NewReplacer("|", "\\|", "\n", " ").Replace(text)
}

func specNames(specs []engine.Spec) []string {
	names := make([]string, len(specs))
	for i, s := range specs {
		names[i] = s.Name
	}
	return names
}

func faultIDs(known []bank.Fault) []string {
	ids := make([]string, len(known))
	for i, f := range known {
		ids[i] = f.ID
	}
	return ids
}

// place is something that stands somewhere in the project.
type place struct {
	Name string `json:"name"`
	File string `json:"file"`
	Line int    `json:"line"`
}

// constraint is a place of a description.
type constraint struct {
	Where string `json:"where"`
	What  string `json:"what,omitempty"`
	File  string `json:"file"`
	Line  int    `json:"line"`
}

// document is a row as JSON.
type document struct {
	API         string       `json:"api"`
	ID          string       `json:"id"`
	Level       string       `json:"level"`
	Operation   string       `json:"operation"`
	Profile     string       `json:"profile"`
	Feature     string       `json:"feature,omitempty"`
	Needs       []string     `json:"needs,omitempty"`
	Statement   string       `json:"statement"`
	Judged      string       `json:"judged,omitempty"`
	Unchecked   string       `json:"unchecked,omitempty"`
	BuildsOn    []string     `json:"buildsOn,omitempty"`
	Source      string       `json:"source"`
	Location    string       `json:"location,omitempty"` // of the document
	Promise     place        `json:"promise"`
	Constraints []constraint `json:"constraints"`
	Specs       []place      `json:"specs"`
	Faults      []place      `json:"faults"`
}

// JSON writes an array with everything.
func JSON(out io.Writer, rows []Row) error {
	documents := make([]document, len(rows))
	for i, r := range rows {
		d := document{
			API: r.API, ID: r.ID, Level: string(r.Level), Operation: r.Operation, Profile: string(r.Profile), Feature: r.Feature,
			Needs: r.Needs, Statement: r.Statement, Judged: r.Judged, Unchecked: r.Unchecked, BuildsOn: r.BuildsOn, Source: r.Source(),
			Location: r.Document.Location, Promise: place{r.ID, r.Promise.File, r.Promise.Line},
			Constraints: []constraint{}, Specs: []place{}, Faults: []place{},
		}
		for _, c := range r.Constraints {
			d.Constraints = append(d.Constraints, constraint{c.Where, c.What, c.File, c.Line})
		}
		for _, s := range r.Specs {
			d.Specs = append(d.Specs, place{s.Name, s.File, s.Line})
		}
		for _, f := range r.Faults {
			d.Faults = append(d.Faults, place{f.ID, f.File, f.Line})
		}
		documents[i] = d
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(documents)
}

// meaning says what a level means for a verdict.
func meaning(level spec.Level) string {
	switch level {
	case spec.Must:
		return "the documents say it; not kept, the target is not conformant"
	case spec.Should:
		return "the documents' examples or their model show it; not kept, the target is not conformant (--level must lets it pass)"
	default:
		return "the documents leave it open; what the target does is observed and never fails it"
	}
}
