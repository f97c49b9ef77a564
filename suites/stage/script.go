package stage

import (
	"maps"

	"cartconform/suites/record"
	"cartconform/suites/target"
)

// Script is what a recording is played again from, beside the Sender that answers
// from it. It is safe for concurrent use.
type Script interface {
	// Cue says how a spec of the recording began; false when it did not run to its
	// end.
	Cue(spec string) (Cue, bool)
	// Again reports whether the spec asked once more, for what did not show before,
	// with its call of this ordinal. It is true where the recording lacks the call.
	Again(spec string, ordinal int) bool
}

// Cue is how a recorded spec began. What other specs had left behind does not
// follow from the spec, and not from the order in which specs are played again.
type Cue struct {
	Process     string
	Lane        int
	Calls       int // that it made
	Start       record.Start
	Interrupted bool // the run ended before the spec did
	// What the preflight before it found.
	Doubts map[string]string
	Carts  map[int]string
	Data   target.Data
}

// Unrecorded is the error of an exchange that the recording lacks; it says which.
type Unrecorded struct{ Text string }

func (e *Unrecorded) Error() string { return e.Text }

// cue puts a spec where its recording began. It is called with mu held.
func (p *Play) cue(s *Stage) {
	if p.Script == nil {
		return
	}
	cue, ok := p.Script.Cue(s.name)
	if !ok {
		s.unplayed = true
		return
	}
	s.lane, s.process = cue.Lane%len(p.Target.Lanes), cue.Process
	s.recorded, s.cutShort = cue.Calls, cue.Interrupted
	p.Doubts, p.Target.Data, p.Mark = cue.Doubts, cue.Data, cue.Start.Mark
	p.memory = memory{
		carts: with(cue.Carts, s.lane, cue.Start.Cart), others: with(nil, s.lane, cue.Start.OtherCart),
		silence: maps.Clone(cue.Start.Unanswered), first: maps.Clone(cue.Start.First),
	}
}

// with is a copy of ids with that of the lane; "" for none.
func with(ids map[int]string, lane int, id string) map[int]string {
	out := map[int]string{}
	maps.Copy(out, ids)
	if delete(out, lane); id != "" {
		out[lane] = id
	}
	return out
}
