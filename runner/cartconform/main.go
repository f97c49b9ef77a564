// Command cartconform says whether a running service keeps the contract of the
// cart API.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cartconform/runner/engine"
	"cartconform/runner/interrupt"
	"cartconform/runner/proof"
	"cartconform/runner/session"
	"cartconform/runner/verdict"
)

func main() {
	engine.Main(session.Work)
	proof.Main()
	ctx, stop := interrupt.Notify(context.Background(), nil)
	defer stop()
	os.Exit(int(execute(ctx, os.Args[1:], os.Stdout, os.Stderr)))
}

// exit is an error that ends the program with a code.
type exit struct {
	code verdict.Exit
	err  error // nil when all was said already
}

func (e exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e exit) Unwrap() error { return e.err }

// execute runs one command and gives the exit code.
func execute(ctx context.Context, args []string, out, errOut io.Writer) verdict.Exit {
	root := commands(args)
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return verdict.ExitOK
	}
	var e exit
	if !errors.As(err, &e) {
		e = exit{verdict.ExitUsage, err} // cobra's own errors are about usage
	}
	if e.err != nil {
		fmt.Fprintf(errOut, "cartconform: %v\n", e.err)
	}
	return e.code
}

func commands(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "cartconform",
		Short:         "Does a running service keep the contract of the cart API?",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       "set below",
		Args:          cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_ = cmd.Help()
			return exit{verdict.ExitUsage, errors.New("wanted a command, got none")}
		},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.DisableDefaultCmd = true
	root.Version = session.Version().String()
	root.AddCommand(runCommand(args), serveCommand(), initCommand(), checkCommand(), requirementsCommand(), proveCommand(), reportCommand())
	readEnvironment(root)
	return root
}

// readEnvironment makes every command below cmd read its flags from the
// environment too.
func readEnvironment(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		c.PreRunE = fromEnvironment
		readEnvironment(c)
	}
}

// fromEnvironment reads each flag that was not given from CARTCONFORM_<FLAG>.
func fromEnvironment(cmd *cobra.Command, _ []string) error {
	return flagsFromEnvironment(cmd.Flags(), os.LookupEnv)
}

func variable(flag string) string {
	return "CARTCONFORM_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}
