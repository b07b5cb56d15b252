package service

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
)

func TestAGroupHearsOnlyOfRemindersSetThere(t *testing.T) {
	here := remind.Reminder{Node: "here", Open: true}
	there := remind.Reminder{Node: "there", Open: true}
	private := remind.Reminder{Node: "here"}
	s := &session{node: roster.Node{ID: "here"}}
	assert.True(t, s.shownHere(here))
	assert.False(t, s.shownHere(there), "somebody in two groups")
	assert.False(t, s.shownHere(private))
	s.e.Chat = bot.Chat{Private: true}
	for _, r := range []remind.Reminder{here, there, private} {
		assert.True(t, s.shownHere(r), "all of them in private")
	}
}

func TestACalendarIsAnsweredByName(t *testing.T) {
	says := []string{"提醒我 农历七月十五 上坟", "提醒我 公历七月十五日 上坟"}
	for said, want := range map[string]int{"农历": 1, "阴历的": 1, "是农历": 1, "公历": 2, "阳历。": 2, "新曆": 2, "上坟": 0, "七月十五": 0, "农历新年": 0, "1": 0} {
		assert.Equal(t, want, sayingOf(says, said), said)
	}
	assert.Zero(t, sayingOf([]string{"表决 农历活动"}, "农历"), "what has but one meaning takes a plain yes")
	assert.Zero(t, sayingOf([]string{"农历甲", "农历乙"}, "农历"))
}
