package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"cartconform/fixtures"
	"cartconform/runner/description"
	"cartconform/runner/verdict"
)

func initCommand() *cobra.Command {
	var force, forReference bool
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented target description",
		Long:  "Write a commented target description to FILE (default: cartconform.yaml; - for standard output).",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "cartconform.yaml"
			if len(args) == 1 {
				path = args[0]
			}
			text := description.Template()
			if forReference {
				text = fixtures.ReferenceTargetYAML
			}
			if path == "-" {
				_, err := cmd.OutOrStdout().Write(text)
				return err
			}
			flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
			if force {
				flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
			}
			file, err := os.OpenFile(path, flags, 0o644)
			if errors.Is(err, fs.ErrExist) {
				return exit{verdict.ExitUsage, fmt.Errorf("%s exists already: name another file, or allow --force to overwrite it", path)}
			}
			if err != nil {
				return exit{verdict.ExitUsage, fmt.Errorf("write the target description: %w", err)}
			}
			if _, err := file.Write(text); err != nil {
				file.Close()
				return exit{verdict.ExitInternal, fmt.Errorf("write the target description: %w", err)}
			}
			if err := file.Close(); err != nil {
				return exit{verdict.ExitInternal, fmt.Errorf("write the target description: %w", err)}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: fill it in, then try it with: cartconform check --config %s\n", path, path)
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "overwrite FILE")
	cmd.Flags().BoolVar(&forReference, "reference", false, "write the description of what cartconform serve serves, as an example")
	return cmd
}
