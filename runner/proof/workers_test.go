package proof

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) != "" && os.Getenv("CARTCONFORM_PROOF_ACTOR") != "" {
		answers := os.Stdout
		os.Stdout = os.Stderr
		if err := work(context.Background(), os.Stdin, answers, act); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	Main()
	os.Exit(m.Run())
}

// act examines nothing and does as the subject's name says.
func act(_ context.Context, s Subject, seed int64) (Outcome, error) {
	switch {
	case strings.HasPrefix(s.Name, "die"):
		fmt.Println("famous last words") // which are no answer
		os.Exit(3)
	case strings.HasPrefix(s.Name, "fail"):
		return Outcome{}, errors.New("no such subject")
	case strings.HasPrefix(s.Name, "wait"):
		time.Sleep(time.Hour)
	}
	return Outcome{Subject: s, Requests: int(seed)}, nil
}

// A worker that dies or fails costs its own subject and nothing else.
func TestWorkersAreReplaced(t *testing.T) {
	t.Setenv("CARTCONFORM_PROOF_ACTOR", "1")
	var subjects []Subject
	for i := range 20 {
		subjects = append(subjects, Subject{Kind: Fault, Name: fmt.Sprintf("good-%d", i)})
	}
	subjects = slices.Insert(subjects, 3, Subject{Kind: Fault, Name: "die-1"}, Subject{Kind: Fault, Name: "fail-1"}, Subject{Kind: Fault, Name: "die-2"})
	heard := map[string]Outcome{}
	if err := ExamineAll(t.Context(), 3, 7, subjects, func(o Outcome) { heard[o.Subject.Name] = o }); err != nil {
		t.Fatal(err)
	}
	for _, s := range subjects {
		o, ok := heard[s.Name]
		switch said := strings.Join(o.Errors, "\n"); {
		case !ok:
			t.Errorf("%s: wanted an outcome, got none", s)
		case strings.HasPrefix(s.Name, "good") && (said != "" || o.Requests != 7):
			t.Errorf("%s: wanted a good outcome, got %+v", s, o)
		case strings.HasPrefix(s.Name, "die") && (!strings.Contains(said, "the worker is gone") || !strings.Contains(said, "famous last words")):
			t.Errorf("%s: wanted an error with what the worker said last, got %q", s, said)
		case strings.HasPrefix(s.Name, "fail") && !strings.Contains(said, "no such subject"):
			t.Errorf("%s: wanted the worker's error, got %q", s, said)
		}
	}
}

// The end of the context ends workers that do not end by themselves.
func TestWorkersEnd(t *testing.T) {
	t.Setenv("CARTCONFORM_PROOF_ACTOR", "1")
	ctx, cancel := context.WithCancel(t.Context())
	err := ExamineAll(ctx, 2, 1, []Subject{{Kind: Fault, Name: "good"}, {Kind: Fault, Name: "wait-1"}, {Kind: Fault, Name: "wait-2"}}, func(Outcome) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("wanted %v, got %v", context.Canceled, err)
	}
}
