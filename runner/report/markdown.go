package report

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"cartconform/runner/verdict"
)

// Bounds of summary.md in bytes. A comment on a pull request may have 65,536
// characters.
const (
	markdownLimit = 64_000
	markdownRest  = 30_000 // of it, for all but the failures
)

// Markdown renders the report as summary.md, for a comment on a pull request or
// the summary of a CI job. Whatever the report holds, it fits: each failure is
// named, and as many as possible are told in full.
func (r Report) Markdown() string {
	var head markdown
	head.limit = markdownLimit
	head.addf("# %s Cart conformance: %s\n\n%s\n\n", mark(r.Verdict), escapeMarkdown(string(r.Verdict)), escapeMarkdown(shorten(r.Sentence, 600)))
	r.markdownTotals(&head)

	rest := markdown{limit: markdownRest}
	r.markdownRun(&rest) // it stands last, and has to be there
	run := rest.String()
	rest = markdown{limit: markdownRest - len(run)}
	r.markdownRest(&rest)

	failed := r.markdownFailed(markdownLimit - head.Len() - rest.Len() - len(run))
	return head.String() + failed + rest.String() + run
}

// markdown is a text that does not grow beyond its limit.
type markdown struct {
	strings.Builder
	limit int
}

// add adds text as a whole or, when it does not fit, not at all.
func (m *markdown) add(text string) bool {
	if m.Len()+len(text) > m.limit {
		return false
	}
	m.WriteString(text)
	return true
}

func (m *markdown) addf(format string, args ...any) bool { return m.add(fmt.Sprintf(format, args...)) }

// list adds a section with one line for each text, up to most of them.
func (m *markdown) list(title string, lines []string, most int) {
	if len(lines) == 0 || !m.addf("## %s\n\n", title) {
		return
	}
	m.lines(lines, most)
	m.add("\n")
}

// folded is list for a section that is closed at first.
func (m *markdown) folded(title, summary string, lines []string, most int) {
	if len(lines) == 0 || !m.addf("## %s\n\n<details><summary>%s</summary>\n\n", title, summary) {
		return
	}
	m.lines(lines, most)
	m.WriteString("\n</details>\n\n") // what was opened is closed
}

func (m *markdown) lines(lines []string, most int) {
	for i, line := range lines {
		if i == most || !m.addf("- %s\n", line) {
			m.addf("- … and %d more; see report.json\n", len(lines)-i)
			return
		}
	}
}

func (r Report) markdownTotals(m *markdown) {
	m.add("| level |")
	for _, state := range verdict.States() {
		m.addf(" %s %s |", mark(state), state)
	}
	m.add(" total |\n| --- |" + strings.Repeat(" ---: |", len(verdict.States())+1) + "\n")
	row := func(name string, c verdict.Count) {
		m.addf("| %s |", name)
		for _, state := range verdict.States() {
			m.addf(" %d |", c.Of(state))
		}
		m.addf(" %d |\n", c.Total())
	}
	for _, level := range verdict.Levels() {
		row(string(level), r.Totals.Of(level))
	}
	row("**total**", r.Totals.All())
	m.add("\n")
}

// markdownFailed tells the failures in limit bytes: as many as fit in full, the
// others by their title, and those for which even that is too much by their id.
func (r Report) markdownFailed(limit int) string {
	failed := r.in(verdict.Failed)
	if len(failed) == 0 {
		return ""
	}
	const end = "\n</details>\n"
	const elsewhere = "See index.html.\n"
	head := fmt.Sprintf("## Failed (%d)\n\n", len(failed))
	var titles, ids []string
	for _, q := range failed {
		id := shorten(oneLine(q.ID), 60)
		ids = append(ids, escapeMarkdown(id))
		titles = append(titles, fmt.Sprintf("<details><summary><b>%s</b> %s · %s: %s</summary>\n\n", escapeHTML(id), escapeHTML(string(q.Level)),
			escapeHTML(shorten(q.Operation, 60)), escapeHTML(shorten(q.Statement, 200))))
	}
	// Start with a title for each, and take titles away until what is left fits.
	titled, spare := len(failed), limit-len(head)-len("\nAnd .\n\n")
	for _, title := range titles {
		spare -= len(title) + len(elsewhere) + len(end)
	}
	for titled > 0 && spare < 0 {
		titled--
		spare += len(titles[titled]) + len(elsewhere) + len(end) - len(ids[titled]) - len(", ")
	}
	if spare < 0 {
		return head + "See report.json.\n\n"
	}
	var b strings.Builder
	b.WriteString(head)
	for i, q := range failed[:titled] {
		body := markdownFailure(q)
		if len(body)-len(elsewhere) > spare {
			body = elsewhere
		}
		spare -= len(body) - len(elsewhere)
		b.WriteString(titles[i] + body + end)
	}
	if rest := ids[titled:]; len(rest) > 0 {
		fmt.Fprintf(&b, "\nAnd %s.\n", strings.Join(rest, ", "))
	}
	b.WriteString("\n")
	return b.String()
}

