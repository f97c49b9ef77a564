// Package journal keeps the records of a run: on disk, one JSON line per record
// the moment it is known, or in memory. A run that is interrupted keeps what it
// learned, and what was being written when it ended is recognised as torn.
package journal

import (
	"encoding/json"
	"fmt"

	"cartconform/suites/record"
)

// Entry is one record. Exactly one of its fields is set.
type Entry struct {
	Spec        *record.Spec        `json:"spec,omitempty"`
	Finding     *record.Finding     `json:"finding,omitempty"`
	Observation *record.Observation `json:"observation,omitempty"`
	Drift       *record.Drift       `json:"drift,omitempty"`
}

// Records is everything that a run recorded, each kind in the order in which it
// was written.
type Records struct {
	Specs        []record.Spec
	Findings     []record.Finding
	Observations []record.Observation
	Drift        []record.Drift

	// Torn names, as file:line, the records that were cut off while they were
	// written. A run with torn records did not end in order.
	Torn []string
}

// Add appends the record of e.
func (r *Records) Add(e Entry) {
	switch {
	case e.Spec != nil:
		r.Specs = append(r.Specs, *e.Spec)
	case e.Finding != nil:
		r.Findings = append(r.Findings, *e.Finding)
	case e.Observation != nil:
		r.Observations = append(r.Observations, *e.Observation)
	case e.Drift != nil:
		r.Drift = append(r.Drift, *e.Drift)
	}
}

// Replay hands every record to rec: findings, observations and drift first, then
// the ends of the specs, as a run does.
func (r *Records) Replay(rec record.Recorder) {
	for _, f := range r.Findings {
		rec.Finding(f)
	}
	for _, o := range r.Observations {
		rec.Observation(o)
	}
	for _, d := range r.Drift {
		rec.Drift(d)
	}
	for _, s := range r.Specs {
		rec.Spec(s)
	}
}

// decode reads one line of a journal.
func decode(line []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(line, &e); err != nil {
		return Entry{}, err
	}
	set := 0
	for _, is := range []bool{e.Spec != nil, e.Finding != nil, e.Observation != nil, e.Drift != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		return Entry{}, fmt.Errorf("wanted exactly one known record on the line, got %d", set)
	}
	return e, nil
}

// To hands the record of e to rec.
func (e Entry) To(rec record.Recorder) {
	switch {
	case e.Spec != nil:
		rec.Spec(*e.Spec)
	case e.Finding != nil:
		rec.Finding(*e.Finding)
	case e.Observation != nil:
		rec.Observation(*e.Observation)
	case e.Drift != nil:
		rec.Drift(*e.Drift)
	}
}
