package report

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"

	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// Run is what the caller knows about a run beside its result.
type Run struct {
	Profile       target.Profile
	Seed          int64
	Suite         Suite
	Contracts     []Contract
	Target        Target
	Configuration Configuration
	Selection     Selection
	Command       []string // arguments that repeat the run, the program's name first
	Started       time.Time
	Finished      time.Time
	Traffic       Traffic
	Exchanges     Exchanges
	Replay        *Replay // nil for a run against a target
	Drift         []record.Drift
	Unseen        []spec.Unseen
	WaiversFile   *WaiversFile // nil without one

	// Exchange looks up an exchange by its id; nil = nothing is known of any. What
	// it returns is redacted already.
	Exchange func(id string) (ExchangeView, bool)
	// Script writes the program that sends a finding's sequence of requests again; nil
	// = none can be written. What it returns is redacted already.
	Script func(f record.Finding) string
}

// ExchangeView is one exchange as people are shown it.
type ExchangeView struct {
	Method          string
	URL             string
	Status          int // 0 when no response arrived
	Curl            string
	ResponseSnippet string
}

// Line says the exchange in one line.
func (v ExchangeView) Line() string {
	if v.Status == 0 {
		return fmt.Sprintf("%s %s → no response", v.Method, v.URL)
	}
	return fmt.Sprintf("%s %s → %d", v.Method, v.URL, v.Status)
}

// New builds the report of a run.
func New(result verdict.Result, run Run) Report {
	r := Report{
		Schema:         SchemaURI,
		Verdict:        result.Verdict,
		Sentence:       result.Sentence,
		Profile:        run.Profile,
		Level:          result.Level,
		Interrupted:    result.Interrupted,
		Exit:           result.Exit(),
		Seed:           run.Seed,
		Suite:          run.Suite,
		Contracts:      list(run.Contracts),
		Target:         run.Target,
		Configuration:  run.Configuration,
		Selection:      run.Selection,
		Command:        []string{},
		Started:        run.Started.UTC(),
		Finished:       run.Finished.UTC(),
		DurationMS:     max(0, run.Finished.Sub(run.Started).Milliseconds()),
		Totals:         result.Totals,
		Traffic:        run.Traffic,
		Exchanges:      run.Exchanges,
		Replay:         run.Replay,
		Requirements:   []Requirement{},
		Waivers:        []Waiver{},
		WaiversFile:    run.WaiversFile,
		Drift:          countDrift(run.Drift),
		Unseen:         []Unseen{},
		InternalErrors: list(result.InternalErrors),
	}
	r.Target.BaseURL = withoutUserinfo(r.Target.BaseURL)
	r.Target.RemoteCartURL = withoutUserinfo(r.Target.RemoteCartURL)
	r.Target.Features = list(r.Target.Features)
	slices.Sort(r.Target.Features)
	for _, u := range run.Unseen {
		r.Unseen = append(r.Unseen, Unseen(u))
	}
	r.Traffic.Operations = list(r.Traffic.Operations)
	r.Selection.Requirements = list(r.Selection.Requirements)
	for _, arg := range run.Command {
		r.Command = append(r.Command, withoutUserinfo(arg))
	}
	for _, q := range result.Requirements {
		r.Requirements = append(r.Requirements, requirement(q, run))
	}
	for _, w := range result.Waivers {
		r.Waivers = append(r.Waivers, Waiver{
			ID: w.ID, Reason: w.Reason, Expires: w.Expires, Line: w.Line, Outcome: w.Use, Message: w.Message,
		})
	}
	return r
}

func requirement(q verdict.Requirement, run Run) Requirement {
	lookup := run.Exchange
	out := Requirement{
		ID:           q.ID,
		API:          q.API,
		Area:         q.Area,
		Level:        q.Level,
		State:        q.State,
		Operation:    q.Operation,
		Feature:      q.Feature,
		Unchecked:    q.Unchecked,
		Statement:    q.Statement,
		Source:       Source{Document: q.Document, Section: q.Source.Section},
		Reason:       q.Reason,
		Specs:        []Spec{},
		Findings:     []Finding{},
		Observations: []Observation{},
	}
	if q.Waiver != nil {
		out.Waiver = &Waived{Reason: q.Waiver.Reason, Expires: q.Waiver.Expires}
	}
	for _, s := range q.Specs {
		out.Specs = append(out.Specs, Spec{
			Name:       s.Name,
			File:       s.File,
			Line:       s.Line,
			Outcome:    string(s.Outcome),
			Reason:     s.Reason,
			DurationMS: milliseconds(s.Duration),
			Lane:       s.Lane,
			Exchanges:  s.Exchanges,
			Answered:   s.Answered,
			Assertions: s.Assertions,
			Process:    s.Process,
			Calls:      s.Calls,
			Start:      s.Start,
		})
	}
	for _, f := range q.Findings {
		out.Findings = append(out.Findings, finding(f, run))
	}
	for _, o := range q.Observations {
		seen := Observation{Spec: o.Spec, Subject: o.Subject, Seen: o.Seen, Exchange: o.Exchange}
		if view, ok := find(lookup, o.Exchange); ok {
			seen.Request = view.Line()
		}
		out.Observations = append(out.Observations, seen)
	}
	return out
}

func finding(f record.Finding, run Run) Finding {
	out := Finding{
		Spec:     f.Spec,
		Message:  f.Message,
		Exchange: f.Exchange,
		Wanted:   f.Wanted,
		Got:      f.Got,
		Contract: f.Contract,
		Sequence: f.Sequence,
		Steps:    f.Steps,
	}
	if run.Script != nil && len(f.Sequence) > 0 {
		out.Script = run.Script(f)
	}
	if view, ok := find(run.Exchange, f.Exchange); ok {
		out.Request, out.Response, out.Curl = view.Line(), view.ResponseSnippet, view.Curl
	}
	return out
}

func find(lookup func(string) (ExchangeView, bool), id string) (ExchangeView, bool) {
	if lookup == nil || id == "" {
		return ExchangeView{}, false
	}
	return lookup(id)
}

// countDrift puts equal drift into one line and sorts the lines.
func countDrift(records []record.Drift) []Drift {
	counts := map[record.Drift]int{}
	shown := map[record.Drift]string{}
	for _, d := range records {
		key := d
		key.Exchange = ""
		counts[key]++
		if first, ok := shown[key]; !ok || d.Exchange < first {
			shown[key] = d.Exchange
		}
	}
	lines := []Drift{}
	for d, n := range counts {
		lines = append(lines, Drift{
			Kind: d.Kind, Operation: d.Operation, Status: d.Status, Where: d.Where, Value: d.Value,
			Count: n, Exchange: shown[d],
		})
	}
	slices.SortFunc(lines, func(a, b Drift) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Operation, b.Operation),
			cmp.Compare(a.Status, b.Status),
			cmp.Compare(a.Where, b.Where),
			cmp.Compare(a.Value, b.Value),
		)
	})
	return lines
}

var userinfo = regexp.MustCompile(`://[^/?#\s]*@`)

// withoutUserinfo removes names and passwords from the URLs in text.
func withoutUserinfo(text string) string { return userinfo.ReplaceAllString(text, "://") }

// list returns a copy of items that is encoded as [] when it is empty.
func list[T any](items []T) []T { return append([]T{}, items...) }

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d.Microseconds())) / 1000
}
