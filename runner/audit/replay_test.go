package audit

import (
	"net/http"
	"slices"
	"testing"

	"cartconform/runner/redact"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// Answers that a secret was taken out of cannot be judged as they were: what
// rests on them is named and neither refused nor vouched for. Nothing else is.
func TestComparisonOfWhatWasRedacted(t *testing.T) {
	answer := func(id, name, body string, header http.Header) spec.Exchange {
		return spec.Exchange{ID: id, Spec: name, Response: &spec.Response{Body: []byte(body), Header: header}}
	}
	archive := []spec.Exchange{
		answer("e-1", "echoes", `{"a":"`+redact.Mark+`"}`, nil),
		answer("e-2", "plain (afterwards)", "{}", http.Header{"X-Amz-Access-Token": {redact.Mark}}),
		answer("e-3", "in a header", "{}", http.Header{"X-Note": {"a " + redact.Mark}}),
		{ID: "e-4", Spec: "silent"},
	}
	found := func(exchange, message string) []report.Finding {
		return []report.Finding{{Exchange: exchange, Message: message}}
	}
	row := func(state verdict.State, spec string, findings []report.Finding) report.Requirement {
		return report.Requirement{ID: "A", State: state, Specs: []report.Spec{{Name: spec}}, Findings: findings}
	}
	for name, test := range map[string]struct {
		said, again report.Requirement
		unsure      bool
		differences int
	}{
		"the same":                            {row("passed", "echoes", nil), row("passed", "echoes", nil), false, 0},
		"a finding in such an answer":         {row("passed", "plain", nil), row("failed", "plain", found("e-1", "x")), true, 0},
		"a finding in another":                {row("passed", "echoes", nil), row("failed", "echoes", found("e-2", "x")), false, 1},
		"findings in both":                    {row("passed", "echoes", nil), row("failed", "echoes", append(found("e-1", "x"), found("e-2", "y")...)), false, 1},
		"another text about such an answer":   {row("failed", "plain", found("e-1", "x")), row("failed", "plain", found("e-1", "y")), true, 0},
		"another text about another":          {row("failed", "plain", found("e-2", "x")), row("failed", "plain", found("e-2", "y")), false, 1},
		"a failure that cannot be seen again": {row("failed", "in a header", found("e-4", "x")), row("passed", "in a header", nil), true, 0},
		"a failure that should be seen again": {row("failed", "plain", found("e-2", "x")), row("passed", "plain", nil), false, 1},
	} {
		c := comparison{
			said:   report.Report{Requirements: []report.Requirement{test.said}},
			again:  report.Report{Requirements: []report.Requirement{test.again}},
			marked: marked(archive),
		}
		if got := c.differences(); len(got) != test.differences || slices.Contains(c.unsure, "A") != test.unsure {
			t.Errorf("%s: wanted %d differences and unsure %v, got %v and %v", name, test.differences, test.unsure, got, c.unsure)
		}
	}
	c := comparison{said: report.Report{Drift: []report.Drift{{Kind: "field", Count: 4}}}, again: report.Report{Verdict: "partial"}}
	if got := c.differences(); len(got) != 2 || len(c.unsure) != 0 {
		t.Errorf("wanted verdict and drift to differ, got %v", got)
	}
	c.marked = marked(archive)
	if got := c.differences(); len(got) != 1 || !slices.Equal(c.unsure, []string{"the drift"}) {
		t.Errorf("wanted the verdict to differ and the drift to be unsure, got %v and %v", got, c.unsure)
	}
}
