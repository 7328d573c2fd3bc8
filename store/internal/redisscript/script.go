package redisscript

import (
	"context"
	_ "embed"
	"strconv"
	"strings"
)

// A script is known to the server by the SHA-1 of its text. The digests are written down, since a program in FIPS mode may not
// work them out.
type script struct{ text, digest string }

var (
	//go:embed swap.lua
	swapText string
	//go:embed add.lua
	addText string

	swap = script{swapText, "81101b37acf50c673dae19778ad23982a48d4497"}
	add  = script{addText, "a4c169cd469bfc099485c9047781bb9da3851bf8"}
	info = script{"return redis.call('INFO')", "4df04da2aef49012cc0a8bee8f50f05833ec113e"}
)

// A command is a verb, or else a script.
type command struct {
	verb   string
	script *script
	keys   []string
	args   []string
}

// send runs a command, and returns when it has a reply or ctx is done, whichever is first. It waits for the client in a
// goroutine, because no client ends all of its own waits with the context; the goroutine ends when the client's does.
func (s *Store) send(ctx context.Context, c command) (any, error) {
	type result struct {
		reply any
		err   error
	}
	done := make(chan result, 1)
	go func() {
		reply, err := s.run(ctx, c)
		done <- result{reply, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, s.wrap(r.err)
		}
		return r.reply, nil
	case <-ctx.Done():
		return nil, s.wrap(ctx.Err())
	}
}

// run sends the text of a script only to a server that does not know its digest, as after a restart.
func (s *Store) run(ctx context.Context, c command) (any, error) {
	if c.script == nil {
		return s.do(ctx, []string{c.verb}, c.keys, c.args)
	}
	count := strconv.Itoa(len(c.keys))
	reply, err := s.do(ctx, []string{"EVALSHA", c.script.digest, count}, c.keys, c.args)
	if err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
		return s.do(ctx, []string{"EVAL", c.script.text, count}, c.keys, c.args)
	}
	return reply, err
}
