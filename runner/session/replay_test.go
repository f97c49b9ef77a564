package session_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"cartconform/fixtures"
	"cartconform/fixtures/degenerate"
	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// recording is a run whose report folder is to be judged again.
type recording struct {
	options   reference.Options
	wrap      func(http.Handler) http.Handler // what stands before the reference; nil for nothing
	describe  func(string) string             // changes the target description; nil leaves it
	config    session.Config
	interrupt int64 // the run is interrupted by this request; 0 = never
}

// made makes the recording and gives its folder. The target is gone when it returns.
func (r recording) made(t *testing.T) string {
	t.Helper()
	server, err := reference.New(r.options)
	if err != nil {
		t.Fatal(err)
	}
	handler := http.Handler(server)
	if r.wrap != nil {
		handler = r.wrap(handler)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var requests atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if requests.Add(1) == r.interrupt {
			cancel()
		}
		handler.ServeHTTP(w, q)
	}))
	defer target.Close()
	defer target.CloseClientConnections()

	dir := t.TempDir()
	text := strings.Replace(string(fixtures.ReferenceTargetYAML), "http://127.0.0.1:8080", target.URL, 1)
	text = strings.Replace(text, "settle: 1s", "settle: 150ms", 1)
	if r.describe != nil {
		text = r.describe(text)
	}
	config := r.config
	config.DescriptionPath, config.ReportDir = filepath.Join(dir, "target.yaml"), filepath.Join(dir, "report")
	if err := os.WriteFile(config.DescriptionPath, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config.Procs, config.Seed, config.Level, config.Out = max(1, config.Procs), 3, spec.Should, &bytes.Buffer{}
	if _, err := session.Run(ctx, config); err != nil {
		t.Fatal(err)
	}
	return config.ReportDir
}

// replayed judges the recording again.
func replayed(t *testing.T, dir string) (again string, r report.Report) {
	t.Helper()
	again = filepath.Join(t.TempDir(), "again")
	r, err := session.Replay(t.Context(), dir, again)
	if err != nil {
		t.Fatal(err)
	}
	if read := readReport(t, again); read.Sentence != r.Sentence {
		t.Errorf("wanted the report on disk to be the one that is given: %s, got %s", r.Sentence, read.Sentence)
	}
	return again, r
}

