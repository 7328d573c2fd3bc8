package sms_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/codeword-go/codeword/locale/sms"
)

func TestMeasure(t *testing.T) {
	r := strings.Repeat
	for _, tt := range []struct {
		name, text string
		encoding   sms.Encoding
		units      int
		segments   int
	}{
		{"empty", "", sms.GSM7, 0, 1},
		{"ascii", "Acme: your code is 493021.", sms.GSM7, 26, 1},
		{"every letter of the first column", "@£$¥èéùìòÇ\nØø\rÅå", sms.GSM7, 16, 1},
		{"every letter of the second column", "Δ_ΦΓΛΩΠΨΣΘΞÆæßÉ", sms.GSM7, 15, 1},
		{"currency sign", "¤", sms.GSM7, 1, 1},
		{"inverted marks", "¡¿§", sms.GSM7, 3, 1},
		{"umlauts", "ÄÖÑÜäöñüà", sms.GSM7, 9, 1},
		{"extension table", "\f^{}\\[~]|€", sms.GSM7, 20, 1},
		{"backtick is not in it", "`", sms.UCS2, 1, 1},
		{"tab is not in it", "a\tb", sms.UCS2, 3, 1},
		{"escape is not a character", "\x1b", sms.UCS2, 1, 1},
		{"nul", "\x00", sms.UCS2, 1, 1},
		{"delete", "\x7f", sms.UCS2, 1, 1},
		{"only the capital cedilla", "Ç", sms.GSM7, 1, 1},
		{"small cedilla", "ç", sms.UCS2, 1, 1},
		{"a acute", "á", sms.UCS2, 1, 1},
		{"i acute", "í", sms.UCS2, 1, 1},
		{"o acute", "código", sms.UCS2, 6, 1},
		{"u acute", "ú", sms.UCS2, 1, 1},
		{"circumflex", "ê", sms.UCS2, 1, 1},
		{"tilde over a", "ã", sms.UCS2, 1, 1},
		{"capital A grave", "À", sms.UCS2, 1, 1},
		{"no-break space", "10\u00a0€", sms.UCS2, 4, 1},
		{"narrow no-break space", "10\u202f€", sms.UCS2, 4, 1},
		{"typographic apostrophe", "You’re", sms.UCS2, 6, 1},
		{"dash", "–", sms.UCS2, 1, 1},
		{"ellipsis", "…", sms.UCS2, 1, 1},
		{"small Greek", "δ", sms.UCS2, 1, 1},
		{"Greek capital that looks Latin", "Α", sms.UCS2, 1, 1},
		{"Cyrillic", "код", sms.UCS2, 3, 1},
		{"Arabic", "رمز", sms.UCS2, 3, 1},
		{"zloty", "10 zł", sms.UCS2, 5, 1},
		{"lira", "₺", sms.UCS2, 1, 1},
		{"dotless i", "ı", sms.UCS2, 1, 1},
		{"Croatian look-alike", "ȏ", sms.UCS2, 1, 1},
		{"Chinese", "验证码", sms.UCS2, 3, 1},
		{"emoji", "🔑", sms.UCS2, 2, 1},
		{"combining accent", "e\u0301", sms.UCS2, 2, 1},
		{"broken UTF-8", "a\xff", sms.UCS2, 2, 1},

		{"160 septets", r("a", 160), sms.GSM7, 160, 1},
		{"161 septets", r("a", 161), sms.GSM7, 161, 2},
		{"80 pairs", r("€", 80), sms.GSM7, 160, 1},
		{"159 and a pair", r("a", 159) + "€", sms.GSM7, 161, 2},
		{"306 septets", r("a", 306), sms.GSM7, 306, 2},
		{"307 septets", r("a", 307), sms.GSM7, 307, 3},
		{"a pair does not straddle 153", r("a", 152) + "€" + r("a", 152), sms.GSM7, 306, 3},
		{"a pair ends at 153", r("a", 151) + "€" + r("a", 153), sms.GSM7, 306, 2},
		{"459 septets", r("a", 459), sms.GSM7, 459, 3},
		{"70 units", r("я", 70), sms.UCS2, 70, 1},
		{"71 units", r("я", 71), sms.UCS2, 71, 2},
		{"35 emoji", r("🔑", 35), sms.UCS2, 70, 1},
		{"36 emoji", r("🔑", 36), sms.UCS2, 72, 2},
		{"134 units", r("я", 134), sms.UCS2, 134, 2},
		{"135 units", r("я", 135), sms.UCS2, 135, 3},
		{"a surrogate pair does not straddle 67", r("я", 66) + "🔑" + r("я", 66), sms.UCS2, 134, 3},
		{"a surrogate pair ends at 67", r("я", 65) + "🔑" + r("я", 67), sms.UCS2, 134, 2},
		{"one foreign letter changes all", r("a", 70) + "ê", sms.UCS2, 71, 2},
		{"an extension character counts once in UCS-2", "€ê", sms.UCS2, 2, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := sms.Size{Encoding: tt.encoding, Units: tt.units, Segments: tt.segments}
			if got := sms.Measure(tt.text); got != want {
				t.Errorf("Measure = %v, want %v", got, want)
			}
			if foreign := sms.Foreign(tt.text); (len(foreign) == 0) != (tt.encoding == sms.GSM7) {
				t.Errorf("Foreign = %q in %v", foreign, tt.encoding)
			}
		})
	}
}

