package main

import (
	"os"

	"github.com/spf13/cobra"

	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
)

func checkCommand() *cobra.Command {
	var config session.Config
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Try a target description: reachable, credentials, every offer and address plays its role",
		Long: "Try a target description without judging the target.\n\n" +
			"Exit codes: 0 everything plays its role, 2 wrong usage or configuration, 3 the target cannot be\n" +
			"tested, 4 something does not play its role.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config.Out = cmd.OutOrStdout()
			defer report.OnGitHub(config.Out, os.Getenv).Resume()
			code, err := session.Check(cmd.Context(), config)
			if code == verdict.ExitOK && err == nil {
				return nil
			}
			return exit{code, err}
		},
	}
	f := cmd.Flags()
	f.StringVar(&config.TargetURL, "target", "", "base URL of the target; replaces target.baseURL of the description")
	f.StringVar(&config.DescriptionPath, "config", "", "target description, a YAML file")
	f.StringSliceVar(&config.Suites, "suite", nil, "suite whose data are tried: "+suiteNames()+" (repeatable; default: all that the description describes)")
	f.BoolVar(&config.ResetCart, "reset-cart", false, "permission to empty a cart that holds items")
	return cmd
}
