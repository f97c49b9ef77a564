package spec

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Bodies that once were, or might be, trouble.
var hostile = []string{
	"", "{", "}", "]", `"`, "\\", `{"`, `{"a`, `{"a"`, `{"a":`, `{"a":1,`, "[1,", "null", "1e999999999", "-", "1e", "1e+", `"\u`, `"\ud800"`, "\x00", "\xff",
	"\xef\xbb\xbf", `{"items":[],"items":[]}`, `{"\u0000":1}`, `{"items":[{"price":{"amount":1e400,"currencyCode":"USD"}}]}`, `{"a":{"b":{"c":[[[1]]]}}}`,
	`[{"a":1},{"a":1,"a":2}]`, `{"":{"":1,"":2}}`, `{"items":{"0":{}}}`, `{"items":[{"addedToCartDate":"2025-02-30T00:00:00Z"}]}`, `{"a":1}{"a":1}`, "{}}", "[]]", ",", ":,:", "[,]", "{,}",
}

func FuzzJudge(f *testing.F) {
	c := businessCartT(f)
	operations := c.Operations()
	for i, body := range hostile {
		f.Add(uint8(i), uint16(200), "application/json", "", []byte(body))
	}
	for i, operation := range operations {
		f.Add(uint8(i), uint16(200), "application/json", "", []byte(answers[operation]))
		f.Add(uint8(i), uint16(404), "application/json; charset=utf-8", "gzip", compressed(f, "gzip", []byte(answers[operation])))
	}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, contentType, encoding string, body []byte) {
		x := testExchange(operations[int(which)%len(operations)], int(status), "")
		x.Response.Body = body
		x.Response.Header.Set("Content-Type", contentType)
		if encoding != "" {
			x.Response.Header.Set("Content-Encoding", encoding)
		}
		start := time.Now()
		j := c.Judge(x)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("wanted a judgement within 5s, got it after %s", took)
		}
		for _, v := range j.Violations {
			if v.Requirement == "" || v.Rule == "" || v.Part == "" || v.Wanted == "" || v.Got == "" {
				t.Errorf("wanted a complete violation, got %+v", v)
			}
			if _, ok := c.Catalogue().Find(v.Requirement); !ok {
				t.Errorf("wanted an id of the catalogue, got %s", v.Requirement)
			}
		}
		if texts := disagreements(c, x); len(texts) > 0 {
			t.Errorf("wanted the validators to agree, got %q", texts)
		}
		c.JudgeRequest(&Exchange{Request: Request{Method: "POST", URL: testBase + "/c/items?region=US", Header: x.Response.Header, Body: body}})
	})
}

// The scan and the decoder must see the same text: what decodes without a key
// that stands twice comes out of the scan clean, and the scan never gives up on
// what decodes.
func FuzzWire(f *testing.F) {
	for _, body := range hostile {
		f.Add([]byte(body))
	}
	for _, body := range answers {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		found := scan(body)
		document, flaws, ok := readJSON(body)
		if ok != (document != nil) && !bytes.Contains(body, []byte("null")) && found.number == "" {
			t.Errorf("wanted a document exactly when the body can be judged, got %v, %v", ok, flaws)
		}
		for _, d := range found.duplicates {
			if document == nil {
				break
			}
			if strings.Contains(Pointer(d.object...), "\ufffd") || strings.Contains(d.key, "\ufffd") {
				continue // the decoder replaced what is not UTF-8
			}
			object, there := lookup(document, d.object)
			if len(found.duplicates) == 1 && there {
				if holder, isObject := object.(map[string]any); isObject {
					if _, has := holder[d.key]; !has {
						t.Errorf("wanted the key %q at %s, got none", d.key, Pointer(d.object...))
					}
				}
			}
		}
	})
}

// 64 MiB of anything that nobody cut is refused or judged without much ado.
func TestLongBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("builds bodies of 64 MiB")
	}
	c := businessCartT(t)
	const length = 64 << 20
	for name, body := range map[string][]byte{
		"blanks": bytes.Repeat([]byte(" "), length), "brackets": bytes.Repeat([]byte("["), length), "quotes": bytes.Repeat([]byte(`"`), length),
		"digits": bytes.Repeat([]byte("9"), length), "objects": bytes.Repeat([]byte(`{"a":`), length/5),
	} {
		start := time.Now()
		j := c.Judge(testExchange("getItems", 200, string(body)))
		if len(j.Violations) != 1 || j.Violations[0].Rule != "body-size" {
			t.Errorf("%s: wanted one violation of the size, got %v", name, j.Violations)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: wanted a judgement within 5s, got it after %s", name, took)
		}
	}
	for _, item := range []string{`0`, `{}`, `{"quantity":0}`, `[]`} {
		start := time.Now()
		body := `{"items":[` + item + strings.Repeat(","+item, maxValues-1) + `]}`
		if j := c.Judge(testExchange("getItems", 200, body)); len(j.Violations) == 0 || len(j.Violations) > 2*maxDefects {
			t.Errorf("%s: wanted up to %d violations, got %d", item, 2*maxDefects, len(j.Violations))
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: wanted a judgement within 20s, got it after %s", item, took)
		}
		t.Logf("%d items of %s: %s", maxValues, item, time.Since(start))
		if j := c.Judge(testExchange("getItems", 200, strings.Replace(body, "[", "["+item+",", 1))); len(j.Violations) != 1 || j.Violations[0].Rule != "body-size" {
			t.Errorf("%s: wanted one violation of the size, got %d", item, len(j.Violations))
		}
	}
	keys := bytes.NewBufferString(`{"items":[]`)
	for range maxValues - 2 {
		keys.WriteString(`,"k":0`)
	}
	keys.WriteString("}")
	if j := c.Judge(testExchange("getItems", 200, keys.String())); len(j.Violations) != maxDuplicates {
		t.Errorf("wanted %d violations, got %d", maxDuplicates, len(j.Violations))
	}
}