// markdownFailure tells all that a reader needs of one failure.
func markdownFailure(q Requirement) string {
	var b strings.Builder
	groups := collapse(q)
	for _, g := range groups[:min(len(groups), shownFindings)] {
		if text := about(g.Message, q.Statement); text != "" && text != q.Operation || g.Wanted+g.Got == "" {
			fmt.Fprintf(&b, "%s\n\n", escapeMarkdown(shorten(firstLine(g.Message), 240)))
		}
		if g.Wanted+g.Got != "" {
			fmt.Fprintf(&b, "Expected:\n\n%sSeen:\n\n%s", fenced("text", visible(clip(g.Wanted, 12))), fenced("text", visible(clip(g.Got, 12))))
		}
		var facts []string
		for _, f := range []struct{ name, value string }{
			{"exchange", exchangeText(g.Finding)}, {"script", g.script}, {"contract", g.Contract}, {"spec", g.Spec},
		} {
			if f.value != "" {
				facts = append(facts, f.name+" "+codeSpan(shorten(oneLine(f.value), 300)))
			}
		}
		if others := g.others(); others != "" {
			facts = append(facts, others)
		}
		fmt.Fprintf(&b, "%s\n\n", strings.Join(facts, ", "))
		if g.Curl != "" {
			b.WriteString(fenced("sh", visible(shorten(g.Curl, 2000))))
		}
	}
	if n := len(groups) - shownFindings; n > 0 {
		fmt.Fprintf(&b, "And %s; see report.json.\n\n", plural(n, "other finding"))
	}
	fmt.Fprintf(&b, "Source: %s, %s. All about it: `cartconform requirements --explain %s`\n",
		escapeMarkdown(shorten(q.Source.Document, 120)), escapeMarkdown(shorten(q.Source.Section, 120)), strings.ReplaceAll(oneLine(q.ID), "`", ""))
	return b.String()
}

// markdownRest tells everything but the failures and the run.
func (r Report) markdownRest(m *markdown) {
	var lines []string
	for _, text := range r.InternalErrors {
		lines = append(lines, escapeMarkdown(shorten(oneLine(text), 400)))
	}
	m.list("Internal errors: the suite went wrong, not the target", lines, 5)
	lines = nil
	for _, w := range r.waiverFindings() {
		lines = append(lines, escapeMarkdown(shorten(oneLine(r.place(w)), 120))+": "+escapeMarkdown(shorten(oneLine(w.Message), 300)))
	}
	m.list("Waivers to change", lines, 20)
	for _, section := range []struct {
		title string
		state verdict.State
		most  int
	}{
		{"Inconclusive: what to add", verdict.Inconclusive, 25}, {"Waived", verdict.Waived, 25}, {"Not run", verdict.NotRun, 10},
		{"Not applicable", verdict.NotApplicable, 10},
	} {
		lines = nil
		for _, g := range r.byReason(section.state, func(Requirement) bool { return true }) {
			lines = append(lines, escapeMarkdown(shorten(g.reason, 240))+": "+escapeMarkdown(shorten(strings.Join(g.ids, ", "), 3000)))
		}
		m.list(section.title, lines, section.most)
	}
	lines = nil
	for _, d := range r.Drift {
		lines = append(lines, codeSpan(d.line()))
	}
	m.folded("Drift", fmt.Sprintf("%s no requirement: %s", breaking(len(r.Drift)),
		escapeHTML(strings.Join(r.driftKinds(), ", "))), lines, 20)
	lines = nil
	for _, q := range r.Requirements {
		for _, o := range distinct(q.Observations) {
			lines = append(lines, fmt.Sprintf("%s: %s", escapeMarkdown(shorten(q.ID, 60)), codeSpan(shorten(o, 240))))
		}
		if len(q.Observations) == 0 && q.State == verdict.Observed {
			lines = append(lines, fmt.Sprintf("%s: %s", escapeMarkdown(shorten(q.ID, 60)), escapeMarkdown(firstLine(q.Reason))))
		}
	}
	m.folded("Choices of the target", plural(len(lines), "choice")+" that the documents leave open", lines, 40)
	lines = nil
	for _, g := range r.unseenGroups() {
		lines = append(lines, codeSpan(shorten(g.what(), 200))+": "+escapeMarkdown(shorten(strings.Join(g.operations, ", "), 200)))
	}
	m.folded("Never seen", fmt.Sprintf("%s that the contract documents: %s", plural(len(r.Unseen), "thing"),
		strings.Join(r.unseenKinds(), ", ")), lines, 30)
}

