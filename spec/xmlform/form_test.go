package xmlform

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// orders is a schema with everything that forms know: attributes, a wrapped and
// an unwrapped array, a second namespace, another name than the property's, parts
// in allOf and anyOf, an order, and recursion.
const orders = `
openapi: 3.0.3
info: {title: t, version: "1"}
paths: {}
components:
  schemas:
    Order:
      xml: {name: Order, namespace: "urn:o"}
      allOf:
        - type: object
          required: [id, Line]
          x-order: [OrderId, Line, Tags, note]
          properties:
            id: {type: string, xml: {attribute: true}}
            OrderId: {type: string}
            Line:
              type: array
              items: {$ref: "#/components/schemas/Line"}
            Tags:
              type: array
              xml: {wrapped: true}
              items: {type: string, xml: {name: Tag}}
        - type: object
          anyOf:
            - properties:
                note: {type: string, nullable: true, xml: {name: Remark, namespace: "urn:n"}}
            - properties:
                Free: {}
    Line:
      type: object
      properties:
        n: {type: integer, xml: {attribute: true, namespace: "urn:n"}}
        Quantity: {type: integer}
        Weight: {type: number}
        Gift: {type: boolean}
        Line:
          type: array
          items: {$ref: "#/components/schemas/Line"}
`

func orderForm(t testing.TB) *Form {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(orders))
	if err != nil {
		t.Fatal(err)
	}
	form, err := NewForm(doc.Components.Schemas["Order"])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewForm(doc.Components.Schemas["Line"]); err == nil {
		t.Error("wanted an error for a root without a name, got none")
	}
	return form
}

type object = map[string]any

func TestDecode(t *testing.T) {
	form := orderForm(t)
	for name, test := range map[string]struct {
		text string
		want object
	}{
		"all": {`<Order xmlns="urn:o" xmlns:n="urn:n" id="a"><OrderId> 1 </OrderId><Line n:n="2"><Quantity> +007 </Quantity><Weight>.50</Weight><Gift>1</Gift>` +
			`<Line><Weight>2.43074E-4</Weight></Line></Line><Line/><Tags><Tag>x</Tag><Tag/></Tags><n:Remark>y</n:Remark><Free>z</Free></Order>`,
			object{"id": "a", "OrderId": " 1 ", "Line": []any{object{"n": json.Number("2"), "Quantity": json.Number("7"), "Weight": json.Number("0.50"), "Gift": true,
				"Line": []any{object{"Weight": json.Number("2.43074E-4")}}}, object{}}, "Tags": []any{"x", ""}, "note": "y", "Free": "z"}},
		"prefixes": {`<o:Order xmlns:o="urn:o" id="a"><o:Line/><o:Tags/><Remark xmlns="urn:n">y</Remark></o:Order>`,
			object{"id": "a", "Line": []any{object{}}, "Tags": []any{}, "note": "y"}},
		"nil": {`<Order xmlns="urn:o" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Line xsi:nil="1"/><Remark xmlns="urn:n" xsi:nil="true"/></Order>`,
			object{"note": nil, "Line": []any{nil}}},
		"no numbers": {`<Order xmlns="urn:o"><Line><Quantity>1.0</Quantity><Weight>INF</Weight><Gift>True</Gift></Line><Line><Quantity/><Weight>1e999</Weight><Gift> </Gift></Line>` +
			`<Line><Quantity>0x1</Quantity><Weight>.</Weight></Line></Order>`,
			object{"Line": []any{object{"Quantity": "1.0", "Weight": "INF", "Gift": "True"}, object{"Quantity": "", "Weight": "1e999", "Gift": " "},
				object{"Quantity": "0x1", "Weight": "."}}}},
		"other kinds": {`<Order xmlns="urn:o"><OrderId><a/></OrderId><Line>text</Line><Tags>text</Tags></Order>`,
			object{"OrderId": object{"a": ""}, "Line": []any{"text"}, "Tags": "text"}},
		"undocumented": {`<Order xmlns="urn:o" xml:lang="en" new="1"><New a="b">c<d/></New><Twice>1</Twice><Twice>2</Twice><Twice>3</Twice><x:New xmlns:x="urn:x"/></Order>`,
			object{"@new": "1", "New": object{"@a": "b", "#text": "c", "d": ""}, "Twice": []any{"1", "2", "3"}, "{urn:x}New": ""}},
	} {
		value, flaws := form.Decode(parseT(t, test.text))
		if !reflect.DeepEqual(value, any(test.want)) || len(flaws) > 0 {
			t.Errorf("%s: wanted\n%#v, got\n%#v, %v", name, test.want, value, flaws)
		}
	}
}

