// Package sms measures text messages the way mobile networks bill them: by encoding, by unit and by segment
// (3GPP TS 23.038 and 23.040).
//
// A text whose characters are all in the GSM 7-bit default alphabet takes 160 units in one segment; a single character
// outside of it switches the whole text to UCS-2 with 70. National language tables are left out on purpose: a phone
// that ignores them shows wrong letters, and gateways rarely offer them.
package sms

import "slices"

// An Encoding is how the characters of a text message are sent.
type Encoding uint8

const (
	GSM7 Encoding = iota // the GSM 7-bit default alphabet and its extension table
	UCS2                 // UTF-16
)

// String returns "GSM-7" or "UCS-2".
func (e Encoding) String() string {
	if e == GSM7 {
		return "GSM-7"
	}
	return "UCS-2"
}

// A Size says what it takes to send a text.
type Size struct {
	Encoding Encoding
	Units    int // septets in GSM-7, where characters of the extension table count twice; UTF-16 code units in UCS-2
	Segments int // messages that are billed; an empty text is one
}

// A limit is the room in a lone message, and in each segment of a longer one, which has a header.
type limit struct{ single, segment int }

var limits = [...]limit{GSM7: {160, 153}, UCS2: {70, 67}}

// Measure returns the size of s. Bytes that are not UTF-8 count as U+FFFD, which is what they turn into on the way.
func Measure(s string) Size {
	size := Size{Encoding: GSM7, Segments: 1}
	var gsm bool
	if size.Units, gsm = septets(s); !gsm {
		size.Encoding, size.Units = UCS2, utf16(s)
	}
	if size.Units > limits[size.Encoding].single {
		size.Segments = segments(s, size.Encoding)
	}
	return size
}

// septets returns how many s takes in GSM-7, and false if some character is not in it.
func septets(s string) (n int, ok bool) {
	for _, r := range s {
		width := septetsOf(r)
		if width == 0 {
			return 0, false
		}
		n += width
	}
	return n, true
}

func utf16(s string) (n int) {
	for _, r := range s {
		n += utf16Of(r)
	}
	return n
}

// segments fills one segment after the other, because a character of two units never straddles a border.
func segments(s string, e Encoding) int {
	width, room := utf16Of, limits[e].segment
	if e == GSM7 {
		width = septetsOf
	}
	count, used := 1, 0
	for _, r := range s {
		n := width(r)
		if used+n > room {
			count, used = count+1, 0
		}
		used += n
	}
	return count
}

// Foreign returns the characters of s that GSM-7 lacks and that make it UCS-2, each once, in order of appearance.
func Foreign(s string) []rune {
	var foreign []rune
	for _, r := range s {
		if septetsOf(r) == 0 && !slices.Contains(foreign, r) {
			foreign = append(foreign, r)
		}
	}
	return foreign
}

func utf16Of(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// septetsOf returns how many septets r takes in GSM-7, or 0 if GSM-7 lacks it.
func septetsOf(r rune) int {
	if r < rune(len(latin)) {
		return int(latin[r])
	}
	switch r {
	case 'Δ', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ':
		return 1
	case '€':
		return 2
	}
	return 0
}

const (
	basic = "@£$¥èéùìòÇ\nØø\rÅå_ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extension = "\f^{}\\[~]|"
)

// latin holds septetsOf for the characters below U+0100.
var latin = func() (widths [0x100]uint8) {
	for _, r := range basic {
		widths[r] = 1
	}
	for _, r := range extension {
		widths[r] = 2
	}
	return widths
}()
