package locale_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// families are languages near enough to share whole sentences.
var families = []string{"en en-GB", "zh-Hant zh-HK", "hr bs sr-Latn", "nb da", "id ms", "es gl", "kk ky", "pt-PT pt-BR", "cs sk", "uk be"}

// minShared is how many letters a text has that two other languages cannot share by chance.
const minShared = 16

func TestDistinct(t *testing.T) {
	files := allFiles(t)
	for _, fault := range distinct(files) {
		t.Error(fault)
	}
	es := readFile(t, "es")
	copied := messageFile{tag: "it", text: es.text}
	if len(distinct(append(files, copied))) == 0 {
		t.Error("a language that was copied goes unnoticed")
	}
	copied.tag = "gl"
	if faults := distinct([]messageFile{es, copied}); len(faults) > 0 {
		t.Errorf("Galician may not share sentences with Spanish: %s", faults)
	}
}

// distinct wants no sentence to be in two languages: one of them would not be translated.
func distinct(files []messageFile) (faults []string) {
	type place struct{ tag, path string }
	seen := make(map[string]place)
	for _, f := range files {
		for path, text := range f.text {
			letters := strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) {
					return unicode.ToLower(r)
				}
				return -1
			}, literal(text))
			if len([]rune(letters)) < minShared || path == "name" {
				continue
			}
			if other, ok := seen[letters]; ok && other.tag != f.tag && !related(other.tag, f.tag) {
				faults = append(faults, fmt.Sprintf("%s: %s is that of %s", f.tag, path, other.tag))
			}
			seen[letters] = place{f.tag, path}
		}
	}
	return faults
}

func related(a, b string) bool {
	return slices.ContainsFunc(families, func(family string) bool {
		members := strings.Fields(family)
		return slices.Contains(members, a) && slices.Contains(members, b)
	})
}

// latinSerbian are the thirty letters of Serbian.
var latinSerbian = strings.NewReplacer(strings.Fields(`а a б b в v г g д d ђ đ е e ж ž з z и i ј j к k л l љ lj м m н n њ nj о o п p р r с s
	т t ћ ć у u ф f х h ц c ч č џ dž ш š А A Б B В V Г G Д D Ђ Đ Е E Ж Ž З Z И I Ј J К K Л L Љ Lj М M Н N Њ Nj О O П P Р R С S
	Т T Ћ Ć У U Ф F Х H Ц C Ч Č Џ Dž Ш Š`)...)

// transliterated wants the two files of Serbian to say the same in two alphabets.
func transliterated(cyrillic, latin messageFile) (faults []string) {
	for path, text := range cyrillic.text {
		if slices.Contains([]string{"tag", "name", "script"}, path) {
			continue
		}
		if want := latinSerbian.Replace(text); latin.text[path] != want {
			faults = append(faults, fmt.Sprintf("sr-Latn: %s is %q, want %q", path, latin.text[path], want))
		}
	}
	return faults
}

func TestSerbian(t *testing.T) {
	good := func(text string) messageFile { return messageFile{text: map[string]string{"sms.safe": text}} }
	if faults := transliterated(good("Љубав и њушка."), good("Ljubav i njuška.")); len(faults) > 0 {
		t.Error(faults)
	}
	if len(transliterated(good("Љубав"), good("Lubav"))) == 0 {
		t.Error("a wrong letter goes unnoticed")
	}
	files := make(map[string]messageFile)
	for _, f := range allFiles(t) {
		files[f.tag] = f
	}
	if _, cyrillic := files["sr"]; cyrillic {
		for _, fault := range transliterated(files["sr"], files["sr-Latn"]) {
			t.Error(fault)
		}
	}
}