// What a value cannot show is told apart, each with its place and once.
func TestDecodeFlaws(t *testing.T) {
	form := orderForm(t)
	for text, want := range map[string]string{
		`<Order/>`:               "root /Order: wanted <Order> in the namespace urn:o, got <Order> in no namespace",
		`<Ordre xmlns="urn:o"/>`: "root /Order: wanted <Order> in the namespace urn:o, got <Ordre> in the namespace urn:o",
		`<Order xmlns="urn:o"><Line xmlns="urn:x"><Quantity xmlns="urn:o">1</Quantity></Line></Order>`: "namespace /Order/Line[1]: wanted <Line> in the namespace urn:o, got <Line> in the namespace urn:x",
		`<Order xmlns="urn:o"><Line/><Line xmlns=""/></Order>`:                                         "namespace /Order/Line[2]: wanted <Line> in the namespace urn:o, got <Line> in no namespace",
		`<Order xmlns="urn:o"><Remark/></Order>`:                                                       "namespace /Order/Remark: wanted <Remark> in the namespace urn:n, got <Remark> in the namespace urn:o",
		`<Order xmlns="urn:o"><OrderId xmlns=""/></Order>`:                                             "namespace /Order/OrderId: wanted <OrderId> in the namespace urn:o, got <OrderId> in no namespace",
		`<Order xmlns="urn:o"><OrderId xmlns="urn:x"/></Order>`:                                        "", // it may be absent: somebody else's element
		`<Order xmlns="urn:o"><Tags><Tag xmlns="urn:x"/></Tags></Order>`:                               "namespace /Order/Tags/Tag[1]: wanted <Tag> in the namespace urn:o, got <Tag> in the namespace urn:x",
		`<Order xmlns="urn:o"><OrderId/><OrderId xmlns="urn:x"/></Order>`:                              "", // its place is taken: somebody else's element
		`<Order xmlns="urn:o"><OrderId/><OrderId/></Order>`:                                            "repeated /Order/OrderId: wanted <OrderId> once, got it more than once",
		`<Order xmlns="urn:o"><Line/><OrderId/><Tags/></Order>`:                                        "order /Order/OrderId: wanted <OrderId> before <Line>, got it after that",
		`<Order xmlns="urn:o"><Line/><Tags/><Line/><OrderId/></Order>`:                                 "order /Order/Line[2]: wanted <Line> before <Tags>, got it after that",
		`<Order xmlns="urn:o"><New/><OrderId/><Line/><Newer/></Order>`:                                 "",
		`<Order xmlns="urn:o">text<Line/>more</Order>`:                                                 `text /Order: wanted elements only, got "textmore"`,
		`<Order xmlns="urn:o"><Tags>x<Tag/></Tags></Order>`:                                            `text /Order/Tags: wanted elements only, got "x"`,
		`<Order xmlns="urn:o"><OrderId a="1"/></Order>`:                                                `extra /Order/OrderId/@a: wanted no attributes, got "a"`,
		`<Order xmlns="urn:o"><Tags><New/></Tags></Order>`:                                             `extra /Order/Tags/New: wanted nothing but <Tag>, got <New>`,
	} {
		_, flaws := form.Decode(parseT(t, text))
		var got []string
		for _, f := range flaws {
			got = append(got, string(f.Rule)+" "+form.Path(f.At)+": wanted "+f.Wanted+", got "+f.Got)
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s: wanted %q, got %q", text, want, got)
		}
	}
	if _, flaws := form.Decode(parseT(t, `<Order xmlns="urn:o">`+strings.Repeat("<OrderId/>", 1000)+`</Order>`)); len(flaws) != maxFlaws {
		t.Errorf("wanted %d flaws, got %d", maxFlaws, len(flaws))
	}
}

func TestPath(t *testing.T) {
	form := orderForm(t)
	for want, tokens := range map[string][]string{
		"/Order": nil, "/Order/@id": {"id"}, "/Order/Line[3]/@n": {"Line", "2", "n"}, "/Order/Line[*]/Line[1]/Quantity": {"Line", "*", "Line", "0", "Quantity"},
		"/Order/Tags/Tag[1]": {"Tags", "0"}, "/Order/Remark": {"note"}, "/Order/New/d[2]/@a": {"New", "d", "1", "@a"}, "/Order/Line": {"Line"},
	} {
		if got := form.Path(tokens); got != want {
			t.Errorf("%q: wanted %s, got %s", tokens, want, got)
		}
	}
}

