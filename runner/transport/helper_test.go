package transport_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"cartconform/runner/description"
	"cartconform/runner/transport"
	"cartconform/spec"
	"cartconform/suites/stage"
)

// clock is a clock that stands still but for sleeps.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	c.now = c.now.Add(d)
	return ctx.Err()
}

func parse(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// open makes a transport for the base URL.
func open(t testing.TB, base string, change ...func(*transport.Options)) *transport.Transport {
	t.Helper()
	options := transport.Options{HTTP: description.HTTP{BaseURL: parse(t, base), Timeout: 5 * time.Second}}
	for _, f := range change {
		f(&options)
	}
	tr, err := transport.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tr.Close)
	return tr
}

// serve starts an HTTP server and returns its base URL.
func serve(t testing.TB, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// raw is a TCP server that gives each connection to handle.
type raw struct {
	url   string
	mu    sync.Mutex
	conns int
}

func (r *raw) accepted() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.conns
}

func serveRaw(t testing.TB, handle func(net.Conn)) *raw {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &raw{url: "http://" + listener.Addr().String()}
	var running sync.WaitGroup
	var open sync.Map
	t.Cleanup(func() {
		listener.Close()
		open.Range(func(conn, _ any) bool { conn.(net.Conn).Close(); return true })
		running.Wait()
	})
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.conns++
			r.mu.Unlock()
			open.Store(conn, true)
			running.Go(func() {
				defer conn.Close()
				handle(conn)
			})
		}
	})
	return r
}

// answering answers every request on a connection with the pieces, a pause
// between them.
func answering(pause time.Duration, pieces ...string) func(net.Conn) {
	return func(conn net.Conn) {
		reader := bufio.NewReader(conn)
		for {
			request, err := http.ReadRequest(reader)
			if err != nil {
				return
			}
			if _, err := bufio.NewReader(request.Body).WriteTo(discard{}); err != nil {
				return
			}
			for i, piece := range pieces {
				if i > 0 {
					time.Sleep(pause)
				}
				if _, err := conn.Write([]byte(piece)); err != nil {
					return
				}
			}
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func get(tr *transport.Transport) *spec.Exchange {
	return tr.Send(context.Background(), stage.Call{Method: "GET", Path: "/x"})
}

func kind(t testing.TB, x *spec.Exchange) transport.Kind {
	t.Helper()
	if x.Err == nil {
		return ""
	}
	var err *transport.Error
	if !errors.As(x.Err, &err) {
		t.Fatalf("wanted a *transport.Error, got %T: %v", x.Err, x.Err)
	}
	return err.Kind
}
