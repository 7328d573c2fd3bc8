package locale_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/codeword-go/codeword/locale"
	"github.com/codeword-go/codeword/locale/sms"
	"golang.org/x/text/unicode/norm"
)

// A rule is something that is wanted of the files that are shipped, over what Check wants of every file. Each comes with
// edits that it has to notice.
type rule struct {
	name   string
	check  func(t testing.TB, f messageFile) (faults []string)
	spoilt []edit
}

var rules = []rule{
	{"layout", layout, []edit{{"es", `  "tag"`, `"tag"`}, {"es", `"tag": "es",
  "name": "Español",`, `"name": "Español",
  "tag": "es",`}}},
	{"normal form", normalForm, []edit{{"es", `Adiós`, "Adio\u0301s"}}},
	{"full stops", fullStops, []edit{{"es", `No compartir.`, `No compartir`}, {"es", `"Idioma"`, `"Idioma."`}, {"es", `No compartir.`, `No compartir!`}}},
	{"segments", segments, []edit{{"es", `No compartir.`, `No compartir bajo ningún concepto.`}, {"de", `Bitte nicht weitergeben.`, strings.Repeat("Bitte nicht weitergeben. ", 5) + "Nein."}}},
	{"GSM-7", staysInGSM7, []edit{{"de", `Bitte nicht weitergeben.`, `Bitte – nicht weitergeben.`}, {"fr", `Valable`, `Valable être`}}},
	{"alphabet", alphabet, []edit{{"es", `No compartir.`, `No coṃpartir.`}, {"ar", `لا تشاركه`, `لا تشارکه`}, {"en", `Send code`, `Sеnd code`}, {"ar", `"رجوع"`, `"Back"`}}},
	{"no English", noEnglish, []edit{{"es", `No compartir.`, `Do not compartir.`}, {"de", `Bitte nicht weitergeben.`, `Bitte nicht share.`}}},
	{"minutes", minutes, []edit{{"es", `{n} minutos`, `{n} minutoz`}, {"de", `{n} Minuten`, `{n} Sekunden`}, {"fr", `"{n} min"`, `"{n} sec"`}}},
	{"right to left", inOrder, []edit{{"ar", `رمز {brand} هو {code}.`, `{brand}: رمز {code}.`}, {"ar", `رمز {brand} هو {code}.`, `رمز {brand}: {code}.`}}},
	{"spoken", spoken, []edit{{"es", `Este código no se debe compartir con nadie.`, `Este cód. no se debe compartir.`}}},
}

// layout wants the two-space indentation of common tools, and texts in the order of the English file.
func layout(t testing.TB, f messageFile) (faults []string) {
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(f.data), "", "  "); err != nil {
		return []string{err.Error()}
	}
	if indented.WriteByte('\n'); !bytes.Equal(indented.Bytes(), f.data) {
		faults = append(faults, "is not indented by two spaces with a line feed at the end")
	}
	if got, want := order(f), order(readFile(t, "en")); !slices.Equal(got, want) {
		faults = append(faults, "has not the order of en.json")
	}
	return faults
}

// order lists the keys of f, without the plural forms, which differ, and "short", which may be missing.
func order(f messageFile) (keys []string) {
	forms := []string{"zero", "one", "two", "few", "many", "other", "short"}
	for line := range strings.Lines(string(f.data)) {
		if key, _, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !slices.Contains(forms, strings.Trim(key, `"`)) {
			keys = append(keys, key)
		}
	}
	return keys
}

func normalForm(_ testing.TB, f messageFile) (faults []string) {
	for path, text := range f.text {
		if !norm.NFC.IsNormalString(text) {
			faults = append(faults, path+" is not in NFC")
		}
	}
	return faults
}

// stops are the full stops of languages that do not end a sentence with a dot; those with none use no mark at all.
var stops = map[string]string{
	"zh-Hans": "。", "zh-Hant": "。", "zh-HK": "。", "ja": "。", "hi": "।", "bn": "।", "pa": "।", "ur": "۔",
	"th": "", "km": "", "my": "",
}

// labels are texts that are no sentences.
var labels = strings.Fields(`email.subject email.subject_nobrand email.code ui.title ui.language ui.phone ui.email ui.use_phone
	ui.use_email ui.send ui.code ui.verify ui.back ui.resend ui.welcome ui.sign_out ui.inbox`)

func fullStops(_ testing.TB, f messageFile) (faults []string) {
	stop, ok := stops[f.tag]
	if !ok {
		stop = "."
	}
	for path, text := range f.text {
		section, _, _ := strings.Cut(path, ".")
		if !slices.Contains([]string{"sms", "voice", "email", "ui"}, section) {
			continue
		}
		last := rune(0)
		for _, last = range text {
		}
		switch isLabel := slices.Contains(labels, path); {
		case (isLabel || stop == "") && unicode.IsPunct(last) && last != '}':
			faults = append(faults, path+" ends with a mark")
		case !isLabel && !strings.HasSuffix(text, stop):
			faults = append(faults, path+" does not end with "+stop)
		}
	}
	return faults
}

