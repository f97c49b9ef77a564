// Package noise keeps what processes say that are not meant to say anything, for
// the day on which they end badly.
package noise

import "sync"

// kept is how many bytes a Tail keeps.
const kept = 4 << 10

// Tail keeps the last 4 KiB that were written to it. It is safe for concurrent use.
type Tail struct {
	mu   sync.Mutex
	last []byte
}

// Write takes everything.
func (t *Tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if over := len(t.last) - kept; over > 0 {
		t.last = append([]byte(nil), t.last[over:]...)
	}
	return len(p), nil
}

// String gives what is kept.
func (t *Tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.last)
}
