package transport_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"cartconform/runner/transport"
	"cartconform/suites/stage"
)

// script answers with the statuses in turn, the last one for ever.
type script struct {
	mu       sync.Mutex
	statuses []int
	header   http.Header
	bodies   []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies = append(s.bodies, string(body))
	status := s.statuses[0]
	if len(s.statuses) > 1 {
		s.statuses = s.statuses[1:]
	}
	for name, values := range s.header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
}

func TestRepeats(t *testing.T) {
	tests := []struct {
		name     string
		statuses []int
		after    string
		noRetry  bool
		budget   int
		status   int
		slept    []time.Duration
	}{
		{"429 once", []int{429, 200}, "", false, 0, 200, []time.Duration{1e9}},
		{"503 twice", []int{503, 503, 200}, "", false, 0, 200, []time.Duration{1e9, 2e9}},
		{"four attempts", []int{429}, "", false, 0, 429, []time.Duration{1e9, 2e9, 4e9}},
		{"seconds", []int{429, 200}, "7", false, 0, 200, []time.Duration{7e9}},
		{"seconds capped", []int{429, 200}, "100000000000000000000", false, 0, 200, []time.Duration{30e9}},
		{"zero", []int{429, 200}, "0", false, 0, 200, []time.Duration{0}},
		{"date", []int{429, 200}, "Fri, 02 Jan 2026 03:04:15 GMT", false, 0, 200, []time.Duration{10e9}},
		{"date gone", []int{429, 200}, "Fri, 02 Jan 2020 03:04:15 GMT", false, 0, 200, []time.Duration{0}},
		{"nonsense", []int{429, 200}, "soon", false, 0, 200, []time.Duration{1e9}},
		{"not a number", []int{429, 200}, "NaN", false, 0, 200, []time.Duration{1e9}},
		{"negative", []int{429, 200}, "-5", false, 0, 200, []time.Duration{1e9}},
		{"forbidden", []int{429, 200}, "", true, 0, 429, nil},
		{"budget", []int{429}, "", false, 2, 429, []time.Duration{1e9, 2e9}},
		{"no budget", []int{429, 200}, "", false, -1, 429, nil},
		{"500", []int{500, 200}, "", false, 0, 500, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answers := &script{statuses: test.statuses, header: http.Header{}}
			if test.after != "" {
				answers.header.Set("Retry-After", test.after)
			}
			time := newClock()
			tr := open(t, serve(t, answers.ServeHTTP), func(o *transport.Options) {
				o.Now, o.Sleep, o.RetryBudget = time.Now, time.Sleep, test.budget
			})
			x := tr.Send(context.Background(), stage.Call{Operation: "addItems", Method: "POST", Path: "/", Body: []byte("{}"), NoRetry: test.noRetry})
			if x.Err != nil || x.Response.Status != test.status || x.Attempts != len(test.slept)+1 {
				t.Errorf("wanted %d after %d attempts, got %+v after %d, %v", test.status, len(test.slept)+1, x.Response, x.Attempts, x.Err)
			}
			if !slices.Equal(time.slept, test.slept) {
				t.Errorf("wanted waits of %v, got %v", test.slept, time.slept)
			}
			for _, body := range answers.bodies {
				if body != "{}" {
					t.Errorf("wanted the body each time, got %q", body)
				}
			}
			if stats := tr.Stats(); stats.Retries != len(test.slept) || stats.Requests["addItems"] != x.Attempts {
				t.Errorf("got %+v", stats)
			}
		})
	}
}

func TestInterruptedWait(t *testing.T) {
	answers := &script{statuses: []int{429}, header: http.Header{"Retry-After": {"30"}}}
	tr := open(t, serve(t, answers.ServeHTTP))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	started := time.Now()
	x := tr.Send(ctx, stage.Call{Method: "GET", Path: "/"})
	if kind(t, x) != transport.Interrupted || time.Since(started) > 10*time.Second {
		t.Errorf("wanted interrupted at once, got %v after %v", x.Err, time.Since(started))
	}
}

func TestPaceIsPerOperation(t *testing.T) {
	base := serve(t, func(http.ResponseWriter, *http.Request) {})
	send := func(procs int, calls ...stage.Call) []time.Duration {
		time := newClock()
		tr := open(t, base, func(o *transport.Options) {
			o.HTTP.RequestsPerSecond, o.HTTP.Burst, o.Procs = 2, 2, procs
			o.Now, o.Sleep = time.Now, time.Sleep
		})
		for _, call := range calls {
			call.Method, call.Path = "GET", "/"
			if x := tr.Send(context.Background(), call); x.Err != nil {
				t.Fatal(x.Err)
			}
		}
		return time.slept
	}
	a, b, control := stage.Call{Operation: "a"}, stage.Call{Operation: "b", Lane: 1}, stage.Call{Control: true}
	if got := send(1, a, a, b, b, control, control, control); got != nil {
		t.Errorf("wanted bursts to go at once, got waits of %v", got)
	}
	if got, want := send(1, a, a, a, a), []time.Duration{5e8, 5e8}; !slices.Equal(got, want) {
		t.Errorf("wanted waits of %v, got %v", want, got)
	}
	if got, want := send(2, a, a, a), []time.Duration{1e9, 1e9}; !slices.Equal(got, want) {
		t.Errorf("two processes: wanted waits of %v, got %v", want, got)
	}
	if got, want := send(4, a, a), []time.Duration{2e9}; !slices.Equal(got, want) {
		t.Errorf("four processes: wanted waits of %v, got %v", want, got)
	}
}

// A target that refuses one request in many, whatever the pace, costs a repeat for each; one that refuses because it
// is asked too often is asked less often.
func TestSeldomRefusalsDoNotSlowDown(t *testing.T) {
	for _, test := range []struct {
		name         string
		each         int // every so manieth request is refused
		sends, least int
		waits        int // the most
	}{
		{"seldom", 101, 1000, 9, 10},
		{"often", 5, 30, 20, 60},
	} {
		var asked int
		base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked%test.each == 0 {
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusTooManyRequests)
			}
		})
		time := newClock()
		tr := open(t, base, func(o *transport.Options) { o.Now, o.Sleep = time.Now, time.Sleep })
		for range test.sends {
			if x := tr.Send(context.Background(), stage.Call{Operation: "a", Method: "GET", Path: "/"}); x.Err != nil || x.Response.Status != 200 {
				t.Fatalf("%s: wanted 200, got %+v, %v", test.name, x.Response, x.Err)
			}
		}
		if waits := len(time.slept); waits < test.least || waits > test.waits {
			t.Errorf("%s: wanted %d to %d waits, got %d: %v", test.name, test.least, test.waits, waits, time.slept)
		}
	}
}
