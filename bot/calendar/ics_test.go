package calendar_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/calendar"
)

func TestICS(t *testing.T) {
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	e := calendar.Entry{
		UID: "01J@yiqun", Title: "支部党员大会；讨论，表决", Place: "党群服务中心, 二楼; 会议室", Note: "请带\\材料\n带笔",
		Start: time.Date(2026, 11, 26, 19, 0, 0, 0, zone), Stamp: time.Date(2026, 11, 20, 9, 0, 0, 0, zone),
	}
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yiqun//ZH", "METHOD:PUBLISH", "BEGIN:VEVENT", "UID:01J@yiqun",
		"DTSTAMP:20261120T010000Z", "DTSTART:20261126T110000Z", "DTEND:20261126T120000Z", "SEQUENCE:0", "STATUS:CONFIRMED",
		"SUMMARY:支部党员大会；讨论，表决", `LOCATION:党群服务中心\, 二楼\; 会议室`, `DESCRIPTION:请带\\材料\n带笔`,
		"END:VEVENT", "END:VCALENDAR", "",
	}, "\r\n")
	assert.Equal(t, want, e.ICS())
	e.Cancelled, e.Sequence = true, 2
	assert.Contains(t, e.ICS(), "METHOD:CANCEL\r\n")
	assert.Contains(t, e.ICS(), "SEQUENCE:2\r\nSTATUS:CANCELLED\r\n")
}

// TestICSOfAnyText: whatever is written, it stays one property of a folded line, and
// unfolding gives it back.
func TestICSOfAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		said := rapid.OneOf(rapid.String(), rapid.StringMatching(`(开会|\r\n|BEGIN:VEVENT|;|,|\\|\x00|x){0,80}`)).Draw(t, "said")
		ics := calendar.Entry{UID: "u", Title: said, Start: time.Unix(0, 0), Stamp: time.Unix(0, 0)}.ICS()
		assert.True(t, utf8.ValidString(ics))
		for line := range strings.SplitSeq(strings.TrimSuffix(ics, "\r\n"), "\r\n") {
			assert.LessOrEqual(t, len(line), 75)
			assert.NotContains(t, line, "\n")
		}
		whole := strings.ReplaceAll(ics, "\r\n ", "")
		assert.Equal(t, 14, strings.Count(whole, "\r\n"), whole)
	})
}
