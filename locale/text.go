package locale

import (
	"strconv"
	"time"
)

// A Text names one of the texts that a sign-in page shows. In an html/template a plain string will do:
// {{.Locale.Text "title"}}.
type Text string

// Texts for Locale.Text.
const (
	TextTitle        Text = "title"          // heading of the sign-in page
	TextIntro        Text = "intro"          // what to do on it
	TextLanguage     Text = "language"       // label of the choice of language
	TextPhone        Text = "phone"          // label
	TextEmail        Text = "email"          // label
	TextUsePhone     Text = "use_phone"      // switches from e-mail
	TextUseEmail     Text = "use_email"      // switches from phone
	TextSend         Text = "send"           // button
	TextSent         Text = "sent"           // notice after a send
	TextCode         Text = "code"           // label
	TextVerify       Text = "verify"         // button
	TextBack         Text = "back"           // link to the first step
	TextResend       Text = "resend"         // button
	TextWelcome      Text = "welcome"        // heading of the protected page
	TextSignOut      Text = "sign_out"       // button
	TextInbox        Text = "inbox"          // heading of the development inbox
	TextInboxEmpty   Text = "inbox_empty"    // what it says when it is empty
	TextExpired      Text = "expired"        // the code has expired
	TextTooManyTries Text = "too_many_tries" // no guesses left
	TextBadPhone     Text = "bad_phone"      // not a phone number
	TextBadEmail     Text = "bad_email"      // not an e-mail address
	TextBadRegion    Text = "bad_region"     // a region that is not served
	TextNotSent      Text = "not_sent"       // the channel refused the message
	TextUnavailable  Text = "unavailable"    // the service is down
	TextError        Text = "error"          // anything else
)

// Texts for Locale.TextTo.
const (
	TextEnterCode  Text = "enter_code"   // what to do on the page for the code
	TextSignedInAs Text = "signed_in_as" // on the protected page
)

// Texts for Locale.TextCount and Locale.Forms.
const (
	TextResendIn  Text = "resend_in"  // seconds until another send
	TextWrongCode Text = "wrong_code" // guesses left

	textWaitSeconds Text = "wait_seconds"
	textWaitMinutes Text = "wait_minutes"
	textWaitHours   Text = "wait_hours"
)

// Text returns one of the fixed texts, and "" for anything that is not one.
func (l *Locale) Text(t Text) string {
	return l.text["ui."+string(t)].render(new(values))
}

// TextTo returns one of the texts that name a recipient, who should be masked. The text is plain, not escaped HTML.
func (l *Locale) TextTo(t Text, to string) string {
	return l.text["ui."+string(t)].render(&values{fieldTo: to})
}

// TextCount returns one of the texts that count, in the plural form for n.
func (l *Locale) TextCount(t Text, n int) string {
	n = max(n, 0)
	path := "ui." + string(t) + "."
	form, ok := l.text[path+categoryNames[l.plurals.form(n)]]
	if !ok {
		form = l.text[path+"other"]
	}
	return form.render(&values{fieldNumber: strconv.Itoa(n)})
}

// Forms returns the plural forms of one of the texts that count, by CLDR category, with {n} where the number goes. It is
// for pages that count down in the browser, where Intl.PluralRules names the category; "other" is always there.
func (l *Locale) Forms(t Text) map[string]string {
	forms := make(map[string]string)
	for _, name := range categoryNames {
		if form, ok := l.text["ui."+string(t)+"."+name]; ok {
			forms[name] = form.render(&values{fieldNumber: "{n}"})
		}
	}
	return forms
}

// Wait returns the notice that there were too many requests and that the next may be made after d, which is rounded up
// to seconds, minutes or hours.
func (l *Locale) Wait(d time.Duration) string {
	switch {
	case d <= 90*time.Second:
		return l.TextCount(textWaitSeconds, ceil(d, time.Second))
	case d <= 90*time.Minute:
		return l.TextCount(textWaitMinutes, ceil(d, time.Minute))
	default:
		return l.TextCount(textWaitHours, ceil(d, time.Hour))
	}
}

func ceil(d, unit time.Duration) int { return int((max(d, 0) + unit - 1) / unit) }
