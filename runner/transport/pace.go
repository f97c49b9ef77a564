package transport

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// pace keeps each operation below the target's rate. The lanes of a process
// share it, because the rate is that of an account.
type pace struct {
	rate  rate.Limit
	burst int
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu       sync.Mutex
	limiters map[string]*rate.Limiter // by operation
	quiet    int                      // requests since the last 429, of all operations
}

func newPace(o *Options) *pace {
	p := &pace{rate: rate.Inf, burst: 1, now: o.Now, sleep: o.Sleep, limiters: make(map[string]*rate.Limiter)}
	if o.HTTP.RequestsPerSecond > 0 {
		p.rate = rate.Limit(o.HTTP.RequestsPerSecond / float64(o.Procs))
		p.burst = max(1, o.HTTP.Burst/o.Procs)
	}
	return p
}

// wait returns when a request of the operation may go, or with ctx's error.
func (p *pace) wait(ctx context.Context, operation string) error {
	limiter := p.limiter(operation)
	p.mu.Lock()
	p.quiet++
	p.mu.Unlock()
	if limiter.Limit() == rate.Inf {
		return ctx.Err()
	}
	now := p.now()
	reservation := limiter.ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay <= 0 {
		return ctx.Err()
	}
	if err := p.sleep(ctx, delay); err != nil {
		reservation.CancelAt(p.now())
		return err
	}
	return nil
}

func (p *pace) limiter(operation string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	limiter := p.limiters[operation]
	if limiter == nil {
		limiter = rate.NewLimiter(p.rate, p.burst)
		p.limiters[operation] = limiter
	}
	return limiter
}

// What a target that answers 429 is asked at most from then on: half of the pace
// that was too much, beginning with 10 requests a second where there was no
// limit, and never less than one request in two seconds.
const (
	firstPace rate.Limit = 10
	leastPace rate.Limit = 0.5
)

// seldomThrottled is how many requests there are at least between two 429 that
// have nothing to do with the pace: the budget of 100 repeats is enough for 5,000.
const seldomThrottled = 50

// slowDown takes pace out of an operation that was asked too often: the budget of
// repeats would else be gone long before the run is over.
// One that answers 429 now and then, whatever the pace, is not asked more slowly:
// that would help nobody, and a run of 4,000 requests would take hours.
func (p *pace) slowDown(operation string) {
	limiter := p.limiter(operation)
	p.mu.Lock()
	seldom := p.quiet > seldomThrottled
	p.quiet = 0
	p.mu.Unlock()
	if seldom {
		return
	}
	now := p.now()
	pace := firstPace
	if limiter.Limit() != rate.Inf {
		pace = max(leastPace, limiter.Limit()/2)
	}
	limiter.SetLimitAt(now, pace)
	limiter.SetBurstAt(now, 1)
}

// maxAttempts bounds the attempts of one call.
const maxAttempts = 4

// longestWait caps what a Retry-After may ask for.
const longestWait = 30 * time.Second

// repeatable reports whether the status asks for the same request later.
func repeatable(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}

// retryAfter is the time to wait after the attempt-th answer (from 1): what its
// Retry-After says, in seconds or as a date, else 1, 2, 4 s; at most 30 s.
func retryAfter(h http.Header, attempt int, now time.Time) time.Duration {
	wait := time.Second << (attempt - 1)
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && seconds >= 0 {
		wait = time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
	} else if date, err := http.ParseTime(text); err == nil {
		wait = max(0, date.Sub(now))
	}
	return min(wait, longestWait)
}

// budget counts down the repeats that the run may still make.
type budget struct{ left atomic.Int64 }

func newBudget(o *Options) *budget {
	b := new(budget)
	if o.RetryBudget > 0 {
		b.left.Store(int64(max(1, o.RetryBudget/o.Procs)))
	}
	return b
}

// take uses one repeat up; false when there is none left.
func (b *budget) take() bool {
	for {
		left := b.left.Load()
		if left <= 0 {
			return false
		}
		if b.left.CompareAndSwap(left, left-1) {
			return true
		}
	}
}
