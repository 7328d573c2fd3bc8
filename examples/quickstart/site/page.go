package site

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/codeword-go/codeword/locale"
)

//go:embed pages assets
var files embed.FS

// Each page is its own file around the one frame.
var (
	signInPage  = parsePage("signin.html")
	accountPage = parsePage("account.html")
	inboxPage   = parsePage("inbox.html")
)

func parsePage(name string) *template.Template {
	return template.Must(template.ParseFS(files, "pages/frame.html", "pages/"+name))
}

// A page is what the templates see.
type page struct {
	*locale.Locale
	Asked     string // the language that was asked for by parameter, or ""
	Calls     bool   // phones are called instead of texted
	Path      string // of this page
	Languages []choice

	To       string  // on the account page: masked
	Messages []Entry // on the inbox page

	catalog *locale.Catalog
}

func (s *site) page(r *http.Request) page {
	l, asked := chooseLanguage(s.catalog, r)
	calls := r.URL.Query().Get("channel") == "call"
	return page{Locale: l, Asked: asked, Calls: calls, Path: r.URL.Path, Languages: s.languages, catalog: s.catalog}
}

// Link returns a path of this site, with the language that was asked for.
func (p page) Link(path string) string { return link(path, p.Asked, p.Calls) }

// InLanguage returns this page, in another language.
func (p page) InLanguage(tag string) string { return link(p.Path, tag, p.Calls) }

// OtherChannel returns this page, with phones called where they were texted and the other way round.
func (p page) OtherChannel() string { return link(p.Path, p.Asked, !p.Calls) }

func link(path, lang string, calls bool) string {
	query := make(url.Values)
	if lang != "" {
		query.Set("lang", lang)
	}
	if calls {
		query.Set("channel", "call")
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// AroundTo returns a text that names an address, cut in two where the address goes, because an address needs an element
// of its own to be left to right in every language.
func (p page) AroundTo(t locale.Text) [2]string {
	before, after, _ := strings.Cut(p.TextTo(t, "{to}"), "{to}")
	return [2]string{before, after}
}

// DirOf returns the direction of a message's language.
func (p page) DirOf(tag string) string {
	l, _ := p.catalog.Match(tag, "")
	return l.Dir()
}

// ScriptTexts returns the texts that the script of the sign-in page shows: fixed ones, and the plural forms of those that count.
func (p page) ScriptTexts() map[string]any {
	texts := make(map[string]any)
	for _, t := range []locale.Text{
		locale.TextSent, locale.TextExpired, locale.TextTooManyTries, locale.TextBadPhone, locale.TextBadEmail,
		locale.TextBadRegion, locale.TextNotSent, locale.TextUnavailable, locale.TextError,
	} {
		texts[string(t)] = p.Text(t)
	}
	for _, t := range []locale.Text{locale.TextResendIn, locale.TextWrongCode, "wait_seconds", "wait_minutes", "wait_hours"} {
		texts[string(t)] = p.Forms(t)
	}
	return texts
}

// render writes a page, or nothing of it.
func render(w http.ResponseWriter, t *template.Template, p page) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame.html", p); err != nil {
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}
