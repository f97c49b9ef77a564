package report_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// later is another run against the sample's target: some things changed.
func later() report.Report {
	r := sample()
	r.Verdict, r.Suite.Version, r.Seed, r.DurationMS = verdict.Partial, "v0.2.0", 43, 9999
	r.Contracts = append(r.Contracts[:1:1], report.Contract{API: "new", Version: "1", CatalogueCount: 1})
	r.Selection = report.Selection{Requirements: []string{"CART-ADD-01"}, FailFast: true}
	r.Requirements = slices.Clone(r.Requirements)
	at := func(id string) *report.Requirement {
		return &r.Requirements[slices.IndexFunc(r.Requirements, func(q report.Requirement) bool { return q.ID == id })]
	}
	passed := at("CART-ADD-01")
	passed.State, passed.Reason, passed.Findings = verdict.Passed, "", nil
	same := at("CART-GEN-06")
	same.Findings = slices.Clone(same.Findings)
	same.Findings[0].Got, same.Findings[0].Exchange = `"7"`, "e-99" // the same promise, broken in the same way
	same.Findings = append(same.Findings, report.Finding{Spec: "adds", Message: "body: wanted 1, got 2\n" + hostile})
	open := at("CART-ADD-21")
	open.Observations = []report.Observation{{Subject: "adding the same offer again", Seen: hostile}, {Subject: "another", Seen: "yes"}}
	r.Drift = append(r.Drift[1:len(r.Drift):len(r.Drift)], report.Drift{Kind: "field", Operation: "x", Where: hostile, Count: 1})
	r.Requirements = append(r.Requirements[:len(r.Requirements)-1:len(r.Requirements)-1],
		report.Requirement{ID: "NEW-01", Level: spec.Must, State: verdict.Failed, Reason: "1 finding\n" + hostile})
	return r
}

func TestDiff(t *testing.T) {
	for format, write := range report.DiffFormats() {
		var out bytes.Buffer
		if err := write(&out, report.Compare(sample(), later())); err != nil {
			t.Fatal(err)
		}
		golden(t, "diff."+format, out.String())
		if format != "json" {
			harmless(t, out.String())
		}
		if err := write(full{}, report.Compare(sample(), later())); err == nil {
			t.Errorf("%s: wanted the error of the writer, got none", format)
		}
	}
}

// Two runs that found the same have no change, whenever and wherever they were.
func TestDiffOfTheSame(t *testing.T) {
	again := sample()
	again.Seed, again.DurationMS, again.Target.BaseURL = 7, 1, "https://other.example.com"
	d := report.Compare(sample(), again)
	if d.Changes != 0 || len(d.Conditions) != 1 {
		t.Errorf("wanted no change and another target, got %+v", d)
	}
	var out bytes.Buffer
	if err := report.DiffFormats()["json"](&out, d); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ReplaceAll(out.String(), `"verdict": null`, ""), "null") || !json.Valid(out.Bytes()) {
		t.Errorf("wanted JSON with empty lists, got %s", out.String())
	}
}

// What came one way went the other.
func TestDiffBackwards(t *testing.T) {
	there, back := report.Compare(sample(), later()), report.Compare(later(), sample())
	if there.Changes != back.Changes || len(there.Findings.New) != len(back.Findings.Gone) || len(there.Drift.Gone) != len(back.Drift.New) ||
		len(there.States) != len(back.States) || len(there.Conditions) != len(back.Conditions) {
		t.Errorf("wanted as many changes in both directions, got %+v and %+v", there, back)
	}
}
