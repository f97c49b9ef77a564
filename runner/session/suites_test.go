package session

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"cartconform/fixtures"
	"cartconform/fixtures/reference"
	"cartconform/runner/description"
	"cartconform/runner/har"
	"cartconform/runner/repertoire"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/spec/sigv2"
	"cartconform/suites/rehearsal"
	"cartconform/suites/stage"
	"cartconform/suites/target"
)

const pingDocument = `
openapi: 3.0.3
info: {title: ping, version: "1"}
paths:
  /onca/xml:
    get:
      operationId: ping
      parameters: [{name: Operation, in: query, schema: {type: string}}]
      responses:
        "200":
          description: fine
          content: {application/json: {schema: {type: object, required: [fine], properties: {fine: {type: boolean}}}}}
        "403": {description: refused, content: {application/json: {schema: {type: object}}}}
`

const pingCatalogue = `api: remote-cart
version: "1"
documents: {doc: {title: A document, location: nowhere}}
requirements:
  - {id: RC-PING-01, area: ping, operation: ping, level: must, profile: any, statement: It is fine., judged: as it says., strength: E, source: {document: doc, section: s}}
  - {id: RC-PING-02, area: ping, operation: ping, level: should, profile: any, statement: It refuses., judged: as it says., strength: E, source: {document: doc, section: s}}
  - {id: RC-PING-03, area: ping, operation: ping, level: must, profile: any, needs: [remoteCart.products.capped], statement: It caps., judged: as it says., strength: E, source: {document: doc, section: s}}
`

