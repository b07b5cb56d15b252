package zhtime

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func date(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 9, 0, 0, 0, shanghai) }

func TestWorkdays(t *testing.T) {
	c := DefaultCalendar()
	for _, tt := range []struct {
		day  time.Time
		work bool
		why  string
	}{
		{date(2026, 2, 14), true, "a Saturday worked before the Spring Festival"},
		{date(2026, 2, 15), false, "the first day off"},
		{date(2026, 2, 23), false, "the last day off, a Monday"},
		{date(2026, 2, 24), true, "the day after"},
		{date(2026, 9, 20), true, "a Sunday worked for the National Day"},
		{date(2026, 9, 21), true, "a plain Monday"},
		{date(2026, 11, 28), false, "a plain Saturday"},
		{date(2025, 10, 8), false, "the eighth day of the joint holiday"},
		{date(2025, 10, 11), true, "the Saturday worked for it"},
		{date(2031, 10, 2), false, "by law, though no arrangement is known"},
		{date(2031, 10, 8), true, "no arrangement is known"},
	} {
		assert.Equal(t, tt.work, c.Workday(tt.day), "%s: %s", tt.day.Format(time.DateOnly), tt.why)
	}
}

// TestDaysOffAddUp: a year has 13 days off by law since 2025, and what is moved
// around them is made up for on as many weekend days.
func TestDaysOffAddUp(t *testing.T) {
	c := DefaultCalendar()
	for _, year := range []int{2025, 2026} {
		require.True(t, c.Arranged(year))
		off := 0
		for d := date(year, 1, 1); d.Year() == year; d = d.AddDate(0, 0, 1) {
			weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			switch work := c.Workday(d); {
			case !work && !weekend:
				off++
			case work && weekend:
				off--
			}
		}
		lawOnWeekend := 0
		for _, h := range statutory(year) {
			for day := h.first; day <= h.last; day++ {
				if weekday(day) >= 5 {
					lawOnWeekend++
				}
			}
		}
		// A legal day off that falls on a weekend is given back on another day.
		assert.Equal(t, 13, off, "%d has %d days off more than weekends (%d legal ones fall on weekends)", year, off, lawOnWeekend)
	}
	assert.False(t, c.Arranged(2031))
}

func TestHolidays(t *testing.T) {
	c := DefaultCalendar()
	h, ok := c.HolidayOn(date(2026, 10, 3))
	require.True(t, ok)
	assert.Equal(t, "国庆", h.Name)
	assert.Equal(t, "2026-10-01", h.First.Format(time.DateOnly))
	assert.Equal(t, "2026-10-07", h.Last.Format(time.DateOnly))
	h, ok = c.NextHoliday(date(2026, 10, 8))
	require.True(t, ok)
	assert.Equal(t, "元旦", h.Name)
	assert.Equal(t, 2027, h.First.Year())
	_, ok = c.HolidayOn(date(2026, 10, 8))
	assert.False(t, ok)
}

func TestShiftAndAddWorkdays(t *testing.T) {
	c := DefaultCalendar()
	assert.Equal(t, date(2026, 10, 8), c.Shift(date(2026, 10, 1)))
	assert.Equal(t, date(2026, 9, 30), c.Shift(date(2026, 9, 30)))
	assert.Equal(t, date(2026, 10, 9), c.AddWorkdays(date(2026, 9, 30), 2))
	assert.Equal(t, date(2026, 9, 30), c.AddWorkdays(date(2026, 10, 9), -2))
	assert.Equal(t, date(2026, 10, 3), c.AddWorkdays(date(2026, 10, 3), 0))
}

func TestOperatorsReplaceAYear(t *testing.T) {
	mine, err := LoadCalendar(fstest.MapFS{
		"2027.txt":  {Data: []byte("# 2027\n国庆 2027-10-01 2027-10-07 班 2027-09-26 2027-10-09\n")},
		"notes.md":  {Data: []byte("not read")},
		"sub/a.txt": {Data: []byte("元旦 2027-01-01 2027-01-03\n")},
	})
	require.NoError(t, err)
	c := DefaultCalendar().Override(mine)
	assert.True(t, c.Arranged(2026) && c.Arranged(2027))
	assert.False(t, c.Workday(date(2027, 10, 6)))
	assert.True(t, c.Workday(date(2027, 10, 9)))
	assert.True(t, c.Workday(date(2026, 10, 10)), "other years stay")
	assert.True(t, DefaultCalendar().Workday(date(2027, 10, 6)), "the built-in calendar is not changed")

	r, ok := Find("国庆后第一个工作日", date(2027, 9, 1), Options{Calendar: c})
	require.True(t, ok)
	assert.Equal(t, "2027-10-08", r.Start.Format(time.DateOnly))
	assert.False(t, r.Doubtful)
}

func TestCalendarErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"国庆 2026-10-01":                                    "x.txt, line 1",
		"\n国庆 10月1日 2026-10-07":                            "line 2",
		"国庆 2026-10-07 2026-10-01":                         "does not run",
		"国庆 2026-10-01 2026-10-07 上 2026-10-10":            "班",
		"国庆 2026-10-01 2026-10-07 班 2026-10-10x":           "not a date",
		"甲 2026-10-01 2026-10-07\n乙 2026-10-07 2026-10-08": "overlap",
		"国庆 2026-10-01 2026-10-07 班 2026-10-03":            "both off",
		"国庆 2026-10-01 2027-10-07":                         "does not run",
	} {
		_, err := LoadCalendar(fstest.MapFS{"x.txt": {Data: []byte(text)}})
		assert.ErrorContains(t, err, want, text)
	}
}
