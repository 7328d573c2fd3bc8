package subject_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/codeword-go/codeword/verify/internal/subject"
)

// rich returns a subject with everything set that can be.
func rich() *subject.Subject {
	return &subject.Subject{
		Profile: "login", Recipient: "+14155552671", Latest: noon,
		Secret: [20]byte{1, 2, 3}, SecretExpires: noon + minute, Generation: 3,
		NextSend: noon + 30*second, Cooldown: minute, Level: 4, Recent: []int64{noon - second, noon + minute, noon + hour}, TakenBack: 1,
		Sends:    subject.Window{{Hour: noon/hour - 3, Count: 4}, {Hour: noon / hour, Count: 1}},
		Failures: subject.Window{{Hour: noon/hour + 2, Count: 300}},
		Entries: []subject.Entry{
			{ID: [8]byte{1}, Tag: subject.Tag{1}, Created: noon - hour, Expires: noon - minute, State: subject.Expired, Channel: "sms", Locale: "en"},
			{ID: [8]byte{2}, Tag: subject.Tag{3}, Created: noon, Expires: noon + minute, Live: true, Length: 6, Generation: 3, Previous: 2,
				KeepsPrevious: true, Custom: "abCD12", MaxGuesses: 5, MaxFailures: 100, Guesses: []subject.Tag{{4}, {5}}, Sends: 2,
				Alias: "A@b.com", Payment: "10 EUR to Shop", FromChannel: true, Nobody: true, Chosen: true, Updated: noon + second,
				Log: []subject.Sent{{At: noon - minute, Channel: "sms"}, {At: noon, Channel: "email"}}, Channel: "email", Locale: "pt-BR", Bound: [8]byte{6}, Idempotency: [8]byte{7}},
		},
	}
}

func decode(b []byte) (*subject.Subject, error) {
	s := new(subject.Subject)
	return s, s.Decode(b, func(b []byte) string { return string(b) })
}

func TestCodec(t *testing.T) {
	for name, s := range map[string]*subject.Subject{"zero": {}, "rich": rich()} {
		got, err := decode(s.Append([]byte("head"))[4:])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a, b := reflect.ValueOf(*got), reflect.ValueOf(*s)
		for _, field := range reflect.VisibleFields(a.Type()) {
			if !field.IsExported() {
				continue
			}
			got, want := a.FieldByIndex(field.Index).Interface(), b.FieldByIndex(field.Index).Interface()
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %s: read back %v, wrote %v", name, field.Name, got, want)
			}
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := rich().Append(nil)
	for n := range whole {
		if _, err := decode(whole[:n]); !errors.Is(err, subject.ErrFormat) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(whole), err)
		}
	}
	if _, err := decode(append(whole, 0)); !errors.Is(err, subject.ErrFormat) {
		t.Errorf("with a byte more: %v", err)
	}
	whole[0]++
	if _, err := decode(whole); !errors.Is(err, subject.ErrFormat) {
		t.Errorf("of another version: %v", err)
	}
}

// A fresh phone verification is small, since stores are sized by it.
func TestSizeOfFreshVerification(t *testing.T) {
	w := newWorld(t)
	w.begin(func(in *subject.Start) { in.Profile, in.Recipient = "login", "+14155552671" })
	if n := len(w.s.Append(nil)); n > 95 {
		t.Errorf("%d bytes, want at most 95", n)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(rich().Append(nil))
	f.Add((&subject.Subject{}).Append(nil))
	f.Add([]byte{})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decode(b)
		if err != nil {
			return
		}
		again, err := decode(s.Append(nil))
		if err != nil {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
		again.Settle(again.Latest)
		again.Retain()
	})
}
