package coverage

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"cartconform/fixtures/faults"
	"cartconform/runner/engine"
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

// Table writes a line for each requirement.
func Table(out io.Writer, rows []Row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tLEVEL\tSPECS\tFAULTS\tSTATEMENT")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", r.ID, r.Level, len(r.Specs), len(r.Faults), r.Statement)
	}
	return w.Flush()
}

// Markdown writes a table with everything but file names.
func Markdown(out io.Writer, rows []Row) error {
	var b strings.Builder
	b.WriteString("| id | level | statement | source | specs | faults |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", r.ID, r.Level, cell(r.Statement), cell(r.Source),
			cell(strings.Join(specNames(r.Specs), "; ")), cell(strings.Join(faultIDs(r.Faults), ", ")))
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

func faultIDs(known []faults.Fault) []string {
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

// document is a row as JSON.
type document struct {
	API       string   `json:"api"`
	ID        string   `json:"id"`
	Level     string   `json:"level"`
	Operation string   `json:"operation"`
	Profile   string   `json:"profile"`
	Feature   string   `json:"feature,omitempty"`
	Needs     []string `json:"needs,omitempty"`
	Statement string   `json:"statement"`
	Judged    string   `json:"judged,omitempty"`
	Source    string   `json:"source"`
	Promise   place    `json:"promise"`
	Specs     []place  `json:"specs"`
	Faults    []place  `json:"faults"`
}

// JSON writes an array with everything.
func JSON(out io.Writer, rows []Row) error {
	documents := make([]document, len(rows))
	for i, r := range rows {
		d := document{
			API: r.API, ID: r.ID, Level: string(r.Level), Operation: r.Operation, Profile: string(r.Profile), Feature: r.Feature,
			Needs: r.Needs, Statement: r.Statement, Judged: r.Judged, Source: r.Source,
			Promise: place{r.ID, r.Promise.File, r.Promise.Line}, Specs: []place{}, Faults: []place{},
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

// Explain tells everything about one requirement.
func Explain(out io.Writer, r Row) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n  %s\n\n", r.ID, r.Level, r.Statement)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "promised by\t%s\n", r.Source)
	fmt.Fprintf(w, "written at\t%s\n", r.Promise)
	fmt.Fprintf(w, "operation\t%s\n", r.Operation)
	if r.Judged != "" {
		fmt.Fprintf(w, "judged\t%s\n", r.Judged)
	}
	if r.Profile != "any" {
		fmt.Fprintf(w, "profile\t%s\n", r.Profile)
	}
	if r.Feature != "" {
		fmt.Fprintf(w, "feature\t%s\n", r.Feature)
	}
	if len(r.Needs) > 0 {
		fmt.Fprintf(w, "needs\t%s\n", strings.Join(r.Needs, ", "))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	b.WriteString("\nspecs\n")
	for _, s := range r.Specs {
		fmt.Fprintf(&b, "  %s:%d\n    %s\n", s.File, s.Line, s.Name)
	}
	if len(r.Specs) == 0 {
		b.WriteString("  none in this version\n")
	}
	b.WriteString("\nfaults that it must catch\n")
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "  %s:%d\n    %s: %s\n", f.File, f.Line, f.ID, f.Sentence)
	}
	if len(r.Faults) == 0 {
		b.WriteString("  none in this version\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
