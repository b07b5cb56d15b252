package clustertest

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/storage/storagetest"
)

const apology = "系统暂时记不了东西"

// TestDatabaseGone: nothing is acknowledged, each chat is told once, and what comes
// again is taken up.
func TestDatabaseGone(t *testing.T) {
	c := newCluster(t)
	a := c.start("a")
	c.until("a to have its turn", func() bool { return a.we.Status().Connected })
	gone := bot.Fault(bot.Internal, errors.New("connection refused"))
	a.line.On(func(context.Context, storagetest.Call) error { return gone })
	for _, what := range []string{"一号灯坏了", "二号灯坏了"} {
		c.say(dingGroup, "刘桂兰", "点单 "+what)
		c.say(weGroup, "刘桂兰", "点单 "+what)
	}
	c.until("all to be tried", func() bool { return a.ding.Status().Handled >= 2 && a.we.Status().Handled >= 2 })
	require.Equal(t, 1, c.shown(dingGroup, apology))
	require.Equal(t, 1, c.shown(weGroup, apology))
	require.Equal(t, 2, c.ding.Pending(), "DingTalk keeps what was not acknowledged")
	status, _ := readyz(t, a)
	require.Equal(t, 503, status)

	a.line.On(nil)
	c.clock.Advance(2 * time.Minute)
	c.until("what came again to be announced", func() bool {
		return c.shown(dingGroup, "一号灯坏了") == 1 && c.shown(dingGroup, "二号灯坏了") == 1
	})
	require.Equal(t, map[string]int{"一号灯坏了": 1, "二号灯坏了": 1}, c.opened(a.line))
	require.Equal(t, 1, c.shown(dingGroup, apology))
	c.verify(a)
}

// TestRedisGone: commands go on, timers come from the records, and the operator is
// told.
func TestRedisGone(t *testing.T) {
	c := newCluster(t)
	server := miniredis.RunT(t)
	c.redis = "redis://" + server.Addr()
	a := c.start("a")
	_, body := readyz(t, a)
	require.NotContains(t, body, "redis")
	c.say(dingGroup, "刘桂兰", "点单 一号灯坏了")
	c.until("the first to be announced", func() bool { return c.shown(dingGroup, "一号灯坏了") == 1 })
	server.Close()
	c.say(dingGroup, "刘桂兰", "点单 二号灯坏了")
	c.until("the second to be announced", func() bool { return c.shown(dingGroup, "二号灯坏了") == 1 })
	status, body := readyz(t, a)
	require.Equal(t, 200, status)
	require.Contains(t, body, `"status":"degraded"`)
	require.Contains(t, body, "提醒可能晚一会儿")
	c.timersGoOn(a)
}

// TestRedisFlushed: whatever the queue forgot, the records say again.
func TestRedisFlushed(t *testing.T) {
	c := newCluster(t)
	server := miniredis.RunT(t)
	c.redis = "redis://" + server.Addr()
	a := c.start("a")
	c.say(dingGroup, "刘桂兰", "点单 一号灯坏了")
	c.until("it to be announced", func() bool { return c.shown(dingGroup, "一号灯坏了") == 1 })
	c.until("its timer to be queued", func() bool { return server.Exists("yiqun:queue:{" + c.url + "timers}:due") })
	server.FlushAll()
	c.timersGoOn(a)
}

// timersGoOn moves the clock to what is due next, until the clock has acted.
func (c *cluster) timersGoOn(i *instance) {
	t := c.t
	t.Helper()
	first := c.nextDue(i)
	require.False(t, first.IsZero(), "there is a timer to wait for")
	c.clock.Set(first.Add(2 * time.Minute))
	c.until("the timer to fire", func() bool { return c.nextDue(i).After(first) || c.nextDue(i).IsZero() })
	c.verify(i)
}

// nextDue is when the clock acts next.
func (c *cluster) nextDue(i *instance) (next time.Time) {
	c.t.Helper()
	require.NoError(c.t, i.line.View(c.t.Context(), func(ctx context.Context, tx service.Tx) (err error) {
		next, err = tx.NextDue(ctx)
		return err
	}))
	return next
}

func readyz(t *testing.T, i *instance) (status int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	i.app.Telemetry(prometheus.NewRegistry()).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
	return w.Code, w.Body.String()
}
