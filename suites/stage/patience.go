package stage

import (
	"context"
	"time"

	"cartconform/suites/record"
)

// poll is how often a change is looked for while there is patience.
const poll = 50 * time.Millisecond

// Await makes an attempt again and again until it succeeds or patience has
// passed, and reports whether it succeeded. There is at least one attempt. How
// often a spec asks is part of its recording: where that is played again, it asks
// as often, and nobody waits.
func (s *Stage) Await(ctx context.Context, patience time.Duration, attempt func() bool) bool {
	deadline := time.Now().Add(patience)
	for !attempt() {
		if ctx.Err() != nil {
			end(ctx, record.Interrupted, errInterrupted.Error())
		}
		if !s.mayAskAgain(ctx, deadline) {
			return false
		}
	}
	return true
}

// mayAskAgain reports whether there is patience left for one more attempt. The
// call that begins it is marked as such.
func (s *Stage) mayAskAgain(ctx context.Context, deadline time.Time) bool {
	if script := s.play.Script; script != nil {
		s.play.mu.Lock()
		next := *s.calls + 1
		s.play.mu.Unlock()
		if script.Again(s.name, next) {
			return true
		}
		if s.cutShort { // was it the patience that ended, or the run?
			end(ctx, record.Interrupted, errInterrupted.Error())
		}
		return false
	}
	if time.Now().After(deadline) {
		return false
	}
	s.Pause(ctx, poll)
	s.play.mu.Lock()
	s.again = true
	s.play.mu.Unlock()
	return true
}

// Pause waits, unless a recording is played again: then what is waited for is
// over.
func (s *Stage) Pause(ctx context.Context, d time.Duration) {
	if s.play.Script != nil {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
