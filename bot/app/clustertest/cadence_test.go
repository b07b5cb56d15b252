package clustertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
)

// TestAWarningGoesOutOnce: two instances look after the cadence of one branch, and a third
// takes the place of one of them. Whoever is to be told is told once.
func TestAWarningGoesOutOnce(t *testing.T) {
	c := newCluster(t)
	a, b := c.start("a"), c.start("b")
	c.meeting()

	for _, morning := range []struct {
		at         time.Time
		words      string
		own, above int
	}{
		{time.Date(2026, 11, 24, 9, 0, 0, 0, apptest.Zone), "11月的主题党日还没有记录", 1, 0},
		{time.Date(2026, 12, 1, 9, 0, 0, 0, apptest.Zone), "11月的主题党日没有记录", 1, 1},
	} {
		c.clock.Set(morning.at)
		c.until("the warning: "+morning.words, func() bool {
			return c.shown(alone("d0"), morning.words) > 0 && c.shown(alone("d9"), morning.words) >= morning.above
		})
		c.tickAll(a, b)
		a.stop()
		a = c.start("another") // it has told nobody anything yet
		c.tickAll(a, b)
		c.until("the outbox to be empty", func() bool { return c.nextReady(b).IsZero() })
		require.Equal(t, morning.own, c.shown(alone("d0"), morning.words), "the secretary, once")
		require.Equal(t, morning.above, c.shown(alone("d9"), morning.words), "the one above, once and when it is late")
		require.Zero(t, c.shown(dingGroup, "主题党日"), "never in the group")
		require.Zero(t, c.shown(weGroup, "主题党日"), "never in the group")
	}
	c.verify(b)
}

func alone(user bot.UserID) bot.Chat {
	return bot.PrivateChat(bot.Account{Platform: bot.DingTalk, User: user})
}

// meeting holds one, so that the branch is looked after.
func (c *cluster) meeting() {
	c.t.Helper()
	for _, line := range []struct{ says, answer string }{
		{"开会 党小组会 今天9:30 应到：李红梅、王建国", "应到2人"}, {"会议开始", "开会中"}, {"会议结束", "会议结束"},
	} {
		c.say(dingGroup, "李红梅", line.says)
		c.until(line.says, func() bool { return c.shown(dingGroup, line.answer) > 0 })
	}
}

// tickAll lets every instance look at the clock at the same moment, twice.
func (c *cluster) tickAll(all ...*instance) {
	c.t.Helper()
	for range 2 {
		done := make(chan error, len(all))
		for _, i := range all {
			go func() {
				_, err := i.app.Service.Tick(c.t.Context())
				done <- err
			}()
		}
		for range all {
			require.NoError(c.t, <-done)
		}
	}
}
