package xmlform

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of a document. A cart of fifty entries has some 1 200 elements and nests
// 6 deep, 8 with an envelope around it.
const (
	MaxBytes = 4 << 20 // of the text
	MaxDepth = 64      // of elements in one another
	MaxNodes = 20_000  // elements, attributes and declarations of namespaces
)

const (
	xmlNamespace   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNamespace = "http://www.w3.org/2000/xmlns/"
)

// ErrBound is the error of documents that are not read because of their size.
var ErrBound = errors.New("document beyond the bounds")

// SyntaxError is why a text is no document (XML 1.0, Namespaces in XML 1.0), or
// none that is read here.
type SyntaxError struct {
	Line   int    // from 1
	Path   string // of the innermost open element, e.g. "/CartGetResponse/Cart"; "" outside of the root
	Reason string
}

func (e *SyntaxError) Error() string {
	at := "line " + strconv.Itoa(e.Line)
	if e.Path != "" {
		at += ", in " + e.Path
	}
	return at + ": " + e.Reason
}

// Parse reads exactly one document. It is a *SyntaxError when the text is not
// well-formed or not namespace-well-formed, has a document type, or is in another
// encoding than UTF-8; ErrBound when it is beyond the bounds. A byte order mark is
// skipped. The memory that it takes is bounded by the length of the text and by
// MaxNodes.
func Parse(text []byte) (*Element, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("%w: wanted at most %d bytes, got %d", ErrBound, MaxBytes, len(text))
	}
	for _, mark := range []string{"\xfe\xff", "\xff\xfe", "\x00<", "<\x00"} {
		if bytes.HasPrefix(text, []byte(mark)) {
			return nil, &SyntaxError{Line: 1, Reason: "wanted UTF-8, got UTF-16"}
		}
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	p := &parser{text: text, scope: map[string][]string{}}
	if err := checkText(text); err != nil {
		return nil, &SyntaxError{Line: p.lineOf(err.(*textError).at), Reason: err.Error()} //nolint:errorlint // returned bare
	}
	p.decoder = xml.NewDecoder(bytes.NewReader(text))
	p.decoder.CharsetReader = func(label string, rest io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "US-ASCII") && !bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return rest, nil // a part of UTF-8
		}
		return nil, fmt.Errorf("wanted UTF-8, got the encoding %q", cut(label))
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p.root, nil
}

// parser reads raw tokens, since the decoder's own translation of names hides
// undeclared prefixes, and its start and end tags in matching order.
type parser struct {
	text    []byte
	decoder *xml.Decoder
	root    *Element
	open    []opened
	scope   map[string][]string // what a prefix is bound to, the innermost last
	nodes   int

	line, counted int // the line at a position, which only grows
}

// opened is an element whose end tag is still to come.
type opened struct {
	element  *Element
	raw      xml.Name // Space is the prefix
	declared []string // the prefixes
	text     []string
}

func (p *parser) read() error {
	for {
		start := int(p.decoder.InputOffset())
		token, err := p.decoder.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return p.failed(start, err)
		}
		raw := p.text[start:min(int(p.decoder.InputOffset()), len(p.text))]
		switch token := token.(type) {
		case xml.StartElement:
			err = p.start(start, raw, token)
		case xml.EndElement:
			err = p.end(start, token)
		case xml.CharData:
			err = p.chars(start, raw, token)
		case xml.ProcInst:
			err = p.instruction(start, raw, token)
		case xml.Directive:
			err = p.wrong(start, "wanted no document type, got <!%s", cut(string(token)))
		}
		if err != nil {
			return err
		}
	}
	switch {
	case len(p.open) > 0:
		return p.wrong(len(p.text), "wanted the end tag of <%s>, got the end of the document", cut(p.open[len(p.open)-1].element.Name.Local))
	case p.root == nil:
		return p.wrong(len(p.text), "wanted a root element, got none")
	}
	return nil
}

