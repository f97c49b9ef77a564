package report_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browsers are the names under which Chromium is looked for; the Makefile knows
// them too.
var browsers = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// browser is one tab of a Chromium, and what went wrong in it.
type browser struct {
	*testing.T
	ctx  context.Context
	page string // its address

	mu    sync.Mutex
	noise []string // console messages, exceptions, dialogs, requests
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		why := "no Chromium is installed (looked for " + strings.Join(browsers, ", ") + ")"
		if os.Getenv("CARTCONFORM_REQUIRE_CHROMIUM") != "" {
			t.Fatal(why + ", and CARTCONFORM_REQUIRE_CHROMIUM wants one")
		}
		t.Skip(why)
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WSURLReadTimeout(time.Minute), chromedp.WindowSize(1280, 900),
	}
	for _, flag := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-extensions",
		"disable-default-apps", "disable-dev-shm-usage", "hide-scrollbars", "no-pings",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &browser{T: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	send(b, log.Enable, cdp.Empty{})
	send(b, network.Enable, network.EnableParams{})
	return b
}

// listen keeps everything that a page must not cause.
func (b *browser) listen(event any) {
	add := func(format string, args ...any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.noise = append(b.noise, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		add("console %s %v", e.Type, e.Args)
	case *runtime.EventExceptionThrown:
		add("exception %s %v", e.ExceptionDetails.Text, e.ExceptionDetails.Exception)
	case *log.EventEntryAdded:
		add("log %s: %s", e.Entry.Level, e.Entry.Text)
	case *cdppage.EventJavascriptDialogOpening:
		add("dialog %s", e.Message)
	case *network.EventRequestWillBeSent:
		if address, _, _ := strings.Cut(e.Request.URL, "#"); address != b.page && !strings.HasPrefix(address, "data:") {
			add("request %s", address)
		}
	}
}

// quiet checks that nothing was heard.
func (b *browser) quiet(when string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, text := range b.noise {
		if i == 5 {
			b.Errorf("%s: and %d more", when, len(b.noise)-i)
			break
		}
		b.Errorf("%s: wanted a quiet page, got: %.300s", when, text)
	}
	b.noise = nil
	if b.text(`String(window.owned)`) != "undefined" {
		b.Errorf("%s: wanted no script of the target to run, one did", when)
	}
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// send runs a command of the browser's protocol.
func send[P, R any](b *browser, command cdp.Command[P, R], params P) R {
	b.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.Fatal(err)
	}
	return result
}

// eval gives the value of an expression in the page.
func eval[T any](b *browser, expression string) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return value
}

func (b *browser) text(expression string) string    { b.Helper(); return eval[string](b, expression) }
func (b *browser) texts(expression string) []string { b.Helper(); return eval[[]string](b, expression) }
func (b *browser) number(expression string) int     { b.Helper(); return eval[int](b, expression) }

// script runs a statement in the page.
func (b *browser) script(statement string) { b.Helper(); eval[chromedp.Void](b, statement) }

// open loads the page anew, with a fragment.
func (b *browser) open(fragment string) {
	b.Helper()
	b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(b.page+fragment))
}

// rows gives the states of the rows that can be seen.
func (b *browser) rows() []string {
	b.Helper()
	return b.texts(`[...document.querySelectorAll("details.row")].filter(r => r.checkVisibility()).map(r => r.dataset.state)`)
}

func (b *browser) scheme(name string) {
	b.Helper()
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
}

// screenshot writes what is seen to the folder that CARTCONFORM_SCREENSHOTS
// names, if it does.
func (b *browser) screenshot(name string) {
	b.Helper()
	dir := os.Getenv("CARTCONFORM_SCREENSHOTS")
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o644); err != nil {
		b.Fatal(err)
	}
}
