package matrix

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"cartconform/spec/yamlfile"
)

//go:embed settled
var settledFiles embed.FS

//go:embed settled.schema.json
var settledSchema []byte

// Settled is what looks like a mistake of the suite and is none, with the reasons.
type Settled struct {
	Twins []struct {
		Faults []string `yaml:"faults"`
		Reason string   `yaml:"reason"`
	} `yaml:"twins"`
	Specs []struct {
		Specs  []string `yaml:"specs"`
		Reason string   `yaml:"reason"`
		BySeed bool     `yaml:"bySeed"` // with some seeds they are the only killers of a fault
	} `yaml:"specs"`
}

// Settle reads what is settled of a suite: its file in the folder settled beside
// this one.
func Settle(suite string) (Settled, error) {
	var s Settled
	name := settledFile(suite)
	text, err := settledFiles.ReadFile(name)
	if err != nil {
		return s, fmt.Errorf("read what is settled of %s: %w", suite, err)
	}
	file, err := yamlfile.Parse("runner/matrix/"+name, "what is settled", text, yamlfile.Rules{})
	if err != nil {
		return s, err
	}
	if err := file.Check("settled.schema.json", settledSchema); err != nil {
		return s, err
	}
	if err := file.Root.Decode(&s); err != nil {
		return s, fmt.Errorf("runner/matrix/%s: %w", name, err)
	}
	return s, file.Err()
}

func settledFile(suite string) string { return "settled/" + suite + ".yaml" }

// settle notes the faults that the suite cannot tell apart and the specs that are
// the only killers of no fault, unless somebody said why; and what was said of
// others.
func (m *Matrix) settle(s Settled, operation map[string]string) {
	reasons := map[string]string{} // by the faults of a group, sorted
	for _, t := range s.Twins {
		reasons[strings.Join(slices.Sorted(slices.Values(t.Faults)), " ")] = t.Reason
	}
	for _, group := range m.alike(operation) {
		if _, said := reasons[group]; said {
			delete(reasons, group)
			continue
		}
		m.problem(Twins, group, "wanted faults of %s that differ in what catches them, got the same specs for all: drop one, have it show otherwise, "+
			"or say why in %s", operation[m.requirementOf(group)], settledFile(m.Suite))
	}
	for group := range reasons {
		m.problem(Needless, group, "wanted faults in %s that the same specs catch, got others", settledFile(m.Suite))
	}
	why, bySeed := map[string]string{}, s.bySeed()
	for _, entry := range s.Specs {
		for _, name := range entry.Specs {
			why[name] = entry.Reason
		}
	}
	for i := range m.Specs {
		spec := &m.Specs[i]
		reason, said := why[spec.Name]
		delete(why, spec.Name)
		switch idle := len(spec.OnlyKillerOf) == 0; {
		case idle && said:
			spec.Stays = reason
		case idle:
			m.problem(Idle, spec.Name, "wanted a fault that survives without it, got none (%d of %s killed): write one, delete the spec, or say why in %s (%s:%d)",
				spec.Kills, spec.Requirement, settledFile(m.Suite), spec.File, spec.Line)
		case said && !bySeed[spec.Name]:
			m.problem(Needless, spec.Name, "%s says why it stays, but it is the only killer of %s", settledFile(m.Suite), strings.Join(spec.OnlyKillerOf, ", "))
		}
	}
	for name := range why {
		m.problem(Needless, name, "%s names a spec that is not there", settledFile(m.Suite))
	}
	slices.SortStableFunc(m.Problems, func(a, b Problem) int {
		if a.Kind == b.Kind && (a.Kind == Needless || a.Kind == Twins) {
			return strings.Compare(a.Subject, b.Subject)
		}
		return 0
	})
}

// bySeed names the specs that are the only killers of a fault with some seeds alone.
func (s Settled) bySeed() map[string]bool {
	names := map[string]bool{}
	for _, entry := range s.Specs {
		for _, name := range entry.Specs {
			names[name] = entry.BySeed
		}
	}
	return names
}

// alike gives groups of faults, by their ids with blanks between, whose
// requirements are about the same operation and which are found by the same specs.
func (m *Matrix) alike(operation map[string]string) []string {
	groups := map[string][]string{}
	var order []string
	for _, f := range m.Faults {
		key := operation[f.Requirement] + "|" + strings.Join(f.specs(), "|")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f.ID)
	}
	var alike []string
	for _, key := range order {
		if len(groups[key]) > 1 {
			slices.Sort(groups[key])
			alike = append(alike, strings.Join(groups[key], " "))
		}
	}
	return alike
}

// specs are all that report something of a fault, sorted.
func (f Fault) specs() []string {
	var names []string
	for _, finding := range f.findings {
		names = append(names, finding.Spec)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (m *Matrix) requirementOf(group string) string {
	first, _, _ := strings.Cut(group, " ")
	for _, f := range m.Faults {
		if f.ID == first {
			return f.Requirement
		}
	}
	return ""
}
