package description_test

import (
	"errors"
	"strings"
	"testing"

	"cartconform/runner/description"
)

// FuzzParse: no input panics; each gives a description or problems with lines
// that are in the input; no secret is shown.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{full, small, remote, "", "a: [", "- a", "a: &a [*a]", "? {a: b}\n: c", "target: {headers: {a.b[0]: \"${TOKEN}\"}}",
		"lanes: [[[[{}]]]]", "profile: !!binary aGk=", "profile: !!int live", "<<: {profile: live}", "target: {baseURL: \"https://${TOKEN}@\"}",
		string(description.Template())} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := description.Parse("t.yaml", content, env.lookUp)
		if err == nil {
			business := d.BusinessCart() && len(d.Target.Lanes) > 0 && d.Target.Lanes[0].Buyer != "" && d.HTTP.Burst >= 1 && d.HTTP.Timeout > 0
			remote := d.RemoteCart != nil && d.Target.Remote != nil && d.RemoteCart.HTTP.BaseURL != nil && d.RemoteCart.HTTP.Burst >= 1 &&
				d.RemoteCart.HTTP.Timeout > 0 && d.RemoteCart.SecretKey != "" && len(d.Target.Remote.OtherLocales) == len(d.RemoteCart.Locales)
			if !business && !remote || d.BusinessCart() != business || (d.RemoteCart != nil) != remote || d.Digest == "" {
				t.Fatalf("wanted a whole description, got %+v", d)
			}
			return
		}
		var listed *description.Error
		if d != nil || !errors.As(err, &listed) || len(listed.Problems) == 0 {
			t.Fatalf("wanted problems alone, got %v, %v", d, err)
		}
		lines := strings.Count(string(content), "\n") + strings.Count(string(content), "\r") + strings.Count(string(content), "\u0085") +
			strings.Count(string(content), "\u2028") + strings.Count(string(content), "\u2029") + 1
		for _, p := range listed.Problems {
			if p.Line < 0 || p.Line > lines+1 || p.Text == "" {
				t.Fatalf("wanted a line up to %d and a text, got %+v", lines, p)
			}
		}
	})
}
