package recipient

// modern returns the one form by which a telephone is known that can be reached under two numbers, so that the second number
// is not a second budget. It goes by the shape of a national number alone: a new edition of the
// number tables cannot move a telephone to another key. (The old Mexican numbers, with a 1 before them, are refused.)
func modern(callingCode int, national string) string {
	switch callingCode {
	case 54: // Argentina: calls from abroad put a 9 before a mobile number, messages often do not.
		if len(national) == 11 && national[0] == '9' {
			return national[1:]
		}
	case 55: // Brazil put a 9 before the eight digits of mobile numbers, which began with 6 to 9, by 2016.
		if len(national) == 10 && national[2] >= '6' {
			return national[:2] + "9" + national[2:]
		}
	}
	return national
}
