package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"time"

	"github.com/redis/go-redis/v9"
)

// A sequence keeps verifications in Redis as is often done: six commands one after another for a start, five for a check. It knows no
// numbers, seals nothing, and two checks at once may both succeed.
type sequence struct{ client *redis.Client }

const sequenceStarts = 5 // in an hour

func (s sequence) start(ctx context.Context, channel, to string) (id, code string, err error) {
	id, code = rand.Text(), sixDigits()
	starts, err := s.client.Get(ctx, "starts:"+to).Int()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", "", err
	}
	if starts >= sequenceStarts {
		return "", "", errors.New("too many starts")
	}
	if err := s.client.Incr(ctx, "starts:"+to).Err(); err != nil {
		return "", "", err
	}
	if err := s.client.Expire(ctx, "starts:"+to, time.Hour).Err(); err != nil {
		return "", "", err
	}
	if err := s.client.HSet(ctx, "code:"+to, "code", code, "channel", channel, "guesses", 0).Err(); err != nil {
		return "", "", err
	}
	if err := s.client.Expire(ctx, "code:"+to, 10*time.Minute).Err(); err != nil {
		return "", "", err
	}
	return id, code, s.client.Set(ctx, "id:"+id, to, 10*time.Minute).Err()
}

func (s sequence) check(ctx context.Context, id, code string) (bool, error) {
	to, err := s.client.Get(ctx, "id:"+id).Result()
	if err != nil {
		return false, err
	}
	kept, err := s.client.HGetAll(ctx, "code:"+to).Result()
	if err != nil {
		return false, err
	}
	guesses, err := s.client.HIncrBy(ctx, "code:"+to, "guesses", 1).Result()
	if err != nil {
		return false, err
	}
	if guesses > 5 || subtle.ConstantTimeCompare([]byte(kept["code"]), []byte(code)) == 0 {
		return false, nil
	}
	if err := s.client.Del(ctx, "code:"+to).Err(); err != nil {
		return false, err
	}
	return true, s.client.Del(ctx, "id:"+id).Err()
}

func sixDigits() string {
	n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails
	return fmt.Sprintf("%06d", n)
}

func (s sequence) serveStart(w http.ResponseWriter, r *http.Request) {
	var in struct{ Channel, To string }
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	id, _, err := s.start(r.Context(), in.Channel, in.To)
	if err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	writePlain(w, plainAnswer{id, "pending", in.Channel, "+1******2671", 600, 30})
}

func (s sequence) serveCheck(w http.ResponseWriter, r *http.Request) {
	var in struct{ ID, Code string }
	if json.NewDecoder(r.Body).Decode(&in) != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	if right, err := s.check(r.Context(), in.ID, in.Code); err != nil || !right {
		http.Error(w, "wrong", http.StatusUnprocessableEntity)
		return
	}
	writePlain(w, plainAnswer{in.ID, "approved", "sms", "+1******2671", 0, 0})
}
