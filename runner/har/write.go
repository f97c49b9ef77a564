package har

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"cartconform/runner/redact"
	"cartconform/spec"
)

// Writer appends entries to a file of JSON lines. It is safe for concurrent use.
type Writer struct {
	redactor *redact.Redactor
	mu       sync.Mutex
	file     *os.File
}

// Create makes a Writer for a new file, which only its owner may read. The
// redactor is applied to every exchange; nil still hides the headers that always
// hold credentials.
func Create(path string, redactor *redact.Redactor) (*Writer, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record exchanges: %w", err)
	}
	return &Writer{redactor: redactor, file: file}, nil
}

// Append writes the exchange, redacted, as one line and in one piece, so that an
// interrupted run keeps it.
func (w *Writer) Append(x *spec.Exchange) error {
	line, err := Line(w.redactor.Exchange(x))
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.file.Write(line); err != nil {
		return fmt.Errorf("record exchange %s: %w", x.ID, err)
	}
	return nil
}

// Close closes the file.
func (w *Writer) Close() error { return w.file.Close() }

// Line is one exchange, which must be redacted, as a line of JSON with its line
// feed.
func Line(x *spec.Exchange) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(newEntry(x)); err != nil {
		return nil, fmt.Errorf("record exchange %s: %w", x.ID, err)
	}
	return out.Bytes(), nil
}

// span is one line of a file of entries.
type span struct {
	file    int
	offset  int64
	length  int64
	started time.Time
	id      string
}

// Assemble writes one archive of the entries in the files, in the order of
// their start; version is that of cartconform. It keeps no bodies in memory. A
// last line without its end, as a killed process leaves it, is left out; a file
// that does not exist is an error. It gives the number of entries.
func Assemble(w io.Writer, version string, files ...string) (int, error) {
	var spans []span
	opened := make([]*os.File, 0, len(files))
	defer func() {
		for _, file := range opened {
			file.Close()
		}
	}()
	for i, path := range files {
		file, err := os.Open(path)
		if err != nil {
			return 0, fmt.Errorf("assemble exchanges: %w", err)
		}
		opened = append(opened, file)
		if spans, err = scan(file, i, spans); err != nil {
			return 0, fmt.Errorf("assemble exchanges: %s: %w", path, err)
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int {
		return cmp.Or(a.started.Compare(b.started), cmp.Compare(a.id, b.id))
	})
	return len(spans), write(w, version, len(spans), func(out io.Writer, i int) error {
		s := spans[i]
		if _, err := io.Copy(out, io.NewSectionReader(opened[s.file], s.offset, s.length)); err != nil {
			return fmt.Errorf("%s: %w", files[s.file], err)
		}
		return nil
	})
}

// write writes an archive of n entries.
func write(w io.Writer, version string, n int, entry func(out io.Writer, i int) error) error {
	out := bufio.NewWriter(w)
	name, err := json.Marshal(creator{Name: creatorName, Version: version})
	if err != nil {
		return fmt.Errorf("assemble exchanges: %w", err)
	}
	fmt.Fprintf(out, `{"log":{"version":"1.2","creator":%s,"entries":[`, name)
	for i := range n {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		if err := entry(out, i); err != nil {
			return fmt.Errorf("assemble exchanges: %w", err)
		}
	}
	out.WriteString("\n]}}\n")
	if err := out.Flush(); err != nil { // also tells of what failed before
		return fmt.Errorf("assemble exchanges: %w", err)
	}
	return nil
}

// scan adds the lines of a file.
func scan(file io.Reader, index int, spans []span) ([]span, error) {
	reader := bufio.NewReaderSize(file, 64<<10)
	var offset int64
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return spans, nil // what is in line has no end
		}
		if err != nil {
			return nil, err
		}
		var e struct {
			Started time.Time `json:"startedDateTime"`
			ID      string    `json:"_id"`
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("line %d: wanted an entry, got %w", number, err)
		}
		length := int64(len(line))
		spans = append(spans, span{file: index, offset: offset, length: length - 1, started: e.Started, id: e.ID})
		offset += length
	}
}
