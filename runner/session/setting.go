package session

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"time"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/description"
	"cartconform/runner/redact"
	"cartconform/runner/transport"
	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// knownSuites refuses names that are not that of the one suite of this version.
func knownSuites(names []string) error {
	for _, name := range names {
		if name != "business-cart" {
			return fmt.Errorf("--suite: wanted business-cart, got %q", name)
		}
	}
	return nil
}

// setting is the target of a run and the contract that judges it.
type setting struct {
	description *description.Description
	contract    *spec.Contract
	waivers     waiver.File
	began       time.Time // the moment by which waivers expire
	embedded    bool
	replayed    bool // a recording is judged, and nobody is asked
	close       func()
}

// prepare reads the description; without a target it starts the reference.
func prepare(config Config) (*setting, error) {
	contract, err := spec.BusinessCart()
	if err != nil {
		return nil, fmt.Errorf("load the contract: %w", err)
	}
	s := &setting{contract: contract, began: time.Now(), close: func() {}}
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
	if !s.description.BusinessCart() {
		return nil, fmt.Errorf("%s: wanted the section target: this version judges the Business Cart API alone", name)
	}
	if config.WaiversPath != "" {
		if s.waivers, err = waiver.Load(config.WaiversPath, contract.Catalogue()); err != nil {
			return nil, err
		}
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
		if s.description, err = s.description.WithTarget(address); err != nil {
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

// mark is that of the run in stage.Play: the moment it began, short.
func (s *setting) mark() string { return strconv.FormatInt(s.began.UnixMilli(), 36) }

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
		Process: config.process(process), Mark: s.mark(), Run: ctx, Hide: redactor.String, FailFast: config.FailFast,
	}
	return play, func() { release(); sender.Close() }, nil
}

// silent drops records: those of a rehearsal.
type silent struct{}

func (silent) Spec(record.Spec)               {}
func (silent) Finding(record.Finding)         {}
func (silent) Observation(record.Observation) {}
func (silent) Drift(record.Drift)             {}

// settled gives the lanes with the carts that the rehearsal found.
func settled(ctx context.Context, play *stage.Play) []target.Lane {
	lanes := slices.Clone(play.Target.Lanes)
	for i := range lanes {
		lanes[i].CartID = stage.Of(play.Rehearsal(ctx, i)).CartID()
	}
	return lanes
}
