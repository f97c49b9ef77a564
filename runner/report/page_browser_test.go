package report_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cartconform/runner/report"
	"cartconform/runner/verdict"
	"cartconform/spec"
)

// plantedFailures is how many requirements of the planted report failed.
const plantedFailures = 30

// planted is a report with rows in every state, in which every text is an attack
// that would call leak or set window.owned. Ids, states and operations are ours and stay what they are.
func planted(leak string) report.Report {
	r := everything()
	model := r.Requirements[:4:4] // with and without findings
	observed := r.Requirements[slices.IndexFunc(r.Requirements, func(q report.Requirement) bool { return len(q.Observations) > 0 })]
	operations := []string{"any", "listCarts", "addItems", "getItems"}
	r.Requirements = nil
	for i := range 80 {
		q := model[3]
		switch {
		case i < plantedFailures:
			q = model[i%2*2] // those with findings
			q.State = verdict.Failed
		case i < 40:
			q = observed
		default:
			q.State = verdict.States()[i%len(verdict.States())]
			if q.State == verdict.Failed {
				q.State = verdict.Passed
			}
		}
		q.ID, q.Operation = fmt.Sprintf("CART-X-%02d", i+1), operations[i%len(operations)]
		q.Level = verdict.Levels()[i%2]
		if q.State == verdict.Observed {
			q.Level = spec.May
		}
		q.Findings, q.Observations, q.Specs = slices.Clone(q.Findings), slices.Clone(q.Observations), slices.Clone(q.Specs)
		r.Requirements = append(r.Requirements, q)
	}
	ours := slices.Clone(r.Requirements)
	attacks := []string{
		hostile,
		`<script>owned=1;fetch("LEAK/script")</script>`,
		`</script><script>owned=2</script>`, `</style><style>*{background:url(LEAK/style)}</style>`,
		`<img src=LEAK/img onerror=owned=3>`, `<svg/onload=owned=4><use href=LEAK/use>`, `<iframe srcdoc="<script>parent.owned=5</script>"></iframe>`,
		`" autofocus onfocus=owned=6 x="`, `' onmouseover='owned=7`, "`onclick=`owned=8",
		`<a href="javascript:owned=9">click</a>`, `javascript:owned=10`, `data:text/html,<script>owned=11</script>`,
		`<base href=LEAK/>`, `<meta http-equiv=refresh content="0;url=LEAK/refresh">`, `<link rel=stylesheet href=LEAK/link>`,
		`<form action=LEAK/form><input name=state value=failed></form>`, `<object data=LEAK/object>`, `<details open ontoggle=owned=12>`,
		`</pre></dd></dl></div></details></section></main>`, `{{.}} ${owned=13} <!-- ]]> -->`, `expression(owned=14)`,
	}
	for i := range attacks {
		attacks[i] = strings.ReplaceAll(attacks[i], "LEAK", leak)
	}
	together := strings.Join(attacks, " ")
	everyText(&r, together)
	next := 0
	setTexts(reflect.ValueOf(r.Requirements), func() string { // each of them somewhere, and in time everywhere
		next++
		return attacks[next%len(attacks)] + attacks[next/len(attacks)%len(attacks)]
	})
	for i := range r.Requirements {
		q := &r.Requirements[i]
		q.ID, q.Level, q.State, q.Operation, q.API = ours[i].ID, ours[i].Level, ours[i].State, ours[i].Operation, ours[i].API
	}
	for i := range r.Waivers {
		r.Waivers[i].ID = ours[i].ID
	}
	r.Verdict, r.Level, r.Profile = verdict.NotConformant, spec.Should, "live"
	var rows []verdict.Requirement
	for _, q := range r.Requirements {
		rows = append(rows, verdict.Requirement{Requirement: spec.Requirement{Level: q.Level}, State: q.State})
	}
	r.Totals = verdict.Sum(rows)
	r.Target.BaseURL = together + strings.Repeat("a very long line without an end", 8<<20/31)
	return r
}

