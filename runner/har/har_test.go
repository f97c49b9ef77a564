package har_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"cartconform/runner/har"
	"cartconform/runner/redact"
	"cartconform/spec"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)

// exchanges differ in everything that an archive keeps.
func exchanges() []spec.Exchange {
	return []spec.Exchange{
		{
			ID: "x-0-000001", Operation: "addItems", Spec: "adds <items> & more", Lane: 2, Attempts: 3, Started: start, Duration: 1234567 * time.Nanosecond,
			Request:  spec.Request{Method: "POST", URL: "https://h/a%2fb?region=US&x=%zz&&y", Header: http.Header{"Content-Type": {"application/json"}, "X-A": {"1", "2"}}, Body: []byte(`{"a":"é\u2028"}`)},
			Response: &spec.Response{Proto: "HTTP/1.1", Status: 200, Header: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}, Body: []byte{0x1f, 0x8b, 0, 0xff}},
			Ordinal:  7, Again: true, Called: 12, Returned: 15, Credentials: "bad",
		},
		{
			ID: "x-0-000002", Attempts: 1, Started: start.Add(time.Second),
			Request:  spec.Request{Method: "DELETE", URL: "https://h/", Header: http.Header{}},
			Response: &spec.Response{Proto: "HTTP/2.0", Status: 204, Header: http.Header{"Location": {"/x"}}, Unread: 5},
		},
		{
			ID: "x-0-000003", Attempts: 1, Started: start.Add(2 * time.Second), Duration: time.Hour,
			Request: spec.Request{Method: "PUT", URL: "https://h/", Header: http.Header{"x-lower": {"1"}}, Body: []byte{0xff, 0}},
			Err:     errors.New("timeout: no complete answer within 30s"), Cut: true,
		},
		{
			ID: "x-0-000004", Attempts: 1, Started: start.Add(3 * time.Second), Duration: time.Millisecond,
			Request:  spec.Request{Method: "POST", URL: "https://h/", Header: http.Header{}, Body: []byte{}},
			Response: &spec.Response{Proto: "HTTP/1.1", Status: 299, Header: http.Header{}, Body: []byte("xxxx"), Truncated: true},
			Err:      errors.New("closed: after 4 bytes"),
		},
	}
}

// write puts the exchanges into a file of JSON lines.
func write(t *testing.T, list []spec.Exchange, redactor *redact.Redactor) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "entries.jsonl")
	w, err := har.Create(path, redactor)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if err := w.Append(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func same(t *testing.T, want, got []spec.Exchange) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("wanted %d exchanges, got %d", len(want), len(got))
	}
	for i := range want {
		a, b := want[i], got[i]
		if fmt.Sprint(a.Err) != fmt.Sprint(b.Err) || !a.Started.Equal(b.Started) {
			t.Errorf("wanted %v at %v, got %v at %v", a.Err, a.Started, b.Err, b.Started)
		}
		a.Err, b.Err, a.Started, b.Started = nil, nil, time.Time{}, time.Time{}
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: wanted\n%+v %+v\ngot\n%+v %+v", a.ID, a, a.Response, b, b.Response)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	want := exchanges()
	path := write(t, want, nil)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := har.ReadLines(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	same(t, want, got)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("wanted a file for its owner alone, got %v, %v", info.Mode(), err)
	}

	var archive bytes.Buffer
	if _, err := har.Assemble(&archive, "1.2.3", path); err != nil {
		t.Fatal(err)
	}
	if got, err = har.Read(&archive); err != nil {
		t.Fatal(err)
	}
	same(t, want, got)
}

