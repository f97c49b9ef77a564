// Package repertoire lists the suites of this version, with all that the machine
// has to know of each. Nothing outside of it asks which suites there are.
package repertoire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"cartconform/fixtures/bank"
	"cartconform/runner/description"
	"cartconform/spec"
	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// Suite is one suite and the contract that it judges.
type Suite struct {
	Name     string // as --suite and the catalogue call it, e.g. "business-cart"
	Contract *spec.Contract
	Faults   []bank.Fault // that are known of the API
	Register func(*stage.Play)
	// Rehearse tries out the play's target; mayReset is the permission to empty carts.
	Rehearse func(ctx context.Context, play *stage.Play, mayReset bool) *rehearsal.Rehearsal
	// CleanUp leaves nothing in the carts of lanes.
	CleanUp func(ctx context.Context, play *stage.Play, lanes ...int)

	Section string // of the target description, without which there is no target
	Service func(*description.Description) Service
	// Mark ends the names of the suite's processes in the ids of exchanges: capital
	// letters, others for each suite; one suite has none.
	Mark string
	// Lanes gives the lanes that a play with procs processes has; fewer than procs when
	// there are no more. The target is not changed.
	Lanes func(t *target.Target, procs int) []target.Lane
	// Has says, for each key that a requirement of the catalogue may need, how its
	// presence in a target description is told.
	Has map[string]func(*target.Target) bool
}

// Service is how the target of a suite is reached.
type Service struct {
	HTTP    description.HTTP
	Signing *description.RemoteCart // nil where requests are not signed
	Pace    func(*target.Target)    // has the target tell the pace of this service
}

// BaseURL is where the service stands, or another locale of it.
func (s Service) BaseURL(locale string) string {
	if s.Signing != nil {
		if other := s.Signing.Locales[locale]; other.BaseURL != nil {
			return other.BaseURL.String()
		}
	}
	return s.HTTP.BaseURL.String()
}

// Target is what the suite's plays know of the described target: a copy, with lanes
// for procs processes.
func (s Suite) Target(d *description.Description, procs int) *target.Target {
	t := d.Target
	t.Lanes = slices.Clone(s.Lanes(&t, procs))
	if pace := s.Service(d).Pace; pace != nil {
		pace(&t)
	}
	return &t
}

// Mark gives the mark of the suite that an exchange was made by, by its id: "R" for
// "x-s2w1R-000123", "" for "x-w1-000123".
func Mark(exchange string) string {
	process := exchange[:max(0, strings.LastIndexByte(exchange, '-'))]
	return process[len(strings.TrimRightFunc(process, unicode.IsUpper)):]
}

// List is some suites, in the order in which they are reported.
type List []Suite

// Names gives the names of the suites.
func (l List) Names() []string {
	names := make([]string, len(l))
	for i, s := range l {
		names[i] = s.Name
	}
	return names
}

// Catalogues gives the catalogues of the suites.
func (l List) Catalogues() []*spec.Catalogue {
	catalogues := make([]*spec.Catalogue, len(l))
	for i, s := range l {
		catalogues[i] = s.Contract.Catalogue()
	}
	return catalogues
}

// Find gives the suite of a name.
func (l List) Find(name string) (Suite, bool) {
	if i := slices.IndexFunc(l, func(s Suite) bool { return s.Name == name }); i >= 0 {
		return l[i], true
	}
	return Suite{}, false
}

// Judging gives the suite whose catalogue has a requirement.
func (l List) Judging(requirement string) (Suite, bool) {
	for _, s := range l {
		if _, found := s.Contract.Catalogue().Find(requirement); found {
			return s, true
		}
	}
	return Suite{}, false
}

// Only gives the suites with these names; for none all.
func (l List) Only(names []string) (List, error) {
	if len(names) == 0 {
		return l, nil
	}
	for _, name := range names {
		if _, known := l.Find(name); !known {
			return nil, fmt.Errorf("wanted %s, got %q", strings.Join(l.Names(), " or "), name)
		}
	}
	return slices.DeleteFunc(slices.Clone(l), func(s Suite) bool { return !slices.Contains(names, s.Name) }), nil
}

// Asked gives the suites that judge one of the requirements: no other need ask its
// target for anything. Where none of them does, all are given.
func (l List) Asked(requirements []string) List {
	asked := slices.DeleteFunc(slices.Clone(l), func(s Suite) bool {
		return !slices.ContainsFunc(requirements, func(id string) bool {
			_, judges := s.Contract.Catalogue().Find(id)
			return judges
		})
	})
	if len(asked) == 0 {
		return l
	}
	return asked
}

// Undescribed is the error of a suite that was named, and whose target is not described.
type Undescribed struct{ Suite, Section, File string }

func (e *Undescribed) Error() string {
	return fmt.Sprintf("suite %s: wanted the section %s in %s, which says where its target is, got none", e.Suite, e.Section, e.File)
}

// Described gives the suites with these names; for none those that the description
// has the section for. It is an error when the section of one that is named is
// missing, or all are.
func (l List) Described(d *description.Description, names []string) (List, error) {
	chosen, err := l.Only(names)
	if err != nil {
		return nil, err
	}
	sections := d.Sections()
	described := func(s Suite) bool { return slices.Contains(sections, s.Section) }
	for _, s := range chosen {
		if len(names) > 0 && !described(s) {
			return nil, &Undescribed{Suite: s.Name, Section: s.Section, File: d.Name}
		}
	}
	out := slices.DeleteFunc(slices.Clone(chosen), func(s Suite) bool { return !described(s) })
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: wanted the section of a suite of this version (%s), got %s", d.Name, strings.Join(l.sections(), ", "), strings.Join(sections, ", "))
	}
	return out, nil
}

// LeftOut says, by the sections of the description that none of the suites in run
// is for, why the APIs there are not judged.
func (l List) LeftOut(d *description.Description, run List) map[string]string {
	out := map[string]string{}
	for _, section := range d.Sections() {
		if slices.Contains(run.sections(), section) {
			continue
		}
		out[section] = "this version has no suite for it"
		for _, s := range l {
			if s.Section == section {
				out[section] = "nothing of its suite was asked for: --suite " + s.Name
			}
		}
	}
	return out
}

func (l List) sections() []string {
	var sections []string
	for _, s := range l {
		sections = append(sections, s.Section)
	}
	return sections
}

// Has reports whether a target description holds what a requirement needs, by the
// key that the catalogues use.
func (l List) Has(t *target.Target) func(key string) bool {
	return func(key string) bool {
		return slices.ContainsFunc(l, func(s Suite) bool {
			has := s.Has[key]
			return has != nil && has(t)
		})
	}
}

// All lists the suites of this version.
func All() (List, error) {
	business, err := businessCart()
	if err != nil {
		return nil, err
	}
	remote, err := remoteCart()
	if err != nil {
		return nil, err
	}
	return List{business, remote}, nil
}
