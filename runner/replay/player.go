package replay

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Player answers the calls of the suites from a recording. It implements
// stage.Sender and stage.Script.
type Player struct {
	part        Part
	interrupted bool                   // the recorded run ended before its end
	specs       map[string]record.Spec // that ran, to their end or not, by name
	places      map[place][]*spec.Exchange

	mu       sync.Mutex
	lost     map[scene]string    // the first request of each that the recording lacks
	backdrop map[string]Backdrop // by shard
}

var (
	_ stage.Sender = (*Player)(nil)
	_ stage.Script = (*Player)(nil)
)

// scene is a spec with what it does after its end, or what calls outside specs are
// made for.
type scene struct {
	shard string // "" for a run that was not put together from shards
	name  string
}

// place is where a call stands in a recording.
type place struct {
	scene
	lane    int
	ordinal int
}

// Backdrop is what a preflight found.
type Backdrop struct {
	Doubts map[string]string
	Carts  map[int]string
	Data   target.Data
}

// Part is one suite's part of a recording.
type Part struct {
	Of      func(exchange string) bool // whether it is of the suite, by its id
	BaseURL func(locale string) string // of the suite's target, or another locale of it; without a secret
}

// New makes a Player for one suite.
func New(r *Recording, part Part) *Player {
	p := &Player{
		part: part, interrupted: r.Report.Interrupted, specs: map[string]record.Spec{}, places: map[place][]*spec.Exchange{},
		lost: map[scene]string{}, backdrop: map[string]Backdrop{},
	}
	for _, s := range r.Report.Records().Specs {
		if part.Of("x-" + s.Process + "-") {
			p.specs[s.Name] = s
		}
	}
	for i := range r.Exchanges {
		x := &r.Exchanges[i]
		if !part.Of(x.ID) {
			continue
		}
		at := place{scene{shardOf(processOf(x.ID)), stage.Scene(x.Spec)}, x.Lane, x.Ordinal}
		p.places[at] = append(p.places[at], x)
	}
	return p
}

// processOf gives the process in an exchange's id: "s2w1" of "x-s2w1-000123".
func processOf(id string) string {
	id = strings.TrimPrefix(id, "x-")
	return id[:max(0, strings.LastIndexByte(id, '-'))]
}

// shardOf gives the shard in the name of a process: "s2" of "s2w1", "" of "w1".
func shardOf(process string) string {
	digits := strings.TrimLeft(strings.TrimPrefix(process, "s"), "0123456789")
	shard := strings.TrimSuffix(process, digits)
	if len(shard) < 2 || shard[0] != 's' {
		return ""
	}
	return shard
}

