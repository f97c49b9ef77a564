package session

import (
	"context"
	"fmt"
	"slices"

	"cartconform/runner/engine"
	"cartconform/runner/redact"
	"cartconform/runner/repertoire"
	"cartconform/runner/transport"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// company is the suites of a run in one process, each with its play.
type company []part

// part is one suite of a company.
type part struct {
	suite repertoire.Suite
	play  *stage.Play
}

// sending says how calls of a process go out.
type sending struct {
	process  string // as in the ids of its exchanges; "" for the transport's own
	procs    int
	redactor *redact.Redactor
	record   func(*spec.Exchange) // nil = nowhere
}

// company makes the plays of one process, which end when ctx does. Each suite has a
// transport of its own, because each API has a pace and credentials of its own.
func (s *setting) company(ctx context.Context, config Config, how sending) (c company, release func(), err error) {
	var releases []func()
	release = func() {
		for _, r := range slices.Backward(releases) {
			r()
		}
	}
	for _, suite := range s.suites {
		service := suite.Service(s.description)
		process := how.process
		if process != "" || suite.Mark != "" {
			process = config.process(process) + suite.Mark
		}
		sender, err := transport.New(transport.Options{
			HTTP: service.HTTP, Signing: service.Signing, Version: Version().Suite, IDPrefix: process,
			Redactor: how.redactor, Procs: how.procs, Record: how.record,
		})
		if err != nil {
			release()
			return nil, nil, fmt.Errorf("reach the target of %s: %w", suite.Name, err)
		}
		leaving, leave := newLeaving(ctx, sender)
		releases = append(releases, sender.Close, leave)
		c = append(c, part{suite, &stage.Play{
			Target: suite.Target(s.description, how.procs), Contract: suite.Contract, Sender: leaving, Seed: config.Seed, Records: silent{},
			Process: process, Mark: s.mark(), Run: ctx, Hide: how.redactor.String, FailFast: config.FailFast,
		}})
	}
	return c, release, nil
}

// casts is the company as the engine runs it.
func (c company) casts() []engine.Cast {
	casts := make([]engine.Cast, len(c))
	for i, p := range c {
		casts[i] = engine.Cast{Register: p.suite.Register, Play: p.play}
	}
	return casts
}

// record has all plays write to one recorder.
func (c company) record(to record.Recorder) {
	for _, p := range c {
		p.play.Records = to
	}
}

// rehearse tries out the targets of all suites, one after the other, and gives each
// play what it found. It ends when one shows that nothing can be tested.
func (c company) rehearse(ctx context.Context, mayReset bool) []*rehearsal.Rehearsal {
	var all []*rehearsal.Rehearsal
	for _, p := range c {
		r := p.suite.Rehearse(ctx, p.play, mayReset)
		p.play.Doubts = r.Doubts()
		if all = append(all, r); ctx.Err() != nil || len(r.Fatal()) > 0 {
			break
		}
	}
	return all
}

// cleanUpAfter empties the carts that a rehearsal has used.
func (c company) cleanUpAfter(ctx context.Context, rehearsals []*rehearsal.Rehearsal) {
	for i, r := range rehearsals {
		if r.Began {
			c[i].cleanUp(ctx)
		}
	}
}

// cleanUp empties the carts of all lanes.
func (c company) cleanUp(ctx context.Context) {
	for _, p := range c {
		p.cleanUp(ctx)
	}
}

func (p part) cleanUp(ctx context.Context) {
	lanes := make([]int, len(p.play.Target.Lanes))
	for i := range lanes {
		lanes[i] = i
	}
	p.cleanUpLanes(ctx, lanes...)
}

func (p part) cleanUpLanes(ctx context.Context, lanes ...int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleaning)
	defer cancel()
	p.suite.CleanUp(ctx, p.play, lanes...)
}

// found is what a preflight found out for a suite, as it is told to workers.
type found struct {
	Doubts map[string]string
	Carts  map[int]string // by lane
	Data   target.Data    // with what was found in the place of data that the description lacks
}

// found gives what the preflight found out, by suite.
func (c company) found() map[string]found {
	all := map[string]found{}
	for _, p := range c {
		all[p.suite.Name] = found{Doubts: p.play.Doubts, Carts: p.play.Carts(), Data: p.play.Target.Data}
	}
	return all
}

// learn has the plays know what the preflight of another process found out.
func (c company) learn(all map[string]found) {
	for _, p := range c {
		f := all[p.suite.Name]
		p.play.Target.Data, p.play.Doubts = f.Data, f.Doubts
		p.play.UseCarts(f.Carts)
	}
}
