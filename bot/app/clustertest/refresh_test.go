package clustertest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestABurstIsOneRefresh: of many ballots that both instances take up the first changes
// the card, and the others do so together, once, when its pause is over.
func TestABurstIsOneRefresh(t *testing.T) {
	c := newCluster(t)
	a, b := c.start("a"), c.start("b")
	c.say(dingGroup, "李红梅", "表决 楼道加装扶手 按 可委托的投票过半数 应到5人 截止周五18:00")
	c.until("the vote to be open", func() bool { return c.shown(dingGroup, "楼道加装扶手") > 0 })
	c.say(dingGroup, "李红梅", "1 赞成")
	c.until("the card to be changed", func() bool { return c.refreshes() == 1 })
	c.until("the ballot to be answered", func() bool { return c.nextReady(a).IsZero() })

	took := func() int64 { return a.ding.Status().Handled + b.ding.Status().Handled }
	const rounds = 5
	before := took()
	for n := range rounds {
		for i, who := range people {
			c.say(dingGroup, who, "1 "+[]string{"赞成", "反对", "弃权"}[(n+i)%3])
		}
	}
	c.until("all ballots to be taken up", func() bool { return took() >= before+int64(rounds*len(people)) })
	held := func() bool { return c.nextReady(a).Sub(c.clock.Now()) > time.Hour }
	c.until("nothing but the refresh to be left", held)
	require.Equal(t, 1, c.refreshes())
	c.clock.Set(c.nextReady(a).Add(time.Second))
	c.until("the card to be changed once more", func() bool { return c.refreshes() > 1 && c.nextReady(a).IsZero() })
	require.LessOrEqual(t, c.refreshes(), 3, "with one that the days brought by themselves")
	require.Positive(t, a.ding.Status().Handled)
	require.Positive(t, b.ding.Status().Handled)
	c.verify(a)
}

// refreshes counts the changes of cards that DingTalk was asked for.
func (c *cluster) refreshes() (n int) {
	for _, call := range c.world.Calls(0) {
		if call.Name == "PUT /v1.0/card/instances" {
			n++
		}
	}
	return n
}
