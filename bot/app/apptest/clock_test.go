package apptest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/ballot"
)

// wrongs are how far the machine's clock is off in these tests.
var wrongs = []time.Duration{48 * time.Hour, -48 * time.Hour}

// whileWrong plays a story on each platform for each of wrongs; the story sets the clock
// wrong, and puts it right. Nothing may be lost, doubled, or stand wrong in the records.
func whileWrong(t *testing.T, play func(s *street, by time.Duration)) {
	for _, on := range both {
		for _, by := range wrongs {
			t.Run(fmt.Sprint(on, by), func(t *testing.T) {
				t.Parallel()
				s := newStreet(t, apptest.Setup{}, on)
				play(s, by)
				s.whole()
			})
		}
	}
}

// TestAVoteGoesOnWhileTheClockIsWrong: who votes, or votes otherwise, is counted, on the
// day it is wrong and on the day it is right again.
func TestAVoteGoesOnWhileTheClockIsWrong(t *testing.T) {
	whileWrong(t, func(s *street, by time.Duration) {
		s.say("陈志强", "表决 周六大扫除改到上午九点 截止周五18:00")
		s.press("王建国", ballot.No.Word())
		s.Clock.Advance(time.Minute)
		s.Machine.SetWrong(by)
		for _, who := range []string{"王建国", "赵敏", "孙立", "刘桂兰"} {
			s.press(who, ballot.Abstain.Word())
			s.Clock.Advance(time.Minute)
		}
		s.press("王建国", ballot.Yes.Word())
		s.Clock.Advance(time.Minute)
		s.Machine.SetWrong(0)
		for _, who := range []string{"赵敏", "孙立"} {
			s.press(who, ballot.No.Word())
		}
		s.press("李红梅", ballot.Yes.Word())
		s.Clock.Set(monday.AddDate(0, 0, 4).Add(9 * time.Hour))
		require.Contains(s.t, strings.Join(s.heard(), "\n"), "收到5人的意见；赞成2，反对2，弃权1")
	})
}

// TestAVoteOpenedByAWrongClock can be voted in, and changed, once the clock is right.
func TestAVoteOpenedByAWrongClock(t *testing.T) {
	whileWrong(t, func(s *street, by time.Duration) {
		s.Machine.SetWrong(by)
		s.say("陈志强", "表决 周六大扫除改到上午九点 截止11月27日18:00")
		s.press("王建国", ballot.Yes.Word())
		s.Clock.Advance(time.Minute)
		s.Machine.SetWrong(0)
		s.press("王建国", ballot.No.Word())
		s.press("赵敏", ballot.Yes.Word())
		s.Clock.Advance(time.Minute)
		s.press("赵敏", ballot.No.Word())
		s.Clock.Set(monday.AddDate(0, 0, 4).Add(9 * time.Hour))
		require.Contains(s.t, strings.Join(s.heard(), "\n"), "收到2人的意见；赞成0，反对2，弃权0")
	})
}

// TestNoVoteIsClosedByAClockThatIsPutBack: a clock that was set past a close ends nothing
// for a while. Put back in time, it has changed nothing; left as it is, it is believed.
func TestNoVoteIsClosedByAClockThatIsPutBack(t *testing.T) {
	for _, right := range []bool{true, false} {
		for _, on := range both {
			t.Run(fmt.Sprint(on, right), func(t *testing.T) {
				t.Parallel()
				s := newStreet(t, apptest.Setup{}, on)
				s.say("陈志强", "表决 周六大扫除改到上午九点 匿名 截止今天18:00")
				s.press("王建国", ballot.Yes.Word())
				s.Machine.SetWrong(48 * time.Hour)
				require.Empty(t, s.heard(), "two days are over at once")
				s.Clock.Advance(10 * time.Minute)
				require.Empty(t, s.heard())
				if right {
					s.Machine.SetWrong(0)
					s.press("赵敏", ballot.No.Word())
					s.Clock.Set(monday.Add(9*time.Hour - time.Minute))
					require.NotContains(t, strings.Join(s.heard(), "\n"), "收到")
					require.True(t, s.closedAt().IsZero())
					s.Clock.Set(monday.Add(9 * time.Hour))
					require.Contains(t, strings.Join(s.heard(), "\n"), "收到2人的意见；赞成1，反对1")
					require.Equal(t, monday.Add(9*time.Hour).Unix(), s.closedAt().Unix())
				} else {
					s.Clock.Advance(6 * time.Minute)
					require.Contains(t, strings.Join(s.heard(), "\n"), "收到1人的意见；赞成1")
				}
				s.whole()
			})
		}
	}
}

