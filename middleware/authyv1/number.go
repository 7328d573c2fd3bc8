package authyv1

import (
	"errors"
	"strconv"
	"strings"

	"github.com/codeword-go/codeword/verify/recipient"
)

// readNumber reads the phone number that a request names.
func (c *call) readNumber() error {
	countryCode, err := c.integer("country_code")
	if err != nil {
		return err
	}
	number := c.get("phone_number")
	if number == "" {
		return missing("phone_number")
	}
	c.to, err = recipient.ParseNational(countryCode, number, recipient.Options{AllowPossible: c.profile.AllowPossible})
	if errors.Is(err, recipient.ErrCallingCode) {
		return faultCountryCode
	}
	if err != nil {
		return faultNumber
	}
	return nil
}

// integer returns a parameter that must be there. One beyond all bounds is -1.
func (c *call) integer(name string) (int, error) {
	value := c.get(name)
	if value == "" {
		return 0, missing(name)
	}
	n, err := strconv.Atoi(strings.TrimSpace(value)) // a plus in a query is a space
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		return 0, invalid(name, "'"+value+"' is not a valid Integer")
	case err != nil:
		return -1, nil
	}
	return n, nil
}

// display returns a phone number as V1's messages have it, "+1 987-654-3210": four digits, three, and the rest, from the right.
func display(to recipient.Recipient) string {
	country := "+" + strconv.Itoa(to.CallingCode)
	national := strings.TrimPrefix(to.Address(), country)
	last := max(0, len(national)-4)
	middle := max(0, last-3)
	groups := national[last:]
	if middle < last {
		groups = national[middle:last] + "-" + groups
	}
	if middle > 0 {
		groups = national[:middle] + "-" + groups
	}
	return country + " " + groups
}
