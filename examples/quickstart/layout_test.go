package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestLayout walks through every step in three languages, on two screens, in light and in dark. Nothing may stick out sideways, and
// axe-core may find nothing. CODEWORD_SCREENSHOTS names a folder that pictures of all steps are put in.
func TestLayout(t *testing.T) {
	needBrowser(t)
	browser := startBrowser(t)
	axe, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"en", "de", "ar"} {
		for _, screen := range [][2]int64{{360, 740}, {1280, 800}} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s-%d-%s", lang, screen[0], scheme), func(t *testing.T) {
					b := &look{tab: openTab(t, browser, startProgram(t)), axe: string(axe), width: screen[0]}
					b.do(chromedp.EmulateViewport(screen[0], screen[1]), command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
						Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
					}))
					b.walk(lang)
				})
			}
		}
	}
}

// A look is a tab that is examined at every step.
type look struct {
	*tab
	axe   string
	width int64
}

func (b *look) walk(lang string) {
	b.Helper()
	const to = "+447700900123"
	b.open("/?lang=" + lang)
	if got := eval[string](b.tab, "document.documentElement.lang"); got != lang {
		b.Errorf("the page is in %q, want %q", got, lang)
	}
	b.examine("ask")

	b.click("[popovertarget]")
	b.examine("languages")
	b.press(kb.Escape)

	b.fill("#phone", "12")
	b.click("#ask .primary")
	b.until(`document.getElementById("ask-error").textContent !== ""`)
	b.examine("ask-error")

	b.start("phone", to)
	b.examine("code")

	inbox := &look{tab: b.sibling(), axe: b.axe, width: b.width}
	inbox.open("/inbox?lang=" + lang)
	code := inbox.newestCode(to)
	b.answerWrong(another(code))
	b.examine("code-error")

	b.fill("#code", code)
	b.click("#answer .primary")
	b.until(`location.pathname === "/account"`)
	b.examine("account")

	b.open("/?lang=" + lang)
	b.start("email", "ada@example.com")
	b.open("/inbox?lang=" + lang)
	b.until(`document.querySelectorAll("#messages li").length > 1`)
	b.examine("inbox")
}

// examine checks the page as it is shown now.
func (b *look) examine(step string) {
	b.Helper()
	b.picture(step)
	if inner := eval[int64](b.tab, "innerWidth"); inner != b.width {
		b.Errorf("%s: the page is laid out for %d pixels, want %d", step, inner, b.width)
	}
	if scroll := eval[int64](b.tab, "document.scrollingElement.scrollWidth"); scroll > b.width {
		b.Errorf("%s: the page is %d pixels wide, want at most %d", step, scroll, b.width)
	}
	if eval[bool](b.tab, "typeof axe === 'undefined'") {
		b.do(chromedp.Evaluate[chromedp.Void](b.axe))
	}
	violations := eval[[]string](b.tab, `axe.run(document, {iframes: false, resultTypes: ["violations"]}).then((r) =>
		r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.map((n) => n.html + " " + n.failureSummary).join("; ")))`)
	for _, v := range violations {
		b.Errorf("%s: %s", step, v)
	}
}

func (b *look) picture(step string) {
	b.Helper()
	dir := os.Getenv("CODEWORD_SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.Fatal(err)
	}
	_, name, _ := strings.Cut(b.Name(), "/")
	if err := os.WriteFile(filepath.Join(dir, name+"-"+step+".png"), png, 0o644); err != nil {
		b.Fatal(err)
	}
}
