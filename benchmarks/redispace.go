package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/codeword-go/codeword/store/goredisstore"
	"github.com/codeword-go/codeword/verify"
)

// A side starts and checks the verification of one of the people.
type side struct {
	start, check func(i int) error
	code         func(i int) string
}

func (b *redisBench) engineSide(e *verify.Engine) side {
	return side{
		start: func(i int) error {
			v, err := e.Start(context.Background(), verify.StartRequest{Recipient: b.people[i]})
			b.ids[i] = v.ID
			return err
		},
		check: func(i int) error {
			_, err := e.Check(context.Background(), verify.CheckRequest{ID: b.ids[i], Code: b.room.codes[i]})
			return err
		},
		code: func(i int) string { return b.room.codes[i] },
	}
}

func (b *redisBench) sequenceSide() side {
	return side{
		start: func(i int) (err error) {
			b.ids[i], b.codes[i], err = b.sequence.start(context.Background(), "sms", b.typed[i])
			return err
		},
		check: func(i int) error {
			right, err := b.sequence.check(context.Background(), b.ids[i], b.codes[i])
			if err == nil && !right {
				err = errors.New("a right code was wrong")
			}
			return err
		},
		code: func(i int) string { return b.codes[i] },
	}
}

// A pace is how fast something was done, and what one of it cost each process.
type pace struct {
	rate           float64 // a second
	client, server float64 // microseconds of processor time
}

// starts has the first n of the people started, on an empty server.
func (b *redisBench) starts(s side, n int) (pace, error) {
	if err := b.forget(); err != nil {
		return pace{}, err
	}
	return b.measure(n, s.start)
}

func (b *redisBench) measure(n int, operate func(i int) error) (pace, error) {
	runtime.GC()
	server, client, started := b.server.processorTime(), ownProcessorTime(), time.Now()
	err := crowd(redisCallers, n, operate)
	took := time.Since(started)
	each := func(d time.Duration) float64 { return microseconds(d) / float64(n) }
	return pace{float64(n) / took.Seconds(), each(ownProcessorTime() - client), each(b.server.processorTime() - server)}, err
}

// callerRows compares without HTTP, and by processor time, which other work on the machine disturbs less.
func (b *redisBench) callerRows() ([]row, error) {
	engine, err := engineWith(b.store, b.room)
	if err != nil {
		return nil, err
	}
	start, check, err := b.compare(b.engineSide(engine), redisRounds)
	if err != nil {
		return nil, err
	}
	return append(start.rows("redis: Start / six commands", 7), check.rows("redis: Check / five commands", 7)...), nil
}

// otherClientRows is the same over the client that the sequence uses.
func (b *redisBench) otherClientRows() ([]row, error) {
	s, err := goredisstore.New(b.plain, goredisstore.Options{})
	if err != nil {
		return nil, err
	}
	engine, err := engineWith(s, b.room)
	if err != nil {
		return nil, err
	}
	start, check, err := b.compare(b.engineSide(engine), 5)
	if err != nil {
		return nil, err
	}
	return append(start.rows("goredisstore: Start / six commands", 0)[:1], check.rows("goredisstore: Check / five commands", 0)[0]), nil
}

// paces are those of two sides in turn.
type paces struct{ ours, plain []pace }

func (b *redisBench) compare(ours side, rounds int) (start, check paces, err error) {
	for range rounds {
		for _, turn := range []struct {
			side          side
			started, done *[]pace
		}{{ours, &start.ours, &check.ours}, {b.sequenceSide(), &start.plain, &check.plain}} {
			started, err := b.starts(turn.side, redisPeople)
			if err != nil {
				return start, check, err
			}
			checked, err := b.measure(redisPeople, turn.side.check)
			if err != nil {
				return start, check, err
			}
			*turn.started, *turn.done = append(*turn.started, started), append(*turn.done, checked)
		}
	}
	return start, check, nil
}

// rows returns the ratio of the rates and that of the processor times, the target being of the first.
func (p paces) rows(what string, target float64) []row {
	of := func(paces []pace, figure func(pace) float64) float64 {
		var all []float64
		for _, p := range paces {
			all = append(all, figure(p))
		}
		return median(all)
	}
	var faster, cheaper []float64
	for i, ours := range p.ours {
		plain := p.plain[i]
		faster = append(faster, ours.rate/plain.rate)
		cheaper = append(cheaper, (plain.client+plain.server)/(ours.client+ours.server))
	}
	rate := func(p pace) float64 { return p.rate }
	client := func(p pace) float64 { return p.client }
	server := func(p pace) float64 { return p.server }
	first := row{what: what, target: target, value: median(faster),
		detail: fmt.Sprintf("%.0f / %.0f a second, %d callers", of(p.ours, rate), of(p.plain, rate), redisCallers)}
	if target > 0 {
		first.bound = atLeast
	}
	return []row{first, {what: what + ", by processor time", value: median(cheaper),
		detail: fmt.Sprintf("engine %.0f + server %.0f µs / client %.0f + server %.0f µs",
			of(p.ours, client), of(p.ours, server), of(p.plain, client), of(p.plain, server))}}
}
