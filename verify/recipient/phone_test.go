package recipient_test

import (
	"errors"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/codeword-go/codeword/verify/recipient"
)

var e164 = regexp.MustCompile(`^\+[1-9]\d{6,14}$`)

// samples are numbers as people in many countries write them, and what they mean.
var samples = []struct {
	callingCode   int
	national      string
	international string
	lineType      recipient.LineType
	region        string
}{
	{1, "415-555-2671", "+1 415-555-2671", recipient.FixedOrMobile, "US"},
	{1, "202.456.1111", "+1 202-456-1111", recipient.FixedOrMobile, "US"},
	{1, "1 (650) 253-0000", "+1 650-253-0000", recipient.FixedOrMobile, "US"},
	{1, "604 555 0123", "+1 604-555-0123", recipient.FixedOrMobile, "CA"},
	{1, "416-967-1111", "+1 416-967-1111", recipient.FixedOrMobile, "CA"},
	{1, "809-220-1234", "+1 809-220-1234", recipient.FixedOrMobile, "DO"},
	{1, "787-234-5678", "+1 787-234-5678", recipient.FixedOrMobile, "PR"},
	{1, "876-210-1234", "+1 876-210-1234", recipient.Mobile, "JM"},
	{1, "800-356-9377", "+1 800-356-9377", recipient.TollFree, "US"},
	{44, "07400 123456", "+44 7400 123456", recipient.Mobile, "GB"},
	{44, "7400.123.456", "+44 7400 123456", recipient.Mobile, "GB"},
	{44, "020 7946 0958", "+44 20 7946 0958", recipient.Fixed, "GB"},
	{44, "07781 123456", "+44 7781 123456", recipient.Mobile, "GG"},
	{44, "07911 123456", "+44 7911 123456", recipient.Mobile, "GG"},
	{49, "0151 23456789", "+49 1512 3456789", recipient.Mobile, "DE"},
	{49, "030-123456", "+49 30 123456", recipient.Fixed, "DE"},
	{33, "06.12.34.56.78", "+33 6 12 34 56 78", recipient.Mobile, "FR"},
	{33, "01 23 45 67 89", "+33 1 23 45 67 89", recipient.Fixed, "FR"},
	{34, "612 34 56 78", "+34 612 34 56 78", recipient.Mobile, "ES"},
	{34, "810-123-456", "+34 810 12 34 56", recipient.Fixed, "ES"},
	{39, "312 345 6789", "+39 312 345 6789", recipient.Mobile, "IT"},
	{39, "02 1234 5678", "+39 02 1234 5678", recipient.Fixed, "IT"},
	{351, "912 345 678", "+351 912 345 678", recipient.Mobile, "PT"},
	{31, "06-12345678", "+31 6 12345678", recipient.Mobile, "NL"},
	{32, "0470/12.34.56", "+32 470 12 34 56", recipient.Mobile, "BE"},
	{41, "078 123 45 67", "+41 78 123 45 67", recipient.Mobile, "CH"},
	{43, "0664 123456", "+43 664 123456", recipient.Mobile, "AT"},
	{46, "070-123 45 67", "+46 70 123 45 67", recipient.Mobile, "SE"},
	{47, "406 12 345", "+47 40 61 23 45", recipient.Mobile, "NO"},
	{45, "32-12-34-56", "+45 32 12 34 56", recipient.FixedOrMobile, "DK"},
	{358, "041 2345678", "+358 41 2345678", recipient.Mobile, "FI"},
	{353, "085 012 3456", "+353 85 012 3456", recipient.Mobile, "IE"},
	{48, "512 345 678", "+48 512 345 678", recipient.Mobile, "PL"},
	{420, "601 123 456", "+420 601 123 456", recipient.Mobile, "CZ"},
	{421, "0912 123 456", "+421 912 123 456", recipient.Mobile, "SK"},
	{36, "06 20 123 4567", "+36 20 123 4567", recipient.Mobile, "HU"},
	{40, "0712 034 567", "+40 712 034 567", recipient.Mobile, "RO"},
	{359, "043 012 345", "+359 43 012 345", recipient.Mobile, "BG"},
	{30, "691 234 5678", "+30 691 234 5678", recipient.Mobile, "GR"},
	{90, "0501 234 56 78", "+90 501 234 56 78", recipient.Mobile, "TR"},
	{385, "092 123 4567", "+385 92 123 4567", recipient.Mobile, "HR"},
	{381, "060 1234567", "+381 60 1234567", recipient.Mobile, "RS"},
	{372, "512-3456", "+372 512 3456", recipient.Mobile, "EE"},
	{370, "(8-612) 34567", "+370 612 34567", recipient.Mobile, "LT"},
	{371, "21 234 567", "+371 21 234 567", recipient.Mobile, "LV"},
	{7, "8 (912) 345-67-89", "+7 912 345-67-89", recipient.Mobile, "RU"},
	{7, "771 000 9998", "+7 771 000 9998", recipient.Mobile, "KZ"},
	{380, "050 123 4567", "+380 50 123 4567", recipient.Mobile, "UA"},
	{375, "8 029 491-19-11", "+375 29 491-19-11", recipient.Mobile, "BY"},
	{998, "91 234 56 78", "+998 91 234 56 78", recipient.Mobile, "UZ"},
	{995, "555 12 34 56", "+995 555 12 34 56", recipient.Mobile, "GE"},
	{972, "050-234-5678", "+972 50-234-5678", recipient.Mobile, "IL"},
	{966, "051 234 5678", "+966 51 234 5678", recipient.Mobile, "SA"},
	{971, "050 123 4567", "+971 50 123 4567", recipient.Mobile, "AE"},
	{20, "0100 123 4567", "+20 10 01234567", recipient.Mobile, "EG"},
	{212, "0650-123456", "+212 6 50 12 34 56", recipient.Mobile, "MA"},
	{234, "0802 123 4567", "+234 802 123 4567", recipient.Mobile, "NG"},
	{254, "0712 123456", "+254 712 123456", recipient.Mobile, "KE"},
	{27, "071 123 4567", "+27 71 123 4567", recipient.Mobile, "ZA"},
	{225, "01 23 45 6789", "+225 01 23 45 6789", recipient.Mobile, "CI"},
	{251, "091 123 4567", "+251 91 123 4567", recipient.Mobile, "ET"},
	{91, "081234-56789", "+91 81234 56789", recipient.Mobile, "IN"},
	{92, "0301 2345678", "+92 301 2345678", recipient.Mobile, "PK"},
	{880, "01812-345678", "+880 1812-345678", recipient.Mobile, "BD"},
	{94, "071 234 5678", "+94 71 234 5678", recipient.Mobile, "LK"},
	{977, "984-1234567", "+977 984-1234567", recipient.Mobile, "NP"},
	{86, "131 2345 6789", "+86 131 2345 6789", recipient.Mobile, "CN"},
	{852, "5123 4567", "+852 5123 4567", recipient.Mobile, "HK"},
	{886, "0912 345 678", "+886 912 345 678", recipient.Mobile, "TW"},
	{853, "6612 3456", "+853 6612 3456", recipient.Mobile, "MO"},
	{81, "090-1234-5678", "+81 90-1234-5678", recipient.Mobile, "JP"},
	{81, "050-1234-5678", "+81 50-1234-5678", recipient.VoIP, "JP"},
	{82, "010-2000-0000", "+82 10-2000-0000", recipient.Mobile, "KR"},
	{65, "8123 4567", "+65 8123 4567", recipient.Mobile, "SG"},
	{60, "012-345 6789", "+60 12-345 6789", recipient.Mobile, "MY"},
	{62, "0812-345-678", "+62 812-345-678", recipient.Mobile, "ID"},
	{63, "0905 123 4567", "+63 905 123 4567", recipient.Mobile, "PH"},
	{66, "081 234 5678", "+66 81 234 5678", recipient.Mobile, "TH"},
	{84, "0912 345 678", "+84 912 345 678", recipient.Mobile, "VN"},
	{855, "091 234 567", "+855 91 234 567", recipient.Mobile, "KH"},
	{95, "09 212 3456", "+95 9 212 3456", recipient.Mobile, "MM"},
	{61, "0412 345 678", "+61 412 345 678", recipient.Mobile, "AU"},
	{61, "02 9876 5432", "+61 2 9876 5432", recipient.Fixed, "AU"},
	{64, "021 123 4567", "+64 21 123 4567", recipient.Mobile, "NZ"},
	{55, "(11) 96123-4567", "+55 11 96123-4567", recipient.Mobile, "BR"},
	{55, "11 2345-6789", "+55 11 2345-6789", recipient.Fixed, "BR"},
	{52, "222 123 4567", "+52 222 123 4567", recipient.FixedOrMobile, "MX"},
	{54, "011 15-2345-6789", "+54 9 11 2345-6789", recipient.Mobile, "AR"},
	{54, "9 11 2345-6789", "+54 9 11 2345-6789", recipient.Mobile, "AR"},
	{56, "2 2123 4567", "+56 2 2123 4567", recipient.FixedOrMobile, "CL"},
	{56, "9 6123 4567", "+56 9 6123 4567", recipient.FixedOrMobile, "CL"},
	{57, "321 1234567", "+57 321 1234567", recipient.Mobile, "CO"},
	{51, "912 345 678", "+51 912 345 678", recipient.Mobile, "PE"},
	{58, "0412-1234567", "+58 412-1234567", recipient.Mobile, "VE"},
	{506, "8312 3456", "+506 8312 3456", recipient.Mobile, "CR"},
}

