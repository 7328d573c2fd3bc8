package authyv1_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware/authyv1"
)

// S52, S56, S58, S62: what fails is logged without a code, a number, a key or a URL. The site searches its log when the test ends.
func TestFailuresAreLoggedWithoutSecrets(t *testing.T) {
	s := open(t, eager)
	s.start(person)
	wrong, right := s.wrong(), s.code()
	s.check(person, wrong)
	s.inbox.Once(channeltest.Fail(errors.New("cannot reach "+number+" with code="+right)), channeltest.Panic("="+right))
	s.start(person).want(t, 403, "60021")
	s.start(person).want(t, 403, "60021")

	s.store.broken.Store(true)
	for _, got := range []reply{s.start(person), s.check(person, right), s.status(person), s.feedback("b8ebcd40-1234-5678-3fb5-0e5d6a065904", "Outcome=received")} {
		got.want(t, 503, "60000")
	}
	s.store.broken.Store(false)
	s.clock.broken.Store(true)
	for _, got := range []reply{s.start(person), s.check(person, right), s.status(person)} {
		got.want(t, 500, "60000")
		if strings.Contains(got.raw, national) {
			t.Errorf("answered %s", got.raw)
		}
	}
	s.clock.broken.Store(false)
	s.check(person, right).want(t, 200, "")
	for _, want := range []string{"authyv1: request failed", "panicked", "verify: unavailable"} {
		if !strings.Contains(s.logged.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, s.logged)
		}
	}
}

func TestAbortIsPassedOn(t *testing.T) {
	s := open(t)
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("panicked with %v", got)
		}
	}()
	s.handler.ServeHTTP(aborted{httptest.NewRecorder()}, request("GET", api+"status?"+person, ""))
}

// An aborted connection is one that a handler in front has given up.
type aborted struct{ http.ResponseWriter }

func (aborted) WriteHeader(int) { panic(http.ErrAbortHandler) }

func TestLogPath(t *testing.T) {
	for target, want := range map[string]string{
		api + "check?" + person + "&verification_code=1234&api_key=" + key:          api + "check",
		"/2010-04-01/Accounts/" + key + "/SMS/Messages/x/Feedback.json":             "/2010-04-01/Accounts/***",
		"/v1/2010-04-01/Accounts/" + key + "/SMS/Messages/x/Feedback.json?a=" + key: "/v1/2010-04-01/Accounts/***",
		"/2010-04-01//Accounts//" + key:                                             "/2010-04-01//Accounts/***",
		"/2010-04-01/accounts/" + key:                                               "/2010-04-01/accounts/***",
		"/2010-04-01%2F%41ccounts/" + key:                                           "/2010-04-01/Accounts/***",
		"/a%0Ab%22?x#y":                                                             "/a%0Ab%22",
		"https://u:p@example.com/b?x":                                               "/b",
		"/":                                                                         "/",
	} {
		u, err := url.Parse(target)
		if err != nil {
			t.Fatal(err)
		}
		if got := authyv1.LogPath(u); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
}
