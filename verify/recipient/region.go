package recipient

import (
	"fmt"
	"maps"
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// Regions returns the ISO 3166 codes of all regions that have phone numbers, sorted, in a slice of the caller's own.
func Regions() []string {
	return slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions()))
}

// A RegionSet is a set of regions that recipients may be in. The zero RegionSet is empty. It is safe for concurrent use.
type RegionSet struct {
	regions      map[string]bool
	callingCodes map[int]bool
}

// NewRegionSet returns the set of regions with the given ISO 3166 codes: two capital letters, so not "us", and not "UK", which is
// "GB" in that standard. The error names a code that is none.
func NewRegionSet(codes ...string) (RegionSet, error) {
	s := RegionSet{regions: make(map[string]bool), callingCodes: make(map[int]bool)}
	for _, code := range codes {
		callingCode := phonenumbers.GetCountryCodeForRegion(code)
		if callingCode == 0 {
			return RegionSet{}, fmt.Errorf("recipient: unknown region %q", code)
		}
		s.regions[code] = true
		s.callingCodes[callingCode] = true
	}
	return s, nil
}

// Contains reports whether a phone number is in one of the regions.
//
// It goes by the number, not by its calling code, so that a set of "US" does not contain the Caribbean, nor "GB" Guernsey, nor "RU"
// Kazakhstan. Satellite telephones and global numbers (+800, +870, +881 and the like) are in no region. A number of
// no known region that [Options.AllowPossible] let in counts as in every region of its calling code. E-mail
// addresses are in no region.
func (s RegionSet) Contains(r Recipient) bool {
	if r.Region == "" {
		return s.callingCodes[r.CallingCode]
	}
	return s.regions[r.Region]
}
