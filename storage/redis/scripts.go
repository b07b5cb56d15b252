package redis

import (
	"context"
	"embed"
	"fmt"

	"github.com/redis/go-redis/v9"

	"yiqun/bot"
)

//go:embed scripts/*.lua
var sources embed.FS

// The scripts. Each begins with what its KEYS and ARGV are and what it returns; all
// keys of one call carry the same hash tag.
var (
	leaseAcquire = script("lease_acquire")
	leaseRelease = script("lease_release")
	bucketTake   = script("bucket_take")
	queuePut     = script("queue_put")
	queueClaim   = script("queue_claim")
	queueAck     = script("queue_ack")
	queueLapse   = script("queue_lapse")
)

func script(name string) *redis.Script {
	source, err := sources.ReadFile("scripts/" + name + ".lua")
	if err != nil {
		panic("an embedded script is missing: " + err.Error())
	}
	return redis.NewScript(string(source))
}

// run runs a script by its digest, and sends its text only to a server that does
// not know it: a new one, or one that was flushed.
func run(ctx context.Context, c redis.UniversalClient, doing string, s *redis.Script, keys []string, args ...any) (any, error) {
	v, err := s.Run(ctx, c, keys, args...).Result()
	if err != nil {
		return nil, bot.Fault(bot.Internal, fmt.Errorf("%s: %w", doing, err))
	}
	return v, nil
}

// count is run for scripts that return a number.
func count(ctx context.Context, c redis.UniversalClient, doing string, s *redis.Script, keys []string, args ...any) (int64, error) {
	v, err := run(ctx, c, doing, s, keys, args...)
	if err != nil {
		return 0, err
	}
	n, ok := v.(int64)
	if !ok {
		return 0, bot.Fault(bot.Internal, fmt.Errorf("%s: the script returned a %T", doing, v))
	}
	return n, nil
}
