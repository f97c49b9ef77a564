// Package session is one run from start to end: it reads the target
// description, tries it out, lets the engine run the suites, derives the verdict
// from the records and writes the reports.
package session

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"cartconform/runner/attest"
	"cartconform/runner/description"
	"cartconform/runner/har"
	"cartconform/runner/journal"
	"cartconform/runner/redact"
	"cartconform/runner/repertoire"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/runner/waiver"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

// Config is what the user asks of a run.
type Config struct {
	TargetURL       string // "" = the description's, or the embedded reference
	DescriptionPath string
	Suites          []string
	Requirements    []string
	Level           spec.Level
	LabelFilter     string
	Procs           int
	ReportDir       string
	Timeout         time.Duration
	Seed            int64 // 0 = drawn at random
	Shard           Shard
	WaiversPath     string // "" = none
	ReplayDir       string // folder of a recorded run to be judged again; "" = a target is
	FailFast        bool
	ResetCart       bool
	Verbose         bool

	Command []string // the arguments that started the run, the program's name first
	Out     io.Writer
	Colour  bool
	Job     *report.GitHub // nil elsewhere

	suites repertoire.List // that there are; nil = those of this version
	served string          // where another process serves the embedded reference; "" = nowhere yet
}

// Shard is one of several parts of a run; the zero value is the whole of it.
type Shard struct{ Number, Of int }

// usage marks an error as the user's.
func usage(format string, args ...any) (verdict.Exit, error) {
	return verdict.ExitUsage, fmt.Errorf(format, args...)
}

// Run runs the suites and gives the exit code. The error, if any, is for the
// user to read; without one everything was said on config.Out.
func Run(ctx context.Context, config Config) (verdict.Exit, error) {
	started := time.Now()
	config.Out = &serial{to: config.Out}
	if config.ReplayDir != "" {
		code, _, err := again(ctx, config)
		return code, err
	}
	if config.Procs < 1 {
		return usage("--procs: wanted at least 1, got %d", config.Procs)
	}
	if config.Shard.Of > 0 && config.Seed == 0 {
		return usage("--shard needs --seed, the same for all shards: requirements are dealt out by it")
	}
	if config.Seed == 0 {
		config.Seed = randomSeed()
	}
	s, err := prepare(config)
	if err != nil {
		return verdict.ExitUsage, err
	}
	defer s.close()
	s.began = started
	if lanes := s.lanes(config.Procs); config.Procs > lanes {
		return usage("--procs: wanted at most %d, one for each of the description's lanes, got %d", lanes, config.Procs)
	}
	selection, err := s.choose(config)
	if err != nil {
		return verdict.ExitUsage, err
	}
	if err := EmptyReportDir(config.ReportDir); err != nil {
		return verdict.ExitUsage, err
	}
	files, err := openFiles(config.ReportDir)
	if err != nil {
		return verdict.ExitUsage, fmt.Errorf("make the report: %w", err)
	}

	redactor := redact.New(s.description.Secrets)
	fmt.Fprintf(config.Out, "target   %s (profile %s%s)\n", s.describeTarget(), s.description.Target.Profile, s.countLanes())
	for _, section := range slices.Sorted(maps.Keys(s.leftOut)) {
		fmt.Fprintf(config.Out, "left out %s: %s\n", s.locate(section), s.leftOut[section])
	}
	fmt.Fprintf(config.Out, "seed     %d\n", config.Seed)

	if config.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, started.Add(config.Timeout), fmt.Errorf("the run's time limit of %s was over", config.Timeout))
		defer cancel()
	}
	hush := announce(ctx, config.Out)
	stop, records, err := s.perform(ctx, config, selection, files, redactor)
	hush()
	if err != nil {
		return verdict.ExitInternal, err
	}
	if err := files.close(); err != nil {
		return verdict.ExitInternal, fmt.Errorf("write the exchanges: %w", err)
	}
	exchanges, err := files.exchanges(redactor)
	if err != nil {
		return verdict.ExitInternal, fmt.Errorf("read the exchanges: %w", err)
	}
	archived, err := files.assemble(config.ReportDir)
	if err != nil {
		return verdict.ExitInternal, fmt.Errorf("write the exchanges: %w", err)
	}
	result, run := s.account(config, selection, stop, records, exchanges, redactor)
	run.Suite, run.Exchanges, run.Command = Version().suite(), archived, redactAll(redactor, repeatable(config))
	run.Started, run.Finished = started, time.Now()
	written := report.New(result, run)
	if err := report.Write(config.ReportDir, written); err != nil {
		return verdict.ExitInternal, fmt.Errorf("write the report: %w", err)
	}
	if err := files.remove(); err != nil {
		return verdict.ExitInternal, fmt.Errorf("remove the parts of the report: %w", err)
	}
	if stop.untested {
		fmt.Fprintf(config.Out, "nothing was judged; report: %s\n", config.ReportDir)
	} else if err := report.Summarise(config.Out, written, report.SummaryOptions{
		Colour: config.Colour, Verbose: config.Verbose, Where: config.ReportDir,
	}); err != nil {
		return verdict.ExitInternal, err
	}
	if err := config.Job.Report(written); err != nil {
		return verdict.ExitInternal, err
	}
	return result.Exit(), nil
}

// countLanes says how many lanes the description has, where it has some.
func (s *setting) countLanes() string {
	if n := len(s.description.Target.Lanes); n > 0 {
		return fmt.Sprintf(", %d lanes", n)
	}
	return ""
}

// ending says why a run stopped before its end, if it did.
type ending struct {
	interrupted bool
	untested    bool // the preflight failed: nothing was asked
	reason      string
	internal    []string
}

