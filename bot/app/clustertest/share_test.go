package clustertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
)

// TestTwoShareTheWork loads two instances from both platforms and stops the one that
// holds WeCom's connection in the middle: nothing is lost and nothing doubled.
func TestTwoShareTheWork(t *testing.T) {
	c := newCluster(t)
	a := c.start("a")
	c.until("a to have its turn", func() bool { return a.we.Status().Connected })
	b := c.start("b")
	require.False(t, b.we.Status().Connected)

	const each = 4 // a WeCom conversation takes thirty messages a minute
	var asked []string
	var chats []bot.Chat
	ask := func(n int) {
		for _, chat := range []bot.Chat{dingGroup, weGroup} {
			what := fmt.Sprintf("%s第%d盏灯不亮", chat.Platform.Spoken(), 100+n)
			asked, chats = append(asked, what), append(chats, chat)
			c.say(chat, people[n%len(people)], "点单 "+what)
		}
	}
	for n := range each {
		ask(n)
	}
	// WeCom keeps nothing for a bot that is away: wait until all it said is taken up.
	c.until("a to take up what WeCom said", func() bool { return a.we.Status().Handled >= each })
	a.stop()
	c.until("b to take over WeCom", func() bool { return b.we.Status().Connected })
	for n := range each {
		ask(each + n)
	}
	c.until("all to be recorded", func() bool {
		return len(c.opened(b.line)) >= len(asked)
	})
	c.until("all to be announced", func() bool {
		for i, what := range asked {
			if c.shown(chats[i], what) == 0 {
				return false
			}
		}
		return true
	})
	c.until("the outbox to be empty", func() bool { return c.nextReady(b).IsZero() })
	opened := c.opened(b.line)
	for i, what := range asked {
		require.Equal(t, 1, opened[what], what)
		require.Equal(t, 1, c.shown(chats[i], what), what)
	}
	require.Positive(t, a.ding.Status().Handled, "DingTalk's pushes are spread")
	require.Positive(t, b.ding.Status().Handled, "DingTalk's pushes are spread")
	c.verify(b)
}

// TestWeComIsTakenOver kills the holder: it says nothing any more and gives nothing
// back.
func TestWeComIsTakenOver(t *testing.T) {
	c := newCluster(t)
	a := c.start("a")
	c.until("a to have its turn", func() bool { return a.we.Status().Connected })
	b := c.start("b")
	a.line.cut()
	began := time.Now()
	c.until("b to take over", func() bool { return b.we.Status().Connected })
	took := time.Since(began)
	t.Logf("taken over after %v", took)
	require.Less(t, took, 10*time.Second)
	// a is alive but cut off from the records: it must not fight back.
	c.until("a to notice", func() bool { return !a.we.Status().Connected })
	c.say(weGroup, "刘桂兰", "点单 门禁坏了")
	c.until("b to record and announce", func() bool { return c.shown(weGroup, "门禁坏了") == 1 })
	require.False(t, a.we.Status().Connected)
	require.False(t, a.turn.Held())
	c.verify(b)
}

// TestCommitHereSentThere: what an instance without WeCom's connection commits for
// WeCom is sent by the one that has it.
func TestCommitHereSentThere(t *testing.T) {
	c := newCluster(t)
	a := c.start("a")
	c.until("a to have its turn", func() bool { return a.we.Status().Connected })
	c.start("b")
	for n := range 6 {
		c.say(dingGroup, "刘桂兰", fmt.Sprintf("点单 楼道第%d盏灯坏了", n))
	}
	c.until("every order to be announced in both groups", func() bool {
		for n := range 6 {
			what := fmt.Sprintf("楼道第%d盏灯坏了", n)
			if c.shown(dingGroup, what) != 1 || c.shown(weGroup, what) != 1 {
				return false
			}
		}
		return true
	})
}

// nextReady is when the next message may go.
func (c *cluster) nextReady(i *instance) (next time.Time) {
	require.NoError(c.t, i.line.View(c.t.Context(), func(ctx context.Context, tx service.Tx) (err error) {
		next, err = tx.NextReady(ctx)
		return err
	}))
	return next
}

// verify replays all records.
func (c *cluster) verify(i *instance) {
	c.t.Helper()
	r, err := c.service(i.line).Verify(c.t.Context())
	require.NoError(c.t, err)
	require.Empty(c.t, r.Bad)
	require.NotZero(c.t, r.Acts)
}

// service is what an instance that does not run would do with records.
func (c *cluster) service(s service.Store) *service.Service {
	c.t.Helper()
	templates, err := procedure.Shipped()
	require.NoError(c.t, err)
	return app.New(app.Options{
		Store: s, States: embedded.New(c.clock), Templates: templates, Clock: c.clock, Zone: c.clock.Now().Location(),
	}).Service
}
