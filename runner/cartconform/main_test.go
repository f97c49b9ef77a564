package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"cartconform/runner/engine"
	"cartconform/runner/proof"
	"cartconform/runner/session"
)

func TestMain(m *testing.M) {
	engine.Main(session.Work) // workers are this test's own binary
	proof.Main()
	if os.Getenv(asProgram) != "" {
		main()
	}
	if strings.HasSuffix(os.Args[0], ".test") { // the tests, and not a command of a script
		_ = flag.Set("test.parallel", "6") // most of what runs side by side waits for a target that hangs
	}
	testscript.Main(m, map[string]func(){"cartconform": main})
}

// The commands, their output and their exit codes, as scripts.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("ADDR", listener.Addr().String()) // free for the script to listen on
			return listener.Close()
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"answers": answers,
			"post":    post,
			"newkey":  newkey,
		},
	})
}

// exits runs a program and wants its exit code: exits 2 cartconform run --frob
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT...]")
	}
	wanted, err := strconv.Atoi(args[0])
	if err != nil {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGUMENT...]: %v", err)
	}
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("run %s: %v", args[1], err)
	}
	if got != wanted {
		ts.Fatalf("wanted exit code %d, got %d", wanted, got)
	}
}

// answers waits until something listens on an address.
func answers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: answers ADDRESS")
	}
	for range 200 {
		if conn, err := net.Dial("tcp", args[0]); err == nil {
			conn.Close()
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("nothing listens on %s", args[0])
}

// post sends a JSON file: post FILE URL
func post(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: post FILE URL")
	}
	response, err := http.Post(args[1], "application/json", strings.NewReader(ts.ReadFile(args[0])))
	if err != nil {
		ts.Fatalf("post %s: %v", args[0], err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		ts.Fatalf("post %s: wanted status 200, got %d", args[0], response.StatusCode)
	}
}

// newkey makes an ed25519 key: newkey PRIVATE PUBLIC
func newkey(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: newkey PRIVATE PUBLIC")
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	ts.Check(err)
	for i, key := range []any{private, public} {
		kind, marshal := "PRIVATE KEY", x509.MarshalPKCS8PrivateKey
		if i == 1 {
			kind, marshal = "PUBLIC KEY", x509.MarshalPKIXPublicKey
		}
		der, err := marshal(key)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[i]), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	}
}
