package spec

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
)

func remoteSampleFile(t testing.TB, name string) string {
	t.Helper()
	for _, s := range readRemoteSamples(t) {
		if s.File == name {
			return string(s.text)
		}
	}
	t.Fatalf("wanted the sample %s, got none", name)
	return ""
}

// One thing about an answer is wrong: what is found, where, and whose promise it
// is.
func TestRemoteJudge(t *testing.T) {
	c := remoteCartT(t)
	create, get := remoteSampleFile(t, "CartCreate.response.xml"), remoteSampleFile(t, "CartGet.response.xml")
	const root = "/CartCreateResponse"
	item := root + "/Cart/CartItems/CartItem[1]"
	for name, test := range map[string]struct {
		operation, from, old, new string
		want                      string // id, rule and pointer
	}{
		"an HTML page":               {"CartCreate", create, create, "<!DOCTYPE html><html><body>Sorry</body></html>", "RC-X-ENV-01 xml "},
		"an old page, well-formed":   {"CartCreate", create, create, "<html><body><p>Sorry</p></body></html>", "RC-X-ENV-01 root "},
		"JSON":                       {"CartCreate", create, create, `{"Cart":{}}`, "RC-X-ENV-01 xml "},
		"nothing":                    {"CartCreate", create, create, "", "RC-X-ENV-01 body "},
		"two documents":              {"CartCreate", create, create, create[strings.Index(create, "\n"):] + create[strings.Index(create, "\n"):], "RC-X-ENV-01 xml "},
		"half a document":            {"CartCreate", create, "</CartCreateResponse>", "", "RC-X-ENV-01 xml "},
		"another encoding":           {"CartCreate", create, `encoding="UTF-8"`, `encoding="ISO-8859-1"`, "RC-X-ENV-01 xml "},
		"a byte that is no UTF-8":    {"CartCreate", create, "Cartography", "Cart\xffgraphy", "RC-X-ENV-01 xml "},
		"an undeclared prefix":       {"CartCreate", create, "<Cart>", "<Cart><p:a/>", "RC-X-ENV-01 xml "},
		"the answer of another":      {"CartCreate", create, create, get, "RC-X-ENV-01 root "},
		"another version":            {"CartCreate", create, "2013-08-01\"", "2011-08-01\"", "RC-X-ENV-01 root "},
		"two carts":                  {"CartCreate", create, "</Cart>", "</Cart><Cart/>", "RC-X-ENV-01 repeated " + root + "/Cart"},
		"two ids":                    {"CartCreate", create, "<HMAC>", "<CartId>x</CartId><HMAC>", "RC-RG-01 repeated " + root + "/Cart/CartId"},
		"no request":                 {"CartCreate", create, "OperationRequest>", "OperationRequests>", "RC-X-ENV-02 schema " + root + "/OperationRequest"},
		"a time in words":            {"CartCreate", create, "0.0431250000000000", "soon", "RC-X-ENV-02 schema " + root + "/OperationRequest/RequestProcessingTime"},
		"cart before request":        {"CartCreate", moved(create, "Cart", "OperationRequest"), "", "", "RC-X-ENV-02 x-order " + root + "/OperationRequest"},
		"no CartId":                  {"CartCreate", create, "<CartId>190-1234567-7654321</CartId>", "", "RC-RG-01 schema " + root + "/Cart/CartId"},
		"an empty HMAC":              {"CartCreate", create, "<HMAC>Tm90+GEvcmVhb/hNQUMtdmFsdWU=</HMAC>", "<HMAC/>", "RC-RG-01 schema " + root + "/Cart/HMAC"},
		"an encoded HMAC with plus":  {"CartCreate", create, "<URLEncodedHMAC>Tm90%2B", "<URLEncodedHMAC>Tm90+", "RC-HMAC-02 schema " + root + "/Cart/URLEncodedHMAC"},
		"no purchase URL":            {"CartCreate", create, "PurchaseURL>", "PurchaseUrl>", "RC-URL-01 schema " + root + "/Cart/PurchaseURL"},
		"a plain purchase URL":       {"CartCreate", create, "https://www.example", "http://www.example", "RC-URL-01 schema " + root + "/Cart/PurchaseURL"},
		"Subtotal":                   {"CartCreate", create, "    <SubTotal><Amount>2598</Amount><CurrencyCode>USD</CurrencyCode><FormattedPrice>$25.98</FormattedPrice></SubTotal>\n    <CartItems>", "<CartItems>", "RC-RG-01 schema " + root + "/Cart/SubTotal"},
		"no subtotal of the items":   {"CartCreate", create, "      <SubTotal><Amount>2598</Amount><CurrencyCode>USD</CurrencyCode><FormattedPrice>$25.98</FormattedPrice></SubTotal>", "", "RC-RG-10 schema " + root + "/Cart/CartItems/SubTotal"},
		"an amount with decimals":    {"CartCreate", create, "<Amount>1299</Amount>", "<Amount>12.99</Amount>", "RC-RG-06 schema " + item + "/Price/Amount"},
		"no currency":                {"CartCreate", create, "<Amount>1299</Amount><CurrencyCode>USD</CurrencyCode>", "<Amount>1299</Amount>", "RC-RG-05 schema " + item + "/Price/CurrencyCode"},
		"money out of order":         {"CartCreate", create, "<Amount>1299</Amount><CurrencyCode>USD</CurrencyCode>", "<CurrencyCode>USD</CurrencyCode><Amount>1299</Amount>", "RC-RG-05 x-order " + item + "/Price/Amount"},
		"an entry out of order":      {"CartCreate", moved(create, "ASIN>B0SAMPLE01</ASIN>\n        <Quantity>2</Quantity", ""), "", "", "RC-RG-04 x-order " + item + "/ASIN"},
		"a cart out of order":        {"CartCreate", moved(create, "HMAC", "URLEncodedHMAC"), "", "", "RC-RG-02 x-order " + root + "/Cart/HMAC"},
		"quantity 0":                 {"CartCreate", create, "<Quantity>2</Quantity>\n        <Title>", "<Quantity>0</Quantity><Title>", "RC-RG-15 schema " + item + "/Quantity"},
		"no id of an entry":          {"CartCreate", create, "CartItemId>", "CartItemID>", "RC-CREATE-04 schema " + item + "/CartItemId"},
		"no id of an entry, CartGet": {"CartGet", get, "CartItemId>C1SAMPLEENTRY</CartItemId>", "CartItemID>C1SAMPLEENTRY</CartItemID>", "RC-RG-03 schema /CartGetResponse/Cart/CartItems/CartItem[1]/CartItemId"},
		"no group of a saved entry":  {"CartGet", get, "<ProductGroup>Apparel</ProductGroup>", "", "RC-SFL-09 schema /CartGetResponse/Cart/SavedForLaterItems/SavedForLaterItem[1]/ProductGroup"},
		"nothing in the cart":        {"CartGet", strings.Replace(remoteSampleFile(t, "CartGet.response.empty.xml"), "</Cart>", "<SubTotal><Amount>5</Amount><CurrencyCode>USD</CurrencyCode><FormattedPrice>$0.05</FormattedPrice></SubTotal><PurchaseURL>https://x</PurchaseURL></Cart>", 1), "<PurchaseURL>https://x</PurchaseURL>", "", "RC-RG-01 schema /CartGetResponse/Cart/PurchaseURL"},
		"no repetition":              {"CartCreate", create, "CartCreateRequest>", "CartCreateAsked>", "RC-GEN-08 schema " + root + "/Cart/Request/CartCreateRequest"},
		"neither true nor false":     {"CartCreate", create, "<IsValid>True", "<IsValid>true", "RC-GEN-07 schema " + root + "/Cart/Request/IsValid"},
		"errors without a code":      {"CartCreate", remoteSampleFile(t, "CartCreate.response.invalid.xml"), "<Code>AWS.MissingParameters</Code>", "", "RC-X-ENV-04 schema " + root + "/Cart/Request/Errors/Error[1]/Code"},
		"items after CartClear":      {"CartClear", remoteSampleFile(t, "CartClear.response.xml"), "</Cart>", "<CartItems><CartItem/></CartItems></Cart>", "RC-X-CLR-03 schema /CartClearResponse/Cart/CartItems"},
	} {
		t.Run(name, func(t *testing.T) {
			text := test.from
			if test.old != "" || test.new != "" {
				if text = strings.ReplaceAll(test.from, test.old, test.new); text == test.from {
					t.Fatalf("wanted a change of %q, got none", test.old)
				}
			}
			j := c.Judge(remoteExchange(test.operation, 200, text))
			if !slices.ContainsFunc(j.Violations, func(v Violation) bool { return v.Requirement+" "+v.Rule+" "+v.Pointer == test.want }) {
				t.Errorf("wanted %s, got\n%s\n%+v", test.want, listed(j.Violations), j.Drift)
			}
			for _, v := range j.Violations {
				if v.Wanted == "" || v.Got == "" || v.Rule == "schema" && v.Contract.Line == 0 {
					t.Errorf("wanted a complete violation with its line, got %+v", v)
				}
			}
			if strings.Contains(test.want, "xml ") && len(j.Violations) != 1 {
				t.Errorf("wanted one violation, got\n%s", listed(j.Violations))
			}
		})
	}
}

