package journal

import (
	"slices"
	"sync"

	"cartconform/suites/record"
)

// Memory is a recorder that keeps its records in memory. Its zero value is ready
// for use.
type Memory struct {
	mu      sync.Mutex
	records Records
}

var _ record.Recorder = (*Memory)(nil)

// Spec records the end of a spec.
func (m *Memory) Spec(s record.Spec) { m.add(Entry{Spec: &s}) }

// Finding records a broken promise.
func (m *Memory) Finding(f record.Finding) { m.add(Entry{Finding: &f}) }

// Observation records an open choice of the target.
func (m *Memory) Observation(o record.Observation) { m.add(Entry{Observation: &o}) }

// Drift records something undocumented.
func (m *Memory) Drift(d record.Drift) { m.add(Entry{Drift: &d}) }

// Records returns a copy of what was recorded so far.
func (m *Memory) Records() Records {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Records{
		Specs:        slices.Clone(m.records.Specs),
		Findings:     slices.Clone(m.records.Findings),
		Observations: slices.Clone(m.records.Observations),
		Drift:        slices.Clone(m.records.Drift),
	}
}

func (m *Memory) add(e Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records.Add(e)
}
