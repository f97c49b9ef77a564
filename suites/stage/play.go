// Package stage is what a spec stands on: the lane that it has to itself, the
// contract that judges every exchange, and the words with which it says what
// came out (a finding, an observation, something missing).
package stage

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// deaf is after how many unanswered calls in a row an operation is not asked
// again: with a target.timeout of 30 s, a hanging operation that 150 specs need
// would otherwise cost 75 minutes.
const deaf = 3

// Play is one run of one suite against one target, in one process.
type Play struct {
	Target   *target.Target
	Contract *spec.Contract
	Sender   Sender
	Records  record.Recorder
	Seed     int64
	// Doubts says why a piece of test data does not play its role, by its key in
	// the target description. A spec that needs it is inconclusive.
	Doubts map[string]string
	// Works is the id of the promise that an operation, by its operationId, works
	// at all. Only specs of that promise go on asking an operation that is deaf.
	Works map[string]string
	// Serves reports whether an answer shows that its operation works: a success
	// that says something. A spec passes only if each operation that it asked
	// served it at least once; what an operation that is out of order does not do
	// wrong shows nothing.
	Serves func(x *spec.Exchange, document any) bool

	mu      sync.Mutex
	current *Stage
	carts   map[int]string // id of the cart in use, by lane
	others  map[int]string // id of the buyer's second cart, by lane
	silence map[string]int // unanswered calls in a row, by operation
	first   map[string]any // see Stage.First
}

// Container gives the decorators of the suite's outermost container: each node
// of each spec finds its Stage in its context.
func (p *Play) Container() []any {
	return []any{
		ginkgo.AroundNode(func(ctx context.Context) context.Context {
			return context.WithValue(ctx, stageKey{}, p.stageOf(ginkgo.CurrentSpecReport()))
		}),
	}
}

// CloseSpecs registers, inside the suite's outermost container, the nodes that
// write down how each spec ended.
func (p *Play) CloseSpecs() {
	// A finding that was reported and not asserted makes the spec red in Ginkgo's
	// eyes too, for go test, the ginkgo command and --fail-fast.
	ginkgo.AfterEach(func(ctx ginkgo.SpecContext) {
		if text := Of(ctx).surface(); text != "" && !ginkgo.CurrentSpecReport().Failed() {
			ginkgo.Fail(text)
		}
	})
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
		if report.NumAttempts == 0 {
			return // filtered out or previewed: it did not run, and a record would say that it did
		}
		p.stageOf(report).close(report)
		p.mu.Lock()
		p.current = nil
		p.mu.Unlock()
	})
}

// Rehearsal gives a context with a stage for calls outside any spec; it judges
// nothing and reports nothing.
func (p *Play) Rehearsal(ctx context.Context, lane int) context.Context {
	return context.WithValue(ctx, stageKey{}, &Stage{play: p, name: "preflight", lane: lane % len(p.Target.Lanes), rehearsal: true})
}

// Offstage gives a context for what a spec does after its end: it judges nothing
// and reports nothing, and a verb that gives up panics with a Refusal.
func Offstage(ctx context.Context) context.Context {
	s := Of(ctx)
	return s.play.Rehearsal(ctx, s.lane)
}

func (p *Play) stageOf(report ginkgo.SpecReport) *Stage {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name := report.FullText(); p.current == nil || p.current.name != name {
		p.current = &Stage{
			play:        p,
			name:        name,
			requirement: requirementOf(report),
			lane:        (ginkgo.GinkgoParallelProcess() - 1) % len(p.Target.Lanes),
			seen:        map[string]bool{},
			served:      map[string]bool{},
		}
	}
	return p.current
}

// heard notes whether an operation answered.
func (p *Play) heard(operation string, answered bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silence == nil {
		p.silence = map[string]int{}
	}
	if answered {
		p.silence[operation] = 0
		return
	}
	p.silence[operation]++
}

// deafTo reports whether an operation left its last calls unanswered.
func (p *Play) deafTo(operation string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return operation != "" && p.silence[operation] >= deaf
}

const (
	requirementLabel = "requirement:"
	areaLabel        = "area:"
	observesLabel    = "observes"
)

// Judges says which one requirement a spec judges. A spec that fails reports a
// finding for it; everything else that it notices goes to its own id.
func Judges(id string) ginkgo.Labels { return ginkgo.Label(requirementLabel + id) }

// Observes says which requirement of level may a spec looks at. It reports what
// the target does and can fail nothing.
func Observes(id string) ginkgo.Labels { return ginkgo.Label(requirementLabel+id, observesLabel) }

// Area labels the container of an area of the contract.
func Area(name string) ginkgo.Labels { return ginkgo.Label(areaLabel + name) }

// RequirementOf gives the id that a spec judges or observes, "" for none.
func RequirementOf(labels []string) string {
	for _, label := range labels {
		if id, ok := strings.CutPrefix(label, requirementLabel); ok {
			return id
		}
	}
	return ""
}

func requirementOf(report ginkgo.SpecReport) string { return RequirementOf(report.Labels()) }

// Filter is a Ginkgo label filter that selects the specs of the given ids.
func Filter(ids []string) string {
	return fmt.Sprintf("requirement: containsAny {%s}", strings.Join(ids, ", "))
}
