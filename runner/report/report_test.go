package report_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

func encode(t *testing.T, r report.Report) []byte {
	t.Helper()
	data, err := r.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReportJSON(t *testing.T) {
	data := encode(t, sample())
	golden(t, "report.json", string(data))
	if err := report.Validate(data); err != nil {
		t.Error(err)
	}
	for range 20 {
		if again := encode(t, sample()); string(again) != string(data) {
			t.Fatal("wanted the same bytes for the same run")
		}
	}
	if strings.Contains(string(data), "s3cret") || strings.Contains(string(data), "tok%40n") {
		t.Error("wanted no user name or password in the report, got one")
	}
	decoded, err := report.Decode(data)
	if err != nil || !reflect.DeepEqual(decoded.Requirements, rejson(t, sample()).Requirements) {
		t.Errorf("wanted the report back (%v)", err)
	}
}

// rejson is r as a reader of its JSON sees it: broken UTF-8 is replaced.
func rejson(t *testing.T, r report.Report) report.Report {
	t.Helper()
	var out report.Report
	if err := json.Unmarshal(encode(t, r), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestContract holds what other programs rely on.
func TestContract(t *testing.T) {
	var got struct {
		Verdict, Profile string
		Seed             int64
		Requirements     []struct {
			ID, Level, State, Operation string
			Findings                    []struct{ Spec, Message, Exchange string }
		}
	}
	if err := json.Unmarshal(encode(t, sample()), &got); err != nil {
		t.Fatal(err)
	}
	first := got.Requirements[0]
	if got.Verdict != "not-conformant" || got.Profile != "live" || got.Seed != 42 || len(got.Requirements) != 11 ||
		first.ID != "CART-GEN-06" || first.Level != "should" || first.State != "failed" || first.Operation != "any" ||
		len(first.Findings) != 4 || first.Findings[0].Spec != "adds" || first.Findings[0].Exchange != "e-3" ||
		first.Findings[0].Message == "" {
		t.Errorf("wanted what the design promises, got %+v", got)
	}
}

func TestEmptyRunIsValid(t *testing.T) {
	r := report.New(verdict.Evaluate(verdict.Input{}), report.Run{Profile: "live"})
	data := encode(t, r)
	if err := report.Validate(data); err != nil {
		t.Error(err)
	}
	arrays := strings.NewReplacer(`"shard": null`, "", `"document": null`, "", `"waiversFile": null`, "", `"replay": null`, "").
		Replace(string(data)) // the objects that may be absent
	if strings.Contains(arrays, "null") {
		t.Errorf("wanted empty arrays, got null in\n%s", data)
	}
}

func TestValidateRefuses(t *testing.T) {
	for name, change := range map[string]func(*report.Report){
		"a wrong schema":                func(r *report.Report) { r.Schema = "urn:cartconform:report:2" },
		"an unknown verdict":            func(r *report.Report) { r.Verdict = "fine" },
		"a better verdict":              func(r *report.Report) { r.Verdict = verdict.Conformant },
		"an unknown profile":            func(r *report.Report) { r.Profile = "" },
		"an unknown state":              func(r *report.Report) { r.Requirements[0].State = "skipped" },
		"a failed row without findings": func(r *report.Report) { r.Requirements[0].Findings = []report.Finding{} },
		"findings of a passed row":      func(r *report.Report) { r.Requirements[3].Findings = r.Requirements[0].Findings },
		"a failed open choice":          func(r *report.Report) { r.Requirements[0].Level = spec.May },
		"a row twice":                   func(r *report.Report) { r.Requirements[1].ID = r.Requirements[0].ID },
		"a missing row":                 func(r *report.Report) { r.Requirements = r.Requirements[1:] },
		"totals that do not add up":     func(r *report.Report) { r.Totals.Must.Passed++ },
		"an array that is null":         func(r *report.Report) { r.Drift = nil },
		"an unknown outcome":            func(r *report.Report) { r.Requirements[0].Specs[0].Outcome = "skipped" },
		"an exit code that is none":     func(r *report.Report) { r.Exit = 6 },
	} {
		r := sample()
		change(&r)
		if err := report.Validate(encode(t, r)); err == nil {
			t.Errorf("wanted %s refused, got it accepted", name)
		}
	}
	good := string(encode(t, sample()))
	for name, text := range map[string]string{
		"an unknown key":      strings.Replace(good, `"sentence"`, `"extra": 1, "sentence"`, 1),
		"a missing key":       strings.Replace(good, `"seed": 42,`, "", 1),
		"a date that is none": strings.Replace(good, "2026-03-01T11", "2026-02-31T11", 1),
		"two documents":       good + good,
		"no JSON":             "{",
	} {
		if text == good {
			t.Fatalf("%s: the sample does not hold what the test changes", name)
		}
		if err := report.Validate([]byte(text)); err == nil {
			t.Errorf("wanted %s refused, got it accepted", name)
		}
		if _, err := report.Decode([]byte(text)); err == nil {
			t.Errorf("wanted %s not decoded, got a report", name)
		}
	}
}

// TestSchemaIsStrict checks that no object of the schema is open and that each
// says what it requires.
func TestSchemaIsStrict(t *testing.T) {
	var document any
	if err := json.Unmarshal([]byte(report.Schema()), &document); err != nil {
		t.Fatal(err)
	}
	var walk func(at string, value any)
	walk = func(at string, value any) {
		switch v := value.(type) {
		case map[string]any:
			if v["type"] == "object" && (v["additionalProperties"] != false || v["required"] == nil) {
				t.Errorf("%s: wanted a closed object with required keys", at)
			}
			for key, child := range v {
				walk(at+"/"+key, child)
			}
		case []any:
			for _, child := range v {
				walk(at, child)
			}
		}
	}
	walk("", document)
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on demand")
	for range 2 { // a second run replaces the first
		if err := report.Write(dir, sample()); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		names = append(names, name)
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.Contains(string(content), "s3cret") {
			t.Errorf("%s: wanted a file without secrets (%v)", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{report.BadgeFile, report.HTMLFile, report.JUnitFile, report.JSONFile, "sequences/CART-ADD-01-3.sh", report.MarkdownFile}
	if !slices.Equal(names, want) {
		t.Errorf("wanted %q, got %q", want, names)
	}
	broken := sample()
	broken.Verdict = verdict.Conformant
	if err := report.Write(dir, broken); err == nil {
		t.Error("wanted an error for a report that contradicts itself, got none")
	}
	if err := report.WriteFile(filepath.Join(dir, "no", "file"), nil); err == nil {
		t.Error("wanted an error for a directory that does not exist, got none")
	}
	if err := report.WriteFile(dir, []byte("x")); err == nil {
		t.Error("wanted an error where a directory is in the way, got none")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), ".*")); len(left) > 0 {
		t.Errorf("wanted no temporary file left, got %q", left)
	}
}

func TestMeasure(t *testing.T) {
	var samples []report.Sample
	for i := range 100 {
		samples = append(samples, report.Sample{Operation: "a", Duration: time.Duration(100-i) * time.Millisecond})
	}
	got := report.Measure(samples)
	if got.Requests != 100 || got.Retries != 0 || got.Operations[0].P50MS != 50 || got.Operations[0].P95MS != 95 {
		t.Errorf("wanted the nearest ranks 50 and 95, got %+v", got)
	}
}

// What ended a run is read from the specs that never began, and where all had
// begun, from the rows.
func TestStopReason(t *testing.T) {
	const limit = "the run's time limit of 1s was over"
	cut := report.Spec{Name: "cut off", Outcome: string(verdict.DidNotRun), Reason: "the run was interrupted", File: "a.go"}
	never := report.Spec{Name: "never began", Outcome: string(verdict.DidNotRun), Reason: limit}
	left := report.Requirement{State: verdict.NotRun, Reason: "1 of 1 spec not run: " + verdict.LeftOut}
	for name, rows := range map[string][]report.Requirement{
		"a spec": {{State: verdict.NotRun, Specs: []report.Spec{cut, never}}},
		"a row":  {left, {State: verdict.NotRun, Reason: "1 of 1 spec not run: " + limit, Specs: []report.Spec{cut}}},
	} {
		if got := (report.Report{Requirements: rows}).StopReason(); got != limit {
			t.Errorf("%s: wanted %q, got %q", name, limit, got)
		}
	}
	if got := (report.Report{Requirements: []report.Requirement{left}}).StopReason(); got != "" {
		t.Errorf("wanted no reason where all was left out, got %q", got)
	}
}
