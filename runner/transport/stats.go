package transport

import (
	"maps"
	"sync"

	"cartconform/spec"
)

// Stats is what a Transport has done so far. Requests for access tokens are not
// in it.
type Stats struct {
	Requests      map[string]int // attempts by operation; "" for those of none
	Retries       int            // repeats after 429 and 503
	RetriesLeft   int            // what is left of the budget
	Failed        int            // exchanges without a complete response
	BytesSent     int64          // of request bodies of the last attempts
	BytesReceived int64          // of response bodies of the last attempts
}

// stats counts.
type stats struct {
	mu  sync.Mutex
	now Stats
}

func (s *stats) count(x *spec.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.Requests == nil {
		s.now.Requests = make(map[string]int)
	}
	s.now.Requests[x.Operation] += x.Attempts
	s.now.Retries += max(0, x.Attempts-1)
	s.now.BytesSent += int64(len(x.Request.Body))
	if x.Response != nil {
		s.now.BytesReceived += int64(len(x.Response.Body) + x.Response.Unread)
	}
	if x.Err != nil {
		s.now.Failed++
	}
}

// Stats returns the counters as they are now.
func (t *Transport) Stats() Stats {
	t.stats.mu.Lock()
	defer t.stats.mu.Unlock()
	out := t.stats.now
	out.Requests = maps.Clone(out.Requests)
	out.RetriesLeft = int(t.retries.left.Load())
	return out
}
