package zhtime

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func dayString(day int) string { return midnight(day).in(time.UTC).Format(time.DateOnly) }

// TestKnownLunarDays holds days every almanac agrees on, the odd ones included:
// years with leap months, 2033 with its leap eleventh, short and long twelfths.
func TestKnownLunarDays(t *testing.T) {
	for _, tt := range []struct {
		y, m, d int
		leap    bool
		want    string
	}{
		{1900, 1, 1, false, "1900-01-31"}, {1949, 8, 10, false, "1949-10-01"}, {1976, 8, 15, false, "1976-09-08"},
		{1978, 8, 15, false, "1978-09-17"}, {1984, 10, 1, true, "1984-11-23"}, {1985, 1, 1, false, "1985-02-20"},
		{1997, 5, 27, false, "1997-07-01"}, {2000, 1, 1, false, "2000-02-05"}, {2004, 2, 1, true, "2004-03-21"},
		{2008, 7, 8, false, "2008-08-08"}, {2012, 4, 1, true, "2012-05-21"}, {2014, 9, 1, true, "2014-10-24"},
		{2017, 6, 1, true, "2017-07-23"}, {2020, 4, 1, true, "2020-05-23"}, {2020, 8, 15, false, "2020-10-01"},
		{2021, 1, 1, false, "2021-02-12"}, {2022, 1, 1, false, "2022-02-01"}, {2023, 2, 1, true, "2023-03-22"},
		{2023, 1, 1, false, "2023-01-22"}, {2024, 1, 1, false, "2024-02-10"}, {2025, 1, 1, false, "2025-01-29"},
		{2025, 6, 1, true, "2025-07-25"}, {2025, 8, 15, false, "2025-10-06"}, {2026, 1, 1, false, "2026-02-17"},
		{2026, 5, 5, false, "2026-06-19"}, {2026, 8, 15, false, "2026-09-25"}, {2027, 1, 1, false, "2027-02-06"},
		{2028, 5, 1, true, "2028-06-23"}, {2030, 1, 1, false, "2030-02-03"}, {2033, 11, 1, true, "2033-12-22"},
		{2034, 1, 1, false, "2034-02-19"}, {2050, 1, 1, false, "2050-01-23"}, {2100, 1, 1, false, "2100-02-09"},
	} {
		day, ok := lunarDay(tt.y, tt.m, tt.d, tt.leap)
		assert.True(t, ok, "%v", tt)
		assert.Equal(t, tt.want, dayString(day), "%v", tt)
	}
	for _, bad := range [][3]int{{2026, 13, 1}, {2026, 0, 1}, {2026, 12, 30}, {2026, 1, 31}, {1899, 1, 1}, {2101, 1, 1}} {
		_, ok := lunarDay(bad[0], bad[1], bad[2], false)
		assert.False(t, ok, "%v", bad)
	}
	_, ok := lunarDay(2026, 6, 1, true)
	assert.False(t, ok, "2026 has no leap month")
}

func TestKnownSolarTerms(t *testing.T) {
	for _, tt := range []struct {
		year, term int
		want       string
	}{
		{2000, 6, "2000-04-04"}, {2008, 6, "2008-04-04"}, {2019, 6, "2019-04-05"}, {2020, 6, "2020-04-04"},
		{2024, 6, "2024-04-04"}, {2025, 6, "2025-04-04"}, {2026, 6, "2026-04-05"}, {2027, 6, "2027-04-05"},
		{2017, 2, "2017-02-03"}, {2021, 2, "2021-02-03"}, {2024, 2, "2024-02-04"}, {2025, 2, "2025-02-03"},
		{2021, 23, "2021-12-21"}, {2024, 23, "2024-12-21"}, {2025, 23, "2025-12-21"}, {2026, 23, "2026-12-22"},
		{2020, 11, "2020-06-21"}, {2024, 11, "2024-06-21"}, {2024, 17, "2024-09-22"}, {2025, 17, "2025-09-23"},
		{1984, 2, "1984-02-04"}, {1979, 1, "1979-01-21"}, {2051, 5, "2051-03-20"}, {2084, 5, "2084-03-20"},
	} {
		day, ok := termDay(tt.year, tt.term)
		assert.True(t, ok)
		assert.Equal(t, tt.want, dayString(day), "%v", tt)
	}
}

// TestLunarRoundTrip: every day has one lunar date and comes back from it.
func TestLunarRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(dayNumber(1900, 1, 31), dayNumber(2101, 1, 20)).Draw(t, "day")
		y, m, d, leap := lunarDate(day)
		back, ok := lunarDay(y, m, d, leap)
		assert.True(t, ok)
		assert.Equal(t, day, back)
	})
}

// TestLunarYearsMeet: each year ends the day before the next begins, and its
// months have 29 or 30 days.
func TestLunarYearsMeet(t *testing.T) {
	for y := firstLunarYear; y < lastLunarYear; y++ {
		l, _ := lunarYearOf(y)
		days := 0
		for i := range l.months() {
			assert.Contains(t, []int{29, 30}, l.length(i))
			days += l.length(i)
		}
		next, _ := lunarYearOf(y + 1)
		assert.Equal(t, next.newYear(), l.newYear()+days, "%d", y)
	}
}

// TestWinterSolsticeIsInTheEleventhMonth is the rule the calendar hangs on.
func TestWinterSolsticeIsInTheEleventhMonth(t *testing.T) {
	for y := firstLunarYear; y <= lastLunarYear; y++ {
		day, _ := termDay(y, 23)
		_, m, _, leap := lunarDate(day)
		assert.True(t, m == 11 && !leap, "%d", y)
	}
}

func TestDayNumbersAgreeWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(-800000, 800000).Draw(t, "day")
		at := time.Unix(int64(n)*86400, 0).UTC()
		y, m, d := civil(n)
		assert.Equal(t, []int{at.Year(), int(at.Month()), at.Day()}, []int{y, m, d})
		assert.Equal(t, n, dayNumber(y, m, d))
		assert.Equal(t, (int(at.Weekday())+6)%7, weekday(n))
		months := rapid.IntRange(-40, 40).Draw(t, "months")
		assert.Equal(t, dayNumber(at.Year(), int(at.Month())+months, 1),
			dayOf(stampOf(time.Date(at.Year(), at.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC))))
	})
}
