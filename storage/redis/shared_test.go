package redis

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"yiqun/bot/deliver"
	"yiqun/storage/storagetest"
)

// keysOf lists the keys of a name, on all nodes.
func keysOf(t testing.TB, c redis.UniversalClient, name string) (found []string) {
	t.Helper()
	var mu sync.Mutex
	scan := func(ctx context.Context, node *redis.Client) error {
		all := node.Scan(ctx, 0, "yiqun:*", 1000).Iterator()
		for all.Next(ctx) {
			if strings.Contains(all.Val(), name) {
				mu.Lock()
				found = append(found, all.Val())
				mu.Unlock()
			}
		}
		return all.Err()
	}
	if cluster, ok := c.(*redis.ClusterClient); ok {
		require.NoError(t, cluster.ForEachMaster(context.Background(), scan))
		return found
	}
	require.NoError(t, scan(context.Background(), c.(*redis.Client)))
	return found
}

// pass makes everything of a name older, as if time had passed: Redis's own clock
// cannot be moved.
func pass(t testing.TB, c redis.UniversalClient, name string, d time.Duration) {
	t.Helper()
	ctx := t.Context()
	for _, key := range keysOf(t, c, name) {
		if left, err := c.PTTL(ctx, key).Result(); left > 0 {
			require.NoError(t, err)
			require.NoError(t, c.PExpire(ctx, key, max(left-d, 0)).Err())
		}
		switch {
		case strings.HasSuffix(key, ":claimed"):
			members, err := c.ZRangeWithScores(ctx, key, 0, -1).Result()
			require.NoError(t, err)
			for _, m := range members {
				require.NoError(t, c.ZIncrBy(ctx, key, -float64(d.Milliseconds()), m.Member.(string)).Err())
			}
		case strings.HasPrefix(key, "yiqun:bucket:"):
			fields, err := c.HGetAll(ctx, key).Result()
			require.NoError(t, err)
			for field, at := range fields {
				if strings.HasSuffix(field, ":at") {
					n, err := strconv.ParseInt(at, 10, 64)
					require.NoError(t, err)
					require.NoError(t, c.HSet(ctx, key, field, n-d.Milliseconds()).Err())
				}
			}
		}
	}
}

// shared opens one part of Shared for a suite, on the Redis at an address.
func shared[T any](url func(*testing.T) string, pick func(*Shared) T) storagetest.Open[T] {
	return func(t *testing.T, name string) (T, func(time.Duration)) {
		s := openStates(t, url(t))
		t.Cleanup(func() {
			for _, key := range keysOf(t, s.client, name) {
				require.NoError(t, s.client.Del(context.Background(), key).Err())
			}
		})
		return pick(s.Shared()), func(d time.Duration) { pass(t, s.client, name, d) }
	}
}

func runShared(t *testing.T, url func(*testing.T) string) {
	t.Run("leases", func(t *testing.T) {
		storagetest.RunLeases(t, shared(url, func(s *Shared) storagetest.Leases { return s }))
	})
	t.Run("budget", func(t *testing.T) {
		storagetest.RunBudget(t, shared(url, func(s *Shared) deliver.Budget { return s }))
	})
	t.Run("queue", func(t *testing.T) {
		storagetest.RunQueue(t, shared(url, func(s *Shared) storagetest.Queue { return s }))
	})
}

func TestSharedOnMiniredis(t *testing.T) {
	runShared(t, func(t *testing.T) string { return "redis://" + miniredis.RunT(t).Addr() })
}

func TestSharedOnRedis(t *testing.T) {
	url := storagetest.Redis(t)
	runShared(t, func(*testing.T) string { return url })
}

// TestAQueueThatWasFlushed says so once, and goes on under a greater token.
func TestAQueueThatWasFlushed(t *testing.T) {
	s := openStates(t, storagetest.Redis(t))
	q, ctx, now := s.Shared(), t.Context(), time.Now()
	name := "test/" + rand.Text()
	forget := func() {
		for _, key := range keysOf(t, s.client, name) {
			require.NoError(t, s.client.Del(context.WithoutCancel(ctx), key).Err())
		}
	}
	t.Cleanup(forget)
	var before int64
	for range 3 {
		_, token, err := q.Claim(ctx, name, "a", now, time.Minute, 1)
		require.NoError(t, err)
		require.Negative(t, token)
		require.NoError(t, q.Put(ctx, name, map[string]time.Time{"k": now}))
		keys, token, err := q.Claim(ctx, name, "a", now, time.Minute, 1)
		require.NoError(t, err)
		require.Equal(t, []string{"k"}, keys)
		require.Greater(t, token, before)
		before = token
		forget()
	}
}

// TestScriptsAfterAFlush: a server that has forgotten the scripts is sent them.
func TestScriptsAfterAFlush(t *testing.T) {
	s := openStates(t, storagetest.Redis(t))
	ctx, name := t.Context(), "test/"+t.Name()
	for range 2 {
		_, held, err := s.Shared().Acquire(ctx, name, "a", time.Minute)
		require.NoError(t, err)
		require.True(t, held)
		require.NoError(t, s.client.ScriptFlush(ctx).Err())
	}
	for _, key := range keysOf(t, s.client, name) {
		require.NoError(t, s.client.Del(ctx, key).Err())
	}
}

// TestEachScriptSaysWhatItTakes keeps the three lines above each script.
func TestEachScriptSaysWhatItTakes(t *testing.T) {
	files, err := sources.ReadDir("scripts")
	require.NoError(t, err)
	for _, f := range files {
		text, err := sources.ReadFile("scripts/" + f.Name())
		require.NoError(t, err)
		require.Regexp(t, `^-- .+\n-- KEYS: 1 .+\n-- ARGV: .+\n-- Returns: .+\n`, string(text), f.Name())
	}
}
