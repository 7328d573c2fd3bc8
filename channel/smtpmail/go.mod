module github.com/codeword-go/codeword/channel/smtpmail

go 1.26.0

require (
	github.com/codeword-go/codeword v0.0.0
	github.com/wneessen/go-mail v0.8.1
)

require (
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // tests only
	github.com/emersion/go-smtp v0.25.1 // tests only
)

require (
	golang.org/x/crypto v0.54.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

replace github.com/codeword-go/codeword => ../../
