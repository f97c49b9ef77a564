package session

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"cartconform/runner/har"
	"cartconform/runner/journal"
	"cartconform/runner/redact"
	"cartconform/runner/repertoire"
	"cartconform/runner/report"
	"cartconform/spec"
	"cartconform/suites/record"
)

// files are what a run writes down while it happens: one journal and one file of
// exchanges for each process. They lie beside the report until it is written, so
// that whatever interrupts a run leaves what it learned.
type files struct {
	dir string

	mu      sync.Mutex
	writers []*har.Writer
	errs    []error
	recent  map[string]*spec.Exchange // of this process, redacted
}

const filesDir = "records"

func openFiles(reportDir string) (*files, error) {
	dir, err := filepath.Abs(filepath.Join(reportDir, filesDir)) // workers run elsewhere
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return &files{dir: dir}, nil
}

func (f *files) journal(process string) string {
	return filepath.Join(f.dir, "records-"+process+".jsonl")
}

// recordExchange gives the function that writes one process's exchanges down.
func (f *files) recordExchange(process string, redactor *redact.Redactor) (func(*spec.Exchange), error) {
	writer, err := har.Create(filepath.Join(f.dir, "exchanges-"+process+".jsonl"), redactor)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writers = append(f.writers, writer)
	f.recent = map[string]*spec.Exchange{}
	return func(x *spec.Exchange) {
		err := writer.Append(x)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.recent[x.ID] = x
		if err != nil && len(f.errs) < 3 {
			f.errs = append(f.errs, err)
		}
	}, nil
}

// close ends the writing and says what could not be written.
func (f *files) close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.writers {
		f.errs = append(f.errs, w.Close())
	}
	f.writers = nil
	return errors.Join(f.errs...)
}

// liveView looks up an exchange of this process while the run is under way.
func (f *files) liveView(redactor *redact.Redactor) func(string) (report.ExchangeView, bool) {
	return func(id string) (report.ExchangeView, bool) {
		f.mu.Lock()
		x := f.recent[id]
		f.mu.Unlock()
		if x == nil {
			return report.ExchangeView{}, false
		}
		return view(redactor.Exchange(x), har.Curl(x, redactor)), true
	}
}

func (f *files) match(kind string) []string {
	found, _ := filepath.Glob(filepath.Join(f.dir, kind+"-*.jsonl")) // the pattern is well formed
	return found
}

// records reads what the processes recorded.
func (f *files) records() (journal.Records, error) { return journal.Read(f.match("records")...) }

// exchanges are a run's exchanges, redacted, by id.
type exchanges struct {
	byID     map[string]*spec.Exchange
	all      []spec.Exchange
	redactor *redact.Redactor
}

func (f *files) exchanges(redactor *redact.Redactor) (*exchanges, error) {
	var all []spec.Exchange
	for _, name := range f.match("exchanges") {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		part, err := har.ReadLines(file)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, part...)
	}
	return newExchanges(all, redactor), nil
}

func newExchanges(all []spec.Exchange, redactor *redact.Redactor) *exchanges {
	e := &exchanges{byID: map[string]*spec.Exchange{}, all: all, redactor: redactor}
	for i := range all {
		e.byID[all[i].ID] = &all[i]
	}
	return e
}

func (e *exchanges) traffic() report.Traffic {
	samples := make([]report.Sample, len(e.all))
	for i, x := range e.all {
		samples[i] = report.Sample{Operation: x.Operation, Attempts: x.Attempts, Duration: x.Duration}
	}
	return report.Measure(samples)
}

// unseen lists what the contracts document and no exchange showed, of the
// operations that a target with these features has.
func (e *exchanges) unseen(suites repertoire.List, features []string) []spec.Unseen {
	var unseen []spec.Unseen
	for _, suite := range suites {
		sightings := suite.Contract.Sightings()
		for i := range e.all {
			if repertoire.Mark(e.all[i].ID) == suite.Mark {
				sightings.Add(&e.all[i])
			}
		}
		unseen = append(unseen, sightings.Unseen(func(operation string) bool {
			feature := suite.Contract.Feature(operation)
			return feature == "" || slices.Contains(features, feature)
		})...)
	}
	return unseen
}

func (e *exchanges) view(id string) (report.ExchangeView, bool) {
	x, ok := e.byID[id]
	if !ok {
		return report.ExchangeView{}, false
	}
	return view(x, har.Curl(x, e.redactor)), true
}

// script writes the program that sends the sequence of a finding again.
func (e *exchanges) script(f record.Finding) string {
	var sequence []*spec.Exchange
	for _, id := range f.Sequence {
		if x := e.byID[id]; x != nil {
			sequence = append(sequence, x)
		}
	}
	return har.Script(sequence, har.Story{
		Title: f.Requirement + ": " + f.Spec, Wanted: f.Wanted, Got: f.Got, Exchange: f.Exchange,
	}, e.redactor)
}

// snippet is how much of an answer's body a report shows, in bytes.
const snippet = 600

func view(x *spec.Exchange, curl string) report.ExchangeView {
	v := report.ExchangeView{Method: x.Request.Method, URL: x.Request.URL, Curl: curl}
	if x.Response != nil {
		v.Status = x.Response.Status
		body := x.Response.Body
		if len(body) > snippet {
			cut := snippet
			for cut > 0 && !utf8.RuneStart(body[cut]) {
				cut--
			}
			v.ResponseSnippet = strings.ToValidUTF8(string(body[:cut]), "\uFFFD") + "…"
		} else {
			v.ResponseSnippet = strings.ToValidUTF8(string(body), "\uFFFD")
		}
	}
	return v
}

// assemble writes the archive of all exchanges beside the parts.
func (f *files) assemble(reportDir string) (report.Exchanges, error) {
	out, err := os.Create(filepath.Join(reportDir, har.File))
	if err != nil {
		return report.Exchanges{}, err
	}
	sum := sha256.New()
	count, err := har.Assemble(io.MultiWriter(out, sum), Version().Suite, f.match("exchanges")...)
	if err := errors.Join(err, out.Close()); err != nil {
		return report.Exchanges{}, err
	}
	return report.Exchanges{File: har.File, Count: count, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// remove removes the parts, when all that they hold is in the report.
func (f *files) remove() error { return os.RemoveAll(f.dir) }
