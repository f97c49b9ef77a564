package waiver_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cartconform/runner/waiver"
	"cartconform/spec"
)

func catalogue() *spec.Catalogue {
	return &spec.Catalogue{API: "demo", Requirements: []spec.Requirement{
		{ID: "DEMO-A-01", Level: spec.Must}, {ID: "DEMO-A-02", Level: spec.Should}, {ID: "DEMO-A-03", Level: spec.May},
	}}
}

const good = `# What we know of.
waivers:
  - id: DEMO-A-01
    reason: " ticket 12, the cart team "
    expires: 2026-12-31
  - {id: DEMO-A-02, reason: being rewritten, expires: "2027-01-15"}
`

func TestParse(t *testing.T) {
	f, err := waiver.Parse("w.yaml", []byte(good), catalogue())
	if err != nil {
		t.Fatal(err)
	}
	want := []waiver.Waiver{
		{ID: "DEMO-A-01", Reason: "ticket 12, the cart team", Expires: "2026-12-31", Line: 3},
		{ID: "DEMO-A-02", Reason: "being rewritten", Expires: "2027-01-15", Line: 6},
	}
	if len(f.Waivers) != 2 || f.Waivers[0] != want[0] || f.Waivers[1] != want[1] || f.Name != "w.yaml" || len(f.Digest) != 64 {
		t.Errorf("wanted %+v, got %+v", want, f)
	}
	if f, err := waiver.Parse("w.yaml", []byte("waivers: []\n"), catalogue()); err != nil || len(f.Waivers) != 0 {
		t.Errorf("wanted an empty list accepted, got %+v, %v", f, err)
	}
}

// The last day is included, and ends at midnight UTC, wherever the run is.
func TestExpired(t *testing.T) {
	w := waiver.Waiver{Expires: "2026-12-31"}
	west := time.FixedZone("west", -8*3600)
	for _, c := range []struct {
		at   time.Time
		want bool
	}{
		{time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC), false},
		{time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC), false},
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{time.Date(2026, 12, 31, 15, 59, 0, 0, west), false},
		{time.Date(2026, 12, 31, 16, 0, 0, 0, west), true},
	} {
		if got := w.Expired(c.at); got != c.want {
			t.Errorf("%v: wanted %v, got %v", c.at, c.want, got)
		}
	}
	f := waiver.File{Waivers: []waiver.Waiver{{ID: "A", Expires: "2026-12-31"}, {ID: "B", Expires: "2026-01-01"}}}
	if ids := f.IDs(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)); !ids["A"] || ids["B"] {
		t.Errorf("wanted A alone to hold, got %v", ids)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an empty file", good, "", "w.yaml: wanted waivers, got an empty file"},
		{"a list at the top", good, "- {id: DEMO-A-01}\n", "w.yaml:1: /: wanted the key waivers with a list below it, got an array of 1"},
		{"no list", good, "waivers:\n", "w.yaml:1: /waivers: wanted a list of waivers, got nothing"},
		{"a second document", good, good + "---\nwaivers: []\n", "w.yaml:7: wanted one document, got a second one"},
		{"an unknown key at the top", "waivers:", "owner: me\nwaivers:", `w.yaml:2: /: wanted a known key, got "owner"`},
		{"an unknown key", "reason: being", "since: 2026-01-01, reason: being", `w.yaml:6: /waivers/1: wanted a known key, got "since"`},
		{"a key twice", "expires: 2026-12-31", "expires: 2026-12-31\n    id: DEMO-A-01", `w.yaml:6: wanted each key once, got "id" again (first in line 3)`},
		{"no id", "id: DEMO-A-02, ", "", `w.yaml:6: /waivers/1: wanted the key "id", got none`},
		{"no reason", `    reason: " ticket 12, the cart team "` + "\n", "", `w.yaml:3: /waivers/0: wanted the key "reason", got none`},
		{"no expiry", `, expires: "2027-01-15"`, "", `w.yaml:6: /waivers/1: wanted the key "expires", got none`},
		{"a blank reason", `" ticket 12, the cart team "`, `"  "`, `w.yaml:4: /waivers/0/reason: wanted a reason: why the failure is accepted, and who answers for it, got "  "`},
		{"a reason left out", `" ticket 12, the cart team "`, "", `w.yaml:4: /waivers/0/reason: wanted a reason: why the failure is accepted, and who answers for it, got nothing`},
		{"a reason that is a number", `" ticket 12, the cart team "`, "12", `w.yaml:4: /waivers/0/reason: wanted a reason`},
		{"an unknown id", "DEMO-A-02", "DEMO-A-09", `w.yaml:6: unknown requirement "DEMO-A-09": cartconform requirements lists them`},
		{"an id that is none", "DEMO-A-02", "modify", `w.yaml:6: /waivers/1/id: wanted a requirement id such as CART-MOD-04, got "modify"`},
		{"an id that cannot fail", "DEMO-A-02", "DEMO-A-03", "w.yaml:6: DEMO-A-03 is of level may and cannot fail: there is nothing to waive"},
		{"an id twice", "DEMO-A-02", "DEMO-A-01", "w.yaml:6: wanted one waiver for each requirement, got DEMO-A-01 again (first in line 3)"},
		{"a date in another form", "2026-12-31", "31.12.2026", `w.yaml:5: /waivers/0/expires: wanted the last day on which the waiver holds, as YYYY-MM-DD, got "31.12.2026"`},
		{"a moment", "2026-12-31", "2026-12-31T10:00:00Z", `w.yaml:5: /waivers/0/expires: wanted the last day`},
		{"a day that there is not", "2026-12-31", "2026-02-30", "w.yaml:5: wanted a day that there is, got 2026-02-30"},
		{"a quoted day that there is not", "2027-01-15", "2027-13-15", "w.yaml:6: wanted a day that there is, got 2027-13-15"},
		{"an alias", "reason: being rewritten", "reason: *why", "w.yaml: yaml: unknown anchor 'why' referenced"},
		{"an entry that is none", "{id: DEMO-A-02, reason: being rewritten, expires: \"2027-01-15\"}", "DEMO-A-02", "w.yaml:6: /waivers/1: wanted the keys id, reason and expires, got \"DEMO-A-02\""},
		{"no YAML", "waivers:", "waivers: [", "w.yaml: yaml: "},
		{"what is too long", good, strings.Repeat("#", 1<<20) + "\n" + good, "w.yaml: wanted waivers, got more than 1048576 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			if text == good {
				t.Fatalf("wanted a change of %q, got none", c.old)
			}
			_, err := waiver.Parse("w.yaml", []byte(text), catalogue())
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("wanted %s, got %v", c.want, err)
			}
		})
	}
}

