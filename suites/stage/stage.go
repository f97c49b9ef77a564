package stage

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

type stageKey struct{}

// Stage is one spec's place in a run. Its methods may be called from several
// goroutines of the spec, except for those that may end it: Send, Together and Await
// do where a recording is played again.
type Stage struct {
	play        *Play
	name        string // full text of the spec
	requirement string
	lane        int
	rehearsal   bool
	process     string
	start       record.Start
	of          *Stage // the spec after whose end this is; nil for a spec
	unplayed    bool   // the recording that is played again lacks the spec
	recorded    int    // calls that the spec made in that recording
	cutShort    bool   // the recorded run ended before the spec did

	// Guarded by play.mu.
	calls               *int // made so far
	again               bool // the next call asks once more
	exchanges, answered int
	served              map[string]bool // by operation that was asked: whether it showed that it works
	findings            int             // for the spec's own requirement
	first               string          // message of the first finding that was reported, for whatever requirement
	surfaced            bool            // Ginkgo was told of it, and of nothing else
	assertions          int             // comparisons that could have failed it
	stops               bool            // it broke, or reported a finding of a requirement that is not tolerated
	observed            int
	evidence            *spec.Exchange
	wanted, got         string
	ending              record.Outcome // set by a word that ends the spec
	reason              string
	seen                map[string]bool // findings already reported by this spec
	node                context.Context // of the node under way; done when it was cut off
	cut                 bool            // a node of the spec was cut off
	masked              bool            // an answer is not as it was when it was recorded
	gone                bool            // the moment has come at which the recorded spec was cut off
	rand                *rand.Rand
	waited              time.Duration     // for answers
	asked               map[string]int    // calls by operation
	attempt             *[]*spec.Exchange // what the attempt under way asked; nil when there is none
}

// Of gives the stage of the spec that ctx belongs to. It panics outside specs.
func Of(ctx context.Context) *Stage {
	s, ok := ctx.Value(stageKey{}).(*Stage)
	if !ok {
		panic("stage: the context belongs to no spec: pass on the SpecContext")
	}
	return s
}

// Target gives the target description.
func (s *Stage) Target() *target.Target { return s.play.Target }

// Lane gives the buyer and cart that the spec has to itself.
func (s *Stage) Lane() target.Lane { return s.play.Target.Lanes[s.lane] }

// OtherBuyers gives the buyers of the other lanes. Only their lists of carts
// may be read: the carts belong to other workers.
func (s *Stage) OtherBuyers() []string {
	var buyers []string
	for _, lane := range s.play.Target.Lanes {
		if lane.Buyer != s.Lane().Buyer {
			buyers = append(buyers, lane.Buyer)
		}
	}
	return buyers
}

// Judging reports whether the spec judges requirement id.
func (s *Stage) Judging(id string) bool { return s.requirement == id }

// Contract gives the contract of the suite.
func (s *Stage) Contract() *spec.Contract { return s.play.Contract }

// Sent gives how many calls the spec has sent, control requests not counted: who
// remembers it can tell later whether anything came between.
func (s *Stage) Sent() int {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	return s.exchanges
}

// Spent gives the time that the spec's calls have taken at least: the recorded times
// of the exchanges, or what target.rateLimit put between them. It is the same where a
// recording is played again.
func (s *Stage) Spent() time.Duration {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	spent := s.waited
	for _, n := range s.asked {
		spent = max(spent, time.Duration(n)*s.play.Target.Pace)
	}
	return spent
}

// Doubt says why a piece of test data does not play its role; "" when it does.
func (s *Stage) Doubt(key string) string { return s.play.Doubts[key] }

// Token gives a new short random text of lower-case letters and digits. It
// depends on the seed and on the spec alone, not on order, lanes or shards.
func (s *Stage) Token() string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if s.rand == nil {
		h := fnv.New64a()
		h.Write([]byte(s.name))
		s.rand = rand.New(rand.NewPCG(uint64(s.play.Seed), h.Sum64()))
	}
	b := make([]byte, 12)
	for i := range b {
		b[i] = letters[s.rand.IntN(len(letters))]
	}
	return string(b)
}

// Chance gives a number that depends on the seed and on the spec alone.
func (s *Stage) Chance() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d|%s", s.play.Seed, s.name)
	return h.Sum64()
}

// Unique is Token for what a target remembers for good: another run with the same
// seed gives another one.
func (s *Stage) Unique() string {
	if s.play.Mark == "" {
		return s.Token()
	}
	return s.Token() + "-" + s.play.Mark
}

