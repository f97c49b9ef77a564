package businesscart

import (
	"math"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"
)

// This file finds out whether the answers that several clients got at the same
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

// deed is what a request asks to be done to the number of a history.
type deed struct {
	kind   deedKind
	amount int64
}

type deedKind int

const (
	looks  deedKind = iota // or does something else
	sets                   // a line that is gone stays gone
	clears                 // to 0
	adds
)

// event is one request of a history with its answer.
type event struct {
	*Reply
	deed
	shows []int64 // values of the number that the answer may stand for; nil: it shows none
	shown string  // the same for a reader
}

func (e event) changes() bool { return e.kind != looks }

// done reports whether the target says that it did what was asked.
func (e event) done() bool { return e.Success() && len(e.Rejected()) == 0 }

// history is what was asked about one number of a cart and answered.
type history struct {
	about  string // the number, in words
	begin  int64  // its value in the beginning
	events []event
	// premise is the promise that is broken where no order explains it; "" = that of
	// the spec.
	premise string
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
	deed
	bit   uint64  // of the change, or of the change that the look has to come after
	shows []int64 // of a look
}

func (m move) take(from state) (bool, state) {
	if m.kind == looks {
		return slices.Contains(m.shows, from.value) && from.done&m.bit == m.bit, from
	}
	to := state{from.value, from.done | m.bit}
	switch {
	case m.kind == clears, m.kind == sets && from.value > 0:
		to.value = m.amount
	case m.kind == adds:
		to.value += m.amount
	}
	return true, to
}

// explained says whether some order of the events explains what they show.
func (h history) explained() porcupine.CheckResult {
	operations, unsure := h.operations()
	if unsure > maybes {
		return porcupine.Unknown
	}
	return porcupine.CheckOperationsTimeout(porcupine.Model{
		Init: func() any { return state{value: h.begin} },
		Step: func(from, input, _ any) (bool, any) {
			ok, to := input.(move).take(from.(state))
			return ok, to
		},
	}, operations, patience)
}

// operations gives the moves of the events. What was answered by a refusal, or was
// sent again by the transport, may have been done or not, and at any later moment:
// it is free to come last, where nothing looks at it. unsure counts those.
func (h history) operations() (operations []porcupine.Operation, unsure int) {
	change := 0
	for _, e := range h.events {
		within := func(m move, until int64) {
			operations = append(operations, porcupine.Operation{Input: m, Call: e.X.Called, Return: until})
		}
		bit := uint64(0)
		if e.changes() {
			again := e.X.Attempts - 1
			if e.done() {
				bit = 1 << (change % 64)
				change++
				within(move{deed: e.deed, bit: bit}, e.X.Returned)
			} else {
				again++
			}
			for range again {
				within(move{deed: e.deed}, math.MaxInt64)
				unsure++
			}
		}
		if e.shows != nil {
			within(move{bit: bit, shows: e.shows}, e.X.Returned)
		}
	}
	return operations, unsure
}

func (h history) impossible() bool { return h.explained() == porcupine.Illegal }

// core gives the shortest history that has no explanation either: it ends with the
// first answer that has none, begins with the last reading before it that nothing
// overlapped, and of the readings in between keeps those that matter.
func (h history) core() history {
	h = h.untilImpossible()
	h = h.sinceQuiet()
	for i := len(h.events) - 1; i >= 0; i-- {
		if op := h.events[i].X.Operation; op == addItems || op == modifyItems || op == deleteItems {
			continue // what was going on may be the cause
		}
		without := h
		without.events = slices.Delete(slices.Clone(h.events), i, i+1)
		if without.impossible() {
			h = without
		}
	}
	return h
}

// untilImpossible cuts a history behind the first answer that nothing explains.
// What was not answered by then may have been done or not.
func (h history) untilImpossible() history {
	var ends []int64
	for _, e := range h.events {
		ends = append(ends, e.X.Returned)
	}
	slices.Sort(ends)
	for _, end := range ends {
		cut := h
		cut.events = nil
		for _, e := range h.events {
			switch {
			case e.X.Returned <= end:
				cut.events = append(cut.events, e)
			case e.X.Called < end:
				cut.events = append(cut.events, e.unanswered())
			}
		}
		if cut.impossible() {
			return cut
		}
	}
	return h
}

// unanswered is the event as it was before its answer came.
func (e event) unanswered() event {
	x := *e.X
	x.Response, x.Attempts = nil, 1
	e.Reply = &Reply{X: &x, stage: e.Reply.stage}
	e.shows, e.shown = nil, ""
	return e
}

// sinceQuiet leaves out what came before a reading that nothing overlapped, if what
// came after it has no explanation from there.
func (h history) sinceQuiet() history {
	for i := len(h.events) - 1; i >= 0; i-- {
		quiet := h.events[i]
		if quiet.changes() || len(quiet.shows) != 1 {
			continue
		}
		later, alone := h, true
		later.begin, later.events = quiet.shows[0], nil
		for j, e := range h.events {
			switch {
			case j == i:
			case e.X.Called > quiet.X.Returned:
				later.events = append(later.events, e)
			case e.X.Returned > quiet.X.Called, e.changes() && (!e.done() || e.X.Attempts > 1):
				alone = false
			}
		}
		if alone && later.impossible() {
			return later
		}
	}
	return h
}