// closedAt is when the records say the first vote was closed; zero while it runs.
func (s *street) closedAt() (at time.Time) {
	s.t.Helper()
	m := s.matters()[0]
	s.view(func(v view) error {
		p, err := v.Poll(s.t.Context(), ballot.PollID{Matter: m.ID, Step: "vote", Round: 1})
		at = p.Closed
		return err
	})
	return at
}

// TestNothingIsErasedByAClockThatIsPutBack: two years ahead for a minute, and every word
// that is kept for one is still there.
func TestNothingIsErasedByAClockThatIsPutBack(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	s.say("刘桂兰", "点单 楼道灯坏了")
	s.say("陈志强", "不受理 1 不归社区管")
	words := func() (found bool) {
		s.view(func(v view) error {
			text, err := v.Text(t.Context(), s.matters()[0].ID, 1)
			for _, w := range text {
				found = found || strings.Contains(w, "楼道灯")
			}
			return err
		})
		return found
	}
	require.True(t, words())
	s.Machine.SetWrong(2 * 366 * 24 * time.Hour)
	require.NoError(t, s.App.Service.Purge(t.Context()))
	require.True(t, words())
	s.Clock.Advance(16 * time.Minute)
	require.NoError(t, s.App.Service.Purge(t.Context()))
	require.False(t, words(), "a clock that stays is believed")
}

// TestTenMinutesByAClockThatWasWrong: what was done while it was wrong cannot be taken
// back days later because the clock has not come that far yet.
func TestTenMinutesByAClockThatWasWrong(t *testing.T) {
	whileWrong(t, func(s *street, by time.Duration) {
		s.Clock.Advance(72 * time.Hour) // or nobody has a post yet by a clock that is behind
		s.say("刘桂兰", "点单 楼道灯坏了")
		s.Machine.SetWrong(by)
		s.say("陈志强", "下单 1")
		s.Clock.Advance(time.Minute)
		s.Machine.SetWrong(0)
		s.Clock.Advance(time.Hour)
		require.Contains(s.t, strings.Join(s.say("陈志强", "撤销 1"), "\n"), "不能撤销")
	})
}

// TestNumbersAndIDsWhileTheClockIsWrong: whatever the clock says, no id comes twice, and a
// matter keeps its number and the order of its acts.
func TestNumbersAndIDsWhileTheClockIsWrong(t *testing.T) {
	whileWrong(t, func(s *street, by time.Duration) {
		for i, wrong := range []time.Duration{0, by, 0, by, 0} {
			s.Machine.SetWrong(wrong)
			said := strings.Join(s.say("刘桂兰", fmt.Sprintf("点单 %d栋灯坏了", i+1)), "\n")
			require.Contains(s.t, said, fmt.Sprintf("#%d", i+1))
			s.say("陈志强", fmt.Sprintf("下单 %d", i+1))
		}
		ids := map[bot.MatterID]bool{}
		var numbers []int
		for _, m := range s.matters() {
			ids[m.ID] = true
			numbers = append(numbers, m.Number)
		}
		require.Len(s.t, ids, 5)
		slices.Sort(numbers)
		require.Equal(s.t, []int{1, 2, 3, 4, 5}, numbers)
	})
}

// TestAClaimWhileTheClockIsWrong lapses six days after it was made, and not before.
func TestAClaimWhileTheClockIsWrong(t *testing.T) {
	whileWrong(t, func(s *street, by time.Duration) {
		s.say("刘桂兰", "点单 楼道灯坏了")
		s.say("陈志强", "下单 1")
		s.say("王建国", "接单 1")
		holders := func() int { return len(s.matters()[0].Holders) }
		s.Clock.Set(monday.AddDate(0, 0, 5))
		s.heard()
		s.Machine.SetWrong(by)
		s.heard()
		require.Equal(s.t, 1, holders())
		s.Clock.Advance(5 * time.Minute)
		s.heard()
		s.Machine.SetWrong(0)
		s.Clock.Set(monday.AddDate(0, 0, 6).Add(-time.Minute))
		s.heard()
		require.Equal(s.t, 1, holders())
		s.Clock.Set(monday.AddDate(0, 0, 6).Add(time.Hour))
		s.heard()
		require.Zero(s.t, holders())
	})
}