func (r Report) markdownRun(m *markdown) {
	m.add("## The run\n\n")
	m.addf("- target: %s, profile %s, region %s, features: %s\n", codeSpan(shorten(oneLine(r.Target.BaseURL), 300)), escapeMarkdown(string(r.Profile)),
		escapeMarkdown(shorten(r.Target.Region, 60)), escapeMarkdown(shorten(orNone(strings.Join(r.Target.Features, ", ")), 300)))
	for _, c := range r.Contracts[:min(len(r.Contracts), 8)] {
		m.addf("- contract: %s %s, %s, digest %s\n", escapeMarkdown(shorten(c.API, 60)), escapeMarkdown(shorten(c.Version, 60)),
			plural(c.CatalogueCount, "requirement"), codeSpan(shorten(c.Digest, 80)))
	}
	m.addf("- suite: %s (%s, kin-openapi %s, jsonschema %s)\n", escapeMarkdown(shorten(r.Suite.Version, 80)), escapeMarkdown(shorten(r.Suite.Go, 60)),
		escapeMarkdown(shorten(r.Suite.Validators.KinOpenAPI, 60)), escapeMarkdown(shorten(r.Suite.Validators.JSONSchema, 60)))
	if r.Replay != nil {
		m.addf("- a recording was judged: %s, which lacks %s\n", codeSpan(shorten(r.Replay.Of, 80)), plural(r.Replay.Unrecorded, "request"))
	}
	m.addf("- traffic: %s, %d of them retries\n", plural(r.Traffic.Requests, "request"), r.Traffic.Retries)
	if len(r.Command) > 0 {
		m.addf("\nAgain:\n\n%s", fenced("sh", visible(shorten(quoteArgs(r.Command), 2000))))
	}
}

// apart is put into what a site would take for a mention, a reference or a link:
// nobody is to be called by what a target answers.
const apart = "&#8203;"

var notLinked = strings.NewReplacer("@", "@"+apart, "#", "#"+apart, "://", ":"+apart+"//", "www.", "www"+apart+".")

// escapeMarkdown makes text stand for itself: no markup, no link, no HTML.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range oneLine(text) {
		switch {
		case strings.ContainsRune("\\`*_[]<>|~!", r):
			b.WriteRune('\\')
		case r == '&':
			b.WriteString("&amp;")
			continue
		}
		b.WriteRune(r)
	}
	return notLinked.Replace(b.String())
}

// escapeHTML makes text stand for itself within HTML.
func escapeHTML(text string) string { return notLinked.Replace(html.EscapeString(oneLine(text))) }

// codeSpan writes text as code that it cannot end.
func codeSpan(text string) string {
	text = oneLine(text)
	if text == "" {
		return ""
	}
	runs := strings.FieldsFunc(text, func(r rune) bool { return r != '`' })
	fence := strings.Repeat("`", 1+len(slices.MaxFunc(append(runs, ""), func(a, b string) int { return len(a) - len(b) })))
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// fenced writes text as a code block that it cannot close.
func fenced(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + text + "\n" + fence + "\n\n"
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
