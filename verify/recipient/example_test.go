package recipient_test

import (
	"errors"
	"fmt"

	"github.com/codeword-go/codeword/verify/recipient"
)

func ExampleParse() {
	for _, typed := range []string{"+1 (415) 555-2671", "+44 (0)7911 123456", "Ann@Example.com", "415-555-2671"} {
		r, err := recipient.Parse(typed, recipient.Options{})
		if errors.Is(err, recipient.ErrInvalid) {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s %s %q %v, shown as %v\n", r.Kind, r.Address(), r.Region, r.LineType, r)
	}
	// Output:
	// phone +14155552671 "US" fixed_or_mobile, shown as +1******2671
	// phone +447911123456 "GG" mobile, shown as +44******3456
	// email Ann@example.com "" unknown, shown as A***@example.com
	// recipient: invalid address: a phone number needs its plus and calling code
}

func ExampleParseNational() {
	r, err := recipient.ParseNational(44, "07400 123456", recipient.Options{})
	fmt.Println(r.Address(), err)
	// Output: +447400123456 <nil>
}

func ExampleRegionSet() {
	served, err := recipient.NewRegionSet("US", "CA")
	if err != nil {
		panic(err)
	}
	jamaica, _ := recipient.Parse("+1 876 210 1234", recipient.Options{})
	canada, _ := recipient.Parse("+1 604 555 0123", recipient.Options{})
	fmt.Println(served.Contains(jamaica), served.Contains(canada))

	_, err = recipient.NewRegionSet("UK")
	fmt.Println(err)
	// Output:
	// false true
	// recipient: unknown region "UK"
}

func ExampleMask() {
	fmt.Println(recipient.Mask("+14155552671"), recipient.Mask("ann@example.com"))
	// Output: +1******2671 a***@example.com
}
