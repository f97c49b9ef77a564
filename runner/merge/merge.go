// Package merge joins the reports of the parts of one run, run --shard i/n, to
// the report that the run would have had in one piece.
package merge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/runner/session"
)

// part is the report folder of one shard.
type part struct {
	dir     string
	report  report.Report
	archive []byte
}

// Merge joins the report folders of all parts of a run and writes the report of
// the whole into reportDir. The error says which part does not belong to the
// others, and why.
func Merge(reportDir string, dirs ...string) (report.Report, error) {
	parts, err := read(dirs)
	if err != nil {
		return report.Report{}, err
	}
	if err := complete(parts); err != nil {
		return report.Report{}, err
	}
	if err := elsewhere(reportDir, dirs); err != nil {
		return report.Report{}, err
	}
	joined, archive, err := join(parts)
	if err != nil {
		return report.Report{}, err
	}
	if err := session.EmptyReportDir(reportDir); err != nil {
		return report.Report{}, err
	}
	if err := report.WriteFile(filepath.Join(reportDir, har.File), archive); err != nil {
		return report.Report{}, err
	}
	return joined, report.Write(reportDir, joined)
}

// read reads the folders and puts them into the order of their shards.
func read(dirs []string) ([]part, error) {
	var parts []part
	for _, dir := range dirs {
		content, err := report.ReadFile(filepath.Join(dir, report.JSONFile))
		if err != nil {
			return nil, fmt.Errorf("read the report: %w", err)
		}
		p := part{dir: dir}
		if p.report, err = report.Decode(content); err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		if p.report.Selection.Shard == nil {
			return nil, fmt.Errorf("%s: wanted the report of run --shard i/n, got that of a run that was not one of several parts", dir)
		}
		if p.report.Replay != nil {
			return nil, fmt.Errorf("%s: wanted a part as it was recorded, got its replay: merge the parts and replay the whole", dir)
		}
		if p.archive, err = report.ReadFile(filepath.Join(dir, har.File)); err != nil {
			return nil, fmt.Errorf("read the exchanges: %w", err)
		}
		if report.Digest(p.archive) != p.report.Exchanges.SHA256 {
			return nil, fmt.Errorf("%s: wanted the %s that report.json names, with SHA-256 %s, got another", dir, har.File, p.report.Exchanges.SHA256)
		}
		parts = append(parts, p)
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.shard().Number - b.shard().Number })
	return parts, nil
}

func (p part) shard() report.Shard { return *p.report.Selection.Shard }

func (p part) String() string {
	return fmt.Sprintf("%s (shard %d/%d)", p.dir, p.shard().Number, p.shard().Of)
}

// agreed are the things that all parts of one run have in common.
func (p part) agreed() []field {
	r := p.report
	return []field{
		{"--shard: number of parts", p.shard().Of},
		{"--seed", r.Seed},
		{"suite", r.Suite},
		{"contracts", r.Contracts},
		{"profile", r.Profile},
		{theTarget, r.Target},
		{"digest of the target description", r.Configuration.Digest},
		{"--level", r.Level},
		{"--requirement", r.Selection.Requirements},
		{"--label-filter", r.Selection.LabelFilter},
		{"--fail-fast", r.Selection.FailFast},
		{"--reset-cart", r.Selection.ResetCart},
		{"waivers file", r.WaiversFile},
	}
}

// theTarget names the field in which parts differ that started a reference each.
const theTarget = "target"

type field struct {
	name  string
	value any
}

func (f field) String() string {
	text, err := json.Marshal(f.value)
	if err != nil {
		return fmt.Sprint(f.value)
	}
	return string(text)
}

// complete checks that the parts are all those of one run, each once.
func complete(parts []part) error {
	if len(parts) == 0 {
		return errors.New("wanted the report folders of the shards, got none")
	}
	first := parts[0]
	for _, p := range parts[1:] {
		for i, want := range first.agreed() {
			if got := p.agreed()[i]; got.String() != want.String() {
				err := fmt.Errorf("%s and %s are not parts of one run: %s is %s in the first and %s in the second", first, p, want.name, want, got)
				if want.name == theTarget {
					err = fmt.Errorf("%w; give all parts one target by --target or --config: without, each starts a reference of its own", err)
				}
				return err
			}
		}
	}
	by := map[int]part{}
	for _, p := range parts {
		if other, twice := by[p.shard().Number]; twice {
			return fmt.Errorf("wanted each part once, got shard %d/%d in %s and in %s", p.shard().Number, p.shard().Of, other.dir, p.dir)
		}
		by[p.shard().Number] = p
	}
	var missing []string
	for i := range first.shard().Of {
		if _, there := by[i+1]; !there {
			missing = append(missing, fmt.Sprintf("%d/%d", i+1, first.shard().Of))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("wanted all %d parts of the run, got none for shard %s", first.shard().Of, strings.Join(missing, ", "))
	}
	return nil
}

// elsewhere checks that the report does not overwrite what it is made of.
func elsewhere(reportDir string, dirs []string) error {
	out, err := os.Stat(reportDir)
	if err != nil {
		return nil // it is made
	}
	for _, dir := range dirs {
		if in, err := os.Stat(dir); err == nil && os.SameFile(in, out) {
			return fmt.Errorf("--report-dir: wanted a folder of its own for the whole, got that of a part, %s", dir)
		}
	}
	return nil
}

// join makes the report of the whole from what the parts recorded.
func join(parts []part) (report.Report, []byte, error) {
	var archives [][]byte
	var reports []report.Report
	for _, p := range parts {
		archives, reports = append(archives, p.archive), append(reports, p.report)
	}
	var archive bytes.Buffer
	count, err := har.Join(&archive, session.Version().Suite, archives...)
	if err != nil {
		return report.Report{}, nil, fmt.Errorf("join the exchanges: %w", err)
	}
	all, err := har.Read(bytes.NewReader(archive.Bytes()))
	if err != nil {
		return report.Report{}, nil, fmt.Errorf("join the exchanges: %w", err)
	}
	whole := report.Join(reports)
	whole.Exchanges = report.Exchanges{File: har.File, Count: count, SHA256: report.Digest(archive.Bytes())}
	joined, err := session.Rebuild(whole, all)
	return joined, archive.Bytes(), err
}
