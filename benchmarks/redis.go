package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/redisstore"
	"github.com/codeword-go/codeword/verify/recipient"
)

const (
	redisCallers     = 256
	redisConnections = 32
	redisPeople      = 16_000 // a round
	redisRequests    = 8000   // a round
	redisRounds      = 7
)

// redisRows compares engines on Redis with a sequence of commands on the same server.
func redisRows() ([]row, error) {
	b, err := newRedisBench()
	if err != nil {
		return nil, err
	}
	defer b.close()
	var rows []row
	for _, part := range []func() ([]row, error){b.httpRows, b.callerRows, b.otherClientRows, b.memoryRows, b.curve} {
		more, err := part()
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// A redisBench is a server, both clients, and what each side remembers of the round.
type redisBench struct {
	server *server
	ours   rueidis.Client
	plain  *redis.Client
	store  *redisstore.Store

	sequence sequence
	people   []recipient.Recipient
	typed    []string
	room     *mailroom
	ids      []string
	codes    []string // of the sequence
}

func newRedisBench() (b *redisBench, err error) {
	b = &redisBench{
		people: make([]recipient.Recipient, redisPeople), typed: make([]string, redisPeople), ids: make([]string, redisPeople),
		codes: make([]string, redisPeople), room: &mailroom{make([]string, redisPeople)},
	}
	for i := range b.people {
		b.typed[i] = typedNumber(i)
		if b.people[i], err = recipient.Parse(b.typed[i], recipient.Options{}); err != nil {
			return nil, err
		}
	}
	if b.server, err = startRedis(); err != nil {
		return nil, err
	}
	err = b.server.patiently(func() (err error) {
		b.ours, err = rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{b.server.address}, DisableCache: true})
		return err
	})
	if err != nil {
		b.server.close()
		return nil, err
	}
	b.plain = redis.NewClient(&redis.Options{Addr: b.server.address, ContextTimeoutEnabled: true})
	b.sequence = sequence{b.plain}
	if b.store, err = redisstore.New(b.ours, redisstore.Options{}); err != nil {
		b.close()
	}
	return b, err
}

func (b *redisBench) close() {
	b.ours.Close()
	b.plain.Close()
	b.server.close()
}

// forget empties the server.
func (b *redisBench) forget() error { return b.plain.FlushAll(context.Background()).Err() }

// memoryRows measures what a server takes for a pending verification, its key and its share of the tables included.
func (b *redisBench) memoryRows() ([]row, error) {
	const n = 100_000
	if err := b.forget(); err != nil {
		return nil, err
	}
	before, err := b.usedMemory()
	if err != nil {
		return nil, err
	}
	if err := fill(b.store, n); err != nil {
		return nil, err
	}
	after, err := b.usedMemory()
	return []row{{
		what:  "redis: memory for a pending verification, of 10⁵",
		bound: atMost, target: 600, value: (after - before) / n, unit: "B",
	}}, err
}

func (b *redisBench) curve() ([]row, error) {
	if err := b.forget(); err != nil {
		return nil, err
	}
	return curve("redis", 8000, b.server)
}

func (b *redisBench) usedMemory() (float64, error) {
	info, err := b.plain.Info(context.Background(), "memory").Result()
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(info, "used_memory:")
	digits, _, _ := strings.Cut(rest, "\r\n")
	return strconv.ParseFloat(digits, 64)
}

// fill creates n entries like pending verifications.
func fill(s store.Store, n int) error {
	keySize, valueSize, err := pending()
	if err != nil {
		return err
	}
	expires := time.Now().Add(25 * time.Hour)
	return crowd(64, n, func(int) error {
		return s.CompareAndSwap(context.Background(), randomKey(keySize), nil, randomBytes(valueSize), expires)
	})
}