func TestAssembleSortsByStart(t *testing.T) {
	all := exchanges()
	a := write(t, []spec.Exchange{all[3], all[0]}, nil)
	b := write(t, []spec.Exchange{all[2], all[1]}, nil)
	torn, err := os.OpenFile(b, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := torn.WriteString(`{"startedDateTime":"2026-01`); err != nil {
		t.Fatal(err)
	}
	torn.Close()
	empty := write(t, nil, nil)
	var archive bytes.Buffer
	if _, err := har.Assemble(&archive, "1.2.3", a, b, empty); err != nil {
		t.Fatal(err)
	}
	got, err := har.Read(bytes.NewReader(archive.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	same(t, all, got)

	if _, err := har.Assemble(&archive, "1.2.3", a+".none"); err == nil {
		t.Error("wanted an error for a file that does not exist")
	}
	archive.Reset()
	if _, err := har.Assemble(&archive, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	if got, err := har.Read(&archive); err != nil || len(got) != 0 {
		t.Errorf("wanted an empty archive, got %v, %v", got, err)
	}
}

// Every field that HAR 1.2 demands is there.
func TestRequiredFields(t *testing.T) {
	var archive bytes.Buffer
	if _, err := har.Assemble(&archive, "1.2.3", write(t, exchanges(), nil)); err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Log struct {
			Version string
			Creator map[string]string
			Entries []map[string]any
		}
	}
	if err := json.Unmarshal(archive.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	if parsed.Log.Version != "1.2" || parsed.Log.Creator["name"] != "cartconform" || parsed.Log.Creator["version"] != "1.2.3" {
		t.Errorf("got %+v", parsed.Log)
	}
	need := func(at string, v any, names ...string) {
		t.Helper()
		object, ok := v.(map[string]any)
		if !ok {
			t.Fatalf("%s: wanted an object, got %v", at, v)
		}
		for _, name := range names {
			if object[name] == nil {
				t.Errorf("%s: wanted %s", at, name)
			}
		}
	}
	for _, e := range parsed.Log.Entries {
		need("entry", e, "startedDateTime", "time", "request", "response", "cache", "timings", "_id", "_lane", "_attempts")
		need("request", e["request"], "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize")
		need("response", e["response"], "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize")
		need("content", e["response"].(map[string]any)["content"], "size", "mimeType")
		need("timings", e["timings"], "send", "wait", "receive")
	}
}

func TestNothingSecretIsStored(t *testing.T) {
	x := exchanges()[0]
	x.Request.Header.Set("X-Amz-Access-Token", "Atza|secret")
	x.Request.Body = []byte("Atza|secret")
	x.Response.Body = []byte("\xffQXR6YXxzZWNyZXQ=")
	path := write(t, []spec.Exchange{x}, redact.New([]redact.Secret{{Name: "T", Value: "Atza|secret"}}))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := har.ReadLines(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte("Atza")) || string(got[0].Response.Body) != "\xff[redacted]" || got[0].Request.Header.Get("X-Amz-Access-Token") != "[redacted]" {
		t.Errorf("got %s", content)
	}
}

func TestArchivesOfOthers(t *testing.T) {
	const text = "\xef\xbb\xbf" + `{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537"},"pages":[],"entries":[
	{"_error":null,"_initiator":{"type":"other"},"_id":7,"pageref":"page_1","startedDateTime":"2025-04-30T12:00:00.5+02:00","time":12.5,
	 "request":{"method":"POST","url":"https://h/x","httpVersion":"h2","headers":[{"name":":authority","value":"h"},{"name":"accept","value":"*/*"}],
	  "postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a b","value":"&"}]}},
	 "response":{"status":200,"statusText":"","httpVersion":"h2","headers":[{"name":"content-encoding","value":"br"}],"content":{"size":2,"mimeType":"application/json","text":"{}"},"_transferSize":55}},
	{"startedDateTime":"2025-04-30T12:00:01Z","time":-1,"request":{"method":"GET","url":"https://h/"},"response":{"status":0,"_error":"net::ERR_FAILED"}},
	{"request":{"method":"GET","url":"https://h/"},"response":null,"_error":"net::ERR_ABORTED","time":null}]}}`
	got, err := har.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	first := got[0]
	if first.ID != "" || first.Attempts != 1 || first.Duration != 12500*time.Microsecond || !first.Started.Equal(time.Date(2025, 4, 30, 10, 0, 0, 5e8, time.UTC)) {
		t.Errorf("got %+v", first)
	}
	if string(first.Request.Body) != "a+b=%26" || len(first.Request.Header) != 1 {
		t.Errorf("got %+v", first.Request)
	}
	if r := first.Response; r.Proto != "HTTP/2.0" || string(r.Body) != "{}" || r.Header.Get("Content-Encoding") != "" {
		t.Errorf("got %+v", r)
	}
	if got[1].Response != nil || got[1].Err == nil || got[2].Err.Error() != "net::ERR_ABORTED" {
		t.Errorf("got %+v", got[1:])
	}
}

func TestWhatIsNoArchive(t *testing.T) {
	for _, text := range []string{"", "{}", "[]", `{"log":null}`, `{"log":{"entries":[{}]}}`, `{"log":{"entries":[{"request":{"method":"GET","url":"u"},"startedDateTime":"now"}]}}`,
		`{"log":{"entries":[{"request":{"method":"GET","url":"u","postData":{"text":"*","_encoding":"base64"}}}]}}`} {
		if _, err := har.Read(strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "read har: ") {
			t.Errorf("%s: wanted an error, got %v", text, err)
		}
	}
	if _, err := har.ReadLines(strings.NewReader("\n{}\n")); err == nil || !strings.HasPrefix(err.Error(), "read exchanges: line 2: ") {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	var archive bytes.Buffer
	archive.WriteString(`{"log":{"creator":{"name":"cartconform"},"entries":[`)
	for i, x := range exchanges() {
		line, err := har.Line(&x)
		if err != nil {
			f.Fatal(err)
		}
		if i > 0 {
			archive.WriteByte(',')
		}
		archive.Write(line)
	}
	archive.WriteString("]}}")
	f.Add(archive.Bytes())
	f.Add([]byte(`{"log":{"entries":[{"request":{"method":"GET","url":"https://h/"},"response":{"status":200,"content":{"text":"e30=","encoding":"base64"}}}]}}`))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		list, err := har.Read(bytes.NewReader(content))
		if err != nil {
			return
		}
		// What was read can be written, read again and shown.
		for _, x := range list {
			if x.Response == nil && x.Err == nil {
				t.Fatalf("wanted a response or an error, got %+v", x)
			}
			if year := x.Started.UTC().Year(); year < 1 || year > 9998 {
				continue // RFC 3339 has no such years
			}
			line, err := har.Line(&x)
			if err != nil {
				t.Fatal(err)
			}
			again, err := har.ReadLines(bytes.NewReader(line))
			if err != nil || len(again) != 1 || !bytes.Equal(again[0].Request.Body, x.Request.Body) || again[0].Request.URL != x.Request.URL {
				t.Fatalf("wanted the same exchange, got %+v, %v for %+v", again, err, x)
			}
			har.Curl(&x, nil)
		}
	})
}
