package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cartconform/fixtures"
	"cartconform/fixtures/faults"
	"cartconform/fixtures/reference"
)

// asProgram makes this test's binary the program itself; see TestMain.
const asProgram = "CARTCONFORM_TEST_AS_PROGRAM"

// moment is a point of a run, recognised by the request that the target gets.
type moment func(nth int, r *http.Request) bool

// interruption is a run of the program that gets signals at one moment.
type interruption struct {
	name  string
	args  []string
	when  moment
	hangs bool // the target answers nothing any more from that moment on
	fault string
	// signals are sent one after the other, half a second apart.
	signals []syscall.Signal
	exit    int
	verdict string
	dirty   bool // the carts may be left as they are
}

// Wherever a run is interrupted, it puts back what it changed, writes every
// report and leaves nobody behind.
func TestInterrupts(t *testing.T) {
	once, twice, term := []syscall.Signal{syscall.SIGINT}, []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, []syscall.Signal{syscall.SIGTERM}
	four := []string{"--procs", "4"}
	priced := []string{"--requirement", "CART-GEN-12,CART-EST-17,CART-MOD-08,CART-ITEMS-05"}
	quick := []string{"--requirement", "CART-MOD-04"}
	cases := []interruption{
		{name: "during the preflight", when: posted(`/items$`, 1), signals: once},
		{name: "early in the run", when: request(450), signals: term},
		{name: "after a price was changed", args: priced, when: posted(`/__control/price$`, 1), signals: once},
		{name: "in a serial spec of several", args: append(priced, four...), when: posted(`/__control/price$`, 1), signals: once},
		{name: "early in a run of four workers", args: four, when: request(700), signals: once},
		{name: "in the clean-up", args: quick, when: cleaning(), signals: once},
		{name: "in the clean-up of four workers", args: append(quick, four...), when: cleaning(), signals: term},
		{name: "with findings", args: quick, when: cleaning(), fault: "modify-resets-others", signals: once, exit: 1, verdict: "not-conformant"},
		{name: "hanging in the preflight", when: posted(`/items$`, 1), hangs: true, signals: once, dirty: true},
		{name: "hanging", args: priced, when: posted(`/__control/price$`, 1), hangs: true, signals: once, dirty: true},
		{name: "hanging with four workers", args: four, when: request(700), hangs: true, signals: once, dirty: true},
		{name: "out of time in a hanging preflight", args: []string{"--timeout", "2s"}, when: request(1), hangs: true, dirty: true},
		{name: "hanging, and twice", when: request(450), hangs: true, signals: twice, dirty: true},
		{name: "hanging with four workers, and twice", args: four, when: request(700), hangs: true, signals: twice, dirty: true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.try(t)
		})
	}
}

// request is the moment of the nth request.
func request(nth int) moment { return func(n int, _ *http.Request) bool { return n >= nth } }

// posted is the moment of the nth POST to a path.
func posted(path string, nth int) moment {
	pattern, seen := regexp.MustCompile(path), 0
	return func(_ int, r *http.Request) bool {
		if r.Method == http.MethodPost && pattern.MatchString(r.URL.Path) {
			seen++
		}
		return seen >= nth
	}
}

// cleaning is the moment of the final clean-up, in a run that has no use for the
// last lane: its cart is read in the preflight, and then no more until the end.
func cleaning() moment {
	seen := 0
	return func(_ int, r *http.Request) bool {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+lastCart+"/items") {
			seen++
		}
		return seen >= 2
	}
}

const lastCart = "cart-HfDyQYFhKndfzP9v" // of the reference's target description

