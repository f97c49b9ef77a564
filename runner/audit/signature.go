package audit

import (
	"encoding/json"
	"fmt"
	"strings"

	"cartconform/runner/attest"
	"cartconform/runner/har"
	"cartconform/runner/report"
)

// signature checks the envelope: that each key has signed it, and that it speaks
// of these files and says of them what they say.
func (a *audit) signature() {
	text, found := a.folder.read(attest.File)
	if !found {
		for _, key := range a.options.Keys {
			a.wrong("signature", attest.File, "an envelope signed by key "+key.ID(), "no such file: nobody signed this report")
		}
		return
	}
	e, err := attest.Decode(text)
	if err != nil {
		a.wrong("signature", attest.File, "an envelope that can be read", err.Error())
		return
	}
	for _, key := range a.options.Keys {
		if err := e.Verify(key); err != nil {
			a.wrong("signature", attest.File, "a signature of key "+key.ID(), "none that this key verifies ("+e.Signers()+"): another key signed it, or it was changed afterwards")
		}
	}
	s, err := e.Statement()
	if err != nil {
		a.wrong("statement", attest.File, "a statement about a report", err.Error())
		return
	}
	before := len(a.problems)
	a.subjects(s)
	var r report.Report
	if json.Unmarshal(a.folder.report, &r) == nil { // else the schema's check says so
		a.differ("statement", attest.File+" predicate", documentDifferences(attest.PredicateOf(r), s.Predicate))
	}
	a.envelope = len(a.problems) == before
}

// subjects checks that the statement is about the files of the folder, as they
// are.
func (a *audit) subjects(s attest.Statement) {
	stated := map[string]string{}
	for _, subject := range s.Subject {
		stated[subject.Name] = subject.SHA256()
	}
	for _, name := range []string{report.JSONFile, har.File} {
		sum, named := stated[name]
		delete(stated, name)
		content, found := a.folder.read(name)
		if name == report.JSONFile {
			content, found = a.folder.report, true
		}
		switch {
		case !named:
			a.wrong("digest", attest.File+" subject", name, "a statement that is not about it")
		case !found:
			a.wrong("digest", name, "the file that was signed", "no such file")
		case report.Digest(content) != sum:
			a.wrong("digest", name, fmt.Sprintf("the file that was signed, with SHA-256 %s", quoted(sum)), "one with "+report.Digest(content)+": it was changed after it was signed")
		}
	}
	for name := range stated {
		a.wrong("digest", attest.File+" subject", strings.Join([]string{report.JSONFile, har.File}, " and "), quoted(name)+" too")
	}
}
