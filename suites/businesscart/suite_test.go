package businesscart_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sort"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"

	"cartconform/fixtures"
	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/description"
	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/spec"
	"cartconform/suites/businesscart"
	"cartconform/suites/record"
	"cartconform/suites/stage"
)

// PROVISIONAL harness of the lead, to be replaced by the session's own.
type sender struct {
	base string
	n    atomic.Int64
}

func (s *sender) Send(ctx context.Context, c stage.Call) *spec.Exchange {
	x := &spec.Exchange{ID: fmt.Sprintf("x-%04d", s.n.Add(1)), Operation: c.Operation, Spec: c.Spec, Lane: c.Lane, Attempts: 1, Started: time.Now()}
	u := s.base + c.Path
	if c.Query != "" {
		u += "?" + c.Query
	}
	x.Request = spec.Request{Method: c.Method, URL: u, Header: c.Header.Clone(), Body: c.Body}
	req, err := http.NewRequestWithContext(ctx, c.Method, u, bytes.NewReader(c.Body))
	if err != nil {
		x.Err = err
		return x
	}
	req.Header = c.Header.Clone()
	resp, err := (&http.Transport{}).RoundTrip(req)
	if err != nil {
		x.Err = err
		return x
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		x.Err = err
		return x
	}
	x.Response = &spec.Response{Proto: resp.Proto, Status: resp.StatusCode, Header: resp.Header, Body: b}
	x.Duration = time.Since(x.Started)
	if os.Getenv("TRACE") != "" {
		fmt.Fprintf(os.Stderr, "%s %s %s %s -> %d %s\n", x.ID, c.Method, u, c.Body, resp.StatusCode, b)
	}
	return x
}

func TestProvisional(t *testing.T) {
	options := reference.Options{}
	if id := os.Getenv("FAULT"); id != "" {
		f, err := faults.Find(id)
		if err != nil {
			t.Fatal(err)
		}
		options.Points = f.Points()
	}
	ref, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(ref)
	defer srv.Close()
	d, err := description.Parse("reference-target.yaml", fixtures.ReferenceTargetYAML, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	mem := &journal.Memory{}
	play := &stage.Play{Target: &d.Target, Contract: contract, Sender: &sender{base: srv.URL}, Records: mem, Seed: 1}
	config, _ := ginkgo.GinkgoConfiguration()
	engine.Run([]engine.Cast{{Register: businesscart.Register, Play: play}}, engine.Options{Seed: 1, Filter: config.LabelFilter})
	recs := mem.Records()
	outcomes := map[record.Outcome]int{}
	for _, s := range recs.Specs {
		outcomes[s.Outcome]++
		if s.Outcome != record.Passed && s.Outcome != record.Observed {
			t.Errorf("%s %s\n   %s: %s", s.Outcome, s.Requirement, s.Name, s.Reason)
		}
	}
	for _, f := range recs.Findings {
		t.Errorf("FINDING %s by %q (%s %s)\n%s", f.Requirement, f.Spec, f.Exchange, f.Contract, f.Message)
	}
	var obs []string
	for _, o := range recs.Observations {
		obs = append(obs, o.Requirement+" "+o.Subject+": "+o.Seen)
	}
	sort.Strings(obs)
	t.Log(strings.Join(obs, "\n"))
	for _, dr := range recs.Drift {
		t.Logf("DRIFT %+v", dr)
	}
	t.Logf("%d specs, %v", len(recs.Specs), outcomes)
}
