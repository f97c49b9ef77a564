package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"cartconform/runner/repertoire"
	"cartconform/runner/session"
	"cartconform/spec"
)

// flagsFromEnvironment sets each flag that the command line leaves out from its
// environment variable: flags beat environment beats file.
func flagsFromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var wrong []error
	flags.VisitAll(func(f *pflag.Flag) {
		value, ok := lookup(variable(f.Name))
		if f.Changed || !ok || value == "" || f.Name == "help" || f.Name == "version" {
			return
		}
		if err := errors.Join(flags.Set(f.Name, value), flags.SetAnnotation(f.Name, environment, []string{value})); err != nil {
			wrong = append(wrong, fmt.Errorf("environment variable %s: %w", variable(f.Name), err))
		}
	})
	return errors.Join(wrong...)
}

// environment annotates a flag with the value that its variable had.
const environment = "cartconform_environment"

// environmentArgs gives the arguments that say what flagsFromEnvironment set.
func environmentArgs(flags *pflag.FlagSet) []string {
	var args []string
	flags.VisitAll(func(f *pflag.Flag) {
		for _, value := range f.Annotations[environment] {
			args = append(args, "--"+f.Name+"="+value)
		}
	})
	return args
}

// level is the value of --level.
type level spec.Level

func (l *level) String() string { return string(*l) }
func (l *level) Type() string   { return "must|should" }
func (l *level) Set(s string) error {
	if s != string(spec.Must) && s != string(spec.Should) {
		return fmt.Errorf("wanted must or should, got %q", s)
	}
	*l = level(s)
	return nil
}

// shard is the value of --shard: "2/5" is the second of five.
type shard session.Shard

func (s *shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Number, s.Of)
}
func (s *shard) Type() string { return "i/n" }
func (s *shard) Set(text string) error {
	i, n, ok := strings.Cut(text, "/")
	number, err1 := strconv.Atoi(i)
	of, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || of < 1 || number < 1 || number > of {
		return fmt.Errorf("wanted i/n with 1 ≤ i ≤ n, such as 2/5, got %q", text)
	}
	s.Number, s.Of = number, of
	return nil
}

// suiteNames lists the suites of this version, for the help of a flag.
func suiteNames() string {
	all, err := repertoire.All()
	if err != nil { // the command that needs them says why
		return "none"
	}
	return strings.Join(all.Names(), ", ")
}
