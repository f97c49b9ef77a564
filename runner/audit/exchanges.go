package audit

import (
	"bytes"
	"fmt"
	"maps"
	"slices"

	"cartconform/runner/description"
	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/suites/stage"
)

// configuration checks that the target description is the one that is named.
func (a *audit) configuration() {
	where := report.JSONFile + " configuration.digest"
	sum, err := description.DigestOf(a.report.Configuration.Document)
	if err != nil {
		a.wrong("configuration", where, "the digest of configuration.document", err.Error())
	} else if sum != a.report.Configuration.Digest {
		a.wrong("configuration", where, sum+", the digest of configuration.document", quoted(a.report.Configuration.Digest))
	}
}

// exchanges checks the archive: its digest, its count, and that whatever names an
// exchange names one of it.
func (a *audit) exchanges() {
	where := report.JSONFile + " exchanges"
	if a.report.Exchanges.File != har.File {
		a.wrong("exchanges", where+".file", har.File, quoted(a.report.Exchanges.File))
		return
	}
	content, found := a.folder.read(har.File)
	if !found {
		a.wrong("exchanges", har.File, "the archive of the exchanges", "no such file")
		return
	}
	if sum := report.Digest(content); sum != a.report.Exchanges.SHA256 {
		a.wrong("exchanges", har.File, "the file with SHA-256 "+quoted(a.report.Exchanges.SHA256)+", as report.json says", "one with "+sum)
	}
	all, err := har.Read(bytes.NewReader(content))
	if err != nil {
		a.wrong("exchanges", har.File, "an archive that can be read", err.Error())
		return
	}
	a.archive, a.readable = all, true
	if n := len(all); n != a.report.Exchanges.Count {
		a.wrong("exchanges", har.File, fmt.Sprintf("%d exchanges, as report.json says", a.report.Exchanges.Count), fmt.Sprint(n))
	}
	known := map[string]bool{}
	for _, x := range all {
		if known[x.ID] {
			a.wrong("exchanges", har.File, "each exchange once", x.ID+" again")
		}
		known[x.ID] = true
	}
	a.references(known)
	a.calls()
}

// calls checks that each spec made the requests that it is said to have made: one
// that is hidden behind "not run" has left its exchanges.
func (a *audit) calls() {
	made := map[string]int{}
	for _, x := range a.archive {
		if scene := stage.Scene(x.Spec); !stage.Outside(scene) {
			made[scene]++
		}
	}
	said := map[string]int{}
	for _, s := range a.report.Records().Specs {
		said[s.Name] += s.Calls
	}
	var all []difference
	for _, name := range slices.Sorted(maps.Keys(said)) {
		if said[name] != made[name] {
			all = append(all, difference{"spec " + name, fmt.Sprintf("%d exchanges in %s", said[name], har.File), fmt.Sprint(made[name])})
		}
		delete(made, name)
	}
	// A process that died has left exchanges without a record, and an internal error.
	if len(a.report.InternalErrors) == 0 {
		for _, name := range slices.Sorted(maps.Keys(made)) {
			all = append(all, difference{"spec " + name, "a record of it, which made exchanges in " + har.File, "none"})
		}
	}
	a.differ("exchanges", report.JSONFile, all)
}

// references checks what findings, observations and drift name as their exchange.
func (a *audit) references(known map[string]bool) {
	var all []difference
	check := func(where, id string) {
		if id != "" && !known[id] {
			all = append(all, difference{path: where, wanted: "an exchange of " + har.File, got: quoted(id)})
		}
	}
	for _, q := range a.report.Requirements {
		for _, f := range q.Findings {
			check("finding of "+q.ID, f.Exchange)
			for _, id := range f.Sequence {
				check("sequence of a finding of "+q.ID, id)
			}
		}
		for _, o := range q.Observations {
			check("observation of "+q.ID, o.Exchange)
		}
	}
	for _, d := range a.report.Drift {
		check("drift "+d.Kind+" "+d.Where, d.Exchange)
	}
	a.differ("exchanges", report.JSONFile, all)
}
