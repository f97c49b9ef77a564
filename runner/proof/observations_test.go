package proof_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
	"cartconform/runner/proof"
	"cartconform/suites/record"
	"cartconform/suites/stage"
)

// openQuestion is one row of docs/observations.md.
type openQuestion struct{ requirement, subject, choice string }

// openQuestions gives the rows of one API, by the beginning of its requirements' ids.
func openQuestions(t *testing.T, api string) []openQuestion {
	t.Helper()
	text, err := os.ReadFile("../../docs/observations.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []openQuestion
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || !strings.HasPrefix(strings.TrimSpace(cells[3]), api) {
			continue
		}
		rows = append(rows, openQuestion{strings.TrimSpace(cells[3]), strings.TrimSpace(cells[4]), strings.TrimSpace(cells[5])})
	}
	if len(rows) < 25 {
		t.Fatalf("wanted the table of open questions, got %d rows", len(rows))
	}
	return rows
}

// Whatever the documents leave open is reported as what the target does, with the
// exchange that shows it, and differs when the target does otherwise.
func TestOpenChoicesAreObserved(t *testing.T) {
	rows := openQuestions(t, "CART-")
	seen := func(choices reference.Choices) map[openQuestion][]record.Observation {
		trial, err := proof.Reference(t.Context(), reference.Options{Choices: choices}, nil,
			proof.Options{Seed: 1, Settle: 100 * time.Millisecond, Filter: asked(rows)})
		if err != nil {
			t.Fatal(err)
		}
		return answered(t, rows, trial)
	}
	usual := seen(reference.DefaultChoices())
	mustTell(t, rows, usual)
	for side := 1; ; side++ { // the side-th other side of every choice that has one, all at once
		choices, flipped := flip(t, rows, side)
		if len(flipped) == 0 {
			return
		}
		now := seen(choices)
		for _, row := range rows {
			if flipped[row.choice] && len(usual[row]) > 0 && !slices.ContainsFunc(now[row], func(o record.Observation) bool {
				return o.Seen != usual[row][0].Seen
			}) {
				t.Errorf("%s: with %s on its side %d, wanted something else to be seen of %q than %q", row.requirement, row.choice, side+1, row.subject, usual[row][0].Seen)
			}
		}
	}
}

// So it is with the remote cart, where one other side of each choice is tried alone.
func TestOpenChoicesOfTheRemoteCartAreObserved(t *testing.T) {
	rows := openQuestions(t, "RC-")
	seen := func(sides string) map[openQuestion][]record.Observation {
		choices, err := remotecart.ParseChoices(sides)
		if err != nil {
			t.Fatal(err)
		}
		trial, err := proof.RemoteReference(t.Context(), remotecart.Options{Choices: choices}, nil, proof.Options{Seed: 1, Filter: asked(rows)})
		if err != nil {
			t.Fatal(err)
		}
		return answered(t, rows, trial)
	}
	usual := seen("")
	mustTell(t, rows, usual)
	known := map[string]bool{"": true}
	for _, info := range remotecart.ChoiceTable() {
		known[info.Name] = true
		about := slices.DeleteFunc(slices.Clone(rows), func(row openQuestion) bool { return row.choice != info.Name })
		if len(about) == 0 {
			continue
		}
		now := seen(info.Name + "=" + info.Values[len(info.Values)-1])
		for _, row := range about {
			if len(usual[row]) > 0 && (len(now[row]) == 0 || now[row][0].Seen == usual[row][0].Seen) {
				t.Errorf("%s: with another %s, wanted something else to be seen of %q than %q", row.requirement, row.choice, row.subject, usual[row][0].Seen)
			}
		}
	}
	for _, row := range rows {
		if !known[row.choice] {
			t.Errorf("%s: the reference has no choice %s", row.requirement, row.choice)
		}
	}
}

// asked is the filter of the specs that the rows are answered by.
func asked(rows []openQuestion) string {
	var ids []string
	for _, row := range rows {
		ids = append(ids, row.requirement)
	}
	slices.Sort(ids)
	return stage.Filter(slices.Compact(ids))
}

// answered gives the observations of a trial by the rows that they answer.
func answered(t *testing.T, rows []openQuestion, trial proof.Trial) map[openQuestion][]record.Observation {
	t.Helper()
	if failed := trial.Failed(); len(failed) != 0 || len(trial.Result.InternalErrors) != 0 {
		t.Errorf("wanted nothing to fail, got %v, %v", failed, trial.Result.InternalErrors)
	}
	found := map[openQuestion][]record.Observation{}
	for _, row := range rows {
		for _, o := range trial.Records.Observations {
			if o.Requirement == row.requirement && o.Subject == row.subject {
				found[row] = append(found[row], o)
			}
		}
	}
	return found
}

// mustTell wants an observation for each row, with the exchange that shows it.
func mustTell(t *testing.T, rows []openQuestion, usual map[openQuestion][]record.Observation) {
	t.Helper()
	for _, row := range rows {
		if len(usual[row]) == 0 {
			t.Errorf("%s: wanted an observation of %q", row.requirement, row.subject)
		}
		for _, o := range usual[row] {
			if o.Exchange == "" || o.Seen == "" {
				t.Errorf("%s: wanted what was seen and the exchange that shows it, got %+v", row.requirement, o)
			}
		}
	}
}

// flip takes the side-th other side of the rows' choices, as far as they have one.
func flip(t *testing.T, rows []openQuestion, side int) (reference.Choices, map[string]bool) {
	t.Helper()
	choices, flipped := reference.DefaultChoices(), map[string]bool{}
	for _, info := range reference.ChoiceTable() {
		side := side
		if info.Name == "BuyingOptionForm" { // one after the other: an offer id is never signed anew
			side--
		}
		if side < 1 || side >= len(info.Values) || !slices.ContainsFunc(rows, func(row openQuestion) bool { return row.choice == info.Name }) {
			continue
		}
		var err error
		if choices, err = choices.With(info.Name, info.Values[side]); err != nil {
			t.Fatal(err)
		}
		flipped[info.Name] = true
	}
	return choices, flipped
}
