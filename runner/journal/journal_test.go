package journal_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"cartconform/runner/journal"
	"cartconform/suites/record"
)

func sample() journal.Records {
	return journal.Records{
		Specs: []record.Spec{{
			Name: "leaves the other lines alone", Requirement: "CART-MOD-04", File: "suites/businesscart/modify.go", Line: 12,
			Lane: 1, Outcome: record.Inconclusive, Reason: "needs CART-ADD-02\nreally", Exchanges: 3, Answered: 2, Duration: 1500,
		}},
		Findings:     []record.Finding{{Requirement: "CART-GEN-06", Spec: "x", Exchange: "e1", Wanted: "<a>", Got: "\x1b[2J", Message: "m", Contract: "f:1"}},
		Observations: []record.Observation{{Requirement: "CART-ADD-21", Spec: "x", Subject: "again", Seen: "merged"}},
		Drift:        []record.Drift{{Kind: "field", Operation: "addItems", Status: 200, Where: "/x", Value: "1", Exchange: "e1"}},
	}
}

func open(t *testing.T, path string) *journal.File {
	t.Helper()
	file, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func closed(t *testing.T, file *journal.File) {
	t.Helper()
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestFileRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	want := sample()
	file := open(t, path)
	var memory journal.Memory
	want.Replay(journal.Tee(file, &memory))

	// What was recorded is there before the journal is closed.
	got, err := journal.Read(path)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("wanted %+v, got %+v (%v)", want, got, err)
	}
	if got := memory.Records(); !reflect.DeepEqual(got, want) {
		t.Errorf("wanted %+v in memory, got %+v", want, got)
	}
	closed(t, file)

	// Opening it again appends.
	file = open(t, path)
	file.Drift(want.Drift[0])
	closed(t, file)
	got, err = journal.Read(path)
	if err != nil || len(got.Drift) != 2 || len(got.Specs) != 1 || got.Torn != nil {
		t.Errorf("wanted one more drift, got %+v (%v)", got, err)
	}
}

func TestReadTornLine(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.jsonl")
	file := open(t, path)
	whole := sample()
	whole.Replay(file)
	closed(t, file)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(content), "\n"), "\n")
	last := lines[len(lines)-1]
	before := strings.Join(lines[:len(lines)-1], "")
	for cut := range last {
		if err := os.WriteFile(path, []byte(before+last[:cut]), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := journal.Read(path)
		torn := 1
		if cut == 0 {
			torn = 0
		}
		if err != nil || len(got.Torn) != torn || len(got.Findings) != 1 || len(got.Specs) != 0 {
			t.Fatalf("cut at %d: wanted all but the last record and %d torn, got %+v (%v)", cut, torn, got, err)
		}
	}

	// A journal that goes on after a torn line loses that line alone.
	file = open(t, path)
	file.Spec(whole.Specs[0])
	closed(t, file)
	got, err := journal.Read(path)
	if err != nil || len(got.Torn) != 1 || len(got.Specs) != 1 {
		t.Errorf("wanted one torn line and the new record, got %+v (%v)", got, err)
	}
}

func TestReadRefusesWhatIsNoRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	content := `{"drift":{"kind":"field"}}
{"drift":{"kind":"field"}}{"drift":{}}
{"verdict":{}}
{"spec":{"line":"7"}}
{"drift":{"kind":"value"}}
`
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := journal.Read(path, filepath.Join(t.TempDir(), "absent"))
	if err == nil || len(got.Drift) != 2 || got.Torn != nil {
		t.Fatalf("wanted an error and 2 records, got %+v (%v)", got, err)
	}
	for _, part := range []string{path + ":2:", path + ":3: wanted exactly one known record", path + ":4:", "absent"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("wanted an error with %q, got %v", part, err)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	const writers, each = 8, 50
	heard := 0
	var memory journal.Memory
	first, second := open(t, path), open(t, path)
	var wait sync.WaitGroup
	for w := range writers {
		file := first
		if w%2 == 1 {
			file = second
		}
		rec := journal.Tee(file, &memory)
		wait.Go(func() {
			for i := range each {
				rec.Finding(record.Finding{Requirement: fmt.Sprint(w), Message: strings.Repeat("x", i*50)})
			}
		})
	}
	listener := journal.Listen(func(journal.Entry) { heard++ })
	for range writers {
		wait.Go(func() { listener.Drift(record.Drift{}) })
	}
	wait.Wait()
	closed(t, first)
	closed(t, second)
	got, err := journal.Read(path)
	if err != nil || len(got.Findings) != writers*each || len(memory.Records().Findings) != writers*each || heard != writers {
		t.Errorf("wanted %d records everywhere, got %d and %d, and %d heard (%v)",
			writers*each, len(got.Findings), len(memory.Records().Findings), heard, err)
	}
}

func TestLostRecordIsAnError(t *testing.T) {
	file := open(t, filepath.Join(t.TempDir(), "journal.jsonl"))
	closed(t, file)
	file.Drift(record.Drift{})
	if err := file.Err(); err == nil {
		t.Error("wanted an error for a record after close, got none")
	}
	if _, err := journal.Open(filepath.Join(t.TempDir(), "no", "such", "dir")); err == nil {
		t.Error("wanted an error for a directory that does not exist, got none")
	}
}

func TestFollow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan journal.Entry, 8)
	ended := make(chan error)
	go func() {
		ended <- journal.Follow(ctx, time.Millisecond, func(e journal.Entry) { heard <- e }, path)
	}()
	file := open(t, path)
	file.Drift(record.Drift{Kind: "field"})
	if e := <-heard; e.Drift == nil || e.Drift.Kind != "field" {
		t.Errorf("wanted the drift, got %+v", e)
	}
	file.Spec(record.Spec{Name: "s"})
	closed(t, file)
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	close(heard)
	if e := <-heard; e.Spec == nil || e.Spec.Name != "s" {
		t.Errorf("wanted the spec, got %+v", e)
	}
}
