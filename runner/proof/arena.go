package proof

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"cartconform/fixtures/bank"
	"cartconform/fixtures/choice"
	"cartconform/fixtures/faults"
	remotefaults "cartconform/fixtures/faults/remotecart"
	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
	"cartconform/runner/repertoire"
	"cartconform/suites/stage"
)

// Arena is where one suite is tried: the reference of its API, the choices that it
// can make otherwise, and the faults that it can have.
type Arena struct {
	Suite  string // as package repertoire names it
	Faults []bank.Fault
	Table  []choice.Info

	slow    []string
	draw    func(seed int64, n int) string
	parse   func(sides string) error
	attempt func(ctx context.Context, a Arena, s Subject, how Options) (Trial, error)
}

// BusinessCart is the suite that is tried where none is named.
const BusinessCart = "business-cart"

// Arenas lists the suites that can be tried.
func Arenas() []Arena {
	return []Arena{
		{
			Suite: BusinessCart, Faults: bank.Known(faults.All()),
			Table: reference.ChoiceTable(), slow: reference.SlowSides(),
			draw:    func(seed int64, n int) string { return reference.Combination(seed, n).String() },
			parse:   func(sides string) error { _, err := reference.ParseChoices(sides); return err },
			attempt: attemptBusinessCart,
		},
		{
			Suite: remoteSuite, Faults: bank.Known(remotefaults.All()),
			Table: remotecart.ChoiceTable(), slow: remotecart.SlowSides(),
			draw:    func(seed int64, n int) string { return remotecart.Combination(seed, n).String() },
			parse:   func(sides string) error { _, err := remotecart.ParseChoices(sides); return err },
			attempt: attemptRemoteCart,
		},
	}
}

const remoteSuite = "remote-cart"

// ArenaOf gives the arena of a suite; "" is the Business Cart's.
func ArenaOf(suite string) (Arena, error) {
	var names []string
	for _, a := range Arenas() {
		if a.Suite == suite || suite == "" && a.Suite == BusinessCart {
			return a, nil
		}
		names = append(names, a.Suite)
	}
	return Arena{}, fmt.Errorf("wanted %s, got %q", strings.Join(names, " or "), suite)
}

// Plain is the reference itself.
func (a Arena) Plain() Subject { return Subject{Kind: Known, Name: "reference", Suite: Mark(a.Suite)} }

// Mark is the suite as a Subject names it.
func Mark(suite string) string {
	if suite == BusinessCart {
		return ""
	}
	return suite
}

// OfFault is the subject with a fault.
func OfFault(f bank.Fault) Subject { return Subject{Kind: Fault, Name: f.ID, Suite: Mark(f.API)} }

// Fault is the subject with a fault of this arena.
func (a Arena) Fault(id string) (Subject, error) {
	f, err := bank.Find(a.Faults, id)
	return OfFault(f), err
}

// Bank are the subjects with one fault each.
func (a Arena) Bank() []Subject {
	var subjects []Subject
	for _, f := range a.Faults {
		subjects = append(subjects, OfFault(f))
	}
	return subjects
}

// Sides are the subjects that make one choice otherwise than the reference.
func (a Arena) Sides() []Subject {
	var subjects []Subject
	for _, info := range a.Table {
		for _, value := range info.Values[1:] {
			subjects = append(subjects, Subject{Kind: Choice, Name: info.Name + "=" + value, Suite: Mark(a.Suite)})
		}
	}
	return subjects
}

// Slow lists the sides that keep one waiting, as "Name=side".
func (a Arena) Slow() []string { return a.slow }

// Seeds are the reference again, with n other seeds than one: the same has to come out.
func (a Arena) Seeds(but int64, n int) []Subject {
	var subjects []Subject
	for seed := but + 1; len(subjects) < n; seed++ {
		if seed != 0 {
			subject := a.Plain()
			subject.Seed = seed
			subjects = append(subjects, subject)
		}
	}
	return subjects
}

// Choosing is the subject that makes the choices named, "Name=side" with commas
// between.
func (a Arena) Choosing(sides string) (Subject, error) {
	s := Subject{Kind: Choice, Name: sides, Suite: Mark(a.Suite)}
	if strings.Contains(sides, ",") {
		s.Kind = Combination
	}
	return s, a.parse(sides)
}

// Combinations are n subjects that make many choices otherwise, drawn at random.
func (a Arena) Combinations(seed int64, n int) []Subject {
	var subjects []Subject
	for i := range n {
		subjects = append(subjects, Subject{Kind: Combination, Name: a.draw(seed, i), Suite: Mark(a.Suite)})
	}
	return subjects
}

// suite is what is tried, as a list of one.
func (a Arena) suite() (repertoire.List, error) {
	all, err := repertoire.All()
	if err != nil {
		return nil, err
	}
	return all.Only([]string{a.Suite})
}

func attemptBusinessCart(ctx context.Context, _ Arena, s Subject, how Options) (Trial, error) {
	var options reference.Options
	var err error
	switch s.Kind {
	case Fault:
		var fault faults.Fault
		if fault, err = faults.Find(s.Name); err == nil {
			options, how = Claiming(fault, how)
			if s.Muted != "" {
				how.Filter = stage.Filter([]string{fault.Requirement})
			}
		}
	case Choice, Combination:
		options.Choices, err = reference.ParseChoices(s.Name)
	}
	if err != nil {
		return Trial{}, err
	}
	return Reference(ctx, options, nil, how)
}

func attemptRemoteCart(ctx context.Context, _ Arena, s Subject, how Options) (Trial, error) {
	scenery := &scenery{}
	options := remotecart.Options{NewID: scenery.id, SigningKey: []byte("scenery")}
	var err error
	switch s.Kind {
	case Fault:
		var fault remotefaults.Fault
		if fault, err = remotefaults.Find(s.Name); err == nil {
			options.Points = fault.Points()
			if s.Muted != "" {
				how.Filter = stage.Filter([]string{fault.Requirement})
			}
		}
	case Choice, Combination:
		options.Choices, err = remotecart.ParseChoices(s.Name)
	}
	if err != nil {
		return Trial{}, err
	}
	return remoteReference(ctx, options, nil, scenery, how)
}

// RemoteReference is Reference for that of the remote cart.
func RemoteReference(ctx context.Context, options remotecart.Options, wrap func(http.Handler) http.Handler, o Options) (Trial, error) {
	return remoteReference(ctx, options, wrap, nil, o)
}

func remoteReference(ctx context.Context, options remotecart.Options, wrap func(http.Handler) http.Handler, scenery *scenery, o Options) (Trial, error) {
	server, err := remotecart.New(options)
	if err != nil {
		return Trial{}, fmt.Errorf("start the reference: %w", err)
	}
	handler := http.Handler(server)
	if wrap != nil {
		handler = wrap(handler)
	}
	at, err := listen(handler, options.Choices.Framing, options.Choices.KeepAlive, options.Choices.Protocol)
	if err != nil {
		return Trial{}, err
	}
	defer at.close()
	o.Suite, o.dial, o.tls, o.scenery = remoteSuite, at.dial, at.tls, scenery
	return Try(ctx, at.baseURL, o)
}