// TestPageInBrowser opens the page of a hostile report in a real browser.
func TestPageInBrowser(t *testing.T) {
	b := openBrowser(t)
	leaks := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("wanted no request to leave the page, got %s", r.URL)
	}))
	t.Cleanup(leaks.Close)
	file := filepath.Join(t.TempDir(), report.HTMLFile)
	if err := os.WriteFile(file, []byte(page(t, planted(leaks.URL))), 0o644); err != nil {
		t.Fatal(err)
	}
	b.page = (&url.URL{Scheme: "file", Path: file}).String()
	for _, part := range []struct {
		name string
		test func(*browser)
	}{
		{"nothing of the target's runs", testNothingRuns},
		{"filters by mouse", testFiltersByMouse},
		{"filters by keyboard", testFiltersByKeyboard},
		{"filters in the address", testFragment},
		{"copy", testCopy},
		{"names and order", testNames},
		{"contrast", testContrast},
		{"narrow", testNarrow},
		{"print", testPrint},
		{"without scripts", testWithoutScripts},
	} {
		start := time.Now()
		t.Run(part.name, func(t *testing.T) {
			b.T = t
			part.test(b)
			b.quiet("at the end")
		})
		t.Logf("%s: %s", part.name, time.Since(start).Round(time.Millisecond))
	}
}

