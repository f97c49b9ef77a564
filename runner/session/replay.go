package session

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"cartconform/runner/description"
	"cartconform/runner/engine"
	"cartconform/runner/journal"
	"cartconform/runner/repertoire"
	"cartconform/runner/replay"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/suites/record"
	"cartconform/suites/stage"
)

// Replay judges the recorded run in the report folder dir again, without its
// target and without its secrets, writes the report of that into the folder out
// and gives it. It is an error when the recording cannot be judged again at all;
// what the recording lacks makes requirements inconclusive.
func Replay(ctx context.Context, dir, out string) (report.Report, error) {
	_, written, err := again(ctx, Config{
		ReplayDir: dir, ReportDir: out, Out: io.Discard, Command: []string{"cartconform", "run", "--replay", dir, "--report-dir", out},
	})
	return written, err
}

// again judges a recorded run again.
func again(ctx context.Context, config Config) (verdict.Exit, report.Report, error) {
	fail := func(code verdict.Exit, err error) (verdict.Exit, report.Report, error) {
		return code, report.Report{}, err
	}
	if one, err := os.Stat(config.ReplayDir); err == nil {
		if other, err := os.Stat(config.ReportDir); err == nil && os.SameFile(one, other) {
			return fail(verdict.ExitUsage, fmt.Errorf("--report-dir: wanted another folder than that of the recording, %s, which would be lost", config.ReplayDir))
		}
	}
	all, err := config.repertoire()
	if err != nil {
		return fail(verdict.ExitInternal, err)
	}
	recording, err := replay.Open(config.ReplayDir, replay.Judge{Suite: Version().suite(), Contracts: contractsOf(all)})
	if err != nil {
		return fail(verdict.ExitUsage, fmt.Errorf("--replay: %w", err))
	}
	s, err := recorded(config, recording.Report)
	if err != nil {
		return fail(verdict.ExitUsage, fmt.Errorf("--replay: %w", err))
	}
	if err := s.mustBeOf(config); err != nil {
		return fail(verdict.ExitUsage, err)
	}
	config = asRecorded(config, recording.Report)
	selection, err := s.choose(config)
	if err != nil {
		return fail(verdict.ExitUsage, fmt.Errorf("--replay: %w", err))
	}
	if err := EmptyReportDir(config.ReportDir); err != nil {
		return fail(verdict.ExitUsage, err)
	}
	fmt.Fprintf(config.Out, "replay   %s: %s (profile %s), recorded %s\n", config.ReplayDir, s.describeTarget(), s.description.Target.Profile,
		recording.Report.Started.Format(time.RFC3339))
	fmt.Fprintf(config.Out, "seed     %d\n", config.Seed)
	if recording.Altered != "" {
		fmt.Fprintf(config.Out, "altered  %s\n", recording.Altered)
	}

	exchanges := newExchanges(recording.Exchanges, nil)
	players := s.players(recording)
	stop, records := s.playAgain(ctx, config, selection, recording.Report, players, exchanges)
	result, run := s.account(config, selection, stop, records, exchanges, nil)
	run.Suite, run.Exchanges, run.Command = Version().suite(), recording.Summary(), config.Command
	run.Started, run.Finished = recording.Report.Started, recording.Report.Finished
	run.Replay = &report.Replay{Of: recording.Of, Unrecorded: players.unrecorded()}
	written := report.New(result, run)
	if err := report.WriteFile(filepath.Join(config.ReportDir, run.Exchanges.File), recording.Archive); err != nil {
		return fail(verdict.ExitInternal, fmt.Errorf("write the exchanges: %w", err))
	}
	if err := report.Write(config.ReportDir, written); err != nil {
		return fail(verdict.ExitInternal, fmt.Errorf("write the report: %w", err))
	}
	if err := report.Summarise(config.Out, written, report.SummaryOptions{
		Colour: config.Colour, Verbose: config.Verbose, Where: config.ReportDir,
	}); err != nil {
		return fail(verdict.ExitInternal, err)
	}
	return result.Exit(), written, nil
}

// recorded is the setting of a recorded run.
func recorded(config Config, r report.Report) (*setting, error) {
	digest, err := description.DigestOf(r.Configuration.Document)
	if err != nil {
		return nil, err
	}
	if digest != r.Configuration.Digest {
		return nil, fmt.Errorf("the target description in %s is not the one that it names: wanted digest %s, got %s",
			report.JSONFile, r.Configuration.Digest, digest)
	}
	d, err := recall(r)
	if err != nil {
		return nil, err
	}
	suites, err := judged(asRecorded(config, r), d)
	if err != nil {
		return nil, err
	}
	return &setting{
		description: d, suites: suites, waivers: r.WaiversRead(), began: r.Started, replayed: true, close: func() {},
	}, nil
}

// mustBeOf refuses a target description that the user names and that is not the
// recorded one.
func (s *setting) mustBeOf(config Config) error {
	d := s.description
	if config.DescriptionPath != "" {
		text, err := os.ReadFile(config.DescriptionPath)
		if err != nil {
			return fmt.Errorf("read the target description: %w", err)
		}
		if d, err = description.Parse(config.DescriptionPath, text, placeholder); err != nil {
			return err
		}
	}
	if config.TargetURL != "" {
		var err error
		if d, err = d.WithTarget(config.TargetURL); err != nil {
			return fmt.Errorf("--target: %w", err)
		}
	}
	if d.Digest != s.description.Digest {
		return fmt.Errorf("--config and --target: wanted the target description of the recording, with digest %s, got one with %s: leave them out",
			s.description.Digest, d.Digest)
	}
	return nil
}

