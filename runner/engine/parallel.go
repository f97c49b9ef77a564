package engine

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/ginkgo/command"
	"github.com/onsi/ginkgo/v2/ginkgo/run"
)

// Ginkgo runs specs in parallel in processes of their own: a hub hands out the
// specs, workers ask it for the next one. Hub and workers are this very binary,
// started again with roleVariable set.
const (
	roleVariable = "CARTCONFORM_ROLE"
	planVariable = "CARTCONFORM_PLAN"
	hub          = "hub"
	worker       = "worker"
)

// Parallel runs the plan in a number of worker processes and returns when all of
// them have ended. Each worker calls what was given to Main with plan. When ctx
// ends the workers are interrupted: they clean up and write down what they know.
func Parallel(ctx context.Context, procs int, plan string, o Options) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program to start workers of it: %w", err)
	}
	dir, err := os.MkdirTemp("", "cartconform")
	if err != nil {
		return fmt.Errorf("make a folder for the workers: %w", err)
	}
	defer os.RemoveAll(dir)
	link := filepath.Join(dir, "cartconform.test") // Ginkgo takes nothing else for a suite
	if err := os.Symlink(self, link); err != nil {
		return fmt.Errorf("link the workers' program: %w", err)
	}
	args := []string{
		"--procs=" + strconv.Itoa(procs), "--seed=" + strconv.FormatInt(o.Seed, 10),
		"--no-color", "--succinct", "--grace-period=5s", "--timeout=" + noLimit.String(),
	}
	if o.Timeout > 0 {
		args[len(args)-1] = "--timeout=" + o.Timeout.String()
	}
	if o.Filter != "" {
		args = append(args, "--label-filter="+o.Filter)
	}
	if o.FailFast {
		args = append(args, "--fail-fast")
	}
	cmd := exec.Command(self, append(args, link)...)
	cmd.Env = append(os.Environ(), roleVariable+"="+hub, planVariable+"="+plan)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the workers: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) // the whole group
		err = <-ended
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return fmt.Errorf("wait for the workers: %w", err)
	}
	return nil // how it exited says nothing: a finding makes Ginkgo exit 1
}

// Main takes over when this process is a hub or a worker, and never returns
// then. It must be the first thing that a program calls which calls Parallel.
func Main(work func(plan string, process int)) {
	switch os.Getenv(roleVariable) {
	case hub:
		os.Setenv(roleVariable, worker)
		program := command.Program{Name: "cartconform", DefaultCommand: run.BuildRunCommand()}
		program.RunAndExit(append([]string{"cartconform"}, os.Args[1:]...))
	case worker:
		testing.Init() // Ginkgo passes --test.timeout
		flag.Parse()
		config, _ := ginkgo.GinkgoConfiguration()
		work(os.Getenv(planVariable), config.ParallelProcess)
		os.Exit(0)
	}
}
