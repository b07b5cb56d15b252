package redis

import (
	"context"
	"crypto/rand"
	"os"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/storagetest"
)

func TestMain(m *testing.M) {
	forget, err := trust()
	if err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		forget()
		os.Exit(code)
	}))
}

func openStates(t testing.TB, url string) *States {
	t.Helper()
	s, err := Open(url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestSuiteOnMiniredis(t *testing.T) {
	storagetest.RunStates(t, func(t *testing.T) (service.States, func(time.Duration)) {
		server := miniredis.RunT(t)
		return openStates(t, "redis://"+server.Addr()), server.FastForward
	})
}

// own gives every key a prefix of the test's own, so that a shared server need not
// be flushed.
type own struct {
	*States
	prefix string
}

func (o own) Get(ctx context.Context, k string) ([]byte, bool, error) {
	return o.States.Get(ctx, o.prefix+k)
}

func (o own) Take(ctx context.Context, k string) ([]byte, bool, error) {
	return o.States.Take(ctx, o.prefix+k)
}

func (o own) Set(ctx context.Context, k string, v []byte, ttl time.Duration) error {
	return o.States.Set(ctx, o.prefix+k, v, ttl)
}

func (o own) Delete(ctx context.Context, k string) error { return o.States.Delete(ctx, o.prefix+k) }

// pass brings every expiry of the test's keys nearer, as if time had passed.
func (o own) pass(t testing.TB, d time.Duration) {
	ctx := t.Context()
	for _, k := range keysOf(t, o.client, o.prefix) {
		left, err := o.client.PTTL(ctx, k).Result()
		require.NoError(t, err)
		require.Positive(t, left, "%s would stay for ever", k)
		// Some milliseconds have really passed: none of the suite's steps is that fine.
		require.NoError(t, o.client.PExpire(ctx, k, max(left-d, 0)).Err())
	}
}

// ownStates opens states whose keys are the test's own.
func ownStates(t *testing.T, url string) (service.States, func(time.Duration)) {
	o := own{openStates(t, url), "test:" + rand.Text() + ":"}
	t.Cleanup(func() {
		for _, k := range keysOf(t, o.client, o.prefix) {
			require.NoError(t, o.client.Del(context.Background(), k).Err())
		}
	})
	return o, func(d time.Duration) { o.pass(t, d) }
}

func TestSuiteOnRedis(t *testing.T) {
	url := storagetest.Redis(t)
	storagetest.RunStates(t, func(t *testing.T) (service.States, func(time.Duration)) { return ownStates(t, url) })
}

func TestRedisGoneAndBack(t *testing.T) {
	server := miniredis.RunT(t)
	s := openStates(t, "redis://"+server.Addr()+"?max_retries=-1")
	require.NoError(t, s.Set(t.Context(), "k", []byte("x"), time.Minute))
	server.Close()
	_, ok, err := s.Get(t.Context(), "k")
	require.False(t, ok)
	require.Equal(t, bot.Internal, bot.CodeOf(err))
	require.Error(t, s.Ping(t.Context()))
	require.ErrorIs(t, s.Ping(t.Context()), errResting, "the next ones do not even try")
	require.NoError(t, server.Restart())
	require.Eventually(t, func() bool { return s.Ping(t.Context()) == nil }, 10*restFor, restFor/100)
}

func TestKeysHaveOneSlotEach(t *testing.T) {
	require.Equal(t, "yiqun:state:{wecom/g/wr1 p1}", key("wecom/g/wr1 p1"))
}

func TestClient(t *testing.T) {
	for name, c := range map[string]struct {
		url  string
		want func(t *testing.T, c redis.UniversalClient)
	}{
		"one server": {"redis://bot:pw@h:7000/3", func(t *testing.T, c redis.UniversalClient) {
			o := c.(*redis.Client).Options()
			require.Equal(t, "h:7000", o.Addr)
			require.Equal(t, "pw", o.Password)
			require.Equal(t, 3, o.DB)
			require.Nil(t, o.TLSConfig)
		}},
		"TLS": {"rediss://h", func(t *testing.T, c redis.UniversalClient) {
			o := c.(*redis.Client).Options()
			require.Equal(t, "h:6379", o.Addr)
			require.NotNil(t, o.TLSConfig)
		}},
		"cluster": {"redis+cluster://bot:p%40w@h1,h2:7001", func(t *testing.T, c redis.UniversalClient) {
			o := c.(*redis.ClusterClient).Options()
			require.Equal(t, []string{"h1:6379", "h2:7001"}, o.Addrs)
			require.Equal(t, "p@w", o.Password)
		}},
		"sentinel": {"redis+sentinel://h1:26379,h2:26379/master", func(t *testing.T, c redis.UniversalClient) {
			require.Equal(t, "FailoverClient", c.(*redis.Client).Options().Addr)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := client(c.url)
			require.NoError(t, err)
			defer func() { require.NoError(t, got.Close()) }()
			c.want(t, got)
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, url := range []string{
		"", "http://h", "redis://:hunter2@h:port", "redis+sentinel://:hunter2@h1,h2", "redis+cluster://:hunter2@",
		"redis+cluster://:hunter2@h1,,h2", "redis+sentinel:///m",
	} {
		_, err := Open(url)
		require.Error(t, err, url)
		require.Equal(t, bot.Internal, bot.CodeOf(err))
		require.NotContains(t, err.Error(), "hunter2")
	}
}