func (p *parser) start(at int, raw []byte, token xml.StartElement) error {
	if p.root != nil && len(p.open) == 0 {
		return p.wrong(at, "wanted one root element, got <%s> after it", cut(token.Name.Local))
	}
	if len(p.open) >= MaxDepth {
		return fmt.Errorf("%w: wanted elements that nest at most %d deep, got deeper ones", ErrBound, MaxDepth)
	}
	// encoding/xml gives an empty element as a start and an end tag at the same place.
	if p.nodes += 1 + len(token.Attr); p.nodes > MaxNodes {
		return fmt.Errorf("%w: wanted at most %d elements and attributes, got more", ErrBound, MaxNodes)
	}
	if err := p.tagText(at, raw); err != nil {
		return err
	}
	here, once := opened{raw: token.Name}, map[xml.Name]bool(nil)
	if len(token.Attr) > 1 {
		once = make(map[xml.Name]bool, len(token.Attr))
	}
	twice := func(name xml.Name) bool {
		if once == nil {
			return false
		}
		was := once[name]
		once[name] = true
		return was
	}
	for _, a := range token.Attr {
		prefix, declares := a.Name.Local, a.Name.Space == "xmlns"
		if a.Name.Space == "" && a.Name.Local == "xmlns" {
			prefix, declares = "", true
		}
		if !declares {
			continue
		}
		switch {
		case prefix == "xmlns", a.Value == xmlnsNamespace, (prefix == "xml") != (a.Value == xmlNamespace):
			return p.wrong(at, "wanted the prefixes xml and xmlns and their namespaces for themselves, got %s bound to %q", cut(prefix), cut(a.Value))
		case prefix != "" && a.Value == "":
			return p.wrong(at, "wanted a namespace for the prefix %s, got none", cut(prefix))
		case twice(xml.Name{Space: xmlnsNamespace, Local: prefix}):
			return p.wrong(at, "wanted each attribute once, got the declaration of a namespace twice")
		}
		here.declared = append(here.declared, prefix)
		p.scope[prefix] = append(p.scope[prefix], a.Value)
	}
	p.open = append(p.open, here)
	name, err := p.expand(at, token.Name, true)
	if err != nil {
		return err
	}
	element := &Element{Name: name, Line: p.lineOf(at)}
	p.open[len(p.open)-1].element = element
	for _, a := range token.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		name, err := p.expand(at, a.Name, false)
		if err != nil {
			return err
		}
		if twice(name) {
			return p.wrong(at, "wanted each attribute once, got %s twice", cut(name.Local))
		}
		element.Attributes = append(element.Attributes, xml.Attr{Name: name, Value: a.Value})
	}
	if n := len(p.open); n > 1 {
		parent := p.open[n-2].element
		parent.Children = append(parent.Children, element)
	} else {
		p.root = element
	}
	return nil
}

// expand replaces a prefix by what it is bound to. An attribute without a prefix
// is in no namespace.
func (p *parser) expand(at int, name xml.Name, element bool) (xml.Name, error) {
	if !isNCName(name.Local) || name.Space != "" && !isNCName(name.Space) {
		return name, p.wrong(at, "wanted a name with at most one colon inside, got %q", cut(name.Local))
	}
	if name.Space == "xml" {
		name.Space = xmlNamespace
		return name, nil
	}
	if name.Space == "" && !element {
		return name, nil
	}
	if spaces := p.scope[name.Space]; len(spaces) > 0 {
		name.Space = spaces[len(spaces)-1]
		return name, nil
	}
	if name.Space != "" {
		return name, p.wrong(at, "wanted a declared prefix, got %s:%s", cut(name.Space), cut(name.Local))
	}
	return name, nil
}

func (p *parser) end(at int, token xml.EndElement) error {
	n := len(p.open)
	if n == 0 {
		return p.wrong(at, "wanted no end tag here, got </%s>", cut(token.Name.Local))
	}
	last := p.open[n-1]
	if last.raw != token.Name {
		return p.wrong(at, "wanted the end tag of <%s>, got </%s>", cut(qualified(last.raw)), cut(qualified(token.Name)))
	}
	last.element.Text = strings.Join(last.text, "")
	for _, prefix := range last.declared {
		p.scope[prefix] = p.scope[prefix][:len(p.scope[prefix])-1]
	}
	p.open = p.open[:n-1]
	return nil
}

func qualified(raw xml.Name) string {
	if raw.Space == "" {
		return raw.Local
	}
	return raw.Space + ":" + raw.Local
}

func (p *parser) chars(at int, raw []byte, token xml.CharData) error {
	if len(p.open) == 0 {
		if len(bytes.Trim(raw, " \t\r\n")) > 0 {
			return p.wrong(at, "wanted nothing but the root element, got %s", strconv.QuoteToGraphic(cut(string(raw))))
		}
		return nil
	}
	if !bytes.HasPrefix(raw, []byte("<![CDATA[")) {
		if err := p.references(at, raw); err != nil {
			return err
		}
	}
	last := &p.open[len(p.open)-1]
	last.text = append(last.text, string(token))
	return nil
}

