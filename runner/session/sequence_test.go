package session_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/runner/session"
	"cartconform/spec"
	"cartconform/suites/record"
)

// The script that a walk leaves is short and, run by a shell, sees again what the finding
// tells, and does not see it where the promise is kept. It holds no secret. It finds carts
// that have another id each time they are cleared.
func TestScriptsOfWalks(t *testing.T) {
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the scripts of walks are not run: %v", err)
		}
	}
	const variable, token = "AMZ_ACCESS_TOKEN", "Atza-secret-of-this-test"
	t.Setenv(variable, token)
	for _, c := range []struct {
		fault    string
		shortest int // requests of the shortest sequence that is known
		moving   bool
	}{
		{"walk-lowered-after-growth", 3, false},
		{"walk-raised-after-estimate-and-addition", 4, false},
		{"walk-fifth-change-lost", 6, false},
		{"walk-change-after-removals-shifts", 2, false},
		{"walk-repeat-after-growth", 4, false},
		{"walk-repeat-of-large-cart", 3, false},
		{"walk-third-removal-takes-oldest", 2, false},
		{"walk-removal-from-four", 2, false},
		{"walk-subtotal-of-changed-growth", 5, false},
		{"walk-clearing-restores", 5, false},
		{"walk-addition-shared", 4, false},
		{"walk-repeat-of-large-cart", 3, true},
		{"walk-addition-shared", 4, true},
	} {
		name := c.fault
		if c.moving {
			name += " where carts move"
		}
		t.Run(name, func(t *testing.T) {
			f, err := faults.Find(c.fault)
			if err != nil {
				t.Fatal(err)
			}
			wrong, right := f.Options(), reference.Options{Token: token}
			wrong.Token = token
			if c.moving {
				wrong.Choices.CartIDAfterClear, right.Choices.CartIDAfterClear = reference.NewID, reference.NewID
			}
			dir := recording{
				options: wrong, config: session.Config{Requirements: []string{f.Requirement}},
				describe: func(yaml string) string {
					return strings.Replace(yaml, "target:\n", "target:\n  headers: {x-amz-access-token: \"${"+variable+"}\"}\n", 1)
				},
			}.made(t)
			found := findingWithScript(t, readReport(t, dir), f.Requirement)
			if len(found.Sequence) > c.shortest+2 || !strings.Contains(found.Message, "it broke the promise again") {
				t.Errorf("wanted at most %d requests that break the promise each time, got %d:\n%s", c.shortest+2, len(found.Sequence), found.Message)
			}
			if len(found.Steps) < 2 {
				t.Errorf("wanted the steps told, got %q", found.Steps)
			}
			path := filepath.Join(dir, report.SequencesDir, f.Requirement+"-1.sh")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), token) || !strings.Contains(string(text), `"$`+variable+`"`) {
				t.Errorf("wanted the script to name $%s and not to hold the token, got:\n%s", variable, text)
			}

			shows := slices.Index(found.Sequence, found.Exchange)
			recorded := answered(t, dir, found.Sequence)
			if shows < 0 {
				t.Fatalf("wanted %s among the exchanges of the sequence, got %v", found.Exchange, found.Sequence)
			}
			again := runScript(t, path, wrong, len(recorded))
			if again[shows] != recorded[shows] {
				t.Errorf("wanted the wrong target to answer again as it did: %q, got %q", recorded[shows], again[shows])
			}
			kept := runScript(t, path, right, len(recorded))
			if kept[shows] == recorded[shows] {
				t.Errorf("wanted the reference to answer otherwise than the wrong target, got %q", kept[shows])
			}
			for i, answer := range kept[:shows+1] {
				if answer == "" || strings.Contains(answer, "errors") {
					t.Errorf("wanted the reference to answer request %d of the script, got %q", i+1, answer)
				}
			}
		})
	}
}

