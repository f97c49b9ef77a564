package report

import (
	"fmt"
	"html"
	"unicode/utf8"

	"cartconform/runner/verdict"
)

// Badge renders the report as badge.svg: a picture of one line that loads nothing
// and says the verdict and the profile, in words and by its title too.
func (r Report) Badge() ([]byte, error) {
	const height, padding, advance = 20, 7, 6.6 // pixels; advance is that of a character of 11 px
	width := func(text string) float64 { return float64(utf8.RuneCountInString(text))*advance + 2*padding }
	const subject = "cart API"
	answer := fmt.Sprintf("%s %s (%s)", mark(r.Verdict), oneLine(string(r.Verdict)), oneLine(string(r.Profile)))
	answer = shorten(answer, 60)
	left, right := width(subject), width(answer)
	title := html.EscapeString(shorten(fmt.Sprintf("%s: %s", subject, oneLine(r.Sentence)), 400))
	text := func(at, wide float64, content string) string {
		return fmt.Sprintf(`<text x="%.1f" y="14" textLength="%.1f" lengthAdjust="spacingAndGlyphs">%s</text>`,
			at+padding, wide-2*padding, html.EscapeString(content))
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" viewBox="0 0 %.1f %d" role="img" aria-labelledby="title">
<title id="title">%s</title>
<clipPath id="round"><rect width="%.1f" height="%d" rx="3"/></clipPath>
<g clip-path="url(#round)"><rect width="%.1f" height="%d" fill="#3d4148"/><rect x="%.1f" width="%.1f" height="%d" fill="%s"/></g>
<g fill="#ffffff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">%s%s</g>
</svg>
`, left+right, height, left+right, height, title, left+right, height, left, height, left, right, height, badgeColour(r.Verdict),
		text(0, left, subject), text(left, right, answer)), nil
}

// badgeColour is dark enough for white text (WCAG 2.2, level AA).
func badgeColour(v verdict.Verdict) string {
	switch v {
	case verdict.Conformant:
		return "#17663a"
	case verdict.ConformantWithWaivers:
		return "#556200"
	case verdict.NotConformant:
		return "#ab1f2b"
	default:
		return "#865000"
	}
}