// nativeBrands have the twelve characters that a brand may have for a message to be sure to fit one segment.
var nativeBrands = map[string]string{
	"ar": "متجر الأزياء", "fa": "فروشگاه کتاب", "he": "חנות ספרים א", "ur": "کتابوں کاگھر",
	"ru": "Книжный мирЪ", "zh-Hans": "云上书店云上书店云上书店", "ja": "クラウド書店クラウド書店",
}

// segments renders what a text message has room for.
func segments(t testing.TB, f messageFile) (faults []string) {
	l := load(t, f)
	single := func(what string, m locale.Message) string {
		text := l.SMS(m)
		if size := sms.Measure(text); size.Segments > 1 {
			faults = append(faults, fmt.Sprintf("%s takes %d %v units: %q", what, size.Units, size.Encoding, text))
		}
		return text
	}
	for _, brand := range []string{"X", "Acme Studio1", nativeBrands[f.tag]} {
		for _, valid := range []time.Duration{1, 2, 5, 10, 60} {
			m := locale.Message{Brand: brand, Code: "012345", NoWarning: true}
			bare := single("the code", m)
			m.Valid = valid * time.Minute
			timed := single("code and time", m)
			m.NoWarning = false
			full := single("the whole", m)
			if timed == bare || full == timed || !strings.HasPrefix(full, timed) {
				faults = append(faults, fmt.Sprintf("no room for everything: %q", full))
			}
			m.AppHash = "FA+9qCX9VSu"
			single("with a hash, it", m)
			m.Origin = "example.com"
			single("with a hash and an origin, it", m)
		}
		single("a short code", locale.Message{Brand: brand, Code: "0123", Valid: 10 * time.Minute})
		single("a long code", locale.Message{Brand: brand, Code: "0123456789", Valid: 10 * time.Minute})
	}
	return faults
}

// inGSM7 are languages whose letters, or at least those of the words here, are in GSM-7.
var inGSM7 = strings.Fields("af ca da de en en-GB et eu fi fil fr id it ms nb nl sv sw")

func staysInGSM7(_ testing.TB, f messageFile) (faults []string) {
	if !slices.Contains(inGSM7, f.tag) {
		return nil
	}
	for path, text := range f.text {
		isShort := strings.HasPrefix(path, "minutes.") && (f.text["minutes.short"] == "" || path == "minutes.short")
		if foreign := sms.Foreign(literal(text)); foreign != nil && (isShort || strings.HasPrefix(path, "sms.")) {
			faults = append(faults, fmt.Sprintf("%s has %q, which are not in GSM-7", path, foreign))
		}
	}
	return faults
}

// english are words that only a text which was left untranslated has, but for the languages that share them.
var english = map[string]string{
	"your": "", "code": "nl fr fil de", "is": "nl af", "valid": "ro", "for": "sv da nb", "share": "", "not": "", "do": "pt-PT pt-BR gl cs sk pl hr bs sl sr-Latn it sq et",
	"with": "", "anyone": "", "expires": "", "minutes": "fr lt", "verification": "", "pay": "", "payment": "", "sign": "", "enter": "", "again": "", "too": "", "try": "",
}

func noEnglish(_ testing.TB, f messageFile) (faults []string) {
	if f.tag == "en" || f.tag == "en-GB" {
		return nil
	}
	for path, text := range f.text {
		if path == "name" || strings.HasPrefix(path, "review.") {
			continue
		}
		for _, word := range words(text) {
			if shared, ok := english[strings.ToLower(word)]; ok && !slices.Contains(strings.Fields(shared), f.tag) {
				faults = append(faults, path+" has the English word "+word)
			}
		}
	}
	return faults
}

// words cuts a text, less its placeholders, into words.
func words(text string) []string {
	return strings.FieldsFunc(literal(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}

// literal returns what is left of a text without its placeholders.
func literal(text string) string {
	for _, name := range []string{"brand", "code", "minutes", "n", "payee", "amount", "to"} {
		text = strings.ReplaceAll(text, "{"+name+"}", "")
	}
	return text
}

// minutes wants the words that CLDR has for minutes.
func minutes(t testing.TB, f messageFile) (faults []string) {
	known := strings.Split(table(t, "minutes.txt")[f.tag], ", ")
	for path, text := range f.text {
		if strings.HasPrefix(path, "minutes.") && !slices.Contains(known, strings.TrimSpace(literal(text))) {
			faults = append(faults, fmt.Sprintf("%s is none of %q", path, known))
		}
	}
	return faults
}

// spoken wants no abbreviations in what is read aloud: the only full stop is at the end.
func spoken(_ testing.TB, f messageFile) (faults []string) {
	for path, text := range f.text {
		if !strings.HasPrefix(path, "voice.") {
			continue
		}
		if body := text[:max(0, len(text)-1)]; strings.ContainsAny(body, ".&") || slices.Contains(words(text), "min") {
			faults = append(faults, path+" has an abbreviation")
		}
	}
	return faults
}