// ping is a second suite: of a small API whose requests are signed.
func ping(t *testing.T) repertoire.Suite {
	t.Helper()
	catalogue, err := spec.LoadCatalogue("ping.yaml", []byte(pingCatalogue))
	if err != nil {
		t.Fatal(err)
	}
	contract, err := spec.Load(spec.LoadOptions{
		API: "remote-cart", Catalogue: catalogue, Requirement: []byte(pingCatalogue),
		Descriptions: []spec.Description{{File: "ping-openapi.yaml", Text: []byte(pingDocument), Default: "RC-PING-01"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	call := func(credentials stage.Credentials) stage.Call {
		return stage.Call{Operation: "ping", Method: http.MethodGet, Path: "/onca/xml", Query: "Operation=ping", Credentials: credentials}
	}
	return repertoire.Suite{
		Name: "remote-cart", Contract: contract, Section: "remoteCart", Mark: "R",
		Register: func(play *stage.Play) {
			play.Works = map[string]string{"ping": "RC-PING-01"}
			play.Serves = func(x *spec.Exchange, _ any) bool { return x.Response.Status == 200 || x.Response.Status == 403 }
			Describe("remote cart", append(play.Container(), func() {
				play.CloseSpecs()
				It("is fine", stage.Judges("RC-PING-01"), func(ctx SpecContext) {
					x, _ := stage.Of(ctx).Send(ctx, call(stage.Valid))
					gomega.Expect(x.Response.Status).To(gomega.Equal(200))
				})
				It("refuses a wrong signature", stage.Judges("RC-PING-02"), func(ctx SpecContext) {
					x, _ := stage.Of(ctx).Send(ctx, call(stage.Bad))
					gomega.Expect(x.Response.Status).To(gomega.Equal(403))
				})
				It("caps", stage.Judges("RC-PING-03"), func(ctx SpecContext) {
					stage.Inconclusive(ctx, "no capped product")
				})
			})...)
		},
		Rehearse: func(ctx context.Context, play *stage.Play, _ bool) *rehearsal.Rehearsal {
			r := &rehearsal.Rehearsal{}
			ctx = play.Rehearsal(ctx, 0)
			x, _ := stage.Of(ctx).Send(ctx, call(stage.Valid))
			if x.Response == nil {
				r.Add(rehearsal.Fatal, "remoteCart.baseURL", "it does not answer: %v", x.Err)
			} else {
				r.Add(rehearsal.Good, "remoteCart.baseURL", "it answers")
			}
			return r
		},
		CleanUp: func(context.Context, *stage.Play, ...int) {},
		Service: func(d *description.Description) repertoire.Service {
			return repertoire.Service{
				HTTP: d.RemoteCart.HTTP, Signing: d.RemoteCart, Pace: func(t *target.Target) { t.Pace = t.Remote.Pace },
			}
		},
		Lanes: func(_ *target.Target, procs int) []target.Lane { return make([]target.Lane, procs) },
		Has: map[string]func(*target.Target) bool{
			"remoteCart.products.capped": func(t *target.Target) bool { return t.Remote != nil && len(t.Remote.Products.Capped) > 0 },
		},
	}
}

// pong answers ping: it checks the signature, unless it is lax.
func pong(t *testing.T, lax bool) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u := *r.URL
		u.Host = r.Host
		want, err := sigv2.SignURL("the secret key", http.MethodGet, &u)
		w.Header().Set("Content-Type", "application/json")
		if !lax && (err != nil || r.URL.Query().Get("Signature") != want || r.URL.Query().Get("AWSAccessKeyId") != "the-access-key") {
			w.WriteHeader(http.StatusForbidden)
		}
		fmt.Fprintf(w, `{"fine":true,"key":%q}`, r.URL.Query().Get("AWSAccessKeyId"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

const pingSection = `remoteCart:
  baseURL: PONG
  accessKey: "${PING_ACCESS_KEY}"
  secretKey: "${PING_SECRET_KEY}"
  associateTag: tag-20
  features: [soap]
`

// both is a run of two suites, of which few specs of the first are asked for.
func both(t *testing.T, pongURL, text string) Config {
	t.Helper()
	t.Setenv("PING_ACCESS_KEY", "the-access-key")
	t.Setenv("PING_SECRET_KEY", "the secret key")
	all, err := repertoire.All()
	if err != nil {
		t.Fatal(err)
	}
	handler, err := reference.New(reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	path := filepath.Join(dir, "target.yaml")
	text = strings.NewReplacer("http://127.0.0.1:8080", server.URL, "PONG", pongURL).Replace(text)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(s repertoire.Suite) bool { return s.Name == "remote-cart" })
	return Config{
		DescriptionPath: path, ReportDir: filepath.Join(dir, "report"), Procs: 1, Seed: 1, Level: spec.Should, Out: &bytes.Buffer{},
		suites: append(all, ping(t)),
	}
}

func run(t *testing.T, config Config) (verdict.Exit, report.Report) {
	t.Helper()
	code, err := Run(t.Context(), config)
	if err != nil {
		t.Fatalf("wanted a run, got %v\n%s", err, config.Out)
	}
	content, err := os.ReadFile(filepath.Join(config.ReportDir, report.JSONFile))
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Decode(content)
	if err != nil {
		t.Fatal(err)
	}
	return code, r
}

func stateOf(r report.Report, id string) verdict.State {
	for _, q := range r.Requirements {
		if q.ID == id {
			return q.State
		}
	}
	return ""
}

var whole = string(fixtures.ReferenceTargetYAML)

// Two suites in one run give one report, in which every requirement of both stands
// once, and which can be made anew and judged again.
func TestTwoSuitesInOneRun(t *testing.T) {
	config := both(t, pong(t, false), whole+pingSection+"  products: {capped: [{asin: B1, maximum: 2}]}\n")
	config.Requirements = []string{"CART-MOD-04", "RC-PING-01", "RC-PING-02"}
	code, r := run(t, config)
	if code != verdict.ExitOK || r.Verdict != verdict.Partial {
		t.Errorf("wanted exit code 0 and a partial verdict, got %d, %s\n%s", code, r.Sentence, config.Out)
	}
	if len(r.Contracts) != 2 || r.Contracts[0].API != "business-cart" || r.Contracts[1].API != "remote-cart" || len(r.Contracts[1].Digest) != 64 {
		t.Errorf("wanted both contracts with their digests, got %+v", r.Contracts)
	}
	sum := 0
	for _, c := range r.Contracts {
		sum += c.CatalogueCount
	}
	if all := r.Totals.All(); all.Total() != sum || len(r.Requirements) != sum || all.Passed != 3 {
		t.Errorf("wanted totals of %d requirements with 3 passed, got %+v", sum, all)
	}
	for id, want := range map[string]verdict.State{
		"CART-MOD-04": verdict.Passed, "RC-PING-01": verdict.Passed, "RC-PING-02": verdict.Passed, "RC-PING-03": verdict.NotRun, "CART-ADD-02": verdict.NotRun,
	} {
		if got := stateOf(r, id); got != want {
			t.Errorf("%s: wanted %s, got %s", id, want, got)
		}
	}
	if r.Target.BaseURL == "" || r.Target.RemoteCartURL == "" || !slices.Contains(r.Target.Features, "soap") || !slices.Contains(r.Target.Features, "ordering") {
		t.Errorf("wanted both places and the features of both, got %+v", r.Target)
	}
	archive, err := os.ReadFile(filepath.Join(config.ReportDir, har.File))
	if err != nil {
		t.Fatal(err)
	}
	if text := string(archive) + config.Out.(*bytes.Buffer).String(); strings.Contains(text, "the secret key") || strings.Contains(text, "the-access-key") {
		t.Error("wanted no key in what was written")
	}
	exchanges, err := har.Read(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	rebuilt, err := rebuild(Config{suites: config.suites}, r, exchanges)
	if err != nil {
		t.Fatal(err)
	}
	mustBeSame(t, "rebuilt", r, rebuilt)
	_, again, err := again(t.Context(), Config{
		suites: config.suites, ReplayDir: config.ReportDir, ReportDir: filepath.Join(t.TempDir(), "again"), Out: &bytes.Buffer{}, Command: []string{"cartconform"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if again.Replay == nil || again.Replay.Unrecorded != 0 {
		t.Errorf("wanted nothing unrecorded, got %+v", again.Replay)
	}
	again.Replay, again.Command, again.Sentence = nil, r.Command, strings.Replace(again.Sentence, "; replayed", "", 1)
	mustBeSame(t, "judged again", r, again)
}

func mustBeSame(t *testing.T, what string, want, got report.Report) {
	t.Helper()
	want.Configuration.Document, got.Configuration.Document = nil, nil // its layout
	var plain [2]any
	for i, r := range []report.Report{want, got} {
		text, err := r.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &plain[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(plain[0], plain[1]) {
		t.Errorf("%s: wanted the same report, got\n%+v\nin the place of\n%+v", what, got, want)
	}
}

// A finding of the second suite fails the run, and a waiver takes it.
func TestFindingOfTheSecondSuite(t *testing.T) {
	config := both(t, pong(t, true), whole+pingSection)
	config.Suites = []string{"remote-cart"}
	code, r := run(t, config)
	if code != verdict.ExitFindings || stateOf(r, "RC-PING-02") != verdict.Failed || stateOf(r, "RC-PING-03") != verdict.Inconclusive || len(r.Contracts) != 1 || len(r.Requirements) != 3 {
		t.Errorf("wanted RC-PING-02 failed, RC-PING-03 inconclusive, and nothing of the other API, got %d, %s", code, r.Sentence)
	}
	for _, q := range r.Requirements {
		if q.ID == "RC-PING-03" && !strings.Contains(q.Reason, "remoteCart.products.capped") {
			t.Errorf("wanted the missing key named, got %s", q.Reason)
		}
		if q.ID == "RC-PING-02" && (len(q.Findings) != 1 || !strings.HasPrefix(q.Findings[0].Exchange, "x-pR-")) {
			t.Errorf("wanted a finding with its exchange, got %+v", q.Findings)
		}
	}
	config.WaiversPath = filepath.Join(t.TempDir(), "waivers.yaml")
	if err := os.WriteFile(config.WaiversPath, []byte("waivers:\n  - {id: RC-PING-02, reason: known, expires: 2999-01-01}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config.Out, config.Requirements = &bytes.Buffer{}, []string{"RC-PING-01", "RC-PING-02"}
	if code, r := run(t, config); code != verdict.ExitOK || stateOf(r, "RC-PING-02") != verdict.Waived {
		t.Errorf("wanted the failure waived, got %d, %s", code, r.Sentence)
	}
}

// The description alone decides which suites are run, unless they are named.
func TestWhichSuitesAreRun(t *testing.T) {
	alone := strings.Replace(pingSection, "PONG", pong(t, false), 1)
	for name, c := range map[string]struct {
		text   string
		suites []string
		ids    []string
		want   string // names of the contracts, or part of the error
		code   verdict.Exit
	}{
		"both":                       {whole + alone, nil, []string{"RC-PING-01", "CART-MOD-04"}, "business-cart remote-cart", verdict.ExitOK},
		"the business cart alone":    {whole, nil, []string{"CART-MOD-04"}, "business-cart", verdict.ExitOK},
		"the remote cart alone":      {alone, nil, []string{"RC-PING-01"}, "remote-cart", verdict.ExitOK},
		"what is asked for":          {whole + alone, nil, []string{"RC-PING-01"}, "remote-cart", verdict.ExitOK},
		"one of both":                {whole + alone, []string{"business-cart"}, []string{"CART-MOD-04"}, "business-cart", verdict.ExitOK},
		"one that is not described":  {whole, []string{"remote-cart"}, nil, "suite remote-cart: wanted the section remoteCart in ", verdict.ExitUsage},
		"another not described":      {alone, []string{"business-cart"}, nil, "suite business-cart: wanted the section target in ", verdict.ExitUsage},
		"one that there is not":      {whole, []string{"remote"}, nil, `--suite: wanted business-cart or remote-cart, got "remote"`, verdict.ExitUsage},
		"a requirement of the other": {whole, nil, []string{"RC-PING-01"}, "RC-PING-01 is judged by the suite remote-cart, and this run is of business-cart", verdict.ExitUsage},
		"a requirement of none":      {whole + alone, nil, []string{"RC-PONG-01"}, `unknown requirement "RC-PONG-01"`, verdict.ExitUsage},
	} {
		t.Run(name, func(t *testing.T) {
			config := both(t, "", c.text)
			config.Suites, config.Requirements = c.suites, c.ids
			if c.code != verdict.ExitOK {
				code, err := Run(t.Context(), config)
				if code != c.code || err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("wanted exit code %d and %q, got %d and %v", c.code, c.want, code, err)
				}
				return
			}
			code, r := run(t, config)
			var names []string
			for _, contract := range r.Contracts {
				names = append(names, contract.API)
			}
			if code != c.code || strings.Join(names, " ") != c.want {
				t.Errorf("wanted exit code %d for %s, got %d for %v: %s", c.code, c.want, code, names, r.Sentence)
			}
		})
	}
}

// A section for which this version has no suite is said to be left out.
func TestUnjudgedSection(t *testing.T) {
	config := both(t, pong(t, false), whole+pingSection)
	config.suites, config.Requirements = config.suites[:1], []string{"CART-MOD-04"}
	if code, r := run(t, config); code != verdict.ExitOK || len(r.Contracts) != 1 {
		t.Errorf("wanted the business cart judged, got %d, %s", code, r.Sentence)
	}
	if out := config.Out.(*bytes.Buffer).String(); !strings.Contains(out, "remoteCart: this version has no suite for it") {
		t.Errorf("wanted the section named as left out, got\n%s", out)
	}
}

// A preflight that fails for one suite ends the run for both.
func TestPreflightOfTheSecondSuite(t *testing.T) {
	config := both(t, "http://127.0.0.1:1", whole+pingSection)
	code, r := run(t, config)
	if code != verdict.ExitUntested || !r.Interrupted || r.Totals.All().Passed != 0 {
		t.Errorf("wanted exit code 3 and nothing passed, got %d, %s", code, r.Sentence)
	}
}

// check tries both out.
func TestCheckOfTwoSuites(t *testing.T) {
	config := both(t, pong(t, false), whole+pingSection)
	code, err := Check(t.Context(), config)
	out := config.Out.(*bytes.Buffer).String()
	if err != nil || code != verdict.ExitInconclusive || !strings.Contains(out, "remoteCart.baseURL             it answers") ||
		!strings.Contains(out, "lanes[0].cartId") || !strings.Contains(out, "missing  remoteCart.products.capped     RC-PING-03") {
		t.Errorf("wanted the entries of both tried and the missing key named, got %d, %v\n%s", code, err, out)
	}
}

func TestRequirementsOfTwoSuites(t *testing.T) {
	config := both(t, "", whole)
	rows, specs, err := Coverage(config.suites)
	if err != nil {
		t.Fatal(err)
	}
	apis, names := map[string]int{}, map[string]int{}
	for _, row := range rows {
		apis[row.API]++
	}
	for _, s := range specs {
		if names[s.Name]++; names[s.Name] > 1 {
			t.Errorf("wanted %q once, got it again", s.Name)
		}
	}
	if apis["remote-cart"] != 3 || apis["business-cart"] < 100 || names["remote cart is fine"] != 1 {
		t.Errorf("wanted the requirements and specs of both, got %v", apis)
	}
}
