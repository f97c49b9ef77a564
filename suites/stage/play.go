// Package stage is what a spec stands on: the lane that it has to itself, the
// contract that judges every exchange, and the words with which it says what
// came out (a finding, an observation, something missing).
package stage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/onsi/ginkgo/v2"

	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// Play is one run of one suite against one target, in one process.
type Play struct {
	Target   *target.Target
	Contract *spec.Contract
	Sender   Sender
	Records  record.Recorder
	Seed     int64
	// Mark tells this run from others in what a target remembers for good, such as
	// the ids of orders; "" = no other run has met the target.
	Mark string
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
	// Run ends when the run is to end before its end: no spec begins any more, and
	// the one under way is cut off. nil = never.
	Run context.Context
	// FailFast ends the run after the first spec that reported a finding. Those of
	// Tolerated requirements, which fail nothing, do not count: they are of level
	// may, or somebody answers for them.
	FailFast  bool
	Tolerated map[string]bool

	// Muted is the name of a spec that is content whatever it sees: its assertions
	// hold, and it reports nothing for the requirement that it judges. What then
	// goes unseen, nobody else sees. "" = none.
	Muted string

	// Hide takes secrets out of what Ginkgo is told and may print; nil takes nothing.
	Hide func(string) string
	// Process is the name of the process that plays, as in the ids of its exchanges.
	Process string
	// Script is set where a recording is played again; nil for a target.
	Script Script

	mu      sync.Mutex
	current *Stage
	memory  memory
	asides  map[aside]*int // calls made outside specs
}

// Assert counts an assertion of the spec under way; the engine calls it for those
// of Gomega.
func (p *Play) Assert() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current != nil {
		p.current.assertions++
	}
}

// Playing reports whether a spec of the play is under way.
func (p *Play) Playing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.current != nil
}

// Container gives the decorators of the suite's outermost container: each node
// of each spec finds its Stage in its context, which ends with the run. What is
// left to do when the run is over already, such as clean-up, is not cut off.
func (p *Play) Container() []any {
	return []any{
		ginkgo.AroundNode(func(ctx context.Context, node func(context.Context)) {
			s := p.stageOf(ginkgo.CurrentSpecReport())
			ctx, cancel := context.WithCancel(context.WithValue(ctx, stageKey{}, s))
			defer cancel()
			if p.Run != nil && p.Run.Err() == nil {
				defer context.AfterFunc(p.Run, cancel)()
			}
			s.enter(ctx)
			defer s.leave(ctx)
			node(ctx)
		}),
	}
}

// Fail tells Ginkgo that the spec under way failed, skip frames above the caller.
// It returns only in a spec that is muted.
func (p *Play) Fail(message string, skip int) {
	if p.muted(ginkgo.CurrentSpecReport().FullText()) {
		return
	}
	ginkgo.Fail(p.hide(message), skip+1)
}

// muted reports whether a spec is content whatever it sees.
func (p *Play) muted(spec string) bool { return p.Muted != "" && spec == p.Muted }

func (p *Play) hide(text string) string {
	if p.Hide == nil {
		return text
	}
	return p.Hide(text)
}

// over reports whether the run is to end before its end.
func (p *Play) over() bool { return p.Run != nil && p.Run.Err() != nil }

// CloseSpecs registers, inside the suite's outermost container, the nodes that
// begin no spec when the run is over and write down how each spec ended.
func (p *Play) CloseSpecs() {
	// Ginkgo hears signals itself, but not those that came before it listened, and
	// it knows nothing of the run's time limit. What asked nothing because of that
	// asks nothing when it is played again.
	ginkgo.BeforeEach(func(ctx ginkgo.SpecContext) {
		if s := Of(ctx); p.over() || s.cutShort && s.recorded == 0 {
			end(ctx, record.Interrupted, errInterrupted.Error())
		}
	})
	if p.Script != nil {
		ginkgo.BeforeEach(func(ctx ginkgo.SpecContext) {
			if Of(ctx).unplayed {
				ginkgo.Skip("the recording lacks the spec") // and leaves no record
			}
		})
	}
	// A finding that was reported and not asserted makes the spec red in Ginkgo's
	// eyes too, for go test, the ginkgo command and --fail-fast.
	ginkgo.AfterEach(func(ctx ginkgo.SpecContext) {
		if text := Of(ctx).surface(); text != "" && !ginkgo.CurrentSpecReport().Failed() {
			p.Fail(text, 0)
		}
	})
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) {
		if report.NumAttempts == 0 {
			return // filtered out or previewed: it did not run, and a record would say that it did
		}
		s := p.stageOf(report)
		s.close(report)
		p.mu.Lock()
		p.current = nil
		stop := p.FailFast && s.stops
		p.mu.Unlock()
		if stop {
			ginkgo.AbortSuite("the run was to stop after the first failure")
		}
	})
}

