package transport_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cartconform/runner/transport"
	"cartconform/suites/stage"
)

func endless(head, body string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		io.WriteString(conn, head)
		for {
			if _, err := io.WriteString(conn, body); err != nil {
				return
			}
		}
	}
}

func dripping(head string) func(net.Conn) {
	return func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		io.WriteString(conn, head)
		for {
			if _, err := io.WriteString(conn, "x"); err != nil {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func TestHostileTargets(t *testing.T) {
	once := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, text)
		}
	}
	tests := []struct {
		name   string
		handle func(net.Conn)
		kind   transport.Kind
		text   string
	}{
		{"hang after accept", func(conn net.Conn) { io.Copy(io.Discard, conn) }, transport.Timeout, "no complete answer within 300ms: it ended before it sent a complete response head"},
		{"close at once", func(net.Conn) {}, transport.Closed, ""},
		{"close after the request", once(""), transport.Closed, "the target closed the connection before it sent a complete response head"},
		{"garbage", once("SSH-2.0-OpenSSH_9.6\r\n"), transport.Protocol, "the answer is no HTTP"},
		{"garbage that hangs", func(conn net.Conn) {
			http.ReadRequest(bufio.NewReader(conn))
			io.WriteString(conn, "+PONG\r\n")
			io.Copy(io.Discard, conn)
		}, transport.Protocol, "the answer is no HTTP"},
		{"banner before the request", func(conn net.Conn) {
			io.WriteString(conn, "220 ESMTP ready\r\n")
			io.Copy(io.Discard, conn)
		}, transport.Protocol, ""},
		{"no status", once("HTTP/1.1 abc OK\r\n\r\n"), transport.Protocol, ""},
		{"bad field", once("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), transport.Protocol, ""},
		{"half a head", once("HTTP/1.1 200 OK\r\nContent-"), transport.Closed, ""},
		{"giant header", endless("HTTP/1.1 200 OK\r\nX: ", strings.Repeat("x", 4096)), transport.Protocol, "response headers exceeded"},
		{"endless fields", endless("HTTP/1.1 200 OK\r\n", strings.Repeat("X: y\r\n", 500)), transport.Protocol, "response headers exceeded"},
		{"endless 1xx", endless("", strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100)), transport.Protocol, ""},
		{"slow head", dripping("HTTP/1.1 200 OK\r\nX: "), transport.Timeout, ""},
		{"slow body", dripping("HTTP/1.1 200 OK\r\n\r\n"), transport.Timeout, "bytes of the body"},
		{"length too long", once("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), transport.Closed, "the target closed the connection after 2 bytes of the body"},
		{"two lengths", once("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"), transport.Protocol, ""},
		{"bad length", once("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"), transport.Protocol, ""},
		{"bad chunk", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), transport.Protocol, ""},
		{"chunks without end", once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), transport.Closed, "after 2 bytes of the body"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := serveRaw(t, test.handle)
			tr := open(t, server.url, func(o *transport.Options) {
				o.HTTP.Timeout, o.MaxHeader = 20*time.Second, 8<<10
				if test.kind == transport.Timeout {
					o.HTTP.Timeout = 300 * time.Millisecond
				}
			})
			for range 2 {
				started := time.Now()
				x := get(tr)
				if kind(t, x) != test.kind || !strings.Contains(x.Err.Error(), test.text) {
					t.Errorf("wanted %s: %s, got %v", test.kind, test.text, x.Err)
				}
				if took := time.Since(started); took > 15*time.Second {
					t.Errorf("wanted an end after the timeout, got one after %v", took)
				}
			}
		})
	}
}

func TestEndlessBodyIsTruncated(t *testing.T) {
	server := serveRaw(t, endless("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 4096)))
	x := get(open(t, server.url, func(o *transport.Options) { o.MaxBody = 10000 }))
	if x.Err != nil || !x.Response.Truncated || len(x.Response.Body) != 10000 {
		t.Errorf("wanted 10000 bytes and truncated, got %d, %v", len(x.Response.Body), x.Err)
	}
	whole := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 10000)) })
	x = get(open(t, whole, func(o *transport.Options) { o.MaxBody = 10000 }))
	if x.Err != nil || x.Response.Truncated || len(x.Response.Body) != 10000 {
		t.Errorf("wanted the whole body, got %v, %v", x.Response.Truncated, x.Err)
	}
}

func TestEndlessStrayBytes(t *testing.T) {
	server := serveRaw(t, endless("HTTP/1.1 204 No Content\r\nContent-Length: 9999999\r\n\r\n", strings.Repeat("x", 4096)))
	x := get(open(t, server.url))
	if x.Err != nil || x.Response.Unread == 0 {
		t.Errorf("wanted unread bytes, got %+v, %v", x.Response, x.Err)
	}
}

func TestUnreachable(t *testing.T) {
	x := get(open(t, "http://127.0.0.1:1"))
	if kind(t, x) != transport.Unreachable || x.Response != nil {
		t.Errorf("wanted unreachable, got %v", x.Err)
	}
	x = get(open(t, "http://name.invalid"))
	if kind(t, x) != transport.Unreachable {
		t.Errorf("wanted unreachable, got %v", x.Err)
	}
}

func TestInterrupt(t *testing.T) {
	server := serveRaw(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
	tr := open(t, server.url)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	x := tr.Send(ctx, stage.Call{Method: "GET", Path: "/"})
	if kind(t, x) != transport.Interrupted || !errors.Is(x.Err, context.DeadlineExceeded) {
		t.Errorf("wanted interrupted, got %v", x.Err)
	}
	x = tr.Send(ctx, stage.Call{Method: "GET", Path: "/"})
	if kind(t, x) != transport.Interrupted || x.Attempts != 0 {
		t.Errorf("wanted interrupted without an attempt, got %v after %d", x.Err, x.Attempts)
	}
}

func TestPostIsNotSentTwice(t *testing.T) {
	requests := make(chan string, 10)
	server := serveRaw(t, func(conn net.Conn) {
		reader := bufio.NewReader(conn)
		for i := 0; ; i++ {
			r, err := http.ReadRequest(reader)
			if err != nil {
				return
			}
			io.Copy(io.Discard, r.Body)
			requests <- r.Method
			if i == 1 {
				return // the second request on a connection is read and dropped
			}
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	})
	for _, method := range []string{"POST", "PATCH", "DELETE", "PUT"} {
		tr := open(t, server.url)
		call := stage.Call{Method: method, Path: "/", Body: []byte("{}")}
		if method == "DELETE" {
			call.Body = nil
		}
		first := tr.Send(context.Background(), call)
		second := tr.Send(context.Background(), call)
		if first.Err != nil || kind(t, second) != transport.Closed {
			t.Errorf("%s: wanted an answer and a closed connection, got %v and %v", method, first.Err, second.Err)
		}
		if got := len(requests); got != 2 {
			t.Errorf("%s: wanted 2 requests, got %d", method, got)
		}
		for len(requests) > 0 {
			<-requests
		}
	}
}
