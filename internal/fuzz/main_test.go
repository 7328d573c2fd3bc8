package main_test

import (
	"slices"
	"testing"

	fuzz "github.com/codeword-go/codeword/internal/fuzz"
)

func TestTargets(t *testing.T) {
	listing := "FuzzA\nFuzzB\nok  \texample.com/one\t0.01s\n?   \texample.com/two\t[no test files]\nok  \texample.com/three\t0.01s\nFuzzA\nok  \texample.com/four\t(cached)\n"
	want := []fuzz.Target{
		{Package: "example.com/one", Name: "FuzzA"},
		{Package: "example.com/one", Name: "FuzzB"},
		{Package: "example.com/four", Name: "FuzzA"},
	}
	if got := fuzz.Targets(listing); !slices.Equal(got, want) {
		t.Errorf("Targets are %v, want %v", got, want)
	}
}
