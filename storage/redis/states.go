package redis

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"yiqun/bot"
	"yiqun/bot/service"
)

// States is conversation state in Redis 6.2 or newer. It is safe for concurrent
// use.
type States struct{ client redis.UniversalClient }

var _ service.States = (*States)(nil)

// Open connects to the Redis at a URL; see client for its forms. Redis need not be
// there yet: every call fails until it is.
func Open(url string) (*States, error) {
	c, err := client(url)
	if err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	quieten()
	c.AddHook(&breaker{})
	return &States{client: c}, nil
}

// quieten keeps go-redis from writing to stderr by itself: what fails is returned,
// and logged once by whoever asked.
var quieten = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// key is where the state of key is kept.
func key(k string) string { return "yiqun:state:{" + k + "}" }

// Get implements service.States.
func (s *States) Get(ctx context.Context, k string) ([]byte, bool, error) {
	return found(s.client.Get(ctx, key(k)).Bytes())
}

// Take implements service.States.
func (s *States) Take(ctx context.Context, k string) ([]byte, bool, error) {
	return found(s.client.GetDel(ctx, key(k)).Bytes())
}

func found(value []byte, err error) ([]byte, bool, error) {
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fault("reading", err)
	}
	return value, true, nil
}

// Set implements service.States. A ttl that is not positive has passed already; to
// Redis it would mean for ever.
func (s *States) Set(ctx context.Context, k string, value []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return s.Delete(ctx, k)
	}
	// Redis counts milliseconds; less than one is refused.
	if err := s.client.Set(ctx, key(k), value, max(ttl, time.Millisecond)).Err(); err != nil {
		return fault("storing", err)
	}
	return nil
}

// Delete implements service.States.
func (s *States) Delete(ctx context.Context, k string) error {
	if err := s.client.Del(ctx, key(k)).Err(); err != nil {
		return fault("forgetting", err)
	}
	return nil
}

// Ping reports whether Redis can be reached, and written: a replica answers, and keeps
// nothing. Without it the bot is degraded, not failing.
func (s *States) Ping(ctx context.Context) error {
	if err := s.client.Set(ctx, key("ping"), "", pingFor).Err(); err != nil {
		return fault("reaching the keeper of", err)
	}
	return nil
}

// pingFor is how long what Ping writes is kept.
const pingFor = time.Second

// Close ends the connections.
func (s *States) Close() error {
	if err := s.client.Close(); err != nil {
		return fault("closing", err)
	}
	return nil
}

func fault(doing string, err error) error {
	return bot.Fault(bot.Internal, fmt.Errorf("%s conversation state: %w", doing, err))
}
