package field

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Form reads an application/x-www-form-urlencoded body, or a query, with the fields that specs names, or with any if specs is nil. The error is a *verify.InvalidError.
func Form(body string, specs []Spec) (Fields, error) {
	fields := make(Fields, 0, len(specs))
	if body == "" {
		return fields, nil
	}
	for pair := range strings.SplitSeq(body, "&") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || strings.Contains(pair, ";") {
			return nil, invalid("", "the body is no form of name=value pairs")
		}
		key, err := unescape(key)
		if err != nil {
			return nil, err
		}
		spec, err := find(specs, key)
		if err != nil {
			return nil, err
		}
		if value, err = unescape(value); err != nil {
			return nil, err
		}
		if fields, err = fields.add(spec.Name, value); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

func unescape(s string) (string, error) {
	plain, err := url.QueryUnescape(s)
	if err != nil || !utf8.ValidString(plain) {
		return "", invalid("", "the body has a bad percent-escape or is not in UTF-8")
	}
	return plain, nil
}
