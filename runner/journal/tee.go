package journal

import (
	"sync"

	"cartconform/suites/record"
)

// Tee returns a recorder that hands every record to each of recorders, in their
// order.
func Tee(recorders ...record.Recorder) record.Recorder { return tee(recorders) }

type tee []record.Recorder

func (t tee) Spec(s record.Spec) {
	for _, r := range t {
		r.Spec(s)
	}
}

func (t tee) Finding(f record.Finding) {
	for _, r := range t {
		r.Finding(f)
	}
}

func (t tee) Observation(o record.Observation) {
	for _, r := range t {
		r.Observation(o)
	}
}

func (t tee) Drift(d record.Drift) {
	for _, r := range t {
		r.Drift(d)
	}
}

// Listen returns a recorder that calls heard with every record, one at a time.
func Listen(heard func(Entry)) record.Recorder { return &listener{heard: heard} }

type listener struct {
	mu    sync.Mutex
	heard func(Entry)
}

func (l *listener) Spec(s record.Spec)               { l.hear(Entry{Spec: &s}) }
func (l *listener) Finding(f record.Finding)         { l.hear(Entry{Finding: &f}) }
func (l *listener) Observation(o record.Observation) { l.hear(Entry{Observation: &o}) }
func (l *listener) Drift(d record.Drift)             { l.hear(Entry{Drift: &d}) }

func (l *listener) hear(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.heard(e)
}
