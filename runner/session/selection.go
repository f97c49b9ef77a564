package session

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"cartconform/runner/coverage"
	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/runner/repertoire"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

// selection is what a run is to judge.
type selection struct {
	specs    []engine.Spec       // all that there are
	declared map[string][]string // their names, by requirement
	ids      map[string]bool     // selected requirements; nil = all
	leftOut  map[string]bool     // names of specs that are not to run
	filter   string              // Ginkgo label filter of those that are; "" = all
}

// choose applies --requirement, --label-filter and --shard.
func (s *setting) choose(config Config) (*selection, error) {
	specs := s.preview()
	chosen := &selection{specs: specs, declared: map[string][]string{}, leftOut: map[string]bool{}}
	for _, sp := range specs {
		chosen.declared[sp.Requirement] = append(chosen.declared[sp.Requirement], sp.Name)
	}
	ids, err := selectedIDs(config, s.suites)
	if err != nil {
		return nil, err
	}
	running := specs
	var filters []string
	if config.LabelFilter != "" {
		if running, err = engine.Select(running, config.LabelFilter); err != nil {
			return nil, fmt.Errorf("--label-filter: %w", err)
		}
		filters = append(filters, "("+config.LabelFilter+")")
		if ids == nil {
			ids = map[string]bool{}
			for _, sp := range running {
				ids[sp.Requirement] = true
			}
		}
	}
	if ids != nil {
		running = slices.DeleteFunc(slices.Clone(running), func(sp engine.Spec) bool { return !ids[sp.Requirement] })
		if len(running) > 0 {
			filters = append(filters, stage.Filter(requirementsOf(running)))
		}
	}
	if len(running) == 0 {
		return nil, errors.New("the filter matches no spec: cartconform requirements lists what there is")
	}
	chosen.ids, chosen.filter = ids, strings.Join(filters, " && ")
	runs := map[string]bool{}
	for _, sp := range running {
		runs[sp.Name] = true
	}
	for _, sp := range specs {
		if !runs[sp.Name] {
			chosen.leftOut[sp.Name] = true
		}
	}
	return chosen, nil
}

// running gives the names of the specs that are to run, by requirement.
func (c *selection) running() map[string][]string {
	running := map[string][]string{}
	for id, names := range c.declared {
		for _, name := range names {
			if !c.leftOut[name] {
				running[id] = append(running[id], name)
			}
		}
	}
	return running
}

// unrecorded says which of the specs that were to run left no record; "" when all
// of them did.
func (c *selection) unrecorded(records journal.Records) string {
	ended := map[string]bool{}
	for _, r := range records.Specs {
		ended[r.Name] = true
	}
	missing, first := 0, ""
	for _, names := range c.running() {
		for _, name := range names {
			if !ended[name] {
				missing++
				if first == "" || name < first {
					first = name
				}
			}
		}
	}
	if missing == 0 {
		return ""
	}
	return fmt.Sprintf("%d specs left no record, among them %q", missing, first)
}

// selectedIDs gives the requirements that --requirement and --shard leave; nil
// when neither is given.
func selectedIDs(config Config, suites repertoire.List) (map[string]bool, error) {
	if len(config.Requirements) == 0 && config.Shard.Of == 0 {
		return nil, nil
	}
	ids := config.Requirements
	for _, id := range ids {
		if _, ok := suites.Judging(id); !ok {
			return nil, unknown(id, config, suites)
		}
	}
	if len(ids) == 0 {
		for _, catalogue := range suites.Catalogues() {
			for _, r := range catalogue.Requirements {
				ids = append(ids, r.ID)
			}
		}
	}
	selected := map[string]bool{}
	for i, id := range dealt(ids, config.Seed) {
		if config.Shard.Of == 0 || i%config.Shard.Of == config.Shard.Number-1 {
			selected[id] = true
		}
	}
	return selected, nil
}

// unknown says why a requirement is none that the suites of the run judge.
func unknown(id string, config Config, suites repertoire.List) error {
	if all, err := config.repertoire(); err == nil {
		if other, ok := all.Judging(id); ok {
			return fmt.Errorf("--requirement: %s is judged by the suite %s, and this run is of %s: name the suite, and have the section %s in the target description",
				id, other.Name, strings.Join(suites.Names(), ", "), other.Section)
		}
	}
	return fmt.Errorf("--requirement: unknown requirement %q: cartconform requirements lists them", id)
}

// dealt puts ids into an order that depends on the seed and on nothing else.
func dealt(ids []string, seed int64) []string {
	hash := func(id string) uint64 {
		h := fnv.New64a()
		_ = binary.Write(h, binary.BigEndian, seed) // a hash takes everything
		h.Write([]byte(id))
		return h.Sum64()
	}
	sorted := slices.Clone(ids)
	slices.SortFunc(sorted, func(a, b string) int { return cmp.Or(cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b)) })
	return sorted
}

func requirementsOf(specs []engine.Spec) []string {
	var ids []string
	for _, s := range specs {
		ids = append(ids, s.Requirement)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// preview lists the specs that the suites have for the target's profile.
func (s *setting) preview() []engine.Spec { return Preview(s.suites, s.description.Target.Profile) }

// Preview lists the specs that suites have for a profile.
func Preview(suites repertoire.List, profile target.Profile) []engine.Spec {
	var casts []engine.Cast
	for _, suite := range suites {
		play := &stage.Play{Target: &target.Target{Profile: profile, Lanes: []target.Lane{{}}}, Contract: suite.Contract, Records: silent{}}
		casts = append(casts, engine.Cast{Register: suite.Register, Play: play})
	}
	return engine.Preview(casts...)
}

// Coverage gives the matrix of requirements, specs and faults, and every spec of
// the suites, those of a static sandbox among them.
func Coverage(suites repertoire.List) ([]coverage.Row, []engine.Spec, error) {
	specs := Preview(suites, target.Live)
	known := len(specs)
	for _, sp := range Preview(suites, target.StaticSandbox) { // a suite may have the same for every profile
		if !slices.ContainsFunc(specs[:known], func(other engine.Spec) bool {
			return other.Name == sp.Name && other.File == sp.File && other.Line == sp.Line
		}) {
			specs = append(specs, sp)
		}
	}
	var rows []coverage.Row
	for _, suite := range suites {
		part, err := coverage.Matrix(suite.Contract, specs, suite.Faults)
		if err != nil {
			return nil, nil, fmt.Errorf("what covers %s: %w", suite.Name, err)
		}
		rows = append(rows, part...)
	}
	return rows, specs, nil
}
