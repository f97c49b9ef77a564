package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The files of a report folder that Write writes.
const (
	JSONFile     = "report.json"
	JUnitFile    = "junit.xml"
	MarkdownFile = "summary.md"
	HTMLFile     = "index.html"
	BadgeFile    = "badge.svg"
)

// forms are the files that are rendered from report.json, in the order in which
// they are written.
func forms() []form {
	return []form{
		{JUnitFile, Report.JUnit},
		{MarkdownFile, func(r Report) ([]byte, error) { return []byte(r.Markdown()), nil }},
		{HTMLFile, Report.HTML},
		{BadgeFile, Report.Badge},
	}
}

type form struct {
	file   string
	render func(Report) ([]byte, error)
}

// File is one file of a report folder.
type File struct {
	Name    string
	Content []byte
}

// Files returns the names of the files that Write writes.
func Files() []string {
	names := []string{JSONFile}
	for _, f := range forms() {
		names = append(names, f.file)
	}
	return names
}

// Render returns the files that are rendered from a report.json and from nothing
// else. The files that could be rendered come with the error of those that could
// not.
func Render(content []byte) ([]File, error) {
	var r Report
	if err := json.Unmarshal(content, &r); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	var files []File
	var errs []error
	for _, f := range forms() {
		rendered, err := f.render(r)
		if err != nil {
			errs = append(errs, fmt.Errorf("render %s: %w", f.file, err))
			continue
		}
		files = append(files, File{Name: f.file, Content: rendered})
	}
	return append(files, r.scripts()...), errors.Join(errs...)
}

// SequencesDir is the folder, in that of a report, of the scripts that send a sequence
// of requests again.
const SequencesDir = "sequences"

// scripts are those of the findings that a sequence of requests shows.
func (r Report) scripts() []File {
	var files []File
	for _, q := range r.Requirements {
		for i, f := range q.Findings {
			if name := scriptFile(q.ID, i, f); name != "" {
				files = append(files, File{Name: name, Content: []byte(f.Script)})
			}
		}
	}
	return files
}

// scriptFile names the file of the script of a requirement's i-th finding; "" where it
// has none.
func scriptFile(id string, i int, f Finding) string {
	if f.Script == "" {
		return ""
	}
	id = strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, id)
	return fmt.Sprintf("%s/%s-%d.sh", SequencesDir, id, i+1)
}

// Write writes report.json and what is rendered from it into dir, and makes dir
// if need be. Each file is either replaced as a whole or stays as it was. A
// report that its schema refuses is written all the same and then returned as an
// error: a defect of ours must not cost anybody the run.
func Write(dir string, r Report) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make report directory: %w", err)
	}
	content, err := r.Encode()
	if err != nil {
		return err
	}
	return errors.Join(Validate(content), WriteFile(filepath.Join(dir, JSONFile), content), WriteRendered(dir, content))
}

// WriteRendered writes the files that are rendered from the content of
// report.json into dir.
func WriteRendered(dir string, content []byte) error {
	files, err := Render(content)
	errs := []error{err}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		errs = append(errs, os.MkdirAll(filepath.Dir(path), 0o755), WriteFile(path, f.Content))
	}
	return errors.Join(errs...)
}

// Digest identifies the content of a file: its SHA-256, in hex.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// ReadFile reads a file of a report folder. The folder may be somebody else's: what
// is no file there, such as a pipe or a device, would never end.
func ReadFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: wanted a file, got something else (%s)", path, info.Mode())
	}
	return os.ReadFile(path)
}

// WriteFile replaces the file at path by content in one step.
func WriteFile(path string, content []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, errors.Join(err, os.Remove(temp.Name())))
		}
	}()
	_, writeErr := temp.Write(content)
	if err := errors.Join(writeErr, temp.Chmod(0o644), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
