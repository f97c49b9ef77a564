package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"cartconform/runner/report"
)

func page(t *testing.T, r report.Report) string {
	t.Helper()
	content, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestPage(t *testing.T) { golden(t, "index.html", page(t, everything())) }

// everything is a report with something of each kind.
func everything() report.Report {
	r := waived()
	r.Replay = &report.Replay{Of: strings.Repeat("e", 64), Unrecorded: 2}
	for i := range r.Requirements {
		if r.Requirements[i].ID == "CART-ADD-18" {
			r.Requirements[i].Reason = "needs CART-ADD-01: addItems: " + hostile
		}
	}
	r.InternalErrors = []string{"a spec went wrong: " + hostile}
	return r
}

// The page's policy names the style and the script that stand in it, and lets
// nothing else in.
func TestPagePolicy(t *testing.T) {
	text := page(t, sample())
	for _, element := range []string{"style", "script"} {
		inside := regexp.MustCompile(`(?s)<`+element+`>(.*?)</`+element+`>`).FindAllStringSubmatch(text, -1)
		if len(inside) != 1 {
			t.Fatalf("wanted one %s, got %d", element, len(inside))
		}
		sum := sha256.Sum256([]byte(inside[0][1]))
		// html/template writes + as &#43; in an attribute
		want := strings.ReplaceAll(element+"-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'", "+", "&#43;")
		if !strings.Contains(strings.ReplaceAll(text, "&#39;", "'"), want) {
			t.Errorf("wanted %s in the policy", want)
		}
	}
	if !strings.Contains(text, "default-src &#39;none&#39;") {
		t.Error("wanted nothing allowed that is not named")
	}
}

// everyText sets every text of a report.
func everyText(r *report.Report, text string) {
	setTexts(reflect.ValueOf(r).Elem(), func() string { return text })
}

func setTexts(v reflect.Value, text func() string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				setTexts(v.Field(i), text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if v.Type().Elem().Kind() != reflect.Uint8 {
				setTexts(v.Index(i), text)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			setTexts(v.Elem(), text)
		}
	}
}

// Whatever stands in a report, in whichever place, its page shows every
// character, has no element of its making, and does not grow with it.
func TestPageOfHostileReport(t *testing.T) {
	planted := hostile + `<script>alert(1)</script><img src=x onerror=alert(1)>" onload="alert(1)' x='javascript:alert(1) --><svg onload=alert(1)>{{.}}</style><style>*{}`
	r := everything()
	everyText(&r, planted)
	text := page(t, r)
	for _, c := range text {
		if !unicode.IsGraphic(c) && c != '\n' && c != '\t' {
			t.Fatalf("wanted every character visible, got %U", c)
		}
	}
	count := map[string]int{}
	tokens := html.NewTokenizer(strings.NewReader(text))
	for tokens.Next() != html.ErrorToken {
		tag := tokens.Token()
		if tag.Type != html.StartTagToken && tag.Type != html.SelfClosingTagToken {
			continue
		}
		count[tag.Data]++
		for _, a := range tag.Attr {
			address := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "xlink:href"
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" ||
				address && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' ") {
				t.Errorf("wanted no handler, style or address, got <%s %s=%q>", tag.Data, a.Key, a.Val)
			}
		}
	}
	if count["script"] != 1 || count["style"] != 1 || count["img"] != 0 || count["a"] == 0 {
		t.Errorf("wanted no element that a text makes, got %v", count)
	}

	long := everything()
	everyText(&long, strings.Repeat("0123456789abcdef", 8<<20/16))
	if n := len(page(t, long)); n > 2<<20 {
		t.Errorf("wanted long texts cut, got a page of %d bytes", n)
	}
}
