package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"cartconform/runner/verdict"
	"cartconform/spec"
)

//go:embed page.html.tmpl
var pageTemplate string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

// Bounds of what the page shows; the rest stands in report.json.
const (
	pageFindings     = 5   // different findings of one requirement
	pageObservations = 20  // of one requirement
	pageDrift        = 300 // lines
	slowestSpecs     = 10
)

// HTML renders the report as index.html: one file that asks for nothing, loads
// nothing and runs no script but its own. Everything can be read without it.
func (r Report) HTML() ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{
		"clock":      func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05 UTC") },
		"iso":        func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"duration":   duration,
		"join":       func(list []string) string { return strings.Join(list, ", ") },
		"lines":      func(text string) string { return clip(text, 40) },
		"mark":       mark,
		"number":     func(n float64) string { return fmt.Sprintf("%.2f", n) },
		"plural":     plural,
		"word":       func(state any) string { return strings.ReplaceAll(fmt.Sprint(state), "-", " ") },
		"verdict":    func(v verdict.Verdict) string { return capital(strings.ReplaceAll(string(v), "-", " ")) },
		"levelWords": levelWords,
	}).Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, newPage(shown(r))); err != nil {
		return nil, fmt.Errorf("fill the template: %w", err)
	}
	return out.Bytes(), nil
}

// page is what the template shows. Every text in it went through shown.
type page struct {
	Report
	Policy string
	Style  template.CSS
	Script template.JS

	States    []stateCount
	Levels    []levelRow
	Failed    []row
	ToAdd     []reasonRow
	NotRun    []reasonRow
	Groups    []operationGroup
	Choices   []row // that were observed
	Drifts    []Drift
	MoreDrift int
	Never     []unseenRow
	Timing    []timingRow
	Slowest   []slowSpec
	Again     string
	Document  string
}

type stateCount struct {
	State       verdict.State
	Count       int
	At, Percent float64 // of the bar
}

type levelRow struct {
	Name   string
	Counts []stateCount
	Total  int
}

// row is a requirement and the different things that were found about it.
type row struct {
	Requirement
	Different    []found
	MoreFindings int
	Choices      []Observation
	MoreChoices  int
	Open         bool
	Why          string // the reason, unless it only counts what stands below it
}

// found is a finding, with where the spec that reports it stands.
type found struct {
	Finding
	About, Where, Others string
	Line                 string // the exchange
	Story, File          string // of a sequence of requests: its steps, and the script's place beside the page
}

type reasonRow struct {
	Reason string
	Needs  string // id of the requirement that has to hold first; "" for none
	IDs    []string
}

type operationGroup struct {
	Anchor, API, Operation string
	Rows                   []row
	Counts                 []stateCount
}

type unseenRow struct {
	What, Operations string
}

type timingRow struct {
	OperationTraffic
	P50, P95 float64 // percent of the longest p95
}

type slowSpec struct {
	Spec
	ID string
}

func newPage(r Report) page {
	p := page{
		Report: r,
		Style:  template.CSS(pageStyle),
		Script: template.JS(pageScript),
		Again:  quoteArgs(r.Command),
		Policy: fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'",
			digest(pageScript), digest(pageStyle)),
		States: counts(r.Totals.All()),
		ToAdd:  r.reasons(verdict.Inconclusive),
		NotRun: r.reasons(verdict.NotRun),
		Drifts: r.Drift[:min(len(r.Drift), pageDrift)],
	}
	p.MoreDrift = len(r.Drift) - len(p.Drifts)
	for _, level := range verdict.Levels() {
		c := r.Totals.Of(level)
		p.Levels = append(p.Levels, levelRow{string(level), counts(c), c.Total()})
	}
	all := r.Totals.All()
	p.Levels = append(p.Levels, levelRow{"total", counts(all), all.Total()})
	p.rows()
	for _, g := range r.unseenGroups() {
		p.Never = append(p.Never, unseenRow{g.what(), strings.Join(g.operations, ", ")})
	}
	p.timing()
	if len(r.Configuration.Document) > 0 && string(r.Configuration.Document) != "null" {
		var pretty bytes.Buffer
		if json.Indent(&pretty, r.Configuration.Document, "", "  ") == nil {
			p.Document = shorten(visible(pretty.String()), 100_000)
		}
	}
	return p
}

// WaiversName names the file that the waivers are from.
func (p page) WaiversName() string {
	if p.WaiversFile == nil {
		return "the waivers file"
	}
	return p.WaiversFile.Name
}

// Short leaves the target's address out of an exchange in one line.
func (p page) Short(line string) string {
	return strings.Replace(line, " "+strings.TrimSuffix(p.Target.BaseURL, "/"), " ", 1)
}

