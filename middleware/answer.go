package middleware

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// answer begins the JSON of a verification.
func answer(v verify.Verification) []byte {
	b := make([]byte, 0, 256)
	b = append(b, '{')
	b = appendText(b, "id", v.ID)
	b = appendText(b, "status", string(v.Status))
	b = appendText(b, "channel", v.Channel)
	return appendText(b, "to", v.To)
}

func appendName(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

func appendText(b []byte, name, value string) []byte {
	b = appendName(b, name)
	if !plain(value) {
		quoted, _ := json.Marshal(value) // a string always has a form
		return append(b, quoted...)
	}
	b = append(b, '"')
	b = append(b, value...)
	return append(b, '"')
}

// plain reports whether a string stands for itself between quotes, in HTML too.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}

func appendNumber(b []byte, name string, n int64) []byte {
	return strconv.AppendInt(appendName(b, name), n, 10)
}

func appendSeconds(b []byte, name string, d time.Duration) []byte {
	return appendNumber(b, name, seconds(d))
}

// seconds rounds up: who waits that long has waited long enough.
func seconds(d time.Duration) int64 {
	return int64((d + time.Second - 1) / time.Second)
}
