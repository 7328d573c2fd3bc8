package twiliov2

import (
	"slices"
	"strings"

	"github.com/codeword-go/codeword/verify"
)

// The most rate limits that a service has, and buckets that a rate limit has: as many as one start may draw on.
const (
	maxRateLimits = 10
	maxBuckets    = 3
)

// A rateLimit counts the starts that name it, for each value, under each of its buckets.
type rateLimit struct {
	SID         string    `json:"sid"`
	UniqueName  string    `json:"unique_name"`
	Description string    `json:"description"`
	DateCreated timestamp `json:"date_created"`
	DateUpdated timestamp `json:"date_updated"`
	Buckets     []bucket  `json:"buckets,omitempty"`
}

type rateLimitBody struct {
	ServiceSID string `json:"service_sid"`
	AccountSID string `json:"account_sid"`
	rateLimit
	URL   string            `json:"url"`
	Links map[string]string `json:"links"`
}

func (c *call) rateLimitBody(s *service, l rateLimit) rateLimitBody {
	url := c.base + "/v2/Services/" + s.sid + "/RateLimits/" + l.SID
	l.Buckets = nil
	return rateLimitBody{s.sid, c.account, l, url, map[string]string{"buckets": url + "/Buckets"}}
}

// rateLimit finds the one in the path, which goes by its SID or by its unique name.
func (c *call) rateLimit(s *service) (*rateLimit, error) {
	key := c.vars["limit"]
	for _, fits := range []func(rateLimit) bool{
		func(l rateLimit) bool { return l.SID == key },
		func(l rateLimit) bool { return l.UniqueName == key },
	} {
		if i := slices.IndexFunc(s.RateLimits, fits); i >= 0 {
			return &s.RateLimits[i], nil
		}
	}
	return nil, faultNotFound
}

func createRateLimit(c *call) (any, error) {
	created := now()
	l := rateLimit{SID: newSID("RK"), DateCreated: created, DateUpdated: created}
	p := &params{fields: c.fields}
	p.need("UniqueName")
	p.text("UniqueName", 64, &l.UniqueName)
	p.text("Description", 256, &l.Description)
	switch {
	case p.err != nil:
		return nil, p.err
	case strings.Trim(l.UniqueName, alphanumeric+"-_.") != "":
		return nil, faultUniqueName
	}
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	err = c.change(&s, func() error {
		switch {
		case slices.ContainsFunc(s.RateLimits, func(o rateLimit) bool { return o.UniqueName == l.UniqueName }):
			return faultLimitExists
		case len(s.RateLimits) >= maxRateLimits:
			return faultMaxLimits
		}
		s.RateLimits = append(s.RateLimits, l)
		return nil
	})
	return c.rateLimitBody(&s, l), err
}

func fetchRateLimit(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	l, err := c.rateLimit(&s)
	if err != nil {
		return nil, err
	}
	return c.rateLimitBody(&s, *l), nil
}

// changeRateLimit changes the one in the path.
func (c *call) changeRateLimit(how func(*service, *rateLimit) error) (s service, l rateLimit, err error) {
	if s, err = c.service(); err != nil {
		return s, l, err
	}
	err = c.change(&s, func() error {
		found, err := c.rateLimit(&s)
		if err != nil {
			return err
		}
		err = how(&s, found)
		l = *found
		return err
	})
	return s, l, err
}

func updateRateLimit(c *call) (any, error) {
	s, l, err := c.changeRateLimit(func(_ *service, l *rateLimit) error {
		p := &params{fields: c.fields}
		p.text("Description", 256, &l.Description)
		l.DateUpdated = now()
		return p.err
	})
	return c.rateLimitBody(&s, l), err
}

func deleteRateLimit(c *call) (any, error) {
	_, _, err := c.changeRateLimit(func(s *service, l *rateLimit) error {
		sid := l.SID
		s.RateLimits = slices.DeleteFunc(s.RateLimits, func(l rateLimit) bool { return l.SID == sid })
		return nil
	})
	return nil, err
}

func listRateLimits(c *call) (any, error) {
	s, err := c.service()
	if err != nil {
		return nil, err
	}
	limits := make(map[string]rateLimit)
	var keys []string
	for _, l := range s.RateLimits {
		limits[l.SID] = l
		keys = append(keys, l.SID)
	}
	return list(c, "rate_limits", keys, func(key string) (any, error) { return c.rateLimitBody(&s, limits[key]), nil })
}

// draws returns what a start draws on: every bucket of every rate limit that it names. Counters go by SIDs, so that a rate limit of the same name
// as one that was deleted starts anew.
func (c *call) draws(s *service, p *params) (draws []verify.Draw) {
	for name, value := range p.pairs("RateLimits").All() {
		i := slices.IndexFunc(s.RateLimits, func(l rateLimit) bool { return l.UniqueName == name })
		if i < 0 || len(value) > 256 {
			p.refuse("RateLimits")
			return nil
		}
		for _, b := range s.RateLimits[i].Buckets {
			draws = append(draws, verify.Draw{Limit: s.RateLimits[i].SID, Value: value, Rate: b.rate()})
		}
	}
	return draws
}
