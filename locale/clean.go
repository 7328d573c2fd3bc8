package locale

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The longest brand, payee and amount in a message, in characters. What is longer is cut.
const (
	MaxBrand  = 30
	MaxPayee  = 20
	MaxAmount = 14
)

// maxBrandDigits is how many digits may stand together in a brand, one fewer than the shortest code has, so that neither
// a person nor a phone that looks for the code takes the brand for it.
const maxBrandDigits = 3

const anyDigits = MaxPayee

func cleanBrand(s string) string  { return clean(s, MaxBrand, maxBrandDigits, "-_&'’+!,") }
func cleanPayee(s string) string  { return clean(s, MaxPayee, anyDigits, "-_&'’+!,") }
func cleanAmount(s string) string { return clean(s, MaxAmount, anyDigits, "-'’+,") }

// clean returns the letters, digits and single spaces of s and the marks that are allowed, at most limit characters.
// Digits of any script become ASCII; of digits that no letter separates only the first few are kept. Whatever could add
// a line, a link, an origin line or a change of direction is gone: format characters without a trace, others leaving a
// space.
func clean(s string, limit, digits int, marks string) string {
	var array [4 * (MaxBrand + 1)]byte
	out, count, inRow, gap := array[:0], 0, 0, false
	for i, r := range s {
		switch {
		case unicode.IsLetter(r):
			inRow = 0
		case unicode.IsDigit(r):
			if inRow++; inRow > digits {
				continue
			}
			r = asciiDigit(r)
		case r == ' ':
			gap = true
			continue
		case isJoiner(r) && count > 0 && !gap:
		case unicode.Is(unicode.Cf, r):
			continue
		case !strings.ContainsRune(marks, r) && !isPlainStop(s, i) && !unicode.In(r, unicode.Mn, unicode.Mc, unicode.Sc):
			gap = true
			continue
		}
		if gap && count > 0 && count < limit {
			out, count = append(out, ' '), count+1
		}
		if gap = false; count >= limit {
			break
		}
		out, count = utf8.AppendRune(out, r), count+1
	}
	if string(out) == s {
		return s
	}
	return strings.TrimRight(string(out), " ")
}

// isPlainStop tells whether the full stop at s[i] is one of an abbreviation or a number, not one that makes a phone
// show a link: a top-level domain has two letters or more.
func isPlainStop(s string, i int) bool {
	if s[i] != '.' {
		return false
	}
	first, size := utf8.DecodeRuneInString(s[i+1:])
	second, _ := utf8.DecodeRuneInString(s[i+1+size:])
	return !unicode.IsLetter(first) || !unicode.IsLetter(second) && !unicode.IsDigit(second)
}

// isJoiner knows the two format characters that Persian and Indic words are written with.
func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// asciiDigit returns the ASCII form of a decimal digit. Unicode keeps the ten digits of a script together and in order,
// and its ranges of digits begin with a zero.
func asciiDigit(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	for _, x := range unicode.Nd.R16 {
		if lo := rune(x.Lo); lo <= r && r <= rune(x.Hi) {
			return '0' + (r-lo)%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if lo := rune(x.Lo); lo <= r && r <= rune(x.Hi) {
			return '0' + (r-lo)%10
		}
	}
	return r
}

// cleanCode returns the ASCII letters and digits of s, which is s itself for every code that the engine makes.
func cleanCode(s string) string {
	return strings.Map(func(r rune) rune {
		if isCodeRune(r) {
			return r
		}
		return -1
	}, s)
}

func isCodeRune(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// isAppHash knows the hash of an Android app, as the SMS Retriever wants it: eleven characters of base64.
func isAppHash(s string) bool {
	if len(s) != 11 {
		return false
	}
	for _, r := range s {
		if !isCodeRune(r) && r != '+' && r != '/' {
			return false
		}
	}
	return true
}

// isHost knows a domain name in ASCII, without scheme and port.
func isHost(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if !isCodeRune(r) && r != '-' {
				return false
			}
		}
	}
	return s != ""
}
