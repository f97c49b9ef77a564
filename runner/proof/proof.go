// Package proof runs the suites against targets of which is known what is wrong
// with them: what the suites then say shows whether they can be trusted.
package proof

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/description"
	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/runner/session"
	"cartconform/runner/transport"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
)

// Options say how a target is tried.
type Options struct {
	Suite   string // that is tried; "" for the Business Cart's
	Seed    int64
	Filter  string        // Ginkgo label filter; "" = all specs
	Timeout time.Duration // of one request; 0 = the description's
	Settle  time.Duration // how long a controlled change is waited for; 0 = the description's
	Muted   string        // name of a spec that is content whatever it sees; "" = none
	// Describe changes the reference's target description; nil leaves it.
	Describe func(yaml string) string
	// Lookup gives the values of the environment that the description names; nil is the
	// process's, with the keys of the reference.
	Lookup func(name string) (string, bool)

	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	tls     *tls.Config
	scenery *scenery
}

// Trial is what the suites found out about one target.
type Trial struct {
	Result    verdict.Result
	Records   journal.Records
	Exchanges []*spec.Exchange // in the order in which they ended
	Fatal     []rehearsal.Trial

	contract *spec.Contract
}

// Failed gives the ids of the must and should requirements that failed, sorted.
func (t Trial) Failed() []string {
	var ids []string
	for _, r := range t.Result.Requirements {
		if r.State == verdict.Failed {
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// State gives the state of one requirement.
func (t Trial) State(id string) verdict.State {
	for _, r := range t.Result.Requirements {
		if r.ID == id {
			return r.State
		}
	}
	return ""
}

// Reference starts the reference, wrapped, and tries it. Client and server are
// those that would speak over TCP, but what they write does not pass through the
// kernel, unless a choice is about that: a trial takes a sixth less time so, and
// comes out the same.
func Reference(ctx context.Context, options reference.Options, wrap func(http.Handler) http.Handler, o Options) (Trial, error) {
	scenery := &scenery{}
	scenery.furnish(&options)
	server, err := reference.New(options)
	if err != nil {
		return Trial{}, fmt.Errorf("start the reference: %w", err)
	}
	handler := http.Handler(server)
	if wrap != nil {
		handler = wrap(handler)
	}
	at, err := listen(handler, server.Choices().Framing, server.Choices().KeepAlive, server.Choices().Protocol)
	if err != nil {
		return Trial{}, err
	}
	defer at.close()
	describe := o.Describe
	o.Describe = func(text string) string {
		if describe != nil {
			text = describe(text)
		}
		return named(text, server.Catalog(), server.Choices())
	}
	o.dial, o.tls, o.scenery = at.dial, at.tls, scenery
	return Try(ctx, at.baseURL, o)
}

// Try runs a suite against a target that has the reference's data. Ginkgo allows one run at a time in a process.
func Try(ctx context.Context, baseURL string, o Options) (Trial, error) {
	a, err := ArenaOf(o.Suite)
	if err != nil {
		return Trial{}, err
	}
	suites, err := a.suite()
	if err != nil {
		return Trial{}, err
	}
	suite, text := suites[0], string(fixtures.ReferenceTargetYAML)
	if suite.Section == "remoteCart" {
		text = "profile: controlled\n" + string(fixtures.ReferenceRemoteCartYAML)
	}
	if o.Describe != nil {
		text = o.Describe(text)
	}
	if o.Lookup == nil {
		o.Lookup = session.ReferenceKeys
	}
	d, err := description.Parse("reference-target.yaml", []byte(text), o.Lookup)
	if err != nil {
		return Trial{}, err
	}
	if d, err = at(d, baseURL); err != nil {
		return Trial{}, err
	}
	service, told := suite.Service(d), suite.Target(d, 1)
	if o.Timeout > 0 {
		service.HTTP.Timeout = o.Timeout
	}
	if o.Settle > 0 {
		told.Control.Settle = o.Settle
		if told.Remote != nil {
			told.Remote.Control.Settle = o.Settle
		}
	}
	trial := Trial{contract: suite.Contract}
	var mu sync.Mutex
	sender, err := transport.New(transport.Options{HTTP: service.HTTP, Signing: service.Signing, Dial: o.dial, TLS: o.tls, Record: func(x *spec.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		trial.Exchanges = append(trial.Exchanges, x)
	}})
	if err != nil {
		return Trial{}, err
	}
	defer sender.Close()

	var carrier stage.Sender = sender
	if o.scenery != nil {
		carrier = watching{sender, o.scenery}
	}
	memory := &journal.Memory{}
	play := &stage.Play{Target: told, Contract: suite.Contract, Sender: carrier, Records: memory, Seed: o.Seed, Muted: o.Muted}
	cast := engine.Cast{Register: suite.Register, Play: play}
	input := session.Question(told, suites, engine.Preview(cast))
	tried := suite.Rehearse(ctx, play, true)
	if trial.Fatal = tried.Fatal(); len(trial.Fatal) == 0 {
		play.Doubts = tried.Doubts()
		engine.Run([]engine.Cast{cast}, engine.Options{Seed: o.Seed, Filter: o.Filter})
	} else {
		input.Interrupted = true
	}
	trial.Records = memory.Records()
	input.Records = trial.Records
	trial.Result = verdict.Evaluate(input)
	return trial, nil
}

// at is the description of a target that stands elsewhere.
func at(d *description.Description, baseURL string) (*description.Description, error) {
	if d.BusinessCart() {
		return d.WithTarget(baseURL)
	}
	return d.WithRemoteCart(baseURL)
}
