package locale_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// table reads a file of testdata: a key, a space and a value in each line.
func table(t testing.TB, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	values := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		values[key] = value
	}
	return values
}

// unwanted are letters that CLDR lets pass as foreign, but that in a language's own words are those of a neighbour.
var unwanted = map[string]string{
	"uk": "ыэъё", "ru": "іїєґў", "be": "ищъ", "bg": "ыэёіў", "mk": "йщъыьэюяёђћ", "sr": "йщъыьэюяёѓќѕ",
	"ro": "şţ", "fa": "كيى", "ur": "كي", "ar": "کیپچژگ",
}

// scripts are those of the languages that have too many characters for a list.
var scripts = map[string][]*unicode.RangeTable{
	"ja":      {unicode.Hiragana, unicode.Katakana, unicode.Han, long},
	"ko":      {unicode.Hangul},
	"zh-Hans": {unicode.Han},
	"zh-Hant": {unicode.Han},
	"zh-HK":   {unicode.Han},
}

// long is the mark of long vowels, which belongs to two scripts.
var long = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 'ー', Hi: 'ー', Stride: 1}}}

// alphabet wants every letter to be one of the language.
func alphabet(t testing.TB, f messageFile) (faults []string) {
	letters := table(t, "exemplars.txt")[f.tag]
	for path, text := range f.text {
		section, _, _ := strings.Cut(path, ".")
		if section == "tag" || section == "dir" || section == "script" || section == "review" {
			continue
		}
		text = literal(text)
		for _, r := range strings.ToLower(text) {
			if !unicode.IsLetter(r) && !unicode.IsMark(r) {
				continue
			}
			known := strings.ContainsRune(letters, r)
			if tables := scripts[f.tag]; tables != nil {
				known = unicode.In(r, tables...)
			}
			if !known || strings.ContainsRune(unwanted[f.tag], r) {
				faults = append(faults, fmt.Sprintf("%s has the letter %c (%U)", path, r, r))
			}
		}
	}
	return append(faults, chinese(f)...)
}

// chinese tells the two ways of writing Chinese apart by the encodings made for them: all texts of a file fit its own, and together
// they do not fit the other.
func chinese(f messageFile) (faults []string) {
	var own, other encoding.Encoding
	switch f.tag {
	case "zh-Hans":
		own, other = simplifiedchinese.HZGB2312, traditionalchinese.Big5
	case "zh-Hant", "zh-HK":
		own, other = traditionalchinese.Big5, simplifiedchinese.HZGB2312
	default:
		return nil
	}
	foreign := 0
	for path, text := range f.text {
		if path == "name" {
			continue
		}
		if _, err := own.NewEncoder().String(text); err != nil {
			faults = append(faults, path+" is not written in "+f.tag)
		}
		if _, err := other.NewEncoder().String(text); err != nil {
			foreign++
		}
	}
	if foreign < len(f.text)/4 {
		faults = append(faults, "looks like the other way of writing Chinese")
	}
	return faults
}
