package code_test

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/codeword-go/codeword/verify/internal/code"
)

// The values of RFC 4226, appendix D, at the counters that codes of six digits use.
func TestGenerateIsHOTP(t *testing.T) {
	secret := []byte("12345678901234567890")
	for n, want := range []string{"755224", "359152", "338314", "287922", "399871"} {
		got, err := code.Generate(secret, uint64(n), 6)
		if err != nil || got != want {
			t.Errorf("Generate(%d) = %q, %v, want %q", n, got, err, want)
		}
	}
}

// Longer codes are the last five digits of one value and the last digits of the next: RFC 4226 gives 755224, 287082
// for counters 0 and 1.
func TestGenerateJoinsPieces(t *testing.T) {
	secret := []byte("12345678901234567890")
	for length, want := range map[int]string{4: "5224", 5: "55224", 7: "5522482", 8: "55224082", 9: "552247082", 10: "5522487082"} {
		got, err := code.Generate(secret, 0, length)
		if err != nil || got != want {
			t.Errorf("Generate(length %d) = %q, %v, want %q", length, got, err, want)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	good := make([]byte, code.SecretSize)
	for name, call := range map[string]func() (string, error){
		"no secret":    func() (string, error) { return code.Generate(nil, 0, 6) },
		"short secret": func() (string, error) { return code.Generate(good[:19], 0, 6) },
		"length 0":     func() (string, error) { return code.Generate(good, 0, 0) },
		"length 3":     func() (string, error) { return code.Generate(good, 0, 3) },
		"length 11":    func() (string, error) { return code.Generate(good, 0, 11) },
	} {
		if got, err := call(); err == nil {
			t.Errorf("%s: got a code of %d digits, want an error", name, len(got))
		}
	}
}

// S1: every digit at every position is equally likely at every length.
func TestGenerateIsUniform(t *testing.T) {
	const limit = 33.72 // chi-square, 9 degrees of freedom, p = 10^-4
	for length := code.MinLength; length <= code.MaxLength; length++ {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			t.Parallel()
			secret := make([]byte, code.SecretSize)
			var counts [code.MaxLength][10]int
			for i := range sample {
				if i%1000 == 0 {
					rand.Read(secret)
				}
				c, err := code.Generate(secret, uint64(i), length)
				if err != nil || len(c) != length {
					t.Fatalf("Generate = %q, %v", c, err)
				}
				for pos := range c {
					counts[pos][c[pos]-'0']++
				}
			}
			for pos := range length {
				expected, chi := float64(sample)/10, 0.0
				for _, got := range counts[pos] {
					d := float64(got) - expected
					chi += d * d / expected
				}
				if chi > limit {
					t.Errorf("position %d: chi-square %.1f over %.1f, counts %v", pos, chi, limit, counts[pos])
				}
			}
		})
	}
}

// S5: a code is good for one purpose and one address.
func TestBind(t *testing.T) {
	secret := []byte("12345678901234567890")
	seen := map[string]string{}
	for _, purpose := range []string{"", "login", "Login", "login ", "change phone", `" "`} {
		for _, address := range []string{"", "a@example.com", "login"} {
			c, err := code.Generate(code.Bind(secret, purpose, address), 0, 10)
			if err != nil {
				t.Fatal(err)
			}
			if other, ok := seen[c]; ok {
				t.Errorf("%q for %q shares a code with %s", purpose, address, other)
			}
			seen[c] = purpose + " for " + address
		}
	}
}

func TestClean(t *testing.T) {
	for _, tt := range []struct {
		typed, want string
		ok          bool
	}{
		{"493021", "493021", true},
		{"000123", "000123", true},
		{" 493 021 ", "493021", true},
		{"493-021", "493021", true},
		{"4-9-3-0-2-1", "493021", true},
		{"٤٩٣٠٢١", "493021", true},
		{"۴۹۳۰۲۱", "493021", true},
		{"४९३०२१", "493021", true},
		{"４９３０２１", "493021", true},
		{"𝟜𝟡𝟛𝟘𝟚𝟙", "493021", true},
		{"𝟎𝟏𝟐𝟑𝟗𝟘", "012390", true},
		{"aB3x", "aB3x", true},
		{"123", "", false},
		{"12345678901", "", false},
		{"", "", false},
		{"----", "", false},
		{"493\t021", "", false},
		{"493\u00a0021", "", false},
		{"493\u200b021", "", false},
		{"493.021", "", false},
		{"+493021", "", false},
		{"493021\n", "", false},
		{"ⅣⅤⅥⅦ", "", false},
		{"①②③④", "", false},
		{"²²²²", "", false},
		{"éééé", "", false},
		{"\xff\xfe12345", "", false},
		{strings.Repeat(" ", 70) + "493021", "", false},
	} {
		got, ok := code.Clean(tt.typed)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("Clean(%q) = %q, %v, want %q, %v", tt.typed, got, ok, tt.want, tt.ok)
		}
	}
}

// Every decimal digit of Unicode folds to the value that its position in its set of ten gives.
func TestCleanFoldsEveryScript(t *testing.T) {
	sets := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Nd, r) {
			continue
		}
		sets++
		for i := range rune(10) {
			typed := strings.Repeat(string(r+i), 4)
			if got, ok := code.Clean(typed); !ok || got != strings.Repeat(string('0'+i), 4) {
				t.Errorf("Clean(%q), %U = %q, %v, want digit %d", typed, r+i, got, ok, i)
			}
		}
		r += 9
	}
	if sets < 60 {
		t.Errorf("only %d sets of digits were tried", sets)
	}
}

func TestEqual(t *testing.T) {
	if !code.Equal("0123", "0123") || code.Equal("0123", "0124") || code.Equal("0123", "012") || code.Equal("", "0") {
		t.Error("Equal is wrong")
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"493021", " 4-9 ", "٤٩٣٠٢١", "abcDEF", "\xff", "12345678901", "𝟜𝟡𝟛𝟘"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		cleaned, ok := code.Clean(typed)
		if !ok {
			return
		}
		if len(cleaned) < code.MinLength || len(cleaned) > code.MaxLength {
			t.Fatalf("Clean(%q) = %q", typed, cleaned)
		}
		again, ok := code.Clean(cleaned)
		if !ok || again != cleaned {
			t.Fatalf("cleaning %q again gives %q, %v", cleaned, again, ok)
		}
		for _, r := range cleaned {
			if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				t.Fatalf("Clean(%q) = %q", typed, cleaned)
			}
		}
	})
}
