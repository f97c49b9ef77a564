package proof_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/runner/proof"
	"cartconform/spec"
)

// latency is what a target in another city adds to each answer.
const latency = 20 * time.Millisecond

func slow(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		next.ServeHTTP(w, r)
	})
}

// BenchmarkRunBesideReplay compares a full run against a target with 20 ms of
// latency with sending the same requests again with net/http and nothing else.
// Requests that overlapped in the run overlap in the replay.
func BenchmarkRunBesideReplay(b *testing.B) {
	var run, replay time.Duration
	var requests int
	for b.Loop() {
		start := time.Now()
		trial, err := proof.Reference(context.Background(), reference.Options{}, slow, proof.Options{Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		run += time.Since(start)
		requests = len(trial.Exchanges)
		replay += sendAgain(b, trial.Exchanges)
	}
	b.ReportMetric(run.Seconds()/float64(b.N), "s/run")
	b.ReportMetric(replay.Seconds()/float64(b.N), "s/replay")
	b.ReportMetric(run.Seconds()/replay.Seconds(), "run/replay")
	b.ReportMetric(float64(requests), "requests")
}

func sendAgain(b *testing.B, exchanges []*spec.Exchange) time.Duration {
	b.Helper()
	server, err := reference.New(reference.Options{})
	if err != nil {
		b.Fatal(err)
	}
	listening := httptest.NewServer(slow(server))
	defer listening.Close()
	start := time.Now()
	for _, group := range overlapping(exchanges) {
		var done sync.WaitGroup
		for _, x := range group {
			done.Go(func() { send(b, listening.URL, x) })
		}
		done.Wait()
	}
	return time.Since(start)
}

// overlapping groups exchanges that were under way at the same time.
func overlapping(exchanges []*spec.Exchange) [][]*spec.Exchange {
	sorted := slices.Clone(exchanges)
	slices.SortStableFunc(sorted, func(a, b *spec.Exchange) int { return a.Started.Compare(b.Started) })
	var groups [][]*spec.Exchange
	var end time.Time
	for _, x := range sorted {
		if len(groups) == 0 || !x.Started.Before(end) {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], x)
		if e := x.Started.Add(x.Duration); e.After(end) {
			end = e
		}
	}
	return groups
}

func send(b *testing.B, base string, x *spec.Exchange) {
	original, err := http.NewRequest(x.Request.Method, x.Request.URL, bytes.NewReader(x.Request.Body))
	if err != nil {
		return // a request that net/http does not send as it was
	}
	request, err := http.NewRequest(x.Request.Method, base+original.URL.RequestURI(), bytes.NewReader(x.Request.Body))
	if err != nil {
		return
	}
	request.Header = x.Request.Header.Clone()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Error(err)
		return
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
}
