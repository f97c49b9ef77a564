package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cartconform/runner/report"
)

func TestAnnotations(t *testing.T) { golden(t, "annotations.txt", everything().Annotations()) }

// A line of a report's text never becomes a command, and GitHub shows all that
// is written.
func TestAnnotationsOfHostileReport(t *testing.T) {
	r := failing(180)
	everyText(&r, "%0A::error::x\n::add-mask::y\r\n##[error]z,title=a::b "+hostile)
	for i := range r.Requirements {
		r.Requirements[i].State = "failed"
	}
	text := r.Annotations()
	count := map[string]int{}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		kind, _, _ := strings.Cut(strings.TrimPrefix(line, "::"), " ")
		count[kind]++
		if !strings.HasPrefix(line, "::"+kind+" ") || strings.ContainsAny(line, "\r\x1b\x00") || strings.Contains(line, "%0A::") && !strings.Contains(line, "%250A::") {
			t.Errorf("wanted one command in a line, got %q", line)
		}
		properties, _, _ := strings.Cut(line[2:], "::")
		if strings.Count(properties, "title=") != 1+strings.Count(properties, "%2Ctitle=") {
			t.Errorf("wanted one title, got %q", properties)
		}
	}
	if count["error"] != 10 || count["warning"] > 10 || len(count) > 3 {
		t.Errorf("wanted ten errors, got %v", count)
	}
	if !strings.Contains(text, "more::see summary.md") {
		t.Error("wanted the number of those that are not shown")
	}
}

// failing is a report with that many failures.
func failing(n int) report.Report {
	r := everything()
	model := r.Requirements[slices.IndexFunc(r.Requirements, func(q report.Requirement) bool { return q.State == "failed" })]
	for i := range n {
		q := model
		q.ID = fmt.Sprintf("CART-X-%03d", i)
		q.Findings, q.Specs = slices.Clone(q.Findings), slices.Clone(q.Specs)
		r.Requirements = append(r.Requirements, q)
	}
	return r
}

func TestGitHub(t *testing.T) {
	var out bytes.Buffer
	if job := report.OnGitHub(&out, func(string) string { return "" }); job != nil || job.Report(sample()) != nil || out.Len() > 0 {
		t.Errorf("wanted nothing elsewhere, got %q", &out)
	}
	summary := filepath.Join(t.TempDir(), "summary")
	if err := os.WriteFile(summary, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary}
	job := report.OnGitHub(&out, func(name string) string { return environment[name] })
	fmt.Fprintln(&out, "::error::what a target answered")
	if err := job.Report(sample()); err != nil {
		t.Fatal(err)
	}
	job.Resume()
	lines := strings.Split(out.String(), "\n")
	token := strings.TrimPrefix(lines[0], "::stop-commands::")
	if len(token) < 20 || lines[2] != "::"+token+"::" || strings.Count(out.String(), token) != 2 || !strings.HasPrefix(lines[3], "::error ") {
		t.Errorf("wanted commands stopped until the annotations, got %q", out.String())
	}
	text, err := os.ReadFile(summary)
	if err != nil || !strings.HasPrefix(string(text), "before\n# ") {
		t.Errorf("wanted summary.md added to the summary of the job (%v), got %q", err, text)
	}
	environment["GITHUB_STEP_SUMMARY"] = filepath.Join(summary, "no", "file")
	if err := report.OnGitHub(&out, func(name string) string { return environment[name] }).Report(sample()); err == nil {
		t.Error("wanted an error for a summary that cannot be written, got none")
	}
}