func (c interruption) try(t *testing.T) {
	target := newFront(t, c)
	before := target.market()
	dir := t.TempDir()
	reports := filepath.Join(dir, "report")
	temporary := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd, out := program(t, append([]string{"run", "--target", target.url, "--seed", "1", "--report-dir", reports}, c.args...)...)
	cmd.Env = append(cmd.Env, "TMPDIR="+temporary)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan int, 1)
	go func() {
		var exit *exec.ExitError
		if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
			t.Error(err)
		}
		ended <- cmd.ProcessState.ExitCode()
	}()
	select {
	case <-target.reached:
	case code := <-ended:
		t.Fatalf("the run ended with %d before the moment came:\n%s", code, out)
	}
	for i, signal := range c.signals {
		if i > 0 {
			time.Sleep(500 * time.Millisecond)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	signalled := time.Now()
	time.Sleep(500 * time.Millisecond) // on a busy machine a signal is heard later than it is sent
	target.resume()
	code := <-ended
	limit := 25 * time.Second
	if len(c.signals) > 1 {
		limit = 6 * time.Second
	}
	if took := time.Since(signalled); took > limit {
		t.Errorf("wanted the end within %s of the signal, got %s", limit, took)
	}
	if wanted := cmp.Or(c.exit, 3); code != wanted {
		t.Errorf("wanted exit code %d, got %d:\n%s", wanted, code, out)
	}
	if !strings.Contains(out.String(), "interrupted") {
		t.Errorf("wanted the console to say that the run was interrupted, got:\n%s", out)
	}
	c.checkReports(t, reports)
	if left := working(reports); len(left) != 0 {
		t.Errorf("wanted no process of the run left, got %v", left)
	}
	if left := list(t, temporary); len(left) != 0 {
		t.Errorf("wanted no temporary files left, got %v", left)
	}
	if !c.dirty {
		target.checkCarts()
		if after := target.market(); after != before {
			t.Errorf("wanted prices and stocks as before:\n%s\ngot:\n%s", before, after)
		}
	}
}

// program gives a command that runs cartconform, not started, and its output.
func program(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CARTCONFORM_") }), asProgram+"=1")
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	t.Cleanup(func() {
		if cmd.Process != nil && cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
		}
	})
	return cmd, out
}

// checkReports wants every report of a whole run, readable and marked.
func (c interruption) checkReports(t *testing.T, dir string) {
	t.Helper()
	names := list(t, dir)
	for _, name := range []string{"report.json", "junit.xml", "summary.md", "exchanges.har"} {
		if !slices.Contains(names, name) {
			t.Errorf("wanted %s in the report, got %v", name, names)
		}
	}
	var scripts []string // of findings, and of nothing else
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		switch filepath.Ext(name) {
		case ".json", ".har":
			if !json.Valid(text) {
				t.Errorf("%s is no JSON", name)
			}
		case ".xml", ".svg":
			if err := xml.Unmarshal(text, new(struct{})); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case ".md", ".html":
			if !bytes.Contains(text, []byte("interrupted")) {
				t.Errorf("wanted %s to say that the run was interrupted", name)
			}
		case ".sh":
			scripts = append(scripts, string(text))
		default:
			t.Errorf("%s is left in the report folder", name)
		}
	}
	var report struct {
		Verdict      string
		Interrupted  bool
		Requirements []struct {
			State    string
			Findings []struct{ Script string }
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, q := range report.Requirements {
		for _, f := range q.Findings {
			if f.Script != "" {
				known = append(known, f.Script)
			}
		}
	}
	slices.Sort(scripts)
	slices.Sort(known)
	if !slices.Equal(scripts, known) {
		t.Errorf("wanted the scripts of the report's %d findings with one, got %d scripts in the folder", len(known), len(scripts))
	}
	wanted := cmp.Or(c.verdict, "partial")
	if !report.Interrupted || report.Verdict != wanted || len(report.Requirements) == 0 {
		t.Errorf("wanted an interrupted report that says %q, got interrupted %t, %q, %d requirements",
			wanted, report.Interrupted, report.Verdict, len(report.Requirements))
	}
}

// list gives the files below a folder.
func list(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			path, err = filepath.Rel(dir, path)
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// working lists the processes whose environment names the report folder, as that
// of hubs and workers does. Where there is no /proc it finds none.
func working(reports string) []string {
	var left []string
	environments, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is well formed
	for _, path := range environments {
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte(reports)) {
			left = append(left, filepath.Dir(path))
		}
	}
	return left
}

// front stands before a reference and holds up what comes from one moment on until
// the test goes on: for good when the target hangs.
type front struct {
	t        *testing.T
	url      string
	handler  http.Handler
	when     moment
	hangs    bool
	reached  chan struct{}
	resumed  chan struct{}
	finished chan struct{}

	mu   sync.Mutex
	nth  int
	over bool
}

func newFront(t *testing.T, c interruption) *front {
	t.Helper()
	options := reference.Options{}
	if c.fault != "" {
		fault, err := faults.Find(c.fault)
		if err != nil {
			t.Fatal(err)
		}
		options.Points = fault.Points()
	}
	handler, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{t: t, handler: handler, when: c.when, hangs: c.hangs,
		reached: make(chan struct{}), resumed: make(chan struct{}), finished: make(chan struct{})}
	server := httptest.NewServer(f)
	t.Cleanup(func() { close(f.finished); server.Close() })
	f.url = server.URL
	return f
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body) // so that the connection is watched, and the request can be answered late
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.mu.Lock()
	f.nth++
	first := !f.over && f.when(f.nth, r)
	f.over = f.over || first
	over := f.over
	f.mu.Unlock()
	if first {
		if !f.hangs { // what the moment is about has happened when the signal comes
			f.handler.ServeHTTP(w, r)
		}
		close(f.reached)
		<-f.resumed
	}
	switch {
	case over && f.hangs:
		<-f.finished
	case !first:
		f.handler.ServeHTTP(w, r)
	}
}