// A finding calls things by the names that they have in XML.
func TestRemoteWords(t *testing.T) {
	c := remoteCartT(t)
	create := remoteSampleFile(t, "CartCreate.response.xml")
	const price = "<Price><Amount>1299</Amount><CurrencyCode>USD</CurrencyCode><FormattedPrice>$12.99</FormattedPrice></Price>"
	for _, test := range []struct{ old, new, want string }{
		{price, "", "wanted an element <Price>, got an element with ASIN, CartItemId, ItemTotal, ProductGroup, Quantity, Title"},
		{price, "<Price/>", "wanted an element <Amount>, got an empty element"},
		{price, "<Price>12.99</Price>", `wanted an element with others in it, got "12.99"`},
		{"<Title>A Sample of Cartography &amp; Carts (Second Edition)</Title>", "<Title><b>A Sample</b></Title>", "wanted a string, got an element with b"},
		{"<Amount>1299</Amount>", "<Amount>12,99</Amount>", `wanted an integer, got "12,99"`},
		{`<Header Name="UserAgent"`, "<Header", "wanted an attribute Name, got an element with Value"},
	} {
		text := strings.Replace(create, test.old, test.new, 1)
		j := c.Judge(remoteExchange("CartCreate", 200, text))
		if text == create || len(j.Violations) == 0 || !strings.Contains(j.Violations[0].String(), test.want) {
			t.Errorf("%s: wanted %q, got\n%s", test.new, test.want, listed(j.Violations))
		}
	}
}

