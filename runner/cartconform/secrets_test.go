package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/fixtures/reference/remotecart"
)

// planted are secrets, by the variable that holds them; each is hard to write in
// one encoding or another, one is longer than what any message shows of a value.
// ACCESS_TOKEN is what the token endpoint gives.
func planted() map[string]string {
	long := "Atzr|IwEBI" + strings.Repeat("Gx7/qZ+Wn4", 40)
	return map[string]string{
		"PLANTED_HEADER":   `hd/r+Pl4nted="Qw1"<tag>&'x'`,
		"PLANTED_CLIENT":   "cl13nt-s3cr3t\\Zk9~pL",
		"PLANTED_REFRESH":  long,
		"PLANTED_USER":     "us3rN4me.Vt6",
		"PLANTED_PASSWORD": "p4ss:w0rd/ünïc@de Jh5",
		"PLANTED_CONTROL":  "c0ntr0l-k3y#Bn2$",
		"PLANTED_BAD":      "b4d-t0ken-Mx8",
		"PLANTED_ACCESS":   "acc3ss-k3y-id-Yu4",
		"PLANTED_SECRET":   "s1gning+k3y/Rf7=",
		"ACCESS_TOKEN":     "Atza|f3tched/" + strings.Repeat("Lp2-Ts_9", 30),
		"COMMAND_USER":     "cl1-us3r-Wd3",
		"COMMAND_PASSWORD": "cl1 p4ss@Xe6/%",
	}
}

// window is how many characters in a row of a written secret are too many.
const window = 10

// searcher looks for every stretch of a secret in each form in which it could be
// shown.
type searcher struct {
	t       *testing.T
	windows map[string]string // names of secrets
	starts  *[1 << 16]bool    // the first two bytes of windows
}

func newSearcher(t *testing.T) searcher {
	s := searcher{t, map[string]string{}, new([1 << 16]bool)}
	add := func(name, form string) {
		for i := 0; i+window <= len(form); i++ {
			s.windows[form[i:i+window]] = name
			s.starts[uint16(form[i])<<8|uint16(form[i+1])] = true
		}
	}
	for name, secret := range planted() {
		quoted, _ := json.Marshal(secret) // texts always marshal
		for _, form := range []string{
			secret, string(quoted[1 : len(quoted)-1]), url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
			lowerPercent(secret), hex.EncodeToString([]byte(secret)), fmt.Sprintf("%X", secret),
		} {
			add(name, form)
		}
		for shift := range 3 {
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
				text := encoding.EncodeToString([]byte("abc"[:shift] + secret))
				add(name+" in base64", strings.TrimRight(text[(shift*8+5)/6:], "="))
			}
		}
	}
	return s
}

func (s searcher) text(where string, text []byte) {
	s.t.Helper()
	for i := 0; i+window <= len(text); i++ {
		if !s.starts[uint16(text[i])<<8|uint16(text[i+1])] {
			continue
		}
		if name, ok := s.windows[string(text[i:i+window])]; ok {
			s.t.Errorf("%s shows %s: …%q…", where, name, text[max(0, i-60):min(len(text), i+60)])
			return
		}
	}
}

// dir searches names and contents of all files below a folder.
func (s searcher) dir(dir string) (files int) {
	s.t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone while it was looked at
		}
		if err != nil {
			return err
		}
		s.text("the name of "+path, []byte(path))
		if !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		files++
		s.text(path, text)
		return nil
	})
	if err != nil {
		s.t.Error(err)
	}
	return files
}

// commands searches what ps shows of the processes that work for a run.
func (s searcher) commands(reports string) {
	s.t.Helper()
	for _, process := range working(reports) {
		if line, err := os.ReadFile(filepath.Join(process, "cmdline")); err == nil {
			s.text("the command line of "+process, line)
		}
	}
}

// secretive is one run of the program with secrets and a target that repeats them.
type secretive struct {
	name string
	args []string
	// target changes the target: nil leaves the echo alone.
	target func(http.Handler) http.Handler
	// describe changes the target description; nil leaves it.
	describe  func(string) string
	environ   []string
	reused    bool // the report is signed, rendered, replayed and so on
	exit      int
	interrupt bool
	files     int // at least; in the report folder
}

