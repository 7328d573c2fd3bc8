package main

import (
	"cmp"
	"errors"
	"strings"

	"github.com/redis/rueidis"

	"github.com/codeword-go/codeword/store"
	"github.com/codeword-go/codeword/store/redisstore"
)

// openRedis connects to a server, or to the cluster that it belongs to.
func openRedis(url string) (store.Store, func() error, error) {
	o, err := rueidis.ParseURL(url)
	if err != nil { // which repeats the URL
		return nil, nil, errors.New("is no URL of Redis, such as redis://USER:PASSWORD@HOST:6379/0")
	}
	o.DisableCache = true     // the store reads from the server only
	o.AlwaysPipelining = true // a connection that breaks is noticed then, and not by the next request
	o.ConnWriteTimeout = cmp.Or(o.ConnWriteTimeout, serverPatience)
	client, err := rueidis.NewClient(o)
	if err != nil {
		return nil, nil, discreet(err, o.Password)
	}
	s, err := redisstore.New(client, redisstore.Options{})
	if err != nil {
		client.Close()
		return nil, nil, discreet(err, o.Password)
	}
	return s, func() error { client.Close(); return nil }, nil
}

// discreet drops an error that holds the password: servers repeat the arguments of a command that they do not know.
func discreet(err error, password string) error {
	if password != "" && strings.Contains(err.Error(), password) {
		return errors.New("the server refuses the password's command, and repeats it")
	}
	return err
}
