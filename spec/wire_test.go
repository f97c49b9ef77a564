package spec

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Every check of the wire, on an answer that is otherwise good.
func TestWire(t *testing.T) {
	good := answers["getItems"]
	with := func(body string, header ...string) *Exchange {
		x := testExchange("getItems", 200, body)
		for i := 0; i+1 < len(header); i += 2 {
			if header[i+1] == "" {
				x.Response.Header.Del(header[i])
			} else {
				x.Response.Header.Set(header[i], header[i+1])
			}
		}
		return x
	}
	twice := with(good)
	twice.Response.Header["Content-Type"] = []string{"application/json", "text/html"}
	truncated := with(good)
	truncated.Response.Truncated = true
	asking := func(codings string) *Exchange {
		x := with(good, "Content-Encoding", "br")
		x.Request.Header.Set("Accept-Encoding", codings)
		return x
	}
	problem := testExchange("getItems", 404, `{"errors":[{"code":"c","message":"m"}]}`)
	problem.Response.Header.Set("Content-Type", "application/problem+json")
	page := testExchange("getItems", 404, `<html></html>`)
	page.Response.Header.Set("Content-Type", "text/html")
	torn := with(good[:50])
	torn.Err = io.ErrUnexpectedEOF
	unread := testExchange("deleteItems", 204, "")
	unread.Response.Unread = 2
	announced := testExchange("deleteItems", 204, "")
	announced.Response.Header.Set("Content-Length", "2")

	for _, test := range []struct {
		name string
		x    *Exchange
		want []string
	}{
		{"good", with(good), nil},
		{"white space around", with(" \r\n" + good + "\n\n"), nil},
		{"charset utf-8", with(good, "Content-Type", "application/json; charset=UTF-8"), nil},
		{"charset in quotes", with(good, "Content-Type", `application/json;charset="utf-8"`), nil},
		{"type in capitals", with(good, "Content-Type", "Application/JSON"), nil},
		{"charset utf-16", with(good, "Content-Type", "application/json; charset=utf-16"), []string{"CART-GEN-06 charset"}},
		{"bad parameter", with(good, "Content-Type", "application/json; ==="), []string{"CART-GEN-06 content-type"}},
		{"no content type", with(good, "Content-Type", ""), []string{"CART-GEN-06 content-type"}},
		{"html with JSON in it", with(good, "Content-Type", "text/html"), []string{"CART-GEN-06 content-type"}},
		{"an HTML page", with("<html></html>", "Content-Type", "text/html"), []string{"CART-GEN-06 content-type"}},
		{"two content types", twice, []string{"CART-GEN-06 content-type"}},
		{"no body", with(""), []string{"CART-GEN-06 body"}},
		{"two documents", with(good + good), []string{"CART-GEN-06 json"}},
		{"text after", with(good + " x"), []string{"CART-GEN-06 json"}},
		{"cut off", with(good[:len(good)-3]), []string{"CART-GEN-06 json"}},
		{"NaN", with(strings.Replace(good, "14.16", "NaN", 1)), []string{"CART-GEN-06 json"}},
		{"byte order mark", with("\xef\xbb\xbf" + good), []string{"CART-GEN-06 byte-order-mark"}},
		{"not UTF-8", with(strings.Replace(good, `"p"`, "\"p\xff\"", 1)), []string{"CART-GEN-06 utf-8"}},
		{"key twice", with(`{"items":[],"items":[]}`), []string{"CART-ITEMS-01 duplicate-key /items"}},
		{"key twice, escaped", with(`{"items":[],"\u0069tems":[]}`), []string{"CART-ITEMS-01 duplicate-key /items"}},
		{"key twice, undocumented", with(`{"items":[],"x":{"a/b":1,"a/b":1}}`), []string{"CART-GEN-06 duplicate-key /x/a~1b"}},
		{"as deep as it may be", with(`{"items":[],"x":` + strings.Repeat("[", maxDepth-1) + strings.Repeat("]", maxDepth-1) + `}`), nil},
		{"too deep", with(`{"items":[],"x":` + strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth) + `}`), []string{"CART-GEN-06 depth"}},
		{"never closed", with(strings.Repeat(`{"a":[`, 1_000_000)), []string{"CART-GEN-06 depth"}},
		{"huge exponent", with(strings.Replace(good, "14.16", "1e999999999", 1)), []string{"CART-GEN-11 number /items/0/price/amount"}},
		{"many digits", with(strings.Replace(good, "14.16", strings.Repeat("9", 1001), 1)), []string{"CART-GEN-11 number /items/0/price/amount"}},
		{"beyond a double", with(strings.Replace(good, "14.16", "1e309", 1)), nil},
		{"truncated", truncated, []string{"CART-GEN-06 body-size"}},
		{"unknown encoding", with(good, "Content-Encoding", "br"), nil},
		{"unknown encoding that was asked for", asking("gzip, br"), nil},
		{"unknown encoding that was not asked for", asking("gzip"), []string{"CART-GEN-06 content-encoding"}},
		{"not in its encoding", with(good, "Content-Encoding", "gzip"), []string{"CART-GEN-06 content-encoding"}},
		{"identity", with(good, "Content-Encoding", "identity"), nil},
		{"errors under another label", problem, nil},
		{"an HTML page for an error", page, []string{"CART-ERR-01 content-type"}},
		{"a torn connection", torn, nil},
		{"204 instead of lines", testExchange("getItems", 204, ""), []string{"CART-GEN-15 status"}},
		{"204 with unread bytes", unread, []string{"CART-DEL-02 no-body"}},
		{"204 with a length", announced, []string{"CART-DEL-02 no-body"}},
		{"redirects", testExchange("getItems", 308, ""), []string{"CART-GEN-06 status"}},
		{"100", testExchange("getItems", 103, ""), []string{"CART-GEN-06 status"}},
		{"304", testExchange("getItems", 304, ""), []string{"CART-GEN-06 status"}},
	} {
		t.Run(test.name, func(t *testing.T) { wantViolations(t, test.x, test.want...) })
	}
}

