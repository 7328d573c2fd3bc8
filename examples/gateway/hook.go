package main

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"log/slog"
	"net/netip"

	"github.com/codeword-go/codeword/middleware/telnyx"
)

// newHooks returns what tells the webhook URLs of Telnyx's verify profiles. Their signing key comes from the store's, so that receivers need
// a new public key only when the store does.
func newHooks(c config, s state, logger *slog.Logger) (*telnyx.Webhooks, error) {
	seed, err := hkdf.Key(sha256.New, s.key, nil, "codeword gateway, telnyx webhooks", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	hooks, err := telnyx.NewWebhooks(telnyx.WebhookOptions{
		Key:               ed25519.NewKeyFromSeed(seed),
		AllowNetworks:     c.networks(),
		InsecureAllowHTTP: c.webhookAllowPrivate,
		Logger:            logger,
	})
	if err != nil {
		return nil, err
	}
	logger.Info("webhooks of Telnyx profiles are signed", "public_key", hooks.PublicKey())
	return hooks, nil
}

// networks are those outside the public Internet that webhooks may reach.
func (c *config) networks() []netip.Prefix {
	if !c.webhookAllowPrivate {
		return nil
	}
	return []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
}
