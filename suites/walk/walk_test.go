package walk_test

import (
	"iter"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"cartconform/suites/walk"
)

// search draws numbers. What the given function calls broken is broken; it gives how
// many steps that takes.
func search(seed uint64, broken func([]int) int, budget int) (walk.Result[int, string], bool, int) {
	tried := 0
	found, is := walk.Search[int, string]{
		Seed: seed, Sequences: 10, Draw: numbers(),
		Try: func(steps []int, _ walk.Purpose, _ walk.Cost) walk.Trial[int, string] {
			tried++
			if n := broken(steps); n > 0 {
				return walk.Trial[int, string]{Outcome: walk.Broken, Steps: steps[:n], Cost: cost(steps[:n]), Evidence: "broken"}
			}
			return walk.Trial[int, string]{Outcome: walk.Kept}
		},
		MayTry: func(walk.Purpose) bool { return tried < budget },
		Nips:   []func([]int) iter.Seq[[]int]{lowered},
	}.Run()
	return found, is, tried
}

func numbers() *rapid.Generator[[]int] { return rapid.SliceOfN(rapid.IntRange(0, 9), 30, 30) }

func cost(steps []int) walk.Cost {
	c := walk.Cost{Requests: len(steps)}
	for _, step := range steps {
		c.Size += step
	}
	return c
}

// lowered gives sequences with one number less by one.
func lowered(steps []int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		for i := range steps {
			less := slices.Clone(steps)
			if less[i]--; less[i] >= 0 && !yield(less) {
				return
			}
		}
	}
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

// A sequence that goes wrong is shrunk to the shortest that still does, and the
// simplest of these.
func TestTheShortestIsFound(t *testing.T) {
	for seed := range uint64(20) {
		found, broken, tried := search(seed, third, 300)
		if !broken || !slices.Equal(found.Steps, []int{7, 5, 5}) || !found.Again || found.Evidence != "broken" {
			t.Errorf("seed %d: wanted 7 5 5, got %v (%t) after %d tries", seed, found, broken, tried)
		}
	}
}

// Shrinking takes few tries: halves go first.
func TestFewTries(t *testing.T) {
	for seed := range uint64(20) {
		if found, broken, tried := search(seed, third, 70); broken && len(found.Steps) != 3 {
			t.Errorf("seed %d: wanted 3 steps within 70 tries, got %v after %d", seed, found.Steps, tried)
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
	if !slices.EqualFunc(drawn[0], drawn[1], slices.Equal) || slices.ContainsFunc(drawn[2], func(steps []int) bool {
		return slices.ContainsFunc(drawn[0], func(other []int) bool { return slices.Equal(steps, other) })
	}) {
		t.Error("wanted the same sequences for the same seed alone")
	}
}

// When nothing is left to spend, nothing is tried but what was found, and what was found stays found.
func TestBudget(t *testing.T) {
	if _, found, tried := search(1, third, 0); found || tried != 0 {
		t.Errorf("wanted nothing tried without a budget, got %d tries", tried)
	}
	shortest, found, tried := search(1, third, 5)
	if !found || tried > 6 || third(shortest.Steps) == 0 {
		t.Errorf("wanted a broken sequence after at most 5 tries and one to confirm it, got %v (%t) after %d", shortest.Steps, found, tried)
	}
}

// What goes wrong now and then alone is found all the same, as it was.
func TestWhatIsNotSeenAgain(t *testing.T) {
	n := 0
	found, broken, _ := search(1, func(steps []int) int {
		if n++; n == 2 {
			return len(steps)
		}
		return 0
	}, 100)
	if !broken || len(found.Steps) == 0 || found.Again {
		t.Errorf("wanted the sequence that went wrong once, got %v (%t)", found, broken)
	}
}

// A shorter sequence that goes wrong once, because of what came before it, is given up
// for one that goes wrong each time.
func TestWhatGoesWrongOnce(t *testing.T) {
	once := false
	found, broken, _ := search(1, func(steps []int) int {
		if n := third(steps); n > 0 {
			return n
		}
		if len(steps) == 2 && !once {
			once = true
			return 2
		}
		return 0
	}, 300)
	if !broken || !once || len(found.Steps) != 3 || !found.Again {
		t.Errorf("wanted three steps that go wrong each time, got %v (%t)", found, broken)
	}
}

// After the end nothing is tried.
func TestEnd(t *testing.T) {
	for _, after := range []int{1, 3} {
		tried := 0
		_, broken := walk.Search[int, string]{
			Seed: 1, Sequences: 3, Draw: numbers(),
			Try: func(steps []int, _ walk.Purpose, _ walk.Cost) walk.Trial[int, string] {
				if tried++; tried == after {
					return walk.Trial[int, string]{Outcome: walk.Ended}
				}
				return walk.Trial[int, string]{Outcome: walk.Broken, Steps: steps, Cost: cost(steps)}
			},
			MayTry: func(walk.Purpose) bool { return true },
		}.Run()
		if broken != (after > 1) || tried != after {
			t.Errorf("wanted nothing tried after try %d, got %d tries and %t", after, tried, broken)
		}
	}
}