func TestSamplesHaveOneAddressInEverySpelling(t *testing.T) {
	strip := strings.NewReplacer(" ", "", "-", "")
	for _, s := range samples {
		address := strip.Replace(s.international)
		n, err := recipient.ParseNational(s.callingCode, s.national, recipient.Options{})
		check := func(spelling string, got recipient.Recipient, err error) {
			t.Helper()
			if err != nil {
				t.Errorf("%s: %v", spelling, err)
				return
			}
			if got.Address() != address || got.Region != s.region || got.LineType != s.lineType || got.CallingCode != s.callingCode || got.Kind != recipient.Phone {
				t.Errorf("%s: %s %s %v +%d, want %s %s %v", spelling, got.Address(), got.Region, got.LineType, got.CallingCode, address, s.region, s.lineType)
			}
			if got.Key() != n.Key() || got.LimitKey() != got.Key() {
				t.Errorf("%s: key %s and %s, want %s", spelling, got.Key(), got.LimitKey(), n.Key())
			}
		}
		check(s.national, n, err)
		for _, spelling := range []string{address, s.international, "  " + s.international + " ", strings.ReplaceAll(s.international, " ", "."), fullWidth(s.international), arabicIndic(address)} {
			r, err := recipient.Parse(spelling, recipient.Options{})
			check(spelling, r, err)
			r, err = recipient.ParseNational(s.callingCode, spelling, recipient.Options{})
			check("national "+spelling, r, err)
		}
	}
}

