// Package prove tries the suites against everything of which is known what is
// wrong with it, and says whether they judge rightly.
package prove

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/runner/repertoire"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
)

// Config says what is tried and how.
type Config struct {
	Suite        string // that is tried; "" for the Business Cart's
	Seed         int64
	Procs        int      // worker processes
	Combinations int      // random combinations of choices
	Neutralise   bool     // try specs without their assertions, if everything is tried
	Faults       []string // only these; with Choices and Requirements empty too: everything
	Choices      []string // only these: "Name=side", with commas between for a combination
	Requirements []string // only the faults that name these

	Progress io.Writer // a line now and then; nil for none
}

// Combinations is how many random combinations of choices are tried unless told otherwise.
const Combinations = 200

// seeds is how many seeds the reference is tried with.
const seeds = 20

// Procs is how many workers keep this machine busy: a run waits half of its time.
func Procs() int { return 3 * runtime.NumCPU() }

// partial reports whether some subjects were asked for by name.
func (c Config) partial() bool { return len(c.Faults)+len(c.Choices)+len(c.Requirements) > 0 }

// errUsage marks mistakes of who asked.
var errUsage = errors.New("usage")

// Code gives the exit code of an error of Run.
func Code(err error) verdict.Exit {
	switch {
	case errors.Is(err, errUsage):
		return verdict.ExitUsage
	case errors.Is(err, context.Canceled):
		return verdict.ExitUntested
	}
	return verdict.ExitInternal
}

// Run tries all subjects that the config names and compiles what came out.
func Run(ctx context.Context, c Config) (matrix.Matrix, error) {
	arena, err := proof.ArenaOf(c.Suite)
	if err != nil {
		return matrix.Matrix{}, fmt.Errorf("%w: --suite: %w", errUsage, err)
	}
	singles, apart, err := subjects(c, arena)
	if err != nil {
		return matrix.Matrix{}, err
	}
	all, err := repertoire.All()
	if err != nil {
		return matrix.Matrix{}, err
	}
	suites, err := all.Only([]string{arena.Suite})
	if err != nil {
		return matrix.Matrix{}, err
	}
	_, specs, err := session.Coverage(suites)
	if err != nil {
		return matrix.Matrix{}, err
	}
	settled, err := matrix.Settle(arena.Suite)
	if err != nil {
		return matrix.Matrix{}, err
	}
	start := time.Now()
	watch := &progress{out: c.Progress, all: 1 + len(singles) + len(apart), start: start}
	// The reference comes first and alone: what one plain run takes.
	if err := watch.examine(ctx, 1, c.Seed, []proof.Subject{arena.Plain()}); err != nil {
		return matrix.Matrix{}, err
	}
	plain := watch.outcomes[0].Elapsed
	begun := time.Now()
	if err := watch.examine(ctx, c.Procs, c.Seed, singles); err != nil {
		return matrix.Matrix{}, err
	}
	took := time.Since(begun)
	if err := watch.examine(ctx, c.Procs, c.Seed, apart); err != nil {
		return matrix.Matrix{}, err
	}
	input := matrix.Input{
		Seed: c.Seed, Whole: !c.partial(), Outcomes: watch.outcomes, Faults: arena.Faults, Specs: specs,
		Settled: settled, Catalogue: suites[0].Contract.Catalogue(),
	}
	order := map[proof.Subject]int{}
	for i, s := range slices.Concat([]proof.Subject{arena.Plain()}, singles, apart) {
		order[s] = i
	}
	slices.SortFunc(input.Outcomes, func(a, b proof.Outcome) int { return order[a.Subject] - order[b.Subject] })
	m := matrix.Compile(input)
	if again := byCrowds(m, input.Outcomes); len(again) > 0 {
		if input.Outcomes, err = confirmed(ctx, c.Seed, again, m, input.Outcomes); err != nil {
			return matrix.Matrix{}, err
		}
		m = matrix.Compile(input)
	}
	if input.Whole && c.Neutralise {
		muted := &progress{out: c.Progress, all: len(m.Neutralising()), start: start}
		if err := muted.examine(ctx, c.Procs, c.Seed, m.Neutralising()); err != nil {
			return matrix.Matrix{}, err
		}
		input.Muted = muted.outcomes
		m = matrix.Compile(input)
	}
	m.Version = session.Version().Suite
	m.Spent.Processes, m.Spent.Elapsed, m.Spent.Plain = c.Procs, time.Since(start), plain
	m.Spent.Singles, m.Spent.SinglesElapsed = len(singles), took
	return m, nil
}

// subjects lists what is to be tried: faults and single choices, and apart from
// them combinations and whoever keeps one waiting on purpose.
func subjects(c Config, arena proof.Arena) (singles, apart []proof.Subject, err error) {
	if !c.partial() {
		singles = arena.Bank()
		apart = append(arena.Seeds(c.Seed, seeds-1), arena.Combinations(c.Seed, c.Combinations)...)
		for _, s := range arena.Sides() {
			if slices.Contains(arena.Slow(), s.Name) {
				apart = append(apart, s)
			} else {
				singles = append(singles, s)
			}
		}
		slices.SortStableFunc(apart, func(a, b proof.Subject) int { return cmp.Compare(waits(b, arena), waits(a, arena)) })
		return singles, apart, nil
	}
	for _, id := range c.Faults {
		s, err := arena.Fault(id)
		if err != nil {
			return nil, nil, errors.Join(errUsage, err)
		}
		singles = append(singles, s)
	}
	for _, id := range c.Requirements {
		found := false
		for i, s := range arena.Bank() {
			if arena.Faults[i].Requirement == id && !slices.Contains(singles, s) {
				singles = append(singles, s)
				found = true
			}
		}
		if !found {
			return nil, nil, fmt.Errorf("%w: --requirement %s: no fault names it (cartconform requirements lists the ids)", errUsage, id)
		}
	}
	for _, sides := range c.Choices {
		s, err := arena.Choosing(sides)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: --choice %s: %w", errUsage, sides, err)
		}
		singles = append(singles, s)
	}
	return singles, nil, nil
}

// waits counts the sides of a subject that keep one waiting: who waits longest
// begins first.
func waits(s proof.Subject, arena proof.Arena) int {
	n := 0
	for _, side := range arena.Slow() {
		if slices.Contains(strings.Split(s.Name, ","), side) {
			n++
		}
	}
	return n
}

// progress collects outcomes and says how far it is.
type progress struct {
	out      io.Writer
	all      int
	start    time.Time
	outcomes []proof.Outcome
}

func (p *progress) examine(ctx context.Context, procs int, seed int64, subjects []proof.Subject) error {
	return proof.ExamineAll(ctx, procs, seed, subjects, func(o proof.Outcome) {
		p.outcomes = append(p.outcomes, o)
		if n := len(p.outcomes); p.out != nil && (n%50 == 0 || n == p.all) {
			fmt.Fprintf(p.out, "%d of %d targets, %s\n", n, p.all, time.Since(p.start).Round(time.Second))
		}
	})
}
