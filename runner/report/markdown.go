package report

import (
	"fmt"
	"strings"

	"cartconform/runner/verdict"
)

// Markdown renders the report as summary.md, short enough for the summary of a
// CI job.
func (r Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Cart conformance: %s\n\n%s\n\n", r.Verdict, escapeMarkdown(r.Sentence))
	r.markdownTotals(&b)
	r.markdownFailed(&b)
	r.markdownWaivers(&b)
	for _, section := range []struct {
		title string
		state verdict.State
	}{
		{"Inconclusive: what to add", verdict.Inconclusive},
		{"Waived", verdict.Waived},
		{"Not run", verdict.NotRun},
		{"Not applicable", verdict.NotApplicable},
	} {
		groups := r.byReason(section.state, func(Requirement) bool { return true })
		if len(groups) == 0 {
			continue
		}
		fmt.Fprintf(&b, "## %s\n\n", section.title)
		for _, g := range groups {
			fmt.Fprintf(&b, "- %s: %s\n", escapeMarkdown(g.reason), strings.Join(g.ids, ", "))
		}
		b.WriteString("\n")
	}
	r.markdownObserved(&b)
	if len(r.Drift) > 0 {
		fmt.Fprintf(&b, "## Drift\n\n%s that break no requirement: %s.\n\n",
			plural(len(r.Drift), "difference"), escapeMarkdown(strings.Join(r.driftKinds(), ", ")))
	}
	if len(r.InternalErrors) > 0 {
		b.WriteString("## Internal errors\n\n")
		for _, text := range r.InternalErrors {
			fmt.Fprintf(&b, "- %s\n", escapeMarkdown(oneLine(text)))
		}
		b.WriteString("\n")
	}
	r.markdownRun(&b)
	return b.String()
}

func (r Report) markdownTotals(b *strings.Builder) {
	b.WriteString("| level |")
	for _, state := range verdict.States() {
		fmt.Fprintf(b, " %s |", state)
	}
	b.WriteString(" total |\n| --- |" + strings.Repeat(" ---: |", len(verdict.States())+1) + "\n")
	row := func(name string, c verdict.Count) {
		fmt.Fprintf(b, "| %s |", name)
		for _, state := range verdict.States() {
			fmt.Fprintf(b, " %d |", c.Of(state))
		}
		fmt.Fprintf(b, " %d |\n", c.Total())
	}
	for _, level := range verdict.Levels() {
		row(string(level), r.Totals.Of(level))
	}
	row("total", r.Totals.All())
	b.WriteString("\n")
}

func (r Report) markdownFailed(b *strings.Builder) {
	failed := r.in(verdict.Failed)
	if len(failed) == 0 {
		return
	}
	b.WriteString("## Failed\n\n")
	for _, q := range failed {
		fmt.Fprintf(b, "### %s (%s, %s)\n\n%s\n", q.ID, q.Level, escapeMarkdown(q.Operation), escapeMarkdown(q.Statement))
		fmt.Fprintf(b, "Source: %s, %s.\n\n", escapeMarkdown(q.Source.Document), escapeMarkdown(q.Source.Section))
		groups := collapse(q.Findings)
		for _, g := range groups[:min(len(groups), shownFindings)] {
			b.WriteString(fenced(visible(clip(findingText(g), 40))))
		}
		if n := len(groups) - shownFindings; n > 0 {
			fmt.Fprintf(b, "And %s; see report.json.\n\n", plural(n, "other finding"))
		}
	}
}

func (r Report) markdownWaivers(b *strings.Builder) {
	found := r.waiverFindings()
	if len(found) == 0 {
		return
	}
	b.WriteString("## Waivers to change\n\n")
	for _, w := range found {
		fmt.Fprintf(b, "- %s: %s\n", escapeMarkdown(oneLine(r.place(w))), escapeMarkdown(oneLine(w.Message)))
	}
	b.WriteString("\n")
}

func (r Report) markdownObserved(b *strings.Builder) {
	observed := r.in(verdict.Observed)
	if len(observed) == 0 {
		return
	}
	b.WriteString("## Observed\n\n")
	for _, q := range observed {
		if len(q.Observations) == 0 {
			fmt.Fprintf(b, "- %s: %s\n", q.ID, escapeMarkdown(oneLine(q.Reason)))
		}
		for _, line := range distinct(q.Observations) {
			fmt.Fprintf(b, "- %s: %s\n", q.ID, escapeMarkdown(line))
		}
	}
	b.WriteString("\n")
}

func (r Report) markdownRun(b *strings.Builder) {
	b.WriteString("## The run\n\n")
	fmt.Fprintf(b, "- target: %s, profile %s, region %s, features: %s\n", escapeMarkdown(r.Target.BaseURL), r.Profile,
		escapeMarkdown(r.Target.Region), escapeMarkdown(orNone(strings.Join(r.Target.Features, ", "))))
	for _, c := range r.Contracts {
		fmt.Fprintf(b, "- contract: %s %s, %s, digest %s\n", escapeMarkdown(c.API), escapeMarkdown(c.Version),
			plural(c.CatalogueCount, "requirement"), escapeMarkdown(c.Digest))
	}
	fmt.Fprintf(b, "- suite: %s (%s, kin-openapi %s, jsonschema %s)\n", escapeMarkdown(r.Suite.Version),
		escapeMarkdown(r.Suite.Go), escapeMarkdown(r.Suite.Validators.KinOpenAPI), escapeMarkdown(r.Suite.Validators.JSONSchema))
	fmt.Fprintf(b, "- traffic: %s, %d of them retries\n", plural(r.Traffic.Requests, "request"), r.Traffic.Retries)
	if len(r.Command) > 0 {
		fmt.Fprintf(b, "\nAgain:\n\n%s", fenced(visible(quoteArgs(r.Command))))
	}
}

// escapeMarkdown makes text stand for itself: no markup, no link, no HTML.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range visible(text) {
		switch {
		case strings.ContainsRune("\\`*_[]<>|~#!", r):
			b.WriteRune('\\')
		case r == '&':
			b.WriteString("&amp;")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// fenced writes text as a code block that it cannot close.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + text + "\n" + fence + "\n\n"
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
