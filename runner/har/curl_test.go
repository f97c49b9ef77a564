package har_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cartconform/runner/har"
	"cartconform/runner/redact"
	"cartconform/spec"
)

var token = redact.Secret{Name: "AMZ_ACCESS_TOKEN", Value: "Atza|it's $ecret"}

// shell runs a script with the token in the environment.
func shell(t *testing.T, script string) string {
	t.Helper()
	command := exec.Command("sh", "-c", script)
	command.Env = append(os.Environ(), token.Name+"="+token.Value)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%v: %s", script, err, out)
	}
	return string(out)
}

// words are the arguments that the shell gives to the command in place of curl.
func words(t *testing.T, command string) []string {
	t.Helper()
	before, after, found := strings.Cut(command, "curl ")
	if !found {
		t.Fatalf("wanted a curl command, got %s", command)
	}
	out := shell(t, before+`printf '%s\037' `+after)
	return strings.Split(strings.TrimSuffix(out, "\037"), "\037")
}

func TestCurlQuotes(t *testing.T) {
	r := redact.New([]redact.Secret{token})
	for _, text := range []string{
		"plain", "it's", "''", `"$HOME" $(date) ` + "`id`", `back\slash \n`, "line\nline\r\n", " spaces ", "*?[]{}~!#&|;<>()", "é😀", "-n", "%s%d", "tab\t",
		token.Value, "x" + token.Value + "'y",
	} {
		x := &spec.Exchange{Request: spec.Request{
			Method: "POST", URL: "https://h/a%20b?c=d&e=[1-3]{x}", Body: []byte(text),
			Header: http.Header{"X-Text": {strings.ReplaceAll(strings.ReplaceAll(text, "\n", ""), "\r", "")}, "User-Agent": {"u"}, "Accept": {"a"}, "Content-Type": {"c"}},
		}}
		command := har.Curl(x, r)
		got := words(t, command)
		want := []string{"--silent", "--show-error", "--include", "--globoff", "--path-as-is", "--request", "POST",
			"--header", "Accept: a", "--header", "Content-Type: c", "--header", "User-Agent: u", "--header", "X-Text: " + x.Request.Header.Get("X-Text"),
			"--data-binary", text, x.Request.URL}
		if !slices.Equal(got, want) {
			t.Errorf("wanted\n%q\ngot\n%q", want, got)
		}
		if strings.Contains(command, "ecret") {
			t.Errorf("wanted no secret, got %s", command)
		}
	}
}

func TestCurlOfARedactedExchange(t *testing.T) {
	x := &spec.Exchange{Request: spec.Request{Method: "GET", URL: "https://h/", Header: http.Header{"X-Amz-Access-Token": {redact.Mark}, "X-Empty": {""}}}}
	command := har.Curl(x, nil)
	if !strings.Contains(command, `--header 'X-Amz-Access-Token: '"$AMZ_ACCESS_TOKEN"`) || !strings.Contains(command, "'X-Empty;'") {
		t.Errorf("got %s", command)
	}
	if got := words(t, command); !slices.Contains(got, "X-Amz-Access-Token: "+token.Value) {
		t.Errorf("got %q", got)
	}
}

func TestCurlOfALongBody(t *testing.T) {
	x := &spec.Exchange{ID: "x-0-000001", Request: spec.Request{Method: "POST", URL: "https://h/", Body: make([]byte, 1<<20)}}
	command := har.Curl(x, nil)
	if len(command) > 1000 || !strings.HasPrefix(command, "# body.bin: the 1048576 bytes of the request's body, from exchange x-0-000001 in exchanges.har\n") {
		t.Errorf("got %.200s", command)
	}
}

// curl itself sends what the exchange has.
func TestCurlReproduces(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	type seen struct {
		method, target, body string
		header               http.Header
	}
	requests := make(chan seen, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Header.Del("Content-Length")
		requests <- seen{r.Method, r.RequestURI, string(body), r.Header}
	}))
	defer server.Close()
	r := redact.New([]redact.Secret{token})
	for _, test := range []seen{
		{"GET", "/a/../b%2fc//d?x=[1-3]&y={a,b}", "", http.Header{"X-Amz-Access-Token": {token.Value}}},
		{"HEAD", "/", "", http.Header{"Accept": {"*/*"}}},
		{"POST", "/", "@not a file\n", http.Header{"Content-Type": {"application/json"}}},
		{"PATCH", "/", "line\nline\n", http.Header{"X-Empty": {""}, "X-Two": {"1", "2"}}},
		{"POST", "/", "-\x00\x01\xff'%\\ ", http.Header{"User-Agent": {"cartconform/dev"}}},
		{"DELETE", "/x", "", http.Header{}},
	} {
		x := &spec.Exchange{Request: spec.Request{Method: test.method, URL: server.URL + test.target, Header: test.header}}
		if test.body != "" {
			x.Request.Body = []byte(test.body)
		}
		shell(t, har.Curl(x, r))
		got := <-requests
		if !reflect.DeepEqual(got, test) {
			t.Errorf("wanted\n%+v\ngot\n%+v\nof\n%s", test, got, har.Curl(x, r))
		}
	}
}