// perform tries the target out and runs the suites.
func (s *setting) perform(ctx context.Context, config Config, selection *selection, files *files, redactor *redact.Redactor) (ending, journal.Records, error) {
	recorded, err := files.recordExchange("p", redactor)
	if err != nil {
		return ending{}, journal.Records{}, err
	}
	company, release, err := s.company(ctx, config, sending{process: "p", procs: config.Procs, redactor: redactor, record: recorded})
	if err != nil {
		return ending{}, journal.Records{}, err
	}
	defer release()
	var internal []string
	rehearsals := company.rehearse(ctx, config.ResetCart)
	last := rehearsals[len(rehearsals)-1]
	if ctx.Err() != nil {
		company.cleanUpAfter(ctx, rehearsals)
		return ending{interrupted: true, reason: stopReason(ctx)}, journal.Records{}, nil
	}
	if fatal := last.Fatal(); len(fatal) > 0 {
		company.cleanUpAfter(ctx, rehearsals[:len(rehearsals)-1])
		for _, trial := range fatal {
			fmt.Fprintf(config.Out, "\nthe target cannot be tested: %s\n", redactor.String(s.locate(trial.Key)+": "+trial.Detail))
		}
		return ending{interrupted: true, untested: true, reason: "the preflight failed: " + redactor.String(fatal[0].Detail)}, journal.Records{}, nil
	}
	for _, r := range rehearsals {
		if r.Found != "" {
			fmt.Fprintln(config.Out, redactor.String(r.Found))
		}
	}
	waived := s.waivers.IDs(s.began)
	tolerated := s.tolerated(waived)
	for _, p := range company {
		p.play.Tolerated = tolerated
	}

	live := report.NewLive(config.Out, report.LiveOptions{
		Colour: config.Colour, Verbose: config.Verbose,
		Catalogues: s.suites.Catalogues(), Specs: selection.running(), Waived: waived,
		Exchange: files.liveView(redactor),
	})
	said := ""
	if config.Procs == 1 {
		err = s.runHere(ctx, config, selection, company, files, redactor, live)
	} else {
		said, err = s.runWorkers(ctx, config, selection, company, files, live)
	}
	if err != nil {
		return ending{}, journal.Records{}, err
	}
	records, err := files.records()
	if err != nil {
		internal = append(internal, "reading the records: "+err.Error())
	}
	switch {
	case ctx.Err() != nil:
		return ending{interrupted: true, reason: stopReason(ctx), internal: internal}, records, nil
	case config.FailFast && stopped(records, tolerated):
		return ending{reason: "the run was to stop after the first failure", internal: internal}, records, nil
	}
	if lost := selection.unrecorded(records); lost != "" {
		company.cleanUp(ctx) // nobody knows what a process that died has left
		internal = append(internal, redactor.String(lost+": a process of the run ended early; it said last:\n"+said))
	}
	return ending{internal: internal}, records, nil
}

// stopReason says why a run ended before its end.
func stopReason(ctx context.Context) string {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause.Error()
	}
	return "the run was interrupted"
}

// tolerated gives the requirements whose findings fail nothing.
func (s *setting) tolerated(waived map[string]bool) map[string]bool {
	ids := maps.Clone(waived)
	for _, catalogue := range s.suites.Catalogues() {
		for _, r := range catalogue.Requirements {
			if r.Level == spec.May {
				ids[r.ID] = true
			}
		}
	}
	return ids
}

// stopped reports whether something happened that ends a run with --fail-fast.
func stopped(records journal.Records, tolerated map[string]bool) bool {
	return slices.ContainsFunc(records.Findings, func(f record.Finding) bool { return !tolerated[f.Requirement] }) ||
		slices.ContainsFunc(records.Specs, func(s record.Spec) bool { return s.Outcome == record.Broken })
}

// waiversFile identifies the waivers of a run, for its report.
func waiversFile(f waiver.File) *report.WaiversFile {
	if f.Name == "" {
		return nil
	}
	return &report.WaiversFile{Name: f.Name, SHA256: f.Digest}
}

// randomSeed draws a seed that is easy to type.
func randomSeed() int64 {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return time.Now().Unix()
	}
	return int64(binary.BigEndian.Uint64(b[:])%(math.MaxInt32-1)) + 1
}

func features(claimed []target.Feature) []string {
	names := []string{}
	for _, f := range claimed {
		names = append(names, string(f))
	}
	return names
}

func redactReasons(r *redact.Redactor, waivers []waiver.Waiver) []waiver.Waiver {
	redacted := slices.Clone(waivers)
	for i, w := range redacted {
		redacted[i].Reason = r.String(w.Reason)
	}
	return redacted
}

func redactAll(r *redact.Redactor, texts []string) []string {
	redacted := make([]string, len(texts))
	for i, t := range texts {
		redacted[i] = r.String(t)
	}
	return redacted
}

// EmptyReportDir makes the folder. What an earlier run left there is removed, so
// that no old file can pass for this run's.
func EmptyReportDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("--report-dir: %w", err)
	}
	for _, name := range append(report.Files(), har.File, attest.File) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("--report-dir: %w", err)
		}
	}
	old, _ := filepath.Glob(filepath.Join(dir, report.SequencesDir, "*.sh")) // the pattern is well formed
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("--report-dir: %w", err)
		}
	}
	return nil
}

// repeatable gives the arguments that repeat the run: those of the user, with the
// seed that was drawn.
func repeatable(config Config) []string {
	args := make([]string, len(config.Command))
	for i, arg := range config.Command {
		args[i] = description.HideUserInfo(arg)
	}
	if len(args) == 0 {
		args = []string{"cartconform", "run"}
	}
	if !slices.ContainsFunc(args, func(a string) bool { return a == "--seed" || strings.HasPrefix(a, "--seed=") }) {
		args = append(args, "--seed", strconv.FormatInt(config.Seed, 10))
	}
	return args
}
