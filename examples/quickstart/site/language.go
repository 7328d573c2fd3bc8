package site

import (
	"net/http"

	"github.com/codeword-go/codeword/locale"
	"golang.org/x/text/language"
)

// chooseLanguage goes by the lang parameter, and else by what the browser prefers. Asked is the parameter if it
// was followed, and then stays in the links of the page.
func chooseLanguage(c *locale.Catalog, r *http.Request) (l *locale.Locale, asked string) {
	if l, ok := speaks(c, r.URL.Query().Get("lang")); ok {
		return l, l.Tag()
	}
	preferred, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err == nil {
		for _, tag := range preferred {
			if l, ok := speaks(c, tag.String()); ok {
				return l, ""
			}
		}
	}
	l, _ = c.Match("en", "")
	return l, ""
}

// speaks tells whether there is a variety of the language, and not only something to fall back on.
func speaks(c *locale.Catalog, tag string) (*locale.Locale, bool) {
	l, reason := c.Match(tag, "")
	return l, reason == locale.Requested || reason == locale.Language
}

// A choice is an entry of the language menu.
type choice struct {
	Tag  string
	Name string // in the language itself
}

func choices(c *locale.Catalog) []choice {
	var all []choice
	for _, tag := range c.Tags() {
		l, _ := c.Match(tag, "")
		all = append(all, choice{tag, l.Name()})
	}
	return all
}
