package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Follow calls heard with every record of the journals as their writers append
// it, until ctx is done; then it reads what is left and returns. It is how a
// parent process listens to its workers. A file that does not exist yet is
// waited for. Follow is for showing a run: states come from Read.
func Follow(ctx context.Context, interval time.Duration, heard func(Entry), files ...string) error {
	tails := make([]tail, len(files))
	for i, name := range files {
		tails[i].name = name
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for done := false; ; {
		for i := range tails {
			if err := tails[i].poll(heard); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			done = true
		case <-tick.C:
		}
	}
}

// tail is a place in a journal up to which it was read.
type tail struct {
	name   string
	offset int64
}

func (t *tail) poll(heard func(Entry)) error {
	file, err := os.Open(t.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("follow journal: %w", err)
	}
	defer file.Close()
	content, err := io.ReadAll(io.NewSectionReader(file, t.offset, 1<<62))
	if err != nil {
		return fmt.Errorf("follow journal: %w", err)
	}
	for {
		line, rest, whole := bytes.Cut(content, []byte("\n"))
		if !whole {
			return nil
		}
		t.offset += int64(len(line)) + 1
		content = rest
		if e, err := decode(line); err == nil {
			heard(e)
		}
	}
}
