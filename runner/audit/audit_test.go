package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cartconform/runner/attest"
	"cartconform/runner/audit"
	"cartconform/runner/har"
	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

func TestAccepted(t *testing.T) {
	key := newKey(t)
	f := copied(t)
	unsigned := f.check(audit.Options{})
	if len(unsigned.Problems) > 0 || !strings.Contains(unsigned.Sentence, "not vouched for: ") ||
		!strings.Contains(unsigned.Sentence, "because nobody signed it") ||
		!strings.Contains(unsigned.Sentence, `the verdict "not-conformant"`) {
		t.Errorf("wanted an unsigned report accepted for what it is, got\n%s", text(unsigned))
	}
	f.sign(key)
	if o := f.check(audit.Options{Keys: []*attest.Key{key}}); len(o.Problems) > 0 || !strings.Contains(o.Sentence, "it was signed with key "+key.ID()) {
		t.Errorf("wanted a signed report accepted, got\n%s", text(o))
	}
	if o := f.check(audit.Options{}); len(o.Problems) > 0 || !strings.Contains(o.Sentence, "who signed it, because no --key was given") {
		t.Errorf("wanted the signature not vouched for without a key, got\n%s", text(o))
	}
	other := newKey(t)
	f.sign(other)
	if o := f.check(audit.Options{Keys: []*attest.Key{key, other}}); len(o.Problems) > 0 {
		t.Errorf("wanted both signatures accepted, got\n%s", text(o))
	}
	if err := os.Remove(filepath.Join(f.dir, report.JUnitFile)); err != nil {
		t.Fatal(err)
	}
	if o := f.check(audit.Options{}); len(o.Problems) > 0 || strings.Contains(o.Sentence, report.JUnitFile) {
		t.Errorf("wanted a missing form neither refused nor vouched for, got\n%s", text(o))
	}
}

func TestNoReport(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := audit.Check(t.Context(), dir, audit.Options{}); err == nil || !strings.Contains(err.Error(), "holds no report.json") {
			t.Errorf("wanted an error for a folder without a report, got %v", err)
		}
	}
}

// What would be read for ever is not read.
func TestNoFiles(t *testing.T) {
	for _, name := range []string{report.JSONFile, har.File} {
		f := copied(t)
		path := filepath.Join(f.dir, name)
		if err := errors.Join(os.Remove(path), os.Symlink("/dev/zero", path)); err != nil {
			t.Fatal(err)
		}
		o, err := audit.Check(t.Context(), f.dir, audit.Options{Replay: true})
		if err == nil && len(o.Problems) == 0 {
			t.Errorf("wanted a device in the place of %s refused, got %s", name, o.Sentence)
		}
	}
}

// Any byte that is changed after signing is noticed, whatever it is.
func TestOneByte(t *testing.T) {
	key := newKey(t)
	f := copied(t)
	f.sign(key)
	for _, name := range []string{report.JSONFile, har.File} {
		content := f.read(name)
		for i := 0; i < len(content); i += 1 + len(content)/3 {
			changed := slices.Clone(content)
			changed[i] ^= 1
			f.write(name, changed)
			o := f.check(audit.Options{Keys: []*attest.Key{key}})
			if !strings.Contains(text(o), "digest: "+name+": wanted the file that was signed") || !strings.Contains(text(o), "it was changed after it was signed") ||
				!strings.HasPrefix(o.Sentence, "refused: ") {
				t.Errorf("%s, byte %d: wanted it refused by its digest, got\n%s", name, i, text(o))
			}
		}
		f.write(name, content)
	}
}

