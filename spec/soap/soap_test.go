package soap

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"cartconform/spec/xmlform"
)

// What is wrapped comes out again, whatever its texts hold.
func TestWrapAndUnwrap(t *testing.T) {
	const text = "<&>\"']]>\r\n é\U0001F6D2"
	for _, v := range Versions() {
		header := []*xmlform.Element{xmlform.New("urn:security", "Timestamp", text), xmlform.New("urn:security", "Signature", "a+b=")}
		child := xmlform.New("urn:shop", "CartCreate", "").With(xmlform.New("urn:shop", "ASIN", text))
		envelope, err := Wrap(v, header, child)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Unwrap(envelope)
		if err != nil {
			t.Fatalf("%s: %v in\n%s", v, err, envelope)
		}
		if m.Version != v || m.Fault != nil || len(m.Header) != 2 || m.Header[0].Text != text || m.Header[0].Name != (xml.Name{Space: "urn:security", Local: "Timestamp"}) ||
			m.Body.Name != child.Name || m.Body.Child("urn:shop", "ASIN").Text != text {
			t.Errorf("%s: wanted what was wrapped, got %+v from\n%s", v, m, envelope)
		}
		envelope, err = Wrap(v, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := Unwrap(envelope); err != nil || m.Version != v || m.Body != nil || len(m.Header) != 0 || strings.Contains(string(envelope), "Header") {
			t.Errorf("%s: wanted an envelope without anything, got %+v, %v from\n%s", v, m, err, envelope)
		}
	}
	for _, bad := range []*xmlform.Element{xmlform.New("", "a b", ""), xmlform.New("", "a", "\x00")} {
		if text, err := Wrap(V11, nil, bad); err == nil {
			t.Errorf("wanted an error, got %s", text)
		}
	}
	if text, err := Wrap("2", nil, nil); err == nil {
		t.Errorf("wanted an error for version 2, got %s", text)
	}
}

// The content type and the action are where each version has them.
func TestContentType(t *testing.T) {
	const action = "http://soap.amazon.com/CartCreate"
	for _, test := range []struct{ got, want string }{
		{V11.ContentType(action), "text/xml; charset=utf-8"}, {V11.ActionHeader(action), `"` + action + `"`},
		{V12.ContentType(action), `application/soap+xml; charset=utf-8; action="` + action + `"`}, {V12.ActionHeader(action), ""},
		{V12.ContentType(""), "application/soap+xml; charset=utf-8"}, {V11.ActionHeader(""), `""`},
	} {
		if test.got != test.want {
			t.Errorf("wanted %s, got %s", test.want, test.got)
		}
	}
}

func envelope(v Version, inside string) string {
	return `<e:Envelope xmlns:e="` + v.Namespace() + `">` + inside + `</e:Envelope>`
}

// Prefixes, white space, and what the versions allow beside header and body, do
// not matter; a namespace that is declared around the body reaches what is in it.
func TestUnwrapSpellings(t *testing.T) {
	for name, text := range map[string]string{
		"default namespace": `<Envelope xmlns="` + namespace11 + `"><Body><a xmlns="urn:a"/></Body></Envelope>`,
		"declared outside":  `<e:Envelope xmlns:e="` + namespace12 + `" xmlns:p="urn:a"> <e:Header/> <e:Body> <p:a/> </e:Body> </e:Envelope>`,
		"attributes":        `<e:Envelope xmlns:e="` + namespace11 + `" e:encodingStyle="x"><e:Body><a xmlns="urn:a"/></e:Body></e:Envelope>`,
		"after the body":    envelope(V11, `<e:Body><a xmlns="urn:a"/></e:Body><x xmlns="urn:x"/>`),
		"comments":          `<?xml version="1.0"?><!-- a -->` + envelope(V12, `<!-- b --><e:Body><?c d?><a xmlns="urn:a"/></e:Body>`),
	} {
		m, err := Unwrap([]byte(text))
		if err != nil || m.Body == nil || m.Body.Name != (xml.Name{Space: "urn:a", Local: "a"}) {
			t.Errorf("%s: wanted <a> in urn:a, got %+v, %v", name, m.Body, err)
		}
	}
}

func TestUnwrapRefuses(t *testing.T) {
	for _, v := range Versions() {
		for inside, reason := range map[string]string{
			"":                                      "wanted <Body>, got none",
			"<e:Header/>":                           "wanted <Body>, got none",
			"<Body/>":                               "got <Body> in no namespace",
			"<e:Body/><e:Header/>":                  "nothing after <Body>",
			"<e:Body/><e:Body/>":                    "nothing after <Body>",
			"<e:Header/><e:Header/><e:Body/>":       "got <Header>",
			"<e:Body><a/><b/></e:Body>":             "got 2",
			"<e:Body>text</e:Body>":                 "got text",
			"text<e:Body/>":                         "got text in <Envelope>",
			"<x:Body xmlns:x='urn:x'><a/></x:Body>": "in the namespace urn:x",
		} {
			m, err := Unwrap([]byte(envelope(v, inside)))
			if !errors.Is(err, ErrEnvelope) || !strings.Contains(err.Error(), reason) {
				t.Errorf("%s: %s: wanted no envelope: %s; got %+v, %v", v, inside, reason, m, err)
			}
		}
	}
	for _, text := range []string{"<a/>", "<Envelope/>", `<Envelope xmlns="urn:x"><Body/></Envelope>`, `<Body xmlns="` + namespace11 + `"/>`,
		envelope(V12, "<e:Body/><x/>"), `<e:Envelope xmlns:e="` + namespace11 + `"><f:Body xmlns:f="` + namespace12 + `"/></e:Envelope>`} {
		if m, err := Unwrap([]byte(text)); !errors.Is(err, ErrEnvelope) {
			t.Errorf("%s: wanted no envelope, got %+v, %v", text, m, err)
		}
	}
	// What is no XML, or wants something from elsewhere, is not an envelope either.
	for _, text := range []string{"", "{}", "<html><br></html>", `<!DOCTYPE a SYSTEM "file:///etc/passwd">` + envelope(V11, "<e:Body/>"),
		strings.Repeat("<a>", 1000), envelope(V11, "<e:Body><p:a/></e:Body>")} {
		m, err := Unwrap([]byte(text))
		var syntax *xmlform.SyntaxError
		if !errors.As(err, &syntax) && !errors.Is(err, xmlform.ErrBound) {
			t.Errorf("%s: wanted an error of the XML, got %+v, %v", text, m, err)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, test := range []struct {
		version      Version
		inside, want string
	}{
		{V11, `<e:Fault><faultcode>e:Server</faultcode><faultstring> out of order </faultstring></e:Fault>`, "SOAP fault Server: out of order"},
		{V11, `<e:Fault><faultcode>aws:Client.InvalidSecurity</faultcode><faultstring/></e:Fault>`, "SOAP fault Client (InvalidSecurity)"},
		{V11, `<e:Fault/>`, "SOAP fault "},
		{V12, `<e:Fault><e:Code><e:Value>e:Receiver</e:Value></e:Code><e:Reason><e:Text xml:lang="en">out of order</e:Text></e:Reason></e:Fault>`, "SOAP fault Receiver: out of order"},
		{V12, `<e:Fault><e:Code><e:Value>e:Sender</e:Value><e:Subcode><e:Value>a:X</e:Value><e:Subcode><e:Value>a:Y</e:Value></e:Subcode></e:Subcode></e:Code></e:Fault>`, "SOAP fault Sender (Y)"},
		{V12, `<e:Fault><e:Code/></e:Fault>`, "SOAP fault "},
	} {
		m, err := Unwrap([]byte(envelope(test.version, "<e:Body>"+test.inside+"</e:Body>")))
		if err != nil || m.Fault == nil || m.Fault.Error() != test.want {
			t.Errorf("%s: %s: wanted %q, got %v, %v", test.version, test.inside, test.want, m.Fault, err)
		}
	}
	m, err := Unwrap([]byte(envelope(V11, "<e:Body><Fault/></e:Body>")))
	if err != nil || m.Fault != nil || m.Body == nil {
		t.Errorf("wanted a <Fault> of somebody else left alone, got %+v, %v", m, err)
	}
	m, err = Unwrap([]byte(envelope(V11, "<e:Body><e:Fault><faultcode>x</faultcode><detail><a>b</a></detail></e:Fault></e:Body>")))
	if err != nil || m.Fault == nil || m.Fault.Detail == nil || m.Fault.Detail.Child("", "a").Text != "b" {
		t.Errorf("wanted the detail of the fault, got %+v, %v", m.Fault, err)
	}
}
