package session

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cartconform/runner/engine"
	"cartconform/runner/interrupt"
	"cartconform/runner/journal"
	"cartconform/runner/redact"
	"cartconform/suites/record"
)

// runHere runs the suites in this process.
func (s *setting) runHere(ctx context.Context, config Config, selection *selection, company company, files *files, redactor *redact.Redactor, live record.Recorder) error {
	file, err := journal.Open(files.journal("p"))
	if err != nil {
		return fmt.Errorf("write the records: %w", err)
	}
	company.record(redacted{redactor, journal.Tee(file, live)})
	engine.Run(company.casts(), engine.Options{Seed: config.Seed, Filter: selection.filter})
	company.cleanUp(ctx)
	return file.Close()
}

// plan is what a worker process has to know. It holds no secret: a worker reads
// the description again, and the environment with it.
type plan struct {
	Config    Config
	Deadline  time.Time        // of the run; zero = none
	Found     map[string]found // by the preflight, by suite
	Tolerated map[string]bool
	Mark      string
	Embedded  bool // the target is the reference, which the parent serves
	Filter    string
	Dir       string // of the run's files
}

// runWorkers runs the suites in worker processes and gives the end of what they
// said, which matters only when one of them ended early.
func (s *setting) runWorkers(ctx context.Context, config Config, selection *selection, company company, files *files, live record.Recorder) (said string, err error) {
	p := plan{
		Config: config, Found: company.found(), Embedded: s.embedded,
		Tolerated: company[0].play.Tolerated, Mark: s.mark(), Filter: selection.filter, Dir: files.dir,
	}
	p.Config.Out, p.Config.Command, p.Config.TargetURL, p.Config.WaiversPath = nil, nil, "", ""
	p.Deadline, _ = ctx.Deadline()
	if p.Config.DescriptionPath != "" { // workers run elsewhere
		absolute, err := filepath.Abs(p.Config.DescriptionPath)
		if err != nil {
			return "", fmt.Errorf("write the workers' plan: %w", err)
		}
		p.Config.DescriptionPath = absolute
	}
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("write the workers' plan: %w", err)
	}
	path := filepath.Join(files.dir, "plan.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return "", fmt.Errorf("write the workers' plan: %w", err)
	}
	var journals []string
	for i := range config.Procs {
		journals = append(journals, files.journal(workerName(i+1)))
	}
	listening, stop := context.WithCancel(context.Background())
	heard := make(chan error, 1)
	go func() {
		heard <- journal.Follow(listening, 100*time.Millisecond, func(e journal.Entry) { e.To(live) }, journals...)
	}()
	said, err = engine.Parallel(ctx, config.Procs, path, engine.Options{
		Seed: config.Seed, Filter: selection.filter, Environment: []string{workersTarget + "=" + s.workersURL(config)},
	})
	stop()
	if followed := <-heard; err == nil && followed != nil {
		err = fmt.Errorf("listen to the workers: %w", followed)
	}
	return said, errors.Join(err, failures(files.dir))
}

// workersTarget is the variable that tells workers the target: its URL may hold a
// password, which belongs into no file.
const workersTarget = "CARTCONFORM_WORKERS_TARGET"

// workersURL is the base URL that workers are to ask in the place of the
// description's; "" = that one.
func (s *setting) workersURL(config Config) string {
	if s.embedded {
		return s.description.HTTP.BaseURL.String()
	}
	return config.TargetURL
}

// failures gives what workers wrote down before they gave up.
func failures(dir string) error {
	var all []error
	names, _ := filepath.Glob(filepath.Join(dir, "*"+failed)) // the pattern is well formed
	for _, name := range names {
		text, err := os.ReadFile(name)
		all = append(all, err, errors.New(strings.TrimSuffix(filepath.Base(name), failed)+": "+string(text)))
	}
	return errors.Join(all...)
}

// failed ends the name of the file in which a worker says why it gave up: its
// standard error is Ginkgo's.
const failed = ".failed"

func workerName(process int) string { return "w" + strconv.Itoa(process) }

// Work is the part of a run that a worker process does.
func Work(path string, process int) {
	if err := work(path, process); err != nil {
		_ = os.WriteFile(filepath.Join(filepath.Dir(path), workerName(process)+failed), []byte(err.Error()), 0o600)
		os.Exit(1)
	}
}

func work(path string, process int) error {
	ctx, stop := interrupt.Notify(context.Background(), nil)
	defer stop()
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	if !p.Deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, p.Deadline)
		defer cancel()
	}
	if p.Embedded {
		p.Config.served = os.Getenv(workersTarget)
	} else {
		p.Config.TargetURL = os.Getenv(workersTarget)
	}
	s, err := prepare(p.Config)
	if err != nil {
		return err
	}
	defer s.close()
	files := &files{dir: p.Dir}
	redactor := redact.New(s.description.Secrets)
	recorded, err := files.recordExchange(workerName(process), redactor)
	if err != nil {
		return err
	}
	company, release, err := s.company(ctx, p.Config, sending{process: workerName(process), procs: p.Config.Procs, redactor: redactor, record: recorded})
	if err != nil {
		return err
	}
	defer release()
	company.learn(p.Found)
	for _, part := range company {
		part.play.Tolerated, part.play.Mark = p.Tolerated, p.Mark
	}
	file, err := journal.Open(files.journal(workerName(process)))
	if err != nil {
		return fmt.Errorf("write the records: %w", err)
	}
	company.record(redacted{redactor, file})
	engine.Run(company.casts(), engine.Options{Seed: p.Config.Seed, Filter: p.Filter})
	for _, part := range company {
		part.cleanUpLanes(context.Background(), (process-1)%len(part.play.Target.Lanes)) // the one that it had to itself
	}
	return errors.Join(file.Close(), files.close())
}

// redacted takes secrets out of records before anybody sees them.
type redacted struct {
	redactor *redact.Redactor
	to       record.Recorder
}

func (r redacted) Spec(s record.Spec) {
	s.Reason = r.redactor.String(s.Reason)
	s.Start = r.start(s.Start)
	r.to.Spec(s)
}

func (r redacted) start(s record.Start) record.Start {
	s.Cart, s.OtherCart = r.redactor.String(s.Cart), r.redactor.String(s.OtherCart)
	s.First = maps.Clone(s.First)
	for key, value := range s.First {
		s.First[key] = r.redactor.String(value)
	}
	return s
}

func (r redacted) Finding(f record.Finding) {
	f.Wanted, f.Got, f.Message = r.redactor.String(f.Wanted), r.redactor.String(f.Got), r.redactor.String(f.Message)
	f.Steps = slices.Clone(f.Steps)
	for i, step := range f.Steps {
		f.Steps[i] = r.redactor.String(step)
	}
	r.to.Finding(f)
}

func (r redacted) Observation(o record.Observation) {
	o.Subject, o.Seen = r.redactor.String(o.Subject), r.redactor.String(o.Seen)
	r.to.Observation(o)
}

func (r redacted) Drift(d record.Drift) {
	d.Where, d.Value = r.redactor.String(d.Where), r.redactor.String(d.Value)
	r.to.Drift(d)
}
