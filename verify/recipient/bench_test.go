package recipient_test

import (
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/codeword-go/codeword/verify/recipient"
)

func BenchmarkParse(b *testing.B) {
	for name, typed := range map[string]string{
		"US": "+14155552671", "DE": "+4915123456789", "GB": "+447400123456", "typed": "+44 (0) 7400 123456", "email": "ann@example.com", "Email": "Ann@Example.com",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := recipient.Parse(typed, recipient.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParser is what the number parser costs by itself for the same knowledge.
func BenchmarkParser(b *testing.B) {
	for name, typed := range map[string]string{"US": "+14155552671", "DE": "+4915123456789", "GB": "+447400123456"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				number, err := phonenumbers.Parse(typed, "")
				if err != nil || !phonenumbers.IsValidNumber(number) {
					b.Fatal(err)
				}
				_, _ = phonenumbers.GetNumberType(number), phonenumbers.GetRegionCodeForNumber(number)
			}
		})
	}
}

func BenchmarkRefuse(b *testing.B) {
	for b.Loop() {
		if _, err := recipient.Parse("+14155552671;ext=123", recipient.Options{}); err == nil {
			b.Fatal("accepted")
		}
	}
}

func BenchmarkContains(b *testing.B) {
	set, err := recipient.NewRegionSet("US", "CA")
	if err != nil {
		b.Fatal(err)
	}
	r, err := recipient.Parse("+14155552671", recipient.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if !set.Contains(r) {
			b.Fatal("not contained")
		}
	}
}

func BenchmarkMask(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		recipient.Mask("+14155552671")
	}
}
