package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The files that Write writes.
const (
	JSONFile     = "report.json"
	JUnitFile    = "junit.xml"
	MarkdownFile = "summary.md"
)

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
	errs := []error{Validate(content), WriteFile(filepath.Join(dir, JSONFile), content)}
	junit, err := r.JUnit()
	if err == nil {
		err = WriteFile(filepath.Join(dir, JUnitFile), junit)
	}
	errs = append(errs, err, WriteFile(filepath.Join(dir, MarkdownFile), []byte(r.Markdown())))
	return errors.Join(errs...)
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
