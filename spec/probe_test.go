package spec

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// probeDocument is what the probes of kin-openapi are about.
const probeDocument = `
openapi: 3.0.3
info: {title: probe, version: "1"}
paths:
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
      - {name: page, in: query, schema: {type: integer}}
    get:
      responses:
        "200":
          description: a thing
          headers:
            X-Needed: {required: true, schema: {type: integer}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing"}
        "204": {description: nothing}
    put:
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Thing"}
          application/xml:
            schema: {$ref: "#/components/schemas/Thing"}
      responses:
        "204": {description: done}
components:
  schemas:
    Thing:
      type: object
      required: [id]
      properties:
        id: {type: string, readOnly: true}
        secret: {type: string, writeOnly: true}
        uuid: {type: string, format: uuid}
        email: {type: string, format: email}
        uri: {type: string, format: uri}
        at: {type: string, format: date-time}
        day: {type: string, format: date}
        unique: {type: array, uniqueItems: true, items: {type: number}}
        big: {type: integer, maximum: 9007199254740992}
        long: {type: integer, format: int64}
        whole: {type: integer}
        cents: {type: number, multipleOf: 0.01}
        short: {type: string, maxLength: 4}
`

type probe struct {
	router routers.Router
	option openapi3filter.Options
}

func newProbe(t *testing.T) probe {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData([]byte(probeDocument))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return probe{router, openapi3filter.Options{IncludeResponseStatus: true, MultiError: true, SkipSettingDefaults: true}}
}

const probeURL = "http://x/things/00000000-0000-4000-8000-000000000000"

func (p probe) input(t *testing.T, method, url, contentType, body string) *openapi3filter.RequestValidationInput {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	route, values, err := p.router.FindRoute(request)
	if err != nil {
		request.Method = http.MethodGet
		if route, values, err = p.router.FindRoute(request); err != nil {
			t.Fatal(err)
		}
		request.Method = method
	}
	return &openapi3filter.RequestValidationInput{Request: request, PathParams: values, Route: route, Options: &p.option}
}

func (p probe) response(t *testing.T, method string, status int, header http.Header, body string) error {
	t.Helper()
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: p.input(t, method, probeURL, "", ""),
		Status:                 status, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(body))), Options: &p.option,
	})
}

// TestKinProbes pins what kin-openapi v0.152.0 lets through and what it refuses,
// strict options on. An upgrade that changes a row changes verdicts: look at what
// the judge does about the row before changing it here.
func TestKinProbes(t *testing.T) {
	p := newProbe(t)
	good := func(change ...string) http.Header {
		h := http.Header{"Content-Type": {"application/json"}, "X-Needed": {"1"}}
		for i := 0; i+1 < len(change); i += 2 {
			if change[i+1] == "" {
				h.Del(change[i])
			} else {
				h.Set(change[i], change[i+1])
			}
		}
		return h
	}
	thing := func(property string) string { return `{"id":"1",` + property + `}` }
	for _, row := range []struct {
		name     string
		method   string
		status   int
		header   http.Header
		body     string
		accepted bool
	}{
		{"good", "GET", 200, good(), `{"id":"1"}`, true},
		{"undocumented 500", "GET", 500, good(), `{}`, false},
		{"undocumented 301", "GET", 301, good(), `{}`, true},
		{"undocumented 304", "GET", 304, good(), `{}`, true},
		{"undocumented 307", "GET", 307, good(), `{}`, true},
		{"undocumented 308", "GET", 308, good(), `{}`, true},
		{"HEAD without a required header", "HEAD", 200, http.Header{}, ``, true},
		{"HEAD with an undocumented 500", "HEAD", 500, http.Header{}, ``, true},
		{"204 with a body", "GET", 204, good(), `{"a":1}`, true},
		{"text after the document", "GET", 200, good(), `{"id":"1"} trailing`, true},
		{"two documents", "GET", 200, good(), `{"id":"1"}{"id":"2"}`, true},
		{"duplicate keys", "GET", 200, good(), `{"id":"1","id":"2"}`, true},
		{"invalid UTF-8", "GET", 200, good(), "{\"id\":\"\xff\"}", true},
		{"undocumented property", "GET", 200, good(), thing(`"other":1`), true},
		{"uuid nonsense", "GET", 200, good(), thing(`"uuid":"x"`), true},
		{"email nonsense", "GET", 200, good(), thing(`"email":"x"`), true},
		{"uri nonsense", "GET", 200, good(), thing(`"uri":" "`), true},
		{"date-time yesterday", "GET", 200, good(), thing(`"at":"yesterday"`), false},
		{"impossible date-time", "GET", 200, good(), thing(`"at":"2024-02-31T00:00:00Z"`), true},
		{"impossible date", "GET", 200, good(), thing(`"day":"2023-02-29"`), true},
		{"lower-case t and z", "GET", 200, good(), thing(`"at":"2024-02-01t00:00:00z"`), false},
		{"unique [1, 1.0]", "GET", 200, good(), thing(`"unique":[1,1.0]`), true},
		{"unique [1, 1]", "GET", 200, good(), thing(`"unique":[1,1]`), false},
		{"2^53+1 under maximum 2^53", "GET", 200, good(), thing(`"big":9007199254740993`), true},
		{"int64 2^63", "GET", 200, good(), thing(`"long":9223372036854775808`), true},
		{"int64 1e30", "GET", 200, good(), thing(`"long":1e30`), false},
		{"integer 1.0000000000000000001", "GET", 200, good(), thing(`"whole":1.0000000000000000001`), true},
		{"multipleOf 0.01: 19.99", "GET", 200, good(), thing(`"cents":19.99`), true},
		{"multipleOf 0.01: 1.1", "GET", 200, good(), thing(`"cents":1.1`), true},
		{"multipleOf 0.01: 19.995", "GET", 200, good(), thing(`"cents":19.995`), false},
		{"writeOnly property in a response", "GET", 200, good(), thing(`"secret":"x"`), false},
		{"three emoji under maxLength 4", "GET", 200, good(), thing(`"short":"😀😀😀"`), true},
		{"required header missing", "GET", 200, good("X-Needed", ""), `{"id":"1"}`, false},
		{"required header ill-formed", "GET", 200, good("X-Needed", "x"), `{"id":"1"}`, false},
		{"undocumented header", "GET", 200, good("X-Other", "1"), `{"id":"1"}`, true},
		{"text/html", "GET", 200, good("Content-Type", "text/html"), `{"id":"1"}`, false},
		{"no content type", "GET", 200, good("Content-Type", ""), `{"id":"1"}`, false},
		{"content type with a bad parameter", "GET", 200, good("Content-Type", "application/json; ==="), `{"id":"1"}`, true},
		{"charset utf-16", "GET", 200, good("Content-Type", "application/json; charset=utf-16"), `{"id":"1"}`, true},
	} {
		if err := p.response(t, row.method, row.status, row.header, row.body); (err == nil) != row.accepted {
			t.Errorf("%s: wanted accepted to be %v, got %v", row.name, row.accepted, err)
		}
	}
	err := p.response(t, "GET", 200, good("X-Needed", "x"), `{}`)
	if err == nil || strings.Contains(err.Error(), "id") && strings.Contains(err.Error(), "missing") {
		t.Errorf("wanted a bad header to hide the body, got %v", err)
	}
}

