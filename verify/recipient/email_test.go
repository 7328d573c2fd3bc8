package recipient_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/verify/recipient"
)

func TestParseEmail(t *testing.T) {
	local64 := strings.Repeat("a", 64)
	label63 := strings.Repeat("b", 63)
	for _, tt := range []struct{ typed, address, key, limit string }{
		{"ann@example.com", "ann@example.com", "ann@example.com", "ann@example.com"},
		{"Ann@Example.COM", "Ann@example.com", "ann@example.com", "ann@example.com"},
		{" ann@example.com ", "ann@example.com", "ann@example.com", "ann@example.com"},
		{"Ann+1@b.com", "Ann+1@b.com", "ann+1@b.com", "ann@b.com"},
		{"a+1+2@b.com", "a+1+2@b.com", "a+1+2@b.com", "a@b.com"},
		{"+1@b.com", "+1@b.com", "+1@b.com", "+1@b.com"},
		{"a.b.c@b.com", "a.b.c@b.com", "a.b.c@b.com", "a.b.c@b.com"},
		{"a!#$%&'*-/=?^_`{|}~9@b.com", "a!#$%&'*-/=?^_`{|}~9@b.com", "a!#$%&'*-/=?^_`{|}~9@b.com", "a!#$%&'*-/=?^_`{|}~9@b.com"},
		{"a@xn--BCHER-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"},
		{"a@1.2.3.4com", "a@1.2.3.4com", "a@1.2.3.4com", "a@1.2.3.4com"},
		{local64 + "@b.com", local64 + "@b.com", local64 + "@b.com", local64 + "@b.com"},
		{"a@" + label63 + ".com", "a@" + label63 + ".com", "a@" + label63 + ".com", "a@" + label63 + ".com"},
	} {
		r, err := recipient.Parse(tt.typed, recipient.Options{})
		if err != nil || r.Address() != tt.address || r.Key() != tt.key || r.LimitKey() != tt.limit {
			t.Errorf("%q: %q %q %q, %v", tt.typed, r.Address(), r.Key(), r.LimitKey(), err)
		}
		if r.Kind != recipient.Email || r.CallingCode != 0 || r.Region != "" || r.LineType != recipient.Unknown {
			t.Errorf("%q: has the marks of a telephone", tt.typed)
		}
	}
}

func TestParseRefusesEmail(t *testing.T) {
	long := strings.Repeat("a", 63) + "." + strings.Repeat("b", 63) + "." + strings.Repeat("c", 60) + ".example"
	for what, typed := range map[string]string{
		"only an at": "@", "no local part": "@example.com", "no domain": "ann@", "one label": "ann@localhost", "two ats": "a@b@example.com",
		"name": "Ann <ann@example.com>", "angle brackets": "<ann@example.com>", "encoded word": "=?utf-8?q?Ann?= <ann@example.com>", "comment": "ann@example.com (Ann)",
		"comment inside": "ann(x)@example.com", "group": "friends:ann@example.com;", "list": "ann@example.com,bob@example.com", "quoted": `"ann"@example.com`,
		"quoted space": `"a b"@example.com`, "backslash": `a\b@example.com`, "literal": "ann@[127.0.0.1]", "literal, IPv6": "ann@[IPv6:::1]", "IP address": "ann@127.0.0.1",
		"numeric top level": "ann@example.123", "space inside": "a nn@example.com", "space after at": "ann@ example.com", "header": "ann@example.com\r\nBcc: bob@example.com",
		"line end": "ann@example.com\n", "tab": "\tann@example.com", "NUL": "ann\x00@example.com", "DEL": "ann\x7f@example.com", "bidi": "ann\u202e@example.com",
		"zero-width": "ann\u200b@example.com", "non-ASCII local": "ännchen@example.com", "Kelvin sign": "\u212aann@example.com", "non-ASCII domain": "ann@bücher.example",
		"full-width letters": "ａnn@example.com", "full-width at": "ann＠example.com", "invalid UTF-8": "ann\xff@example.com", "ideographic stop": "ann@example。com",
		"dot first": ".ann@example.com", "dot last": "ann.@example.com", "two dots": "a..n@example.com", "trailing dot": "ann@example.com.", "leading dot": "ann@.example.com",
		"empty label": "ann@example..com", "hyphen first": "ann@-example.com", "hyphen last": "ann@example-.com", "underscore": "ann@ex_ample.com", "slash": "ann@example.com/x",
		"port": "ann@example.com:25", "mailto": "mailto:ann@example.com", "local part of 65": strings.Repeat("a", 65) + "@example.com", "label of 64": "a@" + strings.Repeat("b", 64) + ".com",
		"255 bytes": strings.Repeat("a", 255-1-len(long)) + "@" + long, "a megabyte": strings.Repeat("a.", 1<<19) + "@example.com", "no-break space": "ann@example.com\u00a0",
	} {
		r, err := recipient.Parse(typed, recipient.Options{AllowPossible: true})
		if !errors.Is(err, recipient.ErrInvalid) || r.Address() != "" || leaks(err.Error(), typed) {
			t.Errorf("%s: %q, %v", what, r.Address(), err)
		}
	}
	if r, err := recipient.Parse(strings.Repeat("a", 254-1-len(long))+"@"+long, recipient.Options{}); err != nil || len(r.Address()) != 254 {
		t.Errorf("254 bytes: %d, %v", len(r.Address()), err)
	}
	if _, err := recipient.ParseNational(44, "ann@example.com", recipient.Options{}); !errors.Is(err, recipient.ErrInvalid) {
		t.Errorf("an e-mail address as a national number: %v", err)
	}
}
