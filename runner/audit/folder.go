package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"cartconform/runner/report"
)

// folder is a report folder.
type folder struct {
	dir    string
	report []byte
}

func openFolder(dir string) (*folder, error) {
	content, err := report.ReadFile(filepath.Join(dir, report.JSONFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no %s: wanted the folder that run --report-dir wrote", dir, report.JSONFile)
	}
	if err != nil {
		return nil, fmt.Errorf("read the report: %w", err)
	}
	return &folder{dir: dir, report: content}, nil
}

// read reads one file of the folder; false when it cannot be read.
func (f *folder) read(name string) ([]byte, bool) {
	if name == "" || filepath.Base(name) != name { // it lies beside the report, or nowhere
		return nil, false
	}
	content, err := report.ReadFile(filepath.Join(f.dir, name))
	return content, err == nil
}
