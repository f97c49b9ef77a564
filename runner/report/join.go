package report

import (
	"slices"
	"strings"
)

// Join puts what the parts of one run recorded into one report. Its states are
// those of the first part: they are for the caller to derive anew. There must be
// at least one part.
func Join(parts []Report) Report {
	whole := parts[0]
	whole.Selection.Shard = nil
	whole.Command = withoutFlags(whole.Command, "--shard", "--report-dir")
	whole.Requirements = nil
	whole.Drift, whole.InternalErrors = nil, nil
	rows := map[string]int{}
	for _, p := range parts {
		whole.Interrupted = whole.Interrupted || p.Interrupted
		if p.Started.Before(whole.Started) {
			whole.Started = p.Started
		}
		if p.Finished.After(whole.Finished) {
			whole.Finished = p.Finished
		}
		whole.Drift = append(whole.Drift, p.Drift...)
		for _, text := range p.InternalErrors {
			if !slices.Contains(whole.InternalErrors, text) {
				whole.InternalErrors = append(whole.InternalErrors, text)
			}
		}
		for _, q := range p.Requirements {
			q.Specs = slices.DeleteFunc(slices.Clone(q.Specs), Spec.leftOut)
			i, known := rows[q.ID]
			if !known {
				rows[q.ID] = len(whole.Requirements)
				whole.Requirements = append(whole.Requirements, q)
				continue
			}
			row := &whole.Requirements[i]
			row.Specs = append(row.Specs, q.Specs...)
			row.Findings = slices.Concat(row.Findings, q.Findings)
			row.Observations = slices.Concat(row.Observations, q.Observations)
		}
	}
	return whole
}

// withoutFlags leaves flags that take a value out of a command.
func withoutFlags(command []string, flags ...string) []string {
	out := []string{}
	for i := 0; i < len(command); i++ {
		name, _, joined := strings.Cut(command[i], "=")
		if !slices.Contains(flags, name) {
			out = append(out, command[i])
		} else if !joined {
			i++
		}
	}
	return out
}
