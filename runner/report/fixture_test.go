package report_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cartconform/runner/journal"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
	"cartconform/suites/record"
	"cartconform/suites/target"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) == got {
		return
	}
	wanted, lines := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(lines)) {
		if wanted[i] != lines[i] {
			t.Errorf("%s:%d: wanted\n%s\ngot\n%s\n(make generate writes the files anew)", path, i+1, wanted[i], lines[i])
			return
		}
	}
	t.Errorf("%s: wanted %d lines, got %d", path, len(wanted), len(lines))
}

// hostile is what a target may answer to whoever prints it.
const hostile = "\x1b[2J\x1b]0;owned\x07 </failure>]]> |`*<script>\x00\ufffe\u202e\xff\r\n\x9b31m"

func catalogues() []*spec.Catalogue {
	row := func(id, area, operation string, level spec.Level, statement string) spec.Requirement {
		return spec.Requirement{
			ID: id, Area: area, Operation: operation, Level: level, Profile: spec.ProfileAny, Statement: statement,
			Source: spec.Source{Document: "use-cases", Section: operation},
		}
	}
	documents := map[string]spec.Document{"use-cases": {Title: "Cart API v2025-04-30 use case guide"}}
	auth := row("CART-ERR-07", "errors", "any", spec.Should, "Wrong credentials are refused with 401 or 403.")
	auth.Feature = "auth"
	live := row("CART-GEN-07", "general", "any", spec.Must, "A price that changes is seen by the next read.")
	live.Profile = spec.ProfileControlled
	return []*spec.Catalogue{
		{API: "business-cart", Version: "2025-04-30", Documents: documents, Requirements: []spec.Requirement{
			row("CART-GEN-06", "general", "any", spec.Should, "Every answer has the form that the contract describes."),
			live,
			row("CART-ADD-01", "add", "addItems", spec.Must, "An item that is added is in the cart afterwards."),
			row("CART-ADD-02", "add", "addItems", spec.Should, "A successful addItems is answered with the items."),
			row("CART-ADD-03", "add", "addItems", spec.Must, "The answer names each line."),
			row("CART-ADD-17", "add", "addItems", spec.Should, "More than the stock is not accepted."),
			row("CART-ADD-18", "add", "addItems", spec.Should, "What cannot be had is rejected."),
			row("CART-ADD-21", "add", "addItems", spec.May, "Adding an offer again merges or adds a line."),
			row("CART-ADD-30", "add", "addItems", spec.May, "Long identifiers are accepted or refused."),
			auth,
		}},
		{API: "remote-cart", Version: "2013-08-01", Documents: documents, Requirements: []spec.Requirement{
			row("RC-ADD-02", "add", "CartAdd", spec.Must, "CartAdd answers with the whole cart."),
		}},
	}
}

func input() verdict.Input {
	spec := func(id, name string, outcome record.Outcome, reason string) record.Spec {
		return record.Spec{
			Name: name, Requirement: id, File: "suites/businesscart/add.go", Line: 40, Outcome: outcome, Reason: reason,
			Exchanges: 3, Answered: 3, Assertions: 2, Duration: 12345 * time.Microsecond,
		}
	}
	schema := func(by, exchange string) record.Finding {
		return record.Finding{
			Requirement: "CART-GEN-06", Spec: by, Exchange: exchange, Contract: "spec/businesscart/openapi.yaml:120",
			Wanted: "an integer", Got: `"2"`, Message: "body /items/0/quantity: wanted an integer, got \"2\"",
		}
	}
	return verdict.Input{
		Catalogues: catalogues(),
		Profile:    target.Live,
		Specs: map[string][]string{
			"CART-GEN-06": {"keeps the form"}, "CART-GEN-07": {"sees prices"}, "CART-ADD-01": {"adds"}, "CART-ADD-02": {"answers"},
			"CART-ADD-03": {"names"}, "CART-ADD-17": {"keeps the stock"}, "CART-ADD-18": {"rejects"}, "CART-ADD-21": {"merges"},
			"CART-ADD-30": {"takes long ids"}, "CART-ERR-07": {"refuses"},
		},
		Records: journal.Records{
			Specs: []record.Spec{
				spec("CART-GEN-06", "keeps the form", record.Failed, ""),
				spec("CART-ADD-01", "adds", record.Failed, ""),
				spec("CART-ADD-02", "answers", record.Passed, ""),
				spec("CART-ADD-17", "keeps the stock", record.Inconclusive, "needs data.offers.limited in the target description"),
				spec("CART-ADD-18", "rejects", record.Inconclusive, "needs data.offers.limited in the target description"),
				spec("CART-ADD-21", "merges", record.Observed, ""),
				spec("CART-ADD-30", "takes long ids", record.Inconclusive, "no answer within 30s"),
			},
			Findings: []record.Finding{
				schema("keeps the form", "e-1"), schema("keeps the form", "e-2"), schema("adds", "e-3"), schema("names", "e-9"),
				{Requirement: "CART-ADD-01", Spec: "adds", Exchange: "e-3", Wanted: "a line with quantity 2", Got: "no line\n" + hostile,
					Message: "wanted a line with quantity 2\ngot no line\n" + hostile},
				{Requirement: "CART-ADD-01", Spec: "adds", Message: "the cart has another id"},
				{Requirement: "CART-ADD-01", Spec: "adds", Exchange: "e-3", Wanted: "2 lines", Got: "1 line", Message: "wanted 2 lines\ngot 1 line",
					Sequence: []string{"e-1", "e-3"}, Steps: []string{"start with an empty cart", "add 1 × B0A\n" + hostile, "read the lines"}},
			},
			Observations: []record.Observation{
				{Requirement: "CART-ADD-21", Spec: "merges", Exchange: "e-7", Subject: "adding the same offer again", Seen: "merged into one line"},
				{Requirement: "CART-ADD-21", Spec: "merges", Exchange: "e-8", Subject: "adding the same offer again", Seen: "merged into one line"},
				{Requirement: "CART-ADD-21", Spec: "merges", Exchange: "e-8", Subject: "status", Seen: hostile},
			},
			Drift: drift(),
		},
	}
}