func compressed(t testing.TB, coding string, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zlib":
		w = zlib.NewWriter(&out)
	default:
		w, _ = flate.NewWriter(&out, 6)
	}
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestContentEncoding(t *testing.T) {
	good := []byte(answers["getItems"])
	gzipped := compressed(t, "gzip", good)
	for header, body := range map[string][]byte{
		"gzip": gzipped, "x-gzip": gzipped, "GZIP": gzipped,
		"deflate": compressed(t, "zlib", good), "Deflate": compressed(t, "flate", good),
		"deflate, gzip": compressed(t, "gzip", compressed(t, "zlib", good)),
	} {
		x := testExchange("getItems", 200, string(body))
		x.Response.Header.Set("Content-Encoding", header)
		if j := wantViolations(t, x); j.Document == nil {
			t.Errorf("%s: wanted a document, got none", header)
		}
	}
	half := testExchange("getItems", 200, string(gzipped[:len(gzipped)/2]))
	half.Response.Header.Set("Content-Encoding", "gzip")
	wantViolations(t, half, "CART-GEN-06 content-encoding")
}

// 256 MiB of blanks in 260 kB, wrapped once more: the judge stops at MaxBody.
func TestZipBomb(t *testing.T) {
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	for range 1 << 8 {
		if _, err := w.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for header, body := range map[string][]byte{"gzip": out.Bytes(), "gzip, gzip": compressed(t, "gzip", out.Bytes())} {
		x := testExchange("getItems", 200, string(body))
		x.Response.Header.Set("Content-Encoding", header)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		wantViolations(t, x, "CART-GEN-06 body-size")
		runtime.ReadMemStats(&after)
		// io.ReadAll grows in steps: the sum of them is some five times the limit.
		if used := after.TotalAlloc - before.TotalAlloc; used > 10*MaxBody {
			t.Errorf("%s: wanted at most %d MiB allocated, got %d", header, 10*MaxBody>>20, used>>20)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: wanted an answer within 5s, got it after %s", header, took)
		}
	}
}

func TestDecode(t *testing.T) {
	value, err := Decode([]byte(` {"a":9007199254740993} `))
	if err != nil || show(value) != `{"a":9007199254740993}` {
		t.Errorf("wanted an exact number, got %v, %v", value, err)
	}
	for _, bad := range []string{"", " ", "{", "{} {}", "{}x", "nul", `{"a":01}`, "\xef\xbb\xbf{}", strings.Repeat("[", 20_000)} {
		if value, err := Decode([]byte(bad)); err == nil {
			t.Errorf("%.20q: wanted an error, got %v", bad, value)
		}
	}
}

func TestPointers(t *testing.T) {
	document, err := Decode([]byte(`{"a/b":[{"~":5}],"":1}`))
	if err != nil {
		t.Fatal(err)
	}
	pointer := Pointer("a/b", "0", "~")
	if pointer != "/a~1b/0/~0" {
		t.Errorf("wanted /a~1b/0/~0, got %s", pointer)
	}
	if value, ok := Lookup(document, pointer); !ok || show(value) != "5" {
		t.Errorf("wanted 5, got %v, %v", value, ok)
	}
	if value, ok := Lookup(document, "/"); !ok || show(value) != "1" {
		t.Errorf("wanted 1 under the empty key, got %v, %v", value, ok)
	}
	for _, nowhere := range []string{"a", "/a~1b/1", "/a~1b/00", "/a~1b/-", "/x", "/a~1b/0/~0/y"} {
		if value, ok := Lookup(document, nowhere); ok {
			t.Errorf("%s: wanted nothing, got %v", nowhere, value)
		}
	}
}

// Every violation says where, what was wanted and what was there.
func TestTexts(t *testing.T) {
	x := testExchange("addItems", 200, strings.Replace(answers["addItems"], `"2025-12-11T09:55:39.655Z"`, `{"date":"2025-12-11T09:55:39.655Z"}`, 1))
	violations := businessCartT(t).Judge(x).Violations
	if len(violations) != 1 {
		t.Fatalf("wanted one violation, got %v", violations)
	}
	text := violations[0].String()
	for _, part := range []string{
		"body /items/0/addedToCartDate: wanted a string in the form of RFC 3339 date-time (The published model describes an object",
		`got {"date":"2025-12-11T09:55:39.655Z"} (an object)`, "(spec/businesscart/openapi.yaml:",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("wanted %q in the text, got %s", part, text)
		}
	}
	long := testExchange("getItems", 200, `{"items":"`+strings.Repeat("é", 100_000)+`"}`)
	for _, v := range businessCartT(t).Judge(long).Violations {
		if len(v.String()) > 1000 {
			t.Errorf("wanted a short text, got %d bytes", len(v.String()))
		}
	}
}

