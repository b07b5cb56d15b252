package remind_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot/remind"
)

var policy = remind.DefaultPolicy()

func clock(h, m int) time.Time { return time.Date(2026, 11, 23, h, m, 0, 0, zone) }

func TestAwake(t *testing.T) {
	for at, want := range map[time.Time]time.Time{
		clock(7, 29):  clock(7, 30),
		clock(7, 30):  clock(7, 30),
		clock(11, 59): clock(11, 59),
		clock(12, 0):  clock(14, 0),
		clock(21, 29): clock(21, 29),
		clock(21, 30): clock(7, 30).AddDate(0, 0, 1),
		clock(0, 0):   clock(7, 30),
	} {
		assert.Equal(t, want, policy.Awake(at), at.Format("15:04"))
	}
}

func note(id string, kind remind.Kind, due time.Time) remind.Notice {
	return remind.Notice{ID: id, To: remind.Person("wang"), Kind: kind, Due: due, Look: due, Stale: due.Add(12 * time.Hour)}
}

func ids(ns []remind.Notice) string {
	var out strings.Builder
	for _, n := range ns {
		out.WriteString(n.ID)
	}
	return out.String()
}

func TestPlan(t *testing.T) {
	urgent := note("u", remind.Duty, clock(22, 0))
	urgent.Urgent = true
	group := note("g", remind.Asked, clock(10, 0))
	group.To = remind.Groups("grid")
	for name, c := range map[string]struct {
		waiting    []remind.Notice
		told       int
		now        time.Time
		say, stale string
		look       time.Time
	}{
		"before its time it waits":                      {[]remind.Notice{note("a", remind.Asked, clock(10, 0))}, 0, clock(9, 59), "", "", clock(10, 0)},
		"at its time it is told":                        {[]remind.Notice{note("a", remind.Asked, clock(10, 0))}, 0, clock(10, 0), "a", "", time.Time{}},
		"two at once are one message":                   {[]remind.Notice{note("b", remind.Asked, clock(10, 0)), note("a", remind.Duty, clock(9, 0))}, 0, clock(10, 0), "ab", "", time.Time{}},
		"at night it waits for the morning":             {[]remind.Notice{note("a", remind.Duty, clock(22, 0))}, 0, clock(22, 0), "", "", clock(7, 30).AddDate(0, 0, 1)},
		"over noon it waits":                            {[]remind.Notice{note("a", remind.Asked, clock(12, 30))}, 0, clock(12, 30), "", "", clock(14, 0)},
		"what somebody wished for themselves comes":     {[]remind.Notice{note("a", remind.Own, clock(22, 0)), note("b", remind.Duty, clock(21, 50))}, 9, clock(22, 0), "a", "", clock(7, 30).AddDate(0, 0, 1)},
		"what is urgent by rule comes":                  {[]remind.Notice{urgent}, 9, clock(22, 0), "u", "", time.Time{}},
		"over the budget it waits for the digest":       {[]remind.Notice{note("a", remind.Asked, clock(10, 0))}, 3, clock(10, 0), "", "", clock(8, 30).AddDate(0, 0, 1)},
		"a group's budget is smaller":                   {[]remind.Notice{group}, 2, clock(10, 0), "", "", clock(8, 30).AddDate(0, 0, 1)},
		"with a message that goes anyway the rest goes": {[]remind.Notice{note("a", remind.Own, clock(10, 0)), note("b", remind.Asked, clock(9, 0))}, 3, clock(10, 0), "ba", "", time.Time{}},
		"what is too old is not told":                   {[]remind.Notice{note("a", remind.Asked, clock(9, 0).AddDate(0, 0, -1))}, 0, clock(9, 0), "", "a", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			p := policy.Plan(c.waiting, c.told, c.now)
			assert.Equal(t, c.say, ids(p.Say))
			assert.Equal(t, c.stale, ids(p.Stale))
			for _, n := range p.Wait {
				assert.Equal(t, c.look, n.Look)
			}
			assert.Equal(t, !c.look.IsZero(), len(p.Wait) > 0)
		})
	}
}

// TestEveryNoticeIsInExactlyOnePart: none is lost or told early, what waits is looked
// at later, and quiet hours hold for all but what is exact.
func TestEveryNoticeIsInExactlyOnePart(t *testing.T) {
	kinds := []remind.Kind{remind.Own, remind.Asked, remind.Duty, remind.News}
	rapid.Check(t, func(t *rapid.T) {
		at := now.Add(time.Duration(rapid.IntRange(0, 24*60*30).Draw(t, "minute")) * time.Minute)
		var waiting []remind.Notice
		for i := range rapid.IntRange(0, 8).Draw(t, "n") {
			n := note(fmt.Sprintf("%d;", i), rapid.SampledFrom(kinds).Draw(t, "kind"), at.Add(time.Duration(rapid.IntRange(-3000, 300).Draw(t, "due"))*time.Minute))
			n.Urgent = rapid.IntRange(0, 9).Draw(t, "urgent") == 0
			waiting = append(waiting, n)
		}
		told := rapid.IntRange(0, 5).Draw(t, "told")
		p := policy.Plan(waiting, told, at)
		require.Len(t, waiting, len(p.Say)+len(p.Stale)+len(p.Wait))
		quiet := policy.Awake(at).After(at)
		seenCalm := false
		for _, n := range p.Say {
			require.False(t, n.Due.After(at))
			require.False(t, at.After(n.Stale))
			require.False(t, quiet && !n.Urgent && n.Kind != remind.Own)
			require.False(t, n.Urgent && seenCalm, "urgent first")
			seenCalm = seenCalm || !n.Urgent
		}
		for _, n := range p.Wait {
			require.True(t, n.Look.After(at), "looked at later")
		}
	})
}

func TestTogetherAndMissed(t *testing.T) {
	assert.Equal(t, "交材料", remind.Together([]string{"交材料"}))
	assert.Equal(t, "今天有2件事：\n1. 交材料\n2. 开会", remind.Together([]string{"交材料", "开会"}))
	assert.Empty(t, remind.Missed([]remind.Notice{{Matter: "m"}}, now))
	assert.Equal(t, "有提醒没能按时送到：11月22日(周日) 10:00 交材料。",
		remind.Missed([]remind.Notice{{Reminder: "r", Text: "交材料", Due: now.AddDate(0, 0, -1)}}, now))
}