func drift() []record.Drift {
	return []record.Drift{
		{Kind: "value", Operation: "estimate", Where: "/charges/*/type", Value: hostile, Exchange: "e-5"},
		{Kind: "field", Operation: "addItems", Status: 200, Where: "/items/*/color", Exchange: "e-6"},
		{Kind: "field", Operation: "addItems", Status: 200, Where: "/items/*/color", Exchange: "e-2"},
		{Kind: "status", Operation: "addItems", Status: 418, Exchange: "e-4"},
	}
}

func lookup(id string) (report.ExchangeView, bool) {
	switch id {
	case "e-1", "e-3":
		return report.ExchangeView{
			Method: "POST", URL: "https://cart.example.com/cart/2025-04-30/carts/c-1/items", Status: 200,
			Curl:            "curl -X POST 'https://cart.example.com/cart/2025-04-30/carts/c-1/items' \\\n  -H 'x-amz-access-token: REDACTED'",
			ResponseSnippet: `{"items":[{"quantity":"2"}]}`,
		}, true
	case "e-2":
		return report.ExchangeView{Method: "GET", URL: "https://cart.example.com/", Curl: "curl …"}, true
	}
	return report.ExchangeView{}, false
}

func run() report.Run {
	started := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("CET", 3600))
	return report.Run{
		Profile: target.Live,
		Seed:    42,
		Suite:   report.Suite{Version: "v0.1.0", Go: "go1.26", Validators: report.Validators{KinOpenAPI: "v0.152.0", JSONSchema: "v5.3.1"}},
		Contracts: []report.Contract{
			{API: "business-cart", Version: "2025-04-30", Digest: "sha256:aa", CatalogueCount: 10},
			{API: "remote-cart", Version: "2013-08-01", Digest: "sha256:bb", CatalogueCount: 1},
		},
		Target: report.Target{
			BaseURL: "https://user:s3cret@cart.example.com", RemoteCartURL: "http://tok%40n@ws.example.com/onca", Region: "US",
			Features: []string{"product-search", "ordering"}, Lanes: 2,
		},
		Configuration: report.Configuration{Digest: strings.Repeat("c", 64), Document: json.RawMessage(`{"target":{"region":"US"}}`)},
		Selection:     report.Selection{LabelFilter: "a && !b's", Shard: &report.Shard{Number: 2, Of: 5}},
		Exchanges:     report.Exchanges{File: "exchanges.har", Count: 4, SHA256: strings.Repeat("d", 64)},
		Command:       []string{"cartconform", "run", "--target", "https://user:s3cret@cart.example.com", "--label-filter", "a && !b's", "--seed", "42"},
		Started:       started,
		Finished:      started.Add(4321 * time.Millisecond),
		Traffic: report.Measure([]report.Sample{
			{Operation: "listCarts", Attempts: 1, Duration: time.Millisecond},
			{Operation: "addItems", Attempts: 3, Duration: 10 * time.Millisecond},
			{Operation: "addItems", Attempts: 1, Duration: 20 * time.Millisecond},
		}),
		Drift: drift(),
		Unseen: []spec.Unseen{
			{Kind: spec.UnseenStatus, Operation: "addItems", Status: 503},
			{Kind: spec.UnseenValue, Operation: "getCart", Status: 200, Where: "/region", Value: "CA"},
			{Kind: spec.UnseenValue, Operation: "getCart", Status: 200, Where: "/region", Value: "DE"},
			{Kind: spec.UnseenOperation, Operation: "listCarts"},
			{Kind: spec.UnseenParameter, Operation: "listCarts", Where: "pageToken"},
			{Kind: spec.UnseenStatus, Operation: "listCarts", Status: 503},
			{Kind: spec.UnseenHeader, Operation: "listCarts", Status: 200, Where: "X-Amzn-Requestid"},
		},
		Exchange: lookup,
		Script:   func(f record.Finding) string { return "#!/bin/sh\n# " + strings.Join(f.Sequence, " ") + "\n" },
	}
}

func sample() report.Report { return report.New(verdict.Evaluate(input()), run()) }