// Secrets of the configuration occur in no file that the program writes and in
// nothing that it prints, plain or encoded, also when the target repeats them: at
// the end and while it runs.
func TestNoSecretInAnyOutput(t *testing.T) {
	some := []string{"--seed", "1", "--requirement", "CART-LIST-01,CART-ADD-02,CART-ERR-06,CART-LIST-09"}
	whole := []string{"run", "--config", "{config}", "--report-dir", "{report}", "-v"}
	run := func(args ...string) []string { return slices.Concat(whole, some, args) }
	lwa := func(yaml string) string {
		return strings.Replace(yaml, `  headers: {x-amz-access-token: "${PLANTED_HEADER}"`, "  auth:\n    lwa: {clientId: amzn1.client, clientSecret: \"${PLANTED_CLIENT}\", refreshToken: \"${PLANTED_REFRESH}\", tokenURL: \"{token}\"}\n  headers: {x-stage: beta", 1)
	}
	annotated := []string{"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY={dir}/step.md"}
	cases := []secretive{
		{name: "one worker", args: run(), environ: annotated, exit: 1, files: 4, reused: true},
		{name: "two workers", args: run("--procs", "2"), exit: 1, files: 4},
		{name: "access tokens", args: run("--procs", "2"), describe: lwa, exit: 1, files: 4, reused: true},
		{name: "no access token", args: run(), describe: lwa, target: refusing, exit: 3, files: 4},
		{name: "URL on the command line", args: run("--procs", "2", "--target", "http://{cli}@{host}"), exit: 1, files: 4},
		{name: "URL in the environment", args: run(), environ: []string{"CARTCONFORM_TARGET=http://{cli}@{host}"}, exit: 1, files: 4},
		{name: "refused in the preflight", args: run(), target: refusing, exit: 3, files: 4},
		{name: "interrupted", args: append(whole, "--suite", "business-cart", "--procs", "2"), interrupt: true, exit: 1, files: 4},
		{name: "the description tried", args: []string{"check", "--config", "{config}", "--suite", "business-cart"}, exit: 0},
		{name: "signed requests", args: append(whole, "--requirement", "RC-CREATE-01,RC-ADD-01,RC-GEN-02,RC-X-ENV-03"), target: signed, describe: products, exit: 0, files: 4, reused: true},
		{name: "signed requests that are refused", args: append(whole, "--suite", "remote-cart"), target: refusing, describe: products, exit: 3, files: 4},
		{name: "the description tried in vain", args: []string{"check", "--config", "{config}"}, target: refusing, exit: 3},
		{name: "the catalogue", args: []string{"requirements"}, exit: 0},
		{name: "a URL that is none", args: run("--target", "http://{cli}@{host}:port"), exit: 2},
		{name: "a URL without a scheme", args: run("--target", "{cli}@{host}"), exit: 2},
		{name: "secrets written out", args: run(), describe: literal, exit: 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.try(t)
		})
	}
}

// literal writes secrets into the description.
func literal(yaml string) string {
	for name, value := range planted() {
		quoted, _ := json.Marshal(value) // texts always marshal
		yaml = strings.ReplaceAll(yaml, `"${`+name+`}"`, string(quoted))
		yaml = strings.ReplaceAll(yaml, "${"+name+"}", url.QueryEscape(value))
	}
	return yaml
}

func (c secretive) try(t *testing.T) {
	search := newSearcher(t)
	dir := t.TempDir()
	reports, temporary := filepath.Join(dir, "report"), filepath.Join(dir, "tmp")
	if err := os.Mkdir(temporary, 0o755); err != nil {
		t.Fatal(err)
	}
	healthy, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	reached, asked := make(chan struct{}), 0
	var mu sync.Mutex
	var handler http.Handler = echo{healthy}
	if c.target != nil {
		handler = c.target(handler)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		mu.Lock()
		defer mu.Unlock()
		if asked++; asked%100 == 0 { // while it runs, and the others wait
			search.dir(reports)
			search.dir(temporary)
			search.commands(reports)
		}
		if asked == 250 {
			close(reached)
		}
	}))
	defer server.Close()
	config := c.configure(t, dir, server.URL)
	values := planted()
	fill := strings.NewReplacer("{config}", config, "{report}", reports, "{dir}", dir, "{host}", strings.TrimPrefix(server.URL, "http://"),
		"{cli}", url.UserPassword(values["COMMAND_USER"], values["COMMAND_PASSWORD"]).String())
	args := make([]string, len(c.args))
	for i, arg := range c.args {
		args[i] = fill.Replace(arg)
	}
	cmd, out := program(t, args...)
	cmd.Env = append(cmd.Env, "TMPDIR="+temporary)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if strings.HasPrefix(name, "PLANTED_") {
			cmd.Env = append(cmd.Env, name+"="+values[name])
		}
	}
	for _, v := range c.environ {
		cmd.Env = append(cmd.Env, fill.Replace(v))
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if c.interrupt {
		select {
		case <-reached:
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		case err := <-ended:
			t.Fatalf("the run ended too early: %v\n%s", err, out)
		}
	}
	var exit *exec.ExitError
	if err := <-ended; err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	search.text("the console", out.Bytes())
	if code := cmd.ProcessState.ExitCode(); code != c.exit {
		t.Errorf("wanted exit code %d, got %d:\n%s", c.exit, code, out)
	}
	if err := os.Remove(config); err != nil { // it may hold secrets
		t.Fatal(err)
	}
	search.dir(dir)
	if c.files > 0 {
		if files := len(list(t, reports)); files < c.files {
			t.Errorf("wanted at least %d files in the report, got %d", c.files, files)
		}
	}
	if c.reused {
		c.reuse(t, search, dir, reports)
	}
}

