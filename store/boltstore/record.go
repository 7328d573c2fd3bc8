package boltstore

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

// A record is what the entries bucket holds under a key:
//
//	4 bytes  CRC-32C of the key and of all that follows
//	1 byte   kind
//	6 bytes  expiry, milliseconds since 1970, rounded up
//	4 bytes  the minute since 1970 under which the deadlines bucket lists the key
//	rest     the value, or a counter's 8 bytes
//
// Integers are big-endian. The checksum is there because bbolt has none for data, and because a flipped bit in an
// expiry or a counter would pass for a limit that was never reached; it is no protection against an editor.
type record struct {
	kind    byte
	expires int64
	minute  uint32
	payload []byte
}

const (
	kindValue   = 'v'
	kindCounter = 'c'

	headerSize  = 15
	counterSize = 8
	maxExpiry   = (1<<32 - 2) * minute // the last with a minute of its own, in the year 10136
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(key, body []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, body)
}

func (r *record) encode(key []byte) []byte {
	b := make([]byte, headerSize, headerSize+len(r.payload))
	binary.BigEndian.PutUint64(b[3:], uint64(r.expires)) // bytes 3 and 4 are overwritten below
	b[4] = r.kind
	binary.BigEndian.PutUint32(b[11:], r.minute)
	b = append(b, r.payload...)
	binary.BigEndian.PutUint32(b, checksum(key, b[4:]))
	return b
}

// decodeRecord does not copy: the payload lives as long as raw.
func decodeRecord(key, raw []byte) (*record, error) {
	if len(raw) <= headerSize || binary.BigEndian.Uint32(raw) != checksum(key, raw[4:]) {
		return nil, ErrCorrupt
	}
	r := &record{
		kind:    raw[4],
		expires: int64(binary.BigEndian.Uint64(raw[3:]) & (1<<48 - 1)),
		minute:  binary.BigEndian.Uint32(raw[11:]),
		payload: raw[headerSize:],
	}
	if r.kind != kindValue && (r.kind != kindCounter || len(r.payload) != counterSize) {
		return nil, ErrCorrupt
	}
	return r, nil
}

// milliseconds rounds up, because nothing may be forgotten before it expires.
func milliseconds(t time.Time) int64 {
	seconds := min(max(t.Unix(), 0), maxExpiry/1000) // first, since UnixMilli overflows for far dates
	return min(seconds*1000+int64(t.Nanosecond()+999_999)/1e6, maxExpiry)
}

const minute = int64(time.Minute / time.Millisecond)

// minuteAfter is the first full minute at which something is expired for certain.
func minuteAfter(expires int64) uint32 { return uint32(expires/minute + 1) }

// A deadline is a key of the deadlines bucket: four bytes of minute, then the entry's key. It has no value.
// Minutes instead of milliseconds keep it short.
func deadline(minute uint32, key []byte) []byte {
	return append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(key)), minute), key...)
}

func splitDeadline(d []byte) (minute uint32, key []byte) {
	return binary.BigEndian.Uint32(d), d[4:]
}
