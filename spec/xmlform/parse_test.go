package xmlform

import (
	"encoding/xml"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

func parseT(t testing.TB, text string) *Element {
	t.Helper()
	e, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("parse %s: %v", cut(text), err)
	}
	return e
}

// shorn leaves out the lines, which differ with the spelling.
func shorn(e *Element) *Element {
	c := *e
	c.Line, c.Children = 0, nil
	for _, child := range e.Children {
		c.Children = append(c.Children, shorn(child))
	}
	return &c
}

// One document has many spellings, which all read the same.
func TestParseSpellings(t *testing.T) {
	want := New("urn:a", "r", "").With(New("urn:a", "x", "a<b&c"), New("urn:b", "y", "é"))
	want.Children[1].Attributes = []xml.Attr{{Name: xml.Name{Local: "n"}, Value: `"'`}, {Name: xml.Name{Space: "urn:b", Local: "n"}, Value: "2"}}
	for name, text := range map[string]string{
		"default namespaces":  `<r xmlns="urn:a"><x>a&lt;b&amp;c</x><y xmlns="urn:b" xmlns:b="urn:b" n="&quot;'" b:n="2">é</y></r>`,
		"prefixes":            `<p:r xmlns:p="urn:a" xmlns:q="urn:b"><p:x>a&lt;b&amp;c</p:x><q:y n='"&apos;' q:n="2">é</q:y></p:r>`,
		"prefix bound again":  `<p:r xmlns:p="urn:a"><p:x>a&lt;b&amp;c</p:x><p:y xmlns:p="urn:b" n='"&#39;' p:n="2">&#xE9;</p:y></p:r>`,
		"CDATA":               `<r xmlns="urn:a"><x><![CDATA[a<b&]]>c</x><b:y xmlns:b="urn:b" n="&#34;'" b:n="2"><![CDATA[é]]></b:y></r>`,
		"comments":            `<!-- a --><r xmlns="urn:a"><x>a&lt;<!-- - -->b&amp;<?pi x?>c</x><b:y xmlns:b="urn:b" n="&#34;'" b:n="2">é</b:y></r><!-- b --><?z?>`,
		"declaration":         `<?xml version="1.0" encoding="utf-8" standalone='yes'?>` + "\r\n" + `<r xmlns="urn:a"><x>a&#60;b&#x26;c</x><b:y xmlns:b="urn:b" n="&#34;'" b:n="2">é</b:y></r>` + "\n",
		"mark":                "\xef\xbb\xbf" + `<?xml version="1.0"?><r xmlns="urn:a"><x>a&#60;b&#x26;c</x><b:y xmlns:b="urn:b" n="&#34;'" b:n="2">é</b:y></r>`,
		"US-ASCII":            `<?xml version="1.0" encoding="us-ascii"?><r xmlns="urn:a"><x>a&#60;b&#x26;c</x><b:y xmlns:b="urn:b" n="&#34;'" b:n="2">&#233;</b:y></r>`,
		"white space in tags": "<r\n xmlns = 'urn:a' ><x >a&lt;b&amp;c</x\n><b:y\txmlns:b='urn:b' n='&#34;&#39;'\n b:n='2' >é</b:y ></r >",
	} {
		t.Run(name, func(t *testing.T) {
			if got := shorn(parseT(t, text)); !reflect.DeepEqual(got, want) {
				t.Errorf("wanted\n%+v, got\n%+v", want, got)
			}
		})
	}
}

func TestParsePlaces(t *testing.T) {
	e := parseT(t, "<?xml version=\"1.0\"?>\n<r>\n <a/>\n\n <b>x\ny</b><c/></r>")
	if e.Line != 2 || e.Children[0].Line != 3 || e.Children[1].Line != 5 || e.Children[2].Line != 6 {
		t.Errorf("wanted the lines 2, 3, 5 and 6, got %d, %d, %d and %d", e.Line, e.Children[0].Line, e.Children[1].Line, e.Children[2].Line)
	}
	_, err := Parse([]byte("<r>\n <a>\n  <b>&nbsp;</b></a></r>"))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 3 || syntax.Path != "/r/a/b" {
		t.Errorf("wanted an error in line 3, in /r/a/b, got %v", err)
	}
}

