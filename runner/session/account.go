package session

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cartconform/runner/description"
	"cartconform/runner/journal"
	"cartconform/runner/redact"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
)

// account derives what a run found out from its records and its exchanges. When
// and by whom it was run is for the caller to add.
func (s *setting) account(config Config, selection *selection, stop ending, records journal.Records, exchanges *exchanges, redactor *redact.Redactor) (verdict.Result, report.Run) {
	t := &s.description.Target
	input := Question(t, []*spec.Catalogue{s.contract.Catalogue()}, selection.specs)
	input.Records, input.Selected, input.LeftOut, input.Level = records, selection.ids, selection.leftOut, config.Level
	input.Interrupted, input.StopReason, input.InternalErrors = stop.interrupted, stop.reason, stop.internal
	input.Replayed = s.replayed
	input.Waivers, input.Began = redactReasons(redactor, s.waivers.Waivers), s.began
	input.Part = config.Shard.Of > 0
	result := verdict.Evaluate(input)
	return result, report.Run{
		Profile: t.Profile, Seed: config.Seed, Contracts: []report.Contract{contractOf(s.contract)},
		Target: report.Target{
			BaseURL: redactor.String(s.baseURL()), Region: t.Region, Features: features(t.Features), Lanes: len(t.Lanes),
		},
		Configuration: report.Configuration{Digest: s.description.Digest, Document: s.description.Document()},
		Selection:     config.selection(),
		WaiversFile:   waiversFile(s.waivers),
		Traffic:       exchanges.traffic(), Drift: records.Drift,
		Unseen: exchanges.unseen(s.contract, features(t.Features)), Exchange: exchanges.view, Script: exchanges.script,
	}
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
	contract, err := spec.BusinessCart()
	if err != nil {
		return report.Report{}, fmt.Errorf("load the contract: %w", err)
	}
	d, err := recall(r)
	if err != nil {
		return report.Report{}, err
	}
	config := asRecorded(Config{}, r)
	s := &setting{description: d, contract: contract, waivers: r.WaiversRead(), began: r.Started, replayed: r.Replay != nil}
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

// recall reads the target description that a report holds, without the secrets:
// in the place of each stands an address that leads nowhere, which is good for
// every key that reads a variable. The base URL is known from the report.
func recall(r report.Report) (*description.Description, error) {
	var document struct {
		Target struct {
			BaseURL string `json:"baseURL"`
		} `json:"target"`
	}
	if err := json.Unmarshal(r.Configuration.Document, &document); err != nil {
		return nil, fmt.Errorf("read the target description in the report: %w", err)
	}
	return description.Parse("configuration.document", r.Configuration.Document, func(name string) (string, bool) {
		if document.Target.BaseURL == "${"+name+"}" {
			return r.Target.BaseURL, true
		}
		return placeholder(name)
	})
}

// placeholder stands for the value of a variable that nobody knows or needs.
func placeholder(name string) (string, bool) {
	return "https://" + strings.ToLower(name) + ".invalid", true
}
