package prove

import (
	"context"
	"fmt"
	"io"
	"strings"

	"cartconform/runner/har"
	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/runner/redact"
	"cartconform/spec"
	"cartconform/suites/record"
)

// longest is how many bytes of a body are shown.
const longest = 4 << 10

// Show writes what one fault is and the finding that gave it away, with its
// exchange. It runs the suites against the fault once more, in this process.
func Show(ctx context.Context, out io.Writer, suite string, f matrix.Fault, seed int64) error {
	arena, err := proof.ArenaOf(suite)
	if err != nil {
		return err
	}
	subject, err := arena.Fault(f.ID)
	if err != nil {
		return err
	}
	trial, err := proof.Attempt(ctx, subject, seed)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s (%s, %s:%d)\n  %s\n", f.ID, f.Kind, f.File, f.Line, f.Sentence)
	for _, name := range f.KilledBy {
		fmt.Fprintf(&b, "  killed by %s\n", name)
	}
	finding, found := decisive(trial, f)
	if !found {
		b.WriteString("\nno finding by a spec of " + f.Requirement + "\n")
		_, err := io.WriteString(out, b.String())
		return err
	}
	fmt.Fprintf(&b, "\n%s in %q\n%s\n", finding.Requirement, finding.Spec, indent(finding.Message))
	for _, x := range trial.Exchanges {
		if x.ID == finding.Exchange {
			conversation(&b, x)
		}
	}
	_, err = io.WriteString(out, b.String())
	return err
}

// decisive is the first finding by a spec of the fault's requirement.
func decisive(trial proof.Trial, f matrix.Fault) (record.Finding, bool) {
	for _, finding := range trial.Records.Findings {
		if finding.Requirement != f.Requirement {
			continue
		}
		for _, name := range f.KilledBy {
			if finding.Spec == name {
				return finding, true
			}
		}
	}
	return record.Finding{}, false
}

// conversation writes an exchange as a command and the answer to it. The reference
// has no secrets, and its answers are printable.
func conversation(b *strings.Builder, x *spec.Exchange) {
	fmt.Fprintf(b, "\n%s: see it again (cartconform serve --fault …)\n%s\n", x.ID, indent(har.Curl(x, redact.New(nil))))
	switch {
	case x.Err != nil:
		fmt.Fprintf(b, "\nno answer: %v\n", x.Err)
	case x.Response != nil:
		fmt.Fprintf(b, "\nanswer: %d\n", x.Response.Status)
		var head strings.Builder
		_ = x.Response.Header.Write(&head) // a strings.Builder takes everything
		body := x.Response.Body
		more := ""
		if len(body) > longest {
			more = fmt.Sprintf("\n… %d bytes more", len(body)-longest)
			body = body[:longest]
		}
		fmt.Fprintf(b, "%s\n%s\n", indent(strings.ReplaceAll(head.String(), "\r\n", "\n")), indent(string(body)+more))
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}
