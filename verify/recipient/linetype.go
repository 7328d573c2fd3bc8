package recipient

import "github.com/nyaruka/phonenumbers"

// A LineType says what sort of line a phone number leads to, as far as the number itself can tell.
type LineType uint8

// The line types. Unknown is the zero value.
const (
	Unknown LineType = iota
	Mobile
	Fixed         // a landline
	FixedOrMobile // one of the two, in countries whose numbers do not tell: the United States, Canada and others
	TollFree      // free to call
	PremiumRate   // expensive to call, and the called party earns
	SharedCost    // the caller pays a part
	VoIP          // an internet telephone
	Personal      // a number that follows one person, often at a premium
	Pager
	UAN // a company number that leads to several lines
	Voicemail
)

var lineTypeNames = [...]string{
	Unknown: "unknown", Mobile: "mobile", Fixed: "fixed", FixedOrMobile: "fixed_or_mobile", TollFree: "toll_free",
	PremiumRate: "premium_rate", SharedCost: "shared_cost", VoIP: "voip", Personal: "personal", Pager: "pager",
	UAN: "uan", Voicemail: "voicemail",
}

// String returns the name in lower case with underscores: "mobile", "fixed_or_mobile", "unknown".
func (t LineType) String() string {
	if int(t) >= len(lineTypeNames) {
		return lineTypeNames[Unknown]
	}
	return lineTypeNames[t]
}

var lineTypes = map[phonenumbers.PhoneNumberType]LineType{
	phonenumbers.MOBILE:               Mobile,
	phonenumbers.FIXED_LINE:           Fixed,
	phonenumbers.FIXED_LINE_OR_MOBILE: FixedOrMobile,
	phonenumbers.TOLL_FREE:            TollFree,
	phonenumbers.PREMIUM_RATE:         PremiumRate,
	phonenumbers.SHARED_COST:          SharedCost,
	phonenumbers.VOIP:                 VoIP,
	phonenumbers.PERSONAL_NUMBER:      Personal,
	phonenumbers.PAGER:                Pager,
	phonenumbers.UAN:                  UAN,
	phonenumbers.VOICEMAIL:            Voicemail,
}
