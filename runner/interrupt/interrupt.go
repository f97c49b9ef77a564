// Package interrupt turns signals into contexts. The first one ends the work and
// leaves time to put things back as they were; the second ends that too; the third
// does what the system does with a signal that nobody takes.
package interrupt

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

type secondKey struct{}

// Notify gives a context that ends at the first interrupt or termination signal.
// heard, unless nil, is called at the first and at the second signal, in a
// goroutine of its own. stop gives the signals back.
func Notify(parent context.Context, heard func(nth int)) (ctx context.Context, stop func()) {
	if heard == nil {
		heard = func(int) {}
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	second, again := context.WithCancel(context.Background())
	ctx, cancel := context.WithCancel(context.WithValue(parent, secondKey{}, second))
	stopped := make(chan struct{})
	go func() {
		for nth, end := range []func(){cancel, again} {
			select {
			case <-signals:
				end()
				heard(nth + 1)
			case <-stopped:
				return
			}
		}
		signal.Stop(signals)
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(stopped)
		cancel()
		again()
	}
}

// Second gives a context that ends at the second signal, and never where ctx does
// not come from Notify.
func Second(ctx context.Context) context.Context {
	if second, ok := ctx.Value(secondKey{}).(context.Context); ok {
		return second
	}
	return context.Background()
}

// Leave gives a context for what has to be put back when the work is over: it goes
// on for at most limit after ctx ended, and ends at the second signal.
func Leave(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	leave, cancel := context.WithCancel(context.WithoutCancel(ctx))
	unwatch := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-Second(ctx).Done():
		case <-leave.Done():
		}
		cancel()
	})
	return leave, func() {
		unwatch()
		cancel()
	}
}
