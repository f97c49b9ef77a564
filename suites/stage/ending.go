package stage

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"

	"cartconform/spec"
	"cartconform/suites/record"
)

// The words in this file end the spec that says them. They may be said only on
// the spec's own goroutine.

// Inconclusive ends the spec: its promise applies but cannot be checked. The
// reason says what is missing.
func Inconclusive(ctx context.Context, format string, args ...any) {
	end(ctx, record.Inconclusive, fmt.Sprintf(format, args...))
}

// NotApplicable ends the spec: its promise does not apply to this target.
func NotApplicable(ctx context.Context, format string, args ...any) {
	end(ctx, record.NotApplied, fmt.Sprintf(format, args...))
}

// JustObserved ends the spec of a failable promise that the target gave no
// chance to break; the reason says why.
func JustObserved(ctx context.Context, format string, args ...any) {
	end(ctx, record.Observed, fmt.Sprintf(format, args...))
}

func end(ctx context.Context, outcome record.Outcome, reason string) {
	s := Of(ctx)
	if s.rehearsal {
		panic(Refusal{Reason: reason})
	}
	if s.attempting() {
		panic(Ending{Outcome: outcome, Reason: reason})
	}
	s.note(outcome, reason)
	ginkgo.Skip(s.play.hide(reason), 2)
}

// note notes how the spec ends, unless it has ended already: what goes wrong
// while it cleans up takes no failure back.
func (s *Stage) note(outcome record.Outcome, reason string) {
	if ginkgo.CurrentSpecReport().Failed() {
		return
	}
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if s.ending == "" {
		s.ending, s.reason = outcome, reason
	}
}

// Refusal is what a word that ends a spec panics with during a rehearsal, where
// there is no spec to end.
type Refusal struct{ Reason string }

// Judged says that the spec has just compared what its promise is about, and
// found it kept: for judgements that are not Gomega's. A spec that asserts
// nothing passes nothing.
func Judged(ctx context.Context) { Of(ctx).play.Assert() }

// Needs ends the spec because promise id, on which it builds, is not kept. In a
// spec of that very promise it is a finding; in any other it is inconclusive, so
// that nothing is blamed on a promise whose turn did not come.
func Needs(ctx context.Context, id string, x *spec.Exchange, wanted, got string) {
	s := Of(ctx)
	if x == nil { // nothing in particular: the last one shows it best
		x = s.last()
	}
	if x != nil && (x.Cut || x.Err != nil && ctx.Err() != nil) {
		end(ctx, record.Interrupted, errInterrupted.Error())
	}
	if x != nil && x.Response != nil && x.Response.Status == 429 {
		end(ctx, record.Inconclusive, fmt.Sprintf("the target went on answering 429 to %s: lower target.rateLimit in the target description", nameOf(x)))
	}
	if s.attempting() {
		panic(Ending{Requirement: id, Exchange: x, Wanted: wanted, Got: got})
	}
	if s.Judging(id) {
		s.Report(id, x, wanted, got)
		s.play.Fail(Mismatch(nameOf(x), wanted, got), 1) // red in Ginkgo's eyes too
	}
	end(ctx, record.Inconclusive, fmt.Sprintf("needs %s: %s", id, Brief(nameOf(x), wanted, got)))
}

// Brief says a mismatch in one line.
func Brief(about, wanted, got string) string {
	return fmt.Sprintf("%s: expected %s, seen %s", about, wanted, got)
}
