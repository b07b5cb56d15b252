package apptest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/procedure"
	"yiqun/bot/sim"
)

// budget is how many calls a finished order may cost on each platform. DingTalk
// meters calls and webhook replies by the month for the whole organisation; WeCom
// meters messages by the minute and conversation, answers to presses not at all.
const budget = 6

// spent is what the bot has cost a platform so far: not the token, nor what the
// platform pushed to it.
func spent(w *sim.World, p bot.Platform) int {
	n := 0
	for _, c := range w.Calls(0) {
		if c.Platform == p && !c.Inbound && c.Counts != sim.Free && c.Counts != sim.WeComUpdates &&
			!strings.Contains(c.Name, "oauth2/accessToken") {
			n++
		}
	}
	return n
}

// TestAFinishedOrderCostsSixCalls plays one order from 点单 to its rating, typed,
// pressed and mixed, in one group and in a node's groups on both platforms.
func TestAFinishedOrderCostsSixCalls(t *testing.T) {
	const opening = "点单 3栋2单元声控灯坏了"
	ways := map[string]func(s *street){
		"typed": func(s *street) {
			s.say("刘桂兰", opening)
			s.say("陈志强", "下单 1")
			s.say("王建国", "接单 1")
			s.say("王建国", "办结 1 换了灯泡")
			s.say("刘桂兰", "评价 1 5 很快")
		},
		"pressed": func(s *street) {
			s.say("刘桂兰", opening)
			s.press("陈志强", "下单")
			s.press("王建国", "接单")
			s.press("王建国", "办结")
			s.press("刘桂兰", "5 很满意")
		},
		"mixed": func(s *street) {
			s.say("刘桂兰", opening)
			s.press("陈志强", "下单")
			s.say("王建国", "接单 1")
			s.say("王建国", "办结 1 换了灯泡")
			s.press("刘桂兰", "5 很满意")
		},
		"mixed the other way": func(s *street) {
			s.say("刘桂兰", opening)
			s.say("陈志强", "下单 1")
			s.press("王建国", "接单")
			s.say("王建国", "办结 1 换了灯泡")
			s.press("刘桂兰", "5 很满意")
		},
		"given to one": func(s *street) {
			s.say("刘桂兰", opening)
			s.say("陈志强", "下单 1 给王建国 周五前")
			s.say("王建国", "办结 1 换了灯泡")
			s.say("刘桂兰", "评价 1 5 很快")
		},
		"pressed by three": func(s *street) {
			s.say("刘桂兰", opening)
			s.press("陈志强", "下单")
			s.press("王建国", "接单")
			s.press("赵敏", "接单")
			s.press("孙立", "接单")
			s.press("王建国", "办结")
			s.press("刘桂兰", "5 很满意")
		},
		"never rated": func(s *street) {
			s.say("刘桂兰", opening)
			s.say("陈志强", "下单 1")
			s.say("王建国", "接单 1")
			s.say("王建国", "办结 1 换了灯泡")
			s.Clock.Advance(8 * 24 * time.Hour)
			s.heard()
		},
	}
	groups := map[string][]bot.Platform{
		"钉钉": {bot.DingTalk}, "企业微信": {bot.WeCom},
		"两边，在钉钉说": {bot.DingTalk, bot.WeCom}, "两边，在企业微信说": {bot.WeCom, bot.DingTalk},
	}
	for how, play := range ways {
		for where, platforms := range groups {
			if how == "pressed by three" && len(platforms) > 1 {
				continue // each further claim is one line more in the other group
			}
			t.Run(how+"/"+where, func(t *testing.T) {
				t.Parallel()
				s := newStreet(t, apptest.Setup{}, platforms...)
				play(s)
				require.Equal(t, procedure.Done, s.matters()[0].Outcome, "the order is finished")
				for _, p := range platforms {
					n := spent(s.World, p)
					t.Logf("%s: %d calls", p.Spoken(), n)
					assert.LessOrEqual(t, n, budget, "calls on %s", p.Spoken())
				}
				s.whole()
			})
		}
	}
}
