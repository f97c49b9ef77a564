package spec

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
)

const (
	remoteSamples   = "../fixtures/samples/remote-cart"
	remoteHost      = "https://pa.example.com/stage"
	remoteNamespace = "http://webservices.amazon.com/AWSECommerceService/2013-08-01"
)

func remoteCartT(t testing.TB) *Contract {
	t.Helper()
	c, err := RemoteCart()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// remoteSample is one documented message and what had to be mended in it.
type remoteSample struct {
	File      string   `yaml:"file"`
	Operation string   `yaml:"operation"`
	Direction string   `yaml:"direction"`
	Status    int      `yaml:"status"`
	Source    string   `yaml:"source"`
	Mended    []string `yaml:"mended"`
	text      []byte
}

func readRemoteSamples(t testing.TB) []remoteSample {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(remoteSamples, "index.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var index struct {
		Samples []remoteSample `yaml:"samples"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&index); err != nil {
		t.Fatalf("decode the index of samples: %v", err)
	}
	for i := range index.Samples {
		if index.Samples[i].text, err = os.ReadFile(filepath.Join(remoteSamples, index.Samples[i].File)); err != nil {
			t.Fatal(err)
		}
	}
	return index.Samples
}

// remoteQueries are good requests by operation, as a signed query.
func remoteQuery(operation string) string {
	const common = "Service=AWSECommerceService&AWSAccessKeyId=KEY&AssociateTag=example-20&Version=2013-08-01&Timestamp=2026-11-26T10%3A00%3A00Z&Signature=c2ln"
	cart := "&CartId=190-1234567-7654321&HMAC=a%2Bb%3D"
	return common + "&Operation=" + operation + map[string]string{
		"CartCreate": "&Item.1.ASIN=B0SAMPLE01&Item.1.Quantity=2", "CartAdd": cart + "&Item.1.ASIN=B0SAMPLE01&Item.1.Quantity=2",
		"CartModify": cart + "&Item.1.CartItemId=C1&Item.1.Quantity=2", "CartGet": cart, "CartClear": cart,
	}[operation]
}

func remoteExchange(operation string, status int, body string) *Exchange {
	return &Exchange{
		Operation: operation,
		Request:   Request{Method: "GET", URL: remoteHost + "/onca/xml?" + remoteQuery(operation), Header: http.Header{}},
		Response:  &Response{Proto: "HTTP/1.1", Status: status, Header: http.Header{"Content-Type": {"text/xml;charset=UTF-8"}, "Date": {"Thu, 26 Nov 2026 10:00:00 GMT"}}, Body: []byte(body)},
	}
}

// soapExchange asks for an operation in an envelope, and answers with a body's
// child in another one.
func soapExchange(t testing.TB, v soap.Version, operation string, child *xmlform.Element) *Exchange {
	t.Helper()
	request, err := soap.Wrap(v, nil, soapRequest(operation))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := soap.Wrap(v, nil, child)
	if err != nil {
		t.Fatal(err)
	}
	x := remoteExchange(operation, 200, string(answer))
	x.Request = Request{Method: "POST", URL: remoteHost + "/onca/soap?Service=AWSECommerceService", Header: http.Header{"Content-Type": {v.ContentType("http://soap.amazon.com/" + operation)}}, Body: request}
	x.Response.Header.Set("Content-Type", strings.SplitN(v.ContentType(""), ";", 2)[0])
	return x
}

func soapRequest(operation string) *xmlform.Element {
	e := func(name, text string) *xmlform.Element { return xmlform.New(remoteNamespace, name, text) }
	request := e("Request", "")
	if operation != "CartCreate" {
		request.With(e("CartId", "190-1234567-7654321"), e("HMAC", "a+b="))
	}
	switch operation {
	case "CartCreate", "CartAdd":
		request.With(e("Items", "").With(e("Item", "").With(e("ASIN", "B0SAMPLE01"), e("Quantity", "2"))))
	case "CartModify":
		request.With(e("Items", "").With(e("Item", "").With(e("CartItemId", "C1"), e("Quantity", "2"))))
	}
	return e(operation, "").With(e("AWSAccessKeyId", "KEY"), e("AssociateTag", "example-20"), request)
}

// listed puts violations into lines.
func listed(violations []Violation) string {
	var lines []string
	for _, v := range violations {
		lines = append(lines, v.Requirement+" "+v.Pointer+" "+v.String())
	}
	return strings.Join(lines, "\n")
}

// The documented messages keep the contract, and nothing about them is drift.
func TestRemoteSamplesKeepTheContract(t *testing.T) {
	c := remoteCartT(t)
	operations := map[string]int{}
	for _, s := range readRemoteSamples(t) {
		t.Run(s.File, func(t *testing.T) {
			operations[s.Operation]++
			if s.Direction == "request" {
				query := strings.TrimSpace(string(s.text))
				x := &Exchange{Request: Request{Method: "GET", URL: remoteHost + "/onca/xml?" + query}}
				if got := c.Route(x.Request); got != s.Operation {
					t.Errorf("wanted the operation %s, got %q", s.Operation, got)
				}
				if bad := c.JudgeRequest(x); len(bad) > 0 {
					t.Errorf("wanted a valid request, got\n%s", listed(bad))
				}
				if kin, second := c.Invalid(x.Request); len(kin)+len(second) > 0 {
					t.Errorf("wanted both validators to accept it, got %v, %v", kin, second)
				}
				return
			}
			for _, spelled := range spellings(t, s.text) {
				j := c.Judge(remoteExchange(s.Operation, s.Status, string(spelled)))
				if j.Operation != s.Operation || j.Document == nil || len(j.Violations) > 0 || len(j.Drift) > 0 {
					t.Errorf("wanted an answer to %s without violations and drift, got %s\n%s\n%+v for\n%s", s.Operation, j.Operation, listed(j.Violations), j.Drift, spelled)
				}
			}
			if s.Status != 200 {
				return
			}
			for _, v := range soap.Versions() {
				e, err := xmlform.Parse(s.text)
				if err != nil {
					t.Fatal(err)
				}
				x := soapExchange(t, v, s.Operation, e)
				if bad := c.JudgeRequest(x); len(bad) > 0 {
					t.Errorf("SOAP %s: wanted a valid request, got\n%s", v, listed(bad))
				}
				j := c.Judge(x)
				if j.Operation != s.Operation || j.Document == nil || len(j.Violations) > 0 || len(j.Drift) > 0 {
					t.Errorf("SOAP %s: wanted no violations and no drift, got %s\n%s\n%+v", v, j.Operation, listed(j.Violations), j.Drift)
				}
			}
		})
	}
	for _, id := range c.Operations() {
		if operations[id] == 0 {
			t.Errorf("wanted a sample of %s, got none", id)
		}
	}
}

// spellings are other texts of the same document.
func spellings(t testing.TB, text []byte) [][]byte {
	t.Helper()
	e, err := xmlform.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	prefixed := regexp.MustCompile(`<(/?)([A-Za-z])`).ReplaceAll(bytes.Replace(plain, []byte("xmlns="), []byte("xmlns:p="), 1), []byte("<${1}p:$2"))
	sections := regexp.MustCompile(`>([^<&]+)</`).ReplaceAll(plain, []byte("><![CDATA[$1]]></"))
	commented := regexp.MustCompile(`><`).ReplaceAll(plain, []byte("> <!-- - --><?x y?>\n<"))
	return [][]byte{text, plain, prefixed, sections, commented, append([]byte("\xef\xbb\xbf"), plain...)}
}

// allowedToLack are elements that an answer may be without: when they are spelled
// wrongly they are undocumented, and no violation. Names are those of the element
// and of the one around it.
var allowedToLack = strings.Fields(`OperationRequest/HTTPHeaders HTTPHeaders/Header CartCreateRequest/MergeCart CartItem/MerchantId CartItem/SellerId CartItem/SellerNickname
	Item/Quantity Item/Action Item/CartItemId Cart/SimilarProducts SimilarProducts/SimilarProduct SimilarProduct/ASIN SimilarProduct/Title
	CartGetRequest/ResponseGroup Request/CartGetRequest Request/CartModifyRequest Request/CartClearRequest
	CartGetRequest/CartId CartGetRequest/HMAC CartModifyRequest/CartId CartModifyRequest/HMAC CartClearRequest/CartId CartClearRequest/HMAC`)

// Each element of the samples in turn is misspelt, left out, put into another
// namespace or none, or given content of another kind: the answer is refused, and the finding
// names the element. What may be absent is undocumented when misspelt.
func TestRemoteSamplesMutated(t *testing.T) {
	c := remoteCartT(t)
	counts := map[string]int{}
	for _, s := range readRemoteSamples(t) {
		if s.Direction != "response" || s.Status != 200 {
			continue
		}
		root, err := xmlform.Parse(s.text)
		if err != nil {
			t.Fatal(err)
		}
		var visit func(e, parent *xmlform.Element, path string)
		visit = func(e, parent *xmlform.Element, path string) {
			for kind, mutate := range mutations {
				restore := mutate(e, parent)
				if restore == nil {
					continue
				}
				text, err := root.Bytes()
				if err != nil {
					t.Fatal(err)
				}
				restore()
				j := c.Judge(remoteExchange(s.Operation, s.Status, string(text)))
				counts[kind]++
				where := fmt.Sprintf("%s: %s %s", s.File, path, kind)
				role := e.Name.Local
				if parent != nil {
					role = parent.Name.Local + "/" + role
				}
				optional := mayLack(root, e, parent, s.Operation) || parent != nil && likes(parent, e) > 1
				switch {
				case kind == "lacking" && optional:
					if len(j.Violations) > 0 && !strings.HasSuffix(path, "]") {
						t.Errorf("%s: wanted no violation, got\n%s", where, listed(j.Violations))
					}
				case kind == "misspelt" && optional:
					if !slices.ContainsFunc(j.Drift, func(d Drift) bool { return strings.HasPrefix(bare(d.Where), bare(path)+"x") }) {
						t.Errorf("%s: wanted it told as undocumented, got %+v and\n%s", where, j.Drift, listed(j.Violations))
					}
				case kind == "of another namespace" && optional && len(j.Violations) == 0:
					if !slices.ContainsFunc(j.Drift, func(d Drift) bool { return strings.HasSuffix(bare(d.Where), "{urn:other}"+e.Name.Local) }) {
						t.Errorf("%s: wanted it told as undocumented, got %+v", where, j.Drift)
					}
				case role == "Request/Errors" && (kind == "lacking" || kind == "misspelt"):
					// Without its errors it is a cart that lacks everything.
					if len(j.Violations) == 0 {
						t.Errorf("%s: wanted a violation, got none", where)
					}
				case !slices.ContainsFunc(j.Violations, func(v Violation) bool { return names(v, path, e.Name.Local) }):
					t.Errorf("%s: wanted a violation that names it, got\n%s\n%+v", where, listed(j.Violations), j.Drift)
				}
			}
			for i, child := range e.Children {
				at := path + "/" + child.Name.Local
				if likes(e, child) > 1 {
					n := 1
					for _, before := range e.Children[:i] {
						if before.Name == child.Name {
							n++
						}
					}
					at += fmt.Sprintf("[%d]", n)
				}
				visit(child, e, at)
			}
		}
		visit(root, nil, "/"+root.Name.Local)
	}
	t.Logf("%v", counts)
	for _, kind := range []string{"misspelt", "lacking", "of another namespace", "of no namespace", "mistyped"} {
		if counts[kind] < 100 {
			t.Errorf("wanted at least 100 answers with something %s, got %d", kind, counts[kind])
		}
	}
}

// mayLack reports whether the answer keeps the contract without an element, or
// with another name on it: what may always be absent, the parts of a cart beside
// errors and errors beside a cart, and one of the two areas where there are both.
func mayLack(root, e, parent *xmlform.Element, operation string) bool {
	if parent == nil {
		return false
	}
	local, around := e.Name.Local, parent.Name.Local
	cart := root.Child(remoteNamespace, "Cart")
	has := func(of *xmlform.Element, name string) bool { return of.Child(remoteNamespace, name) != nil }
	refused := has(cart.Child(remoteNamespace, "Request"), "Errors")
	repeated := slices.Contains(strings.Fields("CartCreateRequest CartAddRequest Items Item"), around) || local == operation+"Request"
	switch role := around + "/" + local; {
	case role == "Items/Item" || role == "CartModifyRequest/Items":
		return refused || operation == "CartModify"
	case slices.Contains(allowedToLack, role):
		return true
	case role == "Request/Errors":
		return has(cart, "CartId")
	case refused && (repeated || around == "Cart" && local != "Request"):
		return true
	case around == "Cart":
		return has(cart, "CartItems") && has(cart, "SavedForLaterItems") && (local == "CartItems" || local == "SavedForLaterItems")
	}
	return false
}

// names reports whether a finding says which element it is about.
func names(v Violation, path, local string) bool {
	if strings.Count(path, "/") == 1 && v.Pointer == "" { // another root: there is no value to point into
		return strings.Contains(v.Wanted, "<"+local+">")
	}
	if local == "SavedForLaterItems" && strings.HasSuffix(v.Pointer, "/Cart/CartItems") {
		return true // a cart has one of the two
	}
	return bare(v.Pointer) == bare(path) || strings.HasPrefix(bare(v.Pointer), bare(path)+"/")
}

// bare takes the places off a path: one that is the only one of its kind has none
// in the mutated document's tree and [1] in its value.
func bare(path string) string { return regexp.MustCompile(`\[[0-9*]+\]`).ReplaceAllString(path, "") }

func likes(parent, e *xmlform.Element) int {
	n := 0
	for _, child := range parent.Children {
		if child.Name == e.Name {
			n++
		}
	}
	return n
}

// mutations change an element in place and give what undoes that; nil where an
// element cannot be changed so.
var mutations = map[string]func(e, parent *xmlform.Element) func(){
	"misspelt": func(e, _ *xmlform.Element) func() {
		name := e.Name
		e.Name.Local += "x"
		return func() { e.Name = name }
	},
	"lacking": func(e, parent *xmlform.Element) func() {
		if parent == nil {
			return nil
		}
		children := parent.Children
		parent.Children = slices.DeleteFunc(slices.Clone(children), func(c *xmlform.Element) bool { return c == e })
		return func() { parent.Children = children }
	},
	"of another namespace": func(e, _ *xmlform.Element) func() {
		name := e.Name
		e.Name.Space = "urn:other"
		return func() { e.Name = name }
	},
	"of no namespace": func(e, _ *xmlform.Element) func() {
		name := e.Name
		e.Name.Space = ""
		return func() { e.Name = name }
	},
	"mistyped": func(e, _ *xmlform.Element) func() {
		text, children, attributes := e.Text, e.Children, e.Attributes
		if len(children) > 0 || len(attributes) > 0 {
			e.Text, e.Children, e.Attributes = "text", nil, nil
		} else if e.Text != "" {
			e.Text, e.Children = "", []*xmlform.Element{xmlform.New(remoteNamespace, "Deeper", "x")}
		} else {
			return nil
		}
		return func() { e.Text, e.Children, e.Attributes = text, children, attributes }
	},
}