// What is not exactly one well-formed document, or would need more than its text,
// is refused, also where encoding/xml is lax.
func TestParseRefuses(t *testing.T) {
	for text, reason := range map[string]string{
		"":                                    "a root element",
		" <!-- --> ":                          "a root element",
		"plain":                               "nothing but the root element",
		"<a>":                                 "the end tag of <a>",
		"</a>":                                "no end tag",
		"<a></b>":                             "the end tag of <a>",
		"<p:a xmlns:p='u' xmlns:q='u'></q:a>": "the end tag of <p:a>",
		"<a/><b/>":                            "one root element",
		"<a/>x":                               "nothing but the root element",
		"x<a/>":                               "nothing but the root element",
		"<a/>&#32;":                           "nothing but the root element",
		"<a/><![CDATA[ ]]>":                   "nothing but the root element",
		"<a x='1' x='2'/>":                    "each attribute once",
		"<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>": "each attribute once",
		"<a xmlns='u' xmlns='u'/>":                     "namespace twice",
		"<p:a/>":                                       "a declared prefix",
		"<a p:x='1'/>":                                 "a declared prefix",
		"<a><b xmlns:p='u'/><p:c/></a>":                "a declared prefix",
		"<a xmlns:p=''/>":                              "a namespace for the prefix",
		"<a xmlns:xml='u'/>":                           "for themselves",
		"<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>": "for themselves",
		"<a xmlns:xmlns='u'/>":                                "for themselves",
		"<:a/>":                                               "colon",
		"<a :x='1'/>":                                         "colon",
		"<a:b:c xmlns:a='u'/>":                                "",
		"<a: xmlns:a='u'/>":                                   "",
		"<1a/>":                                               "",
		"<p:1a xmlns:p='u'/>":                                 "colon",
		"<a x='1'y='2'/>":                                     "white space between attributes",
		"<a x=1/>":                                            "",
		"<a x/>":                                              "",
		"<a x='<'/>":                                          "",
		"<a>]]></a>":                                          "",
		"<a>&b;</a>":                                          "",
		"<a>& b</a>":                                          "",
		"<a>&#0;</a>":                                         "character",
		"<a>&#xD800;</a>":                                     "a reference to a character",
		"<a x='&#xDFFF;'/>":                                   "a reference to a character",
		"<a>&#xFFFE;</a>":                                     "character",
		"<a>&#x110000;</a>":                                   "character",
		"<a>&#99999999999999999999;</a>":                      "character",
		"<a>\x00</a>":                                         "a character of XML",
		"<a>\x1b</a>":                                         "a character of XML",
		"<a><!-- \x01 --></a>":                                "a character of XML",
		"<a>\uffff</a>":                                       "a character of XML",
		"<a>\xff</a>":                                         "UTF-8",
		"<a>\xed\xa0\x80</a>":                                 "UTF-8",
		"\xff\xfe<\x00a\x00/\x00>\x00":                        "UTF-16",
		"\xfe\xff\x00<\x00a\x00/\x00>":                        "UTF-16",
		"<?xml version='1.0' encoding='ISO-8859-1'?><a/>":   "wanted UTF-8",
		"<?xml version='1.0' encoding='UTF-16'?><a/>":       "wanted UTF-8",
		"<?xml version='1.0' encoding='us-ascii'?><a>é</a>": "wanted UTF-8",
		"<?xml version='2.0'?><a/>":                         "",
		"<?xml?><a/>":                                       "an XML declaration",
		"<?xml encoding='utf-8'?><a/>":                      "an XML declaration",
		"<?xml version='1.0' encoding='utf-8' x='y'?><a/>":  "an XML declaration",
		" <?xml version='1.0'?><a/>":                        "at the very beginning",
		"<a/><?xml version='1.0'?>":                         "at the very beginning",
		"<?XML version='1.0'?><a/>":                         "at the very beginning",
		"<?a:b c?><a/>":                                     "without a colon",
		"<!DOCTYPE a><a/>":                                  "no document type",
		"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>":          "no document type",
		`<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`:      "no document type",
		"<!-- a -- b --><a/>":                               "",
		"<a><!-- a</a>":                                     "",
		"<a><![CDATA[</a>":                                  "",
		"<html><br></html>":                                 "the end tag of <br>",
	} {
		e, err := Parse([]byte(text))
		var syntax *SyntaxError
		switch {
		case err == nil:
			t.Errorf("%q: wanted an error, got %+v", text, e)
		case !errors.As(err, &syntax) || syntax.Line < 1:
			t.Errorf("%q: wanted a syntax error with a line, got %v", text, err)
		case !strings.Contains(err.Error(), reason):
			t.Errorf("%q: wanted an error with %q, got %v", text, reason, err)
		}
	}
}

