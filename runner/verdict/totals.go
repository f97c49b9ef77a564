package verdict

import "cartconform/spec"

// Totals counts requirements by level and state.
type Totals struct {
	Must   Count `json:"must"`
	Should Count `json:"should"`
	May    Count `json:"may"`
}

// Count counts requirements by state.
type Count struct {
	Passed        int `json:"passed"`
	Failed        int `json:"failed"`
	Inconclusive  int `json:"inconclusive"`
	NotApplicable int `json:"not-applicable"`
	Waived        int `json:"waived"`
	Observed      int `json:"observed"`
	NotRun        int `json:"not-run"`
}

// Sum counts requirements.
func Sum(requirements []Requirement) Totals {
	var t Totals
	for _, r := range requirements {
		t.level(r.Level).add(r.State)
	}
	return t
}

// Of returns the count of one level. A level that does not exist counts as must.
func (t Totals) Of(level spec.Level) Count { return *t.level(level) }

// All returns the count over all levels.
func (t Totals) All() Count {
	var all Count
	for _, level := range Levels() {
		for _, state := range States() {
			*all.at(state) += t.Of(level).Of(state)
		}
	}
	return all
}

func (t *Totals) level(level spec.Level) *Count {
	switch level {
	case spec.Should:
		return &t.Should
	case spec.May:
		return &t.May
	default:
		return &t.Must
	}
}

// Of returns the number of requirements in one state.
func (c Count) Of(state State) int { return *c.at(state) }

// Total returns the number of requirements in any state.
func (c Count) Total() int {
	sum := 0
	for _, state := range States() {
		sum += c.Of(state)
	}
	return sum
}

func (c *Count) add(state State) { *c.at(state)++ }

func (c *Count) at(state State) *int {
	switch state {
	case Passed:
		return &c.Passed
	case Failed:
		return &c.Failed
	case NotApplicable:
		return &c.NotApplicable
	case Waived:
		return &c.Waived
	case Observed:
		return &c.Observed
	case NotRun:
		return &c.NotRun
	default:
		return &c.Inconclusive
	}
}
