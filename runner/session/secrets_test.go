package session_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// planted are values that nothing else looks like.
var planted = []string{"tok/en+Pl4nted=\"1\"", "b4sic:us3r-info", "pl4nted&header<2>"}

// Secrets of the configuration occur in no file that a run writes and in nothing
// that it prints, plain or encoded, also when the target echoes them.
func TestNoSecretInAnyOutput(t *testing.T) {
	t.Setenv("PLANTED_TOKEN", planted[0])
	t.Setenv("PLANTED_USER", url.UserPassword("b4sic", "us3r-info").String())
	t.Setenv("PLANTED_OTHER", planted[2])
	server := echoing(t)
	description := strings.Replace(string(fixtures.ReferenceTargetYAML), "  region: US\n",
		"  region: US\n  headers: {x-amz-access-token: \"${PLANTED_TOKEN}\", x-api-key: \"${PLANTED_OTHER}\"}\n", 1)
	description = strings.Replace(description, "http://127.0.0.1:8080", "http://${PLANTED_USER}@"+strings.TrimPrefix(server.URL, "http://"), 1)
	dir := t.TempDir()
	config := filepath.Join(dir, "target.yaml")
	if err := os.WriteFile(config, []byte(description), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	reports := filepath.Join(dir, "report")
	code, err := session.Run(t.Context(), session.Config{
		DescriptionPath: config, Procs: 1, ReportDir: reports, Seed: 1, Level: spec.Should, Verbose: true, Out: &out,
		Requirements: []string{"CART-LIST-01", "CART-ADD-02", "CART-GEN-06", "CART-ERR-01", "CART-ERR-06", "CART-MOD-03"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if code != verdict.ExitFindings {
		t.Errorf("wanted exit code 1 from a target that echoes credentials in its answers, got %d:\n%s", code, out.String())
	}
	search(t, "the console", out.Bytes())
	files := 0
	if err := filepath.WalkDir(reports, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		search(t, filepath.Base(path), text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if files < 4 {
		t.Errorf("wanted at least 4 files in the report, got %d", files)
	}
}

// echoing is the reference with the request's credentials echoed wherever a
// target can write: a header, a field, an error, and a wrong type that findings
// quote.
func echoing(t *testing.T) *httptest.Server {
	t.Helper()
	healthy, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		healthy.ServeHTTP(recorder, r)
		token, basic, other := r.Header.Get("X-Amz-Access-Token"), r.Header.Get("Authorization"), r.Header.Get("X-Api-Key")
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.Header().Set("X-Echo", base64.StdEncoding.EncodeToString([]byte("prefix"+token)))
		w.Header().Set("Set-Cookie", "session="+url.QueryEscape(token))
		body := map[string]any{}
		if json.Unmarshal(recorder.Body.Bytes(), &body) != nil {
			w.WriteHeader(recorder.Code)
			_, _ = io.Copy(w, recorder.Body)
			return
		}
		body["echo"] = map[string]any{"token": token, "basic": basic, "other": url.PathEscape(other), token: "as a key"}
		for _, item := range array(body["items"]) {
			item["addedToCartDate"] = token // a finding quotes what is there
		}
		for _, entry := range array(body["errors"]) {
			entry["message"] = "who is " + token + " / " + other + "?"
			entry["code"] = 7
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(text)
	}))
	t.Cleanup(server.Close)
	return server
}

func array(v any) []map[string]any {
	var objects []map[string]any
	elements, _ := v.([]any)
	for _, e := range elements {
		if o, ok := e.(map[string]any); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

// search looks for the planted values as they are and as they may be encoded.
func search(t *testing.T, where string, text []byte) {
	t.Helper()
	for _, secret := range planted {
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		forms := []string{
			secret, string(quoted[1 : len(quoted)-1]), url.QueryEscape(secret), url.PathEscape(secret),
			base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
			base64.StdEncoding.EncodeToString([]byte("prefix" + secret))[8:20],
		}
		for _, form := range forms {
			if bytes.Contains(text, []byte(form)) {
				at := bytes.Index(text, []byte(form))
				t.Errorf("%s shows %q: …%s…", where, form, text[max(0, at-60):min(len(text), at+60)])
			}
		}
	}
	if bytes.Contains(text, []byte("us3r-info")) {
		t.Errorf("%s shows the password of the base URL", where)
	}
}
