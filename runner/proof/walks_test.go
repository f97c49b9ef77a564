package proof_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/description"
	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/runner/transport"
	"cartconform/spec"
	"cartconform/suites/businesscart"
	"cartconform/suites/record"
	"cartconform/suites/stage"
)

// A walk ends when what it may spend is spent, and passes if at least one came to its
// end by then. Nothing waits here: how long answers took is made up, and the transport's
// pace sleeps no more than a moment.
func TestBudgetsOfWalks(t *testing.T) {
	const requirement, name = "CART-MOD-03", "sets quantities after anything"
	const budget, beyond = 45 * time.Second, 12 // a step that was begun ends: calls that it makes at most
	for title, c := range map[string]struct {
		takes   time.Duration // each answer
		rate    string        // target.rateLimit; "" = none
		outcome record.Outcome
		most    int // requests
	}{
		"a fast target":           {takes: time.Millisecond, outcome: record.Passed, most: 200 + beyond},
		"a slow target":           {takes: 500 * time.Millisecond, outcome: record.Passed, most: 90 + beyond},
		"a target that crawls":    {takes: 5 * time.Second, outcome: record.Inconclusive, most: 9 + beyond},
		"a low rate":              {takes: time.Millisecond, rate: "{requestsPerSecond: 1, burst: 1}", outcome: record.Passed, most: 5*45 + beyond},
		"a rate of next to none":  {takes: time.Millisecond, rate: "{requestsPerSecond: 0.1, burst: 1}", outcome: record.Inconclusive, most: 5*5 + beyond},
		"a rate that is no limit": {takes: time.Millisecond, rate: "{requestsPerSecond: 1000, burst: 50}", outcome: record.Passed, most: 200 + beyond},
	} {
		t.Run(title, func(t *testing.T) {
			ended, asked := walked(t, requirement, name, c.takes, c.rate)
			if ended.Outcome != c.outcome {
				t.Fatalf("wanted the walk to be %s, got %s after %d requests: %s", c.outcome, ended.Outcome, ended.Exchanges, ended.Reason)
			}
			if c.outcome == record.Inconclusive && !strings.Contains(ended.Reason, "no walk came to its end within 200 requests and 45s") {
				t.Errorf("wanted the reason to tell the budget, got %q", ended.Reason)
			}
			if ended.Exchanges > c.most || ended.Exchanges == 0 {
				t.Errorf("wanted at most %d requests and at least one, got %d", c.most, ended.Exchanges)
			}
			if c.rate == "" {
				return
			}
			pace := 1 / mustRate(t, c.rate)
			for operation, n := range asked {
				if spent := time.Duration(float64(n-beyond) * pace * float64(time.Second)); spent > budget {
					t.Errorf("wanted what %s waits for within %v, got %d requests, %gs apart", operation, budget, n, pace)
				}
			}
		})
	}
}

func mustRate(t *testing.T, limit string) (perSecond float64) {
	t.Helper()
	if _, err := fmt.Sscanf(limit, "{requestsPerSecond: %g,", &perSecond); err != nil {
		t.Fatal(err)
	}
	return perSecond
}

// walked runs the specs of a requirement against the reference. It gives how the
// named one ended, and how often it asked each operation.
func walked(t *testing.T, requirement, name string, takes time.Duration, rate string) (ended record.Spec, asked map[string]int) {
	t.Helper()
	server, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := httptest.NewServer(server)
	defer at.Close()
	text := string(fixtures.ReferenceTargetYAML)
	if rate != "" {
		text = strings.Replace(text, "target:\n", "target:\n  rateLimit: "+rate+"\n", 1)
	}
	d, err := description.Parse("reference-target.yaml", []byte(text), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	if d, err = d.WithTarget(at.URL); err != nil {
		t.Fatal(err)
	}
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	sender, err := transport.New(transport.Options{HTTP: d.HTTP, Sleep: func(context.Context, time.Duration) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	memory, slowly := &journal.Memory{}, &slowly{Sender: sender, takes: takes, name: name, asked: map[string]int{}}
	play := &stage.Play{Target: &d.Target, Contract: contract, Sender: slowly, Records: memory, Seed: 1}
	engine.Run([]engine.Cast{{Register: businesscart.Register, Play: play}}, engine.Options{Seed: 1, Filter: stage.Filter([]string{requirement})})
	for _, s := range memory.Records().Specs {
		if strings.HasSuffix(s.Name, name) {
			return s, slowly.asked
		}
	}
	t.Fatalf("wanted a spec %q of %s, got none", name, requirement)
	return record.Spec{}, nil
}

// slowly has answers that took as long as it says.
type slowly struct {
	stage.Sender
	takes time.Duration
	name  string         // of the spec whose calls are counted
	asked map[string]int // by operation
}

func (s *slowly) Send(ctx context.Context, call stage.Call) *spec.Exchange {
	x := s.Sender.Send(ctx, call)
	x.Duration = s.takes
	if strings.HasSuffix(call.Spec, s.name) && !call.Control {
		s.asked[call.Operation]++
	}
	return x
}