// All mistakes are named at once, also those that stand in one line.
func TestParseNamesEveryMistake(t *testing.T) {
	_, err := waiver.Parse("w.yaml", []byte(`waivers:
  - {id: DEMO-A-09, reason: "", expires: 2026-02-30, by: me}
  - id: DEMO-A-03
    expires: tomorrow
  - id: DEMO-A-01
    reason: fine
    expires: 2026-01-01
  - id: DEMO-A-01
    reason: fine
    expires: 2026-01-01
`), catalogue())
	if err == nil {
		t.Fatal("wanted an error, got none")
	}
	wanted := map[string]int{"w.yaml:2: ": 4, "w.yaml:3: ": 2, "w.yaml:4: ": 1, "w.yaml:8: ": 1}
	all := 0
	for at, n := range wanted {
		all += n
		if got := strings.Count("\n"+err.Error(), "\n"+at); got != n {
			t.Errorf("wanted %d mistakes at %s, got %d in\n%v", n, at, got, err)
		}
	}
	if got := len(strings.Split(err.Error(), "\n")); got != all {
		t.Errorf("wanted %d mistakes, got %d in\n%v", all, got, err)
	}
}

// What a run prints is a waivers file but for the reasons, and is refused as long
// as one is not written.
func TestStanza(t *testing.T) {
	text := waiver.Stanza([]string{"DEMO-A-01", "DEMO-A-02"}, time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC))
	_, err := waiver.Parse("w.yaml", []byte(text), catalogue())
	if err == nil || strings.Count(err.Error(), "wanted a reason") != 2 || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("wanted two reasons missing and nothing else, got %v of\n%s", err, text)
	}
	f, err := waiver.Parse("w.yaml", []byte(strings.ReplaceAll(text, `""`, "known")), catalogue())
	if err != nil || len(f.Waivers) != 2 || f.Waivers[1].Reason != "known" || f.Waivers[1].Expires != "2026-12-31" {
		t.Errorf("wanted two waivers, got %+v, %v", f, err)
	}
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.yaml")
	if _, err := waiver.Load(path, catalogue()); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("wanted the file to be missing, got %v", err)
	}
	if err := os.WriteFile(path, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := waiver.Load(path, catalogue()); err != nil || f.Name != path || len(f.Waivers) != 2 {
		t.Errorf("wanted two waivers, got %+v, %v", f, err)
	}
}
