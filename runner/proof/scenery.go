package proof

import (
	"context"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// scenery gives the reference the identifiers and the time, so that two trials
// differ in what their subjects do and in nothing else: with every spec both begin
// anew. What a spec is answered then came before, but for what the fault changes,
// and a body that came before is not judged again: a fifth of the work of a trial.
type scenery struct {
	mu     sync.Mutex
	name   string // of the spec under way
	hash   uint64 // of its name
	scenes int64
	ids    int64
	ticks  int64
}

// begun is when the first trial's first spec begins.
var begun = time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)

// tick is the time from one look at the clock to the next: never twice the same
// digits, as with a real one.
const tick = 1_234_567 * time.Nanosecond

// furnish has the reference use the scenery, but for a clock that has to be real.
func (s *scenery) furnish(o *reference.Options) {
	o.NewID, o.SigningKey = s.id, []byte("scenery")
	if o.RateLimit == (reference.RateLimit{}) {
		o.Clock = s.now
	}
}

// id gives an identifier in the form of a UUID, no two the same.
func (s *scenery) id() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", s.hash>>32, s.hash>>16&0xffff, s.hash>>4&0xfff, s.scenes&0xfff, s.ids)
}

func (s *scenery) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ticks++
	return begun.Add(time.Duration(s.scenes)*time.Minute + time.Duration(s.ticks)*tick)
}

// change begins anew when another spec begins.
func (s *scenery) change(spec string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name := stage.Scene(spec); name != s.name {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(name)) // never fails
		s.name, s.hash, s.ids, s.ticks = name, hash.Sum64(), 0, 0
		s.scenes++
	}
}

// watching is a sender that tells the scenery which spec is under way.
type watching struct {
	stage.Sender
	scenery *scenery
}

func (w watching) Send(ctx context.Context, call stage.Call) *spec.Exchange {
	w.scenery.change(call.Spec)
	return w.Sender.Send(ctx, call)
}
