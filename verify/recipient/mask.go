package recipient

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

const masked = "***"

// Mask returns an address for people to recognise and for logs: "+1******2671", "a***@example.com".
//
// Of a phone number it shows the calling code and the last four digits, of one with fewer than eight digits after the calling
// code the last two: never more than half of those digits. Of an e-mail address it shows the domain, and the first letter
// if there is a second. Anything that is not an address as [Parse] returns them is "***".
func Mask(address string) string {
	at := strings.IndexByte(address, '@')
	if at < 0 && strings.HasPrefix(address, "+") {
		return maskPhone(address[1:])
	}
	if at < 0 || len(address) > maxEmail || !dotAtom(address[:at]) || !domainName(address[at+1:]) {
		return masked
	}
	if at == 1 {
		return masked + address[at:]
	}
	return address[:1] + masked + address[at:]
}

func maskPhone(number string) string {
	if len(number) < minAddressDigits || len(number) > maxAddressDigits || strings.Trim(number, "0123456789") != "" {
		return masked
	}
	code := callingCodeLength(number)
	if code == 0 {
		return masked
	}
	shown := 4
	if len(number)-code < 8 {
		shown = 2
	}
	last := len(number) - shown
	const stars = "***************"
	return "+" + number[:code] + stars[:last-code] + number[last:]
}

// callingCodeLength returns how many of a number's digits are its calling code, or 0. No calling code begins another.
func callingCodeLength(number string) int {
	code := 0
	for n := range 3 {
		code = 10*code + int(number[n]-'0')
		if code == 0 {
			return 0
		}
		if phonenumbers.GetRegionCodeForCountryCode(code) != phonenumbers.UNKNOWN_REGION {
			return n + 1
		}
	}
	return 0
}
