package prove_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cartconform/fixtures/bank"
	"cartconform/runner/matrix"
	"cartconform/runner/proof"
	"cartconform/runner/prove"
	"cartconform/runner/readme"
)

var update = flag.Bool("update", false, "write the generated parts of the documents on the proof anew")

// proven are the suites, each with the document that tells of its proof.
func proven() map[string]string {
	return map[string]string{"business-cart": "../../docs/proof.md", "remote-cart": "../../docs/proof-remote-cart.md"}
}

func TestMain(m *testing.M) {
	proof.Main() // workers are this test's own binary
	os.Exit(m.Run())
}

// combinations is how many combinations of choices are tried here; the command tries
// 200, which takes another quarter of an hour.
const combinations = 5

// Every known fault is caught by a spec of the requirement that it violates and
// nothing else is blamed; nobody who keeps every promise is failed, whatever he
// chooses; and every spec earns its place. `cartconform prove --fault ID` tries
// one alone.
func TestSuitesJudgeRightly(t *testing.T) {
	for _, arena := range proof.Arenas() {
		t.Run(arena.Suite, func(t *testing.T) {
			m, err := prove.Run(t.Context(), prove.Config{Suite: arena.Suite, Seed: 1, Procs: prove.Procs(), Combinations: combinations})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range m.Problems {
				switch p.Kind {
				case matrix.Idle, matrix.Twins, matrix.Needless, matrix.Unmuted:
					// A walk, or several clients at once, may meet a fault by chance: whether a spec
					// is the only killer is for the command to say, and not for every build.
					t.Logf("%s: %s: %s", p.Kind, p.Subject, p.Text)
				default:
					t.Errorf("%s: %s: %s", p.Kind, p.Subject, p.Text)
				}
			}
			if m.Totals.Hidden < 100 {
				t.Errorf("wanted at least 100 faults that schema, status and header checks alone cannot see, got %d", m.Totals.Hidden)
			}
			t.Log(m.Sentence())
			t.Log(m.Cost())
			if err := readme.Keep(proven()[arena.Suite], parts(t, m), *update && !t.Failed()); err != nil {
				t.Error(err)
			}
		})
	}
}

// parts generates what the document says of the matrix. None of it depends on time.
func parts(t *testing.T, m matrix.Matrix) map[string]string {
	t.Helper()
	settled, err := matrix.Settle(m.Suite)
	if err != nil {
		t.Fatal(err)
	}
	var figures, kinds, stays, twins strings.Builder
	n := m.Totals
	figures.WriteString("\n| of | figure |\n| --- | ---: |\n")
	for _, row := range []struct {
		what  string
		count int
	}{
		{"faults", n.Faults},
		{"killed by a spec of the requirement that they name", n.Killed},
		{"blamed on anything else", n.Collateral},
		{"seeds with which the reference came out the same", n.Seeds},
		{"open choices, each made otherwise once", n.Choices},
		{"random combinations of choices", n.Combinations},
		{"false alarms on these", n.FalseAlarms},
		{"specs that judge something", n.Specs},
	} {
		fmt.Fprintf(&figures, "| %s | %d |\n", row.what, row.count)
	}
	kinds.WriteString("\n| kind | faults |\n| --- | ---: |\n")
	for _, kind := range slices.Sorted(maps.Keys(n.Kinds)) {
		fmt.Fprintf(&kinds, "| %s | %d |\n", kind, n.Kinds[kind])
	}
	stays.WriteString("\n")
	for _, s := range settled.Specs {
		fmt.Fprintf(&stays, "* %s\n", s.Reason)
		for _, name := range s.Specs {
			fmt.Fprintf(&stays, "  * %s\n", name)
		}
	}
	twins.WriteString("\n")
	for _, s := range settled.Twins {
		fmt.Fprintf(&twins, "* `%s`: %s\n", strings.Join(s.Faults, "`, `"), s.Reason)
	}
	return map[string]string{
		"figures": figures.String(), "kinds": kinds.String(), "specs-that-stay": stays.String(), "faults-alike": twins.String(),
		"sentence": fmt.Sprintf("%d of %d faults killed by a spec of the requirement that they name, %d findings for anything else, "+
			"%d false alarms on %d choices and %d combinations of them",
			n.Killed, n.Faults, n.Collateral, n.FalseAlarms, n.Choices, n.Combinations),
	}
}

// The faults that no spec caught at first are still there, and named with the
// requirement that catches them now.
func TestBlindSpotsAreFaults(t *testing.T) {
	for _, arena := range proof.Arenas() {
		path := proven()[arena.Suite]
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, table, ok := strings.Cut(string(text), "\n## Where the suite was blind\n")
		if !ok {
			t.Fatalf("wanted the section on blind spots in %s", path)
		}
		rows := regexp.MustCompile("(?m)^\\| `([a-z0-9-]+)` \\| ((?:CART|RC)-[A-Z-]+-[0-9]+) \\| .+ \\| .+ \\|$").FindAllStringSubmatch(table, -1)
		if len(rows) < 10 {
			t.Fatalf("wanted the table of blind spots in %s, got %d rows", path, len(rows))
		}
		for _, row := range rows {
			if f, err := bank.Find(arena.Faults, row[1]); err != nil || f.Requirement != row[2] {
				t.Errorf("%s: wanted a fault that breaks %s, got %s, which breaks %q", path, row[2], row[1], f.Requirement)
			}
		}
	}
}
