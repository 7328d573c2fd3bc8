package recipient

import "strings"

const (
	maxEmail = 254 // bytes, from RFC 5321's limit on a path
	maxLocal = 64
	maxLabel = 63
)

// parseEmail accepts local@domain where local is RFC 5322's dot-atom and domain is a name of two labels or more, all in ASCII.
//
// Domains in other scripts must come as A-labels (xn--...), which is how browsers send them from an e-mail
// field. Converting here would mean choosing between two readings of some letters, which are two domains.
func parseEmail(typed string) (Recipient, error) {
	typed = strings.Trim(typed, " ")
	if len(typed) > maxEmail {
		return Recipient{}, refuse("an e-mail address longer than 254 bytes")
	}
	local, domain, _ := strings.Cut(typed, "@")
	if len(local) > maxLocal || !dotAtom(local) {
		return Recipient{}, refuse("not the local part of an e-mail address")
	}
	if !domainName(domain) {
		return Recipient{}, refuse("not the domain of an e-mail address")
	}
	// Both calls return their argument if it is in lower case already, as it nearly always is.
	domain = strings.ToLower(domain)
	address := typed
	if !strings.HasSuffix(typed, domain) {
		address = local + "@" + domain
	}
	key := strings.ToLower(address)
	return Recipient{Kind: Email, reveal: func() (string, string) { return address, key }}, nil
}

// dotAtom reports whether s is one or more words of letters, digits and the signs that need no quotes, joined by dots.
func dotAtom(s string) bool {
	for word := range strings.SplitSeq(s, ".") {
		if word == "" {
			return false
		}
		for i := range len(word) {
			if !alphanumeric(word[i]) && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", word[i]) < 0 {
				return false
			}
		}
	}
	return true
}

// domainName reports whether s is two labels or more, the last with a letter, so that it is no IP address.
func domainName(s string) bool {
	labels, last := 0, ""
	for last = range strings.SplitSeq(s, ".") {
		if !domainLabel(last) {
			return false
		}
		labels++
	}
	return labels >= 2 && strings.Trim(last, "0123456789") != ""
}

func domainLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if !alphanumeric(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
