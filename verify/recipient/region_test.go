package recipient_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/verify/recipient"
)

func TestRegionSetGoesByTheNumber(t *testing.T) {
	for _, tt := range []struct {
		regions, to string
		want        bool
	}{
		{"US", "+14155552671", true},
		{"US CA", "+16045550123", true},
		{"US", "+16045550123", false}, // Canada
		{"US", "+18762101234", false}, // Jamaica
		{"US", "+18092201234", false}, // the Dominican Republic
		{"JM", "+18762101234", true},
		{"RU", "+79123456789", true},
		{"RU", "+77012345678", false}, // Kazakhstan
		{"GB", "+447400123456", true},
		{"GB", "+447911123456", false}, // Guernsey
		{"GB", "+447797712345", false}, // Jersey
		{"GB", "+447624123456", false}, // Isle of Man
		{"GB GG", "+447911123456", true},
		{"IT", "+390669812345", false}, // the Vatican
		{"", "+14155552671", false},
		{"*", "+14155552671", true},
		{"*", "+870773111632", false},
		{"*", "+878101234567890", false},
		{"*", "+881612345678", false},
		{"*", "+883510000000000", false},
		{"*", "+979123456789", false},
		{"*", "+80012345678", false},
		{"*", "+80812345678", false},
		{"*", "+888123456789", false}, // not a number without AllowPossible; nowhere with it
		{"*", "ann@example.com", false},
		{"US", "+19876543210", true}, // fictional: some region of its calling code is named
		{"JM", "+19876543210", true},
		{"GB", "+19876543210", false},
		{"GG", "+447700900123", true},
		{"US", "+447700900123", false},
	} {
		codes := strings.Fields(tt.regions)
		if tt.regions == "*" {
			codes = recipient.Regions()
		}
		set, err := recipient.NewRegionSet(codes...)
		if err != nil {
			t.Fatal(err)
		}
		r, err := recipient.Parse(tt.to, recipient.Options{AllowPossible: true})
		if err != nil && tt.want {
			t.Errorf("%s: %v", tt.to, err)
		}
		if got := set.Contains(r); got != tt.want {
			t.Errorf("%s in {%s}: %v (region %q)", tt.to, tt.regions, got, r.Region)
		}
	}
}

func TestRegionSetRefusesUnknownCodes(t *testing.T) {
	for _, code := range []string{"UK", "us", "XX", "ZZ", "001", "", "USA", "840", "U", " US", "EU"} {
		set, err := recipient.NewRegionSet("GB", code)
		if err == nil || !strings.Contains(err.Error(), `"`+code+`"`) {
			t.Errorf("%q: %v", code, err)
		}
		if r, _ := recipient.Parse("+447400123456", recipient.Options{}); set.Contains(r) {
			t.Errorf("%q: the refused set is not empty", code)
		}
	}
}

func TestRegions(t *testing.T) {
	regions := recipient.Regions()
	if len(regions) < 245 || !slices.IsSorted(regions) || !slices.Contains(regions, "GB") || slices.Contains(regions, "001") {
		t.Errorf("%d regions: %v", len(regions), regions)
	}
	regions[0] = "XX"
	if recipient.Regions()[0] == "XX" {
		t.Error("the slice is shared")
	}
	if _, err := recipient.NewRegionSet(recipient.Regions()...); err != nil {
		t.Error(err)
	}
	var empty recipient.RegionSet
	if r, _ := recipient.Parse("+14155552671", recipient.Options{}); empty.Contains(r) {
		t.Error("the zero set is not empty")
	}
}
