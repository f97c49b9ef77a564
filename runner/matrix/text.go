package matrix

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"cartconform/runner/proof"
)

// Text writes the matrix for a terminal: a row for each fault, then what keeps
// every promise, then what is wrong, then the figures.
func Text(out io.Writer, m Matrix) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(m.Faults) > 0 {
		fmt.Fprintln(w, "FAULT\tKIND\tREQUIREMENT\tBROKEN BESIDE\tREQUESTS\tTIME\tKILLED BY")
	}
	for _, f := range m.Faults {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", f.ID, f.Kind, f.Requirement, ids(f.Beside), f.Requests, seconds(f.Elapsed), killers(f))
	}
	if len(m.Conforming) > 0 {
		fmt.Fprintln(w, "\nCONFORMING\t\tVERDICT\t\tREQUESTS\tTIME\tFAILED WRONGLY")
	}
	for _, t := range m.Conforming {
		if (t.Kind == proof.Combination || t.Seed != 0) && len(t.FalseAlarms)+len(t.Open) == 0 {
			continue // hundreds that say nothing
		}
		fmt.Fprintf(w, "%s\t\t%s\t\t%d\t%s\t%s\n", t.Subject, t.Verdict, t.Requests, seconds(t.Elapsed), ids(t.FalseAlarms))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	for _, p := range m.Problems {
		fmt.Fprintf(&b, "\n%s: %s\n  %s\n", p.Kind, p.Subject, p.Text)
	}
	b.WriteString("\n" + m.Sentence() + "\n" + m.Cost() + "\n")
	_, err := io.WriteString(out, b.String())
	return err
}

func killers(f Fault) string {
	switch len(f.KilledBy) {
	case 0:
		return "nobody: it survives"
	case 1:
		return f.KilledBy[0]
	}
	return fmt.Sprintf("%s (+%d)", f.KilledBy[0], len(f.KilledBy)-1)
}

func ids(blames []Blame) string {
	if len(blames) == 0 {
		return "-"
	}
	names := make([]string, len(blames))
	for i, b := range blames {
		names[i] = b.Requirement
	}
	return strings.Join(names, " ")
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// Sentence says what the proof came to.
func (m Matrix) Sentence() string {
	t := m.Totals
	word := "proven"
	if len(m.Problems) > 0 {
		word = fmt.Sprintf("not proven: %s", plural(len(m.Problems), "problem"))
	}
	text := fmt.Sprintf("%s (seed %d): %d of %s killed by a spec of the requirement that it names; collateral %d; false alarms %d on %s and %s",
		word, m.Seed, t.Killed, plural(t.Faults, "fault"), t.Collateral, t.FalseAlarms, plural(t.Choices, "choice"), plural(t.Combinations, "combination"))
	if t.Neutralised > 0 {
		text += fmt.Sprintf("; %d of %d specs are the only killers of a fault, which survives without their assertions", t.Neutralised, t.Specs)
	}
	return text
}

// Cost says what the proof took, beside what it would take one run after the other.
func (m Matrix) Cost() string {
	s := m.Spent
	text := fmt.Sprintf("%s, %d requests, %s in %s", plural(s.Targets, "target"), s.Requests, s.Elapsed.Round(time.Second), plural(s.Processes, "process"))
	if s.Plain > 0 && s.Singles > 0 {
		text += fmt.Sprintf("; faults and single choices: %d in %s, which is %.2f × (targets × %s of one plain run)",
			s.Singles, s.SinglesElapsed.Round(time.Second), s.Ratio(), seconds(s.Plain))
	}
	return text
}

// Ratio compares the time of all faults and single choices with that of as many
// plain runs, one after the other.
func (s Spent) Ratio() float64 {
	return float64(s.SinglesElapsed) / (float64(s.Singles) * float64(s.Plain))
}

func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "s"):
		return fmt.Sprintf("%d %ses", n, noun)
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
