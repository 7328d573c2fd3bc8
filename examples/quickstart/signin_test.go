package main_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp/kb"
)

// start asks for a code and waits for the field that takes it.
func (b *tab) start(kind, to string) {
	b.Helper()
	if kind == "email" {
		b.click(".segments label:nth-child(2)")
	}
	b.fill("#"+kind, to)
	b.click("#ask .primary")
	b.until(`document.activeElement.id === "code"`)
}

// answer gives a code that is refused.
func (b *tab) answerWrong(code string) {
	b.Helper()
	b.fill("#code", code)
	b.click("#answer .primary")
	b.until(`document.getElementById("answer-error").textContent !== ""`)
}

// newestCode reads the code of the newest message on the inbox's page.
func (b *tab) newestCode(to string) string {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector("#messages li .to")?.textContent === %s`, quote(to)))
	return b.text("#messages li .given")
}

// another returns a code that is not the right one.
func another(code string) string {
	if code == "123456" {
		return "654321"
	}
	return "123456"
}

func TestSignInByPhone(t *testing.T) {
	needBrowser(t)
	base := startProgram(t)
	page := openTab(t, startBrowser(t), base)

	page.open("/account")
	if got := page.path(); got != "/" {
		t.Fatalf("without a receipt the protected page leads to %q, want the sign-in page", got)
	}
	inbox := page.sibling()
	inbox.open("/inbox")
	if !inbox.visible(".none") {
		t.Error("an empty inbox does not say so")
	}

	page.start("phone", "+1 (415) 555-2671")
	if got, want := page.text("#sent-to"), "Enter the code sent to +1******2671."; got != want {
		t.Errorf("the page says %q, want %q", got, want)
	}
	code := inbox.newestCode("+14155552671") // the page finds new messages by itself
	if inbox.visible(".none") {
		t.Error("an inbox with a message says that it is empty")
	}
	for _, left := range []string{"4 tries left", "3 tries left"} {
		page.answerWrong(another(code))
		page.until(fmt.Sprintf(`document.getElementById("answer-error").textContent.includes(%s)`, quote(left)))
	}
	if got := page.focused(); got != "code" {
		t.Errorf("after an error the focus is on %q, want the code", got)
	}

	page.open("/account")
	if got := page.path(); got != "/" {
		t.Fatalf("after wrong codes the protected page leads to %q", got)
	}
	page.until(`document.activeElement.id === "code"`) // the verification outlives the change of pages
	id := eval[string](page, `JSON.parse(sessionStorage.getItem("verification")).id`)

	page.fill("#code", code[:3]+" "+code[3:])
	page.click("#answer .primary")
	page.until(`location.pathname === "/account"`)
	if got := page.text(".lead"); got != "Signed in as +1******2671." {
		t.Errorf("the protected page says %q", got)
	}

	second := eval[string](page, fmt.Sprintf(`fetch("/verify/check", {method: "POST", headers: {"Content-Type": "application/json"},
		body: JSON.stringify({id: %s, code: %s})}).then(async (r) => r.status + " " + (await r.json()).code)`, quote(id), quote(code)))
	if second != "404 not_found" {
		t.Errorf("the second use of a code gives %s, want 404 not_found", second)
	}

	page.click(".secondary")
	page.until(`location.pathname === "/"`)
	page.open("/account")
	if got := page.path(); got != "/" {
		t.Errorf("after signing out the protected page leads to %q", got)
	}
}

func TestSignInByEmail(t *testing.T) {
	needBrowser(t)
	base := startProgram(t)
	page := openTab(t, startBrowser(t), base)
	page.open("/?lang=de")
	page.start("email", "Ada.Lovelace@example.com")

	inbox := page.sibling()
	inbox.open("/inbox")
	code := inbox.newestCode("Ada.Lovelace@example.com")
	if got := inbox.text(".subject"); !strings.Contains(got, code) {
		t.Errorf("the subject is %q, want one with the code", got)
	}
	if lang := eval[string](inbox, `document.querySelector(".subject").lang`); lang != "de" {
		t.Errorf("the message is in %q, want the language that the page was asked for", lang)
	}
	inbox.checkMail(code)

	page.answerWrong(another(code))
	page.fill("#code", code)
	page.press(kb.Enter)
	page.until(`location.pathname + location.search === "/account?lang=de"`)
	if got := page.text(".lead bdi"); got != "A***@example.com" {
		t.Errorf("signed in as %q", got)
	}
}

func TestLanguageOfMessages(t *testing.T) {
	needBrowser(t)
	page := openTab(t, startBrowser(t), startProgram(t))
	page.do(command(emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "test", AcceptLanguage: "de-AT"}))
	inbox := page.sibling()
	inbox.open("/inbox")
	for _, test := range []struct{ query, kind, to, want string }{
		{"", "email", "ada@example.com", "de"}, // the page's
		{"", "phone", "+33612345678", "fr"},    // the number's
		{"?lang=ar", "phone", "+33612345679", "ar"},
		{"?channel=call", "phone", "+34612345678", "es"},
	} {
		page.open("/" + test.query)
		page.start(test.kind, test.to)
		inbox.newestCode(test.to)
		if got := eval[string](inbox, `document.querySelector("#messages li :is(.text, .subject)").lang`); got != test.want {
			t.Errorf("the message to %s is in %q, want %q", test.to, got, test.want)
		}
		page.click("#back")
		page.until(`document.getElementById("ask").checkVisibility()`)
	}
}

// checkMail opens the e-mail as a page, which nothing but its own style may touch.
func (b *tab) checkMail(code string) {
	b.Helper()
	mail := b.sibling()
	mail.open(eval[string](b, `document.querySelector("iframe[sandbox='']").getAttribute("src")`))
	if got := mail.text(".code"); got != code {
		b.Errorf("the e-mail shows %q, want the code", got)
	}
	origin := eval[string](mail, "self.origin")
	padding := eval[string](mail, `getComputedStyle(document.querySelector(".code")).paddingTop`)
	if origin != "null" || padding != "16px" {
		b.Errorf("the e-mail has the origin %q and a padding of %q, want it sandboxed and styled", origin, padding)
	}
}

func TestSignInByKeyboard(t *testing.T) {
	needBrowser(t)
	base := startProgram(t)
	page := openTab(t, startBrowser(t), base)
	page.open("/")

	// To the choice of phone or e-mail, across it and back, and on to the field.
	page.tabTo(`document.activeElement.name === "kind"`)
	page.press(kb.ArrowRight)
	page.until(`document.getElementById("email").checkVisibility()`)
	page.press(kb.ArrowLeft)
	page.until(`document.getElementById("phone").checkVisibility()`)
	page.press(kb.Tab)
	if got := page.focused(); got != "phone" {
		t.Fatalf("the focus is on %q, want the phone number", got)
	}
	page.press("12" + kb.Enter)
	page.until(`document.getElementById("ask-error").textContent === "This phone number does not look right."`)
	page.press("+447700900123" + kb.Enter) // over the selected text
	page.until(`document.activeElement.id === "code"`)

	inbox := page.sibling()
	inbox.open("/inbox")
	page.press(inbox.newestCode("+447700900123") + kb.Enter)
	page.until(`location.pathname === "/account"`)
	page.tabTo(`document.activeElement.className === "secondary"`)
	page.press(kb.Enter)
	page.until(`location.pathname === "/"`)

	// The menu of languages opens, is the next stop, and closes.
	page.tabTo(`document.activeElement.hasAttribute("popovertarget")`)
	page.press(kb.Enter)
	page.until(`document.getElementById("languages").matches(":popover-open")`)
	page.press(kb.Tab)
	page.until(`document.activeElement.hreflang === "en"`)
	page.press(kb.Escape)
	page.until(`!document.getElementById("languages").matches(":popover-open")`)
}

// tabTo presses the tabulator until a condition holds.
func (b *tab) tabTo(condition string) {
	b.Helper()
	for range 10 {
		b.press(kb.Tab)
		if eval[bool](b, condition) {
			return
		}
	}
	b.Fatalf("the keyboard does not lead to %s", condition)
}