func TestForeign(t *testing.T) {
	if got, want := sms.Foreign("código válido: código"), []rune{'ó', 'á'}; !slices.Equal(got, want) {
		t.Errorf("Foreign = %q, want %q", got, want)
	}
}

func TestEncodingString(t *testing.T) {
	if got := fmt.Sprint(sms.GSM7, sms.UCS2); got != "GSM-7 UCS-2" {
		t.Errorf("got %s", got)
	}
}

// TestAlphabet counts: 128 positions less the escape, and ten in the extension table.
func TestAlphabet(t *testing.T) {
	widths := make(map[int]int)
	for r := range rune(0x10000) {
		if size := sms.Measure(string(r)); size.Encoding == sms.GSM7 {
			widths[size.Units]++
		}
	}
	if widths[1] != 127 || widths[2] != 10 || len(widths) != 2 {
		t.Errorf("characters by septets = %v, want 127 of one and 10 of two", widths)
	}
}

// FuzzMeasure compares segments with a plain packer of whole characters, whose units come from elsewhere: unicode/utf16
// and a list of the extension table.
func FuzzMeasure(f *testing.F) {
	for _, s := range []string{"", "a", strings.Repeat("€", 81), strings.Repeat("a🔑", 60), "\xff\xc0", "[código]\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := sms.Measure(s)
		single, segment := 160, 153
		if len(sms.Foreign(s)) > 0 {
			single, segment = 70, 67
		}
		units, used, count := 0, 0, 1
		for _, r := range s {
			n := 1
			if single == 160 && strings.ContainsRune("\f^{}\\[~]|€", r) || single == 70 && len(utf16.Encode([]rune{r})) == 2 {
				n = 2
			}
			units += n
			if used += n; used > segment {
				count, used = count+1, n
			}
		}
		if units <= single {
			count = 1
		}
		if got.Units != units || got.Segments != count || (got.Encoding == sms.GSM7) != (single == 160) {
			t.Errorf("Measure(%q) = %v, want %d units in %d segments", s, got, units, count)
		}
	})
}

func BenchmarkMeasure(b *testing.B) {
	for name, text := range map[string]string{"GSM-7": strings.Repeat("code: 012345 ", 6)[:70], "UCS-2": strings.Repeat("код 01", 12)[:70]} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sms.Measure(text)
			}
		})
	}
}

func ExampleMeasure() {
	fmt.Println(sms.Measure("Acme: your code is 493021. Valid for 10 min."))
	fmt.Println(sms.Measure("Acme: código 493021. Válido 10 min."))
	fmt.Printf("%q\n", sms.Foreign("Acme: código 493021. Válido 10 min."))
	// Output:
	// {GSM-7 44 1}
	// {UCS-2 35 1}
	// ['ó' 'á']
}
