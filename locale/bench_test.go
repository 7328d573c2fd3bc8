package locale_test

import (
	"testing"
	"time"

	"github.com/codeword-go/codeword/locale"
)

var login = locale.Message{Brand: "Acme Studio1", Code: "012345", Valid: 10 * time.Minute}

func BenchmarkSMS(b *testing.B) {
	for _, tag := range []string{"en", "pt-BR", "ar"} {
		b.Run(tag, func(b *testing.B) {
			l, _ := locale.Default().Match(tag, "")
			b.ReportAllocs()
			for b.Loop() {
				l.SMS(login)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, tag := range []string{"en", "ar"} {
		b.Run(tag, func(b *testing.B) {
			data := readFile(b, tag).data
			b.ReportAllocs()
			for b.Loop() {
				locale.Load(data)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := locale.New(locale.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmail(b *testing.B) {
	l, _ := locale.Default().Match("en", "")
	b.ReportAllocs()
	for b.Loop() {
		l.Email(login)
	}
}

func BenchmarkSpeech(b *testing.B) {
	l, _ := locale.Default().Match("en", "")
	b.ReportAllocs()
	for b.Loop() {
		l.Speech(login)
	}
}
