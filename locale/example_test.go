package locale_test

import (
	"fmt"
	"time"

	"github.com/codeword-go/codeword/locale"
)

func Example() {
	// The language that was asked for, or that of the number's region.
	l, reason := locale.Default().Match("", "BR")
	fmt.Println(l.Tag(), reason)
	fmt.Println(l.SMS(locale.Message{Brand: "Acme", Code: "493021", Valid: 10 * time.Minute}))
	// Output:
	// pt-BR country
	// Acme: código 493021. Vale por 10 min. Não compartilhe.
}

func ExampleLocale_Speech() {
	l, _ := locale.Default().Match("fr-CA", "")
	fmt.Println(l.Speech(locale.Message{Brand: "Acme", Code: "0123"}).Plain())
	// Output: Le code pour Acme est : 0, 1, 2, 3. À nouveau, le code est : 0, 1, 2, 3. Ne communiquez ce code à personne. Au revoir.
}

func ExampleLocale_SMS_webOTP() {
	l, _ := locale.Default().Match("en", "")
	fmt.Println(l.SMS(locale.Message{Brand: "Acme", Code: "493021", Valid: 10 * time.Minute, Origin: "login.example.com"}))
	// Output:
	// Acme: your code is 493021. Valid for 10 min. Do not share it.
	// @login.example.com #493021
}

func ExampleParseTemplate() {
	t, err := locale.ParseTemplate("Your {{app_name}} verification code is: {{code}}.")
	if err != nil {
		fmt.Println(err)
		return
	}
	l, _ := locale.Default().Match("en", "")
	fmt.Println(l.SMSFrom(t, locale.Message{Brand: "Acme", Code: "493021"}))
	// Output: Your Acme verification code is: 493021.
}

func ExampleLocale_TextCount() {
	l, _ := locale.Default().Match("es", "")
	fmt.Println(l.TextCount(locale.TextResendIn, 1))
	fmt.Println(l.TextCount(locale.TextResendIn, 30))
	// Output:
	// Podrás enviarlo de nuevo en 1 segundo.
	// Podrás enviarlo de nuevo en 30 segundos.
}
