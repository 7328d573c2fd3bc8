package twiliov2

import (
	"slices"
	"time"

	"github.com/codeword-go/codeword/verify"
)

const maxInterval = 31 * 24 * 60 * 60 // the longest time of a verify.Rate, in seconds

// A bucket lets so many starts pass in any interval.
type bucket struct {
	SID         string    `json:"sid"`
	Max         int       `json:"max"`
	Interval    int       `json:"interval"` // seconds
	DateCreated timestamp `json:"date_created"`
	DateUpdated timestamp `json:"date_updated"`
}

func (b bucket) rate() verify.Rate {
	return verify.Rate{Count: b.Max, Per: time.Duration(b.Interval) * time.Second}
}

type bucketBody struct {
	RateLimitSID string `json:"rate_limit_sid"`
	ServiceSID   string `json:"service_sid"`
	AccountSID   string `json:"account_sid"`
	bucket
	URL string `json:"url"`
}

func (c *call) bucketBody(s *service, l rateLimit, b bucket) bucketBody {
	return bucketBody{l.SID, s.sid, c.account, b, c.base + "/v2/Services/" + s.sid + "/RateLimits/" + l.SID + "/Buckets/" + b.SID}
}

// bucket finds the one in the path.
func (c *call) bucket(l *rateLimit) (*bucket, error) {
	i := slices.IndexFunc(l.Buckets, func(b bucket) bool { return b.SID == c.vars["bucket"] })
	if i < 0 {
		return nil, faultNotFound
	}
	return &l.Buckets[i], nil
}

// read takes over what a create or an update says, and refuses an interval that another bucket has.
func (b *bucket) read(c *call, l *rateLimit) error {
	p := &params{fields: c.fields}
	p.number("Max", 1, 1<<31-1, &b.Max)
	p.number("Interval", 1, maxInterval, &b.Interval)
	b.DateUpdated = now()
	if p.err != nil {
		return p.err
	}
	if slices.ContainsFunc(l.Buckets, func(o bucket) bool { return o.SID != b.SID && o.Interval == b.Interval }) {
		return faultBucketExists
	}
	return nil
}

func createBucket(c *call) (any, error) {
	b := bucket{SID: newSID("BL"), DateCreated: now()}
	p := &params{fields: c.fields}
	p.need("Max")
	p.need("Interval")
	if p.err != nil {
		return nil, p.err
	}
	s, l, err := c.changeRateLimit(func(_ *service, l *rateLimit) error {
		if err := b.read(c, l); err != nil {
			return err
		}
		if len(l.Buckets) >= maxBuckets {
			return faultMaxBuckets
		}
		l.Buckets = append(l.Buckets, b)
		return nil
	})
	return c.bucketBody(&s, l, b), err
}

func fetchBucket(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	l, err := c.rateLimit(&s)
	if err != nil {
		return nil, err
	}
	b, err := c.bucket(l)
	if err != nil {
		return nil, err
	}
	return c.bucketBody(&s, *l, *b), nil
}

func updateBucket(c *call) (any, error) {
	var b bucket
	s, l, err := c.changeRateLimit(func(_ *service, l *rateLimit) error {
		found, err := c.bucket(l)
		if err != nil {
			return err
		}
		err = found.read(c, l)
		b = *found
		return err
	})
	return c.bucketBody(&s, l, b), err
}

func deleteBucket(c *call) (any, error) {
	_, _, err := c.changeRateLimit(func(_ *service, l *rateLimit) error {
		found, err := c.bucket(l)
		if err != nil {
			return err
		}
		sid := found.SID
		l.Buckets = slices.DeleteFunc(l.Buckets, func(b bucket) bool { return b.SID == sid })
		return nil
	})
	return nil, err
}

func listBuckets(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	l, err := c.rateLimit(&s)
	if err != nil {
		return nil, err
	}
	buckets := make(map[string]bucket)
	var keys []string
	for _, b := range l.Buckets {
		buckets[b.SID] = b
		keys = append(keys, b.SID)
	}
	return list(c, "buckets", keys, func(key string) (any, error) { return c.bucketBody(&s, *l, buckets[key]), nil })
}
