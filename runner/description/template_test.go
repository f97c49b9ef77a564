package description_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"cartconform/fixtures"
	"cartconform/runner/description"
)

// filled replaces the placeholders.
func filled(text string) string {
	n := 0
	text = regexp.MustCompile(`<[^>]*e-mail[^>]*>`).ReplaceAllString(text, "buyer@example.com")
	text = regexp.MustCompile(`<one ASIN>`).ReplaceAllString(text, "B000000001")
	return regexp.MustCompile(`<[^>…]+>`).ReplaceAllStringFunc(text, func(string) string {
		n++
		return fmt.Sprintf("value-%d", n)
	})
}

// uncommented takes the # from each line that is YAML, not prose.
func uncommented(text string) string {
	yaml := regexp.MustCompile(`^( *)# ( *(?:- [{]|[a-zA-Z0-9-]+:(?: |$)).*)$`)
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if match := yaml.FindStringSubmatch(line); match != nil && !strings.Contains(line, "Region of") &&
			!strings.Contains(line, "In the place") && !strings.Contains(line, "Default:") &&
			!strings.Contains(line, "Behind HTTP") && !strings.Contains(line, "inconclusive") {
			line = match[1] + match[2]
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

var templateEnv = environment{"AMZ_ACCESS_TOKEN": "aaaa", "LWA_CLIENT_SECRET": "bbbb", "LWA_REFRESH_TOKEN": "cccc", "PAAPI_ACCESS_KEY": "dddd", "PAAPI_SECRET_KEY": "eeee"}

func TestTemplateParsesOnceFilled(t *testing.T) {
	template := string(description.Template())
	d, err := description.Parse("t.yaml", []byte(filled(template)), templateEnv.lookUp)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Target.Lanes) != 1 || len(d.Target.Data.Available) != 3 {
		t.Errorf("got %+v", d.Target)
	}
	if _, err := description.Parse("t.yaml", []byte(template), templateEnv.lookUp); err == nil || !strings.Contains(err.Error(), "is a placeholder") {
		t.Errorf("wanted the placeholders to be named, got %v", err)
	}
}

func TestTemplateParsesWithEverySection(t *testing.T) {
	text := filled(uncommented(string(description.Template())))
	// The template has both ways to get a token; one of them has to go.
	text = strings.Replace(text, "  headers:\n    x-amz-access-token: \"${AMZ_ACCESS_TOKEN}\"\n", "  headers: {}\n", 1)
	d, err := description.Parse("t.yaml", []byte(text), templateEnv.lookUp)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if d.RemoteCart == nil || d.Target.Ordering == nil || d.Target.Search == nil || d.HTTP.Auth == nil || d.Target.Control.SetStock == nil || d.Target.Remote.Control.AdvanceClock == nil || len(d.Target.Remote.OtherLocales) == 0 {
		t.Errorf("wanted every section, got %+v", d)
	}
}

func TestTemplateExplainsEveryKey(t *testing.T) {
	var schema any
	if err := json.Unmarshal(description.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	template := string(description.Template())
	var look func(any)
	look = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if properties, ok := v["properties"].(map[string]any); ok {
				for key := range properties {
					if !regexp.MustCompile(`\b` + key + `\b`).MatchString(template) {
						t.Errorf("wanted the template to explain %s", key)
					}
				}
			}
			for _, child := range v {
				look(child)
			}
		case []any:
			for _, child := range v {
				look(child)
			}
		}
	}
	look(schema)
}

// The document that a report holds is the whole description: read back, it is
// the same, and anybody can make its digest.
func TestDocumentIsTheWholeDescription(t *testing.T) {
	d, err := description.Parse("reference-target.yaml", fixtures.ReferenceTargetYAML, os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	if d, err = d.WithTarget("http://127.0.0.1:4711/stage"); err != nil {
		t.Fatal(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, d.Document(), "", "  "); err != nil {
		t.Fatal(err)
	}
	again, err := description.Parse("report.json", indented.Bytes(), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	digest, err := description.DigestOf(indented.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest != d.Digest || digest != d.Digest || !reflect.DeepEqual(again.Target, d.Target) {
		t.Errorf("wanted the description with digest %s back, got digest %s and by DigestOf %s", d.Digest, again.Digest, digest)
	}
}
