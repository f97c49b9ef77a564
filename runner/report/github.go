package report

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"strings"

	"cartconform/runner/verdict"
)

// annotationsPerKind is how many annotations of one kind GitHub shows for a step.
const annotationsPerKind = 10

// GitHub is what a run does besides where it runs in a job of GitHub Actions; nil
// does nothing.
type GitHub struct {
	out     io.Writer
	summary string // file that the summary of the job is added to; "" for none
	token   string
}

// OnGitHub returns the job of GitHub Actions in which the program runs; nil when
// it does not. Until Resume, GitHub takes no line of out for a command: what a
// target answers is printed there, and must not be one.
func OnGitHub(out io.Writer, getenv func(string) string) *GitHub {
	if getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	g := &GitHub{out: out, summary: getenv("GITHUB_STEP_SUMMARY"), token: rand.Text()}
	fmt.Fprintf(out, "::stop-commands::%s\n", g.token)
	return g
}

// Resume lets GitHub take commands again. More than one call does no harm.
func (g *GitHub) Resume() {
	if g != nil && g.token != "" {
		fmt.Fprintf(g.out, "::%s::\n", g.token)
		g.token = ""
	}
}

// Report annotates the job with what the report says, and adds summary.md to the
// job's summary.
func (g *GitHub) Report(r Report) error {
	if g == nil {
		return nil
	}
	g.Resume()
	if _, err := io.WriteString(g.out, r.Annotations()); err != nil {
		return fmt.Errorf("annotate the job: %w", err)
	}
	if g.summary == "" {
		return nil
	}
	file, err := os.OpenFile(g.summary, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("add to the summary of the job: %w", err)
	}
	_, err = file.WriteString(r.Markdown() + "\n")
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("add to the summary of the job: %w", err)
	}
	return nil
}

// Annotations renders the report as workflow commands of GitHub: the verdict, an
// error for each failure and a warning for what has to be added. GitHub shows ten
// of a kind, so the tenth says how many more there are.
func (r Report) Annotations() string {
	var b strings.Builder
	var errs, warnings []annotation
	if ruling := (annotation{kind: "notice", title: "cart conformance", text: r.Sentence}); r.Exit == verdict.ExitOK {
		ruling.write(&b)
	} else {
		ruling.kind = "error"
		errs = append(errs, ruling)
	}
	for _, q := range r.in(verdict.Failed) {
		errs = append(errs, failureAnnotation(q))
	}
	for _, w := range r.waiverFindings() {
		a := annotation{kind: "error", title: "waiver for " + w.ID, text: w.Message, line: w.Line}
		if r.WaiversFile != nil {
			a.file = r.WaiversFile.Name
		}
		errs = append(errs, a)
	}
	for _, text := range r.InternalErrors {
		errs = append(errs, annotation{kind: "error", title: "internal error of cartconform", text: text})
	}
	for _, g := range r.byReason(verdict.Inconclusive, decides) {
		warnings = append(warnings, annotation{kind: "warning", title: plural(len(g.ids), "requirement") + " inconclusive",
			text: g.reason + ": " + strings.Join(g.ids, ", ")})
	}
	for _, list := range [][]annotation{errs, warnings} {
		for i, a := range list {
			if i == annotationsPerKind-1 && len(list) > annotationsPerKind {
				annotation{kind: a.kind, title: fmt.Sprintf("%d more", len(list)-i), text: "see summary.md or index.html of the report"}.write(&b)
				break
			}
			a.write(&b)
		}
	}
	return b.String()
}

// annotation is one annotation of a job.
type annotation struct {
	kind        string // error, warning or notice
	title, text string
	file        string // "" for none
	line        int
}

func failureAnnotation(q Requirement) annotation {
	a := annotation{kind: "error", title: fmt.Sprintf("%s (%s) %s", q.ID, q.Level, q.Operation), text: q.Statement}
	if len(q.Specs) > 0 {
		a.file, a.line = q.Specs[0].File, q.Specs[0].Line
	}
	if len(q.Findings) == 0 {
		return a
	}
	f := q.Findings[0]
	for _, s := range q.Specs {
		if s.Name == f.Spec {
			a.file, a.line = s.File, s.Line
		}
	}
	if f.Wanted+f.Got == "" {
		a.text += "\n" + firstLine(f.Message)
	} else {
		a.text += "\nexpected: " + firstLine(f.Wanted) + "\nseen: " + firstLine(f.Got)
	}
	if line := exchangeText(f); line != "" {
		a.text += "\nexchange: " + shorten(line, 240)
	}
	return a
}

// write writes the workflow command: one line, whatever the texts hold.
func (a annotation) write(b *strings.Builder) {
	// What ends a property or a command, as GitHub's own toolkit escapes it.
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	b.WriteString("::" + a.kind + " ")
	if a.file != "" {
		fmt.Fprintf(b, "file=%s,line=%d,", property.Replace(oneLine(a.file)), max(a.line, 1))
	}
	fmt.Fprintf(b, "title=%s::%s\n", property.Replace(shorten(oneLine(a.title), 120)), data.Replace(shorten(visible(a.text), 1200)))
}
