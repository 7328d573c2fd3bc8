package locale

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// maxCount is the largest number that plural forms are checked for: the minutes of a day.
const maxCount = 1440

var categoryNames = [...]string{
	plural.Other: "other",
	plural.Zero:  "zero",
	plural.One:   "one",
	plural.Two:   "two",
	plural.Few:   "few",
	plural.Many:  "many",
}

// A counter picks plural forms for one language.
type counter struct {
	tag  language.Tag
	base language.Base
}

func newCounter(tag language.Tag) counter {
	base, _ := tag.Base()
	return counter{tag, base}
}

// form returns the plural form for n things. It follows CLDR 48 where x/text, which has the data of CLDR 32, differs:
// Hebrew has given up "many", and Macedonian says 11 as it says 12.
func (c counter) form(n int) plural.Form {
	form := plural.Cardinal.MatchPlural(c.tag, n, 0, 0, 0, 0)
	if form == plural.Many && c.base == hebrew || n%100 == 11 && c.base == macedonian {
		return plural.Other
	}
	return form
}

var (
	hebrew     = language.MustParseBase("he")
	macedonian = language.MustParseBase("mk")
)

// tally counts how many of the numbers from first to maxCount fall into each form. A form with none is not needed, and
// one with a single number may say it in words.
func (c counter) tally(first int) (numbers [len(categoryNames)]int) {
	for n := first; n <= maxCount; n++ {
		numbers[c.form(n)]++
	}
	return numbers
}
