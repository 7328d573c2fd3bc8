package verify_test

import (
	"bytes"
	"cmp"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/cryptotest"
	"time"
	"unicode/utf16"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store/boltstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/internal/seal"
	"github.com/codeword-go/codeword/verify/internal/subject"
)

// A secret is something that must not be found.
type secret struct{ what, text string }

// encodings are the forms in which a text could lie in a file.
func encodings(text string) map[string][]byte {
	forms := map[string][]byte{"as it is": []byte(text), "in lower case": []byte(strings.ToLower(text))}
	var little, big []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		little = binary.LittleEndian.AppendUint16(little, unit)
		big = binary.BigEndian.AppendUint16(big, unit)
	}
	forms["in UTF-16LE"], forms["in UTF-16BE"] = little, big
	forms["in hexadecimal"] = []byte(hex.EncodeToString([]byte(text)))
	forms["in base64"] = []byte(base64.RawStdEncoding.EncodeToString([]byte(text[:len(text)/3*3])))
	// A thief would hash every code that there can be. The right ones are enough to know whether one of them would fit.
	sha256Sum, sha1Sum, md5Sum := sha256.Sum256([]byte(text)), sha1.Sum([]byte(text)), md5.Sum([]byte(text))
	for hash, sum := range map[string][]byte{"SHA-256": sha256Sum[:], "SHA-1": sha1Sum[:], "MD5": md5Sum[:]} {
		forms["as "+hash] = sum[:8]
		forms["as "+hash+" in hexadecimal"] = []byte(hex.EncodeToString(sum[:8]))
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		forms["as a number"] = binary.BigEndian.AppendUint64(nil, n)
		forms["as a number, low byte first"] = binary.LittleEndian.AppendUint64(nil, n)
		forms["packed"] = packed(text)
		forms["packed, half a byte on"] = packed("0" + text)[1:]
	}
	return forms
}

// packed returns digits two in a byte; an odd one at the end is left out.
func packed(digits string) (out []byte) {
	for i := 0; i+1 < len(digits); i += 2 {
		out = append(out, (digits[i]-'0')<<4|(digits[i+1]-'0'))
	}
	return out
}

// find returns the forms in which a secret is in data.
func (s secret) find(data []byte) (forms []string) {
	for form, bytesOf := range encodings(s.text) {
		if bytes.Contains(data, bytesOf) {
			forms = append(forms, form)
		}
	}
	return forms
}

// A theft is an engine over a file, and everything that the file must not show.
type theft struct {
	path    string
	clock   *clock
	store   *boltstore.Store
	engine  *verify.Engine
	inbox   *channeltest.Inbox
	keys    map[string]bool // of the store
	sealed  *seal.Keys
	secrets []secret
}

const (
	loginProfile   = "telling-login-profile"
	paymentProfile = "telling-payment-profile"
	tellingBrand   = "Tellingbrand Savings Bank"
)

