// Package rehearsal holds what trying out a target description showed, before
// anything is judged.
package rehearsal

import "fmt"

// Trial is what trying one entry of the target description showed.
type Trial struct {
	Key    string // of the target description, e.g. "data.offers.limited[0]"
	Result Result
	Detail string
}

// Result says whether an entry of the target description can be relied on.
type Result string

// The results.
const (
	Good    Result = "good"
	Doubt   Result = "doubt"   // it does not play its role: specs that need it are inconclusive
	Suspect Result = "suspect" // the entry or the target is wrong: the specs are to say which
	Fatal   Result = "fatal"   // without it nothing can be tested: the run ends
)

// Rehearsal tries out a target description before anything is judged: whether
// the target answers, takes the credentials, and whether each cart, offer and
// address plays its role. It judges no promise.
type Rehearsal struct {
	Trials []Trial
	// Found names what was found in the place of data that the description lacks, e.g.
	// "offers   found by search, in the place of data.offers.available: B01, B02"; "" for
	// nothing. It is in the play's target by then.
	Found string
	// Began says that data were tried: from then on what is in the carts is ours.
	Began bool
}

// Fatal gives the trials without which nothing can be tested.
func (r *Rehearsal) Fatal() []Trial {
	var fatal []Trial
	for _, t := range r.Trials {
		if t.Result == Fatal {
			fatal = append(fatal, t)
		}
	}
	return fatal
}

// Doubts gives, by key, why a piece of data does not play its role.
func (r *Rehearsal) Doubts() map[string]string {
	doubts := map[string]string{}
	for _, t := range r.Trials {
		if t.Result == Doubt {
			doubts[t.Key] = t.Detail
		}
	}
	return doubts
}

// Add adds what trying an entry showed.
func (r *Rehearsal) Add(result Result, key, format string, args ...any) {
	r.Trials = append(r.Trials, Trial{key, result, fmt.Sprintf(format, args...)})
}
