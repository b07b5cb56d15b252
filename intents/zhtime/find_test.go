package zhtime

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var wednesday = time.Date(2026, 11, 25, 10, 0, 0, 0, shanghai)

func TestParseWantsNothingElse(t *testing.T) {
	for _, text := range []string{"周五前", " 周五前。", "周五前吧", "（周五前）", "明天下午三点！"} {
		_, ok := Parse(text, wednesday, Options{})
		assert.True(t, ok, text)
	}
	for _, text := range []string{"", "周五前来", "接单 周五", "明天 3栋", "3号楼"} {
		_, ok := Parse(text, wednesday, Options{})
		assert.False(t, ok, text)
	}
}

func TestFindAll(t *testing.T) {
	var got []string
	for _, r := range FindAll("明天下午3点开会，周五前交材料，每周二值班2小时", wednesday, Options{}) {
		got = append(got, r.Text)
	}
	assert.Equal(t, []string{"明天下午3点", "周五前", "每周二", "2小时"}, got)
}

func TestPreference(t *testing.T) {
	for _, tt := range []struct{ text, future, past string }{
		{"6月12日", "2027-06-12T00:00:00", "2026-06-12T00:00:00"},
		{"11月3日", "2027-11-03T00:00:00", "2026-11-03T00:00:00"},
		{"11月", "2026-11-01T00:00:00", "2026-11-01T00:00:00"},
		{"10月", "2027-10-01T00:00:00", "2026-10-01T00:00:00"},
		{"5号", "2026-12-05T00:00:00", "2026-11-05T00:00:00"},
		{"28号", "2026-11-28T00:00:00", "2026-10-28T00:00:00"},
		{"周六", "2026-11-28T00:00:00", "2026-11-21T00:00:00"},
		{"中秋", "2027-09-15T00:00:00", "2026-09-25T00:00:00"},
		{"14:30", "2026-11-25T14:30:00", "2026-11-24T14:30:00"},
		{"上周五", "2026-11-20T00:00:00", "2026-11-20T00:00:00"},
	} {
		for prefer, want := range map[Preference]string{Future: tt.future, Past: tt.past} {
			r, ok := Find(tt.text, wednesday, Options{Prefer: prefer})
			require.True(t, ok, tt.text)
			assert.Equal(t, want, iso(r.Start), "%s, %v", tt.text, prefer)
			assert.False(t, r.Doubtful, "%s, %v", tt.text, prefer)
		}
	}
}

func TestWorkEnds(t *testing.T) {
	r, _ := Find("明天下班前", wednesday, Options{WorkEnds: 17*time.Hour + 30*time.Minute})
	assert.Equal(t, "2026-11-26T17:30:00", iso(r.End))
	assert.True(t, r.Deadline)
}

// TestZones: the answer is in the zone of the reference, and tomorrow at eight is
// eight o'clock even when the clocks change in the night.
func TestZones(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	r, _ := Find("明天上午8点", time.Date(2026, 10, 24, 12, 0, 0, 0, berlin), Options{})
	assert.Equal(t, time.Date(2026, 10, 25, 8, 0, 0, 0, berlin), r.Start)
	weekly, _ := Find("每周六上午8点", time.Date(2026, 10, 20, 12, 0, 0, 0, berlin), Options{})
	for _, at := range weekly.Recurrence.Occurrences(4) {
		assert.Equal(t, 8, at.Hour())
	}
}

func TestRecurrenceHasItsLength(t *testing.T) {
	r, _ := Find("每周六上午9点到11点半", wednesday, Options{})
	assert.Equal(t, 150*time.Minute, r.Recurrence.Length)
	assert.False(t, r.WholeDay)
}

func TestRecurrenceKeepsItsRhythm(t *testing.T) {
	r, _ := Find("每两周周二", wednesday, Options{})
	next := r.Recurrence.After(time.Date(2026, 12, 16, 0, 0, 0, 0, shanghai), 1)
	assert.Equal(t, "2026-12-29", next[0].Format(time.DateOnly))
}