// reuse makes everything that can be made from a report.
func (c secretive) reuse(t *testing.T, search searcher, dir, reports string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key.pem")
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"report", "render", reports}, {"report", "sign", reports, "--key", key}, {"report", "check", reports},
		{"report", "diff", reports, reports}, {"report", "merge", reports, reports},
		{"run", "--replay", reports, "--report-dir", filepath.Join(dir, "replayed")},
	} {
		cmd, out := program(t, args...)
		cmd.Dir = dir
		err := cmd.Run() // what it says is for other tests
		if err != nil && (args[1] == "sign" || args[1] == "check") {
			t.Errorf("wanted a report without secrets to be as it should be, got %v:\n%s", err, out)
		}
		search.text(strings.Join(args[:2], " "), out.Bytes())
	}
	search.dir(dir)
}

// configure writes the target description.
func (c secretive) configure(t *testing.T, dir, target string) string {
	t.Helper()
	values := planted()
	token := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm() // what is missing is missing
		w.Header().Set("Content-Type", "application/json")
		if c.target != nil {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(map[string]any{"error": "no " + r.Form.Get("refresh_token"), "error_description": r.Form.Get("client_secret")})
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": values["ACCESS_TOKEN"], "token_type": "bearer", "expires_in": 3600})
	}))
	t.Cleanup(token.Close)
	yaml := string(fixtures.ReferenceTargetYAML)
	for _, change := range []struct{ old, new string }{
		{"http://127.0.0.1:8080", "http://${PLANTED_USER}:${PLANTED_PASSWORD}@" + strings.TrimPrefix(target, "http://")},
		{"  region: US\n", "  region: US\n  headers: {x-amz-access-token: \"${PLANTED_HEADER}\", x-api-key: \"${PLANTED_CLIENT}\"}\n  badHeaders: {x-amz-access-token: \"${PLANTED_BAD}\"}\n"},
		{"    path: /__control/price\n", "    path: /__control/price\n    headers: {x-control-key: \"${PLANTED_CONTROL}\"}\n"},
		{"control:\n", "remoteCart:\n  baseURL: http://127.0.0.1:1\n  accessKey: \"${PLANTED_ACCESS}\"\n  secretKey: \"${PLANTED_SECRET}\"\n  associateTag: tag-20\n  locale: US\ncontrol:\n"},
	} {
		if !strings.Contains(yaml, change.old) {
			t.Fatalf("the reference's description has no %q", change.old)
		}
		yaml = strings.Replace(yaml, change.old, change.new, 1)
	}
	if c.describe != nil {
		yaml = c.describe(yaml)
	}
	yaml = strings.ReplaceAll(yaml, "{token}", token.URL)
	path := filepath.Join(dir, "target.yaml")
	if err := os.WriteFile(path, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// refusing is a target that takes no credentials, and says which.
func refusing(echo http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/cart/2025-04-30/carts/" + url.PathEscape(r.Header.Get("X-Api-Key")) // which is unknown
		r.Method = http.MethodGet
		recorder := httptest.NewRecorder()
		echo.ServeHTTP(recorder, r)
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.Copy(w, recorder.Body)
	})
}

// products describes the remote cart at the target, with the reference's products.
func products(yaml string) string {
	section := string(fixtures.ReferenceRemoteCartYAML)
	_, at, _ := strings.Cut(yaml, "baseURL: ")
	at, _, _ = strings.Cut(at, "\n")
	_, host, _ := strings.Cut(at, "@") // of user-info there is none: requests are signed
	for _, change := range []struct{ old, new string }{
		{"${PAAPI_ACCESS_KEY}", "${PLANTED_ACCESS}"}, {"${PAAPI_SECRET_KEY}", "${PLANTED_SECRET}"},
		{"127.0.0.1:8080", host},
	} {
		section = strings.ReplaceAll(section, change.old, change.new)
	}
	return "profile: controlled\n" + section
}

