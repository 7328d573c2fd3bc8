package recipient_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/codeword-go/codeword/verify/recipient"
)

func TestNothingPrintsAnAddress(t *testing.T) {
	type holder struct {
		Shown  recipient.Recipient
		hidden recipient.Recipient
		list   []recipient.Recipient
		under  *recipient.Recipient
		any    any
	}
	for _, secret := range []string{"+14155552671", "+541123456789", "someone.private@example.com"} {
		r, err := recipient.Parse(secret, recipient.Options{})
		if err != nil {
			t.Fatal(err)
		}
		inside := holder{r, r, []recipient.Recipient{r}, &r, r}
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p"} {
			for _, v := range []any{r, &r, inside, &inside, []any{r}, map[string]recipient.Recipient{"r": r}} {
				fmt.Fprintf(&out, verb+"\n", v)
			}
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("text", "r", r, "in", inside, "pointer", &r)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "r", r, "in", inside, "pointer", &r)
		if err := json.NewEncoder(&out).Encode([]any{r, inside}); err != nil {
			t.Fatal(err)
		}
		hidden := strings.TrimSuffix(secret, "2671")[2:]
		hidden, _, _ = strings.Cut(hidden, "@")
		hexed := fmt.Sprintf("%x", hidden)
		for _, leak := range []string{hidden, hexed, strings.ToUpper(hexed)} {
			if strings.Contains(out.String(), leak) {
				t.Errorf("%s is printed: %s", leak, out.String())
			}
		}
		if !strings.Contains(out.String(), recipient.Mask(secret)) {
			t.Errorf("the masked form %s is not printed", recipient.Mask(secret))
		}
	}
}

func TestZeroRecipientIsNobody(t *testing.T) {
	var r recipient.Recipient
	if r.Address() != "" || r.Key() != "" || r.LimitKey() != "" || r.String() != "***" || r.Kind.String() != "none" {
		t.Errorf("%q %q %q %q %q", r.Address(), r.Key(), r.LimitKey(), r.String(), r.Kind)
	}
}

func TestNames(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"phone": recipient.Phone, "email": recipient.Email, "none": recipient.Kind(9),
		"mobile": recipient.Mobile, "fixed": recipient.Fixed, "fixed_or_mobile": recipient.FixedOrMobile, "toll_free": recipient.TollFree,
		"premium_rate": recipient.PremiumRate, "shared_cost": recipient.SharedCost, "voip": recipient.VoIP, "personal": recipient.Personal,
		"pager": recipient.Pager, "uan": recipient.UAN, "voicemail": recipient.Voicemail, "unknown": recipient.LineType(200),
	} {
		if got.String() != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if recipient.Unknown.String() != "unknown" {
		t.Error("the zero line type is not unknown")
	}
}

func TestParallelUse(t *testing.T) {
	set, err := recipient.NewRegionSet(recipient.Regions()...)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, s := range samples {
				r, err := recipient.ParseNational(s.callingCode, s.national, recipient.Options{})
				if err != nil || r.Region != s.region || !set.Contains(r) {
					t.Errorf("%s: %s %s, %v", s.national, r, r.Region, err)
				}
			}
		})
	}
	wg.Wait()
}
