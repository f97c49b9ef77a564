package engine

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/ginkgo/command"
	"github.com/onsi/ginkgo/v2/ginkgo/run"

	"cartconform/runner/interrupt"
	"cartconform/runner/noise"
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
// them have ended, with the end of what Ginkgo and they had to say. Each worker
// calls what was given to Main with plan. When ctx ends the workers are
// interrupted: they clean up and write down what they know. They are interrupted
// once more at a second signal, and ended when they take longer than patience.
func Parallel(ctx context.Context, procs int, plan string, o Options) (said string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program to start workers of it: %w", err)
	}
	dir, err := os.MkdirTemp("", "cartconform")
	if err != nil {
		return "", fmt.Errorf("make a folder for the workers: %w", err)
	}
	defer os.RemoveAll(dir)
	link := filepath.Join(dir, "cartconform.test") // Ginkgo takes nothing else for a suite
	if err := os.Symlink(self, link); err != nil {
		return "", fmt.Errorf("link the workers' program: %w", err)
	}
	args := []string{
		"--procs=" + strconv.Itoa(procs), "--seed=" + strconv.FormatInt(o.Seed, 10),
		"--no-color", "--succinct", "--grace-period=" + grace.String(), "--timeout=" + noLimit.String(),
	}
	if o.Filter != "" {
		args = append(args, "--label-filter="+o.Filter)
	}
	cmd := exec.Command(self, append(args, link)...)
	cmd.Env = append(os.Environ(), roleVariable+"="+hub, planVariable+"="+plan)
	cmd.Env = append(cmd.Env, o.Environment...)
	cmd.Dir = dir
	output := &noise.Tail{}
	cmd.Stdout, cmd.Stderr = output, output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := cmd.StdinPipe(); err != nil { // it ends with this process, whatever ends that
		return "", fmt.Errorf("start the workers: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start the workers: %w", err)
	}
	err = wait(ctx, cmd)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return uncoloured(output.String()), fmt.Errorf("wait for the workers: %w", err)
	}
	return uncoloured(output.String()), nil // how it exited says nothing: a finding makes Ginkgo exit 1
}

// patience is how long interrupted workers may take to end.
const patience = 40 * time.Second

// wait waits for the hub and its workers, and passes the end of ctx on to them.
func wait(ctx context.Context, cmd *exec.Cmd) error {
	group := -cmd.Process.Pid
	defer func() { _ = syscall.Kill(group, syscall.SIGKILL) }() // whom the hub has lost
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	interrupts := []<-chan struct{}{ctx.Done(), interrupt.Second(ctx).Done()}
	var late <-chan time.Time
	for {
		var next <-chan struct{}
		if len(interrupts) > 0 {
			next = interrupts[0]
		}
		select {
		case err := <-ended:
			return err
		case <-next:
			_ = syscall.Kill(group, syscall.SIGINT)
			interrupts, late = interrupts[1:], time.After(patience)
		case <-late:
			_ = syscall.Kill(group, syscall.SIGKILL)
			late = nil
		}
	}
}

// Main takes over when this process is a hub or a worker, and never returns
// then. It must be the first thing that a program calls which calls Parallel.
func Main(work func(plan string, process int)) {
	switch os.Getenv(roleVariable) {
	case hub:
		os.Setenv(roleVariable, worker)
		go interruptAfterParent()
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

// interruptAfterParent interrupts the hub and its workers when the process that
// started them is gone: nobody else would stop them, and the carts are theirs.
func interruptAfterParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = syscall.Kill(-syscall.Getpgrp(), syscall.SIGINT)
}
