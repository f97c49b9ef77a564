package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode"

	"cartconform/runner/verdict"
)

// JUnit renders the report as junit.xml: one case for each requirement, in one
// suite for each API. No requirement of level may can make it red. Waivers that
// somebody has to change, and what went wrong in the suite itself, have cases of
// their own, so that neither can look green.
func (r Report) JUnit() ([]byte, error) {
	doc := junitSuites{Name: "cartconform"}
	index := map[string]int{}
	for _, q := range r.Requirements {
		i, known := index[q.API]
		if !known {
			i = len(doc.Suites)
			index[q.API] = i
			doc.Suites = append(doc.Suites, r.junitSuite(q.API))
		}
		doc.Suites[i].add(junitRow(q))
	}
	if found := r.waiverFindings(); len(found) > 0 {
		file := r.junitSuite("waivers")
		for _, w := range found {
			failure := explain(w.Message, r.place(w)+": "+w.Message)
			failure.Type = string(w.Outcome)
			file.add(junitCase{Classname: "waivers", Name: xmlText("waiver for " + w.ID), Failure: failure})
		}
		doc.Suites = append(doc.Suites, file)
	}
	if len(r.InternalErrors) > 0 {
		own := r.junitSuite("cartconform")
		own.add(junitCase{
			Classname: "cartconform",
			Name:      "the suite itself",
			Error:     explain(plural(len(r.InternalErrors), "internal error"), strings.Join(r.InternalErrors, "\n")),
		})
		doc.Suites = append(doc.Suites, own)
	}
	for i := range doc.Suites {
		s := &doc.Suites[i]
		s.Time = seconds(s.ms)
		doc.Tests += s.Tests
		doc.Failures += s.Failures
		doc.Errors += s.Errors
		doc.Skipped += s.Skipped
		doc.ms += s.ms
	}
	doc.Time = seconds(doc.ms)
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode junit.xml: %w", err)
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`

	ms float64
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`

	ms float64
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Classname string        `xml:"classname,attr"`
	Name      string        `xml:"name,attr"`
	File      string        `xml:"file,attr,omitempty"`
	Line      int           `xml:"line,attr,omitempty"`
	Time      string        `xml:"time,attr"`
	Failure   *junitMessage `xml:"failure"`
	Error     *junitMessage `xml:"error"`
	Skipped   *junitMessage `xml:"skipped"`
	SystemOut *junitText    `xml:"system-out"`

	ms float64
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Body    string `xml:",cdata"`
}

type junitText struct {
	Body string `xml:",cdata"`
}

func (r Report) junitSuite(name string) junitSuite {
	return junitSuite{
		Name:      xmlText(name),
		Timestamp: r.Started.Format(time.RFC3339),
		Properties: []junitProperty{
			{"verdict", string(r.Verdict)},
			{"sentence", xmlText(r.Sentence)},
			{"profile", string(r.Profile)},
			{"seed", fmt.Sprint(r.Seed)},
		},
	}
}

func (s *junitSuite) add(c junitCase) {
	c.Time = seconds(c.ms)
	s.ms += c.ms
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitRow(q Requirement) junitCase {
	c := junitCase{
		Classname: xmlText(strings.Trim(q.API+"."+q.Area, ".")),
		Name:      xmlText(oneLine(q.ID + " " + q.Statement)),
	}
	for i, s := range q.Specs {
		c.ms += s.DurationMS
		if i == 0 {
			c.File, c.Line = xmlText(s.File), s.Line
		}
	}
	skip := func() {
		c.Skipped = &junitMessage{Message: xmlText(firstLine(fmt.Sprintf("%s: %s", q.State, q.Reason)))}
	}
	switch q.State {
	case verdict.Passed:
	case verdict.Failed:
		c.Failure = junitFailure(q)
	case verdict.Inconclusive:
		c.Error = explain(q.Reason, q.Reason)
		c.Error.Type = string(verdict.Inconclusive)
	case verdict.Observed:
		c.SystemOut = &junitText{xmlText(observedText(q))}
	default:
		skip()
	}
	if !decides(q) && (c.Failure != nil || c.Error != nil) {
		c.Failure, c.Error = nil, nil
		skip()
	}
	return c
}

func junitFailure(q Requirement) *junitMessage {
	var body strings.Builder
	groups := collapse(q)
	for i, g := range groups {
		if i > 0 {
			body.WriteString("\n\n")
		}
		body.WriteString(findingText(g))
	}
	message := q.Reason
	if len(groups) > 0 {
		message = groups[0].Message
	}
	failure := explain(message, body.String())
	failure.Type = string(q.Level)
	return failure
}

// findingText writes one finding with everything that is known of it.
func findingText(g same) string {
	lines := []string{strings.TrimSpace(g.Message)}
	for _, field := range []struct{ name, value string }{
		{"wanted", g.Wanted}, {"got", g.Got}, {"spec", g.Spec}, {"contract", g.Contract},
		{"exchange", strings.TrimSpace(g.Exchange + " " + g.Request)}, {"response", g.Response}, {"curl", g.Curl},
	} {
		if field.value != "" && (len(field.value) < 40 || !strings.Contains(g.Message, field.value)) {
			lines = append(lines, field.name+": "+field.value)
		}
	}
	if others := g.others(); others != "" {
		lines = append(lines, others)
	}
	return strings.Join(lines, "\n")
}

func observedText(q Requirement) string {
	lines := []string{"observed: " + q.Reason}
	for _, o := range q.Observations {
		lines = append(lines, oneLine(o.Subject)+": "+oneLine(o.Seen))
	}
	return strings.Join(lines, "\n")
}

func explain(message, body string) *junitMessage {
	return &junitMessage{Message: xmlText(firstLine(message)), Body: xmlText(body)}
}

func seconds(ms float64) string { return fmt.Sprintf("%.3f", ms/1000) }

// xmlText removes what XML 1.0 forbids, which no escape can bring in, and with it
// every other character that cannot be seen.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) || r == '\t' || r == '\n' {
			return r
		}
		return -1
	}, strings.ToValidUTF8(text, "\uFFFD"))
}
