package twiliov2

import "time"

// A timestamp is written as both SDKs read it.
type timestamp time.Time

func now() timestamp { return timestamp(time.Now()) }

func (t timestamp) MarshalText() ([]byte, error) {
	return time.Time(t).UTC().AppendFormat(nil, "2006-01-02T15:04:05Z"), nil
}

func (t *timestamp) UnmarshalText(b []byte) error { return (*time.Time)(t).UnmarshalText(b) }
