package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Read reads journals, one after the other, into one set of records. A line
// that was cut off while it was written is skipped and named in Torn. Anything
// else that is not a record is an error; the records that could be read are
// returned beside it.
func Read(files ...string) (Records, error) {
	var records Records
	var errs []error
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("read journal: %w", err))
			continue
		}
		errs = append(errs, read(&records, name, content)...)
	}
	return records, errors.Join(errs...)
}

func read(records *Records, name string, content []byte) []error {
	var errs []error
	for i, line := range bytes.Split(content, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		e, err := decode(line)
		switch {
		case err == nil:
			records.Add(e)
		case cutOff(line):
			records.Torn = append(records.Torn, fmt.Sprintf("%s:%d", name, i+1))
		default:
			errs = append(errs, fmt.Errorf("read journal: %s:%d: %w", name, i+1, err))
		}
	}
	return errs
}

// cutOff reports whether line is the beginning of a JSON text: nothing in it is
// wrong but that it ends too early.
func cutOff(line []byte) bool {
	var text json.RawMessage
	err := json.NewDecoder(bytes.NewReader(line)).Decode(&text)
	return errors.Is(err, io.ErrUnexpectedEOF)
}