// signed is the reference of the remote cart, which knows the planted key and repeats
// what it may know of it.
func signed(http.Handler) http.Handler {
	key := planted()["PLANTED_ACCESS"]
	healthy, err := remotecart.New(remotecart.Options{Accounts: []remotecart.Account{{AccessKey: key, SecretKey: planted()["PLANTED_SECRET"]}}})
	if err != nil {
		panic(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("X-Echo", base64.StdEncoding.EncodeToString([]byte("a"+key)))
		healthy.ServeHTTP(w, r)
		if r.Form.Get("AWSAccessKeyId") == key {
			_, _ = io.WriteString(w, "<!-- "+key+" "+hex.EncodeToString([]byte(key))+" -->")
		}
	})
}

// echo is the reference with every secret repeated wherever a target can write: in
// headers, names and values of fields, errors, ids and values of a wrong type, in
// every encoding, whole and broken.
type echo struct{ healthy http.Handler }

func (e echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	e.healthy.ServeHTTP(recorder, r)
	maps.Copy(w.Header(), recorder.Header())
	said := heard(r)
	for i, text := range said {
		w.Header().Add("X-Echo", url.QueryEscape(text))
		w.Header().Add("X-Echo", base64.StdEncoding.EncodeToString([]byte("abc"[:i%3]+text)))
		w.Header().Add("Location", "/carts?token="+url.PathEscape(text))
		w.Header().Set("X-"+hex.EncodeToString([]byte(text)), "as a name")
	}
	body := map[string]any{}
	if json.Unmarshal(recorder.Body.Bytes(), &body) != nil {
		w.WriteHeader(recorder.Code)
		_, _ = io.Copy(w, recorder.Body)
		return
	}
	extra := map[string]any{}
	for i, text := range said {
		nested, _ := json.Marshal(map[string]string{"in": text}) // texts always marshal
		extra[text] = "as a name"
		extra[fmt.Sprint("echo", i)] = []any{
			text, string(nested), url.QueryEscape(text), html.EscapeString(text), hex.EncodeToString([]byte(text)),
			lines(base64.StdEncoding.EncodeToString([]byte("somebody:" + text))), lines(text), lowerPercent(text),
			base64.RawURLEncoding.EncodeToString([]byte("x" + text + "y")),
		}
	}
	if r.Method == http.MethodPost || recorder.Code >= 300 { // enough to be seen, and not to be slow
		body["echo"] = extra
	}
	whole := strings.Join(said, " / ")
	for _, item := range objects(body["items"]) {
		item["addedToCartDate"] = whole // a finding quotes what is there
	}
	for _, entry := range objects(body["errors"]) {
		entry["message"], entry["details"], entry["code"] = "who is "+whole+"?", whole, map[string]any{whole: 7}
	}
	if carts, ok := body["cartDetailsList"].([]any); ok {
		for _, text := range said {
			carts = append(carts, map[string]any{"id": text, "cartType": "DEFAULT " + text, "region": 7})
		}
		body["cartDetailsList"] = carts
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(text)
}

// heard lists the secrets in a request.
func heard(r *http.Request) []string {
	var said []string
	for _, name := range []string{"X-Amz-Access-Token", "X-Api-Key", "X-Control-Key"} {
		if value := r.Header.Get(name); value != "" {
			said = append(said, value)
		}
	}
	if user, password, ok := r.BasicAuth(); ok {
		said = append(said, password, user+":"+password)
	}
	return said
}

// lowerPercent is the text percent-encoded with small letters.
func lowerPercent(text string) string {
	return regexp.MustCompile("%..").ReplaceAllStringFunc(url.QueryEscape(text), strings.ToLower)
}

func lines(text string) string {
	var b strings.Builder
	for i, r := range []rune(text) {
		if i > 0 && i%6 == 0 {
			b.WriteString("\r\n")
		}
		b.WriteRune(r)
	}
	return b.String()
}

func objects(v any) []map[string]any {
	var all []map[string]any
	elements, _ := v.([]any)
	for _, e := range elements {
		if o, ok := e.(map[string]any); ok {
			all = append(all, o)
		}
	}
	return all
}
