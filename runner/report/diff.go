package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cartconform/runner/verdict"
	"cartconform/spec"
)

// Diff is what changed from one run to another. The conditions of the runs are
// told, and so is how long they took; neither is a change of what was found.
type Diff struct {
	Before       Side          `json:"before"`
	After        Side          `json:"after"`
	Changes      int           `json:"changes"`    // number of those below, without the conditions
	Conditions   []Change      `json:"conditions"` // what was judged, by what, and how
	Verdict      *Change       `json:"verdict"`    // null when it stayed
	States       []StateChange `json:"states"`     // in the order of the catalogue
	Findings     Lists[Found]  `json:"findings"`
	Observations []Change      `json:"observations"`
	Drift        Lists[Drifts] `json:"drift"`
}

// Side is one of the two runs.
type Side struct {
	Sentence   string    `json:"sentence"`
	Target     string    `json:"target"`
	Seed       int64     `json:"seed"`
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"durationMS"`
	Requests   int       `json:"requests"`
	Retries    int       `json:"retries"`
}

// Change is one thing that was one way and is another; "" = it was not there.
type Change struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// StateChange is a requirement whose state changed; "" = the contract did not
// have it.
type StateChange struct {
	ID     string        `json:"id"`
	Level  spec.Level    `json:"level"`
	Before verdict.State `json:"before"`
	After  verdict.State `json:"after"`
	Reason string        `json:"reason"` // of the state after
}

// Lists are things that came and things that went.
type Lists[T any] struct {
	New  []T `json:"new"`
	Gone []T `json:"gone"`
}

// Found is a finding that only one of the runs has.
type Found struct {
	Requirement string `json:"requirement"`
	Spec        string `json:"spec"`
	Message     string `json:"message"`
	Request     string `json:"request,omitempty"`

	key string // what makes it the same in another run
}

// Drifts is drift that only one of the runs has.
type Drifts struct {
	Kind      string `json:"kind"`
	Operation string `json:"operation"`
	Status    int    `json:"status"`
	Where     string `json:"where"`
	Value     string `json:"value"`
}

// Compare says what changed from one run to another.
func Compare(before, after Report) Diff {
	d := Diff{
		Before: side(before), After: side(after),
		Conditions:   conditions(before, after),
		States:       states(before, after),
		Findings:     came(findings(before), findings(after), func(f Found) string { return f.key }),
		Observations: observed(before, after),
		Drift:        came(drifts(before), drifts(after), func(d Drifts) string { return fmt.Sprint(d) }),
	}
	if before.Verdict != after.Verdict {
		d.Verdict = &Change{"verdict", string(before.Verdict), string(after.Verdict)}
		d.Changes++
	}
	d.Changes += len(d.States) + len(d.Findings.New) + len(d.Findings.Gone) + len(d.Observations) + len(d.Drift.New) + len(d.Drift.Gone)
	return d
}

func side(r Report) Side {
	return Side{
		Sentence: r.Sentence, Target: r.Target.BaseURL, Seed: r.Seed, Started: r.Started, DurationMS: r.DurationMS,
		Requests: r.Traffic.Requests, Retries: r.Traffic.Retries,
	}
}

// conditions compares what two runs have to have in common for their results to
// be comparable.
func conditions(before, after Report) []Change {
	of := func(r Report) []Change {
		all := []Change{
			{Name: "suite", Before: r.Suite.Version},
			{Name: "validators", Before: "kin-openapi " + r.Suite.Validators.KinOpenAPI + ", jsonschema " + r.Suite.Validators.JSONSchema},
			{Name: "profile", Before: string(r.Profile)},
			{Name: "target", Before: r.Target.BaseURL},
			{Name: "region", Before: r.Target.Region},
			{Name: "features", Before: strings.Join(r.Target.Features, ", ")},
			{Name: "lanes", Before: fmt.Sprint(r.Target.Lanes)},
			{Name: "target description", Before: r.Configuration.Digest},
			{Name: "level", Before: string(r.Level)},
			{Name: "selection", Before: r.Selection.String()},
			{Name: "interrupted", Before: fmt.Sprint(r.Interrupted)},
			{Name: "replayed", Before: fmt.Sprint(r.Replay != nil)},
		}
		if r.WaiversFile != nil {
			all = append(all, Change{Name: "waivers", Before: r.WaiversFile.SHA256})
		}
		for _, c := range r.Contracts {
			all = append(all, Change{Name: "contract " + c.API, Before: fmt.Sprintf("%s, %s, sha256 %s", c.Version, plural(c.CatalogueCount, "requirement"), c.Digest)})
		}
		return all
	}
	return changes(of(before), of(after))
}

// String says what was to be judged, as the flags of run do.
func (s Selection) String() string {
	var all []string
	if len(s.Requirements) > 0 {
		all = append(all, "--requirement "+strings.Join(s.Requirements, ","))
	}
	if s.LabelFilter != "" {
		all = append(all, "--label-filter "+quoteArgs([]string{s.LabelFilter}))
	}
	if s.Shard != nil {
		all = append(all, fmt.Sprintf("--shard %d/%d", s.Shard.Number, s.Shard.Of))
	}
	if s.FailFast {
		all = append(all, "--fail-fast")
	}
	return cmp.Or(strings.Join(all, " "), "everything")
}

// changes compares what is named in both lists, each by its Before.
func changes(before, after []Change) []Change {
	at := map[string]string{}
	for _, c := range after {
		at[c.Name] = c.Before
	}
	out := []Change{}
	for _, c := range before {
		if got := at[c.Name]; got != c.Before {
			out = append(out, Change{c.Name, c.Before, got})
		}
		delete(at, c.Name)
	}
	for _, c := range after {
		if value, left := at[c.Name]; left {
			out = append(out, Change{Name: c.Name, After: value})
		}
	}
	return out
}

func states(before, after Report) []StateChange {
	was := map[string]Requirement{}
	for _, q := range before.Requirements {
		was[q.ID] = q
	}
	out := []StateChange{}
	for _, q := range after.Requirements {
		if b := was[q.ID]; b.State != q.State {
			out = append(out, StateChange{q.ID, q.Level, b.State, q.State, q.Reason})
		}
		delete(was, q.ID)
	}
	for _, q := range before.Requirements {
		if _, gone := was[q.ID]; gone {
			out = append(out, StateChange{ID: q.ID, Level: q.Level, Before: q.State})
		}
	}
	return out
}

// volatile are the words of a message that differ from run to run: ids, prices,
// counts.
var volatile = regexp.MustCompile(`[0-9A-Za-z_-]*[0-9][0-9A-Za-z_-]*`)

func findings(r Report) []Found {
	var out []Found
	for _, q := range r.Requirements {
		for _, f := range q.Findings {
			line, text := firstLine(f.Message), firstLine(f.Message)
			if f.Wanted != "" {
				line, text = shorten("wanted "+firstLine(f.Wanted)+", got "+firstLine(f.Got), 240), firstLine(f.Wanted)
			}
			out = append(out, Found{
				Requirement: q.ID, Spec: f.Spec, Message: line, Request: f.Request,
				key: strings.Join([]string{q.ID, f.Spec, f.Contract, volatile.ReplaceAllString(text, "#")}, "\n"),
			})
		}
	}
	return out
}

// came compares two lists by the keys of their entries. Of entries with one key
// the first is taken.
func came[T any](before, after []T, key func(T) string) Lists[T] {
	without := func(list, other []T) []T {
		known := map[string]bool{}
		for _, entry := range other {
			known[key(entry)] = true
		}
		out := []T{}
		for _, entry := range list {
			if k := key(entry); !known[k] {
				known[k] = true
				out = append(out, entry)
			}
		}
		return out
	}
	return Lists[T]{New: without(after, before), Gone: without(before, after)}
}

// observed compares what was seen of each open choice.
func observed(before, after Report) []Change {
	of := func(r Report) []Change {
		var names []string
		seen := map[string][]string{}
		for _, q := range r.Requirements {
			for _, o := range q.Observations {
				name := q.ID + " " + oneLine(o.Subject)
				if seen[name] == nil {
					names = append(names, name)
				}
				seen[name] = append(seen[name], oneLine(o.Seen))
			}
		}
		var all []Change
		for _, name := range names {
			values := seen[name]
			slices.Sort(values)
			all = append(all, Change{Name: name, Before: strings.Join(slices.Compact(values), "; ")})
		}
		return all
	}
	return changes(of(before), of(after))
}

func drifts(r Report) []Drifts {
	var out []Drifts
	for _, d := range r.Drift {
		out = append(out, Drifts{d.Kind, d.Operation, d.Status, d.Where, d.Value})
	}
	return out
}
