package verdict_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// TestAnyRun makes up runs and checks what must hold for each of them.
func TestAnyRun(t *testing.T) {
	seen := map[verdict.Verdict]int{}
	for seed := range uint64(4000) {
		in := anyInput(rand.New(rand.NewPCG(seed, 1)))
		result := verdict.Evaluate(in)
		seen[result.Verdict]++
		for _, complaint := range complaints(in, result) {
			t.Errorf("seed %d: %s", seed, complaint)
		}
		if again := verdict.Evaluate(in); !reflect.DeepEqual(again, result) {
			t.Errorf("seed %d: wanted the same result again", seed)
		}
		if t.Failed() {
			return
		}
	}
	for _, v := range verdict.Verdicts() {
		if seen[v] < 50 {
			t.Errorf("wanted enough runs that are %s, got %v", v, seen)
		}
	}
}

func complaints(in verdict.Input, result verdict.Result) []string {
	var out []string
	complain := func(when bool, format string, args ...any) {
		if when {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	var want, got []string
	for _, c := range in.Catalogues {
		for _, r := range c.Requirements {
			want = append(want, r.ID)
		}
	}
	counted := map[spec.Level]map[verdict.State]int{spec.Must: {}, spec.Should: {}, spec.May: {}}
	decisive := map[verdict.State]int{}
	for _, r := range result.Requirements {
		got = append(got, r.ID)
		counted[r.Level][r.State]++
		if r.Decides(result.Level) {
			decisive[r.State]++
		}
		complain(!slices.Contains(verdict.States(), r.State), "%s has no state: %q", r.ID, r.State)
		aside := r.State == verdict.Inconclusive && slices.ContainsFunc(r.BuildsOn, func(id string) bool {
			return result.Requirements[slices.IndexFunc(result.Requirements, func(q verdict.Requirement) bool { return q.ID == id })].State == verdict.Failed
		})
		complain((r.State == verdict.Failed || r.State == verdict.Waived) != (len(r.Findings) > 0 && !aside), "%s is %s with %d findings", r.ID, r.State, len(r.Findings))
		complain((r.State == verdict.Waived) != (r.Waiver != nil && r.Waiver.ID == r.ID), "%s is %s by waiver %v", r.ID, r.State, r.Waiver)
		complain(r.Level == spec.May && slices.Contains([]verdict.State{verdict.Failed, verdict.Passed, verdict.Waived}, r.State), "%s of level may is %s", r.ID, r.State)
		complain((r.State == verdict.Passed) != (r.Reason == ""), "%s is %s with reason %q", r.ID, r.State, r.Reason)
		complain(len(r.Specs) < len(in.Specs[r.ID]), "%s lost a declared spec", r.ID)
		if r.State == verdict.Passed {
			for _, s := range r.Specs {
				fine := s.Outcome == record.Passed && s.Answered > 0 && s.Assertions > 0 || s.Outcome == record.NotApplied
				complain(!fine, "%s passed with spec %+v", r.ID, s)
			}
		}
	}
	complain(!slices.Equal(want, got), "wanted requirements %v, got %v", want, got)
	complain(result.Totals.All().Total() != len(want), "wanted totals of %d, got %+v", len(want), result.Totals)
	for _, level := range verdict.Levels() {
		for _, state := range verdict.States() {
			complain(result.Totals.Of(level).Of(state) != counted[level][state], "wanted %d %s %s, got %+v",
				counted[level][state], level, state, result.Totals)
		}
	}
	for _, f := range in.Records.Findings {
		i := slices.Index(got, f.Requirement)
		complain(i >= 0 && result.Requirements[i].Level != spec.May && !slices.Contains(holding(in), f.Requirement) &&
			result.Requirements[i].State != verdict.Failed && (len(result.Requirements[i].BuildsOn) == 0 || result.Verdict != verdict.NotConformant),
			"the finding of %s is lost", f.Requirement)
	}
	change := false // somebody has to change the waivers
	complain(len(result.Waivers) != len(in.Waivers), "wanted %d waivers, got %d", len(in.Waivers), len(result.Waivers))
	for _, w := range result.Waivers {
		row := result.Requirements[slices.Index(got, w.ID)]
		complain((w.Use == verdict.Used) != (row.State == verdict.Waived), "waiver for %s is %s, the row %s", w.ID, w.Use, row.State)
		complain((w.Use == verdict.Expired) == slices.Contains(holding(in), w.ID), "waiver for %s is %s", w.ID, w.Use)
		complain((w.Use == verdict.Unneeded) && row.State != verdict.Passed, "waiver for %s is %s, the row %s", w.ID, w.Use, row.State)
		change = change || w.Use.IsFinding()
	}

	expected := verdict.Conformant
	switch {
	case decisive[verdict.Failed] > 0:
		expected = verdict.NotConformant
	case decisive[verdict.NotRun] > 0 || in.Interrupted:
		expected = verdict.Partial
	case decisive[verdict.Inconclusive] > 0 || decisive[verdict.Passed] == 0:
		expected = verdict.Undecided
	case result.Totals.All().Waived > 0:
		expected = verdict.ConformantWithWaivers
	}
	complain(result.Verdict != expected, "wanted verdict %s of %v, got %s", expected, decisive, result.Verdict)

	exit := result.Exit()
	complain(exit == 0 && decisive[verdict.Passed]+decisive[verdict.Waived] == 0, "exit 0 although nothing was checked")
	complain(exit == 0 && (decisive[verdict.Failed]+decisive[verdict.Inconclusive] > 0 || in.Interrupted), "exit 0 with %v", decisive)
	conformant := result.Verdict == verdict.Conformant || result.Verdict == verdict.ConformantWithWaivers
	complain(exit == 0 && in.Selected == nil && !conformant, "exit 0 with %s", result.Verdict)
	complain(conformant && exit != 0 && !change, "%s with exit %d", result.Verdict, exit)
	complain((exit == 1) != (result.Verdict == verdict.NotConformant || change), "%s with exit %d", result.Verdict, exit)
	complain(len(result.InternalErrors) > 0, "wanted no internal errors, got %q", result.InternalErrors)
	return out
}

// holding gives the requirements whose waivers have not expired.
func holding(in verdict.Input) []string {
	var ids []string
	for _, w := range in.Waivers {
		if w.Expires >= "2026-06-15" {
			ids = append(ids, w.ID)
		}
	}
	return ids
}

// anyInput makes up a run without internal errors.
func anyInput(random *rand.Rand) verdict.Input {
	chance := func(percent int) bool { return random.IntN(100) < percent }
	profiles := []target.Profile{target.Live, target.Controlled, target.StaticSandbox}
	in := verdict.Input{
		Profile:     profiles[random.IntN(len(profiles))],
		Specs:       map[string][]string{},
		Interrupted: chance(15),
		Has:         func(key string) bool { return key == "present" },
		Features:    []string{"claimed"},
		Began:       time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC),
	}
	waives := chance(40)
	if chance(25) {
		in.Level = spec.Must
	}
	if chance(25) {
		in.Selected = map[string]bool{}
	}
	good := random.IntN(3) // two thirds of the runs go mostly well
	for a := range 1 + random.IntN(2) {
		c := &spec.Catalogue{API: fmt.Sprint("api", a)}
		for n := range 1 + random.IntN(6) {
			r := spec.Requirement{ID: fmt.Sprintf("R%d-%d", a, n), Area: "x", Profile: spec.ProfileAny}
			r.Level = verdict.Levels()[random.IntN(3)]
			switch random.IntN(8) {
			case 0:
				r.Profile = spec.ProfileControlled
			case 1:
				r.Feature = "claimed"
			case 2:
				r.Feature = "unclaimed"
			case 3:
				r.Needs, r.Optional = []string{"absent"}, chance(50)
			}
			if base := n - 1; base >= 0 && chance(30) && slices.Index(verdict.Levels(), c.Requirements[base].Level) <= slices.Index(verdict.Levels(), r.Level) {
				r.BuildsOn = []string{c.Requirements[base].ID}
			}
			c.Requirements = append(c.Requirements, r)
			if in.Selected != nil && (n == 0 || chance(50)) {
				in.Selected[r.ID] = true
			}
			if r.Level != spec.May && waives && chance(50) {
				days := []string{"2026-06-14", "2026-06-15", "2026-06-16", "2027-01-01"}
				in.Waivers = append(in.Waivers, waiver.Waiver{ID: r.ID, Reason: "known", Expires: days[random.IntN(len(days))]})
				if chance(50) {
					in.Records.Findings = append(in.Records.Findings, record.Finding{Requirement: r.ID, Spec: "a watch", Message: "broken"})
				}
			}
			for s := range random.IntN(4) {
				addSpec(random, &in, r.ID, fmt.Sprintf("%s spec %d", r.ID, s), good > 0)
			}
		}
		in.Catalogues = append(in.Catalogues, c)
	}
	return in
}

func addSpec(random *rand.Rand, in *verdict.Input, id, name string, good bool) {
	in.Specs[id] = append(in.Specs[id], name)
	outcomes := []record.Outcome{
		record.Passed, record.Failed, record.Inconclusive, record.Observed, record.NotApplied, record.Interrupted,
	}
	s := record.Spec{Name: name, Requirement: id, Outcome: record.Passed, Answered: 1, Assertions: 1}
	if !good || random.IntN(20) == 0 {
		s.Outcome = outcomes[random.IntN(len(outcomes))]
		s.Answered, s.Assertions = random.IntN(3), random.IntN(3)
		if random.IntN(4) == 0 {
			return // never ran
		}
	}
	if s.Outcome == record.Failed || !good && random.IntN(8) == 0 {
		in.Records.Findings = append(in.Records.Findings, record.Finding{Requirement: id, Spec: name, Message: "broken"})
	}
	if random.IntN(8) == 0 {
		in.Records.Observations = append(in.Records.Observations, record.Observation{Requirement: id, Spec: name})
	}
	in.Records.Specs = append(in.Records.Specs, s)
}
