package coverage

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"cartconform/fixtures/bank"
	"cartconform/spec"
)

// Explain tells everything about one requirement: what is promised and where,
// who judges it and what proves that, and how to see both.
func Explain(out io.Writer, r Row) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n  %s\n\n", r.ID, r.Level, r.Statement)
	if err := explainPromise(&b, r); err != nil {
		return err
	}
	explainConstraints(&b, r)
	explainSpecs(&b, r)
	explainFaults(&b, r)
	explainCommands(&b, r)
	_, err := io.WriteString(out, b.String())
	return err
}

func explainPromise(out io.Writer, r Row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, field := range []struct{ name, value string }{
		{"level", string(r.Level) + ": " + meaning(r.Level)},
		{"promised by", r.Source()},
		{"to be read at", r.Document.Location},
		{"of which", r.Document.Note},
		{"strength", strength(r.Strength)},
		{"written at", r.Promise.String()},
		{"operation", operations(r)},
		{"area", r.Area},
		{"judged", r.Judged},
		{"disputed", r.Disputed},
		{"unchecked", r.Unchecked},
		{"profile", profile(r.Profile)},
		{"feature", claimed(r.Feature)},
		{"needs", needs(r)},
		{"builds on", strings.Join(r.BuildsOn, ", ")},
	} {
		if field.value != "" {
			fmt.Fprintf(w, "%s\t%s\n", field.name, field.value)
		}
	}
	return w.Flush()
}

func strength(letter string) string {
	return map[string]string{
		"E": "explicit", "O": "explicit in an older edition", "X": "from an example", "M": "from the published model", "I": "inferred",
		"A": "from another edition, a schema or recorded answers", "U": "unknown",
	}[letter]
}

func operations(r Row) string {
	if len(r.Operations) > 0 {
		return strings.Join(r.Operations, ", ")
	}
	return r.Operation
}

func profile(p spec.Profile) string {
	if p == spec.ProfileControlled {
		return "controlled: price or stock are changed by the hooks of the target description"
	}
	return ""
}

func claimed(feature string) string {
	if feature == "" {
		return ""
	}
	return feature + ": applies to targets that claim it under features"
}

func needs(r Row) string {
	if len(r.Needs) == 0 {
		return ""
	}
	without := "inconclusive without"
	if r.Optional {
		without = "not applicable without"
	}
	return strings.Join(r.Needs, ", ") + " of the target description (" + without + ")"
}

func explainConstraints(b *strings.Builder, r Row) {
	if len(r.Constraints) == 0 {
		return
	}
	b.WriteString("\nconstraints of the OpenAPI description that are its findings, whichever spec is running\n")
	for _, c := range r.Constraints {
		what := c.Where
		if c.What != "" {
			what += " (" + c.What + ")"
		}
		fmt.Fprintf(b, "  %s\n    %s\n", c.Position, what)
	}
}

func explainSpecs(b *strings.Builder, r Row) {
	b.WriteString("\nspecs\n")
	for _, s := range r.Specs {
		fmt.Fprintf(b, "  %s:%d\n    %s\n", s.File, s.Line, s.Name)
	}
	if len(r.Specs) == 0 {
		b.WriteString("  none in this version\n")
	}
}

func explainFaults(b *strings.Builder, r Row) {
	list := func(title string, known []bank.Fault) {
		fmt.Fprintf(b, "\n%s\n", title)
		for _, f := range known {
			fmt.Fprintf(b, "  %s:%d\n    %s (%s): %s\n", f.File, f.Line, f.ID, f.Kind, f.Sentence)
		}
	}
	if r.Level == spec.May {
		return // it cannot fail
	}
	list("faults that it must catch", r.Faults)
	if len(r.Faults) == 0 {
		b.WriteString("  none in this version\n")
	}
	if len(r.Beside) > 0 {
		list("faults of other requirements that break it too", r.Beside)
	}
}

func explainCommands(b *strings.Builder, r Row) {
	if len(r.Specs) == 0 {
		return
	}
	fmt.Fprintf(b, "\nto judge it alone\n  cartconform run --requirement %s\n", r.ID)
	if len(r.Faults) > 0 {
		fmt.Fprintf(b, "\nto see it broken\n  cartconform serve --addr 127.0.0.1:8089 --fault %s &\n"+
			"  cartconform run --target http://127.0.0.1:8089 --requirement %s\n", r.Faults[0].ID, r.ID)
	}
}
