package session

import (
	"context"
	"fmt"

	"cartconform/runner/redact"
	"cartconform/runner/transport"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/businesscart"
	"cartconform/suites/stage"
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
	sender, err := transport.New(transport.Options{HTTP: s.description.HTTP, Version: Version().Suite, Redactor: redactor})
	if err != nil {
		return verdict.ExitUsage, err
	}
	defer sender.Close()
	fmt.Fprintf(config.Out, "target %s (profile %s)\n", s.describeTarget(), s.description.Target.Profile)
	leaving, release := newLeaving(ctx, sender)
	defer release()
	play := &stage.Play{Target: &s.description.Target, Contract: s.contract, Sender: leaving, Seed: config.Seed, Mark: s.mark(), Records: silent{}}
	rehearsal := businesscart.Rehearse(ctx, play, config.ResetCart)
	if rehearsal.Began {
		cleanUp(ctx, play)
	}
	if ctx.Err() != nil {
		return verdict.ExitUntested, fmt.Errorf("the check was interrupted")
	}
	good, code := 0, verdict.ExitOK
	for _, trial := range rehearsal.Trials {
		switch trial.Result {
		case businesscart.Good:
			good++
		case businesscart.Fatal:
			code = verdict.Worst(code, verdict.ExitUntested)
		default:
			code = verdict.Worst(code, verdict.ExitInconclusive)
		}
		where := ""
		if trial.Result != businesscart.Good {
			where = " (" + s.description.Where(trial.Key) + ")"
		}
		fmt.Fprintf(config.Out, "%-7s  %-30s %s%s\n", trial.Result, trial.Key, redactor.String(trial.Detail), where)
	}
	missing := 0
	has := hasData(&s.description.Target)
	for _, r := range s.contract.Catalogue().Requirements {
		for _, key := range r.Needs {
			if applies(r, s) && !has(key) {
				fmt.Fprintf(config.Out, "missing  %-30s %s cannot be judged without it\n", key, r.ID)
				missing++
			}
		}
	}
	fmt.Fprintf(config.Out, "%d of %d entries play their role; %d requirements lack data\n", good, len(rehearsal.Trials), missing)
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
	for _, f := range t.Features {
		if string(f) == r.Feature {
			return true
		}
	}
	return r.Feature == ""
}