func TestEverySpellingOfOneNumber(t *testing.T) {
	for _, spelling := range []string{
		"+14155552671", "+1 415 555 2671", "+1-415-555-2671", "+1.415.555.2671", "+1 (415) 555-2671", "(+1) 415 555 2671", "+1/415/555/2671",
		"+ 1 415 555 2671", " +1 415 555 2671 ", "+1 1 415 555 2671", "＋１４１５５５５２６７１", "+١٤١٥٥٥٥٢٦٧١", "+۱۴۱۵۵۵۵۲۶۷۱", "+१४१५५५५२६७१", "+𝟏𝟒𝟏𝟓𝟓𝟓𝟓𝟐𝟔𝟕𝟏", "+𝟙𝟜𝟙𝟝𝟝𝟝𝟝𝟚𝟞𝟟𝟙",
		"+14155552671" + strings.Repeat(" ", 20), // 32 characters
	} {
		r, err := recipient.Parse(spelling, recipient.Options{})
		if err != nil || r.Address() != "+14155552671" || r.Key() != r.Address() || r.Region != "US" {
			t.Errorf("%q: %q %q %q, %v", spelling, r.Address(), r.Key(), r.Region, err)
		}
	}
}

func TestRegionAndTypeComeFromTheNumber(t *testing.T) {
	for _, tt := range []struct {
		typed, address, region string
		lineType               recipient.LineType
	}{
		{"+44 0 7911 123456", "+447911123456", "GG", recipient.Mobile},
		{"+44 (0) 7911 123456", "+447911123456", "GG", recipient.Mobile},
		{"+447797712345", "+447797712345", "JE", recipient.Mobile},
		{"+447624123456", "+447624123456", "IM", recipient.Mobile},
		{"+77012345678", "+77012345678", "KZ", recipient.Mobile},
		{"+447012345678", "+447012345678", "GB", recipient.Personal},
		{"+449012345678", "+449012345678", "GB", recipient.PremiumRate},
		{"+447640123456", "+447640123456", "GB", recipient.Pager},
		{"+443001234567", "+443001234567", "GB", recipient.UAN},
		{"+448451234567", "+448451234567", "GB", recipient.PremiumRate},
		{"+18762101234", "+18762101234", "JM", recipient.Mobile},
		{"+18092201234", "+18092201234", "DO", recipient.FixedOrMobile},
		{"+19002345678", "+19002345678", "US", recipient.PremiumRate},
		{"+15002345678", "+15002345678", "US", recipient.Personal},
		{"+18002345678", "+18002345678", "US", recipient.TollFree},
		{"+12129762345", "+12129762345", "US", recipient.FixedOrMobile}, // in truth a premium range that the tables do not know
		{"+390669812345", "+390669812345", "VA", recipient.Fixed},
		{"+870773111632", "+870773111632", "", recipient.Mobile},
		{"+881612345678", "+881612345678", "", recipient.Mobile},
		{"+883510000000000", "+883510000000000", "", recipient.VoIP},
		{"+979123456789", "+979123456789", "", recipient.PremiumRate},
		{"+80012345678", "+80012345678", "", recipient.TollFree},
		{"+80812345678", "+80812345678", "", recipient.SharedCost},
		{"+878101234567890", "+878101234567890", "", recipient.VoIP},
		{"+55 0 11 98765-4321", "+5511987654321", "BR", recipient.Mobile},
	} {
		r, err := recipient.Parse(tt.typed, recipient.Options{})
		if err != nil || r.Address() != tt.address || r.Region != tt.region || r.LineType != tt.lineType {
			t.Errorf("%s: %s %q %v, %v; want %s %q %v", tt.typed, r.Address(), r.Region, r.LineType, err, tt.address, tt.region, tt.lineType)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for what, typed := range map[string]string{
		"empty": "", "only a plus": "+", "only signs": "+()-", "words": "call me", "zero": "+0", "zeros": "+0000000000",
		"no plus": "14155552671", "no plus, V1 query": " 14155552671", "national": "07400 123456", "dialled abroad": "0044 7400 123456",
		"American dialled abroad": "011 44 7400 123456", "two pluses": "++14155552671", "plus inside": "1+4155552671", "plus at the end": "14155552671+",
		"vanity": "+1-800-FLOWERS", "letter w": "+14155552671w123", "letter p": "+14155552671p123", "letters": "+14155552671abc",
		"extension x": "+14155552671x123", "extension": "+14155552671 ext. 123", "extension, spanish": "+14155552671 extensión 5", "extension #": "+14155552671#123",
		"pause": "+14155552671,123", "pauses": "+14155552671,,123#", "extension, RFC 3966": "+14155552671;ext=123", "star": "+1415555*2671",
		"tel": "tel:+14155552671", "sentence": "call +14155552671", "phone-context": "+4155552671;phone-context=+44", "isub": "+14155552671;isub=1",
		"right-to-left mark": "\u200f+14155552671", "zero-width space": "+1415\u200b5552671", "soft hyphen": "+1415\u00ad5552671", "no-break space": "+1415\u00a05552671",
		"embedding": "\u202a+14155552671\u202c", "left-to-right mark": "+1415\u200e5552671", "NUL": "+1415555\x002671", "line end": "+14155552671\r\n", "tab": "+1\t4155552671",
		"invalid UTF-8": "+1415555\xff2671", "superscript": "+1415555267¹", "circled": "+1415555267①", "Roman": "+1415555267Ⅷ", "markup": "+1415<script>",
		"33 characters": "+14155552671" + strings.Repeat(" ", 21), "230 signs": "+1415555" + strings.Repeat("-", 230) + "2671", "a megabyte": "+" + strings.Repeat("1", 1<<20),
		"18 digits": "+491234567890123456", "16 digits": "+4990999999999900", "3 digits": "+112", "short code": "+49112", "unknown calling code": "+999123456789",
		"fictional": "+1 987-654-3210", "fictional, British": "+44 7700 900123", "local": "+1 555-2671", "Mexico, old": "+52 1 55 1234 5678", "Mexico, 044": "+52 044 55 1234 5678",
		"Mexico, 045": "+52 045 55 1234 5678", "Mexico, 01": "+52 01 55 1234 5678", "Brazil, old": "+55 11 8765-4321",
	} {
		r, err := recipient.Parse(typed, recipient.Options{})
		if !errors.Is(err, recipient.ErrInvalid) {
			t.Errorf("%s: %s, %v", what, r.Address(), err)
		} else if r.Address() != "" || r.Key() != "" || leaks(err.Error(), typed) {
			t.Errorf("%s: refused, yet %q %q %q", what, r.Address(), r.Key(), err)
		}
	}
}

func TestOnlySignsOfPhoneNumbersAreAllowed(t *testing.T) {
	for c := range rune(0x2100) {
		typed := "+1415555" + string(c) + "2671"
		_, err := recipient.Parse(typed, recipient.Options{})
		if want := strings.ContainsRune(" -./()", c); want != (err == nil) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// The digits of a script are read by their place in these tables.
func TestUnicodeTablesListDigitsInTens(t *testing.T) {
	for _, r := range unicode.Nd.R16 {
		if r.Stride != 1 || (r.Hi-r.Lo+1)%10 != 0 {
			t.Errorf("%U to %U by %d", r.Lo, r.Hi, r.Stride)
		}
	}
	for _, r := range unicode.Nd.R32 {
		if r.Stride != 1 || (r.Hi-r.Lo+1)%10 != 0 {
			t.Errorf("%U to %U by %d", r.Lo, r.Hi, r.Stride)
		}
	}
}

func TestParseNational(t *testing.T) {
	for _, tt := range []struct {
		callingCode int
		typed, want string
	}{
		{44, "+44 7400 123456", "+447400123456"},
		{44, "44 7400 123456", "+447400123456"},
		{44, "0044 7400 123456", "+447400123456"},
		{44, "+33612345678", ""},
		{1, "+44 7400 123456", ""},
		{1, "011 44 7400 123456", ""},
		{44, "+0044 7400 123456", ""},
		{1, "1-800-FLOWERS", ""},
		{1, "415-555-2671 ext 5", ""},
		{1, "415-555-2671 x5", ""},
		{1, "4155552671;phone-context=+44", ""},
		{1, "555-2671", ""},
		{1, "911", ""},
		{1, "", ""},
		{1, strings.Repeat("1", 30), ""},
		{1, "415<script>", ""},
		{1, "987-654-3210", ""},
		{44, "07700 900123", ""},
		{52, "1 222 123 4567", ""},
		{800, "1234 5678", "+80012345678"},
		{800, "+800 1234 5678", "+80012345678"},
		{883, "510 000 000 000", "+883510000000000"},
		{966, "٠٥١ ٢٣٤ ٥٦٧٨", "+966512345678"},
		{81, "０９０-１２３４-５６７８", "+819012345678"},
		{39, "06 698 12345", "+390669812345"},
		{55, "0 15 11 98765-4321", "+5511987654321"},
		{55, "90 11 98765-4321", "+5511987654321"},
		{54, "011 15 2345-6789", "+5491123456789"},
		{54, "11 15 2345-6789", "+5491123456789"},
	} {
		r, err := recipient.ParseNational(tt.callingCode, tt.typed, recipient.Options{})
		if r.Address() != tt.want || (tt.want == "") != errors.Is(err, recipient.ErrInvalid) || errors.Is(err, recipient.ErrCallingCode) {
			t.Errorf("+%d %s: %q, %v; want %q", tt.callingCode, tt.typed, r.Address(), err, tt.want)
		}
	}
	for _, code := range []int{0, 999, -44, 1000, math.MaxInt} {
		_, err := recipient.ParseNational(code, "7400 123456", recipient.Options{})
		if !errors.Is(err, recipient.ErrCallingCode) || !errors.Is(err, recipient.ErrInvalid) {
			t.Errorf("calling code %d: %v", code, err)
		}
	}
}

func TestAllowPossible(t *testing.T) {
	allow := recipient.Options{AllowPossible: true}
	for _, tt := range []struct{ typed, address, region string }{
		{"+1 987-654-3210", "+19876543210", ""},
		{"+1 123-456-7890", "+11234567890", ""},
		{"+52 1 55 1234 5678", "", ""}, // Mexico dropped the 1 in 2019
		{"+44 7700 900123", "+447700900123", ""},
		{"+49 112", "", ""},
		{"+49 111 11", "+4911111", "DE"},
		{"+49 00 30 123456", "", ""}, // reads as +49 030 123456, which reads as +49 30 123456
		{"+1 555-2671", "", ""},
		{"+1 987-654-32101", "", ""},
		{"+1 987-654-3210x5", "", ""},
	} {
		r, err := recipient.Parse(tt.typed, allow)
		if r.Address() != tt.address || r.Region != tt.region || r.LineType != recipient.Unknown || (tt.address == "") != errors.Is(err, recipient.ErrInvalid) {
			t.Errorf("%s: %q %q %v, %v", tt.typed, r.Address(), r.Region, r.LineType, err)
		}
	}
	if r, err := recipient.Parse("+14155552671", allow); err != nil || r.LineType != recipient.FixedOrMobile {
		t.Errorf("a valid number: %v %v", r.LineType, err)
	}
}

func TestTwinsHaveOneKey(t *testing.T) {
	for _, tt := range []struct{ typed, key string }{
		{"+54 11 2345 6789", "+541123456789"},
		{"+54 9 11 2345 6789", "+541123456789"},
		{"+54 11 15 2345 6789", "+541123456789"},
		{"+54 911 234 5678", "+549112345678"},
		{"+55 11 98765-4321", "+5511987654321"},
		{"+55 11 8765-4321", "+5511987654321"},
		{"+55 11 2345-6789", "+551123456789"},
		{"+55 800 123 4567", "+558001234567"},
		{"+52 55 1234 5678", "+525512345678"},
		{"+1 415 555 2671", "+14155552671"},
	} {
		r, err := recipient.Parse(tt.typed, recipient.Options{AllowPossible: true})
		if err != nil || r.Key() != tt.key {
			t.Errorf("%s: %s, %v; want %s", tt.typed, r.Key(), err, tt.key)
		}
	}
}

func fullWidth(s string) string { return shift(s, '０') }

func arabicIndic(s string) string { return shift(s, '٠') }

func shift(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r - '0' + zero
		}
		return r
	}, s)
}

// leaks reports whether text holds four characters in a row of secret.
func leaks(text, secret string) bool {
	for i := range max(len(secret)-3, 0) {
		if strings.Contains(text, secret[i:i+4]) && strings.ContainsAny(secret[i:i+4], "0123456789@") {
			return true
		}
	}
	return false
}
