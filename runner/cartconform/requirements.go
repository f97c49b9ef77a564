package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"cartconform/runner/coverage"
	"cartconform/runner/repertoire"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
)

func requirementsCommand() *cobra.Command {
	var format, explain string
	var names []string
	cmd := &cobra.Command{
		Use:   "requirements",
		Short: "The catalogue and what covers it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write, ok := coverage.Formats()[format]
			if !ok {
				return exit{verdict.ExitUsage, fmt.Errorf("--format: wanted table, json or markdown, got %q", format)}
			}
			all, err := repertoire.All()
			if err != nil {
				return exit{verdict.ExitInternal, err}
			}
			suites, err := all.Only(names)
			if err != nil {
				return exit{verdict.ExitUsage, fmt.Errorf("--suite: %w", err)}
			}
			if explain != "" && len(names) == 0 {
				suites = all
			}
			rows, _, err := session.Coverage(suites)
			if err != nil {
				return exit{verdict.ExitInternal, err}
			}
			if explain == "" {
				return write(cmd.OutOrStdout(), rows)
			}
			row, err := coverage.Find(rows, explain)
			if err != nil {
				return exit{verdict.ExitUsage, err}
			}
			return coverage.Explain(cmd.OutOrStdout(), row)
		},
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "table", "table, json or markdown")
	f.StringSliceVar(&names, "suite", nil, "only those of this suite: "+suiteNames()+" (repeatable; default: all)")
	f.StringVar(&explain, "explain", "", "tell everything about one requirement id")
	return cmd
}
