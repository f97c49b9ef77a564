package spec

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"cartconform/spec/soap"
)

func TestRemoteRoutes(t *testing.T) {
	c := remoteCartT(t)
	for target, want := range map[string]string{
		"https://a/onca/xml?Operation=CartGet": "CartGet", "http://127.0.0.1:1/x/y/onca/xml?a=b&Operation=CartAdd&Operation=CartGet": "CartAdd", "https://a/onca/xml/?Operation=CartGet": "CartGet",
		"https://a/onca/xml": "", "https://a/onca/xml?Operation=": "", "https://a/onca/xml?Operation=CartDelete": "", "https://a/onca/xml?operation=CartGet": "",
		"https://a/onca/xml?Operation=..%2F..%2Fonca%2Fxml%2FCartGet": "", "https://a/onca/soap?Operation=CartGet": "", "https://a/onca?Operation=CartGet": "",
		"https://a/onca/xml?Operation=CartGet%2Fx": "", "https://a/cart/2025-04-30/carts?Operation=CartGet": "",
	} {
		if got := c.Route(Request{Method: "GET", URL: target}); got != want {
			t.Errorf("%s: wanted %q, got %q", target, want, got)
		}
	}
	for _, operation := range c.Operations() {
		for _, v := range soap.Versions() {
			x := soapExchange(t, v, operation, nil)
			if got := c.Route(x.Request); got != operation {
				t.Errorf("SOAP %s: wanted %s, got %q", v, operation, got)
			}
			x.Request.Method = "GET"
			if got := c.Route(x.Request); got != "" {
				t.Errorf("SOAP %s by GET: wanted no operation, got %q", v, got)
			}
		}
	}
	for _, body := range []string{"", "{}", "<a/>", "<!DOCTYPE a><a/>"} {
		if got := c.Route(Request{Method: "POST", URL: "https://a/onca/soap", Body: []byte(body)}); got != "" {
			t.Errorf("%q: wanted no operation, got %q", body, got)
		}
	}
	// An error answer to what leads nowhere is that of the operation that was meant.
	x := remoteExchange("CartGet", 400, remoteSampleFile(t, "CartGet.response.expired.xml"))
	x.Request.URL = "https://a/onca/xml?Operation=CartDelete"
	if j := c.Judge(x); j.Operation != "CartGet" || j.Document == nil {
		t.Errorf("wanted it judged as CartGet, got %+v", j)
	}
}