func TestRefused(t *testing.T) {
	vendor, tamperer := newKey(t), newKey(t)
	by := audit.Options{Keys: []*attest.Key{vendor}}
	for name, test := range map[string]struct {
		tamper  func(f folder)
		options audit.Options
		want    []string
	}{
		"a requirement removed": {func(f folder) {
			f.edit(func(r *report.Report) {
				r.Requirements = slices.DeleteFunc(r.Requirements, func(q report.Requirement) bool { return q.ID == broken })
			})
		}, audit.Options{}, []string{"catalogue: report.json requirements: wanted CART-MOD-04 exactly once, got it 0 times"}},
		"a requirement twice": {func(f folder) {
			f.edit(func(r *report.Report) { r.Requirements = append(r.Requirements, r.Requirements[0]) })
		}, audit.Options{}, []string{"exactly once, got it 2 times"}},
		"a requirement that there is none": {func(f folder) {
			f.edit(func(r *report.Report) {
				more := r.Requirements[0]
				more.ID = "CART-NEW-01"
				r.Requirements = append(r.Requirements, more)
			})
		}, audit.Options{}, []string{"wanted ids of the catalogue, got CART-NEW-01"}},
		"the verdict edited": {func(f folder) {
			f.edit(func(r *report.Report) { r.Verdict = verdict.Conformant })
		}, audit.Options{}, []string{`account: report.json verdict: wanted "not-conformant", got "conformant"`}},
		"the exit code edited": {func(f folder) {
			f.edit(func(r *report.Report) { r.Exit = 0 })
		}, audit.Options{}, []string{"account: report.json exit: wanted 1, got 0"}},
		"the sentence edited": {func(f folder) {
			f.edit(func(r *report.Report) { r.Sentence = "conformant (all judged)" })
		}, audit.Options{}, []string{"account: report.json sentence: wanted"}},
		"the totals edited": {func(f folder) {
			f.edit(func(r *report.Report) { r.Totals.Must.Passed++ })
		}, audit.Options{}, []string{"account: report.json totals must passed: wanted"}},
		"a state edited": {func(f folder) {
			f.edit(func(r *report.Report) {
				q := row(r, broken)
				q.State, q.Findings = verdict.Passed, []report.Finding{}
			})
		}, audit.Options{}, []string{`account: report.json requirements CART-MOD-04 state: wanted "failed", got "passed"`}},
		"a level edited": {func(f folder) {
			f.edit(func(r *report.Report) { row(r, broken).Level = spec.Should })
		}, audit.Options{}, []string{`requirements CART-MOD-04 level: wanted "must", got "should"`}},
		"a statement edited": {func(f folder) {
			f.edit(func(r *report.Report) { row(r, broken).Statement = "Anything goes." })
		}, audit.Options{}, []string{"requirements CART-MOD-04 statement: wanted"}},
		"a failed row without findings": {func(f folder) {
			f.edit(func(r *report.Report) { row(r, broken).Findings = []report.Finding{} })
		}, audit.Options{}, []string{"schema: report.json: wanted a report of form urn:cartconform:report:1, got /requirements/"}},
		"a profile that asks for less": {func(f folder) {
			f.edit(func(r *report.Report) { r.Profile = "live" })
		}, audit.Options{}, []string{`account: report.json profile: wanted "controlled", got "live"`}},
		"another target": {func(f folder) {
			f.edit(func(r *report.Report) { r.Target.BaseURL = "https://cart.example.com" })
		}, audit.Options{}, []string{"account: report.json target baseURL: wanted"}},
		"the target description edited": {func(f folder) {
			f.edit(func(r *report.Report) {
				r.Configuration.Document = bytes.Replace(r.Configuration.Document, []byte(`"US"`), []byte(`"DE"`), 1)
			})
		}, audit.Options{}, []string{"configuration: report.json configuration.digest: wanted", "the digest of configuration.document"}},
		"no target description": {func(f folder) {
			f.edit(func(r *report.Report) { r.Configuration.Document = json.RawMessage("null") })
		}, audit.Options{}, []string{"account: report.json: wanted a report that can be made again"}},
		"another selection": {func(f folder) {
			f.edit(func(r *report.Report) { r.Selection.Requirements = []string{"CART-LIST-01"} })
		}, audit.Options{}, []string{"account: report.json requirements"}},
		"another contract": {func(f folder) {
			f.edit(func(r *report.Report) { r.Contracts[0].Digest = strings.Repeat("0", 64) })
		}, audit.Options{}, []string{"contract: report.json contracts: wanted a contract of this cartconform", "what follows from it cannot be told"}},
		"no contract": {func(f folder) {
			f.edit(func(r *report.Report) { r.Contracts = []report.Contract{} })
		}, audit.Options{}, []string{"contract: report.json contracts: wanted the contract that was judged, got none"}},
		"blanks": {func(f folder) {
			f.write(report.JSONFile, bytes.Replace(f.read(report.JSONFile), []byte(`"exit": 1`), []byte(`"exit":  1`), 1))
		}, audit.Options{}, []string{"form: report.json line", "as cartconform writes it"}},
		"a key twice": {func(f folder) {
			f.write(report.JSONFile, bytes.Replace(f.read(report.JSONFile), []byte(`"verdict": "not-conformant",`), []byte(`"verdict": "not-conformant", "verdict": "conformant",`), 1))
		}, audit.Options{}, []string{"form: report.json line"}},
		"no JSON": {func(f folder) { f.write(report.JSONFile, []byte("conformant")) }, audit.Options{}, []string{"schema: report.json: wanted"}},

		"an exchange altered": {func(f folder) {
			f.write(har.File, bytes.Replace(f.read(har.File), []byte(`"status":200`), []byte(`"status":201`), 1))
		}, audit.Options{}, []string{"exchanges: exchanges.har: wanted the file with SHA-256"}},
		"an exchange removed, the digest made again": {func(f folder) {
			var shown string
			f.edit(func(r *report.Report) { shown = row(r, broken).Findings[0].Exchange })
			f.archive(func(entries []string) []string {
				return slices.DeleteFunc(entries, func(e string) bool { return strings.Contains(e, `"_id":"`+shown+`"`) })
			})
		}, audit.Options{}, []string{"exchanges: exchanges.har: wanted", "exchanges: report.json finding of CART-MOD-04: wanted an exchange of exchanges.har"}},
		"an answer of a finding altered, the digest made again": {func(f folder) {
			var shown string
			f.edit(func(r *report.Report) { shown = row(r, broken).Findings[0].Exchange })
			f.archive(func(entries []string) []string {
				for i, e := range entries {
					if strings.Contains(e, `"_id":"`+shown+`"`) {
						entries[i] = strings.Replace(e, `"status":200`, `"status":207`, 1)
					}
				}
				return entries
			})
		}, audit.Options{}, []string{"account: report.json requirements CART-MOD-04 findings 0 request: wanted"}},
		"a spec hidden": {func(f folder) {
			f.edit(func(r *report.Report) {
				q := row(r, broken)
				q.State, q.Findings = verdict.NotRun, []report.Finding{}
				for i, s := range q.Specs {
					q.Specs[i] = report.Spec{Name: s.Name, Outcome: string(verdict.DidNotRun), Reason: "the run was interrupted"}
				}
				r.Interrupted = true
			})
		}, audit.Options{}, []string{"exchanges: report.json spec business cart modifying leaves the other lines alone: wanted a record of it, which made exchanges in exchanges.har, got none"}},
		"fewer requests than were made": {func(f folder) {
			f.edit(func(r *report.Report) { row(r, broken).Specs[0].Calls-- })
		}, audit.Options{}, []string{"exchanges: report.json spec business cart modifying "}},
		"an exchange twice": {func(f folder) {
			f.archive(func(entries []string) []string { return slices.Insert(entries, 1, entries[1]) })
		}, audit.Options{}, []string{"wanted each exchange once, got"}},
		"no archive": {func(f folder) { os.Remove(filepath.Join(f.dir, har.File)) }, audit.Options{},
			[]string{"exchanges: exchanges.har: wanted the archive of the exchanges, got no such file"}},
		"no archive named": {func(f folder) {
			f.edit(func(r *report.Report) { r.Exchanges = report.Exchanges{} })
		}, audit.Options{}, []string{"exchanges: report.json exchanges.file: wanted exchanges.har"}},
		"an archive elsewhere": {func(f folder) {
			f.edit(func(r *report.Report) { r.Exchanges.File = "../exchanges.har" })
		}, audit.Options{}, []string{"exchanges: report.json exchanges.file: wanted exchanges.har"}},
		"an archive that is none": {func(f folder) { f.write(har.File, []byte("{}")) }, audit.Options{},
			[]string{"exchanges: exchanges.har: wanted an archive that can be read"}},

		"signed by another key": {func(f folder) { f.sign(tamperer) }, by,
			[]string{"signature: report.dsse.json: wanted a signature of key " + vendor.ID(), tamperer.ID()}},
		"everything made again and signed with another key": {func(f folder) {
			f.edit(acquit)
			f.sign(tamperer)
		}, by, []string{"signature: report.dsse.json: wanted a signature of key " + vendor.ID()}},
		"not signed": {func(folder) {}, by, []string{"signature: report.dsse.json: wanted an envelope signed by key " + vendor.ID(), "nobody signed this report"}},
		"signed, then edited consistently": {func(f folder) {
			f.sign(vendor)
			f.edit(acquit)
		}, by, []string{"digest: report.json: wanted the file that was signed", `statement: report.dsse.json predicate verdict: wanted "partial", got "not-conformant"`}},
		"an envelope that is none": {func(f folder) { f.write(attest.File, []byte("{}")) }, audit.Options{},
			[]string{"signature: report.dsse.json: wanted an envelope that can be read"}},
		"an envelope about something else": {func(f folder) {
			e, err := attest.Sign(attest.NewStatement(attest.Predicate{}, attest.FileDigest("other", "00")), tamperer)
			if err != nil {
				f.t.Fatal(err)
			}
			content, err := e.Encode()
			if err != nil {
				f.t.Fatal(err)
			}
			f.write(attest.File, content)
		}, audit.Options{}, []string{"wanted report.json, got a statement that is not about it", `wanted report.json and exchanges.har, got "other" too`}},
		"an envelope of another kind": {func(f folder) {
			f.sign(vendor)
			f.write(attest.File, bytes.Replace(f.read(attest.File), []byte("in-toto"), []byte("others"), 1))
		}, by, []string{"statement: report.dsse.json: wanted a statement about a report", "signature: report.dsse.json: wanted a signature of key"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := copied(t)
			test.tamper(f)
			o := f.check(test.options)
			if len(o.Problems) == 0 || !strings.HasPrefix(o.Sentence, "refused: ") {
				t.Fatalf("wanted it refused, got\n%s", text(o))
			}
			for _, want := range test.want {
				if !strings.Contains(text(o), want) {
					t.Errorf("wanted %q in\n%s", want, text(o))
				}
			}
		})
	}
}

