package coverage_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cartconform/runner/session"
	"cartconform/spec"
)

// section is what the changelog says about the ids of one version.
type section struct {
	version  string
	released bool
	ids      map[string][]string // by "Added", "Changed", "Removed"
}

// changelog reads the sections, newest first. A bullet that begins with "Added:",
// "Changed:" or "Removed:" names ids, ranges among them: CART-GEN-01 to CART-GEN-15.
func changelog(text string) []section {
	head := regexp.MustCompile(`^## (\d+\.\d+\.\d+)( \(unreleased\))?$`)
	bullet := regexp.MustCompile(`^\* (?:(Added|Changed|Removed):)?`)
	var sections []section
	kind := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if m := head.FindStringSubmatch(line); m != nil {
			sections = append(sections, section{m[1], m[2] == "", map[string][]string{}})
			kind = ""
			continue
		}
		if m := bullet.FindStringSubmatch(line); m != nil {
			kind = m[1]
		} else if !strings.HasPrefix(line, "  ") {
			kind = ""
		}
		if kind != "" && len(sections) > 0 {
			last := sections[len(sections)-1].ids
			last[kind] = append(last[kind], strings.TrimSpace(line))
		}
	}
	for _, s := range sections {
		for kind, lines := range s.ids {
			s.ids[kind] = idsIn(strings.Join(lines, " "))
		}
	}
	return sections
}

// idsIn lists the ids that a text names.
func idsIn(text string) []string {
	var ids []string
	for _, m := range regexp.MustCompile(`([A-Z]+(?:-[A-Z]+)*-)(\d\d)(?: to ([A-Z]+(?:-[A-Z]+)*-)(\d\d))?`).FindAllStringSubmatch(text, -1) {
		from, to := number(m[2]), number(m[2])
		if m[3] == m[1] {
			to = number(m[4])
		}
		for n := from; n <= to; n++ {
			ids = append(ids, fmt.Sprintf("%s%02d", m[1], n))
		}
	}
	return ids
}

func number(digits string) int { return int(digits[0]-'0')*10 + int(digits[1]-'0') }

// promise is what a released id stands for.
type promise struct{ id, level, profile string }

