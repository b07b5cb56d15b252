package remind_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot/remind"
	"yiqun/intents/zhtime"
)

func every(spec string, from time.Time) remind.Rule { return remind.Rule{Spec: spec, From: from} }

func TestComingObeysHolidaysEndsAndExceptions(t *testing.T) {
	from := time.Date(2026, 9, 20, 9, 0, 0, 0, zone)
	tuesdays := "FREQ=WEEKLY;BYDAY=TU;X-AT=19:30"
	ended, excepted, worked := every(tuesdays, from), every(tuesdays, from), every("FREQ=DAILY;X-AT=08:00", from)
	ended.Until = time.Date(2026, 9, 29, 19, 30, 0, 0, zone)
	excepted.Except = []string{"2026-09-22"}
	worked.Workdays = true
	for name, c := range map[string]struct {
		rule remind.Rule
		want []string
	}{
		"plain": {every(tuesdays, from), []string{"2026-09-22 19:30", "2026-09-29 19:30", "2026-10-06 19:30"}},
		"the seventh of the holiday is moved to the first workday after": {every(tuesdays+";X-SHIFT=1", from),
			[]string{"2026-09-22 19:30", "2026-09-29 19:30", "2026-10-08 19:30"}},
		"it ends before the end": {ended, []string{"2026-09-22 19:30"}},
		"an exception":           {excepted, []string{"2026-09-29 19:30", "2026-10-06 19:30", "2026-10-13 19:30"}},
		"a make-up Sunday is a workday, the festival is not": {worked,
			[]string{"2026-09-21 08:00", "2026-09-22 08:00", "2026-09-23 08:00"}},
		"the lunar date moves": {every("FREQ=YEARLY;X-YEARLY=农历12-23;X-AT=09:00", from),
			[]string{"2027-01-30 09:00", "2028-01-19 09:00", "2029-02-06 09:00"}},
		"of a broken spec nothing comes": {every("FREQ=NEVER", from), nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, local(c.rule.Coming(here, from, 3))) })
	}
}

// TestClockChange: on the day the clocks change a daily reminder comes once, at its
// local time or right after the hour that does not exist.
func TestClockChange(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	place := remind.Place{Zone: berlin, Calendar: zhtime.DefaultCalendar()}
	for name, c := range map[string]struct {
		from time.Time
		at   string
		want []string
	}{
		"spring, in the hour that does not exist": {time.Date(2026, 3, 28, 12, 0, 0, 0, berlin), "02:30", []string{"03-29 03:30", "03-30 02:30"}},
		"autumn, in the hour that comes twice":    {time.Date(2026, 10, 24, 12, 0, 0, 0, berlin), "02:30", []string{"10-25 02:30", "10-26 02:30"}},
		"spring, at noon":                         {time.Date(2026, 3, 28, 13, 0, 0, 0, berlin), "12:00", []string{"03-29 12:00", "03-30 12:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			rule := every("FREQ=DAILY;X-AT="+c.at, c.from)
			var got []string
			at := c.from
			for range 2 {
				next := rule.Coming(place, at, 1)
				require.Len(t, next, 1)
				at = next[0]
				got = append(got, at.In(berlin).Format("01-02 15:04"))
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// TestFireOnceHoweverTheClockRuns drives a reminder by a clock that jumps both ways: it
// never comes early, never twice for one time, and what was passed over is counted.
func TestFireOnceHoweverTheClockRuns(t *testing.T) {
	specs := []string{
		"FREQ=DAILY;X-AT=08:00,20:00", "FREQ=WEEKLY;BYDAY=TU;X-AT=19:30;X-SHIFT=1", "FREQ=MONTHLY;BYMONTHDAY=-1;X-AT=09:00",
		"FREQ=DAILY;X-WORKDAYS=1;X-AT=08:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;X-AT=09:00",
	}
	rapid.Check(t, func(t *rapid.T) {
		r := remind.Reminder{Rule: every(rapid.SampledFrom(specs).Draw(t, "spec"), now), Version: 1}
		r.Next = r.Rule.Coming(here, now, 1)[0]
		first := r.Next
		clock, came, last := now, 0, time.Time{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			clock = clock.Add(time.Duration(rapid.IntRange(-72, 240).Draw(t, "hours")) * time.Hour)
			next, f, ok := r.Fire(here, clock)
			if !ok {
				continue
			}
			came += 1 + f.Missed
			require.False(t, f.Due.After(clock), "early")
			require.True(t, f.Due.After(last), "twice")
			require.True(t, next.Next.After(clock))
			require.Equal(t, r.Version+1, next.Version)
			last, r = f.Due, next
		}
		if came > 0 {
			all := r.Rule.Coming(here, first.Add(-time.Second), came)
			require.Equal(t, last.UTC(), all[len(all)-1].UTC(), "none is left out of the count")
		}
	})
}

func TestOnceIsOverAfterItCame(t *testing.T) {
	r := remind.Reminder{Rule: remind.Rule{Once: now.Add(time.Hour)}, Next: now.Add(time.Hour), Version: 1}
	_, _, ok := r.Fire(here, now)
	assert.False(t, ok, "not early")
	r, f, ok := r.Fire(here, now.Add(48*time.Hour))
	require.True(t, ok)
	assert.True(t, r.Over())
	assert.True(t, f.Due.Equal(now.Add(time.Hour)))
	assert.True(t, r.Fresh(f).Before(now.Add(48*time.Hour)), "two days late is not worth telling")
}

func TestMutingTheOnlyRecipientEndsIt(t *testing.T) {
	r := remind.Reminder{For: named("wang"), Next: now, Version: 1}
	assert.True(t, r.Mute("wang").Over())
	r.For = named("wang", "li")
	muted := r.Mute("wang").Mute("wang")
	assert.False(t, muted.Over())
	assert.Len(t, muted.Muted, 1)
}
