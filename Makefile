# The few things one does with cartconform. Go and make are all that is needed.

GO ?= go
BROWSERS = chromium chromium-browser google-chrome google-chrome-stable
export CARTCONFORM_TARGET ?= embedded

.PHONY: help build run test lint bench generate

help: ## list the targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/cartconform
	$(GO) build -trimpath -o bin/cartconform ./runner/cartconform

run: build ## check the embedded reference implementation
	env -u CARTCONFORM_TARGET bin/cartconform run

test: ## run every test, the suites against the reference and its known faults included
	$(GO) vet ./...
	$(GO) test ./... -count=1 -timeout 40m
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit; done; \
		echo "skipped: the test of index.html in a browser, for no Chromium is installed ($(BROWSERS))"

lint: ## gofmt, go vet, staticcheck, and the OpenAPI linter where npx is installed
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@if command -v npx >/dev/null; then \
		npx --yes -p @stoplight/spectral-cli@6.16.3 spectral lint --ruleset spec/spectral.yaml --fail-severity hint spec/*/openapi.yaml; \
	else echo "npx is not installed: the OpenAPI documents were not linted"; fi

bench: ## compare the cost of judging with decoding, and of a run with its bare replay
	$(GO) test ./spec ./runner/... -run '^$$' -bench . -benchmem

generate: ## rewrite generated files: golden outputs, docs/proof*.md and the tables of the README
	$(GO) test ./runner/prove -timeout 40m -update
	$(GO) test ./runner/report ./runner/readme -update
