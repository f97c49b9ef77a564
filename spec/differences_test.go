package spec

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// disagreements lists the disputes of the two validators about an answer that
// knownDifferences does not explain. There must be none.
func disagreements(c *Contract, x *Exchange) []string {
	op := c.operations[c.Route(x.Request)]
	if op == nil || x.Response == nil {
		return nil
	}
	run := judging{contract: c, op: op, exchange: x, response: x.Response}
	run.judge()
	var texts []string
	for _, d := range run.disputes {
		texts = append(texts, fmt.Sprintf("%s alone refuses %s at %s: wanted %s, got %s", d.by, d.keyword, Pointer(d.at...), d.wanted(), d.got()))
	}
	return texts
}

// schemaContract is a contract with one answer, {"v": …}, of the given schema.
func schemaContract(t testing.TB, schema string) *Contract {
	t.Helper()
	c, err := Load(LoadOptions{API: "test", Descriptions: []Description{{File: "spec/test.yaml", Default: "T-01", Text: []byte(`
openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /v:
    get:
      operationId: v
      responses:
        "200":
          description: a value
          content:
            application/json:
              schema:
                type: object
                properties:
                  v: ` + schema + "\n")}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func valueExchange(text string) *Exchange {
	x := testExchange("", 200, `{"v":`+text+`}`)
	x.Request = Request{Method: "GET", URL: "https://example.com/v"}
	return x
}

// Each known difference is shown by a value: who refuses it alone, and what
// becomes of the target.
func TestKnownDifferences(t *testing.T) {
	const dateTime, date = `{type: string, format: date-time}`, `{type: string, format: date}`
	seen := map[string]bool{}
	for _, test := range []struct {
		schema, value, name string
		bad                 bool
	}{
		{dateTime, `"2025-02-30T00:00:00Z"`, "impossible date", true},
		{dateTime, `"2023-02-29T00:00:00.5+01:00"`, "impossible date", true},
		{date, `"2025-02-30"`, "impossible date", true},
		{dateTime, `"2025-06-30T12:00:60Z"`, "leap second at the wrong time", true},
		{dateTime, `"2025-06-30T12:00:00+24:00"`, "offset beyond a day", true},
		{dateTime, `"2025-06-30T12:00:00+01:60"`, "offset beyond a day", true},
		{dateTime, `"2025-06-30t12:00:00z"`, "lower-case t or z", false},
		{dateTime, `"2025-06-30T12:00:00z"`, "lower-case t or z", false},
		{dateTime, `"2025-06-30T+1:00:00Z"`, "sign within a time", true},
		{`{type: number}`, `1e309`, "number beyond a double", false},
		{`{type: integer}`, `1.0000000000000000001`, "number that a double rounds, refused exactly", true},
		{`{type: integer, maximum: 9007199254740992}`, `9007199254740993`, "number that a double rounds, refused exactly", true},
		{`{type: integer, format: int64}`, `9223372036854775808`, "end of int64", true},
		{`{type: integer, format: int64}`, `9223372036854775809`, "number that a double rounds, refused exactly", true},
		{`{type: number, minimum: 9007199254740992, exclusiveMinimum: true}`, `9007199254740993`, "number that a double rounds, refused after rounding", false},
		{`{type: array, uniqueItems: true, items: {type: number}}`, `[1,1.0]`, "equal numbers of different spelling", true},
		{`{anyOf: [{type: string, format: date-time}, {type: boolean}]}`, `"2025-02-30T00:00:00Z"`, "impossible date", true},
		{`{anyOf: [{type: string, format: date-time}, {type: boolean}]}`, `"2025-06-30t12:00:00z"`, "lower-case t or z", false},
	} {
		c := schemaContract(t, test.schema)
		x := valueExchange(test.value)
		if j := c.Judge(x); (len(j.Violations) > 0) != test.bad {
			t.Errorf("%s %s: wanted bad to be %v, got %v", test.schema, test.value, test.bad, j.Violations)
		}
		if texts := disagreements(c, x); len(texts) > 0 {
			t.Errorf("%s %s: wanted a listed difference, got %q", test.schema, test.value, texts)
		}
		if strings.HasPrefix(test.schema, "{anyOf") {
			continue
		}
		media := c.operations["v"].spec.Responses.Value("200").Value.Content["application/json"]
		document, err := Decode(x.Response.Body)
		if err != nil {
			t.Fatal(err)
		}
		_, disputes := compare(newTrail(media.Schema), document, c.kin, c.second)
		if len(disputes) != 1 {
			t.Errorf("%s %s: wanted one dispute, got %d", test.schema, test.value, len(disputes))
			continue
		}
		known, _ := disputes[0].known()
		if known.name != test.name {
			t.Errorf("%s %s: wanted %q, got %q", test.schema, test.value, test.name, known.name)
		}
		seen[test.name] = true
	}
	for _, known := range knownDifferences {
		if !seen[known.name] {
			t.Errorf("wanted a value for %q, got none", known.name)
		}
	}
}

// What both judge alike, in forms that one of them might have taken otherwise.
func TestDatesThatAreRight(t *testing.T) {
	c := schemaContract(t, `{type: string, format: date-time}`)
	for value, good := range map[string]bool{
		"2025-12-11T15:27:07.16Z": true, "2025-12-11T15:27:07Z": true, "2025-12-11T15:27:07.123456789Z": true, "2024-02-29T00:00:00+14:00": true,
		"2016-12-31T23:59:60Z": true, "2016-12-31T15:59:60-08:00": true, "2025-12-11T15:27:07-00:00": true,
		"2025-12-11 15:27:07Z": false, "2025-12-11T15:27:07": false, "2025-12-11": false, "20251211T152707Z": false, "2025-12-11T24:00:00Z": false,
		"2025-12-11T15:27Z": false, "2025-12-11T15:27:07.Z": false, "2025-12-11T15:27:07,5Z": false, "2025-12-11T15:27:07+0100": false, "": false, "1733930827": false,
	} {
		x := valueExchange(`"` + value + `"`)
		if j := c.Judge(x); (len(j.Violations) == 0) != good {
			t.Errorf("%s: wanted good to be %v, got %v", value, good, j.Violations)
		}
		if texts := disagreements(c, x); len(texts) > 0 {
			t.Errorf("%s: wanted agreement, got %q", value, texts)
		}
	}
}

// A dispute that nobody listed must not fail a target: it is drift.
func TestUnlistedDisputeIsDrift(t *testing.T) {
	c := schemaContract(t, `{type: string, format: uri}`)
	// A backslash in the authority: url.Parse of one, not of the other.
	for _, text := range []string{`"http://a b/"`, `"urn:x y"`, `"http:opaque\\u0000"`, `"a:b c"`, `"http://[::1"`, `"//x"`, `"http:///"`} {
		x := valueExchange(text)
		j := c.Judge(x)
		if texts := disagreements(c, x); len(texts) > 0 {
			if len(j.Violations) > 0 || len(j.Drift) == 0 || !strings.Contains(j.Drift[0].Value, "validators disagree") {
				t.Errorf("%s: wanted drift only, got %v and %v", text, j.Violations, j.Drift)
			}
		}
	}
	stub := func(refuses bool) validator { return stubValidator(refuses) }
	media := c.operations["v"].spec.Responses.Value("200").Value.Content["application/json"]
	for _, kin := range []bool{true, false} {
		agreed, disputes := compare(newTrail(media.Schema), "x", stub(kin), stub(!kin))
		settled, unlisted := settle(disputes, stub(kin), stub(!kin))
		if len(agreed)+len(settled) > 0 || len(unlisted) != 1 {
			t.Errorf("wanted one unlisted dispute, got %d agreed, %d settled, %d unlisted", len(agreed), len(settled), len(unlisted))
		}
	}
}

type stubValidator bool

func (s stubValidator) defects(t trail, value any) []defect {
	if !s {
		return nil
	}
	return []defect{{keyword: "pattern", trail: t, value: value}}
}

// mutants spoils every part of a good body in every way that a value can be
// spoilt in.
func mutants(t testing.TB, body string) []string {
	t.Helper()
	document, err := Decode([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	emit := func() {
		text, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	bad := []any{nil, true, "", "x", "2025-02-30T00:00:00Z", "2025-06-30t12:00:00z", json.Number("0"), json.Number("-1"), json.Number("1.5"), json.Number("1e309"),
		json.Number("9007199254740993"), json.Number("1.0000000000000000001"), []any{}, []any{nil}, []any{"x"}, map[string]any{}, map[string]any{"date": "x"}}
	var visit func(value any, set func(any))
	visit = func(value any, set func(any)) {
		for _, b := range bad {
			set(b)
			emit()
		}
		set(value)
		switch value := value.(type) {
		case map[string]any:
			for _, key := range sortedKeys(value) {
				before := value[key]
				delete(value, key)
				emit()
				value[key] = before
				visit(before, func(v any) { value[key] = v })
			}
		case []any:
			for i, before := range value {
				visit(before, func(v any) { value[i] = v })
			}
		}
	}
	visit(document, func(v any) { document = v })
	return all
}

func TestValidatorsAgreeOnMutants(t *testing.T) {
	c := businessCartT(t)
	bodies := map[string][]string{}
	for operation, body := range answers {
		if body != "" {
			bodies[operation] = append(bodies[operation], body)
		}
	}
	bodies["addItems"] = append(bodies["addItems"], `{"items":[],"rejectedItems":[{"id":"x","rejectionArtifacts":[`+
		`{"rejectionArtifactType":"UnsupportedCartItems","cartItemIdentifiers":["a"],"message":"m"},{"rejectionArtifactType":"RejectionMessage","message":"m"},`+
		`{"rejectionArtifactType":"TotalItemCountRestriction","maxQuantity":50},{"rejectionArtifactType":"TotalQuantityRestriction","maxQuantity":999}]}]}`)
	bodies["getItems"] = append(bodies["getItems"], `{"items":[`+strings.Replace(line, "{", `{"metadata":[{"artifactType":"CatalogMetadata","catalogId":"c","catalogVersion":"1"}],"taxExclusivePrice":{"amount":1,"currencyCode":"USD"},`, 1)+`]}`)
	n := 0
	for operation, list := range bodies {
		for _, body := range list {
			for _, mutant := range mutants(t, body) {
				x := testExchange(operation, 200, mutant)
				if texts := disagreements(c, x); len(texts) > 0 {
					t.Errorf("%s %s: wanted agreement, got %q", operation, mutant, texts)
				}
				n++
			}
		}
	}
	for _, mutant := range mutants(t, `{"errors":[{"code":"c","message":"m","details":"d"}]}`) {
		if texts := disagreements(c, testExchange("getItems", 404, mutant)); len(texts) > 0 {
			t.Errorf("404 %s: wanted agreement, got %q", mutant, texts)
		}
		n++
	}
	t.Logf("%d mutants", n)
}

// Two spoilt places at once: one validator must not hide behind the other.
func TestValidatorsAgreeOnPairs(t *testing.T) {
	c := businessCartT(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, operation := range []string{"getItems", "addItems", "getCart", "getEstimatedTotalPurchaseCost"} {
		first := mutants(t, answers[operation])
		for range 150 {
			second := mutants(t, first[random.IntN(len(first))])
			x := testExchange(operation, 200, second[random.IntN(len(second))])
			if texts := disagreements(c, x); len(texts) > 0 {
				t.Errorf("%s %s: wanted agreement, got %q", operation, x.Response.Body, texts)
			}
		}
	}
}

// A judgement is the same every time: maps have no order, reports have one.
func TestJudgementsAreStable(t *testing.T) {
	c := businessCartT(t)
	x := testExchange("getItems", 200, `{"x":1,"items":[{"a":1,"b":2,"quantity":"1","price":{"amount":"x","currencyCode":1}},{"itemId":7},null]}`)
	first := c.Judge(x)
	for range 30 {
		next := c.Judge(x)
		if !slices.Equal(first.Violations, next.Violations) || !slices.Equal(first.Drift, next.Drift) {
			t.Fatalf("wanted the same judgement again, got\n%v\n%v", first, next)
		}
	}
}
