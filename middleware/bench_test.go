package middleware_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/codeword-go/codeword/channel/channeltest"
	"github.com/codeword-go/codeword/middleware"
	"github.com/codeword-go/codeword/verify"
	"github.com/codeword-go/codeword/verify/verifytest"
)

// reference decodes the request of a check and encodes its answer with encoding/json, and does nothing else.
func reference(w http.ResponseWriter, r *http.Request) {
	var in struct{ ID, Code string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"type": "https://codeword-go.github.io/problems/incorrect_code", "title": "Incorrect code", "status": 422,
		"code": "incorrect_code", "detail": "The code is not the one that was sent.", "attempts_left": 4,
	})
}

// guesses are the bodies of wrong codes, as many as the engine will judge.
type guesses struct {
	b       *testing.B
	handler http.Handler
	inbox   *channeltest.Inbox
	cookie  string
	body    string
	numbers int
	left    int
}

// next returns a body that the engine has to judge, count, seal and store.
func (g *guesses) next() string {
	if g.left == 0 {
		g.b.StopTimer()
		g.start()
		g.b.StartTimer()
	}
	g.left--
	return g.body
}

func (g *guesses) start() {
	g.numbers++
	g.left = 20
	w := httptest.NewRecorder()
	g.handler.ServeHTTP(w, g.request("/start", fmt.Sprintf(`{"to":"+1415%07d"}`, 2000000+g.numbers)))
	var started struct{ ID string }
	if err := json.Unmarshal(w.Body.Bytes(), &started); err != nil || w.Code != 200 {
		g.b.Fatalf("start answered %d, %v", w.Code, err)
	}
	if g.cookie == "" {
		g.cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
	}
	code := []byte(g.inbox.Messages()[0].Code.Reveal())
	g.inbox.Reset()
	code[0] = '0' + (code[0]-'0'+1)%10
	g.body = `{"id":"` + started.ID + `","code":"` + string(code) + `"}`
}

func (g *guesses) request(path, body string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", g.cookie)
	return r
}

// BenchmarkCheck serves wrong codes, all of which are judged. Loopback goes through a client, a connection and a server.
func BenchmarkCheck(b *testing.B) {
	many := verify.Rate{Count: 1 << 30, Per: time.Hour}
	engine, inbox := verifytest.New(b, func(o *verify.Options) {
		o.Limits = verify.Limits{Starts: many, FailedChecks: many, FailedChecksPerRecipient: many}
		o.Profiles[0].Attempts, o.Profiles[0].AcceptRisk = 20, true
	})
	handler, err := middleware.New(engine, middleware.Options{Cookies: middleware.Cookies{Insecure: true}})
	if err != nil {
		b.Fatal(err)
	}
	g := &guesses{b: b, handler: handler, inbox: inbox}
	for name, h := range map[string]http.Handler{"codeword": handler, "reference": http.HandlerFunc(reference)} {
		b.Run("handler/"+name, func(b *testing.B) {
			g.b, g.left = b, 0
			b.ReportAllocs()
			for b.Loop() {
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, g.request("/check", g.next())); w.Code != 422 {
					b.Fatalf("answered %d %s", w.Code, w.Body)
				}
			}
		})
		b.Run("loopback/"+name, func(b *testing.B) {
			g.b, g.left = b, 0
			server := httptest.NewServer(h)
			defer server.Close()
			for b.Loop() {
				r := g.request(server.URL+"/check", g.next())
				r.RequestURI = ""
				answer, err := http.DefaultClient.Do(r)
				if err != nil || answer.StatusCode != 422 {
					b.Fatalf("answered %v, %v", answer, err)
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		})
	}
}
