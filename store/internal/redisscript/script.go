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
	add  = script{addText, "3f19f399e02960b4a1fff12d029012337facfa45"}
	info = script{"return redis.call('INFO')", "4df04da2aef49012cc0a8bee8f50f05833ec113e"}
)

// getex reads a value. GETEX is GET to a server, but a write to whatever chooses one: no client and no proxy asks a replica, and a
// replica refuses.
var getex = []string{"GETEX"}

func (s *Store) send(ctx context.Context, c Command) (any, error) {
	reply, err := s.server.send(ctx, c)
	if err != nil {
		return nil, s.wrap(err)
	}
	return reply, nil
}

// sendScript sends the text of a script only to a server that does not know its digest, as after a restart.
func (s *Store) sendScript(ctx context.Context, sc script, keys, args []string) (any, error) {
	count := strconv.Itoa(len(keys))
	reply, err := s.server.send(ctx, Command{[]string{"EVALSHA", sc.digest, count}, keys, args})
	if err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
		return s.send(ctx, Command{[]string{"EVAL", sc.text, count}, keys, args})
	}
	if err != nil {
		return nil, s.wrap(err)
	}
	return reply, nil
}
