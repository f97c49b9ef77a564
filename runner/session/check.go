package session

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"cartconform/runner/redact"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/rehearsal"
	"cartconform/suites/target"
)

// Check tries a target description out and says, entry by entry, whether it
// plays its role. It judges no promise.
func Check(ctx context.Context, config Config) (verdict.Exit, error) {
	config.Procs, config.Seed = 1, randomSeed()
	s, err := prepare(config)
	if err != nil {
		return verdict.ExitUsage, err
	}
	defer s.close()
	redactor := redact.New(s.description.Secrets)
	fmt.Fprintf(config.Out, "target %s (profile %s)\n", s.describeTarget(), s.description.Target.Profile)
	company, release, err := s.company(ctx, config, sending{procs: 1, redactor: redactor})
	if err != nil {
		return verdict.ExitUsage, err
	}
	defer release()
	rehearsals := company.rehearse(ctx, config.ResetCart)
	company.cleanUpAfter(ctx, rehearsals)
	if ctx.Err() != nil {
		return verdict.ExitUntested, fmt.Errorf("the check was interrupted")
	}
	good, code := 0, verdict.ExitOK
	var trials []rehearsal.Trial
	for _, r := range rehearsals {
		trials = append(trials, r.Trials...)
	}
	for _, trial := range trials {
		switch trial.Result {
		case rehearsal.Good:
			good++
		case rehearsal.Fatal:
			code = verdict.Worst(code, verdict.ExitUntested)
		default:
			code = verdict.Worst(code, verdict.ExitInconclusive)
		}
		where := ""
		if trial.Result != rehearsal.Good {
			where = " (" + s.description.Where(trial.Key) + ")"
		}
		fmt.Fprintf(config.Out, "%-7s  %-30s %s%s\n", trial.Result, trial.Key, redactor.String(trial.Detail), where)
	}
	missing := 0
	has := s.suites.Has(&s.description.Target)
	for _, catalogue := range s.suites.Catalogues() {
		for _, r := range catalogue.Requirements {
			for _, key := range r.Needs {
				if applies(r, s) && !has(key) {
					fmt.Fprintf(config.Out, "missing  %-30s %s cannot be judged without it\n", key, r.ID)
					missing++
				}
			}
		}
	}
	for _, section := range slices.Sorted(maps.Keys(s.leftOut)) {
		fmt.Fprintf(config.Out, "left out %-30s %s\n", section, s.leftOut[section])
	}
	fmt.Fprintf(config.Out, "%d of %d entries play their role; %d requirements lack data\n", good, len(trials), missing)
	if missing > 0 {
		code = verdict.Worst(code, verdict.ExitInconclusive)
	}
	return code, nil
}

// applies reports whether a requirement is to be judged on the target at all, and
// is not judged when what it needs is missing.
func applies(r spec.Requirement, s *setting) bool {
	t := s.description.Target
	if r.Optional || r.Profile == spec.ProfileControlled && t.Profile != "controlled" {
		return false
	}
	return r.Feature == "" || t.Claims(target.Feature(r.Feature))
}
