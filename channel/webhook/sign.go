package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tolerance is how far the time of a request may lie from the receiver's for Verify.
const Tolerance = 5 * time.Minute

// ErrSignature reports a request that was not signed with any of the secrets, or not within Tolerance.
var ErrSignature = errors.New("webhook: signature does not hold")

const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// Verify is for receivers: it returns nil if a request with this header and body was signed with one of the secrets
// within Tolerance of now, and otherwise ErrSignature, or an error about the secrets. The same request passes again
// within that time; the receiver recognises it by its webhook-id.
func Verify(secrets []string, header http.Header, body []byte, now time.Time) error {
	keys, err := parseSecrets(secrets)
	if err != nil {
		return fmt.Errorf("webhook: secrets: %w", err)
	}
	id, timestamp := header.Get(headerID), header.Get(headerTimestamp)
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || id == "" || now.Sub(time.Unix(seconds, 0)).Abs() > Tolerance {
		return ErrSignature
	}
	for want := range strings.FieldsSeq(keys.sign(id, timestamp, body)) {
		for got := range strings.FieldsSeq(header.Get(headerSignature)) {
			if hmac.Equal([]byte(got), []byte(want)) {
				return nil
			}
		}
	}
	return ErrSignature
}

// keys are behind a func because fmt prints unexported bytes.
type keys func() [][]byte

func parseSecrets(secrets []string) (keys, error) {
	var parsed [][]byte
	for _, s := range secrets {
		encoded, ok := strings.CutPrefix(s, "whsec_")
		key, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || len(key) < 24 || len(key) > 64 {
			return nil, errors.New(`not "whsec_" and 24 to 64 bytes in standard base64`)
		}
		parsed = append(parsed, key)
	}
	if len(parsed) == 0 {
		return nil, errors.New("none given")
	}
	return func() [][]byte { return parsed }, nil
}

// sign returns one signature for each key, separated by spaces.
func (k keys) sign(id, timestamp string, body []byte) string {
	var signatures []string
	for _, key := range k() {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(signatures, " ")
}
