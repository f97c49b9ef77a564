package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"

	"cartconform/suites/record"
)

// File is a recorder that appends each record to a file as one JSON line, in
// one write. Several processes may append to the same file, but a file for each
// is easier to read.
type File struct {
	mu     sync.Mutex
	file   *os.File
	broken bool  // the file may end in the middle of a line
	err    error // every write that failed
}

var _ record.Recorder = (*File)(nil)

// Open opens the journal at path for appending and creates it if need be. What
// the file already holds stays.
func Open(path string) (*File, error) {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open journal: %w", err), file.Close())
	}
	return &File{file: file, broken: info.Size() > 0}, nil
}

// Spec records the end of a spec.
func (f *File) Spec(s record.Spec) { f.write(Entry{Spec: &s}) }

// Finding records a broken promise.
func (f *File) Finding(v record.Finding) { f.write(Entry{Finding: &v}) }

// Observation records an open choice of the target.
func (f *File) Observation(o record.Observation) { f.write(Entry{Observation: &o}) }

// Drift records something undocumented.
func (f *File) Drift(d record.Drift) { f.write(Entry{Drift: &d}) }

// Err returns what went wrong while writing. Records were lost unless it is nil.
func (f *File) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Close closes the file. It also returns what Err returns, so that a caller who
// checks Close cannot overlook a lost record. A record that comes later is lost,
// and Err says so.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return errors.Join(f.err, f.file.Sync(), f.file.Close())
}

func (f *File) write(e Entry) {
	line, err := json.Marshal(e)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.err = errors.Join(f.err, fmt.Errorf("encode record: %w", err))
		return
	}
	var buf bytes.Buffer
	if f.broken { // an empty line is harmless, a glued one is not
		buf.WriteByte('\n')
	}
	buf.Write(line)
	buf.WriteByte('\n')
	_, err = f.file.Write(buf.Bytes())
	f.broken = err != nil
	if err != nil {
		f.err = errors.Join(f.err, fmt.Errorf("write record: %w", err))
	}
}
