package merge_test

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/audit"
	"cartconform/runner/har"
	"cartconform/runner/merge"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

const parts = 3

// shards runs the parts of a run, and the whole of it, against a target with a
// mistake.
func shards(t *testing.T) (dirs []string, whole string, exit verdict.Exit) {
	t.Helper()
	fault, err := faults.Find("modify-resets-others")
	if err != nil {
		t.Fatal(err)
	}
	handler, err := reference.New(reference.Options{Points: fault.Points()})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	run := func(shard session.Shard) (string, verdict.Exit) {
		dir := t.TempDir()
		code, err := session.Run(t.Context(), session.Config{
			TargetURL: server.URL, Procs: 1, Seed: 5, Level: spec.Should, ReportDir: dir, Out: &bytes.Buffer{}, Shard: shard,
			LabelFilter: "area: containsAny {modifying} && requirement: containsAny {CART-MOD-01, CART-MOD-02, CART-MOD-03, CART-MOD-04, CART-MOD-05, CART-MOD-06}",
			Command:     []string{"cartconform", "run", "--shard", fmt.Sprint(shard.Number), "--seed=5", "--report-dir=" + dir, "--shard=x", "-v"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return dir, code
	}
	for i := range parts {
		dir, _ := run(session.Shard{Number: i + 1, Of: parts})
		dirs = append(dirs, dir)
	}
	whole, exit = run(session.Shard{})
	return dirs, whole, exit
}

func load(t *testing.T, dir string) report.Report {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// edited is a copy of a folder with another report.
func edited(t *testing.T, dir string, change func(*report.Report)) string {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	r := load(t, dir)
	change(&r)
	content, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, report.JSONFile), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return copied
}

func TestMerge(t *testing.T) {
	dirs, whole, exit := shards(t)
	out := filepath.Join(t.TempDir(), "merged")
	got, err := merge.Merge(out, dirs[2], dirs[0], dirs[1]) // in any order
	if err != nil {
		t.Fatal(err)
	}
	want := load(t, whole)
	for i, q := range want.Requirements {
		if m := got.Requirements[i]; m.ID != q.ID || m.State != q.State || len(m.Specs) != len(q.Specs) {
			t.Errorf("wanted %s %s with %d specs as in the whole run, got %s %s with %d", q.ID, q.State, len(q.Specs), m.ID, m.State, len(m.Specs))
		}
	}
	if got.Verdict != want.Verdict || got.Exit != exit || got.Totals != want.Totals || got.Sentence != want.Sentence {
		t.Errorf("wanted the verdict of the whole run, %s, exit code %d, got %s, %d", want.Sentence, exit, got.Sentence, got.Exit)
	}
	if got.Selection.Shard != nil || strings.Join(got.Command, " ") != "cartconform run --seed=5 -v" {
		t.Errorf("wanted the command of the whole run, got %q", got.Command)
	}
	sent, drift := 0, 0
	for _, dir := range dirs {
		part := load(t, dir)
		sent += part.Traffic.Requests
		for _, d := range part.Drift {
			drift += d.Count
		}
		if part.Started.Before(got.Started) || part.Finished.After(got.Finished) {
			t.Errorf("wanted the time from the first to the last part, got %s to %s", got.Started, got.Finished)
		}
	}
	for _, d := range got.Drift {
		drift -= d.Count
	}
	if got.Traffic.Requests != sent || drift != 0 {
		t.Errorf("wanted the traffic and the drift of all parts, got %d of %d requests and %d differences too few", got.Traffic.Requests, sent, drift)
	}
	outcome, err := audit.Check(t.Context(), out, audit.Options{Replay: true})
	if err != nil || len(outcome.Problems) > 0 {
		t.Errorf("wanted the merged report to be as it should be, got %v (%v)", outcome.Problems, err)
	}

	part := load(t, dirs[0])
	change := func(name string, change func(*report.Report)) []string {
		t.Helper()
		return []string{edited(t, dirs[0], change), dirs[1], dirs[2]}
	}
	for want, dirs := range map[string][]string{
		"got none for shard 2/3":           {dirs[0], dirs[2]},
		"wanted each part once":            {dirs[0], dirs[1], dirs[2], edited(t, dirs[1], func(*report.Report) {})},
		"not one of several parts":         {dirs[0], whole},
		"wanted the report folders":        nil,
		"no such file":                     {dirs[0], t.TempDir()},
		"--seed is 6 in the first and 5":   change("seed", func(r *report.Report) { r.Seed = 6 }),
		"--shard: number of parts is 4":    change("of", func(r *report.Report) { r.Selection.Shard.Of = 4 }),
		"suite is":                         change("suite", func(r *report.Report) { r.Suite.Version = "9.9.9" }),
		"contracts is":                     change("contract", func(r *report.Report) { r.Contracts[0].Digest = "" }),
		"profile is":                       change("profile", func(r *report.Report) { r.Profile = "live" }),
		"without, each starts a reference": change("target", func(r *report.Report) { r.Target.BaseURL = "https://cart.example.com" }),
		"digest of the target descripti":   change("configuration", func(r *report.Report) { r.Configuration.Digest = "" }),
		"--label-filter is":                change("filter", func(r *report.Report) { r.Selection.LabelFilter = "" }),
		"--requirement is":                 change("ids", func(r *report.Report) { r.Selection.Requirements = []string{"CART-MOD-04"} }),
		"--fail-fast is true in the fir":   change("fast", func(r *report.Report) { r.Selection.FailFast = true }),
		"got its replay":                   change("replay", func(r *report.Report) { r.Replay = &report.Replay{Of: strings.Repeat("0", 64)} }),
		"waivers file is": change("waivers", func(r *report.Report) {
			r.WaiversFile = &report.WaiversFile{Name: "w", SHA256: strings.Repeat("0", 64)}
		}),
		"wanted the exchanges.har that report.json names": change("archive", func(r *report.Report) {
			r.Exchanges.SHA256 = strings.Repeat("0", 64)
		}),
	} {
		if _, err := merge.Merge(filepath.Join(t.TempDir(), "merged"), dirs...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("wanted %q in the error, got %v", want, err)
		}
	}
	if _, err := merge.Merge(dirs[1], dirs...); err == nil || !strings.Contains(err.Error(), "wanted a folder of its own") {
		t.Errorf("wanted the folder of a part refused, got %v", err)
	}
	interruptedPart(t, dirs)
	if still := load(t, dirs[0]); still.Started != part.Started {
		t.Error("wanted the parts left as they were")
	}
}

// interruptedPart checks that a part that was interrupted makes the whole one that
// was, with its reasons.
func interruptedPart(t *testing.T, dirs []string) {
	const reason = "the run's time limit of 3s was over"
	part := slices.IndexFunc(dirs, func(dir string) bool { return load(t, dir).Totals.All().Passed > 0 })
	stopped := slices.Clone(dirs)
	stopped[part] = edited(t, dirs[part], func(r *report.Report) {
		r.Interrupted = true
		for i := range r.Requirements {
			q := &r.Requirements[i]
			for j, s := range q.Specs {
				if s.Outcome == "passed" && q.State == verdict.Passed {
					q.Specs[j] = report.Spec{Name: s.Name, Outcome: string(verdict.DidNotRun), Reason: reason, Start: s.Start}
				}
			}
		}
		all, err := har.Read(bytes.NewReader(read(t, filepath.Join(dirs[part], har.File))))
		if err != nil {
			t.Fatal(err)
		}
		if *r, err = session.Rebuild(*r, all); err != nil {
			t.Fatal(err)
		}
	})
	got, err := merge.Merge(filepath.Join(t.TempDir(), "merged"), stopped...)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got.Requirements, func(q report.Requirement) bool { return strings.HasSuffix(q.Reason, reason) })
	if !got.Interrupted || i < 0 || got.Exit != verdict.ExitFindings {
		t.Errorf("wanted an interrupted run that says what kept specs from running, got exit code %d, %s", got.Exit, got.Sentence)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
