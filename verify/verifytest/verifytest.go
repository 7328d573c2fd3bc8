// Package verifytest gives a test an engine that keeps everything in memory and delivers to an inbox.
package verifytest

import (
	"testing"

	"github.com/codeword-go/codeword/channel"
	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/store/memstore"
	"github.com/codeword-go/codeword/verify"
)

// New returns an engine and the inbox of its "sms", "call" and "email" channels. It has one profile, "test", for all regions and for the
// fictional numbers that no telephone has. Each change may set or replace any option before the engine is made; the store goes by
// Options.Now, and in a testing/synctest bubble by the bubble's time.
func New(t testing.TB, changes ...func(*verify.Options)) (*verify.Engine, *channeltest.Inbox) {
	t.Helper()
	inbox := new(channeltest.Inbox)
	o := verify.Options{
		Key:      verify.NewKey(),
		Channels: map[string]channel.Channel{"sms": inbox, "call": inbox, "email": inbox},
		Profiles: []verify.Profile{{Name: "test", Brand: "Test", Regions: []string{verify.AllRegions}, AllowPossible: true}},
	}
	for _, change := range changes {
		change(&o)
	}
	if o.Store == nil {
		s, err := memstore.New(memstore.Options{Now: o.Now})
		if err != nil {
			t.Fatal(err)
		}
		o.Store = s
	}
	e, err := verify.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e, inbox
}
