package transport

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// How long the tap looks for bytes after a response that may have no body.
const (
	// announcedWait is for those that the head announces, or for the close that
	// it announces; good servers announce no bytes, and close at once.
	announcedWait = 250 * time.Millisecond
	// silentWait is for those that nothing announces; every good 204 takes this long.
	silentWait = 2 * time.Millisecond
	// trailWait is for more, once some came whose number nothing announces.
	trailWait = 20 * time.Millisecond
	// maxStray is the number of bytes after which looking ends.
	maxStray = 64 << 10
)

var errSpoiled = errors.New("the connection holds bytes that belong to no response")

// watch is what the tap saw of one exchange.
type watch struct {
	method string // of the request

	mu      sync.Mutex
	tap     *tap
	reused  bool
	written int64       // bytes of the request that went out
	header  http.Header // of the final response, as received; nil before
	stray   int         // bytes after a response that may have no body
	early   []byte      // what the target sent before the request
}

// got is told of the connection that the exchange has got; HTTP/2 has none.
func (w *watch) got(info httptrace.GotConnInfo) {
	t, _ := info.Conn.(*tap)
	w.mu.Lock()
	w.tap, w.reused = t, info.Reused
	w.mu.Unlock()
	if t != nil {
		t.begin(w)
	}
}

// wrote is told that the request's head was written, or at least buffered; a
// tap counts itself.
func (w *watch) wrote() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tap == nil {
		w.written++
	}
}

// unsent reports whether a kept-alive connection failed before a byte of the
// request was written to it.
func (w *watch) unsent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tap != nil && w.reused && w.written == 0
}

func (w *watch) received() http.Header {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.header
}

func (w *watch) strayBytes() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stray
}

func (w *watch) sentEarly() []byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.early
}

// state is where a tapped connection is.
type state int

const (
	idle   state = iota // no response is due
	inHead              // collecting a response head
	inBody              // tap.left bytes of a body are due
	stream              // to be passed on: chunked, until close, or no HTTP
)

// tap is an HTTP/1 connection that sees what net/http hides: bytes after a
// response that may have no body, and bytes that belong to no response. It
// keeps both away from net/http, which would take them for the next response,
// and has the connection closed.
type tap struct {
	net.Conn
	maxHead int

	spoiled atomic.Bool // no request may be sent any more
	mu      sync.Mutex
	watch   *watch // the exchange; nil before the first
	state   state
	left    int64  // of inBody
	head    []byte // of inHead
	ready   []byte // to be read next
	end     error  // to be returned after ready
	early   []byte
}

// begin starts an exchange on the connection, before its request is written.
func (t *tap) begin(w *watch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.watch, t.state, t.head = w, inHead, nil
	w.mu.Lock()
	w.early = t.early
	w.mu.Unlock()
}

// Write writes a part of a request.
func (t *tap) Write(p []byte) (int, error) {
	if t.spoiled.Load() {
		return 0, errSpoiled
	}
	n, err := t.Conn.Write(p)
	t.mu.Lock()
	w := t.watch
	t.mu.Unlock()
	if w != nil {
		w.mu.Lock()
		w.written += int64(n)
		w.mu.Unlock()
	}
	return n, err
}

// Read reads a part of a response.
func (t *tap) Read(p []byte) (int, error) {
	for len(p) > 0 {
		t.mu.Lock()
		if len(t.ready) > 0 {
			n := copy(p, t.ready)
			t.ready = t.ready[n:]
			t.mu.Unlock()
			return n, nil
		}
		end := t.end
		t.mu.Unlock()
		if end != nil {
			return 0, end
		}
		n, err := t.Conn.Read(p)
		if n, err, done := t.took(p[:n], err); done {
			return n, err
		}
	}
	return 0, nil
}

// took decides what becomes of bytes that arrived; done is false when they were
// kept for later.
func (t *tap) took(p []byte, err error) (n int, _ error, done bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch t.state {
	case idle:
		if len(p) == 0 {
			return 0, err, true
		}
		t.early = append([]byte(nil), p[:min(len(p), 64)]...)
		t.spoil(io.EOF)
		return 0, io.EOF, true
	case inHead:
		from := len(t.head)
		t.head = append(t.head, p...)
		t.end = err
		t.advance(max(0, from-3))
		return 0, nil, false
	case inBody:
		n = len(p)
		if int64(n) > t.left {
			n = int(t.left)
			t.spoil(io.EOF)
		}
		if t.left -= int64(n); t.left == 0 {
			t.state = idle
		}
		return n, err, true
	default:
		return len(p), err, true
	}
}

// spoil ends the connection's use after what is ready.
func (t *tap) spoil(end error) {
	t.spoiled.Store(true)
	t.end = end
}

// linger reads what follows a response that may have no body, and returns the
// number of bytes. The connection has ended when t.end is set.
func (t *tap) linger(got int, wait time.Duration, enough int64) int {
	if t.end != nil {
		return got
	}
	end := time.Now().Add(wait)
	if err := t.Conn.SetReadDeadline(end); err != nil {
		return got
	}
	buffer := make([]byte, 4<<10)
	for got < maxStray && (enough <= 0 || int64(got) < enough) {
		n, err := t.Conn.Read(buffer)
		got += n
		if soon := time.Now().Add(trailWait); n > 0 && enough <= 0 && soon.Before(end) {
			end = soon
			if err := t.Conn.SetReadDeadline(end); err != nil {
				break
			}
		}
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			break
		}
		if err != nil {
			t.end = err
			break
		}
	}
	if err := t.Conn.SetReadDeadline(time.Time{}); err != nil && t.end == nil {
		t.end = err
	}
	return got
}
