package apptest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// TestRunAnswersAndReminds: with its own loops, the bot answers as soon as an act is
// committed, and reminds when the clock says so.
func TestRunAnswersAndReminds(t *testing.T) {
	s := newStreet(t, apptest.Setup{Live: true}, both...)
	s.utter("刘桂兰", "点单 灯坏了")
	s.until("a card in each group", func(b *sim.Bubble) bool { return b.Card != nil }, 2)
	s.utter("李红梅", "下单 1 给王建国 明天下午五点前")
	s.until("the order in each group", saying("#1 已下单给王建国"), 2)
	s.Clock.Set(monday.AddDate(0, 0, 1).Add(8 * time.Hour))
	s.until("the reminder", saying("#1 灯坏了\n已经到期了"), 1)
	require.NoError(t, s.Stop())
	s.whole()
}

// TestAStopLosesNothing: the bot is stopped while everybody is talking. What was
// recorded has been told, or waits for the next start; nothing was told twice.
func TestAStopLosesNothing(t *testing.T) {
	for round := range 3 {
		s := newStreet(t, apptest.Setup{Live: true}, bot.DingTalk)
		for i := range 12 {
			s.utter(residents[i%len(residents)].Name, fmt.Sprintf("点单 %d栋灯坏了", i+1))
		}
		s.until("some answers", func(b *sim.Bubble) bool { return b.Card != nil }, 1+round*3)
		require.NoError(t, s.Stop())
		told := map[string]int{}
		for _, b := range s.World.Bubbles(func(b *sim.Bubble) bool { return b.Card != nil }) {
			ref, _, _ := strings.Cut(apptest.Reads(&b, ""), " ")
			told[ref]++
		}
		for ref, n := range told {
			assert.Equal(t, 1, n, "%s told more than once", ref)
		}
		var waiting int
		s.view(func(v view) error {
			rows, err := v.Ready(t.Context(), monday.AddDate(0, 0, 1), 100)
			waiting = len(rows)
			return err
		})
		assert.Len(t, s.matters(), len(told)+waiting, "each is told, or waits")
		s.whole()
	}
}

func saying(text string) func(*sim.Bubble) bool {
	return func(b *sim.Bubble) bool { return b.From == "" && strings.HasPrefix(apptest.Reads(b, ""), text) }
}

// utter says something in the group and does not wait.
func (s *street) utter(who, text string) {
	s.t.Helper()
	_, err := s.World.Say(sim.Utterance{Who: who, Chat: s.group[s.on], Text: "@" + apptest.BotName + " " + text})
	require.NoError(s.t, err)
}

// until waits for so many bubbles that match.
func (s *street) until(what string, match func(*sim.Bubble) bool, n int) {
	s.t.Helper()
	s.Until(what, func() bool { return len(s.World.Bubbles(match)) >= n })
}
