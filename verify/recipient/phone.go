package recipient

import (
	"strconv"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

const (
	maxTyped         = 32 // characters of a typed number, which are bytes once its digits are ASCII
	minTypedDigits   = 4
	maxTypedDigits   = 17
	minAddressDigits = 7
	maxAddressDigits = 15    // E.164
	noRegion         = "001" // the number parser's region of satellite and global networks
)

// digits reduces a typed phone number to its digits in ASCII, after a plus if there is one. The number parser never sees
// anything else: it would read letters as digits of a keypad, drop extensions, and follow a ";phone-context=" into
// another country.
func digits(typed string) (string, error) {
	var out [maxTypedDigits + 1]byte
	n, plus, size := 0, 0, 0
	for _, r := range typed {
		if size++; size > maxTyped {
			return "", refuse("a phone number longer than 32 characters")
		}
		switch r {
		case ' ', '-', '.', '/', '(', ')':
			continue
		case '+', '＋':
			if n > 0 {
				return "", refuse("a plus that does not lead the phone number")
			}
			plus = 1
			r = '+'
		default:
			if r = asciiDigit(r); r < 0 {
				return "", refuse("a character that no phone number has")
			}
			if n-plus == maxTypedDigits {
				return "", refuse("too many digits")
			}
		}
		out[n] = byte(r)
		n++
	}
	if n-plus < minTypedDigits {
		return "", refuse("too few digits")
	}
	return string(out[:n]), nil
}

// asciiDigit returns the ASCII form of a decimal digit of any script, or -1. Unicode keeps the ten digits of a script
// together, zero first, and its tables list them in whole tens.
func asciiDigit(r rune) rune {
	if '0' <= r && r <= '9' {
		return r
	}
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return -1
}

// parsePhone reads what digits returned, as dialled in a region unless it begins with a plus.
func parsePhone(typed, region string, o Options) (Recipient, error) {
	if typed[0] == '+' {
		region = ""
	}
	number, err := phonenumbers.Parse(typed, region)
	if err != nil {
		return Recipient{}, refuse("not a phone number")
	}
	code, national := int(number.GetCountryCode()), phonenumbers.GetNationalSignificantNumber(number)
	address := join(code, national)
	if n := len(address) - 1; n < minAddressDigits || n > maxAddressDigits {
		return Recipient{}, refuse("a phone number of a length that is not E.164")
	}
	if address != typed && !stable(address) {
		return Recipient{}, refuse("a phone number with two readings")
	}
	// Valid means to have a type, so that asking for the type spares asking for the validity.
	lineType, valid := lineTypes[phonenumbers.GetNumberType(number)]
	if !valid && !(o.AllowPossible && phonenumbers.IsPossibleNumberWithReason(number) == phonenumbers.IS_POSSIBLE) {
		return Recipient{}, refuse("a phone number that does not exist")
	}
	r := Recipient{Kind: Phone, LineType: lineType, CallingCode: code, Region: homeRegion(number)}
	key := address
	if twin := modern(code, national); twin != national {
		key = join(code, twin)
	}
	r.reveal = func() (string, string) { return address, key }
	return r, nil
}

// stable reports whether an address means the same number when it is read back. The parser takes a leading digit for
// a national prefix where that leaves a number, and might do so twice.
func stable(address string) bool {
	number, err := phonenumbers.Parse(address, "")
	return err == nil && join(int(number.GetCountryCode()), phonenumbers.GetNationalSignificantNumber(number)) == address
}

func join(callingCode int, national string) string { return "+" + strconv.Itoa(callingCode) + national }

func homeRegion(number *phonenumbers.PhoneNumber) string {
	if region := phonenumbers.GetRegionCodeForNumber(number); region != noRegion {
		return region
	}
	return ""
}

// mainRegion returns the country that a calling code belongs to first, or noRegion for a code of networks.
func mainRegion(callingCode int) (string, error) {
	region := phonenumbers.GetRegionCodeForCountryCode(callingCode)
	if region == phonenumbers.UNKNOWN_REGION {
		return "", ErrCallingCode
	}
	return region, nil
}
