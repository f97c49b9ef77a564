package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cartconform/runner/merge"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
)

func mergeCommand() *cobra.Command {
	var reportDir string
	cmd := &cobra.Command{
		Use:   "merge DIR... --report-dir OUT",
		Short: "Join the reports of all shards of a run",
		Long: "Join the report folders of run --shard 1/n to n/n to the report that the run would have had in one\n" +
			"piece. The parts must agree in everything that decides: seed, target, target description, contract,\n" +
			"suite, level and selection; each must be there once.\n\n" +
			"Exit codes: those of run for the whole; 2 when the parts are not those of one run.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			whole, err := merge.Merge(reportDir, args...)
			if err != nil {
				return exit{verdict.ExitUsage, err}
			}
			out := cmd.OutOrStdout()
			if err := report.Summarise(out, whole, report.SummaryOptions{Colour: report.WantsColour(out, os.Getenv), Where: reportDir}); err != nil {
				return exit{verdict.ExitInternal, err}
			}
			if whole.Exit != verdict.ExitOK {
				return exit{whole.Exit, nil}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&reportDir, "report-dir", "conformance-report", "folder for the report of the whole")
	return cmd
}

func diffCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "What changed from one run to another",
		Long: "Compare two reports, given as folders or as report.json files: verdict, the state of each requirement,\n" +
			"findings, observations and drift. Numbers and ids in findings are not compared. What differs in the\n" +
			"conditions (target, suite, contract, selection …) and how long the runs took is told and is no change.\n\n" +
			"Exit codes: 0 no change, 1 changes, 2 wrong usage.",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			write, ok := report.DiffFormats()[format]
			if !ok {
				names := slices.Sorted(maps.Keys(report.DiffFormats()))
				return exit{verdict.ExitUsage, fmt.Errorf("--format: wanted %s, got %q", strings.Join(names, ", "), format)}
			}
			var sides []report.Report
			for _, path := range args {
				r, err := readReport(path)
				if err != nil {
					return exit{verdict.ExitUsage, err}
				}
				sides = append(sides, r)
			}
			d := report.Compare(sides[0], sides[1])
			if format == "text" {
				defer report.OnGitHub(cmd.OutOrStdout(), os.Getenv).Resume()
			}
			if err := write(cmd.OutOrStdout(), d); err != nil {
				return exit{verdict.ExitInternal, err}
			}
			if d.Changes > 0 {
				return exit{verdict.ExitFindings, nil}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json or markdown")
	return cmd
}

// readReport reads a report.json, or that of a report folder.
func readReport(path string) (report.Report, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, report.JSONFile)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return report.Report{}, fmt.Errorf("read the report: %w", err)
	}
	r, err := report.Decode(content)
	if err != nil {
		return report.Report{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}
