package session

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cartconform/runner/description"
	"cartconform/runner/journal"
	"cartconform/runner/redact"
	"cartconform/runner/repertoire"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
)

// account derives what a run found out from its records and its exchanges. When
// and by whom it was run is for the caller to add.
func (s *setting) account(config Config, selection *selection, stop ending, records journal.Records, exchanges *exchanges, redactor *redact.Redactor) (verdict.Result, report.Run) {
	t := &s.description.Target
	input := Question(t, s.suites, selection.specs)
	input.Records, input.Selected, input.LeftOut, input.Level = records, selection.ids, selection.leftOut, config.Level
	input.Interrupted, input.StopReason, input.InternalErrors = stop.interrupted, stop.reason, stop.internal
	input.Replayed = s.replayed
	input.Waivers, input.Began = redactReasons(redactor, s.waivers.Waivers), s.began
	input.Part = config.Shard.Of > 0
	result := verdict.Evaluate(input)
	return result, report.Run{
		Profile: t.Profile, Seed: config.Seed, Contracts: contractsOf(s.suites),
		Target:        s.reported(redactor),
		Configuration: report.Configuration{Digest: s.description.Digest, Document: s.description.Document()},
		Selection:     config.selection(),
		WaiversFile:   waiversFile(s.waivers),
		Traffic:       exchanges.traffic(), Drift: records.Drift,
		Unseen: exchanges.unseen(s.suites, features(t.Claimed())), Exchange: exchanges.view, Script: exchanges.script,
	}
}

// reported is the target as a report tells of it.
func (s *setting) reported(redactor *redact.Redactor) report.Target {
	t := &s.description.Target
	out := report.Target{Region: t.Region, Features: features(t.Claimed()), Lanes: len(t.Lanes)}
	if s.description.BusinessCart() {
		out.BaseURL = redactor.String(s.description.HTTP.BaseURL.String())
	}
	if remote := s.description.RemoteCart; remote != nil {
		out.RemoteCartURL = redactor.String(remote.HTTP.BaseURL.String())
	}
	return out
}

// selection is what the run is to judge, for its report.
func (c Config) selection() report.Selection {
	s := report.Selection{Requirements: c.Requirements, LabelFilter: c.LabelFilter, FailFast: c.FailFast, ResetCart: c.ResetCart}
	if c.Shard.Of > 0 {
		s.Shard = &report.Shard{Number: c.Shard.Number, Of: c.Shard.Of}
	}
	return s
}

// Rebuild makes a report anew from what it says was recorded, from the target
// description in it and from the exchanges of its archive: with the catalogue,
// the specs and the rules of this program. A report that nobody has touched comes
// out as it went in, and so one that does not was changed, or is another
// version's. The target's secrets are not needed.
func Rebuild(r report.Report, archived []spec.Exchange) (report.Report, error) {
	return rebuild(Config{}, r, archived)
}

func rebuild(config Config, r report.Report, archived []spec.Exchange) (report.Report, error) {
	d, err := recall(r)
	if err != nil {
		return report.Report{}, err
	}
	config = asRecorded(config, r)
	s := &setting{description: d, waivers: r.WaiversRead(), began: r.Started, replayed: r.Replay != nil}
	if s.suites, err = judged(config, d); err != nil {
		return report.Report{}, err
	}
	selection, err := s.choose(config)
	if err != nil {
		return report.Report{}, err
	}
	stop := ending{interrupted: r.Interrupted, reason: r.StopReason(), internal: r.InternalErrors}
	records := r.Records() // what was left out cannot have run
	records.Specs = slices.DeleteFunc(records.Specs, func(s record.Spec) bool { return selection.leftOut[s.Name] })
	result, run := s.account(config, selection, stop, records, newExchanges(archived, nil), nil)
	run.Suite, run.Exchanges, run.Command, run.Started, run.Finished = r.Suite, r.Exchanges, r.Command, r.Started, r.Finished
	run.Replay = r.Replay
	return report.New(result, run), nil
}

// judged gives the suites of a recorded run.
func judged(config Config, d *description.Description) (repertoire.List, error) {
	all, err := config.repertoire()
	if err != nil {
		return nil, err
	}
	suites, err := all.Described(d, config.Suites)
	if err != nil {
		return nil, fmt.Errorf("the suites of the recorded run: %w", err)
	}
	return suites, nil
}

// recall reads the target description that a report holds, without the secrets:
// in the place of each stands an address that leads nowhere, which is good for
// every key that reads a variable. The base URL is known from the report.
func recall(r report.Report) (*description.Description, error) {
	type section struct {
		BaseURL string `json:"baseURL"`
	}
	var document struct {
		Target     section `json:"target"`
		RemoteCart section `json:"remoteCart"`
	}
	if err := json.Unmarshal(r.Configuration.Document, &document); err != nil {
		return nil, fmt.Errorf("read the target description in the report: %w", err)
	}
	return description.Parse("configuration.document", r.Configuration.Document, func(name string) (string, bool) {
		switch "${" + name + "}" {
		case document.Target.BaseURL:
			return r.Target.BaseURL, true
		case document.RemoteCart.BaseURL:
			return r.Target.RemoteCartURL, true
		}
		return placeholder(name)
	})
}

// placeholder stands for the value of a variable that nobody knows or needs.
func placeholder(name string) (string, bool) {
	return "https://" + strings.ToLower(name) + ".invalid", true
}
