package spec

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/spec/soap"
)

func FuzzRemoteJudge(f *testing.F) {
	c := remoteCartT(f)
	operations := c.Operations()
	for _, s := range readRemoteSamples(f) {
		if s.Direction == "response" {
			f.Add(uint8(slices.Index(operations, s.Operation)), uint16(s.Status), "text/xml", false, s.text)
		}
	}
	for i, body := range []string{"", "<a/>", "<html><br></html>", "<CartGetResponse/>", `<CartGetResponse xmlns="` + remoteNamespace + `"><Cart>x<Cart/></Cart></CartGetResponse>`} {
		f.Add(uint8(i), uint16(200), "text/xml; charset=utf-8", true, []byte(body))
	}
	f.Fuzz(func(t *testing.T, which uint8, status uint16, contentType string, enveloped bool, body []byte) {
		operation := operations[int(which)%len(operations)]
		x := remoteExchange(operation, int(status), string(body))
		if enveloped {
			x = soapExchange(t, soap.V11, operation, nil)
			x.Response.Status = int(status)
			x.Response.Body = []byte(`<e:Envelope xmlns:e="` + soap.V11.Namespace() + `"><e:Body>` + string(body) + `</e:Body></e:Envelope>`)
		}
		x.Response.Header.Set("Content-Type", contentType)
		start := time.Now()
		j := c.Judge(x)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("wanted a judgement within 5s, got it after %s", took)
		}
		for _, v := range j.Violations {
			if _, ok := c.Catalogue().Find(v.Requirement); !ok || v.Rule == "" || v.Part == "" || v.Wanted == "" || v.Got == "" {
				t.Errorf("wanted a complete violation, got %+v", v)
			}
		}
		if texts := disagreements(c, x); len(texts) > 0 {
			t.Errorf("wanted the validators to agree, got %q", texts)
		}
		x.Request.Body = body
		c.JudgeRequest(x)
	})
}

func TestRemoteLongAnswers(t *testing.T) {
	c := remoteCartT(t)
	create := remoteSampleFile(t, "CartCreate.response.xml")
	start, end, _ := strings.Cut(create, "<CartItem>")
	entry, end, _ := strings.Cut(end, "</CartItem>")
	entry = "<CartItem>" + entry + "</CartItem>"
	fill := func(unit string) string {
		return start + strings.Repeat(unit, (1<<20-len(start)-len(end))/len(unit)) + end
	}
	for name, text := range map[string]string{
		"entries": fill(entry), "entries without anything": fill("<CartItem/>"), "wrong entries": fill("<CartItem><Quantity>x</Quantity></CartItem>"), "elements of somebody else": fill("<New/>"),
		"text": fill("x"), "comments": fill("<!---->"), "subtotals": fill("<SubTotal/>"), "nesting": fill("<CartItem>"), "sections": fill("<![CDATA[x]]>"),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		begin := time.Now()
		j := c.Judge(remoteExchange("CartCreate", 200, text))
		took := time.Since(begin)
		runtime.ReadMemStats(&after)
		if len(j.Violations) == 0 && len(j.Drift) == 0 && name != "entries" && name != "comments" || len(j.Violations) > 2*maxDefects {
			t.Errorf("%s: wanted up to %d violations, or drift, got %d", name, 2*maxDefects, len(j.Violations))
		}
		if took > 20*time.Second {
			t.Errorf("%s: wanted a judgement within 20s, got it after %s", name, took)
		}
		t.Logf("%s: %d violations, %s, %d MiB in all", name, len(j.Violations), took, (after.TotalAlloc-before.TotalAlloc)>>20)
	}
}

// fiftyEntries is the answer that the figures are about: 27 kB.
func fiftyEntries(b *testing.B) []byte {
	create := remoteSampleFile(b, "CartCreate.response.xml")
	start, end, _ := strings.Cut(create, "<CartItem>")
	entry, end, _ := strings.Cut(end, "</CartItem>")
	return []byte(start + strings.Repeat("<CartItem>"+entry+"</CartItem>", 50) + end)
}

func BenchmarkRemoteTokens(b *testing.B) {
	text := fiftyEntries(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		decoder := xml.NewDecoder(bytes.NewReader(text))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRemoteJudge(b *testing.B) {
	c, text := remoteCartT(b), fiftyEntries(b)
	x := remoteExchange("CartCreate", 200, string(text))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if j := c.Judge(x); len(j.Violations) > 0 {
			b.Fatal(listed(j.Violations))
		}
	}
}