// What is edited so that it agrees with itself is found by judging the exchanges
// again, and only so.
func TestReplay(t *testing.T) {
	if o := copied(t).check(audit.Options{Replay: true}); len(o.Problems) > 0 || !strings.Contains(o.Sentence, "recorded exchanges again, came to the same") {
		t.Errorf("wanted the report as it was accepted, got\n%s", text(o))
	}
	for name, test := range map[string]struct {
		tamper func(f folder)
		want   []string
	}{
		"all that speaks against the target taken back": {
			func(f folder) { f.edit(acquit) },
			[]string{
				"replay: report.json requirements CART-MOD-04 state: wanted failed by the recorded exchanges (",
				"), got passed",
				"replay: report.json verdict: wanted not-conformant by the recorded exchanges, got partial",
			},
		},
		"what was expected": {
			func(f folder) {
				f.edit(func(r *report.Report) { row(r, broken).Findings[0].Wanted = "something that nobody promised" })
			},
			[]string{"replay: report.json requirements CART-MOD-04 findings 0 wanted: wanted"},
		},
		"drift invented": {
			func(f folder) {
				f.edit(func(r *report.Report) {
					r.Drift = append(r.Drift, report.Drift{Kind: "field", Operation: "addItems", Count: 1})
				})
			},
			[]string{"replay: report.json drift: wanted"},
		},
		"an answer made better": {
			func(f folder) {
				f.archive(func(entries []string) []string {
					for i, e := range entries {
						if strings.Contains(e, "leaves the other lines alone") && strings.Contains(e, `\"quantity\":1`) {
							entries[i] = strings.ReplaceAll(e, `\"quantity\":1`, `\"quantity\":3`)
						}
					}
					return entries
				})
			},
			[]string{"replay: report.json requirements CART-MOD-04"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := copied(t)
			test.tamper(f)
			o := f.check(audit.Options{Replay: true})
			for _, want := range test.want {
				if !strings.Contains(text(o), want) {
					t.Errorf("wanted %q in\n%s", want, text(o))
				}
			}
			if name == "an answer made better" { // a finding shows the answer
				return
			}
			if o := f.check(audit.Options{}); len(o.Problems) > 0 || !strings.Contains(o.Sentence, "not vouched for: that the recorded exchanges lead to these states") {
				t.Errorf("wanted a report that agrees with itself accepted for no more than that, got\n%s", text(o))
			}
		})
	}
}

