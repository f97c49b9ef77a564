// Package walk looks for a sequence of steps that goes wrong, and for the
// shortest one that still does: sequences are drawn with rapid, and shrunk with as few
// tries as can be, for each of them costs requests. What a step is, and whether a
// sequence went wrong, is for the caller to say.
package walk

import (
	"fmt"
	"iter"

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

// Purpose is what a sequence is tried for.
type Purpose int

// The purposes.
const (
	Looking    Purpose = iota // for one that goes wrong
	Shrinking                 // whether a shorter one goes wrong, too
	Confirming                // whether the shortest goes wrong each time
)

// Cost is what a try takes.
type Cost struct {
	Requests int
	Size     int // of the arguments, which counts among equal numbers of requests
}

// Below reports whether a cost is lower than another one.
func (c Cost) Below(other Cost) bool {
	return c.Requests < other.Requests || c.Requests == other.Requests && c.Size < other.Size
}

// Trial is what came of trying a sequence. Where it went wrong, the steps are those that
// were taken, told so that each means the same whichever of the others are left out.
type Trial[S, E any] struct {
	Outcome  Outcome
	Steps    []S
	Cost     Cost
	Evidence E // that it went wrong
}

// Search says what is drawn, and how it is tried. Steps are told apart by what fmt
// makes of them.
type Search[S, E any] struct {
	Seed      uint64 // everything that is drawn follows from it
	Sequences int
	Draw      *rapid.Generator[[]S]
	// Try tries a sequence. While shrinking, nothing that takes as much as the cost
	// given is of use: the try may end there.
	Try func(steps []S, purpose Purpose, within Cost) Trial[S, E]
	// MayTry reports whether there is anything left to spend on one more try. No clock
	// may decide: a recorded run has to be played again as it was.
	MayTry func(Purpose) bool
	// Leaps give sequences that may do instead of another one and are much shorter, Nips
	// such as are a little shorter or simpler; the most promising first.
	Leaps, Nips []func(steps []S) iter.Seq[[]S]
}

// Result is the shortest sequence that went wrong.
type Result[S, E any] struct {
	Trial[S, E]
	Again bool // it went wrong once more when all was over
}

// confirmations is how many sequences are tried once more at most: one that then goes
// well was found because of what came before it.
const confirmations = 4

// Run draws sequences and tries them until one goes wrong, and gives the shortest that
// does; false when none did.
func (s Search[S, E]) Run() (Result[S, E], bool) {
	for i := range s.Sequences {
		if !s.MayTry(Looking) {
			break
		}
		trial := s.Try(s.Draw.Example(seed(s.Seed, i)), Looking, Cost{})
		switch trial.Outcome {
		case Ended:
			return Result[S, E]{}, false
		case Broken:
			k := shrinker[S, E]{Search: s, found: []Trial[S, E]{trial}, tried: map[string]bool{}}
			return k.shortest(), true
		}
	}
	return Result[S, E]{}, false
}

// seed is what the i-th sequence is drawn with: a number that an int of any machine
// holds.
func seed(all uint64, i int) int {
	x := (all*0x9e3779b97f4a7c15 + uint64(i)) * 0xbf58476d1ce4e5b9 // so that neighbours have little in common
	return int(x >> 33)
}

// shrinker looks for shorter sequences.
type shrinker[S, E any] struct {
	Search[S, E]
	found []Trial[S, E]   // that went wrong, each shorter than the one before
	tried map[string]bool // and need not be tried again
	over  bool            // nothing is tried any more
	ended bool            // because something else came in between
}

func (k *shrinker[S, E]) best() Trial[S, E] { return k.found[len(k.found)-1] }

// shortest is the shortest sequence that goes wrong each time; where there is none, the
// shortest that is left.
func (k *shrinker[S, E]) shortest() Result[S, E] {
	for i := 0; ; i++ {
		k.shrink()
		best := k.best()
		if k.ended {
			return Result[S, E]{best, false}
		}
		switch again := k.Try(best.Steps, Confirming, best.Cost); {
		case again.Outcome == Broken:
			return Result[S, E]{best, true}
		case again.Outcome == Ended, i+1 == confirmations, len(k.found) == 1:
			return Result[S, E]{best, false}
		}
		k.tried[fmt.Sprint(best.Steps)] = true
		k.found = k.found[:len(k.found)-1]
	}
}

// shrink goes on until nothing makes the sequence shorter.
func (k *shrinker[S, E]) shrink() {
	for shorter := true; shorter && !k.over; {
		shorter = false
		for _, leap := range k.Leaps {
			shorter = k.take(leap) || shorter
		}
		shorter = k.drop() || shorter
		for _, nip := range k.Nips {
			shorter = k.take(nip) || shorter
		}
	}
}

// take replaces the sequence by such as are given, as long as that makes it shorter.
func (k *shrinker[S, E]) take(of func([]S) iter.Seq[[]S]) (shorter bool) {
	for again := true; again && !k.over; {
		again = false
		for steps := range of(k.best().Steps) {
			if again = k.try(steps); again || k.over {
				break
			}
		}
		shorter = shorter || again
	}
	return shorter
}

// drop leaves steps out: half of them, or a quarter, down to one.
func (k *shrinker[S, E]) drop() (shorter bool) {
	for size := (len(k.best().Steps) + 1) / 2; size > 0; size /= 2 {
		for at := 0; at < len(k.best().Steps) && !k.over; {
			steps := k.best().Steps
			if k.try(append(append([]S(nil), steps[:at]...), steps[min(at+size, len(steps)):]...)) {
				shorter = true
			} else {
				at += size
			}
		}
	}
	return shorter
}

// try tries a sequence, unless it was tried, and takes it when it goes wrong and is
// shorter.
func (k *shrinker[S, E]) try(steps []S) bool {
	key := fmt.Sprint(steps)
	if k.over || k.tried[key] || len(steps) == 0 {
		return false
	}
	if k.over = !k.MayTry(Shrinking); k.over {
		return false
	}
	k.tried[key] = true
	within := k.best().Cost
	trial := k.Try(steps, Shrinking, within)
	k.ended = trial.Outcome == Ended
	k.over = k.ended
	if trial.Outcome != Broken || !trial.Cost.Below(within) {
		return false
	}
	taken := fmt.Sprint(trial.Steps)
	if taken != key && k.tried[taken] { // it did not go wrong then
		return false
	}
	k.tried[taken] = true
	k.found = append(k.found, trial)
	return true
}
