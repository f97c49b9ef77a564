package stage

import (
	"context"
	"fmt"

	"cartconform/spec"
	"cartconform/suites/record"
)

// Ending is how an attempt ended before its end.
type Ending struct {
	// Requirement is the promise that was not kept; "" when something else came in
	// between, which Outcome and Reason tell.
	Requirement string
	Exchange    *spec.Exchange // that shows it
	Wanted, Got string

	Outcome record.Outcome
	Reason  string
}

// Attempt makes an attempt at what would be a spec by itself: the words that end a
// spec end only the attempt. It gives what the attempt asked, and how it ended; nil
// when it came to its end. What every answer has to keep is judged as always.
func Attempt(ctx context.Context, attempt func()) (asked []*spec.Exchange, ended *Ending) {
	s := Of(ctx)
	s.play.mu.Lock()
	s.attempt = &asked
	s.play.mu.Unlock()
	defer func() {
		s.play.mu.Lock()
		s.attempt = nil
		s.play.mu.Unlock()
		if p := recover(); p != nil {
			ending, is := p.(Ending)
			if !is {
				panic(p)
			}
			ended = &ending
		}
	}()
	attempt()
	return asked, nil
}

// attempting reports whether words that end the spec are to end an attempt alone.
func (s *Stage) attempting() bool {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	return s.attempt != nil
}

// Conclude ends the spec as an attempt was ended.
func Conclude(ctx context.Context, e Ending) {
	if e.Requirement == "" {
		end(ctx, e.Outcome, e.Reason)
	}
	Needs(ctx, e.Requirement, e.Exchange, e.Wanted, e.Got)
}

// ConcludeWith is Conclude for a promise of the spec's own that a sequence of
// requests broke: all of them together show it, the steps tell in short what they did,
// and the story tells how.
func ConcludeWith(ctx context.Context, e Ending, sequence []*spec.Exchange, steps []string, story string) {
	s := Of(ctx)
	if !s.Judging(e.Requirement) || e.Exchange == nil {
		Conclude(ctx, e)
	}
	f := record.Finding{
		Requirement: e.Requirement, Exchange: e.Exchange.ID, Wanted: e.Wanted, Got: e.Got,
		Message: fmt.Sprintf("%s\n%s", Mismatch(nameOf(e.Exchange), e.Wanted, e.Got), story),
		Steps:   steps,
	}
	for _, x := range sequence {
		f.Sequence = append(f.Sequence, x.ID)
	}
	s.report(f, e.Requirement+"|"+nameOf(e.Exchange)+"|"+e.Wanted)
	s.play.Fail(f.Message, 1)
}

// Seed gives the seed of the run: who repeats it with the same one sees the same.
func (s *Stage) Seed() int64 { return s.play.Seed }
