//go:build linux

package promise_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/enginetest"
)

const jobVariable = "PROMISE_TEST_JOB"

// A job is what a second process is for, which is the test itself, run again.
type job struct {
	Part           string // the name of one of the parts
	Remote, Socket string
	Key            []byte // of an engine
}

// parts read from in and write to out until in ends.
var parts = map[string]func(j job, open func() (store.Store, error), in io.Reader, out io.Writer) error{
	"burst":    burstPart,
	"contract": contractPart,
}

// remotes are stores of every kind that processes share, at every isolation level.
var remotes = slices.Concat(enginetest.Remotes, enginetest.Isolated)

// eachRemote runs a test on every store that processes share, each on a server of its own.
func eachRemote(t *testing.T, test func(t *testing.T, r enginetest.Remote, socket string)) {
	for _, r := range remotes {
		t.Run(r.Name, func(t *testing.T) { test(t, r, r.Serve(t).Socket()) })
	}
}

// work is all that a second process does.
func work(text string) error {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return err
	}
	i := slices.IndexFunc(remotes, func(r enginetest.Remote) bool { return r.Name == j.Remote })
	if i < 0 || parts[j.Part] == nil {
		return fmt.Errorf("no job: %s", text)
	}
	open := func() (store.Store, error) {
		s, _, err := remotes[i].Connect(j.Socket) // until the process ends
		return s, err
	}
	return parts[j.Part](j, open, os.Stdin, os.Stdout)
}

// A process is a second one.
type process struct {
	t   *testing.T
	in  io.WriteCloser
	out *json.Decoder
}

// start starts a second process, which the end of its input ends, with the test at the latest.
func (j job) start(t *testing.T) *process {
	t.Helper()
	text, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), jobVariable+"="+string(text), "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
			t.Errorf("second process: %v", err)
		}
	})
	return &process{t, in, json.NewDecoder(out)}
}

func (p *process) tell(v any) {
	p.t.Helper()
	if err := json.NewEncoder(p.in).Encode(v); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) hear(v any) {
	p.t.Helper()
	if err := p.out.Decode(v); err != nil {
		p.t.Fatal(err)
	}
}
