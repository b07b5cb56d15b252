package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot/calendar"
	"yiqun/intents/zhtime"
)

var zone = time.FixedZone("CST", 8*3600)

func at(month time.Month, day int) time.Time { return time.Date(2026, month, day, 19, 0, 0, 0, zone) }

func shipped(t testing.TB) []calendar.Rule {
	t.Helper()
	rules, err := calendar.Shipped()
	require.NoError(t, err)
	return rules
}

func rule(t testing.TB, id string) calendar.Rule {
	t.Helper()
	for _, r := range shipped(t) {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no rule %s", id)
	return calendar.Rule{}
}

func TestYearInWords(t *testing.T) {
	held := []calendar.Held{
		{Kind: "支部党员大会", At: at(6, 20)}, {Kind: "支部党员大会", At: at(3, 12)}, {Kind: "党课", At: at(3, 12)},
		{Kind: "组织生活会", At: at(11, 2)},
	}
	for _, c := range []struct {
		rule, want string
		now        time.Time
	}{
		{"party.general", "支部党员大会（一般每季度1次）：一季度3月12日，二季度6月20日，三季度没有记录，四季度还没开，到12月31日", at(11, 22)},
		{"party.general", "支部党员大会（一般每季度1次）：一季度3月12日，二季度6月20日，三季度还没开，到9月30日", at(7, 1)},
		{"party.class", "党课（每季度1次，本地习惯）：一季度3月12日，二季度没有记录，三季度没有记录，四季度还没开，到12月31日", at(11, 22)},
		{"party.appraise", "民主评议党员（每年1次）：2026年11月2日", at(11, 22)},
	} {
		year := calendar.Year([]calendar.Rule{rule(t, c.rule)}, held, 2026, time.Time{}, c.now)
		require.Len(t, year, 1)
		assert.Equal(t, c.want, year[0].String())
	}
	year := calendar.Year([]calendar.Rule{rule(t, "party.orglife")}, nil, 2026, time.Time{}, at(6, 1))
	assert.Equal(t, "组织生活会（一般每年1次）：还没到时候", year[0].String(), "the fourth quarter is its time")
}

func TestNothingIsSaidOfTheTimeBefore(t *testing.T) {
	year := calendar.Year([]calendar.Rule{rule(t, "party.themeday")}, nil, 2026, at(10, 15), at(11, 22))
	assert.Equal(t, "主题党日（每月1次）：10月没有记录，11月还没开，到11月30日", year[0].String())
}

func TestWhatABranchDoesNotHaveIsNotLookedFor(t *testing.T) {
	groups := []calendar.Rule{rule(t, "party.group")}
	assert.Empty(t, calendar.Year(groups, nil, 2026, time.Time{}, at(11, 22)))
	held := []calendar.Held{{Kind: "党小组会", At: at(1, 9).AddDate(-1, 0, 0)}}
	year := calendar.Year(groups, held, 2026, at(11, 1), at(11, 22))
	assert.Equal(t, "党小组会（一般每月1次）：11月还没开，到11月30日", year[0].String())
}

func TestWhatIsNotVerifiedIsOff(t *testing.T) {
	for _, r := range shipped(t) {
		if r.State == "U" {
			assert.False(t, r.On(), r.ID)
			r.Off = false
			assert.False(t, r.On(), "%s cannot be turned on while it is not verified", r.ID)
		}
	}
	assert.True(t, rule(t, "party.general").On())
}

func TestWarningsComeInGoodTimeOnWorkingDays(t *testing.T) {
	workday := zhtime.DefaultCalendar().Workday
	year := calendar.Year([]calendar.Rule{rule(t, "party.general")}, []calendar.Held{{Kind: "支部党员大会", At: at(3, 12)}}, 2026, time.Time{}, at(7, 1))
	warnings := calendar.Warnings(year, workday)
	var said []string
	for _, w := range warnings {
		said = append(said, w.At.Format("01-02 15:04 ")+w.String())
		assert.True(t, workday(w.At))
	}
	assert.Equal(t, []string{
		"06-09 09:00 二季度的支部党员大会还没有记录（一般每季度1次），到6月30日。",
		"07-01 09:00 二季度的支部党员大会没有记录（一般每季度1次）。开过的话补记一下就行。",
		"09-09 09:00 三季度的支部党员大会还没有记录（一般每季度1次），到9月30日。",
		// 国庆 until the 7th.
		"10-08 09:00 三季度的支部党员大会没有记录（一般每季度1次）。开过的话补记一下就行。",
		"12-10 09:00 四季度的支部党员大会还没有记录（一般每季度1次），到12月31日。",
		"01-04 09:00 四季度的支部党员大会没有记录（一般每季度1次）。开过的话补记一下就行。",
	}, said)
}

func TestARuleOfThePlaceReplacesTheShippedOne(t *testing.T) {
	own, err := calendar.Parse([]byte("- {id: party.class, name: 党课, kinds: [党课, 微党课], every: month, local: true, source: 本地, state: V}\n"))
	require.NoError(t, err)
	rules := calendar.With(shipped(t), own...)
	assert.Len(t, rules, len(shipped(t)))
	year := calendar.Year(rules, []calendar.Held{{Kind: "微党课", At: at(1, 8)}}, 2026, time.Time{}, at(1, 9))
	var said []string
	for _, s := range year {
		said = append(said, s.String())
	}
	assert.Contains(t, strings.Join(said, "\n"), "党课（每月1次，本地习惯）：1月8日")
}

func TestABadFileIsNamedInWhole(t *testing.T) {
	_, err := calendar.Parse([]byte("- {id: x, every: week, months: [13], state: V}\n"))
	require.Error(t, err)
	for _, want := range []string{"name", "kinds", "every", "months", "source"} {
		assert.Contains(t, err.Error(), want)
	}
	_, err = calendar.Parse([]byte("- {id: x, evry: month}\n"))
	assert.Error(t, err)
	rules, err := calendar.Parse(nil)
	assert.NoError(t, err)
	assert.Empty(t, rules)
}

// Holding one more never makes anything missing that was not, and what was held in
// time is never warned of.
func TestHoldingOneMoreNeverHarms(t *testing.T) {
	rules := shipped(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom(rules).Draw(t, "rule")
		day := rapid.IntRange(0, 364)
		var held []calendar.Held
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			held = append(held, calendar.Held{Kind: r.Kinds[0], At: at(1, 1).AddDate(0, 0, day.Draw(t, "day"))})
		}
		now := at(1, 1).AddDate(0, 0, day.Draw(t, "now"))
		held = append(held, calendar.Held{Kind: r.Kinds[0], At: at(1, 1).AddDate(-1, 0, 0)}) // so that it is looked for
		fewer := calendar.Year([]calendar.Rule{r}, held, 2026, time.Time{}, now)
		more := calendar.Year([]calendar.Rule{r}, append(held, calendar.Held{Kind: r.Kinds[0], At: at(1, 1).AddDate(0, 0, day.Draw(t, "one more"))}), 2026, time.Time{}, now)
		for i := range fewer {
			total := 0
			for j, span := range fewer[i].Spans {
				total += len(span.Held)
				assert.LessOrEqual(t, more[i].Spans[j].Missing, span.Missing)
			}
			assert.Equal(t, len(held)-1, total, "everything is in exactly one period")
		}
		assert.LessOrEqual(t, len(calendar.Warnings(more, nil)), len(calendar.Warnings(fewer, nil)))
	})
}
