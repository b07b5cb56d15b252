package remind_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot/remind"
	"yiqun/intents/zhtime"
)

// someDays are the kinds of days that a rule may pick.
var someDays = []string{
	"FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=MO,TH,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
	"FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=29,30", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=25",
	"FREQ=MONTHLY;BYDAY=2MO", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1",
	"FREQ=YEARLY;X-YEARLY=农历12-23", "FREQ=YEARLY;X-YEARLY=农历8-15", "FREQ=YEARLY;X-YEARLY=农历6-1", "FREQ=YEARLY;X-YEARLY=除夕",
	"FREQ=MONTHLY;X-LUNAR=1,15", "FREQ=MONTHLY;X-LUNAR=30", "FREQ=DAILY;X-WORKDAYS=1", "FREQ=MONTHLY;X-NTHWORKDAY=-1", "FREQ=MONTHLY;X-NTHWORKDAY=2",
}

// someRule draws a rule, and where and from when on it is reckoned.
func someRule(t *rapid.T) (remind.Rule, remind.Place, time.Time) {
	name := rapid.SampledFrom([]string{"Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin", "America/New_York"}).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, zone).Add(time.Duration(rapid.IntRange(0, 5*366*24*60).Draw(t, "from")) * time.Minute)
	spec := rapid.SampledFrom(someDays).Draw(t, "days")
	spec += ";X-AT=" + strings.Join(rapid.SampledFrom([][]string{{"09:00"}, {"02:30"}, {"08:00", "20:00"}, {"00:00"}}).Draw(t, "times"), ",")
	plain := !strings.Contains(spec, "INTERVAL")
	if plain && rapid.Bool().Draw(t, "shift") {
		spec += ";X-SHIFT=1"
	}
	if plain && rapid.Bool().Draw(t, "before") {
		spec += fmt.Sprintf(";X-BEFORE=%d", rapid.IntRange(1, 14).Draw(t, "by"))
	}
	r := remind.Rule{Spec: spec, From: from, Workdays: rapid.IntRange(0, 3).Draw(t, "workdays") == 0}
	place := remind.Place{Zone: zone, Calendar: zhtime.DefaultCalendar()}
	coming := r.Coming(place, from, 6)
	if len(coming) > 2 && rapid.Bool().Draw(t, "excepted") {
		r.Except = []string{coming[rapid.IntRange(0, 2).Draw(t, "which")].In(zone).Format(time.DateOnly)}
	}
	if len(coming) > 4 && rapid.IntRange(0, 3).Draw(t, "ends") == 0 {
		r.Until = coming[rapid.IntRange(1, 4).Draw(t, "last")]
	}
	return r, place, from
}

// TestWhatComesIsWhatFires: whatever the rule, the times that are named beforehand are
// those at which it then fires: none early, none twice, none left out but those that are
// excepted or beyond the end, on workdays where the rule says so.
func TestWhatComesIsWhatFires(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule, place, from := someRule(t)
		coming := rule.Coming(place, from, 8)
		require.True(t, slices.IsSortedFunc(coming, func(a, b time.Time) int {
			if !a.Before(b) {
				return 1
			}
			return -1
		}), "in order, none twice: %v", coming)
		for _, at := range coming {
			local := at.In(place.Zone)
			require.True(t, at.After(from), "early")
			require.NotContains(t, rule.Except, local.Format(time.DateOnly))
			require.True(t, rule.Until.IsZero() || at.Before(rule.Until))
			if rule.Workdays || strings.Contains(rule.Spec, "X-SHIFT") {
				require.True(t, place.Calendar.Workday(local), "%s is no workday", local)
			}
		}
		if len(coming) == 0 {
			return
		}
		r := remind.Reminder{Rule: rule, Next: coming[0], Version: 1}
		for _, at := range coming {
			_, _, early := r.Fire(place, at.Add(-time.Second))
			require.False(t, early, "before %s", at)
			next, f, ok := r.Fire(place, at.Add(time.Duration(rapid.IntRange(0, 50).Draw(t, "late"))*time.Second))
			require.True(t, ok)
			require.True(t, f.Due.Equal(at), "named %s, fired for %s", at, f.Due)
			require.Zero(t, f.Missed)
			r = next
		}
		require.Equal(t, len(rule.Coming(place, from, 9)) == len(coming), r.Over(), "it ends when nothing comes any more")
	})
}

// TestDaysThatNotEveryMonthHas: what falls on a day that a month, a year or a lunar year
// does not have is left out, and never moved to another.
func TestDaysThatNotEveryMonthHas(t *testing.T) {
	for name, c := range map[string]struct {
		spec string
		from time.Time
		want []string
	}{
		"the 31st": {"FREQ=MONTHLY;BYMONTHDAY=31;X-AT=09:00", time.Date(2026, 1, 31, 10, 0, 0, 0, zone),
			[]string{"2026-03-31 09:00", "2026-05-31 09:00", "2026-07-31 09:00"}},
		"the last of the month": {"FREQ=MONTHLY;BYMONTHDAY=-1;X-AT=09:00", time.Date(2028, 1, 31, 10, 0, 0, 0, zone),
			[]string{"2028-02-29 09:00", "2028-03-31 09:00", "2028-04-30 09:00"}},
		"the 29th of February": {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;X-AT=09:00", time.Date(2026, 1, 1, 0, 0, 0, 0, zone),
			[]string{"2028-02-29 09:00", "2032-02-29 09:00", "2036-02-29 09:00"}},
		"a lunar date of the month that comes twice, yearly": {"FREQ=YEARLY;X-YEARLY=农历6-1;X-AT=09:00", time.Date(2025, 1, 1, 0, 0, 0, 0, zone),
			[]string{"2025-06-25 09:00", "2026-07-14 09:00", "2027-07-04 09:00"}},
		"the first of each lunar month, the leap month among them": {"FREQ=MONTHLY;X-LUNAR=1;X-AT=09:00", time.Date(2025, 6, 20, 0, 0, 0, 0, zone),
			[]string{"2025-06-25 09:00", "2025-07-25 09:00", "2025-08-23 09:00"}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, local(every(c.spec, c.from).Coming(here, c.from, 3))) })
	}
}
