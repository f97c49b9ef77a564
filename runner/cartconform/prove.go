package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/runner/prove"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
)

func proveCommand() *cobra.Command {
	config := prove.Config{Neutralise: true}
	var jsonPath, htmlPath string
	cmd := &cobra.Command{
		Use:   "prove",
		Short: "Run the suites against every known fault and show what each catches",
		Long: "Run the suites against the reference, against every known fault of it, and against every way to be\n" +
			"different and right, alone and in random combinations. Show which spec caught which fault, and what\n" +
			"was blamed wrongly.\n\n" +
			"With --fault, --requirement or --choice only those are tried; a single fault is shown with its exchange.\n\n" +
			"Exit codes: 0 every fault was caught by a spec of the requirement that it names and nothing else was\n" +
			"blamed, 1 that is not so, 2 wrong usage, 3 interrupted, 5 internal error.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if config.Procs < 1 || config.Combinations < 0 {
				return exit{verdict.ExitUsage, fmt.Errorf("wanted at least 1 process and 0 combinations, got %d and %d", config.Procs, config.Combinations)}
			}
			for _, path := range []string{jsonPath, htmlPath} {
				if err := mustTake(path); err != nil {
					return exit{verdict.ExitUsage, err}
				}
			}
			config.Progress = cmd.ErrOrStderr()
			m, err := prove.Run(cmd.Context(), config)
			if err != nil {
				return exit{prove.Code(err), err}
			}
			for _, form := range []struct {
				path  string
				write func(io.Writer, matrix.Matrix) error
			}{{jsonPath, writeJSON}, {htmlPath, matrix.HTML}} {
				if form.path == "" {
					continue
				}
				if err := writeTo(form.path, cmd.OutOrStdout(), func(w io.Writer) error { return form.write(w, m) }); err != nil {
					return exit{verdict.ExitUsage, err}
				}
			}
			if jsonPath == "-" || htmlPath == "-" {
				return proven(m)
			}
			if err := matrix.Text(cmd.OutOrStdout(), m); err != nil {
				return exit{verdict.ExitInternal, err}
			}
			if len(config.Faults) == 1 && len(m.Faults) == 1 {
				if err := prove.Show(cmd.Context(), cmd.OutOrStdout(), config.Suite, m.Faults[0], config.Seed); err != nil {
					return exit{verdict.ExitInternal, err}
				}
			}
			return proven(m)
		},
	}
	f := cmd.Flags()
	f.StringVar(&config.Suite, "suite", proof.BusinessCart, "suite to try: "+suiteNames())
	f.Int64Var(&config.Seed, "seed", 1, "seed of the runs and of the combinations")
	f.IntVar(&config.Procs, "procs", prove.Procs(), "worker processes; a run waits half of its time")
	f.IntVar(&config.Combinations, "combinations", prove.Combinations, "random combinations of choices")
	f.StringSliceVar(&config.Faults, "fault", nil, "try only this fault (repeatable)")
	f.StringSliceVar(&config.Requirements, "requirement", nil, "try only the faults that name this requirement (repeatable)")
	f.StringArrayVar(&config.Choices, "choice", nil, "try only this choice, Name=side, or several at once with commas between (repeatable)")
	f.StringVar(&jsonPath, "json", "", "write the matrix as JSON to this file; - for the standard output, instead of the text")
	f.StringVar(&htmlPath, "html", "", "write the matrix as a page to this file; - for the standard output, instead of the text")
	return cmd
}

func proven(m matrix.Matrix) error {
	for _, p := range m.Problems {
		if p.Kind == matrix.InternalError {
			return exit{verdict.ExitInternal, fmt.Errorf("%s: %s", p.Subject, p.Text)}
		}
	}
	if len(m.Problems) > 0 {
		return exit{verdict.ExitFindings, nil}
	}
	return nil
}

func writeJSON(out io.Writer, m matrix.Matrix) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(m)
}

// mustTake refuses a path that no file can be written to, before minutes are spent
// on what should stand there.
func mustTake(path string) error {
	if path == "" || path == "-" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	} else if !info.IsDir() {
		return fmt.Errorf("write %s: wanted a folder, got a file: %s", path, filepath.Dir(path))
	}
	return nil
}

// writeTo writes to a file in one step, or to out for "-".
func writeTo(path string, out io.Writer, write func(io.Writer) error) error {
	if path == "-" {
		return write(out)
	}
	var content bytes.Buffer
	if err := write(&content); err != nil {
		return err
	}
	return report.WriteFile(path, content.Bytes())
}
