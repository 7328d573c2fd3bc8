package apikey_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/middleware/internal/apikey"
)

func TestSet(t *testing.T) {
	const old, fresh = "0123456789abcdef", "fedcba9876543210x"
	keys, err := apikey.New([]string{old, fresh})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]bool{
		old: true, fresh: true, "": false, old[:15]: false, old + "x": false, strings.ToUpper(old): false, old + fresh: false,
	} {
		if keys.Has(key) != want {
			t.Errorf("%q: %t", key, !want)
		}
	}
	if printed := fmt.Sprintf("%+v %#v", keys, keys); strings.Contains(printed, old) {
		t.Error("a key is printed")
	}
	if (apikey.Set{}).Has("") {
		t.Error("the zero Set has a key")
	}
}

func TestNewRefuses(t *testing.T) {
	for _, keys := range [][]string{nil, {}, {""}, {"0123456789abcde"}, {"0123456789abcdef", "short-secret"}} {
		_, err := apikey.New(keys)
		if err == nil || strings.Contains(err.Error(), "short-secret") {
			t.Errorf("%q: %v", keys, err)
		}
	}
}