func TestKinRequestProbes(t *testing.T) {
	p := newProbe(t)
	const json = "application/json"
	for _, row := range []struct {
		name, method, url, contentType, body string
		accepted                             bool
	}{
		{"undocumented query parameter", "GET", probeURL + "?other=1", "", "", true},
		{"repeated query parameter", "GET", probeURL + "?page=1&page=2", "", "", true},
		{"path parameter not a uuid", "GET", "http://x/things/nonsense", "", "", true},
		{"query parameter not an integer", "GET", probeURL + "?page=x", "", "", false},
		{"PUT without a required readOnly id", "PUT", probeURL, json, `{}`, true},
		{"PUT with the readOnly id", "PUT", probeURL, json, `{"id":"1"}`, false},
		{"XML body", "PUT", probeURL, "application/xml", `<id/>`, false},
		{"GET with a body", "GET", probeURL, json, `{}`, true},
	} {
		if err := openapi3filter.ValidateRequest(context.Background(), p.input(t, row.method, row.url, row.contentType, row.body)); (err == nil) != row.accepted {
			t.Errorf("%s: wanted accepted to be %v, got %v", row.name, row.accepted, err)
		}
	}
	strict := p
	strict.option.RejectWhenRequestBodyNotSpecified = true
	if err := openapi3filter.ValidateRequest(context.Background(), strict.input(t, "GET", probeURL, json, `{}`)); err == nil {
		t.Error("GET with a body, strict: wanted an error, got none")
	}
	for url, want := range map[string]error{probeURL + "/": routers.ErrPathNotFound, "http://x/": routers.ErrPathNotFound} {
		request, err := http.NewRequest("GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := p.router.FindRoute(request); err != want { //nolint:errorlint // kin returns its variables bare
			t.Errorf("%s: wanted %v, got %v", url, want, err)
		}
	}
	request, err := http.NewRequest("PATCH", probeURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.router.FindRoute(request); err != routers.ErrMethodNotAllowed { //nolint:errorlint // as above
		t.Errorf("PATCH: wanted %v, got %v", routers.ErrMethodNotAllowed, err)
	}
}

// The pinned versions are those of go.mod: the probes hold for them.
func TestValidatorVersions(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for module, version := range map[string]string{"github.com/getkin/kin-openapi": pinnedKin, "github.com/santhosh-tekuri/jsonschema/v5": pinnedSecond} {
		if !strings.Contains(string(mod), module+" "+version+" ") && !strings.Contains(string(mod), module+" "+version+"\n") {
			t.Errorf("wanted %s %s in go.mod: run the probes before changing the pin", module, version)
		}
	}
	if got := ValidatorVersions(); got["kin-openapi"] != pinnedKin || got["jsonschema"] != pinnedSecond {
		t.Errorf("wanted %s and %s, got %v", pinnedKin, pinnedSecond, got)
	}
}
