package redisscript

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/codeword-go/codeword/store"
)

// What the check finds. The adapters export and document them.
var (
	ErrReplica = errors.New("the server is a replica")
	ErrEvicts  = errors.New("maxmemory-policy is not noeviction, so the server may drop what limits guesses")
	ErrLoses   = errors.New("appendonly is not on, so a crash undoes what was counted")
)

const checkTimeout = 5 * time.Second

// Check asks the server that owns the store's keys whether it is fit to keep them.
func (s *Store) Check(ctx context.Context) error {
	// From a script, which has a key, so that in a cluster the owner of that key is asked.
	reply, err := s.sendScript(ctx, info, []string{s.prefix}, nil)
	if err != nil {
		return err
	}
	text, ok := reply.(string)
	if !ok {
		return s.unexpected()
	}
	if err := s.judge(fields(text)); err != nil {
		return fmt.Errorf("%s: check: %w", s.name, err)
	}
	// A server that is too old for Load's command, or an account that may not use it, should show now.
	if _, err := s.Load(ctx, "check"); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil
}

// judge returns everything that is wrong. A field that is missing, as behind a proxy, is.
func (s *Store) judge(info map[string]string) error {
	var found []error
	if info["role"] != "master" {
		found = append(found, ErrReplica)
	}
	if info["maxmemory_policy"] != "noeviction" && !s.options.AcceptEviction {
		found = append(found, ErrEvicts)
	}
	if info["aof_enabled"] != "1" && !s.options.AcceptLoss {
		found = append(found, ErrLoses)
	}
	return errors.Join(found...)
}

// fields reads the answer to INFO: lines of name:value.
func fields(text string) map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			all[name] = value
		}
	}
	return all
}
