package audit_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/attest"
	"cartconform/runner/audit"
	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// broken is the requirement that the target of the tests breaks.
const broken = "CART-MOD-04"

// original is the report folder of a real run against a target with a mistake.
var original = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "audit")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	fault, err := faults.Find("modify-resets-others")
	if err != nil {
		return nil, err
	}
	handler, err := reference.New(reference.Options{Points: fault.Points()})
	if err != nil {
		return nil, err
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	if _, err := session.Run(context.Background(), session.Config{
		TargetURL: server.URL, Procs: 1, Seed: 3, Level: spec.Should, ReportDir: dir, Out: &bytes.Buffer{},
		Requirements: []string{broken, "CART-MOD-03", "CART-LIST-01", "CART-ADD-21"},
	}); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, name := range append(report.Files(), har.File) {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
})

func newKey(t *testing.T) *attest.Key {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := attest.ParseKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// folder is a report folder to tamper with.
type folder struct {
	t   *testing.T
	dir string
}

func copied(t *testing.T) folder {
	t.Helper()
	files, err := original()
	if err != nil {
		t.Fatal(err)
	}
	f := folder{t, t.TempDir()}
	for name, content := range files {
		f.write(name, content)
	}
	return f
}

func (f folder) read(name string) []byte {
	f.t.Helper()
	content, err := os.ReadFile(filepath.Join(f.dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return content
}

func (f folder) write(name string, content []byte) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), content, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) sign(key *attest.Key) {
	f.t.Helper()
	if _, err := audit.Sign(f.dir, key); err != nil {
		f.t.Fatal(err)
	}
}

// edit changes report.json as somebody would who knows the program: what is
// rendered from it is rendered again.
func (f folder) edit(change func(r *report.Report)) {
	f.t.Helper()
	var r report.Report
	if err := json.Unmarshal(f.read(report.JSONFile), &r); err != nil {
		f.t.Fatal(err)
	}
	change(&r)
	content, err := r.Encode()
	if err != nil {
		f.t.Fatal(err)
	}
	f.write(report.JSONFile, content)
	if err := report.WriteRendered(f.dir, content); err != nil {
		f.t.Fatal(err)
	}
}

// archive changes the archive's text, and the digest of it in the report.
func (f folder) archive(change func(entries []string) []string) {
	f.t.Helper()
	lines := strings.Split(string(f.read(har.File)), ",\n")
	text := strings.Join(change(lines), ",\n")
	f.write(har.File, []byte(text))
	f.edit(func(r *report.Report) {
		r.Exchanges.SHA256 = report.Digest([]byte(text))
	})
}

func (f folder) check(o audit.Options) audit.Outcome {
	f.t.Helper()
	outcome, err := audit.Check(f.t.Context(), f.dir, o)
	if err != nil {
		f.t.Fatal(err)
	}
	return outcome
}

func text(o audit.Outcome) string {
	var lines []string
	for _, p := range o.Problems {
		lines = append(lines, p.String())
	}
	return strings.Join(append(lines, o.Sentence), "\n")
}

func row(r *report.Report, id string) *report.Requirement {
	i := slices.IndexFunc(r.Requirements, func(q report.Requirement) bool { return q.ID == id })
	return &r.Requirements[i]
}

// acquit takes back all that the report holds against its target: every finding,
// the outcomes of its specs, states, totals, verdict, sentence and exit code.
func acquit(r *report.Report) {
	var rows []verdict.Requirement
	for i := range r.Requirements {
		q := &r.Requirements[i]
		if q.State == verdict.Failed || q.State == verdict.Inconclusive && q.Level != spec.May {
			q.State, q.Reason, q.Findings = verdict.Passed, "", []report.Finding{}
			for j := range q.Specs {
				q.Specs[j].Outcome, q.Specs[j].Reason, q.Specs[j].Assertions = "passed", "", 1
			}
		}
		rows = append(rows, verdict.Requirement{Requirement: spec.Requirement{Level: q.Level}, State: q.State})
	}
	r.Totals = verdict.Sum(rows)
	r.Verdict, r.Exit = verdict.Conclude(rows, r.Level, r.Interrupted), verdict.ExitOK
	all := r.Totals.All()
	r.Sentence = fmt.Sprintf("%s (profile %s; %d of %d not judged: %d not-applicable, %d observed, %d not-run)", r.Verdict, r.Profile,
		all.NotApplicable+all.Observed+all.NotRun, all.Total(), all.NotApplicable, all.Observed, all.NotRun)
}
