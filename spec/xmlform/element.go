package xmlform

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Element is one element of a document: its name and those of its attributes are
// expanded (Space is a URI, never a prefix), declarations of namespaces are gone.
type Element struct {
	Name       xml.Name
	Attributes []xml.Attr
	Children   []*Element
	Text       string // the character data that stands directly in it, put together
	Line       int    // of its start tag, from 1; 0 for one that was not read
}

// New makes an element that holds text.
func New(space, local, text string) *Element {
	return &Element{Name: xml.Name{Space: space, Local: local}, Text: text}
}

// With adds children and returns the element.
func (e *Element) With(children ...*Element) *Element {
	e.Children = append(e.Children, children...)
	return e
}

// Child returns the first child of that name, nil for none.
func (e *Element) Child(space, local string) *Element {
	for _, child := range e.Children {
		if child.Name.Space == space && child.Name.Local == local {
			return child
		}
	}
	return nil
}

// Attribute returns the value of an attribute; "" for none.
func (e *Element) Attribute(space, local string) string {
	for _, a := range e.Attributes {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// String names the element for a message: its local name, with its namespace
// where there is one.
func (e *Element) String() string { return expanded(e.Name) }

func expanded(name xml.Name) string {
	if name.Space == "" {
		return "<" + name.Local + "> in no namespace"
	}
	return "<" + name.Local + "> in the namespace " + name.Space
}

// Bytes writes the element as a document of its own, in UTF-8, without an XML
// declaration. Elements go into default namespaces; attributes with a namespace get
// prefixes. It is an error when a name is not an XML name or a text holds a
// character that XML has no way to write.
func (e *Element) Bytes() ([]byte, error) {
	var w writer
	if err := w.element(e, "", 0); err != nil {
		return nil, err
	}
	return []byte(w.out.String()), nil
}

type writer struct{ out strings.Builder }

func (w *writer) element(e *Element, around string, depth int) error {
	if depth >= MaxDepth {
		return fmt.Errorf("writing <%s>: wanted elements that nest at most %d deep, got deeper ones", e.Name.Local, MaxDepth)
	}
	if !isNCName(e.Name.Local) {
		return fmt.Errorf("writing an element: wanted an XML name, got %q", e.Name.Local)
	}
	w.out.WriteString("<" + e.Name.Local)
	if e.Name.Space != around {
		if err := w.attribute("xmlns", e.Name.Space); err != nil {
			return fmt.Errorf("writing <%s>: %w", e.Name.Local, err)
		}
	}
	for i, a := range e.Attributes {
		if !isNCName(a.Name.Local) {
			return fmt.Errorf("writing <%s>: wanted an XML name for an attribute, got %q", e.Name.Local, a.Name.Local)
		}
		name := a.Name.Local
		switch a.Name.Space {
		case "":
		case xmlNamespace:
			name = "xml:" + name
		default:
			prefix := fmt.Sprintf("a%d", i)
			if err := w.attribute("xmlns:"+prefix, a.Name.Space); err != nil {
				return fmt.Errorf("writing <%s>: %w", e.Name.Local, err)
			}
			name = prefix + ":" + name
		}
		if err := w.attribute(name, a.Value); err != nil {
			return fmt.Errorf("writing <%s>: %w", e.Name.Local, err)
		}
	}
	if e.Text == "" && len(e.Children) == 0 {
		w.out.WriteString("/>")
		return nil
	}
	w.out.WriteByte('>')
	if err := w.text(e.Text, false); err != nil {
		return fmt.Errorf("writing <%s>: %w", e.Name.Local, err)
	}
	for _, child := range e.Children {
		if err := w.element(child, e.Name.Space, depth+1); err != nil {
			return err
		}
	}
	w.out.WriteString("</" + e.Name.Local + ">")
	return nil
}

func (w *writer) attribute(name, value string) error {
	w.out.WriteString(" " + name + `="`)
	if err := w.text(value, true); err != nil {
		return err
	}
	w.out.WriteByte('"')
	return nil
}

// text escapes what a reader would take for markup or would not give back as it
// was: a carriage return anywhere, and in attributes every white space but a blank.
func (w *writer) text(text string, attribute bool) error {
	if err := checkText([]byte(text)); err != nil {
		return err
	}
	for _, r := range text {
		switch {
		case r == '&':
			w.out.WriteString("&amp;")
		case r == '<':
			w.out.WriteString("&lt;")
		case r == '>':
			w.out.WriteString("&gt;")
		case r == '"' && attribute:
			w.out.WriteString("&quot;")
		case r == '\r', attribute && (r == '\n' || r == '\t'):
			fmt.Fprintf(&w.out, "&#x%X;", r)
		default:
			w.out.WriteRune(r)
		}
	}
	return nil
}
