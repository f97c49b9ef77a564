package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

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

func TestPage(t *testing.T) { golden(t, "index.html", page(t, sample())) }

// The page's policy names the style and the script that stand in it, and lets
// nothing else in.
func TestPagePolicy(t *testing.T) {
	text := page(t, sample())
	for _, element := range []string{"style", "script"} {
		inside := regexp.MustCompile(`(?s)<` + element + `>(.*?)</` + element + `>`).FindAllStringSubmatch(text, -1)
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
func everyText(r *report.Report, text string) { setTexts(reflect.ValueOf(r).Elem(), text) }

func setTexts(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
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
	r := sample()
	everyText(&r, planted)
	text := page(t, r)
	for _, c := range text {
		if !unicode.IsGraphic(c) && c != '\n' && c != '\t' {
			t.Fatalf("wanted every character visible, got %U", c)
		}
	}
	tags := func(text string) map[string]int {
		count := map[string]int{}
		for _, tag := range regexp.MustCompile(`<[a-zA-Z]+`).FindAllString(text, -1) {
			count[tag]++
		}
		return count
	}
	got := tags(text)
	if got["<script"] != 1 || got["<style"] != 1 || got["<img"] != 0 {
		t.Errorf("wanted no element that a text makes, got %v", got)
	}
	if regexp.MustCompile(`<[^>]*\son[a-z]+=`).MatchString(text) {
		t.Error("wanted no handler in a tag, got one")
	}
	if bad := regexp.MustCompile(`(href|src|action)="[^"#d][^"]*"`).FindString(text); bad != "" {
		t.Errorf("wanted no address but those within the page, got %s", bad)
	}

	long := sample()
	everyText(&long, strings.Repeat("0123456789abcdef", 8<<20/16))
	if n := len(page(t, long)); n > 2<<20 {
		t.Errorf("wanted long texts cut, got a page of %d bytes", n)
	}
}
