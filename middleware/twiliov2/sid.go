package twiliov2

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

const hexDigits = "0123456789abcdef"

// isSID reports whether s is the prefix and 32 hexadecimal digits.
func isSID(prefix, s string) bool {
	return len(s) == 34 && strings.HasPrefix(s, prefix) && strings.Trim(s[2:], hexDigits) == ""
}

// newSID returns a new SID. SIDs begin with the time, so that their order is that of their creation, and a list that is read page by page stays in
// order while others add to it and delete from it.
func newSID(prefix string) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(time.Now().UnixNano()))
	_, _ = rand.Read(b[8:]) // never fails
	return prefix + hex.EncodeToString(b[:])
}

// verificationSID returns the SID of a verification, which is its id in other clothes.
func verificationSID(id string) string { return "VE" + strings.ReplaceAll(id, "-", "") }

// attemptSID returns the SID of the nth send of a verification. It leads to the verification only for those who have that already.
func attemptSID(id string, n int) string {
	sum := sha256.Sum256([]byte("attempt " + strconv.Itoa(n) + " of " + id))
	return "VL" + hex.EncodeToString(sum[:16])
}
