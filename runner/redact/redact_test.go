package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"cartconform/runner/redact"
	"cartconform/spec"
)

// secrets are hard to write in one encoding or another.
var secrets = []string{
	"Atza|IwEBIA", "pass", "p@ss/w\"rd's <&> \\ +=?", "ünïcode-geheim", "abcd\tefgh", "a?>b?>c~~~", "0123456789abcdef0123456789abcdef",
	"JSON\u2028line", "+/+/+/+/", "%41%42",
}

// leaks are stretches of the secret that must not be left of it.
func leaks(t *testing.T, what, got, secret string) {
	t.Helper()
	if strings.Contains(got, secret) || !strings.Contains(got, redact.Mark) {
		t.Errorf("%s of %q: got %q", what, secret, got)
	}
}

func TestEchoes(t *testing.T) {
	marshal := func(v any) string {
		out, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	lowered := func(s string) string {
		b := []byte(s)
		for i := range b {
			if b[i] == '%' && i+2 < len(b) {
				copy(b[i+1:i+3], strings.ToLower(string(b[i+1:i+3])))
			}
		}
		return string(b)
	}
	for _, secret := range secrets {
		r := redact.New([]redact.Secret{{Name: "S", Value: secret}})
		echoes := map[string]string{
			"plain":          "before " + secret + " after",
			"twice":          secret + secret,
			"json":           marshal(map[string]string{"echo": "x" + secret + "y"}),
			"json in json":   marshal(marshal(secret)),
			"query":          "https://h/?a=" + url.QueryEscape(secret) + "&b",
			"query, lower":   lowered("https://h/?a=" + url.QueryEscape(secret)),
			"path":           "https://h/" + url.PathEscape(secret) + "/x",
			"path, lower":    lowered("https://h/" + url.PathEscape(secret)),
			"html":           "<p>" + html.EscapeString(secret) + "</p>",
			"hex":            hex.EncodeToString([]byte(secret)),
			"hex, capitals":  strings.ToUpper(hex.EncodeToString([]byte(secret))),
			"html in json":   marshal(html.EscapeString(secret)),
			"html twice":     html.EscapeString(html.EscapeString(secret)),
			"json, 4 times":  marshal(marshal(marshal(marshal(secret)))),
			"query twice":    url.QueryEscape(url.QueryEscape(secret)),
			"query in json":  marshal("/?a=" + url.QueryEscape(secret)),
			"json in query":  url.QueryEscape(marshal(secret)),
			"all escaped":    escaped(secret, `\u%04x`),
			"all entities":   escaped(secret, "&#x%X;"),
			"all percent":    everyByte(secret, "%%%02x"),
			"lines":          broken(secret, "\n"),
			"lines in json":  marshal(broken(secret, "\r\n")),
			"folded":         broken(strings.ReplaceAll(secret, " ", "%20"), "\r\n "),
			"base64 lines":   broken(base64.StdEncoding.EncodeToString([]byte("somebody:"+secret+":rest")), "\r\n"),
			"base64 in json": marshal(broken(base64.StdEncoding.EncodeToString([]byte(secret)), "\n")),
			"quoted by Go":   fmt.Sprintf("%q", marshal(secret)),
			"base64":         base64.StdEncoding.EncodeToString([]byte(secret)),
			"raw base64":     base64.RawStdEncoding.EncodeToString([]byte(secret)),
			"url base64":     base64.URLEncoding.EncodeToString([]byte(secret)),
			"raw url base64": base64.RawURLEncoding.EncodeToString([]byte(secret)),
		}
		for shift := range 3 {
			long := strings.Repeat("x", shift) + secret + ":tail"
			echoes[fmt.Sprintf("base64 at %d", shift)] = "Basic " + base64.StdEncoding.EncodeToString([]byte(long))
			echoes[fmt.Sprintf("url base64 at %d", shift)] = base64.RawURLEncoding.EncodeToString([]byte(long))
			echoes[fmt.Sprintf("escaped base64 at %d", shift)] = url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(long)))
		}
		for what, echo := range echoes {
			leaks(t, what, r.String(echo), secret)
			if got := string(r.Bytes([]byte(echo))); got != r.String(echo) {
				t.Errorf("wanted Bytes to do as String does, got %q", got)
			}
		}
	}
}

