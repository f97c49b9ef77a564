// Package walk looks for a sequence of steps that goes wrong, and for the
// shortest one that still does: sequences are drawn and shrunk with rapid. What a
// step is, and whether a sequence went wrong, is for the caller to say.
package walk

import (
	"flag"
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// Outcome is what came of trying a sequence.
type Outcome int

// The outcomes.
const (
	Kept   Outcome = iota // nothing is wrong with it
	Broken                // it went wrong
	Ended                 // something else came in between: nothing is tried any more
)

// Search says what is drawn.
type Search[S any] struct {
	Seed      uint64 // everything that is drawn follows from it
	Sequences int
	Length    int                             // steps that are drawn for each
	Step      func(i int) *rapid.Generator[S] // draws the i-th of them
	Rests     func(S) bool                    // the step does nothing: it is left out
	// Try tries a sequence, and tells how many of its steps were taken: one that went
	// wrong is not gone on with.
	Try func(steps []S) (Outcome, int)
	// MayTry reports whether there is anything left to spend on one more try, while
	// shrinking or before that. A sequence that is not tried counts as kept. No clock
	// may decide: a recorded run has to be played again as it was.
	MayTry func(shrinking bool) bool
}

// candidates is how many sequences are looked at while one is shrunk, most of
// which differ from one that was tried in nothing that matters.
const candidates = 1500

// Run draws sequences and tries them. It gives the shortest one that went wrong;
// false when none did.
func (s Search[S]) Run() (shortest []S, broken bool) {
	setUp(s.Sequences, s.Seed)
	known := map[string]Outcome{} // rapid tries what it reports once more
	ended, seen := false, 0
	check(func(t *rapid.T) {
		if seen++; ended || broken && seen > candidates || !s.MayTry(broken) {
			return // before anything is drawn: rapid goes through thousands that cost nothing then
		}
		var steps []S
		for i := range s.Length {
			if step := s.Step(i).Draw(t, "step"); !s.Rests(step) {
				steps = append(steps, step)
			}
		}
		if broken && len(steps) > len(shortest) {
			steps = steps[:len(shortest)] // what goes wrong later is not shorter
		}
		key := fmt.Sprint(steps)
		outcome, tried := known[key]
		if !tried && len(steps) > 0 {
			var taken int
			outcome, taken = s.Try(steps)
			known[key] = outcome
			if outcome == Broken {
				steps = steps[:taken]
				known[fmt.Sprint(steps)] = Broken
			}
		}
		ended = ended || outcome == Ended
		if outcome == Broken {
			shortest, broken = steps, true
			t.FailNow()
		}
	})
	return shortest, broken
}

// setUp tells rapid, which is made for go test and listens to flags alone, what to
// do: to draw as told, to write no files, and never to look at a clock.
func setUp(sequences int, seed uint64) {
	if !flag.Parsed() { // outside of go test
		testing.Init()
		_ = flag.CommandLine.Parse(nil)
	}
	if testing.Short() {
		sequences *= 5 // of which rapid then takes a fifth
	}
	for name, value := range map[string]string{
		"rapid.checks": strconv.Itoa(sequences), "rapid.seed": strconv.FormatUint(max(1, seed), 10), // 0 is one of its own choice
		"rapid.nofailfile": "true", "rapid.failfile": "", "rapid.shrinktime": "10h", "rapid.v": "false", "rapid.log": "false",
		"rapid.debug": "false", "rapid.debugvis": "false",
	} {
		if err := flag.Set(name, value); err != nil {
			panic("walk: rapid has another set of flags: " + err.Error())
		}
	}
}

// check is rapid.Check for a property whose caller remembers what went wrong.
func check(property func(*rapid.T)) {
	defer func() {
		if p := recover(); p != nil && p != any(given{}) {
			panic(p)
		}
	}()
	rapid.Check(&ear{}, property)
}

// given is what ear panics with when rapid gives the verdict that a sequence went
// wrong.
type given struct{}

// ear is the test that rapid runs in. It hears and says nothing.
type ear struct{ failed bool }

func (*ear) Helper()                 {}
func (*ear) Name() string            { return "cartconform-walk" }
func (*ear) Logf(string, ...any)     {}
func (*ear) Log(...any)              {}
func (*ear) Skipf(string, ...any)    {}
func (*ear) Skip(...any)             {}
func (*ear) SkipNow()                {}
func (e *ear) Errorf(string, ...any) { e.failed = true }
func (e *ear) Error(...any)          { e.failed = true }
func (e *ear) Fatalf(string, ...any) { e.FailNow() }
func (e *ear) Fatal(...any)          { e.FailNow() }
func (e *ear) Fail()                 { e.failed = true }
func (e *ear) Failed() bool          { return e.failed }
func (e *ear) FailNow()              { panic(given{}) }
