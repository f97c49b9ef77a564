package report_test

import (
	"strings"
	"testing"

	"cartconform/runner/report"
)

// commentLimit is how many characters a comment on a pull request may have.
const commentLimit = 65_536

func TestMarkdown(t *testing.T) { golden(t, "summary.md", everything().Markdown()) }

// However much a report holds, summary.md fits a comment, names every failure,
// and closes what it opens.
func TestMarkdownFits(t *testing.T) {
	for name, r := range map[string]report.Report{"30 failures": failing(30), "180 failures": failing(180), "1000 failures": failing(1000)} {
		for _, text := range []string{"", "short", strings.Repeat("wörds ", 500) + "\n" + strings.Repeat("`", 50), strings.Repeat("&<@>", 1000)} {
			if len(r.Requirements) > 500 && text != "" {
				continue // 180 have shown it
			}
			if text != "" {
				everyText(&r, text)
				for i := range r.Requirements {
					r.Requirements[i].State = "failed"
				}
			}
			got := r.Markdown()
			if len(got) > commentLimit {
				t.Errorf("%s of %.10q: wanted at most %d characters, got %d bytes", name, text, commentLimit, len(got))
			}
			if opened, closed := strings.Count(got, "<details>"), strings.Count(got, "</details>"); opened != closed {
				t.Errorf("%s of %.10q: wanted every part closed, got %d opened and %d closed", name, text, opened, closed)
			}
			if !strings.Contains(got, "## The run") {
				t.Errorf("%s of %.10q: wanted the run told", name, text)
			}
			if text == "" && name != "1000 failures" {
				for _, q := range r.Requirements {
					if q.State == "failed" && !strings.Contains(got, q.ID) {
						t.Errorf("%s: wanted %s named", name, q.ID)
					}
				}
			}
		}
	}
	if got := failing(30).Markdown(); strings.Count(got, "Seen:") < 30 {
		t.Errorf("wanted 30 failures told in full, got %d", strings.Count(got, "Seen:"))
	}
}

// Outside of code, nothing that a target wrote calls anybody, links or refers
// to anything.
func TestMarkdownOfHostileReport(t *testing.T) {
	r := everything()
	everyText(&r, "@everyone #12 https://evil.example www.evil.example ![x](y) <img src=x> `@inside` ```\n@alone\n```\n# heading")
	for i := range r.Requirements {
		r.Requirements[i].State = everything().Requirements[i].State
	}
	text := outsideOfCode(r.Markdown())
	for _, bad := range []string{"@e", "@i", "@a", "#1", "://", "www.e", "![", "<img", "\n# h"} {
		if i := strings.Index(text, bad); i >= 0 {
			t.Errorf("wanted no %q outside of code, got %q", bad, text[max(0, i-80):min(len(text), i+40)])
		}
	}
}

// outsideOfCode removes code blocks and code spans, as CommonMark finds them.
func outsideOfCode(text string) string {
	var b strings.Builder
	fence := ""
	for _, line := range strings.Split(text, "\n") {
		switch {
		case fence != "":
			if strings.TrimRight(line, "`") == "" && len(line) >= len(fence) {
				fence = ""
			}
		case strings.HasPrefix(line, "```"):
			fence = line[:len(line)-len(strings.TrimLeft(line, "`"))]
		default:
			if strings.HasPrefix(line, "<details>") { // HTML to its end: no Markdown in it
				line = strings.ReplaceAll(line, "![", "")
			}
			b.WriteString(withoutSpans(line) + "\n")
		}
	}
	return b.String()
}

func withoutSpans(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		if line[i] == '\\' && i+1 < len(line) {
			i += 2 // escaped: not itself
			continue
		}
		if line[i] != '`' {
			b.WriteByte(line[i])
			i++
			continue
		}
		run := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		end := -1
		for j := i + run; j < len(line); {
			if line[j] != '`' {
				j++
				continue
			}
			n := len(line[j:]) - len(strings.TrimLeft(line[j:], "`"))
			if n == run {
				end = j + n
				break
			}
			j += n
		}
		if end < 0 {
			b.WriteString(line[i : i+run])
			i += run
			continue
		}
		i = end
	}
	return b.String()
}
