package session

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"

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
		has := dataKeys()[key]
		return has != nil && has(t)
	}
}

// dataKeys says, for each key that a requirement of the catalogue may need, how
// its presence is told.
func dataKeys() map[string]func(t *target.Target) bool {
	offers := func(list func(d *target.Data) []target.Offer, least int) func(*target.Target) bool {
		return func(t *target.Target) bool { return len(list(&t.Data)) >= least }
	}
	return map[string]func(*target.Target) bool{
		"data.offers.available": func(t *target.Target) bool { // a search stands in for them
			return len(t.Data.Available) > 0 || t.Search != nil
		},
		"data.offers.sameProduct":    offers(func(d *target.Data) []target.Offer { return d.SameProduct }, 2),
		"data.offers.limited":        offers(func(d *target.Data) []target.Offer { return d.Limited }, 1),
		"data.offers.restricted":     offers(func(d *target.Data) []target.Offer { return d.Restricted }, 1),
		"data.offers.hosted":         offers(func(d *target.Data) []target.Offer { return d.Hosted }, 1),
		"data.addresses.deliverable": func(t *target.Target) bool { return t.Data.Deliverable != nil },
		"data.addresses.other.differsIn": func(t *target.Target) bool {
			return t.Data.Other != nil && len(t.Data.OtherDiffersIn) > 0
		},
		"data.manyCartsBuyer": func(t *target.Target) bool { return t.Data.ManyCartsBuyer != "" },
		"lanes.otherCartId": func(t *target.Target) bool { // whoever has many carts has two
			return t.Data.ManyCartsBuyer != "" || slices.ContainsFunc(t.Lanes, func(l target.Lane) bool { return l.OtherCartID != "" })
		},
		"lanes.otherBuyer": func(t *target.Target) bool {
			return t.Data.ManyCartsBuyer != "" || slices.ContainsFunc(t.Lanes, func(l target.Lane) bool { return l.Buyer != t.Lanes[0].Buyer })
		},
		"ordering":          func(t *target.Target) bool { return t.Ordering != nil },
		"search":            func(t *target.Target) bool { return t.Search != nil },
		"control.setPrice":  func(t *target.Target) bool { return t.Control.SetPrice != nil },
		"control.setStock":  func(t *target.Target) bool { return t.Control.SetStock != nil },
		"target.badHeaders": func(t *target.Target) bool { return t.BadCredentials },
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