func readReport(t *testing.T, dir string) report.Report {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(content, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// sameAgain judges a recording again and checks that everything comes out as it
// was, down to the times, but for what says that it was replayed.
func sameAgain(t *testing.T, dir string) string {
	t.Helper()
	again, got := replayed(t, dir)
	want := readReport(t, dir)
	if got.Replay == nil || got.Replay.Unrecorded != 0 || !strings.Contains(got.Sentence, "; replayed") {
		t.Errorf("wanted a report that says that it was replayed, with nothing unrecorded, got %+v, %s", got.Replay, got.Sentence)
	}
	for _, r := range []*report.Report{&want, &got} {
		r.Replay, r.Command, r.Sentence = nil, nil, strings.Replace(r.Sentence, "; replayed", "", 1)
		r.Configuration.Document = nil // its layout
	}
	wanted, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := got.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(wanted, encoded) {
		return again
	}
	a, b := strings.Split(string(wanted), "\n"), strings.Split(string(encoded), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from, to := max(0, i-12), min(i+6, len(a), len(b))
			t.Errorf("wanted the recorded report again; the first difference: wanted\n%s\ngot\n%s", strings.Join(a[from:to], "\n"), strings.Join(b[from:to], "\n"))
			break
		}
	}
	return again
}

// The whole suite, once over: states, findings, observations, drift and times come
// out as they were; and so they do from what was judged again.
func TestReplayOfTheReference(t *testing.T) {
	again := sameAgain(t, recording{}.made(t))
	if r := readReport(t, again); r.Verdict != verdict.Conformant {
		t.Errorf("wanted the reference to be conformant, got %s", r.Sentence)
	}
	sameAgain(t, again)
}

// What is wrong with a target is wrong with its recording: the same findings of
// the same specs for the same reasons. Each target is asked what concerns it.
func TestReplayOfWhatIsWrong(t *testing.T) {
	short := func(text string) string {
		return strings.Replace(text, "  region: US", "  region: US\n  timeout: 200ms", 1)
	}
	for name, test := range map[string]struct {
		fault     string
		answer    degenerate.Kind
		operation string // that is answered so: its method, and the end of its path
		choice    string
		describe  func(string) string
		ids       []string // that are judged; the fault's own besides
		passes    bool
	}{
		"a price that never shows":         {fault: "items-no-refresh"},
		"a change that is lost in a crowd": {fault: "flow-modify-locks-nothing"},
		"answers that no order explains":   {fault: "race-add-undoes-modify"},
		"a subtotal of a crowd":            {fault: "race-summary-misses-line"},
		"a request that was given up":      {fault: "retry-adds-after-abort"},
		"now and then":                     {fault: "items-new-ids"},
		"a walk and its shortest way":      {fault: "walk-third-removal-takes-oldest"},
		"a walk through two carts":         {fault: "walk-addition-shared"},
		"a wrong form":                     {fault: "money-as-text", ids: []string{"CART-GET-01", "CART-GET-04"}},
		"an operation that hangs":          {answer: degenerate.Hangs, operation: "GET /items", describe: short, ids: []string{"CART-ITEMS-01", "CART-ITEMS-02", "CART-MOD-04", "CART-GET-01"}},
		"an operation that closes":         {answer: degenerate.Closes, operation: "PATCH /items", ids: []string{"CART-MOD-02", "CART-MOD-04", "CART-MOD-11"}},
		"an operation that redirects":      {answer: degenerate.RedirectLoop, operation: "POST /items", ids: []string{"CART-ADD-02", "CART-ADD-03", "CART-GEN-15"}},
		"an operation that is a page":      {answer: degenerate.HTMLPage, operation: "GET /items", ids: []string{"CART-ITEMS-01", "CART-ITEMS-02", "CART-GEN-06"}},
		"a 204 where an answer is due":     {answer: degenerate.NoContent, operation: "POST /totalPurchaseCostEstimations", ids: []string{"CART-EST-02", "CART-EST-05"}},
		"a cart that moves when cleared":   {choice: "CartIDAfterClear=new", ids: []string{"CART-DEL-01", "CART-DEL-05", "CART-DEL-03", "CART-MOD-04"}, passes: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := recording{describe: test.describe}
			r.config.Requirements = test.ids
			if test.fault != "" {
				fault, err := faults.Find(test.fault)
				if err != nil {
					t.Fatal(err)
				}
				r.options.Points = fault.Points()
				r.config.Requirements = append(test.ids, fault.Requirement)
			}
			if name, value, ok := strings.Cut(test.choice, "="); ok {
				choices, err := reference.DefaultChoices().With(name, value)
				if err != nil {
					t.Fatal(err)
				}
				r.options.Choices = choices
			}
			if method, end, ok := strings.Cut(test.operation, " "); ok {
				r.wrap = func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
						if q.Method == method && strings.HasSuffix(q.URL.Path, end) {
							degenerate.Answer(test.answer, w, q)
							return
						}
						next.ServeHTTP(w, q)
					})
				}
			}
			dir := r.made(t)
			if failed := readReport(t, dir).Totals.All().Failed; (failed == 0) != test.passes {
				t.Errorf("wanted a recording with findings: %v, got %d failed", !test.passes, failed)
			}
			sameAgain(t, dir)
		})
	}
}

// A run that was interrupted comes out as it was: what had ended is judged, what
// had not is not run, whatever its last answers were.
func TestReplayOfAnInterruptedRun(t *testing.T) {
	for _, request := range []int64{3, 411, 700} {
		dir := recording{interrupt: request}.made(t)
		if r := readReport(t, dir); !r.Interrupted {
			t.Fatalf("wanted a recording that was interrupted by request %d, got %s", request, r.Sentence)
		}
		again, got := replayed(t, dir)
		want := readReport(t, dir)
		if got.Replay.Unrecorded != 0 {
			t.Errorf("interrupted by request %d: wanted nothing unrecorded, got %d", request, got.Replay.Unrecorded)
		}
		if got.Sentence != strings.Replace(want.Sentence, "; interrupted", "; replayed; interrupted", 1) {
			t.Errorf("interrupted by request %d: wanted %s, got %s (%s)", request, want.Sentence, got.Sentence, again)
		}
		sameStates(t, want, got, nil)
	}
}