// What is beyond the bounds is not read any further.
func TestParseBounds(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	wide := func(n int) string { return "<a>" + strings.Repeat("<b/>", n-1) + "</a>" }
	for _, text := range []string{deep(MaxDepth), wide(MaxNodes), "<a>" + strings.Repeat("x", MaxBytes-7) + "</a>"} {
		parseT(t, text)
	}
	attributes := strings.Builder{}
	for i := range MaxNodes {
		attributes.WriteString(" a" + strings.Repeat("b", i%5) + string(rune('a'+i%26)) + "='1'")
	}
	for _, text := range []string{deep(MaxDepth + 1), wide(MaxNodes + 1), "<a>" + strings.Repeat("x", MaxBytes) + "</a>", "<a" + attributes.String() + "/>"} {
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrBound) {
			t.Errorf("wanted the document %s refused for its size, got %v", cut(text), err)
		}
	}
}

// A document of 1 MiB takes at most 64 MiB and does not hang, whatever it is full of.
func TestParseMemory(t *testing.T) {
	const length = 1 << 20
	fill := func(before, unit, after string) string {
		return before + strings.Repeat(unit, (length-len(before)-len(after))/len(unit)) + after
	}
	for name, text := range map[string]string{
		"elements": fill("<a>", "<b/>", "</a>"), "elements, few": fill("<a>", "<b>0123456789</b>", "</a>"), "nesting": strings.Repeat("<a>", length/3),
		"attributes": fill("<a", " b='1'", "/>"), "text": fill("<a>", "x", "</a>"), "references": fill("<a>", "&lt;", "</a>"), "comments": fill("<a>", "<!---->", "</a>"),
		"sections": fill("<a>", "<![CDATA[]]>", "</a>"), "sections with text": fill("<a>", "x<![CDATA[y]]>", "</a>"), "instructions": fill("<a>", "<?b?>", "</a>"),
		"namespaces": fill("<a>", "<b xmlns='u'/>", "</a>"), "blanks": fill("<a/>", " ", ""), "name": fill("<", "a", "/>"), "lines": fill("<a>", "\n<b/>", "</a>"),
		"bomb": `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><a>` + strings.Repeat("&b;", 300_000) + "</a>",
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		e, err := Parse([]byte(text))
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
			t.Errorf("%s: wanted at most 64 MiB, got %d MiB", name, used>>20)
		}
		if took > 20*time.Second {
			t.Errorf("%s: wanted an answer within 20s, got it after %s", name, took)
		}
		t.Logf("%s: %d MiB, %s, %v", name, (after.TotalAlloc-before.TotalAlloc)>>20, took, err)
		runtime.KeepAlive(e)
	}
}

func TestElementBytes(t *testing.T) {
	e := New("urn:a", "r", "").With(New("urn:a", "x", "a<b>&\"c]]>\r\n\t é"), New("", "y", "").With(New("urn:b", "z", " ")))
	e.Attributes = []xml.Attr{{Name: xml.Name{Local: "n"}, Value: "<&\"'\t\n\r"}, {Name: xml.Name{Space: "urn:c", Local: "m"}, Value: "1"},
		{Name: xml.Name{Space: xmlNamespace, Local: "lang"}, Value: "en"}}
	text, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if got := shorn(parseT(t, string(text))); !reflect.DeepEqual(got, e) {
		t.Errorf("wanted\n%+v back from\n%s, got\n%+v", e, text, got)
	}
	for _, bad := range []*Element{New("", "", ""), New("", "a:b", ""), New("", "a b", ""), New("", "a", "\x00"), New("", "a", "\xff"), New("\x01", "a", ""),
		{Name: xml.Name{Local: "a"}, Attributes: []xml.Attr{{Name: xml.Name{Local: "<"}}}}, New("", "a", "").With(New("", "b", "\ufffe"))} {
		if text, err := bad.Bytes(); err == nil {
			t.Errorf("wanted an error for %+v, got %s", bad, text)
		}
	}
}

// No text makes the parser crash or hang, and what it accepts comes back from
// its own writing.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`<a/>`, `<p:a xmlns:p="u" p:b="c">d<![CDATA[e]]>&#102;<!--g--><h/></p:a>`, "<?xml version='1.0'?><a xml:lang='x'>\r\n</a>", "<!DOCTYPE a><a/>",
		"\xef\xbb\xbf<a xmlns=''/>", "<a>&#xD800;</a>", "<a x='1'y='2'/>", "<a></b>", "<a:b:c/>"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		// Whatever we accept, a validating reader of the standard library does too.
		if err := xml.Unmarshal(text, new(struct{})); err != nil && !strings.Contains(err.Error(), "encoding") {
			t.Errorf("wanted encoding/xml to accept it as well, got %v", err)
		}
		written, err := e.Bytes()
		if err != nil {
			t.Fatalf("wanted the document written again, got %v", err)
		}
		again, err := Parse(written)
		if err != nil || !reflect.DeepEqual(shorn(again), shorn(e)) {
			t.Errorf("wanted the same from\n%s, got %v", written, err)
		}
	})
}
