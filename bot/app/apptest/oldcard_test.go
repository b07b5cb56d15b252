package apptest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// TestAnOlderCardOfAVote: a newer one takes no call to close the older (DingTalk meters
// each change of a card). A press on it counts, and once the vote was changed or has
// ended it says so and shows what holds now.
func TestAnOlderCardOfAVote(t *testing.T) {
	for _, on := range both {
		t.Run(string(on), func(t *testing.T) {
			t.Parallel()
			s := newStreet(t, apptest.Setup{}, on)
			s.say("陈志强", "表决 周六大扫除改到上午九点 截止今天18:00")
			old, yes := s.newest("赞成")
			press := func(who, bubble, key string) string {
				require.NoError(t, s.World.Press(who, bubble, key, nil))
				s.Quiet()
				return apptest.Reads(s.World.Bubble(bubble), who)
			}
			s.say("陈志强", "改 1 截止今天19:00")
			assert.Contains(t, press("王建国", old, yes), "这张卡片是以前的")
			amended, yes := s.newest("赞成")
			assert.NotEqual(t, old, amended)
			assert.Contains(t, press("王建国", old, yes), "已投1人", "the refused press has shown the vote as it is")

			s.say("赵敏", "查 1")
			newest, yes := s.newest("赞成")
			require.NotEqual(t, amended, newest)
			assert.Contains(t, press("赵敏", amended, yes), "已投2人")
			s.Clock.Advance(2 * time.Hour)
			s.heard()
			if on == bot.DingTalk {
				shared := s.World.Bubble(newest).Card
				assert.Contains(t, apptest.Reads(&sim.Bubble{Card: shared}, ""), "已投2人", "everybody is shown it on the newest")
			}
			s.Clock.Advance(10 * time.Hour)
			s.heard()
			assert.Contains(t, press("孙立", amended, yes), "已截止")
			s.whole()
		})
	}
}

// TestACardOfAVoteThatWasTakenBack: WeCom lets no card be changed that nobody presses, so
// people go on seeing its buttons.
func TestACardOfAVoteThatWasTakenBack(t *testing.T) {
	for _, on := range both {
		t.Run(string(on), func(t *testing.T) {
			t.Parallel()
			s := newStreet(t, apptest.Setup{}, on)
			s.say("陈志强", "表决 周六大扫除改到上午九点 截止今天18:00")
			card, yes := s.newest("赞成")
			s.say("陈志强", "撤销 1")
			assert.Contains(t, s.forge("王建国", card, yes), "已经撤回，这一下没有计")
			s.whole()
		})
	}
}
