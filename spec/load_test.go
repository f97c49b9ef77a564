package spec

import (
	"strings"
	"sync"
	"testing"
)

const extensionsDocument = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses: &responses
        "200":
          description: ok
          x-requirement: T-20
          x-body-requirement: {a: T-21, default: T-22}
          headers:
            X-Count: {required: true, x-requirement: T-30, schema: {type: integer}}
            X-Other: {schema: {type: integer, maximum: 3, x-requirement: T-31}}
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing"}
  /b:
    get:
      operationId: b
      responses: *responses
components:
  schemas:
    Thing:
      type: object
      required: [name]
      x-requirement: T-01
      x-required-requirement: {name: {a: T-02, default: T-03}, code: T-04}
      properties:
        name: {type: string, minLength: 2, x-keyword-requirement: {minLength: T-05}}
        child: {$ref: "#/components/schemas/Thing"}
        note: {type: string, nullable: true, maxLength: 2, x-requirement: {a: T-06, default: T-07}, x-finding-note: because}
        plain: {type: boolean}
        wrapped:
          allOf: [{$ref: "#/components/schemas/Money"}]
          x-requirement: T-08
        choice:
          title: a choice
          anyOf: [{type: integer}, {type: object, required: [x], x-requirement: T-99}]
          x-requirement: T-09
      allOf: [{$ref: "#/components/schemas/Coded"}]
    Coded:
      type: object
      required: [code]
      properties: {code: {type: integer, enum: [1, 2]}}
    Money:
      type: object
      required: [amount]
      properties: {amount: {type: number, multipleOf: 0.01}}