// A form that says something else than report.json is noticed.
func TestRenderedFilesEdited(t *testing.T) {
	for _, name := range report.Files()[1:] {
		f := copied(t)
		content := f.read(name)
		f.write(name, slices.Concat(content[:len(content)/2], []byte("conformant"), content[len(content)/2:]))
		o := f.check(audit.Options{})
		if len(o.Problems) != 1 || !strings.Contains(text(o), "rendered: "+name+" line ") || !strings.Contains(text(o), "as report.json says") {
			t.Errorf("wanted the edited %s refused and nothing else, got\n%s", name, text(o))
		}
		if strings.Contains(text(o), `\u003c`) {
			t.Errorf("wanted the lines of %s as they are, got\n%s", name, text(o))
		}
	}
}

// Nothing that a report holds steers the terminal of who checks it.
func TestProblemsAreHarmless(t *testing.T) {
	f := copied(t)
	f.edit(func(r *report.Report) {
		r.Requirements[0].ID, r.Sentence, r.Contracts[0].API = "\x1b[2J\u202e", "\x1b]0;owned\x07\n", "\x1b[1mx"
	})
	for _, p := range f.check(audit.Options{}).Problems {
		if strings.ContainsAny(p.String(), "\x1b\x07\n\u202e") {
			t.Errorf("wanted a harmless line, got %q", p)
		}
	}
}
