// Package audit checks a report folder long after its run: that its files agree
// with each other, with the contract and with the recorded exchanges, and who
// signed them. It changes nothing.
package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"cartconform/runner/attest"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/spec"
)

// Options say how thoroughly a folder is checked.
type Options struct {
	Keys   []*attest.Key // each must have signed; none = who signed is not looked at
	Replay bool          // judge the recorded exchanges again
}

// Problem is one check that failed.
type Problem struct {
	Check  string // e.g. "signature"
	Where  string // file, or place in it
	Wanted string
	Got    string
}

// String is one line, in which nothing that a report holds can steer a terminal.
func (p Problem) String() string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, fmt.Sprintf("%s: %s: wanted %s, got %s", p.Check, p.Where, p.Wanted, p.Got))
}

// Outcome is what a check found.
type Outcome struct {
	Problems []Problem
	Sentence string // what is vouched for, and what is not
}

// Check checks the report folder dir. The error says that dir holds no report; a
// report that is not as it should be is no error but an outcome with problems.
func Check(ctx context.Context, dir string, o Options) (Outcome, error) {
	f, err := openFolder(dir)
	if err != nil {
		return Outcome{}, err
	}
	a := &audit{folder: f, options: o}
	a.signature()
	if a.form() {
		a.configuration()
		a.exchanges()
		if a.contract() {
			a.account()
			a.rendered()
			a.replay(ctx)
		}
	}
	return Outcome{Problems: a.problems, Sentence: a.sentence()}, nil
}

// audit is one call of Check.
type audit struct {
	folder   *folder
	options  Options
	problems []Problem

	report   report.Report
	archive  []spec.Exchange
	readable bool // the archive could be read
	envelope bool // there is one, and it says what the report says
	forms    []string
	rejudged bool
	unsure   []string // what judging again came to otherwise, on answers without their secrets
}

func (a *audit) wrong(check, where, wanted, got string) {
	a.problems = append(a.problems, Problem{Check: check, Where: where, Wanted: wanted, Got: got})
}

// most is how many differences of one check are listed.
const most = 12

// differ lists differences as problems of one check.
func (a *audit) differ(check, where string, all []difference) {
	for i, d := range all {
		if i == most {
			a.wrong(check, where, "no difference", fmt.Sprintf("%d more", len(all)-most))
			return
		}
		a.wrong(check, strings.TrimSpace(where+" "+d.path), d.wanted, d.got)
	}
}

// form checks report.json against its schema and reads it.
func (a *audit) form() bool {
	if err := report.ValidateForm(a.folder.report); err != nil {
		lines := strings.Split(err.Error(), "\n")
		for i, line := range lines {
			if i == most {
				line = fmt.Sprintf("%d more", len(lines)-most)
			}
			a.wrong("schema", report.JSONFile, "a report of form "+report.SchemaURI, line)
			if i == most {
				break
			}
		}
		return false
	}
	if err := json.Unmarshal(a.folder.report, &a.report); err != nil {
		a.wrong("schema", report.JSONFile, "a report of form "+report.SchemaURI, err.Error())
		return false
	}
	written, err := a.report.Encode()
	if err != nil {
		a.wrong("schema", report.JSONFile, "a report that can be written", err.Error())
		return false
	}
	if line, wanted, got := firstDifference(written, a.folder.report); line > 0 {
		a.wrong("form", fmt.Sprintf("%s line %d", report.JSONFile, line), wanted+", as cartconform writes it", got)
	}
	return true
}

// contract checks that the report judged contracts that this program has: of
// others it cannot tell what is missing.
func (a *audit) contract() bool {
	known := map[report.Contract]bool{}
	for _, c := range session.Version().Contracts {
		known[c] = true
	}
	if len(a.report.Contracts) == 0 {
		a.wrong("contract", report.JSONFile+" contracts", "the contract that was judged", "none")
	}
	all := len(a.report.Contracts) > 0
	for _, c := range a.report.Contracts {
		if !known[c] {
			all = false
			a.wrong("contract", report.JSONFile+" contracts",
				"a contract of this cartconform ("+described(session.Version().Contracts)+")",
				fmt.Sprintf("%s: what follows from it cannot be told; check with cartconform %s, which wrote the report", described([]report.Contract{c}), a.report.Suite.Version))
		}
	}
	return all
}

func described(contracts []report.Contract) string {
	var all []string
	for _, c := range contracts {
		all = append(all, fmt.Sprintf("%s %s, %d requirements, sha256 %s", c.API, c.Version, c.CatalogueCount, c.Digest))
	}
	return strings.Join(all, "; ")
}

// account makes the report anew from what it says was recorded: every row of the
// catalogue, its state, the totals, verdict, sentence and exit code follow.
func (a *audit) account() {
	if !a.readable {
		return
	}
	again, err := session.Rebuild(a.report, a.archive)
	if err != nil {
		a.wrong("account", report.JSONFile, "a report that can be made again from its configuration and selection", err.Error())
		return
	}
	a.catalogue(again)
	a.differ("account", report.JSONFile, reportDifferences(again, a.report))
}

// catalogue checks that every requirement stands in the report exactly once.
func (a *audit) catalogue(again report.Report) {
	times := map[string]int{}
	for _, q := range a.report.Requirements {
		times[q.ID]++
	}
	for _, q := range again.Requirements {
		if n := times[q.ID]; n != 1 {
			a.wrong("catalogue", report.JSONFile+" requirements", q.ID+" exactly once", fmt.Sprintf("it %d times", n))
		}
		delete(times, q.ID)
	}
	for _, q := range a.report.Requirements {
		if times[q.ID] > 0 {
			a.wrong("catalogue", report.JSONFile+" requirements", "ids of the catalogue", q.ID)
			delete(times, q.ID)
		}
	}
}

// rendered checks that the other forms say what report.json says. A form that is
// missing says nothing.
func (a *audit) rendered() {
	files, err := report.Render(a.folder.report)
	if err != nil {
		a.wrong("rendered", report.JSONFile, "a report that can be rendered", err.Error())
	}
	for _, f := range files {
		content, found := a.folder.read(f.Name)
		if !found {
			continue
		}
		a.forms = append(a.forms, f.Name)
		if line, wanted, got := firstDifference(f.Content, content); line > 0 {
			a.wrong("rendered", fmt.Sprintf("%s line %d", f.Name, line), wanted+", as report.json says", got)
		}
	}
}