func TestEncode(t *testing.T) {
	form := orderForm(t)
	value := object{"note": nil, "id": "a<", "Free": "z", "OrderId": "1", "Line": []any{object{"n": json.Number("2"), "Gift": true, "Line": []any{object{"Quantity": json.Number("1")}}}, object{}},
		"Tags": []any{"x", "é&"}}
	e, err := form.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	text, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	got, flaws := form.Decode(parseT(t, string(text)))
	if !reflect.DeepEqual(got, any(value)) || len(flaws) > 0 {
		t.Errorf("wanted\n%#v back from\n%s, got\n%#v, %v", value, text, got, flaws)
	}
	for _, bad := range []any{object{"New": "x"}, object{"OrderId": object{}}, object{"OrderId": []any{}}, object{"Line": []any{[]any{}}}, []any{}, object{"OrderId": 1.5}, object{"id": []any{}}} {
		if e, err := form.Encode(bad); err == nil {
			t.Errorf("%v: wanted an error, got %+v", bad, e)
		}
	}
}

// No document makes the decoder crash, and what it decodes without a flaw and with
// nothing undocumented is written and read back the same.
func FuzzDecode(f *testing.F) {
	form := orderForm(f)
	for _, inside := range []string{"", "<Line/>", "<OrderId>1</OrderId><Line n:n='+1'><Quantity>01</Quantity><Weight>-.5e1</Weight><Gift>0</Gift></Line>", "<Tags><Tag>x</Tag>y</Tags>",
		"<n:Remark xsi:nil='true'/>", "<Line><Line><Line/></Line></Line>", "<New a='b'>c<d/></New>", "<Free><a/></Free>"} {
		f.Add([]byte(`<Order id="a" xmlns="urn:o" xmlns:n="urn:n" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` + inside + "</Order>"))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		value, flaws := form.Decode(e)
		if len(flaws) > maxFlaws || value == nil && len(flaws) == 0 && !strings.Contains(string(text), "nil") {
			t.Errorf("wanted a value or what is wrong, got %v, %v", value, flaws)
		}
		for _, flaw := range flaws {
			if path := form.Path(flaw.At); !strings.HasPrefix(path, "/Order") || flaw.Wanted == "" || flaw.Got == "" {
				t.Errorf("wanted a complete flaw, got %+v at %s", flaw, path)
			}
		}
		if len(flaws) > 0 {
			return
		}
		again, err := form.Encode(value)
		if err != nil {
			return // undocumented parts
		}
		written, err := again.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, flaws := form.Decode(parseT(t, string(written)))
		if !reflect.DeepEqual(back, value) || len(flaws) > 0 {
			t.Errorf("wanted\n%#v back from\n%s, got\n%#v, %v", value, written, back, flaws)
		}
	})
}

// No document of 1 MiB takes more than 64 MiB to be parsed and decoded, whatever is
// repeated in it: a small one that grows shows that better than a large one that is
// altered in a few places.
func FuzzMemory(f *testing.F) {
	const length, bound = 1 << 20, 64 << 20
	form := orderForm(f)
	for _, unit := range []string{"<Line/>", "<n:Line n:Quantity='1' Gift=''/>", "<Line><Quantity>01</Quantity></Line>", "<New a='b'>c<d/></New>", "&lt;", "<![CDATA[]]>",
		"<Tags><Tag>x</Tag>y</Tags>", "<a xmlns='b' xmlns:c='d'/>", "<Line>", "<?a?>\n"} {
		f.Add("<Order id='a' xmlns='urn:o' xmlns:n='urn:n'>", unit, "</Order>")
	}
	f.Add("<Order xmlns='urn:o'", " a='b'", "/>")
	f.Fuzz(func(t *testing.T, before, unit, after string) {
		if unit == "" || len(before)+len(unit)+len(after) > 4096 {
			return
		}
		text := []byte(before + strings.Repeat(unit, (length-len(before)-len(after))/len(unit)) + after)
		var start, end runtime.MemStats
		runtime.ReadMemStats(&start)
		if e, err := Parse(text); err == nil {
			form.Decode(e)
		}
		runtime.ReadMemStats(&end)
		if used := end.TotalAlloc - start.TotalAlloc; used > bound {
			t.Errorf("wanted at most %d MiB, got %d MiB for %q, %q again and again, %q", bound>>20, used>>20, before, unit, after)
		}
	})
}

// longOrder is an order of fifty lines, 8 kB, as a cart is.
func longOrder() []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><Order xmlns="urn:o" id="a"><OrderId>1</OrderId>` +
		strings.Repeat("<Line><Quantity>2</Quantity><Weight>1.5</Weight><Gift>true</Gift><Line><Quantity>1</Quantity></Line></Line>\n", 50) + "</Order>")
}

func BenchmarkTokens(b *testing.B) {
	text := longOrder()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		decoder := xml.NewDecoder(strings.NewReader(string(text)))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := longOrder()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAndDecode(b *testing.B) {
	text, form := longOrder(), orderForm(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		e, err := Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		form.Decode(e)
	}
}