func TestEcho(t *testing.T) {
	now := wednesday
	at := time.Date(2026, 11, 27, 17, 0, 0, 0, shanghai)
	assert.Equal(t, "11月27日(周五) 17:00", Echo(at, now, false))
	assert.Equal(t, "11月27日(周五)", Echo(at, now, true))
	assert.Equal(t, "2027年1月5日(周二) 09:05", Echo(time.Date(2027, 1, 5, 9, 5, 0, 0, shanghai), now, false))
	for text, want := range map[string]string{
		"周五下午五点":      "11月27日(周五) 17:00",
		"周五":          "11月27日(周五)",
		"周五前":         "11月27日(周五)24:00前",
		"周五下午5点前":     "11月27日(周五) 17:00前",
		"周五到周日":       "11月27日(周五)至11月29日(周日)",
		"周六8点到12点":    "11月28日(周六) 08:00至12:00",
		"今天晚上":        "11月25日(周三) 18:00至24:00",
		"周五晚上到周日中午":   "11月27日(周五) 18:00至11月29日(周日) 12:00",
		"6天":          "6天",
		"1小时30分":      "1小时30分钟",
		"每周二19:30":    "每周二19:30，下一次12月1日(周二) 19:30",
		"每周二":         "每周二，下一次12月1日(周二)",
		"2月30日":       "",
		"12月31日到1月3日": "12月31日(周四)至2027年1月3日(周日)",
	} {
		r, ok := Find(text, now, Options{})
		require.True(t, ok, text)
		assert.Equal(t, want, r.Echo(now), text)
	}
	assert.Equal(t, "0分钟", EchoLength(0))
	assert.Empty(t, Reading{Kind: None}.Echo(now))
}

func TestExplainLine(t *testing.T) {
	for line, want := range map[string]string{
		`{"id":"a","input":"麻烦周五前来","reference_time":"2026-11-25T10:00:00"}`: `{"id":"a","kind":"span","start":"2026-11-25T10:00:00","end":"2026-11-28T00:00:00","span":[2,5],"text":"周五前","deadline":true}`,
		`{"id":7,"input":"半小时","reference_time":"2026-11-25 10:00"}`:         `{"id":7,"kind":"duration","seconds":1800,"span":[0,3],"text":"半小时"}`,
		`{"id":8,"input":"明天下午三点","reference_time":"2026-11-25T02:00:00Z"}`:  `{"id":8,"kind":"point","start":"2026-11-26T15:00:00","span":[0,6],"text":"明天下午三点"}`,
		`{"id":9,"input":"2月30日","reference_time":"2026-11-25T10:00:00"}`:    `{"id":9,"kind":"invalid","span":[0,5],"text":"2月30日"}`,
		`{"id":10,"input":"接单12","reference_time":"2026-11-25T10:00:00"}`:    `{"id":10,"kind":"none"}`,
		`{"id":11,"input":"周三","reference_time":"2026-11-25T10:00:00"}`:      `{"id":11,"kind":"span","start":"2026-11-25T00:00:00","end":"2026-11-26T00:00:00","span":[0,2],"text":"周三","doubtful":true,"alternatives":[{"kind":"span","start":"2026-12-02T00:00:00","end":"2026-12-03T00:00:00"}]}`,
	} {
		out, err := ExplainLine([]byte(line), shanghai, Options{})
		require.NoError(t, err, line)
		assert.JSONEq(t, want, string(out), line)
	}
	out, err := ExplainLine([]byte(`{"id":1,"input":"每周二19:30","reference_time":"2026-11-25T10:00:00"}`), shanghai, Options{})
	require.NoError(t, err)
	var a Answer
	require.NoError(t, json.Unmarshal(out, &a))
	assert.Equal(t, "FREQ=WEEKLY;BYDAY=TU;BYHOUR=19;BYMINUTE=30", a.RRule)
	assert.Len(t, a.Occurrences, 12)
	assert.Equal(t, "2026-12-01T19:30:00", a.Occurrences[0])
}

func TestExplainLineRefusesNonsense(t *testing.T) {
	for _, line := range []string{``, `{`, `[]`, `{"input":"周五","reference_time":"昨天"}`, `{"input":"周五"}`} {
		_, err := ExplainLine([]byte(line), shanghai, Options{})
		assert.Error(t, err, line)
		assert.NotContains(t, err.Error(), "周五")
	}
}
