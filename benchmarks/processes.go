package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/rueidis"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/pgstore"
	"github.com/codeword-go/codeword/store/redisstore"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/recipient"
)

const (
	workerCallers = 64
	workerTime    = 1200 * time.Millisecond

	start = "start" // what a worker that is ready waits for
)

// curve measures what a server gets done for a number of processes with an engine each, all of which are asked for the same number of
// verifications a second, a start and a check each.
func curve(name string, asked int, s *server) (rows []row, err error) {
	for _, n := range []int{1, 2, 3, 4, 6} {
		r, err := crew(name, asked, s, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// crew has n processes work at the same time.
func crew(name string, asked int, s *server, n int) (row, error) {
	var all []*worker
	defer func() {
		for _, w := range all {
			w.stop()
		}
	}()
	for range n {
		w, err := startWorker(name, s.address, asked)
		if err != nil {
			return row{}, err
		}
		all = append(all, w)
	}
	for _, w := range all {
		if _, err := w.answer(); err != nil {
			return row{}, err
		}
	}
	before := s.processorTime()
	for _, w := range all {
		if _, err := io.WriteString(w.orders, start); err != nil {
			return row{}, err
		}
	}
	var done, engine float64
	for _, w := range all {
		shift, err := w.answer()
		if err != nil {
			return row{}, err
		}
		done, engine = done+shift.done, engine+shift.engine
	}
	server := s.processorTime() - before
	return row{
		what: fmt.Sprintf("%s: verifications a second, engine processes %d, asked for %d", name, n, n*asked), value: done / workerTime.Seconds(),
		detail: fmt.Sprintf("each: engines %.0f µs + server %.0f µs; processors busy: %.2f + %.2f", engine/done, microseconds(server)/done,
			engine/microseconds(workerTime), server.Seconds()/workerTime.Seconds()),
	}, nil
}

// A worker is a process of this program with an engine.
type worker struct {
	cmd     *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

// A shift is what a worker got done, and what it used for it in microseconds of processor time.
type shift struct{ done, engine float64 }

func startWorker(name, address string, asked int) (*worker, error) {
	cmd := exec.Command("/proc/self/exe", "worker", name, address, strconv.Itoa(asked))
	cmd.Stderr = os.Stderr
	orders, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &worker{cmd, orders, bufio.NewReader(answers)}, cmd.Start()
}

func (w *worker) answer() (s shift, err error) {
	line, err := w.answers.ReadString('\n')
	if err != nil {
		return s, fmt.Errorf("a worker has ended: %w", err)
	}
	_, err = fmt.Sscan(line, &s.done, &s.engine)
	return s, err
}

func (w *worker) stop() {
	w.orders.Close()
	_ = w.cmd.Wait()
}

// work is what a worker does: when it reads a line, it verifies for workerTime, so many a second as are asked for.
func work(name, address string, asked int) error {
	s, err := openStore(name, address)
	if err != nil {
		return err
	}
	people := make([]recipient.Recipient, int(float64(asked)*workerTime.Seconds()))
	for i := range people {
		if people[i], err = recipient.Parse(typedNumber(i), recipient.Options{}); err != nil {
			return err
		}
	}
	room := &mailroom{make([]string, len(people))}
	engine, err := engineWith(s, room)
	if err != nil {
		return err
	}
	fmt.Println("0 0")
	if _, err := os.Stdin.Read(make([]byte, len(start))); err != nil {
		return err
	}

	var done atomic.Int64
	used, started := ownProcessorTime(), time.Now()
	err = crowd(workerCallers, len(people), func(i int) error {
		time.Sleep(time.Until(started.Add(time.Duration(i) * time.Second / time.Duration(asked))))
		if time.Since(started) > workerTime {
			return nil
		}
		done.Add(1)
		return verifyOne(engine, people[i], &room.codes[i])
	})
	if err != nil {
		return err
	}
	fmt.Println(done.Load(), microseconds(ownProcessorTime()-used))
	_, err = io.Copy(io.Discard, os.Stdin) // connections stay until the server's side of them is measured
	return err
}

func verifyOne(e *verify.Engine, to recipient.Recipient, code *string) error {
	v, err := e.Start(context.Background(), verify.StartRequest{Recipient: to})
	if err != nil {
		return err
	}
	_, err = e.Check(context.Background(), verify.CheckRequest{ID: v.ID, Code: *code})
	return err
}

func openStore(name, address string) (store.Store, error) {
	switch name {
	case "redis":
		client, err := rueidis.NewClient(rueidis.ClientOption{InitAddress: []string{address}, DisableCache: true})
		if err != nil {
			return nil, err
		}
		return redisstore.New(client, redisstore.Options{})
	case "postgres":
		config, err := pgxpool.ParseConfig(address)
		if err != nil {
			return nil, err
		}
		config.MaxConns = 12
		pool, err := pgxpool.NewWithConfig(context.Background(), config)
		if err != nil {
			return nil, err
		}
		return pgstore.New(pool, pgstore.Options{})
	}
	return nil, errors.New("there is no store " + name)
}
