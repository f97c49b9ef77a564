package session

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"cartconform/runner/interrupt"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// cleaning is how long prices, stocks and carts may take to be put back as they
// were at the end of a run, also of an interrupted one.
const cleaning = 20 * time.Second

// lastCall is how long one call may take when the run is over, whatever
// target.timeout says.
const lastCall = 4 * time.Second

// leaving is a sender for runs that end before their end. From then on a call is
// waited for no longer than lastCall, an operation that left one unanswered is not
// asked again, and after cleaning, or a second signal, nothing is sent any more.
type leaving struct {
	sender stage.Sender
	run    context.Context // ends when the run does
	leave  context.Context

	mu     sync.Mutex
	silent map[string]bool // by operation
}

// newLeaving gives a sender that sends through sender until the run has been left;
// release frees what it holds.
func newLeaving(run context.Context, sender stage.Sender) (l *leaving, release func()) {
	leave, release := interrupt.Leave(run, cleaning)
	return &leaving{sender: sender, run: run, leave: leave, silent: map[string]bool{}}, release
}

// Send is that of stage.Sender.
func (l *leaving) Send(given context.Context, call stage.Call) *spec.Exchange {
	ctx, cancel := context.WithCancel(given)
	defer cancel()
	defer context.AfterFunc(l.leave, cancel)()
	defer context.AfterFunc(l.run, func() { time.AfterFunc(lastCall, cancel) })()
	if l.deafTo(call.Operation) {
		cancel()
	}
	x := l.sender.Send(ctx, call)
	if l.run.Err() != nil && x.Response == nil && given.Err() == nil {
		l.mu.Lock()
		l.silent[call.Operation] = true
		l.mu.Unlock()
	}
	return x
}

// deafTo reports whether the operation left a call unanswered when the run was over.
func (l *leaving) deafTo(operation string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent[operation]
}

// announce says on out that the run ends early, and what is still done, until hush
// is called.
func announce(run context.Context, out io.Writer) (hush func()) {
	first := context.AfterFunc(run, func() {
		fmt.Fprintf(out, "\n%s: prices, stocks and carts are put back as they were, for at most %s; a second signal leaves them\n", stopReason(run), cleaning)
	})
	second := context.AfterFunc(interrupt.Second(run), func() {
		fmt.Fprintln(out, "interrupted again: carts may hold items, and prices and stocks may have been changed")
	})
	return func() { first(); second() }
}

// serial lets several goroutines write to one writer.
type serial struct {
	mu sync.Mutex
	to io.Writer
}

func (s *serial) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(p)
}
