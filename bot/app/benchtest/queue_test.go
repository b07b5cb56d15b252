package benchtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"yiqun/storage/redis"
	"yiqun/storage/storagetest"
)

// BenchmarkDueQueue is the shared queue of what will be due, over loopback: putting
// one key, and claiming and acknowledging one that is due. The floors are a bare ZADD
// and a bare script that does one.
func BenchmarkDueQueue(b *testing.B) {
	url := storagetest.Redis(b)
	states, err := redis.Open(url)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, states.Close()) })
	opts, err := goredis.ParseURL(url)
	require.NoError(b, err)
	bare := goredis.NewClient(opts)
	b.Cleanup(func() { require.NoError(b, bare.Close()) })
	queue := fmt.Sprintf("bench%d", time.Now().UnixNano())
	b.Cleanup(func() {
		keys, err := bare.Keys(context.Background(), "yiqun:queue:{"+queue+"*").Result()
		require.NoError(b, err)
		for _, k := range append(keys, queue) {
			require.NoError(b, bare.Del(context.Background(), k).Err())
		}
	})
	q := states.Shared()
	ctx, due := b.Context(), time.Now().Add(-time.Minute)
	key := func(i int) string { return fmt.Sprintf("matter%06d", i%4096) }
	zadd := func(i int) error {
		return bare.ZAdd(ctx, queue, goredis.Z{Score: float64(i), Member: key(i)}).Err()
	}
	script := goredis.NewScript(`return redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])`)
	evalsha := func(i int) error { return script.Run(ctx, bare, []string{queue}, i, key(i)).Err() }
	put := func(i int) error { return q.Put(ctx, queue, map[string]time.Time{key(i): due}) }
	claim := func(int) error {
		keys, token, err := q.Claim(ctx, queue, "host/one", time.Now(), time.Minute, 1)
		if err != nil || len(keys) == 0 {
			return err
		}
		_, err = q.Ack(ctx, queue, token, keys...)
		return err
	}
	for _, m := range []struct {
		name  string
		do    func(int) error
		steps float64 // round trips
	}{{"put", put, 1}, {"claim+ack", claim, 2}} {
		b.Run(m.name, func(b *testing.B) {
			for i := range 4096 {
				require.NoError(b, put(i))
			}
			var ours, add, eval time.Duration
			for i := range b.N {
				if m.steps == 2 && i%4096 == 4095 {
					b.StopTimer()
					for j := range 4096 {
						require.NoError(b, put(j))
					}
					b.StartTimer()
				}
				ours += timed(b, m.do, i)
				b.StopTimer()
				add += timed(b, zadd, i)
				eval += timed(b, evalsha, i)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours)/float64(add)/m.steps, "x-zadd/trip")
			b.ReportMetric(float64(ours)/float64(eval)/m.steps, "x-script/trip")
		})
	}
}

func timed(b *testing.B, do func(int) error, i int) time.Duration {
	began := time.Now()
	require.NoError(b, do(i))
	return time.Since(began)
}
