package locale

import "golang.org/x/text/language"

// NewChooser returns the rule that Match follows, for any set of tags.
func NewChooser(tags ...string) func(requested, region string) (string, Reason) {
	return newNegotiator(tags, nil).choose
}

// Regions returns the built-in language of every region.
func Regions() map[string]string { return regionDefaults() }

// Parse flattens a message file.
func Parse(data []byte) (map[string]string, error) { return parseFile(data) }

// PluralForm names the plural form of n in a language.
func PluralForm(tag string, n int) string {
	return categoryNames[newCounter(language.Make(tag)).form(n)]
}

// Load makes a locale of a file, as a Catalog does when the language is first needed.
func Load(data []byte) *Locale {
	return new(Catalog).mustLoad(data)
}

// PluralForms names the plural forms that the numbers from first on need.
func PluralForms(tag string, first int) (names []string) {
	for form, numbers := range newCounter(language.Make(tag)).tally(first) {
		if numbers > 0 {
			names = append(names, categoryNames[form])
		}
	}
	return names
}