// broken says which promises about ids are not kept: sections come newest first,
// released holds the ids of each version that was released.
func broken(sections []section, released map[string][]promise, now []spec.Requirement) []string {
	var out []string
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	current := map[string]promise{}
	for _, r := range now {
		current[r.ID] = promise{r.ID, string(r.Level), string(r.Profile)}
	}
	known := map[string]bool{} // in any release
	since := map[string][]string{}
	for _, s := range sections {
		for _, p := range released[s.version] {
			known[p.id] = true
			is, there := current[p.id]
			switch {
			case !there && !slices.Contains(since["Removed"], p.id):
				complain("%s of version %s has disappeared: ids are stable; bring it back, or name it under \"Removed:\" in docs/CHANGELOG.md", p.id, s.version)
			case there && is != p && !slices.Contains(since["Changed"], p.id):
				complain("%s was %s/%s in version %s and is %s/%s: name it under \"Changed:\" in docs/CHANGELOG.md",
					p.id, p.level, p.profile, s.version, is.level, is.profile)
			}
		}
		if _, kept := released[s.version]; s.released && !kept {
			complain("version %s is released and its ids are not kept: write testdata/released/%s.txt", s.version, s.version)
		}
		for kind, ids := range s.ids {
			since[kind] = append(since[kind], ids...)
		}
	}
	for _, r := range now {
		if !known[r.ID] && !slices.Contains(since["Added"], r.ID) {
			complain("%s is new: name it under \"Added:\" in docs/CHANGELOG.md", r.ID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// releasedIDs reads the ids of every released version.
func releasedIDs(t *testing.T) map[string][]promise {
	t.Helper()
	names, err := filepath.Glob("testdata/released/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("wanted the ids of released versions, got none (%v)", err)
	}
	released := map[string][]promise{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		version := strings.TrimSuffix(filepath.Base(name), ".txt")
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) == 3 && fields[0] != "#" {
				released[version] = append(released[version], promise{fields[0], fields[1], fields[2]})
			}
		}
	}
	return released
}

// No id of a released version disappears, or means something else, without a word
// in the changelog; and none appears without one.
func TestReleasedIDsAreKept(t *testing.T) {
	text, err := os.ReadFile("../../docs/CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := changelog(string(text))
	if len(sections) < 2 || !strings.HasPrefix(session.Version().Suite, sections[0].version) {
		t.Fatalf("wanted the newest section of the changelog to be of version %s, got %v", session.Version().Suite, sections)
	}
	released := releasedIDs(t)
	if len(released["0.1.0"]) != 180 {
		t.Fatalf("wanted 180 ids of version 0.1.0, got %d", len(released["0.1.0"]))
	}
	contract, err := spec.BusinessCart()
	if err != nil {
		t.Fatal(err)
	}
	for _, complaint := range broken(sections, released, contract.Catalogue().Requirements) {
		t.Error(complaint)
	}
}

// The gate itself: what it must see, it sees.
func TestReleasedIDsGate(t *testing.T) {
	const log = `# Changelog

## 0.3.0 (unreleased)

* Something about A-01, which no list names.
* Added: A-05.
* Removed: A-02, because
  A-05 says more.

## 0.2.0

* Changed: A-03 is a should.

## 0.1.0

* Added: A-01 to A-03, and B-C-01.
`
	released := map[string][]promise{
		"0.1.0": {{"A-01", "must", "any"}, {"A-02", "must", "any"}, {"A-03", "must", "any"}, {"B-C-01", "may", "controlled"}},
		"0.2.0": {{"A-01", "must", "any"}, {"A-02", "must", "any"}, {"A-03", "should", "any"}, {"B-C-01", "may", "controlled"}},
	}
	row := func(id string, level spec.Level, profile spec.Profile) spec.Requirement {
		return spec.Requirement{ID: id, Level: level, Profile: profile}
	}
	now := []spec.Requirement{row("A-01", "must", "any"), row("A-03", "should", "any"), row("A-05", "must", "any"), row("B-C-01", "may", "controlled")}
	for name, c := range map[string]struct {
		log  string
		now  []spec.Requirement
		want string // a part of the one complaint; "" = none
	}{
		"all is said":                     {log, now, ""},
		"an id is gone":                   {log, now[1:], "A-01 of version 0.1.0 has disappeared"},
		"an id of two parts is gone":      {log, now[:3], "B-C-01 of version 0.1.0 has disappeared"},
		"a removal is not said":           {strings.Replace(log, "* Removed: A-02", "* A-02", 1), now, "A-02 of version 0.1.0 has disappeared"},
		"a removal is said too early":     {strings.Replace(strings.Replace(log, "* Removed: A-02", "*", 1), "* Added: A-01", "* Removed: A-02.\n* Added: A-01", 1), now, "A-02 of version 0.1.0 has disappeared"},
		"a level changes":                 {log, append([]spec.Requirement{row("A-01", "should", "any")}, now[1:]...), "A-01 was must/any in version 0.1.0 and is should/any"},
		"a profile changes":               {log, append([]spec.Requirement{row("A-01", "must", "controlled")}, now[1:]...), "A-01 was must/any in version 0.1.0 and is must/controlled"},
		"a change of long ago is not all": {log, []spec.Requirement{now[0], row("A-03", "may", "any"), now[2], now[3]}, "A-03 was should/any in version 0.2.0 and is may/any"},
		"an id is new":                    {log, append(slices.Clone(now), row("A-09", "must", "any")), "A-09 is new"},
		"a release is not kept":           {strings.Replace(log, "0.3.0 (unreleased)", "0.3.0", 1), now, "version 0.3.0 is released and its ids are not kept"},
	} {
		t.Run(name, func(t *testing.T) {
			complaints := broken(changelog(c.log), released, c.now)
			if c.want == "" && len(complaints) == 0 {
				return
			}
			if c.want == "" || len(complaints) == 0 || !strings.Contains(strings.Join(complaints, "\n"), c.want) {
				t.Errorf("wanted %q, got %q", c.want, complaints)
			}
		})
	}
}
