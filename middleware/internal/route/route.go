// Package route matches the paths of a vendor's API.
package route

import (
	"net/url"
	"strings"
	"unicode"
)

// Split returns the elements of an escaped path, unescaped. A path with one that is not what it seems to be is none, since what stands
// before the handler may read it differently.
func Split(path string) (elements []string, ok bool) {
	for element := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		plain, err := url.PathUnescape(element)
		if err != nil || plain == "" || plain == "." || plain == ".." || strings.ContainsFunc(plain, deceptive) {
			return nil, false
		}
		elements = append(elements, plain)
	}
	return elements, true
}

func deceptive(c rune) bool {
	return c == '/' || c == '\\' || c == unicode.ReplacementChar || unicode.IsControl(c)
}

// Match returns what stands for the elements in braces of a pattern such as "Services/{service}", if the elements are of that pattern.
func Match(pattern string, elements []string) (vars map[string]string, ok bool) {
	vars = make(map[string]string)
	i := 0
	for want := range strings.SplitSeq(pattern, "/") {
		if i >= len(elements) {
			return nil, false
		}
		if name, variable := strings.CutPrefix(want, "{"); variable {
			vars[strings.TrimSuffix(name, "}")] = elements[i]
		} else if want != elements[i] {
			return nil, false
		}
		i++
	}
	return vars, i == len(elements)
}
