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

// chinese tells the two ways of writing Chinese apart by the encodings made for them: all texts of a file fit its own,
// and together they do not fit the other.
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

// TestAlphabet proves the rule for languages of which it takes more than their own letters to tell them apart.
func TestAlphabet(t *testing.T) {
	for _, tt := range []struct{ tag, good, bad string }{
		{"zh-Hans", "验证码：请勿泄露给他人", "驗證碼：請勿洩露給他人"},
		{"zh-Hant", "驗證碼：請勿洩露給他人", "验证码：请勿泄露给他人"},
		{"zh-HK", "驗證碼：請勿透露給他人", "验证码：请勿透露给他人"},
		{"ja", "確認コードをお伝えください", "код"},
		{"ko", "인증번호를 알려주지 마세요", "認證番號"},
		{"uk", "Нікому не повідомляйте", "Никому не сообщайте ыъ"},
		{"ru", "Никому не сообщайте", "Нікому не повідомляйте"},
		{"be", "Нікому не паведамляйце", "Никому не сообщайте"},
		{"bg", "Не го споделяйте", "Никому не сообщайте ы"},
		{"mk", "Не го споделувајте", "Не го споделувайте"},
		{"sr", "Не делите га ни са ким, њушка", "Не делите га ни са ким, нюшка"},
		{"ro", "Codul expiră și ține", "Codul expiră şi ţine"},
		{"ar", "لا تشاركه مع أي شخص", "لا تشارکه مع أی شخص"},
		{"fa", "آن را با کسی در میان نگذارید", "آن را با كسي در میان نگذارید"},
		{"ur", "کسی کو نہ بتائیں", "كسي کو نہ بتائیں"},
		{"hr", "Ne dijelite kod", "Ne dijelite kȏd"},
	} {
		if faults := alphabet(t, messageFile{tag: tt.tag, text: map[string]string{"sms.safe": tt.good}}); len(faults) > 0 {
			t.Errorf("%s: %q: %s", tt.tag, tt.good, faults)
		}
		if faults := alphabet(t, messageFile{tag: tt.tag, text: map[string]string{"sms.safe": tt.bad}}); len(faults) == 0 {
			t.Errorf("%s: %q passes", tt.tag, tt.bad)
		}
	}
}

func TestFullStops(t *testing.T) {
	for tag, text := range map[string]string{"ja": "伝えないでください。", "hi": "साझा न करें।", "ur": "نہ بتائیں۔", "th": "ห้ามบอกผู้อื่น", "ru": "Никому."} {
		good := messageFile{tag: tag, text: map[string]string{"sms.safe": text}}
		bad := messageFile{tag: tag, text: map[string]string{"sms.safe": text + "!"}}
		if len(fullStops(t, good)) > 0 || len(fullStops(t, bad)) == 0 {
			t.Errorf("%s: %q or its opposite is judged wrong", tag, text)
		}
	}
}