// asRecorded is the configuration of a run like the recorded one.
func asRecorded(config Config, r report.Report) Config {
	config.Procs, config.Seed, config.Level = 1, r.Seed, r.Level
	config.Suites = nil
	for _, c := range r.Contracts {
		config.Suites = append(config.Suites, c.API)
	}
	config.Requirements, config.LabelFilter = r.Selection.Requirements, r.Selection.LabelFilter
	config.FailFast, config.ResetCart = r.Selection.FailFast, r.Selection.ResetCart
	config.Shard = Shard{}
	if r.Selection.Shard != nil {
		config.Shard = Shard(*r.Selection.Shard)
	}
	return config
}

// playing is a suite of a recorded run and what answers it.
type playing struct {
	suite  repertoire.Suite
	player *replay.Player
}

type players []playing

// players gives a player for each suite: none can be given what another was answered.
func (s *setting) players(recording *replay.Recording) players {
	var all players
	for _, suite := range s.suites {
		all = append(all, playing{suite, replay.New(recording, replay.Part{
			Of: func(exchange string) bool { return repertoire.Mark(exchange) == suite.Mark }, BaseURL: suite.Service(s.description).BaseURL,
		})})
	}
	return all
}

// unrecorded counts the requests that the recording lacks.
func (p players) unrecorded() int {
	n := 0
	for _, one := range p {
		n += one.player.Unrecorded()
	}
	return n
}

// playAgain lets the suites meet the recording.
func (s *setting) playAgain(ctx context.Context, config Config, selection *selection, r report.Report, all players, exchanges *exchanges) (ending, journal.Records) {
	memory := &journal.Memory{}
	live := report.NewLive(config.Out, report.LiveOptions{
		Colour: config.Colour, Verbose: config.Verbose,
		Catalogues: s.suites.Catalogues(), Specs: selection.running(), Waived: s.waivers.IDs(s.began),
		Exchange: exchanges.view,
	})
	stop := ending{interrupted: r.Interrupted, reason: r.StopReason()}
	for _, text := range r.InternalErrors {
		stop.internal = append(stop.internal, "in the recorded run: "+text)
	}
	var casts []engine.Cast
	for _, p := range all {
		play := &stage.Play{
			Target: p.suite.Target(s.description, r.Lanes()), Contract: p.suite.Contract, Seed: config.Seed,
			Sender: p.player, Script: p.player, Records: journal.Tee(memory, live), Run: ctx,
		}
		casts = append(casts, engine.Cast{Register: p.suite.Register, Play: play})
		for _, shard := range p.player.Shards() {
			if reason := s.rehearseAgain(ctx, config, r.Lanes(), shard, p); reason != "" {
				giveUp(play.Records, p.player.Specs(shard), reason)
			}
		}
	}
	engine.Run(casts, engine.Options{Seed: config.Seed, Filter: selection.filter})
	records := memory.Records()
	for i, s := range records.Specs {
		for _, p := range all {
			if duration := p.player.Duration(s.Name); duration > 0 {
				records.Specs[i].Duration = duration
			}
		}
	}
	if ctx.Err() != nil {
		stop.interrupted, stop.reason = true, "the run was interrupted"
		return stop, records
	}
	for _, p := range all {
		stop.internal = append(stop.internal, unplayed(p.player, records)...)
	}
	return stop, records
}

// unplayed says which specs of the recording left no record when it was played again.
func unplayed(player *replay.Player, records journal.Records) []string {
	var lost []string
	for _, shard := range player.Shards() {
		for _, played := range player.Specs(shard) {
			if !slices.ContainsFunc(records.Specs, func(r record.Spec) bool { return r.Name == played.Name }) {
				lost = append(lost, fmt.Sprintf("the recorded spec %q left no record", played.Name))
			}
		}
	}
	return lost
}

// rehearseAgain plays the preflight of a shard. It says why its specs cannot be
// judged; "" when they can.
func (s *setting) rehearseAgain(ctx context.Context, config Config, lanes int, shard string, p playing) string {
	own := p.suite.Target(s.description, lanes)
	play := &stage.Play{
		Target: own, Contract: p.suite.Contract, Seed: config.Seed, Sender: p.player.Of(shard), Script: p.player, Records: silent{},
		Mark: p.player.Mark(shard),
	}
	rehearsal := p.suite.Rehearse(ctx, play, config.ResetCart)
	if lost := p.player.Preflight(shard); lost != "" {
		return "the preflight cannot be played again: " + lost
	}
	if fatal := rehearsal.Fatal(); len(fatal) > 0 {
		return "the preflight failed: " + fatal[0].Detail
	}
	p.player.Rehearsed(shard, replay.Backdrop{Doubts: rehearsal.Doubts(), Carts: play.Carts(), Data: own.Data})
	return ""
}

// giveUp records that specs cannot be judged.
func giveUp(records record.Recorder, specs []record.Spec, reason string) {
	for _, s := range specs {
		if s.Outcome != record.Interrupted {
			s.Outcome, s.Reason = record.Inconclusive, reason
		}
		records.Spec(s)
	}
}
