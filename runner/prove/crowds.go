package prove

import (
	"context"
	"slices"
	"strings"

	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/suites/record"
)

// confirmed gives the outcomes without what crowds found by chance. Specs in which
// several clients meet see another order of requests each time: what they alone
// blame a fault for, beside what it breaks, is looked for once more, with nothing
// else going on, and counts if it comes again.
func confirmed(ctx context.Context, seed int64, m matrix.Matrix, outcomes []proof.Outcome) ([]proof.Outcome, error) {
	blamed := map[string][]string{} // by fault, for which requirements
	var again []proof.Subject
	for _, f := range m.Faults {
		byCrowds := len(f.Collateral) > 0
		for _, b := range f.Collateral {
			byCrowds = byCrowds && !slices.ContainsFunc(b.Specs, func(name string) bool { return !ofCrowds(name) })
			blamed[f.ID] = append(blamed[f.ID], b.Requirement)
		}
		if byCrowds {
			i := slices.IndexFunc(outcomes, func(o proof.Outcome) bool { return o.Subject.Kind == proof.Fault && o.Subject.Name == f.ID })
			again = append(again, outcomes[i].Subject)
		}
	}
	if len(again) == 0 {
		return outcomes, nil
	}
	second := &progress{}
	if err := second.examine(ctx, 1, seed, again); err != nil {
		return nil, err
	}
	outcomes = slices.Clone(outcomes)
	for _, o := range second.outcomes {
		i := slices.IndexFunc(outcomes, func(first proof.Outcome) bool { return first.Subject == o.Subject })
		outcomes[i].Findings = slices.DeleteFunc(slices.Clone(outcomes[i].Findings), func(f record.Finding) bool {
			return slices.Contains(blamed[o.Subject.Name], f.Requirement) &&
				!slices.ContainsFunc(o.Findings, func(g record.Finding) bool { return g.Requirement == f.Requirement })
		})
	}
	return outcomes, nil
}

// ofCrowds reports whether several clients meet in a spec.
func ofCrowds(name string) bool { return strings.Contains(name, " concurrency ") }
