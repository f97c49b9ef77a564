package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
	"cartconform/spec"

	"os"
)

func runCommand(args []string) *cobra.Command {
	var config session.Config
	config.Level = spec.Should
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run the suites against a target (default: the embedded reference)",
		Long: "Run the suites against a target and say which promises it keeps.\n\n" +
			"Without --target and --config the embedded reference implementation is started and judged.\n" +
			"Each flag also reads CARTCONFORM_<FLAG>, e.g. CARTCONFORM_REPORT_DIR.\n\n" +
			"At an interrupt (Ctrl-C, or SIGTERM) the run stops, puts prices, stocks and carts back as they were, for\n" +
			"at most 20 s, and writes its reports, marked as interrupted. A second one skips the putting back.\n\n" +
			"Exit codes: 0 conformant, 1 not conformant, 2 wrong usage or configuration, 3 the target could not\n" +
			"be tested, 4 inconclusive, 5 internal error.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if config.ReplayDir != "" {
				if err := onlyForReplay(cmd.Flags()); err != nil {
					return exit{verdict.ExitUsage, err}
				}
			}
			config.Out = cmd.OutOrStdout()
			config.Colour = report.WantsColour(config.Out, os.Getenv)
			config.Job = report.OnGitHub(config.Out, os.Getenv)
			defer config.Job.Resume()
			config.Command = slices.Concat([]string{"cartconform"}, args, environmentArgs(cmd.Flags()))
			code, err := session.Run(cmd.Context(), config)
			if code == verdict.ExitOK && err == nil {
				return nil
			}
			return exit{code, err}
		},
	}
	f := cmd.Flags()
	f.StringVar(&config.TargetURL, "target", "", "base URL of the target; replaces target.baseURL of the description")
	f.StringVar(&config.DescriptionPath, "config", "", "target description, a YAML file (cartconform init writes one)")
	f.StringSliceVar(&config.Suites, "suite", nil, "suite to run: "+suiteNames()+" (repeatable; default: all that the description describes)")
	f.StringSliceVar(&config.Requirements, "requirement", nil, "judge only this requirement id (repeatable)")
	f.Var((*level)(&config.Level), "level", "weakest level that decides the verdict")
	f.StringVar(&config.LabelFilter, "label-filter", "", "Ginkgo label filter, e.g. 'area: containsAny {modifying}'")
	f.IntVar(&config.Procs, "procs", 1, "worker processes; at most as many as the description has lanes")
	f.StringVar(&config.ReportDir, "report-dir", "conformance-report", "folder for report.json, index.html, summary.md, junit.xml, badge.svg and exchanges.har")
	f.DurationVar(&config.Timeout, "timeout", 0, "time limit of the whole run, e.g. 10m (0: none)")
	f.Int64Var(&config.Seed, "seed", 0, "seed of order and invented values (default: drawn at random, and printed)")
	f.Var((*shard)(&config.Shard), "shard", "run only the i-th of n parts of the requirements, e.g. 2/5 (needs --seed)")
	f.StringVar(&config.WaiversPath, "waivers", "", "failures that are accepted for a while, a YAML file: list of id, reason, expires")
	f.StringVar(&config.ReplayDir, "replay", "", "judge the recorded run in this report folder again, without its target and its secrets")
	f.BoolVar(&config.FailFast, "fail-fast", false, "stop after the first failed spec; a waived failure does not count")
	f.BoolVar(&config.ResetCart, "reset-cart", false, "permission to empty a cart that holds items")
	f.BoolVarP(&config.Verbose, "verbose", "v", false, "a line for each spec, observations, drift and what was never seen")
	return cmd
}

// onlyForReplay refuses flags that say how a run is made: a recorded one was made.
func onlyForReplay(flags *pflag.FlagSet) error {
	var err error
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case "replay", "report-dir", "verbose", "config", "target":
		default:
			err = errors.Join(err, fmt.Errorf("--%s does not go with --replay, which judges a run as it was recorded: leave it out, and %s too", f.Name, variable(f.Name)))
		}
	})
	return err
}