// sameStates compares the states of all requirements but those that are expected
// to have another one.
func sameStates(t *testing.T, want, got report.Report, but map[string]verdict.State) {
	t.Helper()
	for i, q := range want.Requirements {
		wanted := q.State
		if state, ok := but[q.ID]; ok {
			wanted = state
		}
		if r := got.Requirements[i]; r.State != wanted {
			t.Errorf("%s: wanted %s, got %s: %s", q.ID, wanted, r.State, r.Reason)
		}
	}
}

// edit changes the entries of the archive in a report folder.
func edit(t *testing.T, dir string, change func(entries []map[string]any) []map[string]any) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, "exchanges.har"))
	if err != nil {
		t.Fatal(err)
	}
	var archive struct {
		Log struct {
			Version string           `json:"version"`
			Creator any              `json:"creator"`
			Entries []map[string]any `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(content, &archive); err != nil {
		t.Fatal(err)
	}
	archive.Log.Entries = change(archive.Log.Entries)
	if content, err = json.Marshal(archive); err != nil {
		t.Fatal(err)
	}
	edited := t.TempDir()
	if err := os.WriteFile(filepath.Join(edited, "exchanges.har"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(edited, report.JSONFile), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return edited
}

// An archive that was changed is judged as it is, and never more kindly or more
// harshly than it shows: an altered answer fails the promise that it breaks, and
// where a request is missing nothing is passed and nothing is failed.
func TestReplayOfAChangedArchive(t *testing.T) {
	dir := recording{config: session.Config{Requirements: []string{
		"CART-ITEMS-02", "CART-ITEMS-04", "CART-MOD-04", "CART-MOD-11",
	}}}.made(t)
	original := readReport(t, dir)
	requirementOf := map[string]string{}
	for _, q := range original.Requirements {
		for _, s := range q.Specs {
			requirementOf[s.Name] = q.ID
		}
	}

	t.Run("an altered answer", func(t *testing.T) {
		edited := edit(t, dir, func(entries []map[string]any) []map[string]any {
			for _, e := range entries {
				content := e["response"].(map[string]any)["content"].(map[string]any)
				text, _ := content["text"].(string)
				if requirementOf[e["_spec"].(string)] == "CART-MOD-04" && e["_operation"] == "modifyItems" {
					content["text"] = strings.Replace(text, `"quantity":3`, `"quantity":4`, 1)
					if content["text"] != text {
						return entries
					}
				}
			}
			t.Fatal("the archive has no answer that the test could alter")
			return nil
		})
		_, got := replayed(t, edited)
		row := got.Requirements[slices.IndexFunc(got.Requirements, func(q report.Requirement) bool { return q.ID == "CART-MOD-04" })]
		if row.State != verdict.Failed || len(row.Findings) == 0 || row.Findings[0].Exchange == "" || got.Verdict != verdict.NotConformant {
			t.Errorf("wanted CART-MOD-04 failed with a finding that names its exchange, got %+v, %s", row, got.Sentence)
		}
		sameStates(t, original, got, map[string]verdict.State{"CART-MOD-04": verdict.Failed})
	})

	// Whichever request of a spec is missing, the first, one among equal ones, one
	// that was asked again, the last, or one that puts things right after its end:
	// that spec is inconclusive, and no other.
	t.Run("a missing request", func(t *testing.T) {
		places := map[string][]int{} // of exchanges, by spec
		for i, e := range entriesOf(t, dir) {
			if name := strings.TrimSuffix(e["_spec"].(string), " (afterwards)"); requirementOf[name] != "" {
				places[name] = append(places[name], i)
			}
		}
		for _, name := range []string{
			"business cart reading shows prices that have changed",
			"business cart modifying is idempotent under concurrent repetition",
		} {
			all := places[name]
			for _, missing := range []int{all[0], all[len(all)/2], all[len(all)-1]} {
				var line string
				edited := edit(t, dir, func(entries []map[string]any) []map[string]any {
					request := entries[missing]["request"].(map[string]any)
					line = request["method"].(string) + " " + request["url"].(string)[strings.Index(request["url"].(string)[8:], "/")+8:]
					return slices.Delete(entries, missing, missing+1)
				})
				_, got := replayed(t, edited)
				sameStates(t, original, got, map[string]verdict.State{requirementOf[name]: verdict.Inconclusive})
				if got.Replay.Unrecorded != 1 {
					t.Errorf("%s without %s: wanted 1 unrecorded request, got %d", name, line, got.Replay.Unrecorded)
				}
				for _, q := range got.Requirements {
					for _, s := range q.Specs {
						if told := strings.Contains(s.Reason, line); told != (s.Name == name) {
							t.Errorf("%s without %s: %q says %q", name, line, s.Name, s.Reason)
						}
					}
				}
			}
		}
	})

	t.Run("a missing request of the preflight", func(t *testing.T) {
		edited := edit(t, dir, func(entries []map[string]any) []map[string]any { return entries[1:] })
		_, got := replayed(t, edited)
		if all := got.Totals.All(); all.Passed != 0 || all.Failed != 0 || got.Verdict == verdict.Conformant || got.Exit != verdict.ExitInconclusive {
			t.Errorf("wanted nothing passed and nothing failed, and exit code 4, got %d and %s", got.Exit, got.Sentence)
		}
		for _, q := range got.Requirements {
			if q.State == verdict.Inconclusive && !strings.Contains(q.Reason, "GET /cart/2025-04-30/carts?region=US") {
				t.Errorf("%s: wanted a reason that names the request, got %q", q.ID, q.Reason)
			}
		}
	})
}

func entriesOf(t *testing.T, dir string) (all []map[string]any) {
	t.Helper()
	edit(t, dir, func(entries []map[string]any) []map[string]any {
		all = entries
		return entries
	})
	return all
}

// Nobody who judges again needs the secrets, not even those that the target sends
// back in its answers.
func TestReplayWithoutTheSecrets(t *testing.T) {
	t.Setenv("REPLAY_TOKEN", "s3cret-t0ken/with+signs")
	t.Setenv("REPLAY_KEY", "c0ntrol-key")
	dir := recording{
		options: reference.Options{Token: "s3cret-t0ken/with+signs"},
		describe: func(text string) string {
			text = strings.Replace(text, "  region: US", "  region: US\n  headers: {x-amz-access-token: \"${REPLAY_TOKEN}\"}\n  badHeaders: {x-amz-access-token: wrong}", 1)
			text = strings.Replace(text, "features: [", "features: [auth, ", 1)
			return strings.Replace(text, "    path: /__control/price\n", "    path: /__control/price\n    headers: {X-Control-Key: \"${REPLAY_KEY}\"}\n", 1)
		},
		wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				secret := q.Header.Get("X-Amz-Access-Token") + q.Header.Get("X-Control-Key")
				answer := httptest.NewRecorder()
				next.ServeHTTP(answer, q)
				maps.Copy(w.Header(), answer.Header())
				w.Header().Set("X-Echo", secret)
				w.Header().Del("Content-Length")
				w.WriteHeader(answer.Code)
				_, _ = w.Write(bytes.Replace(answer.Body.Bytes(), []byte(`{"items":`), []byte(`{"note":"`+secret+`","items":`), 1))
			})
		},
		config: session.Config{Requirements: []string{"CART-ERR-07", "CART-ITEMS-04", "CART-MOD-04"}},
	}.made(t)
	for _, name := range []string{"REPLAY_TOKEN", "REPLAY_KEY"} {
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	if r := readReport(t, dir); r.Totals.All().Passed != 3 {
		t.Errorf("wanted 3 requirements passed, got %s", r.Sentence)
	}
	sameAgain(t, dir)
}

// A secret that is a word of the API leaves answers that are no answers any more.
// Nothing is held against them.
func TestReplayWithAnAwkwardSecret(t *testing.T) {
	t.Setenv("REPLAY_PASSWORD", "quantity")
	dir := recording{
		describe: func(text string) string {
			return strings.Replace(text, "http://", "http://user:${REPLAY_PASSWORD}@", 1)
		},
		config: session.Config{Requirements: []string{"CART-LIST-01", "CART-ITEMS-05", "CART-MOD-04", "CART-GEN-06"}},
	}.made(t)
	original := readReport(t, dir)
	if passed := original.Totals.All().Passed; passed != 4 {
		t.Errorf("wanted 4 requirements passed, got %s", original.Sentence)
	}
	_, got := replayed(t, dir)
	if all := got.Totals.All(); all.Failed != 0 || got.Verdict == verdict.NotConformant || all.Inconclusive == 0 {
		t.Errorf("wanted nothing failed, and what cannot be told inconclusive, got %s", got.Sentence)
	}
}
