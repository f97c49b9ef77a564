package walk_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cartconform/suites/walk"
)

// search draws numbers of which 0 does nothing. What the given function calls broken
// is broken.
func search(seed uint64, broken func([]int) int, budget int) (shortest []int, found bool, tried int) {
	shortest, found = walk.Search[int]{
		Seed: seed, Sequences: 10, Length: 30,
		Step: digits(0), Rests: func(n int) bool { return n == 0 },
		Try: func(steps []int) (walk.Outcome, int) {
			tried++
			if n := broken(steps); n > 0 {
				return walk.Broken, n
			}
			return walk.Kept, len(steps)
		},
		MayTry: func(bool) bool { return tried < budget },
	}.Run()
	return shortest, found, tried
}

func digits(least int) func(int) *rapid.Generator[int] {
	g := rapid.IntRange(least, 9)
	return func(int) *rapid.Generator[int] { return g }
}

// third is broken as soon as a 7 was followed by two numbers of 5 or more.
func third(steps []int) int {
	at := slices.Index(steps, 7)
	if at < 0 {
		return 0
	}
	n := 0
	for i, step := range steps[at+1:] {
		if step >= 5 {
			if n++; n == 2 {
				return at + 1 + i + 1
			}
		}
	}
	return 0
}

// A sequence that goes wrong is shrunk to the shortest that still does.
func TestTheShortestIsFound(t *testing.T) {
	for seed := range uint64(20) {
		shortest, found, tried := search(seed, third, 300)
		if !found || len(shortest) != 3 || third(shortest) != 3 {
			t.Errorf("seed %d: wanted a 7 and two numbers that break it, got %v (%t) after %d tries", seed, shortest, found, tried)
		}
	}
}

// The same seed draws the same, another one something else.
func TestSeedsDecide(t *testing.T) {
	var drawn [3][][]int
	for i, seed := range []uint64{4, 4, 5} {
		search(seed, func(steps []int) int {
			drawn[i] = append(drawn[i], slices.Clone(steps))
			return 0
		}, 100)
	}
	if len(drawn[0]) != 10 {
		t.Errorf("wanted 10 sequences, got %d", len(drawn[0]))
	}
	if !slices.EqualFunc(drawn[0], drawn[1], slices.Equal) || slices.EqualFunc(drawn[0], drawn[2], slices.Equal) {
		t.Error("wanted the same sequences for the same seed alone")
	}
}

// When nothing is left to spend, nothing is tried, and what was found stays found.
func TestBudget(t *testing.T) {
	if _, found, tried := search(1, third, 0); found || tried != 0 {
		t.Errorf("wanted nothing tried without a budget, got %d tries", tried)
	}
	shortest, found, tried := search(1, third, 5)
	if !found || tried > 5 || third(shortest) == 0 {
		t.Errorf("wanted a broken sequence after at most 5 tries, got %v (%t) after %d", shortest, found, tried)
	}
}

// What goes wrong now and then alone is found all the same, as it was.
func TestWhatIsNotSeenAgain(t *testing.T) {
	n := 0
	shortest, found, _ := search(1, func(steps []int) int {
		if n++; n == 2 {
			return len(steps)
		}
		return 0
	}, 100)
	if !found || len(shortest) == 0 {
		t.Errorf("wanted the sequence that went wrong once, got %v (%t)", shortest, found)
	}
}

// After the end nothing is tried.
func TestEnd(t *testing.T) {
	tried := 0
	_, broken := walk.Search[int]{
		Seed: 1, Sequences: 3, Length: 5, Step: digits(1), Rests: func(int) bool { return false },
		Try:    func(steps []int) (walk.Outcome, int) { tried++; return walk.Ended, len(steps) },
		MayTry: func(bool) bool { return true },
	}.Run()
	if broken || tried != 1 {
		t.Errorf("wanted one try and nothing broken, got %d tries and %t", tried, broken)
	}
}