// A walk that finds a cart missing in the list in which it was says so, and blames nobody
// but the list.
func TestWalksList(t *testing.T) {
	dir := recording{
		config: session.Config{Requirements: []string{"CART-MOD-04"}},
		wrap: func(next http.Handler) http.Handler {
			var changed, listed atomic.Bool // since the cart was cleared
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				switch {
				case q.Method == http.MethodDelete:
					changed.Store(false)
					listed.Store(false)
				case q.Method == http.MethodPatch:
					changed.Store(true)
				case strings.HasSuffix(q.URL.Path, "/carts") && changed.Load() && listed.Swap(true):
					w.Header().Set("Content-Type", "application/json")
					fmt.Fprint(w, `{"cartDetailsList":[]}`)
					return
				}
				next.ServeHTTP(w, q)
			})
		},
	}.made(t)
	for _, q := range readReport(t, dir).Requirements {
		for _, s := range q.Specs {
			if q.ID == "CART-MOD-04" && strings.Contains(s.Name, "walking") {
				if s.Outcome != string(record.Inconclusive) || !strings.HasPrefix(s.Reason, "needs CART-LIST-06: ") {
					t.Errorf("wanted the walk to need CART-LIST-06, got %s: %s", s.Outcome, s.Reason)
				}
				return
			}
		}
	}
	t.Error("wanted a spec that walks, got none")
}

func findingWithScript(t *testing.T, r report.Report, id string) report.Finding {
	t.Helper()
	for _, q := range r.Requirements {
		for _, f := range q.Findings {
			if q.ID == id && f.Script != "" {
				return f
			}
		}
	}
	t.Fatalf("wanted a finding of %s with a script, got none: %s", id, r.Sentence)
	return report.Finding{}
}

// answered tells the recorded answers to a sequence, as told does.
func answered(t *testing.T, dir string, sequence []string) []string {
	t.Helper()
	file, err := os.Open(filepath.Join(dir, har.File))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	all, err := har.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*spec.Exchange{}
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	var answers []string
	for _, id := range sequence {
		x := byID[id]
		if x == nil || x.Response == nil {
			t.Fatalf("wanted an answer to %s in the archive, got none", id)
		}
		answers = append(answers, told(fmt.Sprint(x.Response.Status), string(x.Response.Body)))
	}
	return answers
}

// runScript runs a script against a new target and tells its answers.
func runScript(t *testing.T, path string, options reference.Options, steps int) []string {
	t.Helper()
	handler, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	target := httptest.NewServer(handler)
	defer target.Close()
	cmd := exec.CommandContext(t.Context(), "sh", path)
	cmd.Env = append(os.Environ(), "BASE_URL="+target.URL, "no_proxy=127.0.0.1")
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("run %s: %v\n%s", path, err, output)
	}
	var answers []string
	text := strings.ReplaceAll(string(output), "\r", "")
	for i := range steps {
		_, text, _ = strings.Cut(text, fmt.Sprintf("== %d of %d\n", i+1, steps))
		answer, _, _ := strings.Cut(text, "\n== ")
		head, body, _ := strings.Cut(answer, "\n\n")
		_, status, _ := strings.Cut(strings.SplitN(head, "\n", 2)[0], " ")
		body, _, _ = strings.Cut(body, "\n# ")
		answers = append(answers, told(strings.Fields(status + " ?")[0], body))
	}
	return answers
}

// told tells of an answer what does not differ from time to time: status, products,
// quantities and the subtotal.
func told(status, body string) string {
	var doc struct {
		Items []struct {
			ProductIdentifier string
			Quantity          json.Number
		}
		Attributes []struct{ Amount struct{ Amount json.Number } }
		Errors     []any
	}
	if strings.TrimSpace(body) != "" {
		if err := json.Unmarshal([]byte(body), &doc); err != nil {
			return status + " " + body
		}
	}
	text := status
	for _, item := range doc.Items {
		text += fmt.Sprintf(", %s × %s", item.Quantity, item.ProductIdentifier)
	}
	for _, attribute := range doc.Attributes {
		text += fmt.Sprintf(", %s", attribute.Amount.Amount)
	}
	if doc.Errors != nil {
		text += ", errors"
	}
	return text
}
