// Package history finds out whether the answers that several clients got at the same
// time can be explained: by some order of their requests in which each answer
// shows what the requests before it left. The order of requests that overlap is
// free, that of requests one of which was answered before the other was sent is
// not.
//
// A history is about one number of the cart. No document says that a request which
// names several lines is carried out at one moment, so lines are judged one by one
// (a history of several counts can be explained if that of each can). Nor does
// any say that the lines in the answer to a change are those of the moment of the
// change: they may be those of any later moment until the answer.
package history

import (
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"cartconform/spec"
	"cartconform/suites/stage"
)

// Deed is what a request asks to be done to the number of a history.
type Deed struct {
	Kind   Kind
	Amount int64
}

// Kind is a kind of deed.
type Kind int

// The kinds.
const (
	Looks  Kind = iota // or does something else
	Sets               // a line that is gone stays gone
	Clears             // to 0
	Adds
	Fills // what is there stays as it is
)

// Event is one request of a history with its answer.
type Event struct {
	X     *spec.Exchange
	Stage *stage.Stage
	Deed
	Done    bool    // the target says that it did what was asked
	Changes bool    // the request changes the cart, if not the number
	Shows   []int64 // values of the number that the answer may stand for; nil: it shows none
	Shown   string  // the same for a reader
	Refused string  // what an answer that refuses the request says
}

func (e Event) alters() bool { return e.Kind != Looks }

// History is what was asked about one number of a cart and answered.
type History struct {
	About  string // the number, in words
	Begin  int64  // its value in the beginning
	Events []Event
	// Premise is the promise that is broken where no order explains it; "" = that of
	// the spec.
	Premise string
}

// maybes is how many requests of a history may have been done or not, at most: each
// doubles the number of orders that have to be tried.
const maybes = 8

// patience is for how long an order is looked for. A history of 40 requests takes
// less than a millisecond.
const patience = 20 * time.Second

// state is the number between two requests, and which changes are done by then.
type state struct {
	value int64
	done  uint64 // a bit for each change
}

// move is a step of the model: a change, or a look.
type move struct {
	Deed
	bit   uint64  // of the change, or of the change that the look has to come after
	shows []int64 // of a look
}

func (m move) take(from state) (bool, state) {
	if m.Kind == Looks {
		return slices.Contains(m.shows, from.value) && from.done&m.bit == m.bit, from
	}
	to := state{from.value, from.done | m.bit}
	switch {
	case m.Kind == Clears, m.Kind == Sets && from.value > 0, m.Kind == Fills && from.value == 0:
		to.value = m.Amount
	case m.Kind == Adds:
		to.value += m.Amount
	}
	return true, to
}

// explained says whether some order of the events explains what they show.
func (h History) explained() porcupine.CheckResult {
	operations, unsure := h.operations()
	if unsure > maybes {
		return porcupine.Unknown
	}
	return porcupine.CheckOperationsTimeout(porcupine.Model{
		Init: func() any { return state{value: h.Begin} },
		Step: func(from, input, _ any) (bool, any) {
			ok, to := input.(move).take(from.(state))
			return ok, to
		},
	}, operations, patience)
}

// operations gives the moves of the events. What was answered by a refusal, or was
// sent again by the transport, may have been done or not, and at any later moment:
// it is free to come last, where nothing looks at it. unsure counts those.
func (h History) operations() (operations []porcupine.Operation, unsure int) {
	change := 0
	for _, e := range h.Events {
		within := func(m move, until int64) {
			operations = append(operations, porcupine.Operation{Input: m, Call: e.X.Called, Return: until})
		}
		bit := uint64(0)
		if e.alters() {
			again := e.X.Attempts - 1
			if e.Done {
				bit = 1 << (change % 64)
				change++
				within(move{Deed: e.Deed, bit: bit}, e.X.Returned)
			} else {
				again++
			}
			for range again {
				within(move{Deed: e.Deed}, math.MaxInt64)
				unsure++
			}
		}
		if e.Shows != nil {
			within(move{bit: bit, shows: e.Shows}, e.X.Returned)
		}
	}
	return operations, unsure
}

func (h History) impossible() bool { return h.explained() == porcupine.Illegal }

// Core gives the shortest history that has no explanation either: it ends with the
// first answer that has none, begins with the last reading before it that nothing
// overlapped, and of the readings in between keeps those that matter.
func (h History) Core() History {
	h = h.untilImpossible()
	h = h.sinceQuiet()
	for i := len(h.Events) - 1; i >= 0; i-- {
		if h.Events[i].Changes {
			continue // what was going on may be the cause
		}
		without := h
		without.Events = slices.Delete(slices.Clone(h.Events), i, i+1)
		if without.impossible() {
			h = without
		}
	}
	return h
}

// untilImpossible cuts a history behind the first answer that nothing explains.
// What was not answered by then may have been done or not.
func (h History) untilImpossible() History {
	var ends []int64
	for _, e := range h.Events {
		ends = append(ends, e.X.Returned)
	}
	slices.Sort(ends)
	for _, end := range ends {
		cut := h
		cut.Events = nil
		for _, e := range h.Events {
			switch {
			case e.X.Returned <= end:
				cut.Events = append(cut.Events, e)
			case e.X.Called < end:
				cut.Events = append(cut.Events, e.unanswered())
			}
		}
		if cut.impossible() {
			return cut
		}
	}
	return h
}

// unanswered is the event as it was before its answer came.
func (e Event) unanswered() Event {
	x := *e.X
	x.Response, x.Attempts = nil, 1
	e.X, e.Done, e.Refused = &x, false, ""
	e.Shows, e.Shown = nil, ""
	return e
}

// sinceQuiet leaves out what came before a reading that nothing overlapped, if what
// came after it has no explanation from there.
func (h History) sinceQuiet() History {
	for i := len(h.Events) - 1; i >= 0; i-- {
		quiet := h.Events[i]
		if quiet.alters() || len(quiet.Shows) != 1 {
			continue
		}
		later, alone := h, true
		later.Begin, later.Events = quiet.Shows[0], nil
		for j, e := range h.Events {
			switch {
			case j == i:
			case e.X.Called > quiet.X.Returned:
				later.Events = append(later.Events, e)
			case e.X.Returned > quiet.X.Called, e.alters() && (!e.Done || e.X.Attempts > 1):
				alone = false
			}
		}
		if alone && later.impossible() {
			return later
		}
	}
	return h
}
