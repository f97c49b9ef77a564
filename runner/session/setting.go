package session

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/description"
	"cartconform/runner/redact"
	"cartconform/runner/transport"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// knownSuites refuses names that are not that of the one suite of this version.
func knownSuites(names []string) error {
	for _, name := range names {
		if name != description.SuiteBusinessCart {
			return fmt.Errorf("--suite: wanted %s, got %q", description.SuiteBusinessCart, name)
		}
	}
	return nil
}

// setting is the target of a run and the contract that judges it.
type setting struct {
	description *description.Description
	contract    *spec.Contract
	embedded    bool
	close       func()
}

// prepare reads the description; without a target it starts the reference.
func prepare(config Config) (*setting, error) {
	contract, err := spec.BusinessCart()
	if err != nil {
		return nil, fmt.Errorf("load the contract: %w", err)
	}
	s := &setting{contract: contract, close: func() {}}
	name, text := config.DescriptionPath, []byte(nil)
	switch {
	case name != "":
		if text, err = os.ReadFile(name); err != nil {
			return nil, fmt.Errorf("read the target description: %w", err)
		}
	default: // with --target alone: a served reference, or something with the same data
		name, text, s.embedded = "reference-target.yaml", fixtures.ReferenceTargetYAML, config.TargetURL == ""
	}
	if s.description, err = description.Parse(name, text, os.LookupEnv); err != nil {
		return nil, err
	}
	address := config.TargetURL
	if s.embedded {
		handler, err := reference.New(reference.Options{})
		if err != nil {
			return nil, fmt.Errorf("start the reference: %w", err)
		}
		server := httptest.NewServer(handler)
		s.close, address = server.Close, server.URL
	}
	if address != "" {
		u, err := url.Parse(address)
		if err != nil {
			return nil, fmt.Errorf("--target: %w", err)
		}
		if s.description, err = s.description.WithTarget(u.String()); err != nil {
			s.close()
			return nil, fmt.Errorf("--target: %w", err)
		}
	}
	return s, nil
}

func (s *setting) baseURL() string { return s.description.HTTP.BaseURL.String() }

func (s *setting) describeTarget() string {
	if s.embedded {
		return "the embedded reference at " + s.baseURL()
	}
	return s.description.HTTP.BaseURL.Redacted()
}

// locate names a key of the description with its file and line.
func (s *setting) locate(key string) string { return s.description.Where(key) + " " + key }

// process is the name of a process in the ids of its exchanges: those of shards
// can so be told apart where they come together.
func (c Config) process(name string) string {
	if c.Shard.Of > 0 {
		return fmt.Sprintf("s%d%s", c.Shard.Number, name)
	}
	return name
}

// play makes the play of one process, which ends when ctx does.
func (s *setting) play(ctx context.Context, config Config, files *files, process string, redactor *redact.Redactor) (play *stage.Play, close func(), err error) {
	recorded, err := files.recordExchange(process, redactor)
	if err != nil {
		return nil, nil, err
	}
	sender, err := transport.New(transport.Options{
		HTTP: s.description.HTTP, Version: Version().Suite, IDPrefix: config.process(process),
		Redactor: redactor, Procs: config.Procs, Record: recorded,
	})
	if err != nil {
		return nil, nil, err
	}
	t := s.description.Target
	t.Lanes = slices.Clone(t.Lanes)
	leaving, release := newLeaving(ctx, sender)
	play = &stage.Play{
		Target: &t, Contract: s.contract, Sender: leaving, Seed: config.Seed, Records: silent{},
		Process: config.process(process), Run: ctx,
	}
	return play, func() { release(); sender.Close() }, nil
}

// silent drops records: those of a rehearsal.
type silent struct{}

func (silent) Spec(record.Spec)               {}
func (silent) Finding(record.Finding)         {}
func (silent) Observation(record.Observation) {}
func (silent) Drift(record.Drift)             {}

// hasData reports whether the description holds what a requirement needs, by the
// key that the catalogue uses.
func hasData(t *target.Target) func(key string) bool {
	return func(key string) bool {
		d := t.Data
		switch key {
		case "data.offers.available":
			return len(d.Available) > 0
		case "data.offers.sameProduct":
			return len(d.SameProduct) > 1
		case "data.offers.limited":
			return len(d.Limited) > 0
		case "data.offers.unavailable":
			return len(d.Unavailable) > 0
		case "data.offers.restricted":
			return len(d.Restricted) > 0
		case "data.offers.hosted":
			return len(d.Hosted) > 0
		case "data.addresses.deliverable":
			return d.Deliverable != nil
		case "data.addresses.other":
			return d.Other != nil
		case "data.addresses.other.differsIn":
			return d.Other != nil && len(d.OtherDiffersIn) > 0
		case "data.manyCartsBuyer":
			return d.ManyCartsBuyer != ""
		case "lanes.otherCartId": // whoever has many carts has two
			return d.ManyCartsBuyer != "" || slices.ContainsFunc(t.Lanes, func(l target.Lane) bool { return l.OtherCartID != "" })
		case "lanes.otherBuyer":
			return d.ManyCartsBuyer != "" || slices.ContainsFunc(t.Lanes, func(l target.Lane) bool { return l.Buyer != t.Lanes[0].Buyer })
		case "control.setPrice":
			return t.Control.SetPrice != nil
		case "control.setStock":
			return t.Control.SetStock != nil
		case "target.badHeaders":
			return t.BadCredentials
		}
		return !strings.HasPrefix(key, "data.") && !strings.HasPrefix(key, "lanes.")
	}
}

// settled gives the lanes with the carts that the rehearsal found.
func settled(ctx context.Context, play *stage.Play) []target.Lane {
	lanes := slices.Clone(play.Target.Lanes)
	for i := range lanes {
		lanes[i].CartID = stage.Of(play.Rehearsal(ctx, i)).CartID()
	}
	return lanes
}