// moved puts the element of one name behind that of another one; with no other
// name it exchanges the two elements that the text spans.
func moved(text, name, behind string) string {
	if behind == "" {
		inner := "<" + name + ">"
		first, second, _ := strings.Cut(inner, "\n")
		return strings.Replace(text, inner, strings.TrimSpace(second)+first, 1)
	}
	from := func(name string) (int, int) {
		start := strings.Index(text, "<"+name+">")
		return start, strings.Index(text, "</"+name+">") + len("</"+name+">")
	}
	if strings.Index(text, "<"+name+">") > strings.Index(text, "<"+behind+">") {
		name, behind = behind, name
	}
	start, end := from(name)
	_, after := from(behind)
	return text[:start] + text[end:after] + text[start:end] + text[after:]
}

// The label on a body, its coding, and its status are judged as those of JSON are.
func TestRemoteJudgeHTTP(t *testing.T) {
	c := remoteCartT(t)
	create := remoteSampleFile(t, "CartCreate.response.xml")
	refusal := remoteSampleFile(t, "CartGet.response.signature.xml")
	for name, test := range map[string]struct {
		status       int
		contentType  string
		body         string
		rules, drift string
	}{
		"text/xml":            {200, "text/xml", create, "", ""},
		"application/xml":     {200, "application/xml; charset=\"utf-8\"", create, "", ""},
		"upper case":          {200, "Text/XML; Charset=UTF-8", create, "", ""},
		"HTML":                {200, "text/html", "<html><br></html>", "content-type", ""},
		"XML called HTML":     {200, "text/html", create, "content-type", ""},
		"JSON":                {200, "application/json", "{}", "content-type", ""},
		"no content type":     {200, "", create, "content-type", ""},
		"another charset":     {200, "text/xml; charset=iso-8859-1", create, "charset", ""},
		"201":                 {201, "text/xml", create, "status", ""},
		"302":                 {302, "text/xml", "", "status", ""},
		"403":                 {403, "text/xml", strings.ReplaceAll(refusal, "CartGet", "CartCreate"), "", ""},
		"403 in no namespace": {403, "text/xml", "<ErrorResponse/>", "", "form"},
		"403 in HTML":         {403, "text/html", "<html><br></html>", "", "form"},
		"418":                 {418, "text/xml", create, "", "status"},
	} {
		x := remoteExchange("CartCreate", test.status, test.body)
		x.Response.Header.Del("Content-Type")
		if test.contentType != "" {
			x.Response.Header.Set("Content-Type", test.contentType)
		}
		j := c.Judge(x)
		var rules, drift []string
		for _, v := range j.Violations {
			rules = append(rules, v.Rule)
			if v.Requirement != "RC-X-ENV-01" {
				t.Errorf("%s: wanted it counted for RC-X-ENV-01, got %s", name, v)
			}
		}
		for _, d := range j.Drift {
			drift = append(drift, string(d.Kind))
		}
		if got := strings.Join(rules, " "); got != test.rules {
			t.Errorf("%s: wanted the violations %q, got %q", name, test.rules, got)
		}
		if got := strings.Join(slices.Compact(drift), " "); got != test.drift {
			t.Errorf("%s: wanted the drift %q, got %q: %+v", name, test.drift, got, j.Drift)
		}
	}
	x := remoteExchange("CartCreate", 200, "")
	x.Response.Body = compressed(t, "gzip", []byte(create))
	x.Response.Header.Set("Content-Encoding", "gzip")
	if j := c.Judge(x); len(j.Violations) > 0 || j.Document == nil {
		t.Errorf("wanted a compressed answer read, got\n%s", listed(j.Violations))
	}
}

