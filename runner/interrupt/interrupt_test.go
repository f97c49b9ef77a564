package interrupt_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"cartconform/runner/interrupt"
)

func TestFirstSignalLeavesTime(t *testing.T) {
	heard := make(chan int, 2)
	ctx, stop := interrupt.Notify(t.Context(), func(nth int) { heard <- nth })
	defer stop()
	leave, done := interrupt.Leave(ctx, time.Minute)
	defer done()
	for nth := 1; nth <= 2; nth++ {
		if leave.Err() != nil {
			t.Fatalf("wanted time to put things back before signal %d", nth)
		}
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		if got := <-heard; got != nth || ctx.Err() == nil {
			t.Fatalf("wanted signal %d and the work ended, got %d, %v", nth, got, ctx.Err())
		}
	}
	<-leave.Done()
	<-interrupt.Second(ctx).Done()
}

func TestLeavingIsLimited(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	leave, done := interrupt.Leave(ctx, time.Millisecond)
	defer done()
	time.Sleep(5 * time.Millisecond)
	if leave.Err() != nil {
		t.Error("wanted no limit before the work is over")
	}
	cancel()
	<-leave.Done()
	if interrupt.Second(ctx).Err() != nil {
		t.Error("wanted no second signal of a context that hears none")
	}
}

// A context that is done already leaves the same time.
func TestLeaveAfterTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	leave, done := interrupt.Leave(ctx, time.Minute)
	if leave.Err() != nil {
		t.Error("wanted time to put things back")
	}
	done()
	<-leave.Done()
}