// What calls outside specs are made for; it stands in the place of a spec's name.
const (
	Preflight  = "preflight"
	cleaningUp = "cleaning up"
	afterwards = " (afterwards)" // ends the name of the spec after which it is done
)

// Scene gives the spec that calls with this in the place of its name belong to:
// what is done after its end is its own.
func Scene(name string) string { return strings.TrimSuffix(name, afterwards) }

// Outside reports whether calls with this in the place of a spec's name belong to
// none.
func Outside(name string) bool { return name == Preflight || name == cleaningUp }

// aside is a lane's calls outside any spec.
type aside struct {
	name string
	lane int
}

// Rehearsal gives a context with a stage for calls before the first spec; it
// judges nothing and reports nothing, and a verb that gives up panics with a
// Refusal.
func (p *Play) Rehearsal(ctx context.Context, lane int) context.Context {
	return p.aside(ctx, aside{Preflight, lane})
}

// CleaningUp is Rehearsal for calls after the last spec.
func (p *Play) CleaningUp(ctx context.Context, lane int) context.Context {
	return p.aside(ctx, aside{cleaningUp, lane})
}

func (p *Play) aside(ctx context.Context, a aside) context.Context {
	a.lane %= len(p.Target.Lanes)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asides == nil {
		p.asides = map[aside]*int{}
	}
	if p.asides[a] == nil {
		p.asides[a] = new(int)
	}
	return context.WithValue(ctx, stageKey{}, &Stage{play: p, name: a.name, lane: a.lane, calls: p.asides[a], rehearsal: true})
}

// Offstage is Rehearsal for what a spec does after its end.
func Offstage(ctx context.Context) context.Context {
	s := Of(ctx)
	return context.WithValue(ctx, stageKey{}, &Stage{
		play: s.play, name: s.name + afterwards, lane: s.lane, calls: s.calls, rehearsal: true, of: s,
	})
}

func (p *Play) stageOf(report ginkgo.SpecReport) *Stage {
	p.mu.Lock()
	defer p.mu.Unlock()
	if name := report.FullText(); p.current == nil || p.current.name != name {
		s := &Stage{
			play:        p,
			name:        name,
			requirement: requirementOf(report),
			lane:        (ginkgo.GinkgoParallelProcess() - 1) % len(p.Target.Lanes),
			process:     p.Process,
			calls:       new(int),
			seen:        map[string]bool{},
			served:      map[string]bool{},
		}
		p.cue(s)
		s.start = p.memory.start(s.lane)
		s.start.Mark = p.Mark
		p.current = s
	}
	return p.current
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
	if ids := RequirementsOf(labels); len(ids) > 0 {
		return ids[0]
	}
	return ""
}

// RequirementsOf gives all ids that a spec names; more than one is a mistake.
func RequirementsOf(labels []string) []string {
	var ids []string
	for _, label := range labels {
		if id, ok := strings.CutPrefix(label, requirementLabel); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// Observing reports whether a spec observes its requirement and judges nothing.
func Observing(labels []string) bool { return slices.Contains(labels, observesLabel) }

func requirementOf(report ginkgo.SpecReport) string { return RequirementOf(report.Labels()) }

// Filter is a Ginkgo label filter that selects the specs of the given ids.
func Filter(ids []string) string {
	return fmt.Sprintf("requirement: containsAny {%s}", strings.Join(ids, ", "))
}