// Shards gives the shards that the recording was put together from; one without
// a name where it was not.
func (p *Player) Shards() []string {
	shards := map[string]bool{}
	for at := range p.places {
		shards[at.shard] = true
	}
	for _, s := range p.specs {
		shards[shardOf(s.Process)] = true
	}
	if len(shards) == 0 {
		return []string{""}
	}
	return slices.SortedFunc(maps.Keys(shards), func(a, b string) int {
		if len(a) != len(b) { // s2 before s10
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
}

// Specs gives the specs of a shard that ran, to their end or not.
func (p *Player) Specs(shard string) []record.Spec {
	var specs []record.Spec
	for _, name := range slices.Sorted(maps.Keys(p.specs)) {
		if s := p.specs[name]; shardOf(s.Process) == shard {
			specs = append(specs, s)
		}
	}
	return specs
}

// Mark gives that of the run of a shard; "" when none of its specs ran.
func (p *Player) Mark(shard string) string {
	for _, s := range p.Specs(shard) {
		return s.Start.Mark
	}
	return ""
}

// Of answers the calls that a shard makes outside specs.
func (p *Player) Of(shard string) stage.Sender { return aside{p, shard} }

type aside struct {
	player *Player
	shard  string
}

func (a aside) Send(_ context.Context, call stage.Call) *spec.Exchange {
	return a.player.answer(a.shard, call)
}

// Send answers a call of a spec.
func (p *Player) Send(_ context.Context, call stage.Call) *spec.Exchange {
	return p.answer(shardOf(p.specs[stage.Scene(call.Spec)].Process), call)
}

func (p *Player) answer(shard string, call stage.Call) *spec.Exchange {
	at := place{scene{shard, stage.Scene(call.Spec)}, call.Lane, call.Ordinal}
	text := ""
	switch recorded := p.places[at]; {
	case len(recorded) == 0:
		text = fmt.Sprintf("the recording lacks %s, request %d", line(call), call.Ordinal)
	case len(recorded) > 1:
		text = fmt.Sprintf("the recording holds request %d more than once: %s", call.Ordinal, line(call))
	default:
		x := recorded[0]
		if text = p.differs(x, call); text == "" {
			answer := *x
			answer.Request = p.sent(x.Request, call)
			answer.Masked = masked(x)
			return &answer
		}
	}
	p.mu.Lock()
	if p.lost[at.scene] == "" { // what comes after it is no more what was recorded
		p.lost[at.scene] = text
	}
	p.mu.Unlock()
	return &spec.Exchange{
		Operation: call.Operation, Spec: call.Spec, Lane: call.Lane, Ordinal: call.Ordinal, Err: &stage.Unrecorded{Text: text},
		Request: spec.Request{Method: call.Method, URL: p.url(call), Header: call.Header, Body: call.Body},
	}
}

// line says a call in one line.
func line(call stage.Call) string { return call.Method + " " + pathAndQuery(call) }

// url is where a call goes, before it is signed.
func (p *Player) url(call stage.Call) string { return p.part.BaseURL(call.Locale) + pathAndQuery(call) }

func pathAndQuery(call stage.Call) string {
	if call.Query == "" {
		return call.Path
	}
	return call.Path + "?" + call.Query
}

// Unrecorded gives how many requests the recording lacks of those that were made:
// one of a spec or preflight at most, because what comes after it depends on its
// answer. What was asked beyond the moment at which the recorded run was interrupted
// is none of them.
func (p *Player) Unrecorded() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for at := range p.lost {
		beyond := cutShort(p.specs[at.name]) || at.name == stage.Preflight && p.interrupted && len(p.Specs(at.shard)) == 0
		if !beyond {
			n++
		}
	}
	return n
}

// Preflight says what a shard's preflight asked that the recording lacks; "" when
// it lacks nothing.
func (p *Player) Preflight(shard string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost[scene{shard, stage.Preflight}]
}

// Rehearsed notes what a shard's preflight found.
func (p *Player) Rehearsed(shard string, found Backdrop) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.backdrop[shard] = found
}

// Cue says how a spec of the recording began. Specs of a shard of which nothing
// was noted by Rehearsed are not played.
func (p *Player) Cue(name string) (stage.Cue, bool) {
	s, ran := p.specs[name]
	p.mu.Lock()
	defer p.mu.Unlock()
	b, rehearsed := p.backdrop[shardOf(s.Process)]
	return stage.Cue{
		Process: s.Process, Lane: s.Lane, Calls: s.Calls, Start: s.Start, Interrupted: cutShort(s),
		Doubts: b.Doubts, Carts: b.Carts, Data: b.Data,
	}, ran && rehearsed
}

// Duration is how long a spec took when it was recorded.
func (p *Player) Duration(name string) time.Duration { return p.specs[name].Duration }

// cutShort reports whether the recorded run was interrupted while the spec ran.
func cutShort(s record.Spec) bool { return s.Outcome == record.Interrupted }

// Again reports whether a spec asked once more with its call of this ordinal. A
// call that the recording lacks may have been one: asking it says so.
func (p *Player) Again(name string, ordinal int) bool {
	s, is := p.specs[stage.Scene(name)]
	if !is {
		return false
	}
	recorded := p.places[place{scene{shardOf(s.Process), s.Name}, s.Lane, ordinal}]
	if len(recorded) == 0 {
		return ordinal <= s.Calls || cutShort(s)
	}
	return recorded[0].Again
}