func TestRemoteRequests(t *testing.T) {
	c := remoteCartT(t)
	for name, test := range map[string]struct{ operation, remove, add, want string }{
		"an undocumented parameter":   {"CartGet", "", "CartItem=1&items=x", ""},
		"other numbers":               {"CartAdd", "Item.1", "Item.7.ASIN=a&Item.7.Quantity=1&Item.10.OfferListingId=b%2B&Item.10.Quantity=2", ""},
		"no service":                  {"CartGet", "Service", "", " the query parameter Service"},
		"another service":             {"CartGet", "Service", "Service=AWSECommerceServices", " query parameter Service"},
		"no signature":                {"CartGet", "Signature", "", "RC-X-AUTH-04 the query parameter Signature"},
		"no timestamp":                {"CartGet", "Timestamp", "", "RC-X-AUTH-04 the query parameter Timestamp"},
		"a timestamp of another form": {"CartGet", "Timestamp", "Timestamp=2026-11-26+10:00", " query parameter Timestamp"},
		"no tag":                      {"CartAdd", "AssociateTag", "", "RC-ADD-07 the query parameter AssociateTag"},
		"no cart":                     {"CartGet", "CartId", "", "RC-ITEM-12 the query parameter CartId"},
		"no cart to add to":           {"CartAdd", "CartId", "", "RC-ADD-04 the query parameter CartId"},
		"no HMAC":                     {"CartClear", "HMAC", "", "RC-ITEM-13 the query parameter HMAC"},
		"names in lower case":         {"CartAdd", "CartId", "cartid=1", "RC-ADD-04 the query parameter CartId"},
		"no items":                    {"CartCreate", "Item.1", "", "RC-CREATE-05 the query parameters Item.N"},
		"no items to add":             {"CartAdd", "Item.1", "", "RC-ADD-26 the query parameters Item.N"},
		"quantity 0":                  {"CartCreate", "Item.1.Quantity", "Item.1.Quantity=0", "RC-CREATE-13 query parameter Item.1.Quantity"},
		"quantity 0 to add":           {"CartAdd", "Item.1.Quantity", "Item.1.Quantity=0", "RC-ADD-14 query parameter Item.1.Quantity"},
		"a quantity in words":         {"CartCreate", "Item.1.Quantity", "Item.1.Quantity=abc", "RC-CREATE-13 query parameter Item.1.Quantity"},
		"a fraction":                  {"CartCreate", "Item.1.Quantity", "Item.1.Quantity=1.5", "RC-CREATE-13 query parameter Item.1.Quantity"},
		"no quantity to add":          {"CartAdd", "Item.1.Quantity", "", "RC-ADD-15 query parameter Item.1.Quantity"},
		"no quantity":                 {"CartCreate", "Item.1.Quantity", "", ""},
		"no identifier":               {"CartCreate", "Item.1.ASIN", "", "RC-CREATE-16 query parameter Item.1"},
		"both identifiers":            {"CartCreate", "", "Item.1.OfferListingId=x", "RC-CREATE-18 query parameter Item.1"},
		"number 11":                   {"CartAdd", "", "Item.11.ASIN=x&Item.11.Quantity=1", " numbers from 1 to 10 after Item"},
		"a word for a number":         {"CartAdd", "", "Item.one.ASIN=x&Item.one.Quantity=1", " numbers from 1 to 10 after Item"},
		"an unknown action":           {"CartModify", "Item.1.Quantity", "Item.1.Action=Burn", "RC-X-CODE-08 query parameter Item.1.Action"},
		"an unknown group":            {"CartGet", "", "ResponseGroup=Cart,Large", " query parameter ResponseGroup"},
		"groups":                      {"CartGet", "", "ResponseGroup=Cart,CartSimilarities", ""},
	} {
		x := remoteExchange(test.operation, 200, "")
		query, err := url.ParseQuery(remoteQuery(test.operation) + "&" + test.add)
		if err != nil {
			t.Fatal(err)
		}
		if test.remove != "" {
			added, _ := url.ParseQuery(test.add)
			for key := range query {
				if key == test.remove || strings.HasPrefix(key, test.remove+".") {
					query.Del(key)
				}
			}
			for key, values := range added {
				query[key] = values
			}
		}
		x.Request.URL = remoteHost + "/onca/xml?" + query.Encode()
		bad := c.JudgeRequest(x)
		got := ""
		if len(bad) > 0 {
			got = bad[0].Requirement + " " + bad[0].Wanted
		}
		if test.want == "" && got != "" || test.want != "" && !strings.HasPrefix(got, test.want) || len(bad) > 1 {
			t.Errorf("%s: wanted %q, got\n%s", name, test.want, listed(bad))
		}
		if kin, second := c.Invalid(x.Request); (len(kin) > 0) != (test.want != "") || (len(second) > 0) != (test.want != "") {
			t.Errorf("%s: wanted both validators of one mind, got %v and %v", name, kin, second)
		}
	}
}

func TestRemoteSOAPRequests(t *testing.T) {
	c := remoteCartT(t)
	for name, test := range map[string]struct{ operation, old, new, want string }{
		"nothing wrong":         {"CartCreate", "", "", ""},
		"no items":              {"CartCreate", "<Items><Item><ASIN>B0SAMPLE01</ASIN><Quantity>2</Quantity></Item></Items>", "", "RC-SOAP-02 /CartCreate/Request[1]/Items"},
		"no items to add":       {"CartAdd", "<Items><Item><ASIN>B0SAMPLE01</ASIN><Quantity>2</Quantity></Item></Items>", "", "RC-SOAP-02 /CartAdd/Request[1]/Items"},
		"no item":               {"CartAdd", "<Item><ASIN>B0SAMPLE01</ASIN><Quantity>2</Quantity></Item>", "", " /CartAdd/Request[1]/Items/Item"},
		"no quantity":           {"CartAdd", "<Quantity>2</Quantity>", "", ""}, // required for REST
		"quantity 0":            {"CartAdd", "<Quantity>2</Quantity>", "<Quantity>0</Quantity>", "RC-ADD-14 /CartAdd/Request[1]/Items/Item[1]/Quantity"},
		"no HMAC":               {"CartGet", "<HMAC>a+b=</HMAC>", "", "RC-ITEM-13 /CartGet/Request[1]/HMAC"},
		"out of order":          {"CartGet", "<AssociateTag>example-20</AssociateTag>", "<Request/><AssociateTag>example-20</AssociateTag>", " /CartGet/AssociateTag"},
		"another namespace":     {"CartClear", "2013-08-01", "2011-08-01", " "},
		"a document without it": {"CartCreate", "Envelope", "Letter", " "},
	} {
		x := soapExchange(t, soap.V11, test.operation, nil)
		x.Request.Body = []byte(strings.ReplaceAll(string(x.Request.Body), test.old, test.new))
		bad := c.JudgeRequest(x)
		found := slices.ContainsFunc(bad, func(v Violation) bool {
			return v.Requirement+" "+v.Pointer == test.want || v.Rule == "route" && test.want == " "
		})
		if found != (test.want != "") || test.want == "" && len(bad) > 0 {
			t.Errorf("%s: wanted %q, got\n%s", name, test.want, listed(bad))
		}
	}
}
