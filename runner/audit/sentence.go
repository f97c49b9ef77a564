package audit

import (
	"fmt"
	"strings"

	"cartconform/runner/attest"
	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/runner/session"
)

// sentence says what the check vouches for, and what it does not.
func (a *audit) sentence() string {
	if n := len(a.problems); n > 0 {
		return fmt.Sprintf("refused: %d of what was checked is not as it should be, so nothing in %s is vouched for.", n, a.folder.dir)
	}
	files := append([]string{report.JSONFile, har.File}, a.forms...)
	if a.envelope {
		files = append(files, attest.File)
	}
	yes := []string{
		fmt.Sprintf("%s of %s agree with each other", list(files), a.folder.dir),
		fmt.Sprintf("every requirement of %s stands in the report exactly once", contracts(a.report.Contracts)),
		fmt.Sprintf("the verdict %q, its totals and exit code %d follow from the states, and these from what the report says was recorded", a.report.Verdict, a.report.Exit),
	}
	var no []string
	if len(a.unsure) > 0 {
		no = append(no, fmt.Sprintf("that the exchanges lead to what is said of %s, because they rest on answers that a secret was taken out of", list(a.unsure)))
	}
	if a.rejudged {
		yes = append(yes, fmt.Sprintf("cartconform %s, judging the %d recorded exchanges again, came to the same states"+others(a.unsure), session.Version().Suite, len(a.archive)))
	} else {
		no = append(no, "that the recorded exchanges lead to these states, because they were not judged again")
	}
	switch {
	case len(a.options.Keys) > 0:
		var ids []string
		for _, key := range a.options.Keys {
			ids = append(ids, key.ID())
		}
		yes = append(yes, "it was signed with key "+list(ids))
	case a.envelope:
		no = append(no, "who signed it, because no --key was given to verify the signature")
	default:
		no = append(no, "who made it, because nobody signed it")
	}
	no = append(no, "that the exchanges took place as they are recorded")
	return fmt.Sprintf("vouched for: %s; not vouched for: %s.", strings.Join(yes[:len(yes)-1], ", ")+", and "+yes[len(yes)-1], strings.Join(no, ", nor "))
}

// others is said of states that are not all of them.
func others(unsure []string) string {
	if len(unsure) > 0 {
		return " otherwise"
	}
	return ""
}

func contracts(all []report.Contract) string {
	var names []string
	for _, c := range all {
		names = append(names, fmt.Sprintf("%s %s (sha256 %s)", c.API, c.Version, c.Digest))
	}
	return list(names)
}

// list writes "a, b and c".
func list(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