func TestUnroutedAndUnanswered(t *testing.T) {
	c := businessCartT(t)
	lost := testExchange("getItems", 404, `{}`)
	lost.Request.URL = testBase + "/cart-123/itmes?region=US"
	if j := c.Judge(lost); j.Operation != "getItems" {
		t.Errorf("wanted the operation that the sender meant, got %q", j.Operation)
	}
	lost.Response.Status = 200
	if j := c.Judge(lost); j.Operation != "" || len(j.Violations) > 0 {
		t.Errorf("wanted an empty judgement, got %+v", j)
	}
	if j := c.Judge(&Exchange{Request: testRequests()["getItems"]}); j.Operation != "getItems" || len(j.Violations) > 0 {
		t.Errorf("wanted an empty judgement of getItems, got %+v", j)
	}
	for _, url := range []string{"", "::", "http://x/%zz", "http://x"} {
		if j := c.Judge(&Exchange{Request: Request{Method: "GET", URL: url}, Response: &Response{Status: 200, Header: http.Header{}}}); len(j.Violations) > 0 {
			t.Errorf("%q: wanted an empty judgement, got %+v", url, j)
		}
	}
	staged := testExchange("getItems", 200, answers["getItems"])
	staged.Request.URL = "https://host/stage/v1" + strings.TrimPrefix(staged.Request.URL, "https://cart.example.com")
	if j := c.Judge(staged); j.Operation != "getItems" || j.Document == nil {
		t.Errorf("wanted getItems behind a base path, got %+v", j)
	}
}
