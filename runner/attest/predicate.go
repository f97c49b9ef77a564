package attest

import (
	"time"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/target"
)

// Predicate is what is said about a report: enough to decide on it without
// reading it.
type Predicate struct {
	Verdict       verdict.Verdict   `json:"verdict"`
	Sentence      string            `json:"sentence"`
	Exit          verdict.Exit      `json:"exit"`
	Level         spec.Level        `json:"level"`
	Interrupted   bool              `json:"interrupted"`
	Totals        verdict.Totals    `json:"totals"`
	Profile       target.Profile    `json:"profile"`
	Target        report.Target     `json:"target"`
	Configuration Digest            `json:"configuration"` // of the target description
	Selection     report.Selection  `json:"selection"`
	Waivers       *Waivers          `json:"waivers"` // null without a waivers file
	Replay        *report.Replay    `json:"replay"`  // null for a run that is none
	Seed          int64             `json:"seed"`
	Suite         report.Suite      `json:"suite"`
	Contracts     []report.Contract `json:"contracts"`
	Started       time.Time         `json:"started"`
	Finished      time.Time         `json:"finished"`
}

// Digest identifies something by its SHA-256, in hex.
type Digest struct {
	SHA256 string `json:"sha256"`
}

// Waivers is a waivers file and how many failures it accepts.
type Waivers struct {
	Digest
	Entries int `json:"entries"`
	Waived  int `json:"waived"`
}

// PredicateOf says what a report says.
func PredicateOf(r report.Report) Predicate {
	var waivers *Waivers
	if r.WaiversFile != nil {
		waivers = &Waivers{Digest: Digest{r.WaiversFile.SHA256}, Entries: len(r.Waivers), Waived: r.Totals.All().Waived}
	}
	return Predicate{
		Verdict: r.Verdict, Sentence: r.Sentence, Exit: r.Exit, Level: r.Level, Interrupted: r.Interrupted,
		Totals: r.Totals, Profile: r.Profile, Target: r.Target, Configuration: Digest{r.Configuration.Digest},
		Selection: r.Selection, Waivers: waivers, Replay: r.Replay, Seed: r.Seed, Suite: r.Suite, Contracts: r.Contracts,
		Started: r.Started, Finished: r.Finished,
	}
}