// declaration is the XML declaration (XML 1.0, production 23).
var declaration = regexp.MustCompile(`^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*("1\.[0-9]+"|'1\.[0-9]+')` +
	`([ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*("[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
	`([ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*("(yes|no)"|'(yes|no)'))?[ \t\r\n]*\?>$`)

func (p *parser) instruction(at int, raw []byte, token xml.ProcInst) error {
	switch {
	case token.Target == "xml" && at == 0:
		if !declaration.Match(raw) {
			return p.wrong(at, "wanted an XML declaration, got %s", strconv.QuoteToGraphic(cut(string(raw))))
		}
	case strings.EqualFold(token.Target, "xml"):
		return p.wrong(at, "wanted the XML declaration at the very beginning, got one later")
	case strings.Contains(token.Target, ":"):
		return p.wrong(at, "wanted the target of a processing instruction without a colon, got %q", cut(token.Target))
	}
	return nil
}

// tagText checks what the decoder is lax about within a start tag: white space
// before each attribute, and characters that a reference may name.
func (p *parser) tagText(at int, raw []byte) error {
	var quote byte
	for i, c := range raw {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
			if i+1 < len(raw) && strings.IndexByte(" \t\r\n/>", raw[i+1]) < 0 {
				return p.wrong(at+i, "wanted white space between attributes, got none")
			}
		}
	}
	return p.references(at, raw)
}

// references refuses numeric references to what is no character of XML: the
// decoder makes U+FFFD of a surrogate.
func (p *parser) references(at int, raw []byte) error {
	for i := 0; ; {
		next := bytes.Index(raw[i:], []byte("&#"))
		if next < 0 {
			return nil
		}
		i += next + 2
		digits, _, _ := bytes.Cut(raw[i:min(i+16, len(raw))], []byte(";"))
		number, base := string(digits), 10
		if strings.HasPrefix(number, "x") {
			number, base = number[1:], 16
		}
		if n, err := strconv.ParseUint(number, base, 32); err != nil || n > utf8.MaxRune || !isChar(rune(n)) {
			return p.wrong(at+i-2, "wanted a reference to a character, got &#%s;", cut(string(digits)))
		}
	}
}

// wrong makes the error of a place.
func (p *parser) wrong(at int, format string, values ...any) error {
	var path strings.Builder
	for _, o := range p.open {
		if o.element != nil {
			path.WriteString("/" + o.element.Name.Local)
		}
	}
	return &SyntaxError{Line: p.lineOf(at), Path: path.String(), Reason: fmt.Sprintf(format, values...)}
}

// failed takes over an error of the decoder.
func (p *parser) failed(at int, err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		e := p.wrong(at, "%s", cut(syntax.Msg)).(*SyntaxError) //nolint:errorlint // made a line above
		e.Line = syntax.Line
		return e
	}
	return p.wrong(at, "%s", cut(strings.TrimPrefix(err.Error(), "xml: ")))
}

// lineOf counts lines up to a position. Positions mostly grow, so that a document
// is counted through once.
func (p *parser) lineOf(at int) int {
	at = min(at, len(p.text))
	if at < p.counted || p.line == 0 {
		p.line, p.counted = 1, 0
	}
	p.line += bytes.Count(p.text[p.counted:at], []byte("\n"))
	p.counted = at
	return p.line
}

// textError is a byte or character that XML does not have.
type textError struct {
	at     int
	reason string
}

func (e *textError) Error() string { return e.reason }

// checkText makes sure that a text is UTF-8 and holds characters of XML only
// (XML 1.0, production 2).
func checkText(text []byte) error {
	for at := 0; at < len(text); {
		if c := text[at]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
				return &textError{at, fmt.Sprintf("wanted a character of XML, got U+%04X", c)}
			}
			at++
			continue
		}
		r, size := utf8.DecodeRune(text[at:])
		switch {
		case r == utf8.RuneError && size <= 1:
			return &textError{at, fmt.Sprintf("wanted UTF-8, got the byte %02X at position %d", text[at], at)}
		case !isChar(r):
			return &textError{at, fmt.Sprintf("wanted a character of XML, got U+%04X", r)}
		}
		at += size
	}
	return nil
}

func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

// nameStart and nameRest are the characters of names (XML 1.0, fifth edition,
// productions 4 and 4a), without the colon.
var (
	nameStart = `A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}\x{2070}-\x{218F}` +
		`\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}`
	ncName = regexp.MustCompile(`^[` + nameStart + `][-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}` + nameStart + `]*$`)
)

func isNCName(name string) bool {
	plain := name != ""
	for i, c := range []byte(name) { // a regular expression costs ten times as much
		letter := 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '_'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '-' || c == '.')) {
			plain = false
			break
		}
	}
	return plain || ncName.MatchString(name)
}

// cut shortens a text for a message.
func cut(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:most-1]) + "…"
}