func newTheft(t *testing.T) *theft {
	t.Helper()
	// Digits that are packed five bytes long turn up by chance in one of some thousand files. In this one they do not.
	cryptotest.SetGlobalRandom(t, 1)
	h := &theft{path: filepath.Join(t.TempDir(), "verify.db"), clock: newClock(), inbox: new(channeltest.Inbox), keys: map[string]bool{}}
	var err error
	if h.store, err = boltstore.Open(h.path, boltstore.Options{Now: h.clock.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	key := verify.NewKey()
	if h.sealed, err = seal.New(key); err != nil {
		t.Fatal(err)
	}
	common := verify.Profile{
		Brand: tellingBrand, Regions: []string{"US"}, AllowPossible: true, CodeLength: 10, CustomCodes: true, AcceptRisk: true,
	}
	login, payment := common, common
	login.Name, payment.Name, payment.Payments = loginProfile, paymentProfile, true
	many := verify.Rate{Count: 1_000_000, Per: time.Hour}
	h.engine, err = verify.New(verify.Options{
		Store:    &hookedStore{Store: h.store, load: func(key string) error { h.keys[key] = true; return nil }},
		Key:      key,
		Channels: map[string]channel.Channel{"sms": h.inbox, "email": h.inbox},
		Profiles: []verify.Profile{login, payment},
		Limits:   verify.Limits{Starts: many, FailedChecks: many, FailedChecksPerRecipient: many},
		Now:      h.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.hide("key", string(key))
	h.hide("profile", loginProfile, paymentProfile)
	h.hide("brand", tellingBrand)
	return h
}

func (h *theft) hide(what string, texts ...string) {
	for _, text := range texts {
		h.secrets = append(h.secrets, secret{what, text})
	}
}

// start starts a verification, and hides everything about it.
func (h *theft) start(t *testing.T, r verify.StartRequest) (id, code string) {
	t.Helper()
	v := mustStart(t, h.engine, r)
	code = lastCode(t, h.inbox)
	h.hide("code", code)
	h.hide("code with its address", r.To+code, code+r.To)
	h.hide("id", strings.ReplaceAll(v.ID, "-", ""))
	if local, domain, ok := strings.Cut(r.To, "@"); ok {
		h.hide("e-mail", local, domain)
	} else {
		h.hide("number", r.To[1:], r.To[2:])
	}
	return v.ID, code
}

// hideRecords opens every record with the key, as the thief cannot, and hides the secrets that the codes come from.
func (h *theft) hideRecords(t *testing.T) (opened int) {
	t.Helper()
	for key := range h.keys {
		name, err := base64.RawURLEncoding.DecodeString(key[1:])
		if err != nil || key[0] != 's' {
			continue
		}
		value, err := h.store.Load(t.Context(), key)
		if err != nil {
			continue
		}
		plain, err := h.sealed.Open(nil, seal.Name(name), value)
		if err != nil {
			t.Fatal(err)
		}
		s := new(subject.Subject)
		err = s.Decode(plain, func(b []byte) string { return string(b) })
		if err != nil {
			continue // a profile
		}
		if s.HasSecret() {
			h.hide("secret", string(s.Secret[:]))
		}
		opened++
	}
	return opened
}

func (h *theft) file(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(h.path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// search fails if the file shows a secret.
func (h *theft) search(t *testing.T, when string) {
	t.Helper()
	data := h.file(t)
	for _, s := range h.secrets {
		for _, form := range s.find(data) {
			t.Errorf("%s: the file shows the %s %q, %s", when, s.what, s.text, form)
		}
	}
}

// TestStolenFile looks for every code, address, name and secret in the file of a store, byte by byte, while they are live and after they are
// gone, since what is deleted stays in free pages (S63, S64, S65).
func TestStolenFile(t *testing.T) {
	const people = 60
	h := newTheft(t)
	wantError(t, "ready", h.engine.Ready(t.Context()), nil)
	stored := verify.Profile{Name: "telling-group/stored", Brand: "Storedbrand", Regions: []string{"US"}}
	wantError(t, "create a profile", h.engine.CreateProfile(t.Context(), stored, []byte(`"telling-attachment"`)), nil)
	h.hide("stored profile", stored.Name, stored.Brand, "telling-attachment")
	var all []verify.CheckRequest
	for n := range people {
		all = append(all, h.login(t, n), h.payment(t, n))
	}
	if n := h.hideRecords(t); n != 2*people {
		t.Fatalf("opened %d records, want %d", n, 2*people)
	}
	h.search(t, "live")

	for n, r := range all {
		h.end(t, n, r)
	}
	wantError(t, "delete a profile", h.engine.DeleteProfile(t.Context(), stored.Name), nil)
	h.search(t, "approved, guessed at and forgotten")

	h.clock.Advance(72 * time.Hour)
	if n, err := h.store.Sweep(t.Context()); err != nil || n < people {
		t.Fatalf("swept %d entries: %v", n, err)
	}
	if n := h.hideRecords(t); n != 0 {
		t.Fatalf("%d records outlive their time", n)
	}
	h.search(t, "expired and deleted")
	wantError(t, "close", h.store.Close(), nil)
	h.search(t, "closed")
	h.plant(t)
}

// login starts a verification of a number, bound in every way that there is.
func (h *theft) login(t *testing.T, n int) verify.CheckRequest {
	t.Helper()
	r := verify.StartRequest{
		To: fmt.Sprintf("+1415267%04d", n), ClientIP: netip.AddrFrom4([4]byte{198, 51, 100, byte(n)}),
		Handle: fmt.Sprintf("telling-handle-%d-of-many", n), Purpose: fmt.Sprintf("telling purpose %d of many", n),
		IdempotencyKey: fmt.Sprintf("telling-idempotency-key-%d", n),
	}
	h.hide("client address", r.ClientIP.String())
	h.hide("handle", r.Handle)
	h.hide("purpose", r.Purpose)
	h.hide("idempotency key", r.IdempotencyKey)
	id, code := h.start(t, r)
	return verify.CheckRequest{ID: id, To: r.To, Profile: loginProfile, Code: code, Handle: r.Handle, Purpose: r.Purpose}
}

// payment starts a verification of an e-mail address, for a payment and with a code of the host's.
func (h *theft) payment(t *testing.T, n int) verify.CheckRequest {
	t.Helper()
	r := verify.StartRequest{
		Profile: paymentProfile, To: fmt.Sprintf("Telling.Person%03d@telling%03d.example.com", n, n), CustomCode: fmt.Sprintf("Telling%03d", n),
		Payment: verify.Payment{Amount: fmt.Sprintf("%d.99 euros", 10_000+n), Payee: fmt.Sprintf("Telling Payee %d", n)},
	}
	h.hide("amount", r.Payment.Amount)
	h.hide("payee", r.Payment.Payee)
	id, code := h.start(t, r)
	return verify.CheckRequest{ID: id, To: r.To, Profile: paymentProfile, Code: code, Payment: r.Payment}
}

// end approves a verification and uses its receipt up, or guesses wrong, or erases the address.
func (h *theft) end(t *testing.T, n int, r verify.CheckRequest) {
	t.Helper()
	to, profile := r.To, r.Profile
	r.To, r.Profile = "", ""
	switch n / 2 % 3 {
	case 0:
		v, err := h.engine.Check(t.Context(), r)
		wantError(t, "check", err, nil)
		_, receipt, err := h.engine.IssueReceipt(v, "telling-binding", 0)
		wantError(t, "receipt", cmp.Or(err, h.engine.ConsumeReceipt(t.Context(), receipt)), nil)
		h.hide("binding", "telling-binding")
	case 1:
		r.Code = strings.Repeat("0", len(r.Code))
		_, err := h.engine.Check(t.Context(), r)
		wantError(t, "check", err, verify.ErrIncorrect)
	case 2:
		wantError(t, "forget", h.engine.Forget(t.Context(), profile, to), nil)
	}
}

// plant puts one secret of each kind into a copy of the file, in each form, to see that it would be found.
func (h *theft) plant(t *testing.T) {
	t.Helper()
	data := h.file(t)
	kinds := map[string]bool{}
	for _, s := range h.secrets {
		if kinds[s.what] {
			continue
		}
		kinds[s.what] = true
		for form, planted := range encodings(s.text) {
			copied := bytes.Clone(data)
			copy(copied[len(copied)/2+1:], planted)
			if len(s.find(copied)) == 0 {
				t.Errorf("the search misses a %s %s", s.what, form)
			}
		}
	}
	if len(kinds) < 12 || len(data) < 1<<16 {
		t.Errorf("only %d kinds of secrets in %d bytes", len(kinds), len(data))
	}
}