// What stands in an envelope is judged as the same document without one; what is
// wrong with the envelope is told apart.
func TestRemoteJudgeSOAP(t *testing.T) {
	c := remoteCartT(t)
	child := func() *xmlform.Element {
		e, err := xmlform.Parse([]byte(remoteSampleFile(t, "CartCreate.response.xml")))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	for _, v := range soap.Versions() {
		fault := xmlform.New(v.Namespace(), "Fault", "")
		for name, test := range map[string]struct {
			spoil func(x *Exchange)
			want  string
		}{
			"nothing wrong": {func(*Exchange) {}, ""},
			"no arguments, which a query alone has": {func(x *Exchange) {
				x.Response.Body = []byte(regexpArguments.ReplaceAllString(string(x.Response.Body), ""))
			}, ""},
			"an amount in words": {func(x *Exchange) {
				x.Response.Body = []byte(strings.Replace(string(x.Response.Body), "<Amount>1299<", "<Amount>much<", 1))
			}, "RC-RG-06 schema /CartCreateResponse/Cart/CartItems/CartItem[1]/Price/Amount"},
			"no envelope":            {func(x *Exchange) { x.Response.Body, _ = child().Bytes() }, "RC-X-ENV-01 soap "},
			"nothing in it":          {func(x *Exchange) { x.Response.Body, _ = soap.Wrap(v, nil, nil) }, "RC-X-ENV-01 soap "},
			"a fault and status 200": {func(x *Exchange) { x.Response.Body, _ = soap.Wrap(v, nil, fault) }, "RC-X-ENV-01 soap "},
			"a fault and status 500": {func(x *Exchange) {
				x.Response.Status = 500
				x.Response.Body, _ = soap.Wrap(v, nil, fault)
			}, ""},
			"another answer": {func(x *Exchange) {
				x.Response.Body = []byte(strings.ReplaceAll(string(x.Response.Body), "CartCreateResponse", "CartGetResponse"))
			}, "RC-X-ENV-01 root "},
		} {
			x := soapExchange(t, v, "CartCreate", child())
			test.spoil(x)
			j := c.Judge(x)
			if j.Operation != "CartCreate" {
				t.Errorf("SOAP %s, %s: wanted the operation CartCreate, got %q", v, name, j.Operation)
			}
			got := ""
			if len(j.Violations) > 0 {
				got = j.Violations[0].Requirement + " " + j.Violations[0].Rule + " " + j.Violations[0].Pointer
			}
			if got != test.want || len(j.Violations) > 1 || len(j.Drift) > 0 {
				t.Errorf("SOAP %s, %s: wanted %q, got\n%s\n%+v", v, name, test.want, listed(j.Violations), j.Drift)
			}
		}
	}
}

// Which operation a request is for, wherever the service stands.
// Which parts of a request break the contract, by their parameter, and whose
// promise it is that they are refused. Both validators say so.
// No answer makes the judge crash or hang, its findings are complete, and the two
// validators agree.
// What is documented and never seen is listed by element as JSON is by property,
// and items of a query count as seen.
func TestRemoteSightings(t *testing.T) {
	c := remoteCartT(t)
	s := c.Sightings()
	s.Add(remoteExchange("CartCreate", 200, remoteSampleFile(t, "CartCreate.response.xml")))
	var got []string
	for _, u := range s.Unseen(func(operation string) bool { return operation == "CartGet" }) {
		got = append(got, strings.TrimSpace(string(u.Kind)+" "+u.Operation+" "+u.Where))
	}
	for _, want := range []string{"operation CartGet", "field CartCreate /CartCreateResponse/Cart/SavedForLaterItems", "parameter CartCreate Validate"} {
		if !slices.Contains(got, want) {
			t.Errorf("wanted %q among what was not seen, got %q", want, got)
		}
	}
	for _, unwanted := range []string{"operation CartAdd", "parameter CartCreate Item", "field CartCreate /CartCreateResponse/Cart/CartItems"} {
		if slices.Contains(got, unwanted) {
			t.Errorf("wanted %q seen, got it listed", unwanted)
		}
	}
}

var regexpArguments = regexp.MustCompile(`(?s)<Arguments>.*</Arguments>`)

// 1 MiB of anything is judged within 64 MiB and some seconds.