// rows makes the rows and puts them into the groups of their operations.
func (p *page) rows() {
	where := map[string]string{}
	for _, q := range p.Requirements {
		for _, s := range q.Specs {
			if s.File != "" {
				where[s.Name] = fmt.Sprintf("%s:%d", s.File, s.Line)
			}
		}
	}
	index := map[string]int{}
	for _, q := range p.Requirements {
		w := newRow(q, where)
		key := q.API + " " + q.Operation
		i, known := index[key]
		if !known {
			i = len(p.Groups)
			index[key] = i
			p.Groups = append(p.Groups, operationGroup{Anchor: fmt.Sprintf("operation-%d", i+1), API: q.API, Operation: operationTitle(q.Operation)})
		}
		p.Groups[i].Rows = append(p.Groups[i].Rows, w)
		if q.State == verdict.Failed {
			p.Failed = append(p.Failed, w)
		}
		if len(w.Choices) > 0 {
			p.Choices = append(p.Choices, w)
		}
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		var c verdict.Totals
		rows := make([]verdict.Requirement, len(g.Rows))
		for j, w := range g.Rows {
			rows[j] = verdict.Requirement{Requirement: spec.Requirement{Level: w.Level}, State: w.State}
		}
		c = verdict.Sum(rows)
		g.Counts = slices.DeleteFunc(counts(c.All()), func(c stateCount) bool { return c.Count == 0 })
	}
}

func newRow(q Requirement, where map[string]string) row {
	w := row{Requirement: q, Open: q.State == verdict.Failed}
	if q.Reason != plural(len(q.Findings), "finding") && q.Reason != plural(len(q.Observations), "observation") {
		w.Why = q.Reason
	}
	groups := collapse(q)
	for _, g := range groups[:min(len(groups), pageFindings)] {
		f := found{Finding: g.Finding, Where: where[g.Spec], Others: g.others(), Line: exchangeText(g.Finding), Story: g.steps(shownSteps), File: g.script}
		if f.About = about(g.Message, q.Statement); f.About == q.Operation {
			f.About = ""
		}
		if g.Wanted == "" && g.Got == "" {
			f.About = clip(g.Message, 12)
		}
		w.Different = append(w.Different, f)
	}
	w.MoreFindings = len(groups) - len(w.Different)
	type said struct{ subject, seen string }
	told := map[said]bool{}
	for _, o := range q.Observations {
		if key := (said{o.Subject, o.Seen}); !told[key] {
			told[key] = true
			w.Choices = append(w.Choices, o)
		}
	}
	if n := len(w.Choices) - pageObservations; n > 0 {
		w.Choices, w.MoreChoices = w.Choices[:pageObservations], n
	}
	return w
}

func (p *page) timing() {
	longest := 0.0
	for _, o := range p.Traffic.Operations {
		longest = max(longest, o.P95MS)
	}
	for _, o := range p.Traffic.Operations {
		t := timingRow{OperationTraffic: o}
		if longest > 0 {
			t.P50, t.P95 = 100*o.P50MS/longest, 100*o.P95MS/longest
		}
		p.Timing = append(p.Timing, t)
	}
	for _, q := range p.Requirements {
		for _, s := range q.Specs {
			if s.DurationMS > 0 {
				p.Slowest = append(p.Slowest, slowSpec{s, q.ID})
			}
		}
	}
	slices.SortStableFunc(p.Slowest, func(a, b slowSpec) int { return cmp.Compare(b.DurationMS, a.DurationMS) })
	p.Slowest = p.Slowest[:min(len(p.Slowest), slowestSpecs)]
}

// counts gives the number of requirements in each state, with its part of a bar.
func counts(c verdict.Count) []stateCount {
	var list []stateCount
	at := 0.0
	for _, state := range verdict.States() {
		n := stateCount{State: state, Count: c.Of(state), At: at}
		if total := c.Total(); total > 0 {
			n.Percent = 100 * float64(n.Count) / float64(total)
		}
		at += n.Percent
		list = append(list, n)
	}
	return list
}

func (r Report) reasons(state verdict.State) []reasonRow {
	var rows []reasonRow
	for _, g := range r.byReason(state, func(Requirement) bool { return true }) {
		needs := strings.TrimSuffix(strings.TrimPrefix(g.reason, "needs "), " to hold")
		if !slices.ContainsFunc(r.Requirements, func(q Requirement) bool { return q.ID == needs }) {
			needs = ""
		}
		rows = append(rows, reasonRow{g.reason, needs, g.ids})
	}
	return rows
}

func operationTitle(operation string) string {
	if operation == "any" || operation == "" {
		return "every operation"
	}
	return operation
}

// mark is a sign for a state or verdict, for those who cannot tell colours.
func mark(of any) string {
	switch fmt.Sprint(of) {
	case string(verdict.Passed): // as verdict.Conformant below
		return "✓"
	case string(verdict.Conformant), string(verdict.ConformantWithWaivers):
		return "✓"
	case string(verdict.Failed), string(verdict.NotConformant):
		return "✕"
	case string(verdict.Inconclusive):
		return "?"
	case string(verdict.Waived):
		return "≈"
	case string(verdict.Observed):
		return "○"
	case string(verdict.Partial):
		return "◐"
	case string(verdict.NotRun):
		return "·"
	default:
		return "–"
	}
}

func levelWords(level spec.Level) string {
	if level == spec.Must {
		return "only must"
	}
	return "must and should"
}

func duration(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	if d > 10*time.Second {
		return d.Round(time.Second).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// digest is how a Content-Security-Policy names an inline script or style.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
