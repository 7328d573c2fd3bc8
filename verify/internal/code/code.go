// Package code derives one-time codes and cleans the ones that people type.
package code

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// Bounds of a code's length, in characters.
const (
	MinLength = 4
	MaxLength = 10
)

// SecretSize is the length of a verification's secret in bytes, the one that RFC 4226 recommends.
const SecretSize = 20

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Generate returns code number n of a secret, as length digits.
//
// HOTP cuts its value to 31 bits, so ten of its digits would never begin with 3 to 9 and nine would favour 0 and 1. Up
// to six digits are therefore one HOTP value, and longer codes are joined from two of at most five digits, each with a
// counter value of its own. The n-th code uses counter values 2n and 2n+1, so that no two codes share one.
func Generate(secret []byte, n uint64, length int) (string, error) {
	if len(secret) != SecretSize {
		return "", errors.New("code: a secret has 20 bytes")
	}
	if length < MinLength || length > MaxLength {
		return "", fmt.Errorf("code: length %d is not between 4 and 10", length)
	}
	key := encoding.EncodeToString(secret)
	if length <= 6 {
		return piece(key, 2*n, length)
	}
	first, err := piece(key, 2*n, 5)
	if err != nil {
		return "", err
	}
	second, err := piece(key, 2*n+1, length-5)
	return first + second, err
}

func piece(key string, counter uint64, digits int) (string, error) {
	return hotp.GenerateCodeCustom(key, counter, hotp.ValidateOpts{
		Digits:    otp.Digits(digits),
		Algorithm: otp.AlgorithmSHA1,
	})
}

// Bind returns the secret from which the codes for something in particular are derived, such as a purpose, an address that is spelt in a way of
// its own, or a payment: a code that was sent for one is wrong for every other.
func Bind(secret []byte, to ...string) []byte {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%q", to)
	return mac.Sum(nil)[:SecretSize]
}

// Clean returns a typed code without spaces and dashes and with the decimal digits of any script folded to ASCII. It reports
// whether what is left could be a code: 4 to 10 ASCII letters or digits.
func Clean(typed string) (string, bool) {
	const longest = 64 // in bytes; ten digits of four bytes each, with some separators
	if len(typed) > longest {
		return "", false
	}
	if plain(typed) {
		return typed, true
	}
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r == ' ' || r == '-':
		case r < unicode.MaxASCII && alphanumeric(byte(r)):
			b.WriteByte(byte(r))
		default:
			digit, ok := foldDigit(r)
			if !ok {
				return "", false
			}
			b.WriteByte(digit)
		}
	}
	cleaned := b.String()
	return cleaned, plain(cleaned)
}

// IsDigits reports whether a cleaned code consists of digits alone.
func IsDigits(cleaned string) bool {
	for i := range len(cleaned) {
		if cleaned[i] < '0' || cleaned[i] > '9' {
			return false
		}
	}
	return true
}

// Equal compares two codes in time that depends on their lengths alone, which are public.
func Equal(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func plain(s string) bool {
	if len(s) < MinLength || len(s) > MaxLength {
		return false
	}
	for i := range len(s) {
		if !alphanumeric(s[i]) {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// foldDigit maps a decimal digit of any script to ASCII. Unicode encodes every such set as ten consecutive code points,
// zero first, so that an unbroken run of them begins with a zero and is made of whole sets.
func foldDigit(r rune) (byte, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	zero := r
	for unicode.Is(unicode.Nd, zero-1) {
		zero--
	}
	return '0' + byte((r-zero)%10), true
}
