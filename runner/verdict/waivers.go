package verdict

import (
	"fmt"
	"time"

	"cartconform/runner/waiver"
	"cartconform/spec"
)

// Use is what became of a waiver in a run: one of the three below, or the state
// of its requirement where that decides nothing about the waiver.
type Use string

// The uses. The last two are findings about the waivers file: somebody has to
// change it.
const (
	Used     Use = "used"     // its requirement failed and is waived
	Expired  Use = "expired"  // its last day is over: it waives nothing
	Unneeded Use = "unneeded" // its requirement passed
)

// Waiver is one entry of the waivers file and what became of it.
type Waiver struct {
	waiver.Waiver
	Use     Use
	Message string // one sentence; what is to be done, if anything
}

// IsFinding reports whether the waivers file has to be changed.
func (u Use) IsFinding() bool { return u == Expired || u == Unneeded }

// UseOf says what becomes of a waiver whose requirement is in a state, in a run
// that began at a time. A part of a run, which is a shard, cannot tell that a
// waiver is not needed: in another part the promise may be seen broken.
func UseOf(w waiver.Waiver, state State, began time.Time, part bool) Use {
	switch {
	case w.Expired(began):
		return Expired
	case state == Failed, state == Waived:
		return Used
	case state == Passed && !part:
		return Unneeded
	default:
		return Use(state)
	}
}

// waive applies the waivers to the rows, last of all: a failure that somebody
// answers for is waived, and keeps its findings.
func (e *evaluation) waive(rows []Requirement) []Waiver {
	at := map[string]*Requirement{}
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	var out []Waiver
	for _, w := range e.in.Waivers {
		row := at[w.ID]
		if row == nil || row.Level == spec.May {
			e.errorf("waiver for %q: wanted a requirement that can fail", w.ID)
			continue
		}
		use := UseOf(w, row.State, e.in.Began, e.in.Part)
		out = append(out, Waiver{Waiver: w, Use: use, Message: message(w, use, row.State)})
		if use == Used {
			row.State, row.Waiver = Waived, &w
			row.Reason = fmt.Sprintf("waived until %s: %s", w.Expires, w.Reason)
		}
	}
	return out
}

func message(w waiver.Waiver, use Use, state State) string {
	switch {
	case use == Used:
		return fmt.Sprintf("waiver for %s is used until %s", w.ID, w.Expires)
	case use == Unneeded:
		return fmt.Sprintf("waiver for %s is not needed any more: remove it", w.ID)
	case use == Expired && state == Passed:
		return fmt.Sprintf("waiver for %s expired on %s and is not needed any more: remove it", w.ID, w.Expires)
	case use == Expired && state == Failed:
		return fmt.Sprintf("waiver for %s expired on %s and waives nothing: mend the failure, or decide anew", w.ID, w.Expires)
	case use == Expired:
		return fmt.Sprintf("waiver for %s expired on %s (the requirement is %s): remove it, or decide anew", w.ID, w.Expires, state)
	case state == Passed:
		return fmt.Sprintf("waiver for %s: the requirement passed in this part of the run; the whole tells whether it is needed", w.ID)
	default:
		return fmt.Sprintf("waiver for %s was not put to the test: the requirement is %s", w.ID, state)
	}
}

// uses counts the waivers of one use.
func uses(waivers []Waiver, use Use) int {
	n := 0
	for _, w := range waivers {
		if w.Use == use {
			n++
		}
	}
	return n
}
