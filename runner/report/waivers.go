package report

import (
	"strconv"
	"strings"

	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
)

// acceptedFor is how many days the suggested waivers hold.
const acceptedFor = 30

// WaiversRead returns the waivers file of the run, as the run read it.
func (r Report) WaiversRead() waiver.File {
	var f waiver.File
	if r.WaiversFile != nil {
		f.Name, f.Digest = r.WaiversFile.Name, r.WaiversFile.SHA256
	}
	for _, w := range r.Waivers {
		f.Waivers = append(f.Waivers, waiver.Waiver{ID: w.ID, Reason: w.Reason, Expires: w.Expires, Line: w.Line})
	}
	return f
}

// waiverFindings says what somebody has to change in the waivers file.
func (r Report) waiverFindings() []Waiver {
	var found []Waiver
	for _, w := range r.Waivers {
		if w.Outcome.IsFinding() {
			found = append(found, w)
		}
	}
	return found
}

// unexpected gives the ids of the failures that decide and that no entry of the
// waivers file names, not even an expired one.
func (r Report) unexpected() []string {
	named := map[string]bool{}
	for _, w := range r.Waivers {
		named[w.ID] = true
	}
	var ids []string
	for _, q := range r.in(verdict.Failed) {
		if decidesAt(q, r.Level) && !named[q.ID] {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// place is where an entry of the waivers file stands.
func (r Report) place(w Waiver) string {
	name := "waivers"
	if r.WaiversFile != nil {
		name = r.WaiversFile.Name
	}
	return name + ":" + strconv.Itoa(w.Line)
}

// waivers lists the entries that have to be changed and, on demand, all others.
func (s *summary) waivers() {
	shown := s.waiverFindings()
	if s.options.Verbose {
		shown = s.Waivers
	}
	if len(shown) == 0 {
		return
	}
	st := faint
	if len(s.waiverFindings()) > 0 {
		st = red
	}
	s.heading(st, "Waivers")
	for _, w := range shown {
		s.line("  %s: %s", oneLine(s.place(w)), oneLine(w.Message))
	}
	s.line("")
}

// stanza prints what accepts the unexpected failures, ready to paste but for the
// reasons.
func (s *summary) stanza() {
	ids := s.unexpected()
	if len(ids) == 0 {
		return
	}
	text := waiver.Stanza(ids, s.Started.AddDate(0, 0, acceptedFor))
	if s.WaiversFile != nil {
		_, text, _ = strings.Cut(text, "\n")
		s.heading(faint, "To accept these for a while, add this to the list in "+oneLine(s.WaiversFile.Name)+" and write each reason:")
	} else {
		s.heading(faint, "To accept these for a while, put this into a file for --waivers and write each reason:")
	}
	s.line("%s", text)
}
