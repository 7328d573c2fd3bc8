package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/codeword-go/codeword/verify"
)

// A config is what the flags and the environment say.
type config struct {
	listen      string
	tlsCert     string
	tlsKey      string
	behindProxy bool
	baseURL     string

	store   string
	keyFile string
	apiKeys list

	outbox              string
	webhook             string
	webhookSecrets      list
	webhookAllowPrivate bool

	brand         string
	allowPossible bool
	regions       list
	resendAfter   time.Duration

	twilioServices list
	telnyxProfiles list
}

// A list is a flag that may be repeated, or hold several values between commas.
type list []string

func (l *list) String() string { return "" } // it may hold secrets

func (l *list) Set(values string) error {
	for v := range strings.SplitSeq(values, ",") {
		*l = append(*l, strings.TrimSpace(v))
	}
	return nil
}

func (c *config) flags() *flag.FlagSet {
	f := flag.NewFlagSet("gateway", flag.ContinueOnError)
	f.SetOutput(io.Discard) // the error says it
	f.StringVar(&c.listen, "listen", "127.0.0.1:8080", "`address` to listen on; port 0 is any free one")
	f.StringVar(&c.tlsCert, "tls-cert", "", "`file` with the certificate chain; without it only this machine is served")
	f.StringVar(&c.tlsKey, "tls-key", "", "`file` with the certificate's key")
	f.BoolVar(&c.behindProxy, "behind-proxy", false, "serve other machines without TLS, because a proxy in front does that")
	f.StringVar(&c.baseURL, "base-url", "", "`URL` that links in answers begin with (default: as each request came in)")
	f.StringVar(&c.store, "store", "memory", "`where` verifications are kept: memory, bolt:FILE, redis://… (rediss:// with TLS, unix:// for a socket) or postgres://… (better in the environment if it holds a password)")
	f.StringVar(&c.keyFile, "key-file", "", "`file` with the store's key, made for a new bolt:FILE; gateways that share a store have the same one (default with -store memory: a key that is forgotten, too)")
	f.Var(&c.apiKeys, "api-key", "`key` that requests must have: 16 or more letters and digits; may repeat (better in the environment, where ps does not show it)")
	f.StringVar(&c.outbox, "outbox", "", "`file` that gets every message, with its code, as a line of JSON: for development and tests")
	f.StringVar(&c.webhook, "webhook", "", "`URL` that gets every message as a signed request")
	f.Var(&c.webhookSecrets, "webhook-secret", "`secret` that signs them: whsec_ and 24 to 64 bytes in base64; may repeat")
	f.BoolVar(&c.webhookAllowPrivate, "webhook-allow-private", false, "let webhooks go to private networks and this machine, there also without TLS")
	f.StringVar(&c.brand, "brand", "", "`name` that messages begin with, where the vendor's request has none")
	f.BoolVar(&c.allowPossible, "allow-possible", false, "serve numbers that are possible but not in use; not with -webhook (default with -outbox: true)")
	f.Var(&c.regions, "regions", "`countries` to serve, such as US,CA (default with -outbox: all)")
	f.DurationVar(&c.resendAfter, "resend-after", 0, "how long a number rests after its first message, and twice as long after each further one (default 0s, as with the vendors)")
	f.Var(&c.twilioServices, "twilio-service", "`SID` (VA…) of a service that your programs know, made if there is none; may repeat")
	f.Var(&c.telnyxProfiles, "telnyx-profile", "`id` (a UUID) of a verify profile that your programs know, made if there is none; may repeat")
	return f
}

// readConfig reads the flags and, for those that are not given, the environment: -api-key is CODEWORD_API_KEY. It refuses what does not
// go together. No error holds a key or a secret.
func readConfig(args []string, getenv func(string) string) (c config, err error) {
	f := c.flags()
	if err := f.Parse(args); err != nil {
		return c, err
	}
	if f.NArg() > 0 {
		return c, errors.New("there is an argument behind the flags")
	}
	given := map[string]bool{}
	f.Visit(func(f *flag.Flag) { given[f.Name] = true })
	f.VisitAll(func(each *flag.Flag) {
		variable := environment(each.Name)
		value := getenv(variable)
		if value == "" || given[each.Name] {
			return
		}
		given[each.Name] = true
		if f.Set(each.Name, value) != nil {
			err = errors.Join(err, fmt.Errorf("%s: is no value for -%s", variable, each.Name))
		}
	})
	if err != nil {
		return c, err
	}
	if c.outbox != "" && !given["allow-possible"] {
		c.allowPossible = true
	}
	if c.outbox != "" && len(c.regions) == 0 {
		c.regions = list{verify.AllRegions}
	}
	return c, c.validate()
}

func environment(flag string) string {
	return "CODEWORD_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func usage() string {
	var b strings.Builder
	b.WriteString("gateway serves one-time-code verification over HTTP. Each flag is an environment variable as well: -api-key is CODEWORD_API_KEY.\n\n")
	f := new(config).flags()
	f.SetOutput(&b)
	f.PrintDefaults()
	return b.String()
}

// validate reports everything that is wrong.
func (c *config) validate() error {
	var errs []error
	refuse := func(when bool, reason string) {
		if when {
			errs = append(errs, errors.New(reason))
		}
	}
	refuse((c.tlsCert == "") != (c.tlsKey == ""), "-tls-cert and -tls-key go together")
	refuse(!c.private() && c.tlsCert == "" && !c.behindProxy,
		"-listen: other machines can reach that address, and keys and codes would travel in clear; give -tls-cert and -tls-key, or -behind-proxy")
	refuse(c.baseURL != "" && !absolute(c.baseURL), "-base-url: is no absolute URL of http or https, without user, query and fragment")
	refuse(len(c.apiKeys) == 0, "-api-key: missing; without one anybody could send messages at your expense")
	for _, key := range c.apiKeys {
		refuse(!goodKey(key), "-api-key: a key is 16 or more letters and digits")
	}
	refuse((c.outbox == "") == (c.webhook == ""), "give one of -outbox and -webhook")
	refuse((c.webhook == "") != (len(c.webhookSecrets) == 0), "-webhook and -webhook-secret go together")
	refuse(c.webhook != "" && c.allowPossible, "-allow-possible: not with -webhook, which costs money for numbers that nobody has")
	refuse(c.webhook != "" && len(c.regions) == 0, "-regions: missing; name the countries that you serve")
	refuse(c.resendAfter < 0 || c.resendAfter > time.Hour, "-resend-after: is not between 0s and 1h")
	kind, where, _ := strings.Cut(c.store, ":")
	refuse(openers[kind] == nil || (where == "") != (kind == "memory"), "-store: is neither memory nor bolt:FILE nor a URL that begins with redis, rediss, unix or postgres")
	refuse(kind != "memory" && c.keyFile == "", "-key-file: missing; a store that stays needs a key that stays")
	return errors.Join(errs...)
}

const minKey = 16

func goodKey(key string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return len(key) >= minKey && strings.Trim(key, letters) == ""
}

func absolute(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" &&
		u.User == nil && u.RawQuery == "" && !u.ForceQuery && u.Fragment == ""
}

func (c *config) scheme() string {
	if c.tlsCert != "" {
		return "https"
	}
	return "http"
}