// violation reports a broken constraint, once per spec.
func (s *Stage) violation(x *spec.Exchange, v spec.Violation) {
	contract := ""
	if v.Contract.File != "" {
		contract = v.Contract.String()
	}
	s.report(record.Finding{
		Requirement: v.Requirement, Exchange: x.ID, Wanted: v.Wanted, Got: v.Got, Contract: contract,
		Message: fmt.Sprintf("%s answered against the contract\n%s", nameOf(x), v),
	}, strings.Join([]string{v.Requirement, x.Operation, v.Rule, v.Part, v.Wanted}, "|"))
}

// Report reports a finding without ending the spec: for promises about every
// answer, which are watched whatever a spec is about. x may be nil.
func (s *Stage) Report(id string, x *spec.Exchange, wanted, got string) {
	f := record.Finding{Requirement: id, Wanted: wanted, Got: got, Message: Mismatch(nameOf(x), wanted, got)}
	if x != nil {
		f.Exchange = x.ID
	}
	s.report(f, id+"|"+nameOf(x)+"|"+wanted)
}

func (s *Stage) report(f record.Finding, key string) {
	if s.rehearsal || s.play.muted(s.name) && f.Requirement == s.requirement {
		return
	}
	f.Spec = s.name
	s.play.mu.Lock()
	if s.cutOff() {
		s.play.mu.Unlock()
		return
	}
	if s.masked {
		s.play.mu.Unlock()
		s.note(record.Inconclusive, masked+f.Message)
		return
	}
	known := s.seen[key]
	s.seen[key] = true
	if !known && f.Requirement == s.requirement {
		s.findings++
	}
	if s.first == "" {
		s.first = f.Requirement + ": " + f.Message
	}
	s.stops = s.stops || !s.play.Tolerated[f.Requirement]
	s.play.mu.Unlock()
	if !known {
		s.play.Records.Finding(f)
	}
}

// Observe writes down an open choice that the target made.
func (s *Stage) Observe(x *spec.Exchange, subject, seen string) {
	s.ObserveAs(s.requirement, x, subject, seen)
}

// ObserveAs writes down an open choice for another requirement than the spec's
// own, e.g. the exact status of a refusal.
func (s *Stage) ObserveAs(id string, x *spec.Exchange, subject, seen string) {
	if s.rehearsal {
		return
	}
	o := record.Observation{Requirement: id, Spec: s.name, Subject: subject, Seen: seen}
	if x != nil {
		o.Exchange = x.ID
	}
	s.play.mu.Lock()
	if s.cutOff() {
		s.play.mu.Unlock()
		return
	}
	if id == s.requirement {
		s.observed++
	}
	s.play.mu.Unlock()
	s.play.Records.Observation(o)
}

// enter and leave note which node of the spec is under way, and whether it was
// cut off.
func (s *Stage) enter(node context.Context) {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	s.node = node
}

func (s *Stage) leave(node context.Context) {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	s.cut = s.cut || node.Err() != nil
}

// cutOff reports whether the node under way was cut off: what it says from then on
// is about the end of the run and not about the target. play.mu is held.
func (s *Stage) cutOff() bool { return s.gone || s.node != nil && s.node.Err() != nil }

// Over reports whether the run is to end before its end, so that nothing needs to
// be made ready for the specs that would follow. A spec that heard it was cut off: it
// leaves out what it would have asked.
func (s *Stage) Over() bool {
	if !s.play.over() {
		return false
	}
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	s.cut = true
	return true
}

