package spec

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"cartconform/spec/soap"
	"cartconform/spec/xmlform"
)

// format is how the bodies of a media type are read.
type format interface {
	// noun says what a body of it is, e.g. "a JSON document".
	noun() string
	// utf8 says that it is in UTF-8, and who says so.
	utf8() string
	// read checks the text and decodes it. The document is nil unless it could be
	// decoded, and may be judged by a schema only if ok.
	read(text []byte) (document any, flaws []flaw, ok bool)
	// pointer says where a part of the document is. An index may be "*".
	pointer(at []string) string
	// words says what a defect asks for and what was there instead.
	words(d defect) (wanted, got string)
}

// newFormat chooses the format by the name of the media type: JSON unless it is
// one of XML.
func newFormat(mediaType string, schema *openapi3.SchemaRef, envelope bool) (format, error) {
	if !strings.HasSuffix(mediaType, "/xml") && !strings.HasSuffix(mediaType, "+xml") {
		return jsonFormat{}, nil
	}
	form, err := xmlform.NewForm(schema)
	if err != nil {
		return nil, err
	}
	return xmlFormat{form, envelope}, nil
}

type jsonFormat struct{}

func (jsonFormat) noun() string                         { return "a JSON document" }
func (jsonFormat) utf8() string                         { return "JSON in UTF-8 (RFC 8259, section 8.1)" }
func (jsonFormat) read(text []byte) (any, []flaw, bool) { return readJSON(text) }
func (jsonFormat) pointer(at []string) string           { return Pointer(at...) }

// xmlFormat reads documents, or what stands in the body of a SOAP envelope.
type xmlFormat struct {
	form     *xmlform.Form
	envelope bool
}

func (f xmlFormat) noun() string {
	if f.envelope {
		return "a SOAP envelope"
	}
	return "an XML document"
}

func (xmlFormat) utf8() string { return "XML in UTF-8" }

func (f xmlFormat) pointer(at []string) string { return f.form.Path(at) }

func (f xmlFormat) read(text []byte) (any, []flaw, bool) {
	fatal := func(rule, wanted, got string) (any, []flaw, bool) {
		return nil, []flaw{{rule: rule, part: "body", wanted: wanted, got: got, fatal: true}}, false
	}
	element, err := xmlform.Parse(text)
	switch {
	case errors.Is(err, xmlform.ErrBound):
		return fatal("body-size", fmt.Sprintf("a document of at most %d bytes, %d elements and attributes, and %d levels", xmlform.MaxBytes, xmlform.MaxNodes, xmlform.MaxDepth), "a bigger one")
	case err != nil:
		return fatal("xml", "exactly one XML document (XML 1.0)", fmt.Sprintf("%s (%s)", sample(text), err))
	}
	if f.envelope {
		message, err := soap.Open(element)
		switch {
		case err != nil:
			return fatal("soap", f.noun(), err.Error())
		case message.Body == nil:
			return fatal("soap", "an element in the body of the SOAP envelope", "none")
		case message.Fault != nil && !f.form.Accepts(message.Body):
			return fatal("soap", "<"+f.form.Name().Local+"> in the SOAP envelope", cut(message.Fault.Error()))
		}
		element = message.Body
	}
	document, found := f.form.Decode(element)
	var flaws []flaw
	ok := true
	for _, x := range found {
		rule := string(x.Rule)
		if x.Rule == xmlform.RuleOrder {
			rule = xmlform.OrderExtension // the keyword that is not kept
		}
		root := x.Rule == xmlform.RuleRoot
		ok = ok && !root
		flaws = append(flaws, flaw{rule: rule, part: "body", at: x.At, wanted: x.Wanted, got: x.Got, fatal: root, drift: x.Rule == xmlform.RuleExtra})
	}
	return document, flaws, ok
}

func (jsonFormat) words(d defect) (wanted, got string) { return d.wanted(), d.got() }

// words calls things by the names that they have in XML.
func (f xmlFormat) words(d defect) (wanted, got string) {
	wanted, got = d.wanted(), d.got()
	object, isObject := d.value.(map[string]any)
	switch {
	case d.keyword == "required":
		path := f.pointer(d.place())
		wanted = "an element <" + path[strings.LastIndex(path, "/")+1:] + ">"
		if attribute, ok := strings.CutPrefix(wanted, "an element <@"); ok {
			wanted = "an attribute " + strings.TrimSuffix(attribute, ">")
		}
		if got = "an element with " + cut(strings.Join(sortedKeys(object), ", ")); len(object) == 0 {
			got = "an empty element"
		}
	case d.keyword == "type":
		if d.trail.schema().Type.Is(openapi3.TypeObject) {
			wanted = "an element with others in it"
		}
		if isObject {
			got = "an element with " + cut(strings.Join(sortedKeys(object), ", "))
		} else if text, ok := d.value.(string); ok {
			got = show(text)
		}
	case d.keyword == "maxProperties":
		wanted, got = "an empty element", "one with "+cut(strings.Join(sortedKeys(object), ", "))
	}
	return wanted, got
}

// generic decodes a body that nothing describes; nil when it cannot be decoded.
func generic(f format, text []byte) any {
	if _, xml := f.(xmlFormat); xml {
		if element, err := xmlform.Parse(text); err == nil {
			return xmlform.Generic(element)
		}
		return nil
	}
	document, _, _ := readJSON(text)
	return document
}

// starred replaces the indexes of a pointer, or of a path of elements.
func starred(pointer string) string {
	tokens := strings.Split(pointer, "/")
	for i, token := range tokens {
		if _, ok := arrayIndex(token); ok {
			tokens[i] = "*"
		}
		if name, place, ok := strings.Cut(strings.TrimSuffix(token, "]"), "["); ok && strings.HasSuffix(token, "]") {
			if _, err := strconv.Atoi(place); err == nil {
				tokens[i] = name + "[*]"
			}
		}
	}
	return strings.Join(tokens, "/")
}
