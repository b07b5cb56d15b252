package remindtest

import (
	"context"
	"crypto/rand"
	mrand "math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
	"yiqun/storage/postgres"
	"yiqun/storage/redis"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// howMany is how many reminders come due in the minute: few where every commit is
// tried, more when asked for by the environment.
func howMany() int {
	n, err := strconv.Atoi(os.Getenv("YIQUN_REMIND_COUNT"))
	if err != nil {
		return 200
	}
	return n
}

// emptyRecords migrates a schema of the test's own and returns its URL.
func emptyRecords(t testing.TB) string {
	t.Helper()
	url := storagetest.Schema(t)
	require.NoError(t, postgres.Migrate(t.Context(), url))
	return url
}

// onServers is a storm on PostgreSQL and Redis, tomorrow at nine, and a way to open its
// records once more. What is flushed is the test's own part of Redis.
func onServers(t *testing.T, people int) (*storm, func() *sqlstore.Store) {
	redisURL := storagetest.Redis(t)
	records := emptyRecords(t)
	open := func() *sqlstore.Store {
		s, err := postgres.Open(t.Context(), records, make([]byte, 32))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
	states, err := redis.Open(redisURL)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, states.Close()) })
	opt, err := goredis.ParseURL(redisURL)
	require.NoError(t, err)
	bare := goredis.NewClient(opt)
	t.Cleanup(func() { require.NoError(t, bare.Close()) })
	prefix := "remindtest" + rand.Text() + "/"

	clock := &skewed{}
	y, m, d := time.Now().In(apptest.Zone).Date()
	clock.jump(time.Until(time.Date(y, m, d+1, 9, 0, 0, 0, apptest.Zone)))
	return &storm{
		t: t, store: open(), clock: clock, queue: storagetest.Named(states.Shared(), prefix), mail: &mailbox{}, people: people,
		due: clock.Now().Add(20 * time.Second),
		flush: func() {
			keys, err := bare.Keys(context.Background(), "*"+prefix+"*").Result()
			require.NoError(t, err)
			if len(keys) > 0 {
				require.NoError(t, bare.Del(context.Background(), keys...).Err())
			}
		},
	}, open
}

// TestOneMessageOfTwoInstancesOnServers: what many are to hear at one moment, spread
// over all shards, is worked on by two instances with connections of their own; each
// hears it in one message.
func TestOneMessageOfTwoInstancesOnServers(t *testing.T) {
	s, open := onServers(t, 40)
	s.together(3)
	a, b := s.start("a", open()), s.start("b", open())
	defer a.stop()
	defer b.stop()
	time.Sleep(500 * time.Millisecond)
	require.Empty(t, s.mail.words(), "none early")
	s.clock.jump(20 * time.Second)
	require.Eventually(t, func() bool { return s.mail.count() >= s.people }, time.Minute, 50*time.Millisecond)
	time.Sleep(time.Second) // for what would come twice
	s.oneEach(3)
}

// TestNoneLostNoneDoubledOnServers: the same trouble in real time, two instances with
// connections of their own on PostgreSQL and Redis.
func TestNoneLostNoneDoubledOnServers(t *testing.T) {
	n := howMany()
	s, open := onServers(t, max(20, n/5))
	clock := s.clock
	s.fill(n)
	among := []*instance{s.start("a", open()), s.start("b", open())}
	time.Sleep(500 * time.Millisecond)
	require.Empty(t, s.mail.words(), "none early")
	began := time.Now()
	clock.jump(20 * time.Second)
	s.trouble(mrand.New(mrand.NewPCG(7, 7)), 20, 200*time.Millisecond, 20*time.Second, among)
	clock.jump(3 * time.Minute)
	for i := range among { // a start looks at the records, so that the test need not wait for the next look
		among[i].stop()
		among[i] = s.start(among[i].name, among[i].store.Store)
	}
	s.until(s.own)
	s.calm()                   // what is queued for longer than half a day is not sent any more
	clock.jump(24 * time.Hour) // what was over somebody's budget comes with the next digest
	among[0].stop()
	among[0] = s.start("a", among[0].store.Store)
	s.until(s.asked)
	for _, i := range among {
		i.stop()
	}
	s.check()
	t.Logf("%d reminders in %d messages, %v, most of it trouble", n, len(s.mail.words()), time.Since(began).Round(time.Millisecond))
}

var _ app.Queue = storagetest.LeasedQueue(nil)

// calm waits until nothing is due and nothing queued.
func (s *storm) calm() {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		now := s.clock.Now()
		busy := false
		err := s.store.View(s.t.Context(), func(ctx context.Context, tx service.Tx) error {
			next, err := tx.NextReminding(ctx)
			for _, u := range next {
				busy = busy || !u.First().IsZero() && !u.First().After(now)
			}
			if err != nil || busy {
				return err
			}
			queued, err := tx.Ready(ctx, now.Add(time.Hour), 1)
			busy = len(queued) > 0
			return err
		})
		return err == nil && !busy
	}, 5*time.Minute, 20*time.Millisecond)
}

// until waits until all of some texts were sent: also past a look that found a shard held
// by the other instance, which is tried again after a minute.
func (s *storm) until(texts []string) {
	s.t.Helper()
	patience := max(5*time.Minute, time.Duration(len(texts))*20*time.Millisecond)
	often := max(50*time.Millisecond, time.Duration(len(texts))*10*time.Microsecond)
	require.Eventually(s.t, func() bool { return s.left(texts) == 0 }, patience, often)
}
