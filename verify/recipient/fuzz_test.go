package recipient_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/verify/recipient"
)

func FuzzParse(f *testing.F) {
	for _, s := range samples {
		f.Add(s.international, false)
	}
	for _, seed := range []string{
		"+44 (0) 7911 123456", "+54 9 11 2345-6789", "+55 0 11 98765-4321", "+52 1 55 1234 5678", "+4990999999999900", "+870773111632", "＋١４१५5552671",
		"ann@example.com", "Ann+tag@XN--Bcher-KVA.example", `"a b"@[127.0.0.1]`, "a@b\r\nc", "+1x@y.zz", "", "+", "@",
	} {
		f.Add(seed, true)
	}
	f.Fuzz(func(t *testing.T, typed string, allowPossible bool) {
		o := recipient.Options{AllowPossible: allowPossible}
		r, err := recipient.Parse(typed, o)
		checkAccepted(t, r, err, o)
		if err == nil && (r.Kind == recipient.Email) != strings.Contains(typed, "@") {
			t.Errorf("%q is of kind %v", typed, r.Kind)
		}
	})
}

func FuzzParseNational(f *testing.F) {
	for _, s := range samples {
		f.Add(s.callingCode, s.national, false)
	}
	f.Add(800, "1234 5678", false)
	f.Add(1, "4155552671;phone-context=+44", true)
	f.Add(54, "011 15 2345-6789", true)
	f.Add(-1, "", true)
	f.Fuzz(func(t *testing.T, callingCode int, typed string, allowPossible bool) {
		o := recipient.Options{AllowPossible: allowPossible}
		r, err := recipient.ParseNational(callingCode, typed, o)
		checkAccepted(t, r, err, o)
		if err == nil && r.CallingCode != callingCode {
			t.Errorf("%q with %d is in %d", typed, callingCode, r.CallingCode)
		}
	})
}

// checkAccepted checks what holds of every recipient: its address has the form of its kind, reads back as itself, and shows in
// neither an error nor a mask.
func checkAccepted(t *testing.T, r recipient.Recipient, err error, o recipient.Options) {
	t.Helper()
	if err != nil {
		if !errors.Is(err, recipient.ErrInvalid) || r.Address() != "" || r.Kind != 0 {
			t.Errorf("refused with %v and %v", err, r)
		}
		return
	}
	address := r.Address()
	switch r.Kind {
	case recipient.Phone:
		if !e164.MatchString(address) || !e164.MatchString(r.Key()) {
			t.Errorf("%q with key %q is not E.164", address, r.Key())
		}
		if r.LineType == recipient.Unknown && !o.AllowPossible {
			t.Errorf("%q is valid without a type", address)
		}
	case recipient.Email:
		if strings.Count(address, "@") != 1 || len(address) > 254 || strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c > '~' }) {
			t.Errorf("%q is not plain", address)
		}
		if strings.ToLower(address) != r.Key() {
			t.Errorf("%q has key %q", address, r.Key())
		}
	default:
		t.Errorf("%q is of kind %v", address, r.Kind)
	}
	again, err := recipient.Parse(address, o)
	if err != nil || again.Address() != address || again.Key() != r.Key() || again.Region != r.Region || again.LineType != r.LineType || again.CallingCode != r.CallingCode {
		t.Errorf("%q reads back as %q (%q, %s, %v), %v", address, again.Address(), again.Key(), again.Region, again.LineType, err)
	}
	if r.String() == "***" || r.String() == address {
		t.Errorf("%q is masked as %q", address, r)
	}
}
