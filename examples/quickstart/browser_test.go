package main_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// needBrowser skips tests that need Chromium and axe-core, which CONTRIBUTING.md says how to install.
func needBrowser(t *testing.T) {
	t.Helper()
	if os.Getenv("CODEWORD_FULL") != "1" {
		t.Skip("CODEWORD_FULL is not 1")
	}
}

// patience is how long anything may take on a machine that is busy with other things.
const patience = time.Minute

// startBrowser returns the context of a fresh Chromium.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(),
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-US"), chromedp.WSURLReadTimeout(patience),
	)
	t.Cleanup(cancel)
	browser, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// A tab is a page of a browser, with the test that it fails.
type tab struct {
	*testing.T
	ctx  context.Context
	base string
}

// openTab opens a tab that shares no cookies with others, and fails the test on whatever the page's console reports as an error.
func openTab(t *testing.T, browser context.Context, base string) *tab {
	t.Helper()
	return newTab(t, browser, base, chromedp.WithNewBrowserContext())
}

// sibling opens another tab of the same person.
func (b *tab) sibling() *tab {
	b.Helper()
	return newTab(b.T, b.ctx, b.base)
}

func newTab(t *testing.T, parent context.Context, base string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("exception in the page: %v", e.ExceptionDetails)
		case *log.EventEntryAdded: // refusals of the content security policy are among them; status codes are the test's business
			if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
				t.Errorf("console of the page: %s", e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{T: t, ctx: ctx, base: base}
	b.do(command(log.Enable, cdp.Empty{}))
	return b
}

func command[P, R any](c cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.Fatal(err)
	}
}

// eval returns what an expression, or its promise, comes to.
func eval[T any](b *tab, expression string) T {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *tab) open(path string) {
	b.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// until waits for an expression to be true, on whatever page the tab comes to meanwhile.
func (b *tab) until(expression string) {
	b.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(b.ctx, patience)
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		cancel()
		if err == nil && there { // an error is a page that is being left
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.Fatalf("waited in vain for %s; the page at %s says:\n%s", expression, b.path(), b.text("body"))
}

func (b *tab) text(selector string) string {
	b.Helper()
	return eval[string](b, "document.querySelector("+quote(selector)+")?.innerText ?? ''")
}

func (b *tab) visible(selector string) bool {
	b.Helper()
	return eval[bool](b, "document.querySelector("+quote(selector)+").checkVisibility()")
}

func (b *tab) path() string {
	b.Helper()
	return eval[string](b, "location.pathname + location.search")
}

// focused returns the id of the element that has the focus.
func (b *tab) focused() string {
	b.Helper()
	return eval[string](b, "document.activeElement.id")
}

func (b *tab) click(selector string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

func (b *tab) press(keys string) {
	b.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// fill replaces what a field holds by typing.
func (b *tab) fill(selector, value string) {
	b.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)), chromedp.Evaluate[chromedp.Void]("document.activeElement.select()"), chromedp.KeyEvent(value))
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
