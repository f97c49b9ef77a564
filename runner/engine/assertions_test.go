package engine_test

import (
	"context"
	"net/http"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// sandbox answers every call in the same way.
type sandbox struct{}

func (sandbox) Send(_ context.Context, call stage.Call) *spec.Exchange {
	return &spec.Exchange{
		ID: "x-1", Operation: call.Operation, Spec: call.Spec,
		Request:  spec.Request{Method: call.Method, URL: "http://target" + call.Path},
		Response: &spec.Response{Status: http.StatusNoContent, Header: http.Header{}},
	}
}

// artificial is a suite with one good spec and four that check nothing.
func artificial(play *stage.Play) {
	play.Serves = func(*spec.Exchange, any) bool { return true }
	ask := func(ctx context.Context) *spec.Exchange {
		x, _ := stage.Of(ctx).Send(ctx, stage.Call{Method: http.MethodDelete, Path: "/"})
		return x
	}
	Describe("suite", append(play.Container(), func() {
		play.CloseSpecs()
		It("asks and compares", stage.Judges("A-01"), func(ctx SpecContext) {
			gomega.Expect(ask(ctx).Response.Status).To(gomega.Equal(204))
		})
		It("compares in its own way", stage.Judges("A-02"), func(ctx SpecContext) {
			if ask(ctx).Response.Status != 204 {
				Fail("another status")
			}
			stage.Judged(ctx)
		})
		It("asks and compares nothing", stage.Judges("A-03"), func(ctx SpecContext) { ask(ctx) })
		It("writes down what nobody asked for", stage.Judges("A-04"), func(ctx SpecContext) {
			stage.Of(ctx).Observe(ask(ctx), "the status", "204")
		})
		It("compares and asks nothing", stage.Judges("A-05"), func(SpecContext) {
			gomega.Eventually(func() int { return 1 }).Should(gomega.Equal(1))
		})
		It("does nothing", stage.Judges("A-06"), func(SpecContext) {})
	})...)
}

// A spec that asks nothing, or compares nothing, passes nothing.
func TestSpecsThatCheckNothingPassNothing(t *testing.T) {
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	memory := &journal.Memory{}
	play := &stage.Play{Target: &target.Target{Lanes: []target.Lane{{}}}, Contract: contract, Sender: sandbox{}, Records: memory}
	cast := engine.Cast{Register: artificial, Play: play}
	in := verdict.Input{Catalogues: []*spec.Catalogue{{}}, Specs: map[string][]string{}}
	for _, s := range engine.Preview(cast) {
		in.Specs[s.Requirement] = append(in.Specs[s.Requirement], s.Name)
		in.Catalogues[0].Requirements = append(in.Catalogues[0].Requirements, spec.Requirement{ID: s.Requirement, Level: spec.Must})
	}
	engine.Run([]engine.Cast{cast}, engine.Options{Seed: 1})
	in.Records = memory.Records()
	in.Records.Findings = nil // what the contract says of the answers is not the question

	wanted := map[string]verdict.State{
		"A-01": verdict.Passed, "A-02": verdict.Passed, "A-03": verdict.Inconclusive, "A-04": verdict.Inconclusive,
		"A-05": verdict.Inconclusive, "A-06": verdict.Inconclusive,
	}
	result := verdict.Evaluate(in)
	if len(result.Requirements) != len(wanted) {
		t.Fatalf("wanted %d requirements, got %d", len(wanted), len(result.Requirements))
	}
	for _, r := range result.Requirements {
		if r.State != wanted[r.ID] {
			t.Errorf("%s, which %s: wanted %s, got %s (%s)", r.ID, r.Specs[0].Name, wanted[r.ID], r.State, r.Reason)
		}
	}
}