func testNothingRuns(b *browser) {
	for _, fragment := range []string{"", "#<img src=x onerror=owned=1>", "#state=failed&text=%3Cimg%20src%3Dx%20onerror%3Downed%3D1%3E%22%27"} {
		b.open(fragment)
		b.quiet("opened with " + fragment)
	}
	b.open("")
	if got := b.texts(`[...document.querySelectorAll("*")].flatMap(e => e.getAttributeNames().filter(a => a.startsWith("on") || a === "style").map(a => e.tagName + " " + a))`); len(got) > 0 {
		b.Errorf("wanted no handler and no style in any element, got %q", got)
	}
	if got := b.text(`["script", "style", "img", "iframe", "object", "base", "form", "h1", "main"].map(n => document.querySelectorAll(n).length).join(" ")`); got != "1 1 0 0 0 0 1 1 1" {
		b.Errorf("wanted the elements of the page and none of the target's, got %s", got)
	}
	if got := b.texts(`[...document.links].map(a => a.getAttribute("href")).filter(h => !document.getElementById(h.slice(1)))`); len(got) > 0 {
		b.Errorf("wanted links to places of the page alone, got %q", got)
	}
	if got := b.number(`document.querySelectorAll(".finding").length`); got < plantedFailures {
		b.Errorf("wanted the findings of %d failures, got %d", plantedFailures, got)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`), chromedp.Click(chromedp.CSS(".data")))
}

func testFiltersByMouse(b *browser) {
	b.open("")
	every := len(b.rows())
	b.do(chromedp.Click(chromedp.CSS(`input[name=state][value=failed]`)))
	if got := b.rows(); len(got) != plantedFailures || slices.ContainsFunc(got, func(s string) bool { return s != "failed" }) {
		b.Errorf("wanted the %d failed rows, got %q", plantedFailures, got)
	}
	if got := b.text(`document.getElementById("shown").textContent`); got != fmt.Sprintf("%d of %d requirements shown.", plantedFailures, every) {
		b.Errorf("wanted the number of rows said, got %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(`input[name=level][value=must]`)))
	if got := len(b.rows()); got != plantedFailures/2 {
		b.Errorf("wanted the %d failed rows of level must, got %d", plantedFailures/2, got)
	}
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "cart-x-03 ANY"))
	if got := b.rows(); len(got) != 0 {
		b.Errorf("wanted no row that is of another operation, got %q", got)
	}
	b.script(`document.getElementById("text").value = ""`)
	b.do(chromedp.SendKeys(chromedp.CSS("#text"), "cart-x-03 additems"))
	if got := b.rows(); len(got) != 1 {
		b.Errorf("wanted the one row, got %q", got)
	}
	if got := b.text(`location.hash`); got != "#state=failed&level=must&text=cart-x-03+additems" {
		b.Errorf("wanted the filters in the address, got %q", got)
	}
	b.do(chromedp.Click(chromedp.CSS(`button[type=reset]`)), chromedp.Sleep(50*time.Millisecond))
	if got := len(b.rows()); got != every {
		b.Errorf("wanted all %d rows again, got %d", every, got)
	}
	b.do(chromedp.Click(chromedp.CSS("#unfold")))
	if got := b.number(`document.querySelectorAll("details.row:not([open])").length`); got != 0 {
		b.Errorf("wanted every row open, got %d closed", got)
	}
}

func testFiltersByKeyboard(b *browser) {
	b.open("")
	b.do(chromedp.Focus(chromedp.CSS(`input[name=level][value=may]`)), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("X-07"))
	if got := b.text(`document.activeElement.id + " " + document.activeElement.value`); got != "text X-07" {
		b.Fatalf("wanted Tab to lead from the levels to the search, got %q", got)
	}
	if got := len(b.rows()); got != 1 {
		b.Errorf("wanted one row, got %d", got)
	}
	b.do(chromedp.KeyEvent(kb.Escape)) // of a search field: empties it
	every := len(b.rows())
	b.do(chromedp.Focus(chromedp.CSS(`input[name=state][value=failed]`)), chromedp.KeyEvent(" "))
	if got := len(b.rows()); every <= plantedFailures || got != plantedFailures {
		b.Errorf("wanted Escape to show all rows and the space bar the failed ones, got %d and %d", every, got)
	}
	b.do(chromedp.Focus(chromedp.CSS(`details.row[data-state=failed] > summary`)), chromedp.KeyEvent(kb.Enter))
	if b.number(`Number(document.activeElement.parentElement.open)`) != 0 {
		b.Error("wanted Enter to close a row that is open")
	}
}

func testFragment(b *browser) {
	b.open("#state=failed,inconclusive&level=should&text=getItems")
	if got := b.rows(); len(got) == 0 || slices.ContainsFunc(got, func(s string) bool { return s != "failed" && s != "inconclusive" }) {
		b.Errorf("wanted the rows that the address names, got %q", got)
	}
	if got := b.texts(`[...document.querySelectorAll("input:checked")].map(i => i.value)`); !slices.Equal(got, []string{"failed", "inconclusive", "should"}) {
		b.Errorf("wanted the filters set, got %q", got)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`location.hash = "#CART-X-42"`), chromedp.Sleep(50*time.Millisecond))
	if got := b.text(`[document.getElementById("CART-X-42").open, document.activeElement.parentElement.id, document.querySelectorAll("input:checked").length].join()`); got != "true,CART-X-42,0" {
		b.Errorf("wanted the row that a link names shown, open and focused, got %s", got)
	}
}

func testCopy(b *browser) {
	b.open("")
	b.do(
		chromedp.Evaluate[chromedp.Void](`navigator.clipboard.writeText = async (text) => { window.copied = text; }; null`),
		chromedp.Click(chromedp.CSS(".finding .copy")), chromedp.Sleep(50*time.Millisecond),
	)
	if got := b.text(`[document.querySelector(".finding .copy").textContent, window.copied === document.querySelector(".finding .code pre").textContent].join()`); got != "Copied,true" {
		b.Errorf("wanted the command copied and that said, got %s", got)
	}
}

// testNames checks what a screen reader tells, and where Tab leads.
func testNames(b *browser) {
	b.open("")
	tree := send(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	found := map[string]int{}
	for _, node := range tree {
		if node.Ignored || node.Role == nil {
			continue
		}
		role := strings.Trim(string(node.Role.Value), `"`)
		found[role]++
		switch role {
		case "button", "checkbox", "searchbox", "link", "region", "group", "navigation", "search", "heading":
			if role != "group" && (node.Name == nil || strings.Trim(string(node.Name.Value), `" `) == "") {
				b.Errorf("wanted a name for every %s, got one without", role)
			}
		}
	}
	for _, role := range []string{"main", "navigation", "search", "searchbox", "checkbox", "status", "table", "columnheader", "rowheader"} {
		if found[role] == 0 {
			b.Errorf("wanted the role %s in the page, got none", role)
		}
	}
	var order []string
	for range 24 {
		b.do(chromedp.KeyEvent(kb.Tab))
		order = append(order, b.text(`(e => [getComputedStyle(e).outlineStyle !== "none", e.getBoundingClientRect().width > 0, e.textContent.trim().slice(0, 30) || e.name].join())(document.activeElement)`))
	}
	if !strings.HasPrefix(order[0], "true,true,Skip to the requirements") || !strings.HasPrefix(order[1], "true,true,Failed") {
		b.Errorf("wanted Tab to begin with the way to the requirements, got %q", order[:2])
	}
	for _, at := range order {
		if !strings.HasPrefix(at, "true,true,") {
			b.Errorf("wanted the focus to be seen, got %q", at)
		}
	}
	if got := b.number(`[...document.querySelectorAll("[tabindex]")].filter(e => e.tabIndex > 0).length`); got != 0 {
		b.Errorf("wanted Tab to follow the text, got %d jumps", got)
	}
}

