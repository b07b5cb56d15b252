package apptest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
)

// TestOthersSeeAPressByPUT: DingTalk shows the answer to a press to the presser
// only; everybody else needs one update of the card.
func TestOthersSeeAPressByPUT(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	s.say("刘桂兰", "点单 声控灯坏了")
	s.say("李红梅", "下单 1")
	bubble, key := s.newest("接单")
	before := len(s.World.Calls(0))
	reads := func(who string) string { return apptest.Reads(s.World.Bubble(bubble), who) }
	require.NoError(t, s.World.Press("王建国", bubble, key, nil))
	s.Until("the answer to the press", func() bool { return strings.Contains(reads("王建国"), "[办结]") })
	assert.NotContains(t, reads("刘桂兰"), "[办结]", "the answer is the presser's")
	s.heard()
	assert.Contains(t, reads("刘桂兰"), "[办结]")
	puts := 0
	for _, c := range s.World.Calls(before) {
		if strings.HasPrefix(c.Name, "PUT ") {
			puts++
		}
	}
	assert.Equal(t, 1, puts)
}

// TestPressAfterARestart: nothing in memory is needed to know what a button of an
// old card means, or to change that card.
func TestPressAfterARestart(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		s.say("刘桂兰", "点单 声控灯坏了")
		s.say("李红梅", "下单 1")
		s.Restart()
		assert.Contains(t, s.press("王建国", "接单"), "王建国")
		require.Len(t, s.matters()[0].Holders, 1)
		assert.Equal(t, "王建国", s.name(s.matters()[0].Holders[0].Person))
	})
}
