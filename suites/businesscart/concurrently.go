package businesscart

import (
	"context"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"

	"cartconform/suites/stage"
)

// atOnce sends n requests at the same moment and gives their answers.
func atOnce(n int, send func() *Reply) []*Reply {
	answers := make([]*Reply, n)
	start := make(chan struct{})
	var done sync.WaitGroup
	for i := range n {
		done.Add(1)
		go func() {
			defer ginkgo.GinkgoRecover()
			defer done.Done()
			<-start
			answers[i] = send()
		}()
	}
	close(start)
	done.Wait()
	for _, answer := range answers {
		if answer == nil { // its goroutine ended the spec
			ginkgo.Skip("a concurrent request was not answered")
		}
	}
	return answers
}

// abandon sends a call and gives it up after some patience, as a client does
// whose connection breaks: nobody knows whether the target saw the request.
func abandon(ctx context.Context, patience time.Duration, c stage.Call) {
	hasty, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	try(hasty, c)
	settle(ctx, 50*time.Millisecond)
}

// settle waits until an abandoned request has done what it will do.
func settle(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
