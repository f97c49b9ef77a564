package audit

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"cartconform/runner/attest"
	"cartconform/runner/har"
	"cartconform/runner/report"
)

// Sign signs the report folder dir, which must have been checked, and gives the
// path of the envelope. Signatures that it has already are kept.
func Sign(dir string, key *attest.Key) (string, error) {
	f, err := openFolder(dir)
	if err != nil {
		return "", err
	}
	var r report.Report
	if err := json.Unmarshal(f.report, &r); err != nil {
		return "", fmt.Errorf("read the report: %w", err)
	}
	archive, found := f.read(har.File)
	if !found {
		return "", fmt.Errorf("%s holds no %s", dir, har.File)
	}
	s := attest.NewStatement(attest.PredicateOf(r),
		attest.FileDigest(report.JSONFile, report.Digest(f.report)), attest.FileDigest(har.File, report.Digest(archive)))
	e, err := f.sign(s, key)
	if err != nil {
		return "", err
	}
	text, err := e.Encode()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, attest.File)
	return path, report.WriteFile(path, text)
}

// sign signs the statement, or adds a signature to an envelope that holds it.
func (f *folder) sign(s attest.Statement, key *attest.Key) (*attest.Envelope, error) {
	text, found := f.read(attest.File)
	if !found {
		return attest.Sign(s, key)
	}
	e, err := attest.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", attest.File, err)
	}
	if !e.Holds(s) {
		return nil, fmt.Errorf("%s does not hold what would be signed: remove it first", attest.File)
	}
	return e, e.Add(key)
}
