package report

import (
	"fmt"
	"io"
	"sync"
	"time"

	"cartconform/spec"
	"cartconform/suites/record"
)

// LiveOptions says what a live listener shows.
type LiveOptions struct {
	Colour  bool
	Verbose bool // a line for every spec that ends

	// Catalogues and Specs, the names of the specs that are to run for each
	// requirement, are what progress is measured against.
	Catalogues []*spec.Catalogue
	Specs      map[string][]string

	Waived map[string]bool // requirements whose failures somebody answers for

	// Exchange looks up an exchange by its id, redacted; nil = none is known.
	Exchange func(id string) (ExchangeView, bool)
}

// Live is a recorder that shows a run while it happens: failures at once, each
// area when it is done, and with Verbose every spec.
type Live struct {
	mu      sync.Mutex
	printer printer
	options LiveOptions
	rows    map[string]spec.Requirement
	areaOf  map[string]*area
	shown   map[failure]bool
}

var _ record.Recorder = (*Live)(nil)

// area is the progress of one area of one API.
type area struct {
	name  string
	specs int // that are to run
	ended int
	count map[record.Outcome]int
}

// failure is what a finding says; the same from many specs is shown once.
type failure struct{ requirement, wanted, got, message string }

// NewLive returns a live listener that writes to out.
func NewLive(out io.Writer, o LiveOptions) *Live {
	l := &Live{
		printer: printer{out: out, colour: o.Colour},
		options: o,
		rows:    map[string]spec.Requirement{},
		areaOf:  map[string]*area{},
		shown:   map[failure]bool{},
	}
	byName := map[string]*area{}
	for _, c := range o.Catalogues {
		for _, r := range c.Requirements {
			name := c.API + " " + r.Area
			if byName[name] == nil {
				byName[name] = &area{name: name, count: map[record.Outcome]int{}}
			}
			byName[name].specs += len(o.Specs[r.ID])
			l.rows[r.ID] = r
			l.areaOf[r.ID] = byName[name]
		}
	}
	return l
}

// Spec shows the end of a spec.
func (l *Live) Spec(s record.Spec) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &l.printer
	switch {
	case s.Outcome == record.Broken:
		p.line("%s %s %s: %s", l.word(s.Outcome), oneLine(s.Requirement), oneLine(s.Name), firstLine(s.Reason))
	case l.options.Verbose:
		text := fmt.Sprintf("%s %s %s (%s)", l.word(s.Outcome), oneLine(s.Requirement), oneLine(s.Name), s.Duration.Round(time.Millisecond))
		if s.Reason != "" {
			text += ": " + firstLine(s.Reason)
		}
		p.line("%s", text)
	}
	a := l.areaOf[s.Requirement]
	if a == nil {
		return
	}
	a.ended++
	a.count[s.Outcome]++
	if a.ended == a.specs {
		p.line("%s", a.line())
	}
}

// Finding shows a failure, unless it was shown before. What is found about an
// open choice is no failure.
func (l *Live) Finding(f record.Finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	row := l.rows[f.Requirement]
	if row.Level == spec.May {
		return
	}
	key := failure{requirement: f.Requirement, wanted: f.Wanted, got: f.Got}
	if f.Wanted == "" && f.Got == "" {
		key.message = firstLine(f.Message)
	}
	if l.shown[key] {
		return
	}
	l.shown[key] = true
	p := &l.printer
	word := paint(p.colour, red, "FAILED")
	if l.options.Waived[f.Requirement] {
		word = paint(p.colour, yellow, "waived")
	}
	p.line("%s %s %s", word, paint(p.colour, bold, oneLine(f.Requirement)), oneLine(row.Statement))
	if key.message != "" {
		p.field("finding", key.message)
	} else {
		p.field("expected", firstLine(f.Wanted))
		p.field("seen", firstLine(f.Got))
	}
	if l.options.Exchange == nil || f.Exchange == "" {
		return
	}
	if view, ok := l.options.Exchange(f.Exchange); ok {
		p.field("exchange", oneLine(view.Line()))
	}
}

// Observation shows an open choice, when every spec is shown too.
func (l *Live) Observation(o record.Observation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.options.Verbose {
		l.printer.line("%s %s %s: %s", paint(l.printer.colour, faint, "seen  "), oneLine(o.Requirement), firstLine(o.Subject), firstLine(o.Seen))
	}
}

// Drift shows nothing: drift is counted at the end.
func (l *Live) Drift(record.Drift) {}

func (a *area) line() string {
	text := fmt.Sprintf("%s: %s", oneLine(a.name), plural(a.specs, "spec"))
	for _, outcome := range outcomes() {
		if n := a.count[outcome]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, outcome)
		}
	}
	return text
}

func outcomes() []record.Outcome {
	return []record.Outcome{
		record.Passed, record.Failed, record.Inconclusive, record.Observed, record.NotApplied, record.Interrupted, record.Broken,
	}
}

// word is a short name of an outcome, six characters wide.
func (l *Live) word(outcome record.Outcome) string {
	colour := l.printer.colour
	switch outcome {
	case record.Passed:
		return paint(colour, green, "ok    ")
	case record.Failed:
		return paint(colour, red, "failed")
	case record.Inconclusive:
		return paint(colour, yellow, "open  ")
	case record.Observed:
		return paint(colour, faint, "seen  ")
	case record.NotApplied:
		return paint(colour, faint, "n/a   ")
	case record.Interrupted:
		return paint(colour, yellow, "cut   ")
	default:
		return paint(colour, red, "BROKEN")
	}
}
