package transport_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cartconform/runner/transport"
	"cartconform/suites/stage"
)

func TestBytesAfterAResponseWithoutBody(t *testing.T) {
	tests := []struct {
		name    string
		pieces  []string
		unread  int
		conns   int // for three requests
		headers string
	}{
		{"nothing", []string{"HTTP/1.1 204 No Content\r\n\r\n"}, 0, 1, ""},
		{"length zero", []string{"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"}, 0, 1, ""},
		{"announced", []string{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"}, 5, 3, ""},
		{"announced, later", []string{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "hello"}, 5, 3, ""},
		{"announced, in drops", []string{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "he", "ll", "o"}, 5, 3, ""},
		{"announced, never", []string{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"}, 0, 3, ""},
		{"chunked", []string{"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n"}, 12, 3, ""},
		{"not announced", []string{"HTTP/1.1 204 No Content\r\n\r\nhello"}, 5, 3, ""},
		{"head in drops", []string{"HTTP/1.1 204 No Con", "tent\r", "\n", "\r", "\nhello"}, 5, 3, ""},
		{"304", []string{"HTTP/1.1 304 Not Modified\r\n\r\n{}"}, 2, 3, ""},
		{"304 with the length of the other answer", []string{"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n"}, 0, 1, ""},
		{"after 100 Continue", []string{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nhello"}, 5, 3, ""},
		{"bare line feeds", []string{"HTTP/1.1 204 No Content\n\nhello"}, 5, 3, ""},
		{"with a body that it may have", []string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"}, 0, 1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := serveRaw(t, answering(5*time.Millisecond, test.pieces...))
			tr := open(t, server.url)
			for range 3 {
				x := tr.Send(context.Background(), stage.Call{Method: "DELETE", Path: "/x"})
				if x.Err != nil {
					t.Fatalf("wanted no error, got %v", x.Err)
				}
				if x.Response.Unread != test.unread {
					t.Errorf("wanted %d bytes unread, got %d", test.unread, x.Response.Unread)
				}
				if x.Response.Status != 200 && x.Response.Body != nil {
					t.Errorf("wanted no body, got %q", x.Response.Body)
				}
				if x.Response.Header["Connection"] != nil {
					t.Errorf("wanted the header as it was sent, got %v", x.Response.Header)
				}
			}
			if got := server.accepted(); got != test.conns {
				t.Errorf("wanted %d connections, got %d", test.conns, got)
			}
		})
	}
}

func TestHeadersAreThoseOfTheWire(t *testing.T) {
	server := serveRaw(t, answering(0, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n"))
	x := get(open(t, server.url))
	if x.Err != nil {
		t.Fatal(x.Err)
	}
	h := x.Response.Header
	if h.Get("Transfer-Encoding") != "chunked" || len(h["X-A"]) != 2 || h.Get("Connection") != "close" || len(h["Connection"]) != 1 {
		t.Errorf("wanted every field, got %v", h)
	}
	if string(x.Response.Body) != "{}" {
		t.Errorf("wanted {}, got %q", x.Response.Body)
	}
}

func TestSurplusAfterABodyIsNotTheNextAnswer(t *testing.T) {
	server := serveRaw(t, answering(0, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 500 Stray\r\nContent-Length: 0\r\n\r\n"))
	tr := open(t, server.url)
	for range 20 {
		x := tr.Send(context.Background(), stage.Call{Method: "POST", Path: "/x", Body: []byte("{}")})
		if x.Err != nil || x.Response.Status != 200 || string(x.Response.Body) != "{}" {
			t.Fatalf("wanted 200 {}, got %+v, %v", x.Response, x.Err)
		}
	}
}

func TestPathAndQueryAreSentAsGiven(t *testing.T) {
	var mu sync.Mutex
	var got string
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		got = r.RequestURI
		mu.Unlock()
	})
	for _, test := range []struct{ base, path, query, want string }{
		{"", "/cart/c%201", "region=US", "/cart/c%201?region=US"},
		{"", "/a%2fb%2Fc/%7e", "", "/a%2fb%2Fc/%7e"},
		{"", "/a/../b/./c//d", "x=%zz&a+b;c", "/a/../b/./c//d?x=%zz&a+b;c"},
		{"", "/é'()*!|", "q=\"é|", "/é'()*!|?q=\"é|"},
		{"/base%2Fpath", "/x", "", "/base%2Fpath/x"},
		{"", "//x/y", "", "//x/y"},
		{"", "", "", "/"},
	} {
		tr := open(t, base+test.base)
		x := tr.Send(context.Background(), stage.Call{Method: "GET", Path: test.path, Query: test.query})
		if x.Err != nil {
			t.Errorf("%s: %v", test.want, x.Err)
			continue
		}
		mu.Lock()
		if got != test.want {
			t.Errorf("wanted %s, got %s", test.want, got)
		}
		mu.Unlock()
	}
}

func TestNothingIsFollowedDecodedOrAdded(t *testing.T) {
	var headers http.Header
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		headers = r.Header
		w.Header().Set("Location", "/x")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Set-Cookie", "a=b")
		w.WriteHeader(http.StatusFound)
		io.WriteString(w, "not gzip")
	})
	tr := open(t, base, func(o *transport.Options) { o.Version = "1.2.3" })
	get(tr)
	x := get(tr)
	if x.Err != nil || x.Response.Status != 302 || string(x.Response.Body) != "not gzip" {
		t.Fatalf("wanted the 302 itself, got %+v, %v", x.Response, x.Err)
	}
	if len(headers) != 1 || headers.Get("User-Agent") != "cartconform/1.2.3" {
		t.Errorf("wanted the User-Agent alone, got %v", headers)
	}
	if x.Duration <= 0 || x.Started.IsZero() || x.Attempts != 1 {
		t.Errorf("wanted times and one attempt, got %v %v %d", x.Started, x.Duration, x.Attempts)
	}
}

func TestHTTP2(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "DELETE" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		io.WriteString(w, r.RequestURI)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	trust := server.Client().Transport.(*http.Transport).TLSClientConfig
	tr := open(t, server.URL, func(o *transport.Options) { o.TLS = &tls.Config{RootCAs: trust.RootCAs} })
	x := tr.Send(context.Background(), stage.Call{Method: "GET", Path: "/a%2fb", Query: "c=%20"})
	if x.Err != nil || x.Response.Proto != "HTTP/2.0" || string(x.Response.Body) != "/a%2fb?c=%20" {
		t.Errorf("wanted HTTP/2.0 and the path as given, got %+v, %v", x.Response, x.Err)
	}
	x = tr.Send(context.Background(), stage.Call{Method: "DELETE", Path: "/"})
	if x.Err != nil || x.Response.Status != 204 || x.Response.Unread != 0 {
		t.Errorf("wanted 204, got %+v, %v", x.Response, x.Err)
	}
}

func TestHTTP1OverTLSHasATap(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		buffered.WriteString("HTTP/1.1 204 No Content\r\n\r\nstray")
		buffered.Flush()
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	trust := server.Client().Transport.(*http.Transport).TLSClientConfig
	tr := open(t, server.URL, func(o *transport.Options) { o.TLS = &tls.Config{RootCAs: trust.RootCAs} })
	if x := get(tr); x.Err != nil || x.Response.Unread != 5 {
		t.Errorf("wanted 5 bytes unread, got %+v, %v", x.Response, x.Err)
	}
	if x := get(open(t, server.URL)); kind(t, x) != transport.TLS {
		t.Errorf("wanted a tls error, got %v", x.Err)
	}
}

// Good connections stay open, also when many lanes share them.
func TestKeepAliveWithManyLanes(t *testing.T) {
	var closed atomic.Int64
	answer := answering(0, "HTTP/1.1 204 No Content\r\n\r\n")
	server := serveRaw(t, func(conn net.Conn) {
		answer(conn)
		closed.Add(1)
	})
	tr := open(t, server.url)
	var lanes sync.WaitGroup
	for lane := range 8 {
		lanes.Go(func() {
			for range 20 {
				x := tr.Send(context.Background(), stage.Call{Method: "DELETE", Path: "/x", Lane: lane})
				if x.Err != nil || x.Response.Unread != 0 {
					t.Errorf("wanted 204, got %+v, %v", x.Response, x.Err)
				}
			}
		})
	}
	lanes.Wait()
	if got := closed.Load(); got > 0 {
		t.Errorf("wanted every connection to stay open, got %d of %d closed", got, server.accepted())
	}
}

// A connection that the server closes while it is idle must not fail a POST
// that was never sent, nor send one twice.
func TestIdleConnectionsThatClose(t *testing.T) {
	var mu sync.Mutex
	requests := 0
	server := serveRaw(t, func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		mu.Lock()
		requests++
		mu.Unlock()
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
	})
	tr := open(t, server.url)
	const calls = 30
	for range calls {
		x := tr.Send(context.Background(), stage.Call{Method: "POST", Path: "/x"})
		if x.Err != nil && kind(t, x) != transport.Closed {
			t.Fatalf("wanted an answer or a closed connection, got %v", x.Err)
		}
		time.Sleep(2 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	if requests > calls {
		t.Errorf("wanted at most %d requests, got %d", calls, requests)
	}
	if requests < calls/2 {
		t.Errorf("wanted most of the %d requests to arrive, got %d", calls, requests)
	}
}

func TestHeadResponses(t *testing.T) {
	server := serveRaw(t, answering(0, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"))
	tr := open(t, server.url)
	for range 2 {
		x := tr.Send(context.Background(), stage.Call{Method: "HEAD", Path: "/x"})
		if x.Err != nil || x.Response.Header.Get("Content-Length") != "100" || x.Response.Unread != 0 {
			t.Errorf("wanted the head, got %+v, %v", x.Response, x.Err)
		}
	}
	if server.accepted() != 1 {
		t.Errorf("wanted one connection, got %d", server.accepted())
	}
}

func TestUnsendableCalls(t *testing.T) {
	tr := open(t, "http://127.0.0.1:1")
	for _, call := range []stage.Call{
		{Method: "GET", Path: "/a b"},
		{Method: "GET", Path: "x"},
		{Method: "GET", Path: "/x?y"},
		{Method: "GET", Path: "/x", Query: "a#b"},
		{Method: "GET", Path: "/\r\nX: y"},
		{Method: "G T", Path: "/"},
		{Method: "GET", Path: "/", Header: http.Header{"X": {"a\nb"}}},
		{Method: "GET", Path: "/", Header: http.Header{"X Y": {"a"}}},
	} {
		x := tr.Send(context.Background(), call)
		if kind(t, x) != transport.Unsendable {
			t.Errorf("%+v: wanted unsendable, got %v", call, x.Err)
		}
		if strings.ToLower(x.Err.Error()[:1]) != x.Err.Error()[:1] {
			t.Errorf("wanted lower case, got %v", x.Err)
		}
	}
}