// escaped writes each UTF-16 code unit of s by the format.
func escaped(s, format string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, format, unit)
	}
	return b.String()
}

// everyByte writes each byte of s by the format.
func everyByte(s, format string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// broken breaks s into lines of three characters.
func broken(s, end string) string {
	var b strings.Builder
	for i, r := range []rune(s) {
		if i > 0 && i%3 == 0 {
			b.WriteString(end)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// A secret that a shortened text begins with and does not end is one too.
func TestCutOff(t *testing.T) {
	secret := "Atza|IwEBIA/0123456789abcdef"
	r := redact.New([]redact.Secret{{Name: "S", Value: secret}})
	for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
		for n := 6; n < len(form); n++ {
			text := "got " + form[:n] + "… and more"
			if got := r.String(text); strings.Contains(got, form[:6]) || !strings.HasSuffix(got, "… and more") {
				t.Errorf("wanted %q redacted, got %q", text, got)
			}
		}
	}
	if text := "an Atza of its own"; r.String(text) != text {
		t.Errorf("wanted ordinary text left alone, got %q", r.String(text))
	}
}

// Ordinary text is searched fast: each exchange of a run is.
func BenchmarkString(b *testing.B) {
	var known []redact.Secret
	for i, secret := range secrets {
		known = append(known, redact.Secret{Name: fmt.Sprint(i), Value: secret})
	}
	r := redact.New(known)
	text := strings.Repeat(`{"items":[{"productIdentifier":"B0HHNLQ157","quantity":1,"price":{"amount":14.16,"currencyCode":"USD"}}]}`, 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.String(text)
	}
}

// A target that repeats secrets in many forms makes the search slow, but not slow
// enough to notice.
func BenchmarkEchoes(b *testing.B) {
	var known []redact.Secret
	echoes := []string{}
	for i, secret := range secrets {
		known = append(known, redact.Secret{Name: fmt.Sprint(i), Value: secret})
		nested, _ := json.Marshal(map[string]string{"in": secret})
		echoes = append(echoes, secret, string(nested), url.QueryEscape(secret), html.EscapeString(secret), broken(secret, "\r\n"))
	}
	body, _ := json.Marshal(echoes)
	text := strings.Repeat(string(body), 4)
	r := redact.New(known)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.String(text)
	}
}

// What is left of a base64 echo must not decode to a stretch of the secret.
func TestBase64LeavesNothing(t *testing.T) {
	secret := "0123456789ABCDEFGHIJ"
	r := redact.New([]redact.Secret{{Name: "S", Value: secret}})
	for before := range 7 {
		for after := range 7 {
			whole := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", before) + secret + strings.Repeat("y", after)))
			left := strings.ReplaceAll(r.String(whole), redact.Mark, "")
			if want := (before*8+5)/6 + (after*8+5)/6 + 3; len(left) > want {
				t.Errorf("%d before, %d after: wanted at most %d characters left, got %q", before, after, want, left)
			}
		}
	}
}

func TestWhatIsLeftAlone(t *testing.T) {
	r := redact.New([]redact.Secret{{Name: "A", Value: "abc"}, {Name: "B", Value: ""}, {Name: "C", Value: "secret"}})
	const text = "abc and nothing else"
	if got := r.String(text); got != text {
		t.Errorf("got %q", got)
	}
	body := []byte(text)
	if got := r.Bytes(body); &got[0] != &body[0] {
		t.Error("wanted the same bytes")
	}
	if r.Bytes(nil) != nil || r.Header(nil) != nil {
		t.Error("wanted nil for nil")
	}
	var none *redact.Redactor
	if got := none.String("secret"); got != "secret" {
		t.Errorf("got %q", got)
	}
}

func TestLongestFirst(t *testing.T) {
	r := redact.New([]redact.Secret{{Name: "A", Value: "secret"}, {Name: "B", Value: "secret-and-more"}})
	if got := r.String("secret-and-more secret"); got != "[redacted] [redacted]" {
		t.Errorf("got %q", got)
	}
}

func TestHeader(t *testing.T) {
	r := redact.New([]redact.Secret{{Name: "A", Value: "secret-value"}})
	h := http.Header{
		"Authorization": {"Bearer x"}, "Proxy-Authorization": {"y"}, "Cookie": {"a=b"}, "Set-Cookie": {"a=b", "c=d"},
		"x-amz-access-token": {"z"}, "X-Echo": {"got secret-value", "fine"}, "X-secret-value": {"1"},
	}
	want := http.Header{
		"Authorization": {redact.Mark}, "Proxy-Authorization": {redact.Mark}, "Cookie": {redact.Mark}, "Set-Cookie": {redact.Mark, redact.Mark},
		"x-amz-access-token": {redact.Mark}, "X-Echo": {"got " + redact.Mark, "fine"}, "X-" + redact.Mark: {"1"},
	}
	if got := r.Header(h); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("wanted %v, got %v", want, got)
	}
	if h["Cookie"][0] != "a=b" {
		t.Error("wanted the header itself unchanged")
	}
	var none *redact.Redactor
	if got := none.Header(h).Get("Cookie"); got != redact.Mark {
		t.Errorf("got %q", got)
	}
}

func TestExchange(t *testing.T) {
	r := redact.New([]redact.Secret{{Name: "A", Value: "secret-value"}})
	x := &spec.Exchange{
		ID:       "x-1",
		Request:  spec.Request{URL: "https://h/secret-value", Header: http.Header{"Cookie": {"a"}}, Body: []byte("secret-value")},
		Response: &spec.Response{Status: 200, Header: http.Header{"X": {"secret-value"}}, Body: []byte("c2VjcmV0LXZhbHVl")},
		Err:      errors.New("at secret-value"),
	}
	got := r.Exchange(x)
	if text := fmt.Sprintf("%+v %+v %s", *got, *got.Response, got.Response.Body); strings.Contains(text, "secret-value") || strings.Contains(text, "c2Vjcm") {
		t.Errorf("got %s", text)
	}
	if got.ID != "x-1" || got.Response.Status != 200 || string(x.Response.Body) != "c2VjcmV0LXZhbHVl" || x.Request.Header.Get("Cookie") != "a" {
		t.Errorf("wanted the exchange itself unchanged, got %+v", x)
	}
}

func TestAdd(t *testing.T) {
	r := redact.New([]redact.Secret{{Name: "A", Value: "first-secret"}})
	var workers sync.WaitGroup
	for i := range 8 {
		workers.Go(func() {
			r.Add(redact.Secret{Name: "T", Value: fmt.Sprintf("token-%d", i)})
			r.String("token-1")
		})
	}
	workers.Wait()
	if got := r.String("first-secret token-0 token-7"); got != "[redacted] [redacted] [redacted]" {
		t.Errorf("got %q", got)
	}
}

func TestPieces(t *testing.T) {
	r := redact.New([]redact.Secret{{Name: "A", Value: "secret"}, {Name: "B", Value: "secret-long"}, {Value: "nameless"}})
	got := fmt.Sprint(r.Pieces("x secret-long y secret nameless c2VjcmV0"))
	if want := "[{x  } { B} { y  } { A} { [redacted] [redacted] }]"; got != want {
		t.Errorf("wanted %s, got %s", want, got)
	}
	if got := r.Pieces(""); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	s := redact.Secret{Name: "A", Value: "secret-value"}
	if got := fmt.Sprintf("%v %+v %#v %s", s, s, s, []redact.Secret{s}); strings.Contains(got, "secret-value") {
		t.Errorf("got %s", got)
	}
}

func TestCredential(t *testing.T) {
	for name, want := range map[string]bool{
		"authorization": true, "Proxy-Authorization": true, "COOKIE": true, "X-Amz-Access-Token": true, "x-api-key": true,
		"X-Client-Secret": true, "x-amz-user-email": false, "Accept": false, "X-Stage": false,
	} {
		if got := redact.Credential(name); got != want {
			t.Errorf("%s: wanted %v, got %v", name, want, got)
		}
	}
}
