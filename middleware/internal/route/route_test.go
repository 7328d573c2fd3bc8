package route_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/codeword-go/codeword/middleware/internal/route"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		path string
		want []string
	}{
		{"/v2/a", []string{"v2", "a"}},
		{"a/%2B1", []string{"a", "+1"}},
		{"/a/+1", []string{"a", "+1"}},
		{"/a%20b", []string{"a b"}},
		{"", nil}, {"/", nil}, {"//a", nil}, {"/a/", nil}, {"/a//b", nil}, {"/./a", nil}, {"/a/..", nil}, {"/a/%2e%2e", nil},
		{"/a%2Fb", nil}, {"/a%5Cb", nil}, {"/a%00", nil}, {"/a%0A", nil}, {"/a%FF", nil}, {"/a%zz", nil},
	} {
		got, ok := route.Split(test.path)
		if !slices.Equal(got, test.want) || ok != (test.want != nil) {
			t.Errorf("%q: %q, %v", test.path, got, ok)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern string
		path    []string
		want    map[string]string
	}{
		{"a", []string{"a"}, map[string]string{}},
		{"a/{x}/b/{y}", []string{"a", "1", "b", "2"}, map[string]string{"x": "1", "y": "2"}},
		{"a/{x}", []string{"a"}, nil},
		{"a/{x}", []string{"a", "1", "b"}, nil},
		{"a/{x}", []string{"b", "1"}, nil},
		{"a", nil, nil},
	} {
		got, ok := route.Match(test.pattern, test.path)
		if ok != (test.want != nil) || ok && !maps.Equal(got, test.want) {
			t.Errorf("%q %q: %v, %v", test.pattern, test.path, got, ok)
		}
	}
}
