package transport

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// head is a response head.
type head struct {
	status int
	header http.Header
	closes bool // the connection ends after the response
}

// advance looks for complete response heads in t.head, whose bytes before from
// were looked at before, and makes ready what net/http may read.
func (t *tap) advance(from int) {
	for t.state == inHead {
		end := headEnd(t.head, from)
		if end < 0 {
			switch {
			case len(t.head) > t.maxHead, len(t.head) > 0 && !startsLikeHTTP(t.head):
				t.pass()
			case t.end != nil && len(t.head) > 0: // net/http would complain of the last line
				t.end = io.ErrUnexpectedEOF
				t.head, t.state = nil, stream
			}
			return
		}
		from = 0
		h, ok := parseHead(t.head[:end])
		switch {
		case !ok || h.status == http.StatusSwitchingProtocols:
			t.pass()
		case h.status < 200:
			t.ready = append(t.ready, t.head[:end]...)
			t.head = t.head[end:]
		default:
			t.final(h, t.head[:end], t.head[end:])
		}
	}
}

// pass hands everything to net/http from here on.
func (t *tap) pass() {
	t.ready = append(t.ready, t.head...)
	t.head, t.state = nil, stream
}

// final frames the response whose head is h: text, followed by rest.
func (t *tap) final(h head, text, rest []byte) {
	w := t.watch
	length := contentLength(h.header)
	chunked := h.header.Get("Transfer-Encoding") != ""
	stray := 0
	closing := false
	switch {
	case bodiless(h.status) || w.method == http.MethodHead:
		announced := h.status == http.StatusNoContent && (length > 0 || chunked)
		wait, enough := silentWait, int64(0)
		if announced || h.closes || h.status == http.StatusNotModified && length > 0 {
			wait = announcedWait
		}
		if announced && !chunked {
			enough = length
		}
		stray = t.linger(len(rest), wait, enough)
		closing = stray > 0 || announced || t.end != nil
		rest = nil
		t.state = idle
	case chunked || length < 0 || h.closes:
		t.state = stream
	default:
		if int64(len(rest)) > length {
			rest, closing = rest[:length], true
		}
		t.left = length - int64(len(rest))
		t.state = inBody
		if t.left == 0 {
			t.state = idle
		}
	}
	w.mu.Lock()
	w.header, w.stray = h.header, stray
	w.mu.Unlock()
	t.ready = append(t.ready, text...)
	if closing { // net/http must not keep the connection
		line := bytes.IndexByte(t.ready, '\n') + 1
		if i := bytes.LastIndex(t.ready, text); i >= 0 {
			line = i + bytes.IndexByte(text, '\n') + 1
		}
		t.ready = append(append(append([]byte(nil), t.ready[:line]...), "Connection: close\r\n"...), t.ready[line:]...)
		t.spoil(io.EOF)
	}
	t.ready = append(t.ready, rest...)
	t.head = nil
}

// headEnd is the length of the response head that b starts with, the empty line
// included; -1 when it is not complete. No empty line starts before from.
func headEnd(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		if b[i] != '\n' {
			continue
		}
		switch rest := b[i+1:]; {
		case bytes.HasPrefix(rest, []byte("\n")):
			return i + 2
		case bytes.HasPrefix(rest, []byte("\r\n")):
			return i + 3
		}
	}
	return -1
}

// startsLikeHTTP reports whether b may be the beginning of a response.
func startsLikeHTTP(b []byte) bool {
	const proto = "HTTP/1."
	n := min(len(b), len(proto))
	return string(b[:n]) == proto[:n]
}

// parseHead reads a response head as net/http does.
func parseHead(text []byte) (head, bool) {
	reader := textproto.NewReader(bufio.NewReader(bytes.NewReader(text)))
	line, err := reader.ReadLine()
	if err != nil {
		return head{}, false
	}
	proto, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	status, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || status < 100 {
		return head{}, false
	}
	fields, err := reader.ReadMIMEHeader()
	if err != nil {
		return head{}, false
	}
	header := http.Header(fields)
	closes := proto == "HTTP/1.0"
	for _, value := range header["Connection"] {
		for token := range strings.SplitSeq(strings.ToLower(value), ",") {
			switch strings.TrimSpace(token) {
			case "close":
				closes = true
			case "keep-alive":
				closes = closes && proto != "HTTP/1.0"
			}
		}
	}
	return head{status: status, header: header, closes: closes}, true
}

// contentLength is the length that the header announces; -1 when it does not,
// or not as a number.
func contentLength(h http.Header) int64 {
	n, err := strconv.ParseUint(textproto.TrimString(h.Get("Content-Length")), 10, 63)
	if err != nil {
		return -1
	}
	return int64(n)
}
