// Package replay plays a recorded run again: it answers the calls of the suites
// from the archive of the run, and says how each spec began. It judges nothing.
//
// What a spec asks follows from the suite, the seed, the target description and
// the answers before, and it is in the recording under its place: spec, lane and
// ordinal. A call that differs from what was recorded in its place, or has none,
// is not answered; it never gets the answer of another one.
package replay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/spec"
)

// Recording is a run as its report folder tells it.
type Recording struct {
	Report report.Report
	Of     string // SHA-256 of its report.json, in hex
	// Archive is the content of its archive, and Exchanges what is in it.
	Archive   []byte
	Exchanges []spec.Exchange
	// Altered says how the archive differs from the one that the report names; ""
	// when it does not.
	Altered string
}

// Judge is what must be the same for a recording to be judged again.
type Judge struct {
	Suite     report.Suite
	Contracts []report.Contract
}

// Open reads the recording in a report folder. It is an error when another judge
// made it.
func Open(dir string, judge Judge) (*Recording, error) {
	content, err := report.ReadFile(filepath.Join(dir, report.JSONFile))
	if err != nil {
		return nil, fmt.Errorf("read the recording: %w; wanted the report folder of a run", err)
	}
	var made Judge // what older and newer versions have in common
	if err := json.Unmarshal(content, &made); err != nil {
		return nil, fmt.Errorf("read the recording: %s: %w", report.JSONFile, err)
	}
	if err := judge.same(made); err != nil {
		return nil, err
	}
	r := &Recording{Of: report.Digest(content)}
	if r.Report, err = report.Decode(content); err != nil {
		return nil, fmt.Errorf("read the recording: %s: %w", report.JSONFile, err)
	}
	named := r.Report.Exchanges
	if named.File != har.File {
		return nil, fmt.Errorf("read the recording: %s: wanted the archive %s named, got %q", report.JSONFile, har.File, named.File)
	}
	if r.Archive, err = report.ReadFile(filepath.Join(dir, named.File)); err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	if r.Exchanges, err = har.Read(bytes.NewReader(r.Archive)); err != nil {
		return nil, fmt.Errorf("read the recording: %s: %w", named.File, err)
	}
	if sum := report.Digest(r.Archive); sum != named.SHA256 || len(r.Exchanges) != named.Count {
		r.Altered = fmt.Sprintf("%s is not the archive that %s names: wanted %d exchanges with SHA-256 %s, got %d with %s",
			named.File, report.JSONFile, named.Count, named.SHA256, len(r.Exchanges), sum)
	}
	return r, nil
}

// Summary identifies the archive.
func (r *Recording) Summary() report.Exchanges {
	return report.Exchanges{File: r.Report.Exchanges.File, Count: len(r.Exchanges), SHA256: report.Digest(r.Archive)}
}

// quoted keeps what another program wrote from acting on the screen.
func quoted(text string) string { return strings.Trim(strconv.QuoteToGraphic(text), `"`) }

// same says what another judge has that is not as this one's.
func (j Judge) same(other Judge) error {
	differs := func(what, ours, theirs string) error {
		return fmt.Errorf("a recording is judged again by the program that made it: wanted %s %s, got %s", what, quoted(theirs), quoted(ours))
	}
	v, o := j.Suite.Validators, other.Suite.Validators
	switch {
	case j.Suite.Version != other.Suite.Version:
		return differs("cartconform", j.Suite.Version, other.Suite.Version)
	case v.KinOpenAPI != o.KinOpenAPI:
		return differs("kin-openapi", v.KinOpenAPI, o.KinOpenAPI)
	case v.JSONSchema != o.JSONSchema:
		return differs("jsonschema", v.JSONSchema, o.JSONSchema)
	case len(other.Contracts) == 0:
		return differs("contracts:", fmt.Sprint(len(j.Contracts)), "0")
	}
	for _, o := range other.Contracts {
		i := slices.IndexFunc(j.Contracts, func(c report.Contract) bool { return c.API == o.API })
		if i < 0 {
			return differs("contract", "none of this API", fmt.Sprintf("%s %s with digest %s", o.API, o.Version, o.Digest))
		}
		if c := j.Contracts[i]; c != o {
			return differs("contract", fmt.Sprintf("%s %s with digest %s", c.API, c.Version, c.Digest),
				fmt.Sprintf("%s %s with digest %s", o.API, o.Version, o.Digest))
		}
	}
	return nil
}
