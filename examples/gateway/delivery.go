package main

import (
	"fmt"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/flashcall"
	"github.com/codeword-go/codeword/channel/webhook"
)

// messaging are the names of the channels that deliver any code.
var messaging = []string{"sms", "call", "email", "whatsapp"}

const flashCall = "flashcall"

// channels returns the engine's channels, and what closes them.
func (c *config) channels() (map[string]channel.Channel, func() error, error) {
	if c.webhook != "" {
		return c.toWebhook()
	}
	box, err := openOutbox(c.outbox)
	if err != nil {
		return nil, nil, err
	}
	all := toAll(box)
	if all[flashCall], err = flashcall.New(flashcall.Options{Placer: box, Numbers: callers()}); err != nil {
		return nil, nil, err
	}
	return all, box.file.Close, nil
}

// toWebhook leaves flash calls out, since only a provider knows which numbers it can call from.
func (c *config) toWebhook() (map[string]channel.Channel, func() error, error) {
	hook, err := webhook.New(webhook.Options{
		URL: c.webhook, Secrets: c.webhookSecrets, AllowNetworks: c.networks(), InsecureAllowHTTP: c.webhookAllowPrivate,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("-webhook: %w", err)
	}
	return toAll(hook), func() error { hook.CloseIdleConnections(); return nil }, nil
}

func toAll(c channel.Channel) map[string]channel.Channel {
	all := make(map[string]channel.Channel)
	for _, name := range messaging {
		all[name] = c
	}
	return all
}

// callers are numbers that calls would come from if any were placed: in an area code that is not in use, one for each code of four digits.
func callers() []string {
	numbers := make([]string, 10_000)
	for i := range numbers {
		numbers[i] = fmt.Sprintf("+1999555%04d", i)
	}
	return numbers
}
