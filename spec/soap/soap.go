// Package soap puts documents into SOAP envelopes, versions 1.1 and 1.2, and takes
// them out again. It knows the envelope and nothing of what is in it.
//
// Sources: SOAP 1.1 (W3C Note of 2000-05-08), SOAP 1.2 Part 1 (second edition).
package soap

import (
	"errors"
	"fmt"
	"strings"

	"cartconform/spec/xmlform"
)

// Version is a version of SOAP.
type Version string

// The versions, as messages call them.
const (
	V11 Version = "1.1"
	V12 Version = "1.2"
)

const (
	namespace11 = "http://schemas.xmlsoap.org/soap/envelope/"
	namespace12 = "http://www.w3.org/2003/05/soap-envelope"
)

// Versions returns both, the older one first.
func Versions() []Version { return []Version{V11, V12} }

// Namespace is that of the envelope; "" for a version that is none.
func (v Version) Namespace() string {
	switch v {
	case V11:
		return namespace11
	case V12:
		return namespace12
	}
	return ""
}

// ContentType is the Content-Type of a message. In 1.2 the action is one of its
// parameters; in 1.1 it is a header of its own, see ActionHeader.
func (v Version) ContentType(action string) string {
	if v == V11 {
		return "text/xml; charset=utf-8"
	}
	if action == "" {
		return "application/soap+xml; charset=utf-8"
	}
	return `application/soap+xml; charset=utf-8; action="` + quoted(action) + `"`
}

// ActionHeader is the value of the header SOAPAction in a request of version 1.1,
// its quotes included; "" for 1.2, which has no such header.
func (v Version) ActionHeader(action string) string {
	if v != V11 {
		return ""
	}
	return `"` + quoted(action) + `"`
}

func quoted(text string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) }

// Message is what an envelope holds.
type Message struct {
	Version Version
	Header  []*xmlform.Element // blocks of the header, in order
	Body    *xmlform.Element   // the child of the body; nil for none
	Fault   *Fault             // what the child says if it is a fault; nil otherwise
}

// Fault is a SOAP fault. Texts are as they were sent, white space around them
// taken off.
type Fault struct {
	Code   string // the local part of the code: "Server" in 1.1, "Receiver" in 1.2
	Sub    string // the innermost subcode in 1.2 or what follows the first dot of a code in 1.1, e.g. "InternalError"; "" for none
	Reason string
	Detail *xmlform.Element // nil for none
}

// Error says the fault in one line.
func (f *Fault) Error() string {
	code := f.Code
	if f.Sub != "" {
		code += " (" + f.Sub + ")"
	}
	if f.Reason == "" {
		return "SOAP fault " + code
	}
	return "SOAP fault " + code + ": " + f.Reason
}

// Wrap writes an envelope around a body's child and around the blocks of a
// header, which may be none; without any there is no header. It is an error when
// the version is none, or when a name or a text cannot be written in XML.
func Wrap(v Version, header []*xmlform.Element, child *xmlform.Element) ([]byte, error) {
	space := v.Namespace()
	if space == "" {
		return nil, fmt.Errorf("wrapping a SOAP message: wanted version 1.1 or 1.2, got %q", string(v))
	}
	envelope := xmlform.New(space, "Envelope", "")
	if len(header) > 0 {
		envelope.With(xmlform.New(space, "Header", "").With(header...))
	}
	body := xmlform.New(space, "Body", "")
	if child != nil {
		body.With(child)
	}
	text, err := envelope.With(body).Bytes()
	if err != nil {
		return nil, fmt.Errorf("wrapping a SOAP message: %w", err)
	}
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), text...), nil
}

// ErrEnvelope is the error of XML documents that are no SOAP envelopes.
var ErrEnvelope = errors.New("not a SOAP envelope")

// Unwrap reads an envelope of either version. Errors of the XML are those of
// xmlform.Parse; ErrEnvelope when the document is no envelope with one body that
// has one child at most. What stands after the body is left alone in 1.1, which
// allows it.
func Unwrap(text []byte) (Message, error) {
	document, err := xmlform.Parse(text)
	if err != nil {
		return Message{}, fmt.Errorf("reading a SOAP message: %w", err)
	}
	return Open(document)
}

// Open takes out of an envelope that is already read what Unwrap does.
func Open(envelope *xmlform.Element) (Message, error) {
	var m Message
	for _, v := range Versions() {
		if envelope.Name.Space == v.Namespace() {
			m.Version = v
		}
	}
	if m.Version == "" || envelope.Name.Local != "Envelope" {
		return Message{}, fmt.Errorf("%w: wanted <Envelope> in the namespace of SOAP 1.1 or 1.2, got %s", ErrEnvelope, envelope)
	}
	if strings.TrimSpace(envelope.Text) != "" {
		return Message{}, fmt.Errorf("%w: wanted elements only, got text in <Envelope>", ErrEnvelope)
	}
	space := m.Version.Namespace()
	children := envelope.Children
	if len(children) > 0 && children[0].Name.Space == space && children[0].Name.Local == "Header" {
		m.Header = children[0].Children
		children = children[1:]
	}
	switch {
	case len(children) == 0:
		return Message{}, fmt.Errorf("%w: wanted <Body>, got none", ErrEnvelope)
	case children[0].Name.Space != space || children[0].Name.Local != "Body":
		return Message{}, fmt.Errorf("%w: wanted <Body> in the namespace %s, got %s", ErrEnvelope, space, children[0])
	case len(children) > 1 && (m.Version == V12 || children[1].Name.Space == space):
		return Message{}, fmt.Errorf("%w: wanted nothing after <Body>, got %s", ErrEnvelope, children[1])
	}
	body := children[0]
	switch {
	case strings.TrimSpace(body.Text) != "":
		return Message{}, fmt.Errorf("%w: wanted one element in <Body>, got text", ErrEnvelope)
	case len(body.Children) > 1:
		return Message{}, fmt.Errorf("%w: wanted one element in <Body>, got %d", ErrEnvelope, len(body.Children))
	case len(body.Children) == 0:
		return m, nil
	}
	m.Body = body.Children[0]
	if m.Body.Name.Space == space && m.Body.Name.Local == "Fault" {
		m.Fault = readFault(m.Version, m.Body)
	}
	return m, nil
}

// readFault reads as much of a fault as is there.
func readFault(v Version, e *xmlform.Element) *Fault {
	if v == V11 {
		f := &Fault{Reason: textOf(e.Child("", "faultstring")), Detail: e.Child("", "detail")}
		f.Code, f.Sub, _ = strings.Cut(local(textOf(e.Child("", "faultcode"))), ".")
		return f
	}
	f := &Fault{Detail: e.Child(namespace12, "Detail")}
	if reason := e.Child(namespace12, "Reason"); reason != nil {
		f.Reason = textOf(reason.Child(namespace12, "Text"))
	}
	code := e.Child(namespace12, "Code")
	if code == nil {
		return f
	}
	f.Code = local(textOf(code.Child(namespace12, "Value")))
	for sub := code.Child(namespace12, "Subcode"); sub != nil; sub = sub.Child(namespace12, "Subcode") {
		f.Sub = local(textOf(sub.Child(namespace12, "Value")))
	}
	return f
}

func textOf(e *xmlform.Element) string {
	if e == nil {
		return ""
	}
	return strings.TrimSpace(e.Text)
}

// local takes the prefix off a qualified name.
func local(name string) string {
	if _, after, ok := strings.Cut(name, ":"); ok {
		return after
	}
	return name
}
