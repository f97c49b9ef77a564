package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"cartconform/runner/verdict"
)

func TestBadge(t *testing.T) {
	r := sample()
	looks := map[string]bool{}
	for _, v := range verdict.Verdicts() {
		r.Verdict = v
		badge, err := r.Badge()
		if err != nil {
			t.Fatal(err)
		}
		if text := string(badge); !strings.Contains(text, string(v)+" (live)</text>") || !strings.Contains(text, "<title") {
			t.Errorf("wanted the verdict, the profile and a title, got %s", text)
		}
		looks[string(badge)] = true
		if v == verdict.NotConformant {
			golden(t, "badge.svg", string(badge))
		}
	}
	if len(looks) != len(verdict.Verdicts()) {
		t.Error("wanted a picture for each verdict")
	}

	everyText(&r, hostile+`<script>alert(1)</script>`+strings.Repeat("long ", 10_000))
	badge, err := r.Badge()
	if err != nil || len(badge) > 5000 {
		t.Fatalf("wanted a small picture, got %d bytes (%v)", len(badge), err)
	}
	decoder := xml.NewDecoder(strings.NewReader(string(badge)))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "script" {
			t.Error("wanted no element that a text makes, got a script")
		}
	}
}
