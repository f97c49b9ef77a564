package session_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/spec"
)

// A report comes out of Rebuild as it went in, without the environment of its
// run: whatever was selected, and also when its base URL is a variable.
func TestRebuild(t *testing.T) {
	handler, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	for name, test := range map[string]struct {
		baseURL string
		config  session.Config
	}{
		"requirements":           {server.URL, session.Config{Requirements: []string{"CART-MOD-04", "CART-LIST-01"}}},
		"a label filter":         {"${REBUILD_URL}", session.Config{LabelFilter: "area: containsAny {summary}"}},
		"a part, with user-info": {"http://${REBUILD_USER}:${REBUILD_PASSWORD}@" + strings.TrimPrefix(server.URL, "http://"), session.Config{Shard: session.Shard{Number: 2, Of: 40}}},
		"a target that is dead":  {"http://127.0.0.1:1", session.Config{}},
	} {
		dir := t.TempDir()
		t.Run(name, func(t *testing.T) {
			for key, value := range map[string]string{"REBUILD_URL": server.URL, "REBUILD_USER": "name", "REBUILD_PASSWORD": "pl4nted"} {
				t.Setenv(key, value)
			}
			config := test.config
			config.DescriptionPath, config.ReportDir = filepath.Join(dir, "target.yaml"), filepath.Join(dir, "report")
			text := strings.Replace(string(fixtures.ReferenceTargetYAML), "http://127.0.0.1:8080", `"`+test.baseURL+`"`, 1)
			if err := os.WriteFile(config.DescriptionPath, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			config.Procs, config.Seed, config.Level, config.Out = 1, 7, spec.Should, &bytes.Buffer{}
			if _, err := session.Run(t.Context(), config); err != nil {
				t.Fatal(err)
			}
			rebuilds(t, config.ReportDir)
		})
	}
}

func rebuilds(t *testing.T, dir string) {
	t.Helper()
	for _, key := range []string{"REBUILD_URL", "REBUILD_USER", "REBUILD_PASSWORD"} {
		os.Unsetenv(key) // Setenv puts them back
	}
	content, err := os.ReadFile(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := os.Open(filepath.Join(dir, har.File))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	exchanges, err := har.Read(archive)
	if err != nil {
		t.Fatal(err)
	}
	again, err := session.Rebuild(r, exchanges)
	if err != nil {
		t.Fatal(err)
	}
	text, err := again.Encode()
	if err != nil || string(text) != string(content) {
		t.Errorf("wanted the report as it was, got another (%v)\n%s", err, text)
	}
	r.Configuration.Document = json.RawMessage("null")
	if _, err := session.Rebuild(r, exchanges); err == nil {
		t.Error("wanted an error for a report without its target description, got none")
	}
}