// resume lets the held request end.
func (f *front) resume() { close(f.resumed) }

// ask asks the reference itself.
func (f *front) ask(method, path, buyer, body string) map[string]any {
	f.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, "/cart/2025-04-30/carts/"+path+"?region=US", strings.NewReader(body))
	r.Header.Set("X-Amz-User-Email", buyer)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	var answer map[string]any
	if w.Code >= 300 || w.Body.Len() > 0 && json.Unmarshal(w.Body.Bytes(), &answer) != nil {
		f.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return answer
}

var laneLine = regexp.MustCompile(`buyer: (\S+), cartId: (\S+?)(?:, otherCartId: (\S+?))?}`)

// checkCarts wants the carts of every lane without lines.
func (f *front) checkCarts() {
	f.t.Helper()
	lanes := laneLine.FindAllStringSubmatch(string(fixtures.ReferenceTargetYAML), -1)
	if len(lanes) != 4 {
		f.t.Fatalf("wanted the four lanes of the reference, got %v", lanes)
	}
	for _, lane := range lanes {
		for _, cart := range lane[2:] {
			if cart == "" {
				continue
			}
			if items, ok := f.ask(http.MethodGet, cart+"/items", lane[1], "")["items"].([]any); !ok || len(items) != 0 {
				f.t.Errorf("wanted cart %s empty, got %v", cart, items)
			}
		}
	}
}

// market gives prices and stocks of the offers, as a cart outside of the lanes
// shows them.
func (f *front) market() string {
	f.t.Helper()
	const buyer, cart = "buyer1@example.com", "cart-39tQDbSHj0WG4X4K"
	var b strings.Builder
	for _, offer := range regexp.MustCompile(`productIdentifier: "?(\w+)"?, buyingOptionIdentifier: ([\w-]+)`).FindAllStringSubmatch(string(fixtures.ReferenceTargetYAML), -1) {
		answer := f.ask(http.MethodPost, cart+"/items", buyer,
			`{"items":[{"productIdentifier":"`+offer[1]+`","buyingOptionIdentifier":"`+offer[2]+`","quantity":4,"externalId":"1"}]}`)
		for _, item := range answer["items"].([]any) {
			line := item.(map[string]any)
			price, _ := json.Marshal(line["price"])
			b.WriteString(offer[2] + " " + string(price) + "\n")
		}
		rejected, _ := json.Marshal(answer["rejectedItems"])
		b.WriteString(offer[2] + " " + regexp.MustCompile(`"id":"[^"]*"`).ReplaceAllString(string(rejected), "") + "\n")
		f.ask(http.MethodDelete, cart+"/items", buyer, "")
	}
	return b.String()
}

// When the program is killed outright, its workers still put back what they changed.
func TestWorkersOutliveNobody(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("there is no /proc to look for processes in")
	}
	target := newFront(t, interruption{when: request(700)})
	reports := filepath.Join(t.TempDir(), "report")
	cmd, out := program(t, "run", "--target", target.url, "--seed", "1", "--report-dir", reports, "--procs", "4")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-target.reached
	if len(working(reports)) == 0 {
		t.Errorf("wanted workers to be found while they work")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	target.resume()
	_ = cmd.Wait() // it was killed
	for range 200 {
		if len(working(reports)) == 0 {
			target.checkCarts()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("wanted the workers to end, got %v\n%s", working(reports), out)
}

// A check that is interrupted ends with 3 and leaves the carts empty.
func TestCheckInterrupted(t *testing.T) {
	t.Parallel()
	target := newFront(t, interruption{when: posted(`/items$`, 2)})
	cmd, out := program(t, "check", "--target", target.url)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-target.reached
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	target.resume()
	_ = cmd.Wait() // the exit code is looked at
	if code := cmd.ProcessState.ExitCode(); code != 3 || !strings.Contains(out.String(), "interrupted") {
		t.Errorf("wanted exit code 3 and a word about it, got %d:\n%s", code, out)
	}
	target.checkCarts()
}
