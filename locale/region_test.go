package locale_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/codeword-go/codeword/locale"
)

func TestRegions(t *testing.T) {
	want := table(t, "regions.txt")
	got := locale.Regions()
	if len(want) != 245 || !maps.Equal(got, want) {
		t.Errorf("%d regions of %d", len(got), len(want))
		for region, tag := range want {
			if got[region] != tag {
				t.Errorf("%s = %q, want %q", region, got[region], tag)
			}
		}
	}
	english := 0
	for region, tag := range got {
		if !slices.Contains(allTags, tag) {
			t.Errorf("%s = %s, which is not a language to ship", region, tag)
		}
		if tag == "en" {
			english++
		}
	}
	if english != 88 {
		t.Errorf("%d regions have English, want 88", english)
	}
}

func TestPluralForms(t *testing.T) {
	letters := map[string]byte{"zero": '0', "one": '1', "two": '2', "few": 'f', "many": 'm', "other": 'x'}
	forms := table(t, "plurals.txt")
	for _, tag := range allTags {
		if len(forms[tag]) != 201 {
			t.Fatalf("%s: %d forms", tag, len(forms[tag]))
		}
		for n := range forms[tag] {
			// Marathi is the one known difference to CLDR 48: no minutes are never told.
			if got := locale.PluralForm(tag, n); letters[got] != forms[tag][n] && (tag != "mr" || n > 0) {
				t.Errorf("%s: form of %d is %s, want %c", tag, n, got, forms[tag][n])
			}
		}
	}
}
