package twiliov2

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

type attemptBody struct {
	SID              string            `json:"sid"`
	AccountSID       string            `json:"account_sid"`
	ServiceSID       string            `json:"service_sid"`
	VerificationSID  string            `json:"verification_sid"`
	ConversionStatus string            `json:"conversion_status"`
	Channel          string            `json:"channel"`
	Price            price             `json:"price"`
	ChannelData      map[string]string `json:"channel_data"`
	DateCreated      timestamp         `json:"date_created"`
	DateUpdated      timestamp         `json:"date_updated"`
	URL              string            `json:"url"`
}

type price struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

func (c *call) attemptBody(a attempt) attemptBody {
	body := attemptBody{
		SID: a.sid, AccountSID: c.account, ServiceSID: c.serviceOf(&a), VerificationSID: verificationSID(a.id),
		ConversionStatus: a.conversion(), Channel: a.channel,
		Price:       price{"0", "usd"}, // what the channel costs is between you and your provider
		ChannelData: map[string]string{"to": a.to()},
		DateCreated: a.created, DateUpdated: a.updated,
		URL: c.base + "/v2/Attempts/" + a.sid,
	}
	if a.region != "" {
		body.ChannelData["country"] = a.region
	}
	return body
}

func (a *attempt) conversion() string {
	if a.converted {
		return "converted"
	}
	return "unconverted"
}

// serviceOf returns the SID of the service that an attempt was for, "" if it was not one of this handler's.
func (c *call) serviceOf(a *attempt) string {
	sid, ok := strings.CutPrefix(a.profile, c.group+"/")
	if !ok {
		return ""
	}
	return sid
}

// attempts returns this handler's attempts that a request's filters let pass.
func (c *call) attempts() ([]attempt, error) {
	p := &params{fields: c.fields}
	var after, before time.Time
	p.time("DateCreatedAfter", &after)
	p.time("DateCreatedBefore", &before)
	channel := p.choice("Channel", "sms", "call", "email", "whatsapp", "rbm", "auto")
	status := p.choice("Status", "converted", "unconverted")
	if p.err != nil {
		return nil, p.err
	}
	match := func(want, is string) bool { return want == "" || want == is }
	return c.journal.find(func(a *attempt) bool {
		service, created := c.serviceOf(a), time.Time(a.created)
		return service != "" &&
			(after.IsZero() || created.After(after)) &&
			(before.IsZero() || created.Before(before)) &&
			match(c.fields.Get("ChannelData.To"), a.to()) &&
			match(c.fields.Get("Country"), a.region) &&
			match(channel, a.channel) &&
			match(c.fields.Get("VerifyServiceSid"), service) &&
			match(c.fields.Get("VerificationSid"), verificationSID(a.id)) &&
			match(status, a.conversion()) &&
			strings.HasPrefix(a.to(), c.fields.Get("DestinationPrefix"))
	}), nil
}

// time reads a date in RFC 3339.
func (p *params) time(name string, into *time.Time) {
	value := p.fields.Get(name)
	if value == "" {
		return
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		p.refuse(name)
	}
	*into = t
}

// listAttempts lists the latest ones first.
func listAttempts(c *call) (any, error) {
	attempts, err := c.attempts()
	if err != nil {
		return nil, err
	}
	byKey := make(map[string]attempt, len(attempts))
	keys := make([]string, len(attempts))
	for i, a := range attempts {
		keys[i] = fmt.Sprintf("%016x", math.MaxUint64-a.serial)
		byKey[keys[i]] = a
	}
	return list(c, "attempts", keys, func(key string) (any, error) { return c.attemptBody(byKey[key]), nil })
}

func fetchAttempt(c *call) (any, error) {
	found := c.journal.find(func(a *attempt) bool { return a.sid == c.vars["attempt"] && c.serviceOf(a) != "" })
	if len(found) == 0 {
		return nil, faultNotFound
	}
	return c.attemptBody(found[0]), nil
}

type summaryBody struct {
	Total       int    `json:"total_attempts"`
	Converted   int    `json:"total_converted"`
	Unconverted int    `json:"total_unconverted"`
	Rate        string `json:"conversion_rate_percentage"`
	URL         string `json:"url"`
}

func summarizeAttempts(c *call) (any, error) {
	attempts, err := c.attempts()
	if err != nil {
		return nil, err
	}
	s := summaryBody{Total: len(attempts), Rate: "0", URL: c.base + "/v2/Attempts/Summary"}
	for _, a := range attempts {
		if a.converted {
			s.Converted++
		}
	}
	s.Unconverted = s.Total - s.Converted
	if s.Total > 0 {
		rate := strconv.FormatFloat(100*float64(s.Converted)/float64(s.Total), 'f', 9, 64)
		s.Rate = strings.TrimSuffix(strings.TrimRight(rate, "0"), ".")
	}
	return s, nil
}
