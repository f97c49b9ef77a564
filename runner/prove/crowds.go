package prove

import (
	"context"
	"slices"
	"strings"

	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/suites/record"
)

// Specs in which several clients meet see another order of requests each time. What
// they alone blame a fault for, beside what it breaks, is looked for once more, with
// nothing else going on, and counts if it comes again.

// byCrowds lists the subjects whose faults are blamed for something else by such
// specs alone.
func byCrowds(m matrix.Matrix, outcomes []proof.Outcome) []proof.Subject {
	alone := func(b matrix.Blame) bool {
		return !slices.ContainsFunc(b.Specs, func(name string) bool { return !strings.Contains(name, " concurrency ") })
	}
	var subjects []proof.Subject
	for _, o := range outcomes {
		collateral := collateralOf(m, o.Subject)
		if len(collateral) > 0 && !slices.ContainsFunc(collateral, func(b matrix.Blame) bool { return !alone(b) }) {
			subjects = append(subjects, o.Subject)
		}
	}
	return subjects
}

// collateralOf gives what a subject's fault is blamed for beside what it breaks.
func collateralOf(m matrix.Matrix, s proof.Subject) []matrix.Blame {
	i := slices.IndexFunc(m.Faults, func(f matrix.Fault) bool { return s.Kind == proof.Fault && f.ID == s.Name })
	if i < 0 {
		return nil
	}
	return m.Faults[i].Collateral
}

// confirmed gives the outcomes, those of the subjects without what does not come again.
func confirmed(ctx context.Context, seed int64, subjects []proof.Subject, m matrix.Matrix, outcomes []proof.Outcome) ([]proof.Outcome, error) {
	second := &progress{}
	if err := second.examine(ctx, 1, seed, subjects); err != nil {
		return nil, err
	}
	outcomes = slices.Clone(outcomes)
	for _, o := range second.outcomes {
		i := slices.IndexFunc(outcomes, func(first proof.Outcome) bool { return first.Subject == o.Subject })
		collateral := collateralOf(m, o.Subject)
		outcomes[i].Findings = slices.DeleteFunc(slices.Clone(outcomes[i].Findings), func(f record.Finding) bool {
			return slices.ContainsFunc(collateral, func(b matrix.Blame) bool { return b.Requirement == f.Requirement }) &&
				!slices.ContainsFunc(o.Findings, func(g record.Finding) bool { return g.Requirement == f.Requirement })
		})
	}
	return outcomes, nil
}
