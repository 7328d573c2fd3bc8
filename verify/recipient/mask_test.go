package recipient_test

import (
	"strings"
	"testing"

	"github.com/codeword-go/codeword/verify/recipient"
)

func TestMask(t *testing.T) {
	for address, want := range map[string]string{
		"+14155552671": "+1******2671", "+447400123456": "+44******3456", "+390612345678": "+39******5678", "+35312345678": "+353****5678",
		"+3761234567": "+376*****67", "+2908999": "+290**99", "+80012345678": "+800****5678", "+491234567890123": "+49*********0123",
		"ann@example.com": "a***@example.com", "a@example.com": "***@example.com", "ab@example.com": "a***@example.com", "+1@b.com": "+***@b.com", "+@b.com": "***@b.com",
		"": "***", "+": "***", "@": "***", "14155552671": "***", "+999123456789": "***", "+014155552671": "***", "+1415555267x": "***", "+1234": "***", "++14155552671": "***",
		"+1415555267155555": "***", "ann@example.com\n": "***", "ann smith@example.com": "***", "ann@localhost": "***", "secret": "***", "+1 415": "***", "x\u202e@example.com": "***",
	} {
		if got := recipient.Mask(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{"+14155552671", "+2908999", "ann@example.com", "a@b.cd", "+", "@", "secret", "\xff@b.cd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := recipient.Mask(s)
		switch {
		case got == "***":
		case e164.MatchString(s):
			stars := strings.Count(got, "*")
			last := len(got) - 1 - strings.LastIndexByte(got, '*')
			first := strings.IndexByte(got, '*')
			if len(got) != len(s) || first > 4 || last > 4 || stars < last || !strings.HasPrefix(s, got[:first]) || !strings.HasSuffix(s, got[len(got)-last:]) {
				t.Errorf("%q shows %q", s, got)
			}
		default:
			local, domain, ok := strings.Cut(s, "@")
			shown, rest, okMask := strings.Cut(got, "***@")
			if !ok || !okMask || rest != domain || len(shown) > 1 || len(shown) >= len(local) || !strings.HasPrefix(local, shown) {
				t.Errorf("%q shows %q", s, got)
			}
		}
	})
}
