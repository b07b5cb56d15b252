package meeting_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/meeting"
	"yiqun/intents/zhtime"
)

func TestAWeeklyMeetingIsMovedToAWorkday(t *testing.T) {
	w := meeting.Weekly{Day: 2, Hour: 9}
	workday := zhtime.DefaultCalendar().Workday
	at := func(text string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("CST", 8*3600))
		assert.NoError(t, err)
		return out
	}
	for _, c := range []struct{ last, now, next, set, told string }{
		{"2026-09-15 15:00", "2026-09-16 10:00", "2026-09-22 15:00", "2026-09-21 09:00", "2026-09-23 09:00"},
		{"2026-09-22 15:00", "2026-09-28 09:00", "2026-10-08 15:00", "2026-09-30 09:00", "2026-10-09 09:00"}, // 国庆; this week's is set
		{"2026-10-08 15:00", "2026-10-08 16:00", "2026-10-13 15:00", "2026-10-12 09:00", "2026-10-14 09:00"},
	} {
		next := w.Next(at(c.last), at(c.now), workday)
		assert.Equal(t, at(c.next), next)
		assert.Equal(t, at(c.set), w.Before(next, workday))
		assert.Equal(t, at(c.told), w.After(next, workday))
	}
}

func TestANextSessionIsAlwaysAWorkdayStillOpenForTopics(t *testing.T) {
	workday := zhtime.DefaultCalendar().Workday
	rapid.Check(t, func(t *rapid.T) {
		w := meeting.Weekly{Day: rapid.IntRange(1, 7).Draw(t, "day"), Hour: rapid.IntRange(0, 23).Draw(t, "hour")}
		last := time.Date(2026, 1, 1, 15, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 700).Draw(t, "last"))
		now := last.Add(time.Duration(rapid.IntRange(-200, 2000).Draw(t, "hours")) * time.Hour)
		next := w.Next(last, now, workday)
		assert.True(t, workday(next))
		assert.True(t, next.After(last))
		assert.True(t, w.Before(next, workday).After(now))
	})
}
