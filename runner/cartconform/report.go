package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cartconform/runner/attest"
	"cartconform/runner/audit"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
)

func reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Render, sign, check, merge and compare reports",
		Long:  "Work with the report folders that cartconform run --report-dir writes.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return exit{verdict.ExitUsage, errors.New("wanted one of the report commands, got none")}
		},
	}
	cmd.AddCommand(renderCommand(), signCommand(), checkReportCommand(), mergeCommand(), diffCommand())
	return cmd
}

func renderCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "render DIR",
		Short: "Write the other forms of a report anew from its report.json",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			content, err := report.ReadFile(filepath.Join(args[0], report.JSONFile))
			if err != nil {
				return exit{verdict.ExitUsage, fmt.Errorf("read the report: %w", err)}
			}
			if err := report.ValidateForm(content); err != nil {
				return exit{verdict.ExitUsage, fmt.Errorf("%s is no report of this version: %w", filepath.Join(args[0], report.JSONFile), err)}
			}
			if err := report.WriteRendered(args[0], content); err != nil {
				return exit{verdict.ExitInternal, err}
			}
			for _, name := range report.Files()[1:] {
				fmt.Fprintf(cmd.OutOrStdout(), "wrote %s\n", filepath.Join(args[0], name))
			}
			return nil
		},
	}
}

func signCommand() *cobra.Command {
	var keyFile string
	var noReplay bool
	cmd := &cobra.Command{
		Use:   "sign DIR --key FILE",
		Short: "Sign a report and its exchanges",
		Long: "Check a report as report check does and sign it: an in-toto statement about report.json and\n" +
			"exchanges.har in a DSSE envelope, DIR/" + attest.File + ". A report that was signed already keeps\n" +
			"its signatures and gets one more.\n\n" +
			"The key is a private ed25519 or ECDSA key in PEM (PKCS #8 or SEC 1), not encrypted. One is made by\n" +
			"openssl genpkey -algorithm ed25519 -out key.pem, its public half by openssl pkey -in key.pem -pubout.\n\n" +
			"Exit codes: 0 signed, 1 the report is not as it should be and was not signed, 2 wrong usage.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := readKey(keyFile)
			if err != nil {
				return exit{verdict.ExitUsage, fmt.Errorf("--key: %w", err)}
			}
			if !key.Private() {
				return exit{verdict.ExitUsage, fmt.Errorf("--key: %s is a public key: only the private key can sign", keyFile)}
			}
			if info, err := os.Stat(keyFile); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o044 != 0 {
				fmt.Fprintf(cmd.ErrOrStderr(), "cartconform: warning: others can read the private key %s: chmod 600 %s\n", keyFile, keyFile)
			}
			outcome, err := audit.Check(cmd.Context(), args[0], audit.Options{Replay: !noReplay})
			if err != nil {
				return exit{verdict.ExitUsage, err}
			}
			if len(outcome.Problems) > 0 {
				printOutcome(cmd, outcome)
				return exit{verdict.ExitFindings, errors.New("the report was not signed")}
			}
			path, err := audit.Sign(args[0], key)
			if err != nil {
				return exit{verdict.ExitInternal, err}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "signed with key %s: %s\n", key.ID(), path)
			return nil
		},
	}
	cmd.Flags().StringVar(&keyFile, "key", "", "private key, a PEM file")
	cmd.Flags().BoolVar(&noReplay, "no-replay", false, "do not judge the recorded exchanges again")
	_ = cmd.MarkFlagRequired("key") // the flag exists
	return cmd
}

func checkReportCommand() *cobra.Command {
	var keyFiles []string
	var noReplay bool
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Check that a report can be relied on, and say for what",
		Long: "Check a report folder: form, digests, signature, that every requirement of the contract stands in it\n" +
			"once, that totals, verdict and exit code follow from the states and these from the recorded\n" +
			"exchanges, which are judged again, and that the rendered files say the same. Neither the target nor\n" +
			"its secrets are needed. The last line says what is vouched for, and what is not.\n\n" +
			"Without --key a signature is not verified. A private key does for --key as its public half does.\n\n" +
			"Exit codes: 0 as it should be, 1 refused, 2 wrong usage.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var keys []*attest.Key
			for _, name := range keyFiles {
				key, err := readKey(name)
				if err != nil {
					return exit{verdict.ExitUsage, fmt.Errorf("--key: %w", err)}
				}
				keys = append(keys, key)
			}
			outcome, err := audit.Check(cmd.Context(), args[0], audit.Options{Keys: keys, Replay: !noReplay})
			if err != nil {
				return exit{verdict.ExitUsage, err}
			}
			printOutcome(cmd, outcome)
			if len(outcome.Problems) > 0 {
				return exit{verdict.ExitFindings, nil}
			}
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&keyFiles, "key", nil, "key that must have signed the report, a PEM file (repeatable)")
	cmd.Flags().BoolVar(&noReplay, "no-replay", false, "do not judge the recorded exchanges again")
	return cmd
}

func printOutcome(cmd *cobra.Command, outcome audit.Outcome) {
	defer report.OnGitHub(cmd.OutOrStdout(), os.Getenv).Resume()
	for _, p := range outcome.Problems {
		fmt.Fprintln(cmd.OutOrStdout(), p)
	}
	fmt.Fprintln(cmd.OutOrStdout(), outcome.Sentence)
}

func readKey(path string) (*attest.Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist: openssl genpkey -algorithm ed25519 -out %s makes a key", path, path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	key, err := attest.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}