// contrasts lists texts whose contrast is below what WCAG 2.2 wants at level AA
// (success criterion 1.4.3), and edges of controls below 3 (1.4.11).
const contrasts = `(() => {
	const rgb = (text) => { const m = text.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
	const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return rgb(getComputedStyle(document.documentElement).backgroundColor); };
	const bad = new Set(), seen = new Set();
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility() || e.closest("svg, script, style")) continue;
		const style = getComputedStyle(e), size = parseFloat(style.fontSize);
		if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) {
			const got = ratio(rgb(style.color), behind(e));
			seen.add(style.color + behind(e));
			const wanted = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
			if (got < wanted) bad.add(e.className + " " + style.color + " on " + behind(e) + ": " + got.toFixed(2));
		}
		if (e.matches("button, input[type=search], .chip") && ratio(rgb(style.borderTopColor), behind(e.parentElement)) < 3) bad.add("edge of " + e.className + e.name);
	}
	if (seen.size < 8) bad.add("only " + seen.size + " pairs of colours were looked at");
	return [...bad];
})()`

func testContrast(b *browser) {
	backgrounds := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.open("")
		b.screenshot(scheme)
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
		for _, bad := range b.texts(contrasts) {
			b.Errorf("%s: wanted more contrast: %s", scheme, bad)
		}
		backgrounds[b.text(`getComputedStyle(document.documentElement).backgroundColor`)] = true
	}
	if len(backgrounds) != 2 {
		b.Errorf("wanted a light and a dark page, got %v", backgrounds)
	}
	if got := b.texts(`[...document.querySelectorAll(".state")].filter(s => !s.textContent.match(/[a-z]/) || !s.querySelector(".mark").textContent.trim()).map(s => s.className)`); len(got) > 0 {
		b.Errorf("wanted each state told by a word and a sign, got %q", got)
	}
	b.scheme("light")
}

func testNarrow(b *browser) {
	b.do(chromedp.EmulateViewport(360, 740))
	b.open("")
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
	if got := b.number(`document.documentElement.scrollWidth`); got > 360 {
		b.Errorf("wanted a page as wide as the screen, got %d pixels of 360, for %q", got, b.texts(`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 361 && !e.closest(".wide, svg")).slice(0, 5).map(e => e.outerHTML.slice(0, 120))`))
	}
	b.screenshot("narrow")
	b.do(chromedp.EmulateViewport(1280, 900))
}

// testPrint checks that paper has every failure, whatever was filtered or closed
// on the screen.
func testPrint(b *browser) {
	b.open("#state=passed")
	b.do(
		chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details.row").forEach(d => d.open = false)`),
	)
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	if got := b.number(`[...document.querySelectorAll("[data-state=failed] .finding")].filter(f => f.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true, opacityProperty: true}) && f.getBoundingClientRect().height > 20).length`); got < plantedFailures {
		b.Errorf("wanted the findings of all %d failures on paper, got %d", plantedFailures, got)
	}
	if got := b.text(`["nav", "#filters", ".copy"].map(s => document.querySelector(s).checkVisibility()).join()`); got != "false,false,false" {
		b.Errorf("wanted nothing on paper that has to be clicked, got %s", got)
	}
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	paper := send(b, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: new(true)}).Data
	if pages := strings.Count(string(paper), "/Type /Page\n"); pages < 8 {
		b.Errorf("wanted a document of some pages, got %d pages in %d bytes", pages, len(paper))
	}
	if dir := os.Getenv("CARTCONFORM_SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "paper.pdf"), paper, 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

func testWithoutScripts(b *browser) {
	send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.open("#state=passed")
	if got := b.number(`[...document.querySelectorAll("[data-state=failed] .finding")].filter(f => f.checkVisibility()).length`); got < plantedFailures {
		b.Errorf("wanted all %d failures readable, got %d", plantedFailures, got)
	}
	if got := b.text(`["#filters", ".copy"].map(s => document.querySelector(s).checkVisibility()).join()`); got != "false,false" {
		b.Errorf("wanted no control that does nothing, got %s", got)
	}
	send(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
}

// The reason for a skipped browser test is printed by the Makefile, which so has
// to know where browsers are looked for.
func TestMakefileKnowsTheBrowsers(t *testing.T) {
	text, err := os.ReadFile("../../Makefile")
	if err != nil || !strings.Contains(string(text), strings.Join(browsers, " ")) {
		t.Errorf("wanted the names %q in the Makefile (%v)", browsers, err)
	}
}
