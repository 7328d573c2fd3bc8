package locale

// An entry is what the format says about one text of a message file.
type entry struct {
	path   string
	fields []field // that the text holds, each once and no other
	count  bool    // one text for each plural form of numbers from first on
	first  int     // 0 or 1
}

// schema is the format: every text that a message file has, and no other. "minutes.short" alone may be missing, for
// languages that do not abbreviate minutes.
var schema = func() []entry {
	var (
		none    []field
		code    = []field{fieldCode}
		branded = []field{fieldBrand, fieldCode}
		payment = []field{fieldAmount, fieldPayee}
		minutes = []field{fieldMinutes}
		number  = []field{fieldNumber}
		to      = []field{fieldTo}
	)
	entries := []entry{
		{path: "tag"}, {path: "name"}, {path: "dir"}, {path: "script"},
		{path: "minutes.short", fields: number},
		{path: "minutes.long", fields: number, count: true, first: 1},
		{path: "sms.code", fields: branded},
		{path: "sms.code_nobrand", fields: code},
		{path: "sms.payment", fields: payment},
		{path: "sms.ttl", fields: minutes},
		{path: "sms.safe", fields: none},
		{path: "voice.code", fields: branded},
		{path: "voice.code_nobrand", fields: code},
		{path: "voice.payment", fields: payment},
		{path: "voice.again", fields: code},
		{path: "voice.safe", fields: none},
		{path: "voice.bye", fields: none},
		{path: "email.subject", fields: branded},
		{path: "email.subject_nobrand", fields: code},
		{path: "email.code", fields: code},
		{path: "email.payment", fields: payment},
		{path: "email.ttl", fields: minutes},
		{path: "email.safe", fields: none},
		{path: "email.ignore", fields: none},
		{path: "review.status"}, {path: "review.sources"},
	}
	for _, t := range []Text{
		TextTitle, TextIntro, TextLanguage, TextPhone, TextEmail, TextUsePhone, TextUseEmail, TextSend, TextSent, TextCode,
		TextVerify, TextBack, TextResend, TextWelcome, TextSignOut, TextInbox, TextInboxEmpty, TextExpired,
		TextTooManyTries, TextBadPhone, TextBadEmail, TextBadRegion, TextNotSent, TextUnavailable, TextError,
	} {
		entries = append(entries, entry{path: "ui." + string(t)})
	}
	for _, t := range []Text{TextEnterCode, TextSignedInAs} {
		entries = append(entries, entry{path: "ui." + string(t), fields: to})
	}
	for _, t := range []Text{TextResendIn, TextWrongCode, textWaitSeconds, textWaitMinutes, textWaitHours} {
		entries = append(entries, entry{path: "ui." + string(t), fields: number, count: true})
	}
	return entries
}()