`

func extensionsContract(t *testing.T) *Contract {
	t.Helper()
	c, err := Load(LoadOptions{API: "t", Descriptions: []Description{{File: "spec/t/openapi.yaml", Default: "T-00", Text: []byte(extensionsDocument)}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What each extension means, on a description of its own.
func TestExtensions(t *testing.T) {
	c := extensionsContract(t)
	for _, test := range []struct{ path, body, want string }{
		{"/a", `{"name":"ab","code":1}`, ""},
		{"/a", `{"code":1}`, "T-02 /name"},
		{"/b", `{"code":1}`, "T-03 /name"},
		{"/a", `{"name":"ab"}`, "T-04 /code"},
		{"/a", `{"name":"ab","code":3}`, "T-01 /code"},
		{"/a", `{"name":"ab","code":"1"}`, "T-01 /code"},
		{"/a", `{"name":"a","code":1}`, "T-05 /name"},
		{"/a", `{"name":5,"code":1}`, "T-01 /name"},
		{"/a", `{"name":"ab","code":1,"note":"abc"}`, "T-06 /note"},
		{"/b", `{"name":"ab","code":1,"note":5}`, "T-07 /note"},
		{"/b", `{"name":"ab","code":1,"note":null}`, ""},
		{"/a", `{"name":"ab","code":1,"plain":0}`, "T-01 /plain"},
		{"/a", `{"name":"ab","code":1,"wrapped":{}}`, "T-08 /wrapped/amount"},
		{"/a", `{"name":"ab","code":1,"wrapped":{"amount":0.001}}`, "T-08 /wrapped/amount"},
		{"/a", `{"name":"ab","code":1,"choice":"x"}`, "T-09 /choice"},
		{"/a", `{"name":"ab","code":1,"choice":{"x":1}}`, ""},
		{"/a", `{"name":"ab","code":1,"child":{"name":"ab","code":2,"child":{"code":1,"name":""}}}`, "T-05 /child/child/name"},
		{"/a", `nonsense`, "T-21 "},
		{"/b", `nonsense`, "T-22 "},
	} {
		x := testExchange("", 200, test.body)
		x.Request = Request{Method: "GET", URL: "https://example.com" + test.path}
		x.Response.Header.Set("X-Count", "1")
		var got []string
		for _, v := range c.Judge(x).Violations {
			got = append(got, v.Requirement+" "+v.Pointer)
			if v.Rule == "schema" && (v.Contract.File != "spec/t/openapi.yaml" || v.Contract.Line == 0) {
				t.Errorf("%s: wanted a line of the contract, got %v", test.body, v.Contract)
			}
			if test.path == "/a" && v.Pointer == "/note" && !strings.Contains(v.Wanted, "(because)") {
				t.Errorf("wanted the note, got %s", v.Wanted)
			}
		}
		if strings.Join(got, "; ") != test.want {
			t.Errorf("%s %s: wanted %q, got %q", test.path, test.body, test.want, got)
		}
		if texts := disagreements(c, x); len(texts) > 0 {
			t.Errorf("%s: wanted agreement, got %q", test.body, texts)
		}
	}
}

// Every bad header is reported, and the body as well.
func TestHeaders(t *testing.T) {
	c := extensionsContract(t)
	x := testExchange("", 200, `{"code":1}`)
	x.Request = Request{Method: "GET", URL: "https://example.com/a"}
	x.Response.Header.Set("X-Other", "4")
	var got []string
	for _, v := range c.Judge(x).Violations {
		got = append(got, v.Requirement+" "+v.Part)
	}
	if strings.Join(got, "; ") != "T-30 header X-Count; T-31 header X-Other; T-02 body" {
		t.Errorf("wanted both headers and the body, got %q", got)
	}
	x.Response.Header.Set("X-Count", "five")
	if j := c.Judge(x); len(j.Violations) != 3 || j.Violations[0].Wanted != "an integer" || j.Violations[0].Got != `"five"` {
		t.Errorf("wanted an unreadable header, got %v", j.Violations)
	}
}

// The line of a violation is that of the constraint.
func TestPositions(t *testing.T) {
	c := extensionsContract(t)
	lines := strings.Split(extensionsDocument, "\n")
	for body, want := range map[string]string{
		`{"code":1}`:             "required: [name]",
		`{"name":"a","code":1}`:  "name: {type: string, minLength: 2",
		`{"name":"ab","code":3}`: "properties: {code: {type: integer, enum: [1, 2]}}",
	} {
		x := testExchange("", 200, body)
		x.Request = Request{Method: "GET", URL: "https://example.com/a"}
		x.Response.Header.Set("X-Count", "1")
		for _, v := range c.Judge(x).Violations {
			if got := lines[v.Contract.Line-1]; !strings.Contains(got, want) {
				t.Errorf("%s: wanted the line with %q, got line %d %q", body, want, v.Contract.Line, got)
			}
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"not YAML":             {"openapi:", "\topenapi:"},
		"3.1":                  {"3.0.3", "3.1.0"},
		"no such reference":    {`"#/components/schemas/Money"`, `"#/components/schemas/Cash"`},
		"no operationId":       {"operationId: a", "summary: a"},
		"no such id":           {"x-requirement: T-01", "x-requirement: T-77"},
		"no such id in a map":  {"{a: T-06,", "{a: T-77,"},
		"a type of no dialect": {"type: boolean", "type: truth"},
	} {
		text := strings.Replace(extensionsDocument, change[0], change[1], 1)
		if text == extensionsDocument {
			t.Fatalf("%s: wanted a change, got none", name)
		}
		catalogue := &Catalogue{}
		for _, id := range []string{"00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "20", "21", "22", "30", "31", "99"} {
			catalogue.Requirements = append(catalogue.Requirements, Requirement{ID: "T-" + id})
		}
		if _, err := Load(LoadOptions{Catalogue: catalogue, Descriptions: []Description{{File: "t.yaml", Default: "T-00", Text: []byte(extensionsDocument)}}}); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(LoadOptions{Catalogue: catalogue, Descriptions: []Description{{File: "t.yaml", Default: "T-00", Text: []byte(text)}}}); err == nil {
			t.Errorf("%s: wanted an error, got none", name)
		}
	}
}

func TestBusinessCartContract(t *testing.T) {
	c := businessCartT(t)
	if got := strings.Join(c.Operations(), " "); got != "addItems deleteItems getCart getEstimatedTotalPurchaseCost getItems listCarts modifyItems "+
		"orderDetails placeOrder productsRequest searchOffersRequest searchProductsRequest" {
		t.Errorf("wanted the cart's seven operations and those of the hand-off, got %s", got)
	}
	if len(c.Digest()) != 64 || c.Catalogue() == nil {
		t.Errorf("wanted a digest and a catalogue, got %q, %v", c.Digest(), c.Catalogue())
	}
}

// One contract serves all lanes at once; run with -race.
func TestJudgeIsConcurrent(t *testing.T) {
	c := businessCartT(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				for operation, body := range answers {
					c.Judge(testExchange(operation, 200, strings.Replace(body, "1", `"1"`, 1)))
					c.JudgeRequest(testExchange(operation, 200, ""))
				}
			}
		})
	}
	group.Wait()
}
