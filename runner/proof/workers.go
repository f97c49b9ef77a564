package proof

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"cartconform/runner/noise"
)

// Ginkgo allows one run at a time in a process, and a run waits half of its time
// (2.7 s, 1.3 s of them at work). So subjects are dealt out to worker processes,
// which are this very binary, started again with roleVariable set: each reads
// one subject per line and writes one outcome.
const roleVariable = "CARTCONFORM_PROVE"

// assignment is one line that a worker reads.
type assignment struct {
	Subject Subject `json:"subject"`
	Seed    int64   `json:"seed"`
}

// answer is one line that a worker writes.
type answer struct {
	Outcome Outcome `json:"outcome"`
	Error   string  `json:"error,omitempty"`
}

// Main takes over when this process is a worker, and never returns then. It must
// be the first thing that a program calls which calls Try for many.
func Main() {
	if os.Getenv(roleVariable) == "" {
		return
	}
	os.Unsetenv(roleVariable)
	answers := os.Stdout
	os.Stdout = os.Stderr // whatever else is printed is no answer
	if err := work(context.Background(), os.Stdin, answers, Examine); err != nil {
		fmt.Fprintln(os.Stderr, "cartconform: prove:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// work examines the subjects of in, one after the other.
func work(ctx context.Context, in io.Reader, out io.Writer, examine func(context.Context, Subject, int64) (Outcome, error)) error {
	lines, encoder := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var next assignment
		if err := lines.Decode(&next); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a subject: %w", err)
		}
		var said answer
		var err error
		if said.Outcome, err = examine(ctx, next.Subject, next.Seed); err != nil {
			said.Error = err.Error()
		}
		if err := encoder.Encode(said); err != nil {
			return fmt.Errorf("write an outcome: %w", err)
		}
	}
}

// limit is how long one subject may take before its worker is given up: a
// hundred times what the reference needs.
const limit = 5 * time.Minute

// ExamineAll examines all subjects in a number of worker processes and calls
// heard with each outcome, one after the other, in the order in which they come.
// It returns when all are done, or ctx ends. A worker that dies is replaced, and
// its subject's outcome has an internal error that says so.
func ExamineAll(ctx context.Context, procs int, seed int64, subjects []Subject, heard func(Outcome)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan Subject)
	go func() {
		defer close(queue)
		for _, s := range subjects {
			select {
			case queue <- s:
			case <-ctx.Done():
				return
			}
		}
	}()
	var mu sync.Mutex
	var errs []error
	var done sync.WaitGroup
	for range min(procs, len(subjects)) {
		done.Go(func() {
			var w *worker
			defer func() { w.stop() }()
			for s := range queue {
				var err error
				if w == nil {
					if w, err = hire(); err != nil {
						mu.Lock()
						errs = append(errs, err)
						mu.Unlock()
						cancel()
						return
					}
				}
				outcome, err := w.examine(ctx, s, seed)
				if err != nil {
					w.stop()
					w = nil
					if ctx.Err() != nil {
						return
					}
					outcome = Outcome{Subject: s, Errors: []string{err.Error()}}
				}
				mu.Lock()
				heard(outcome)
				mu.Unlock()
			}
		})
	}
	done.Wait()
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	return ctx.Err()
}

// worker is one worker process.
type worker struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said *noise.Tail
}

func hire() (*worker, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program to start workers of it: %w", err)
	}
	w := &worker{cmd: exec.Command(self), said: &noise.Tail{}}
	// A trial makes much short-lived garbage: collecting it less often saves a
	// tenth of the time (3.8 s instead of 4.1 s for three runs), up to a bound that
	// six workers may reach together.
	w.cmd.Env = append(os.Environ(), roleVariable+"=1", "GOGC=400", "GOMEMLIMIT=400MiB")
	w.cmd.Stderr = w.said
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt is this process's to hear
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	w.out = bufio.NewReader(out)
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a worker: %w", err)
	}
	return w, nil
}

// examine has the worker examine one subject.
func (w *worker) examine(ctx context.Context, s Subject, seed int64) (Outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%s: the worker took longer than %s", s, limit))
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = w.cmd.Process.Kill() })()
	if err := json.NewEncoder(w.in).Encode(assignment{s, seed}); err != nil {
		return Outcome{}, w.lost(ctx, s, err)
	}
	line, err := w.out.ReadBytes('\n')
	if err != nil {
		return Outcome{}, w.lost(ctx, s, err)
	}
	var said answer
	if err := json.Unmarshal(line, &said); err != nil {
		return Outcome{}, fmt.Errorf("%s: read the worker's outcome: %w", s, err)
	}
	if said.Error != "" {
		return Outcome{}, fmt.Errorf("%s: %s", s, said.Error)
	}
	return said.Outcome, nil
}

func (w *worker) lost(ctx context.Context, s Subject, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	w.stop() // what it said last has come when it is waited for
	return fmt.Errorf("%s: the worker is gone: %w\n%s", s, err, w.said)
}

// stop ends the worker, which may be none.
func (w *worker) stop() {
	if w == nil {
		return
	}
	_ = w.in.Close() // it ends by itself between two subjects
	ended := time.AfterFunc(5*time.Second, func() { _ = w.cmd.Process.Kill() })
	_ = w.cmd.Wait()
	ended.Stop()
}
