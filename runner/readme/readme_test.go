package readme_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
	"cartconform/runner/proof"
	"cartconform/runner/readme"
	"cartconform/runner/repertoire"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
)

var update = flag.Bool("update", false, "write the generated parts of the README anew")

const path = "../../README.md"

// What the README says in numbers is so. `make generate` makes it so.
func TestREADMEIsNotStale(t *testing.T) {
	if err := readme.Keep(path, parts(t), *update); err != nil {
		t.Error(err)
	}
}

// parts generates everything that the README says in numbers.
func parts(t *testing.T) map[string]string {
	t.Helper()
	suites, err := repertoire.All()
	if err != nil {
		t.Fatal(err)
	}
	rows, specs, err := session.Coverage(suites)
	if err != nil {
		t.Fatal(err)
	}
	banks, choices, sides := 0, 0, 0
	for _, arena := range proof.Arenas() {
		banks += len(arena.Faults)
		choices += len(arena.Table)
		for _, choice := range arena.Table {
			sides += len(choice.Values)
		}
	}
	return map[string]string{
		"requirements":      fmt.Sprint(len(rows)),
		"specs":             fmt.Sprint(len(specs)),
		"faults":            fmt.Sprint(banks),
		"choices":           fmt.Sprint(choices),
		"sides":             fmt.Sprint(sides),
		"proof":             sentence(t, "../../docs/proof.md"),
		"proof-remote-cart": sentence(t, "../../docs/proof-remote-cart.md"),
		"counts":            counts(verdict.Sum(slices.Concat(allFeatures(t), remoteCart(t)))),
	}
}

// sentence is what a document says of its proof in one.
func sentence(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	part, ok := readme.Part(string(text), "sentence")
	if !ok {
		t.Fatalf("wanted the generated part sentence in %s", path)
	}
	return part
}

// allFeatures judges the Business Cart's reference with every optional part that there is.
func allFeatures(t *testing.T) []verdict.Requirement {
	t.Helper()
	t.Setenv("README_TOKEN", "a-good-token")
	points, counted := crowded()
	trial, err := proof.Reference(t.Context(), reference.Options{Token: "a-good-token", Points: points}, counted, proof.Options{Seed: 1, Describe: func(yaml string) string {
		return strings.NewReplacer(
			"features: [", "features: [auth, throttling, size-limit, ",
			"  region: US\n", "  region: US\n  headers: {x-amz-access-token: \"${README_TOKEN}\"}\n"+
				"  badHeaders: {x-amz-access-token: not-a-token}\n",
		).Replace(yaml)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return kept(t, trial)
}

// remoteCart judges the remote cart's, which has every optional part.
func remoteCart(t *testing.T) []verdict.Requirement {
	t.Helper()
	trial, err := proof.RemoteReference(t.Context(), remotecart.Options{}, nil, proof.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return kept(t, trial)
}

// kept wants nothing to be failed or left open.
func kept(t *testing.T, trial proof.Trial) []verdict.Requirement {
	t.Helper()
	for _, r := range trial.Result.Requirements {
		if r.State == verdict.Failed || r.State == verdict.Inconclusive || r.State == verdict.NotRun {
			t.Errorf("%s (%s): wanted it passed against the reference with all features, got %s: %s %v", r.ID, r.Level, r.State, r.Reason, r.Findings)
		}
	}
	if trial.Result.Verdict != verdict.Conformant {
		t.Errorf("wanted the reference with all features to be conformant, got %s", trial.Result.Sentence)
	}
	return trial.Result.Requirements
}

// crowded throttles listCarts while four other requests are under way, which costs a
// run a few seconds: with a rate that can be exceeded for certain it would wait for
// a minute.
func crowded() (reference.Points, func(http.Handler) http.Handler) {
	var inside atomic.Int64
	points := reference.DefaultPoints()
	points.Throttle = func(call *reference.Call) *reference.Error {
		if call.Op != reference.OpListCarts {
			return nil
		}
		if inside.Load() < 5 {
			time.Sleep(5 * time.Millisecond) // so that those that come together are there together
			return nil
		}
		return &reference.Error{
			Status: http.StatusTooManyRequests, Code: reference.CodeThrottled, Message: "Requests are too frequent.",
			Header: http.Header{"Retry-After": {"1"}},
		}
	}
	return points, func(healthy http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			inside.Add(1)
			defer inside.Add(-1)
			healthy.ServeHTTP(w, r)
		})
	}
}

// counts is the table of requirements by level and state.
func counts(totals verdict.Totals) string {
	var b strings.Builder
	b.WriteString("\n| level |")
	for _, state := range verdict.States() {
		fmt.Fprintf(&b, " %s |", state)
	}
	b.WriteString(" total |\n| --- |" + strings.Repeat(" ---: |", len(verdict.States())+1) + "\n")
	row := func(name string, c verdict.Count) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, state := range verdict.States() {
			fmt.Fprintf(&b, " %d |", c.Of(state))
		}
		fmt.Fprintf(&b, " %d |\n", c.Total())
	}
	for _, level := range verdict.Levels() {
		row("*"+string(level)+"*", totals.Of(level))
	}
	row("total", totals.All())
	return b.String()
}

func TestFill(t *testing.T) {
	text := "There are <!-- generated n -->1<!-- /generated --> and <!-- generated m -->\nold\n<!-- /generated -->.\n"
	got, err := readme.Fill(text, map[string]string{"n": "2", "m": "\nnew\nlines\n"})
	want := "There are <!-- generated n -->2<!-- /generated --> and <!-- generated m -->\nnew\nlines\n<!-- /generated -->.\n"
	if err != nil || got != want {
		t.Errorf("wanted %q, got %q, %v", want, got, err)
	}
	for name, parts := range map[string]map[string]string{
		"a part that nobody generates": {"n": "2"},
		"a part that is missing":       {"n": "2", "m": "3", "o": "4"},
	} {
		if _, err := readme.Fill(text, parts); err == nil {
			t.Errorf("wanted %s refused, got it accepted", name)
		}
	}
}