// Steadfast gives a context for what a spec must not leave behind: it goes on when
// the run is cut off. How long calls may take then is the sender's business.
func Steadfast(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// Fail ends the spec as failed, skip frames above the caller.
func (s *Stage) Fail(message string, skip int) { s.play.Fail(message, skip+1) }

// surface gives the first reported finding, to be made known to Ginkgo.
func (s *Stage) surface() string {
	failed := ginkgo.CurrentSpecReport().Failed()
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	s.surfaced = s.first != "" && !failed
	return s.first
}

// Blame says which exchange a failing assertion is about, what was wanted and
// what was there. Without it a failure points to the spec's last exchange.
func (s *Stage) Blame(x *spec.Exchange, wanted, got string) {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if x != nil {
		s.evidence = x
	}
	s.wanted, s.got = wanted, got
}

// last gives the exchange that a failure would point to.
func (s *Stage) last() *spec.Exchange {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	if s.evidence == nil {
		return &spec.Exchange{}
	}
	return s.evidence
}

// Mismatch is the text of a failure: what it is about, expected, seen.
func Mismatch(about, wanted, got string) string {
	return fmt.Sprintf("%s\n  expected: %s\n  seen:     %s", about, wanted, got)
}

// nameOf names an exchange by its operation; one that is not known by nothing.
func nameOf(x *spec.Exchange) string {
	if x == nil {
		return "the target"
	}
	if x.Operation != "" {
		return x.Operation
	}
	return x.Request.Method
}

// close writes down how the spec ended.
func (s *Stage) close(report ginkgo.SpecReport) {
	if s.unplayed {
		return
	}
	s.play.mu.Lock()
	calls := *s.calls
	end := record.Spec{
		Name: s.name, Requirement: s.requirement, Lane: s.lane, Process: s.process, Calls: calls, Start: s.start,
		File: ProjectPath(report.LeafNodeLocation.FileName), Line: report.LeafNodeLocation.LineNumber,
		Exchanges: s.exchanges, Answered: s.answered, Assertions: s.assertions, Duration: report.RunTime,
	}
	findings, observed, ending, reason, surfaced, cut := s.findings, s.observed, s.ending, s.reason, s.surfaced, s.cut
	unsure := s.masked
	finding := record.Finding{Requirement: s.requirement, Spec: s.name, Wanted: s.wanted, Got: s.got}
	if s.evidence != nil {
		finding.Exchange = s.evidence.ID
	}
	s.play.mu.Unlock()

	state := report.State
	switch {
	case state.Is(types.SpecStateInterrupted | types.SpecStateAborted),
		cut && s.play.over(), // in its clean-up, too: what it went on to ask is not all of it
		state.Is(types.SpecStateSkipped) && report.Failure.IsZero(), // the signal came between two nodes
		s.cutShort:
		end.Outcome, end.Reason = record.Interrupted, errInterrupted.Error()
	case state.Is(types.SpecStatePanicked):
		end.Outcome, end.Reason = record.Broken, "the spec panicked: "+report.Failure.ForwardedPanic+"\n"+report.Failure.Location.FullStackTrace
	case state.Is(types.SpecStateTimedout):
		end.Outcome, end.Reason = record.Inconclusive, "the spec ran out of time"
	case findings > 0:
		end.Outcome = record.Failed
	case ending != "":
		end.Outcome, end.Reason = ending, reason
	case state.Is(types.SpecStateFailed) && unsure && !surfaced:
		end.Outcome, end.Reason = record.Inconclusive, masked+report.Failure.Message
	case state.Is(types.SpecStateFailed) && !surfaced && s.play.muted(s.name):
		end.Outcome = record.Passed
	case state.Is(types.SpecStateFailed) && !surfaced:
		finding.Message = report.Failure.Message
		s.play.Records.Finding(finding)
		s.play.mu.Lock()
		s.stops = s.stops || !s.play.Tolerated[s.requirement]
		s.play.mu.Unlock()
		end.Outcome = record.Failed
	case state.Is(types.SpecStateSkipped):
		end.Outcome, end.Reason = record.Broken, "the spec was skipped without a recorded reason: "+report.Failure.Message
	case Observing(report.Labels()):
		end.Outcome = record.Observed
		if observed == 0 {
			end.Outcome, end.Reason = record.Broken, "the spec observes a requirement and wrote down no observation"
		}
	default:
		end.Outcome = record.Passed
		if operation := s.unserved(); operation != "" {
			end.Outcome = record.Inconclusive
			end.Reason = fmt.Sprintf("needs %s: %s gave the spec no answer that shows that it works", s.play.Works[operation], operation)
		}
	}
	good := end.Outcome == record.Passed || end.Outcome == record.Observed || end.Outcome == record.NotApplied
	if s.play.Script != nil && good && calls < s.recorded {
		end.Outcome = record.Inconclusive
		end.Reason = fmt.Sprintf("the recording holds %d requests of the spec, and this time it made %d", s.recorded, calls)
	}
	s.play.mu.Lock()
	s.stops = s.stops || end.Outcome == record.Broken
	s.play.mu.Unlock()
	s.play.Records.Spec(end)
}

// unserved gives the first operation that the spec asked and that never showed
// that it works; "" when all did.
func (s *Stage) unserved() string {
	s.play.mu.Lock()
	defer s.play.mu.Unlock()
	for _, operation := range slices.Sorted(maps.Keys(s.served)) {
		if operation != "" && !s.served[operation] {
			return operation
		}
	}
	return ""
}

// ProjectPath makes a path of the build machine relative to the project: built
// with -trimpath it starts with the module's name.
func ProjectPath(path string) string {
	if i := strings.LastIndex(path, "/suites/"); i >= 0 {
		return path[i+1:]
	}
	return strings.TrimPrefix(path, "cartconform/")
}

// masked begins the reason of a spec that would have failed over an answer which is
// not recorded as it was: the secret that is missing may be what is wrong with it.
const masked = "a secret was taken out of an answer in the recording, without which nothing can be held against it: "

// errInterrupted is the reason of a call that the run's end cut off.
var errInterrupted = errors.New("the run was interrupted")
