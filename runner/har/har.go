// Package har stores exchanges as HAR 1.2 and reads them back. While a run goes
// on, each process appends entries to a file of JSON lines; at the end the files
// become one archive.
//
// Beside the fields of HAR, an entry of ours has
//
//   - _id, unique in a run, _operation, the operationId that was meant, and
//     _attempts, of which the response is the last one's;
//   - _spec, the text of the spec that sent it, with " (afterwards)" at its end for
//     what the spec did to restore things, or "preflight" or "cleaning up", and
//     _lane;
//   - _ordinal, its place among the calls of its spec and lane, from 1, in the order
//     in which the spec means them, also where it makes them at the same moment;
//     _again when the spec asked once more for what had not shown yet;
//   - _called and _returned, when the call began and ended: places in one count of
//     its process, so that calls overlap which did;
//   - _credentials: valid, bad or none; for requests that are signed unknown-key,
//     unsigned and undated too, with ", dated … ago" where the timestamp is not the time;
//   - _error, why there is no complete answer, and _cut when the caller gave up.
//
// A response has _unread, the bytes that followed it and may not, and _truncated;
// a request body that is not UTF-8 has _encoding.
package har

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cartconform/spec"
)

// File is the archive's name in a report folder.
const File = "exchanges.har"

// creatorName marks archives whose bodies are as they were on the wire.
const creatorName = "cartconform"

type creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type entry struct {
	Started   string   `json:"startedDateTime"`
	Time      float64  `json:"time"` // ms
	Request   request  `json:"request"`
	Response  response `json:"response"`
	Cache     struct{} `json:"cache"`
	Timings   timings  `json:"timings"`
	ID        string   `json:"_id,omitempty"`
	Spec      string   `json:"_spec,omitempty"`
	Operation string   `json:"_operation,omitempty"`
	Lane      int      `json:"_lane"`
	Attempts  int      `json:"_attempts"`
	Error     string   `json:"_error,omitempty"`
	place
}

// place is where a call stood among others.
type place struct {
	Ordinal     int    `json:"_ordinal,omitempty"`
	Again       bool   `json:"_again,omitempty"`
	Called      int64  `json:"_called,omitempty"`
	Returned    int64  `json:"_returned,omitempty"`
	Credentials string `json:"_credentials,omitempty"`
	Cut         bool   `json:"_cut,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []pair    `json:"cookies"`
	Headers     []pair    `json:"headers"`
	QueryString []pair    `json:"queryString"`
	PostData    *postData `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

type postData struct {
	MimeType string `json:"mimeType"`
	Params   []pair `json:"params,omitempty"`
	Text     string `json:"text"`
	Encoding string `json:"_encoding,omitempty"` // "base64", or "" for text
}

type response struct {
	Status      int     `json:"status"` // 0 when none arrived
	StatusText  string  `json:"statusText"`
	HTTPVersion string  `json:"httpVersion"`
	Cookies     []pair  `json:"cookies"`
	Headers     []pair  `json:"headers"`
	Content     content `json:"content"`
	RedirectURL string  `json:"redirectURL"`
	HeadersSize int     `json:"headersSize"`
	BodySize    int     `json:"bodySize"`
	Unread      int     `json:"_unread,omitempty"`
	Truncated   bool    `json:"_truncated,omitempty"`
}

type content struct {
	Size     int     `json:"size"`
	MimeType string  `json:"mimeType"`
	Text     *string `json:"text,omitempty"` // nil for no body
	Encoding string  `json:"encoding,omitempty"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type timings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

// newEntry turns a redacted exchange into an entry.
func newEntry(x *spec.Exchange) entry {
	ms := float64(x.Duration) / float64(time.Millisecond)
	e := entry{
		Started: x.Started.Format(time.RFC3339Nano),
		Time:    ms,
		Timings: timings{Wait: ms},
		ID:      x.ID, Spec: x.Spec, Operation: x.Operation, Lane: x.Lane, Attempts: x.Attempts,
		place: place{Ordinal: x.Ordinal, Again: x.Again, Called: x.Called, Returned: x.Returned, Credentials: x.Credentials, Cut: x.Cut},
		Request: request{
			Method: x.Request.Method, URL: x.Request.URL, HTTPVersion: "HTTP/1.1",
			Cookies: []pair{}, Headers: pairs(x.Request.Header), QueryString: query(x.Request.URL),
			HeadersSize: -1, BodySize: len(x.Request.Body),
		},
		Response: response{
			Cookies: []pair{}, Headers: []pair{}, HeadersSize: -1, BodySize: -1,
			Content: content{MimeType: "x-unknown"},
		},
	}
	if x.Request.Body != nil {
		data := &postData{MimeType: x.Request.Header.Get("Content-Type")}
		data.Text, data.Encoding = encode(x.Request.Body)
		e.Request.PostData = data
	}
	if x.Err != nil {
		e.Error = x.Err.Error()
	}
	if x.Response != nil {
		e.Request.HTTPVersion = x.Response.Proto
		e.Response = newResponse(x.Response)
	}
	return e
}

func newResponse(r *spec.Response) response {
	out := response{
		Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: r.Proto,
		Cookies: []pair{}, Headers: pairs(r.Header),
		Content:     content{Size: len(r.Body), MimeType: r.Header.Get("Content-Type")},
		RedirectURL: r.Header.Get("Location"),
		HeadersSize: -1, BodySize: len(r.Body),
		Unread: r.Unread, Truncated: r.Truncated,
	}
	if out.Content.MimeType == "" {
		out.Content.MimeType = "x-unknown"
	}
	if r.Body != nil {
		text, encoding := encode(r.Body)
		out.Content.Text, out.Content.Encoding = &text, encoding
	}
	return out
}

// encode writes a body as text, or as base64 when it is not UTF-8.
func encode(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}

// pairs lists header fields by name, and those of one name in their order.
func pairs(h http.Header) []pair {
	out := []pair{}
	for name, values := range h {
		for _, value := range values {
			out = append(out, pair{Name: name, Value: strings.ToValidUTF8(value, "\uFFFD")})
		}
	}
	slices.SortStableFunc(out, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// query lists the query's parameters, decoded where that can be done.
func query(address string) []pair {
	out := []pair{}
	address, _, _ = strings.Cut(address, "#")
	_, raw, found := strings.Cut(address, "?")
	if !found {
		return out
	}
	decode := func(s string) string {
		if decoded, err := url.QueryUnescape(s); err == nil {
			return strings.ToValidUTF8(decoded, "\uFFFD")
		}
		return s
	}
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		out = append(out, pair{Name: decode(name), Value: decode(value)})
	}
	return out
}
