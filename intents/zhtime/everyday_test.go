package zhtime

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAsOldPeopleSayIt: the lunar calendar, the light and the dialects of the times of
// day, as they are said in a street office.
func TestAsOldPeopleSayIt(t *testing.T) {
	sunday := time.Date(2026, 11, 22, 10, 0, 0, 0, shanghai)
	for said, want := range map[string]struct {
		kind Kind
		text string
		at   []string // the beginning, or the first two of a recurrence; the end of a deadline
	}{
		"每逢初一十五烧香":   {Recurring, "每逢初一十五", []string{"2026-11-23T00:00:00", "2026-12-09T00:00:00"}},
		"逢初一、十五烧香":   {Recurring, "逢初一、十五", []string{"2026-11-23T00:00:00", "2026-12-09T00:00:00"}},
		"每逢农历十五烧香":   {Recurring, "每逢农历十五", []string{"2026-11-23T00:00:00", "2026-12-23T00:00:00"}},
		"初一十五烧香":     {Recurring, "初一十五", []string{"2026-11-23T00:00:00", "2026-12-09T00:00:00"}},
		"农历每月十五烧香":   {Recurring, "农历每月十五", []string{"2026-11-23T00:00:00", "2026-12-23T00:00:00"}},
		"阴历每个月十五":    {Recurring, "阴历每个月十五", []string{"2026-11-23T00:00:00", "2026-12-23T00:00:00"}},
		"农历初一十五":     {Recurring, "农历初一十五", []string{"2026-11-23T00:00:00", "2026-12-09T00:00:00"}},
		"农历每年三月十五上坟": {Recurring, "农历每年三月十五", []string{"2027-04-21T00:00:00", "2028-04-09T00:00:00"}},
		"正月初一十五":     {Span, "正月初一", []string{"2027-02-06T00:00:00"}},
		"隔周浇花":       {Recurring, "隔周", []string{"2026-11-22T00:00:00", "2026-12-06T00:00:00"}},
		"双周开会":       {Recurring, "双周", []string{"2026-11-22T00:00:00", "2026-12-06T00:00:00"}},
		"双周周三倒垃圾":    {Recurring, "双周周三", []string{"2026-11-25T00:00:00", "2026-12-09T00:00:00"}},
		"工作日每天九点":    {Recurring, "工作日每天九点", []string{"2026-11-23T09:00:00", "2026-11-24T09:00:00"}},
		"过年前打扫":      {Span, "过年前", []string{"2027-02-06T00:00:00"}},
		"过年":         {Span, "过年", []string{"2027-02-06T00:00:00"}},
		"我年前要打扫":     {Span, "年前", []string{"2027-02-06T00:00:00"}},
		"天黑前收衣服":     {Span, "天黑前", []string{"2026-11-22T17:30:00"}},
		"天一亮就喂鸡":     {Span, "天一亮", []string{"2026-11-23T06:00:00"}},
		"明天天亮前":      {Span, "明天天亮前", []string{"2026-11-23T06:00:00"}},
		"晚黑八点关门":     {Point, "晚黑八点", []string{"2026-11-22T20:00:00"}},
		"今天晚黑":       {Span, "今天晚黑", []string{"2026-11-22T18:00:00"}},
		"今晚黑":        {Span, "今晚黑", []string{"2026-11-22T18:00:00"}},
		"明早晨六点赶车":    {Point, "明早晨六点", []string{"2026-11-23T06:00:00"}},
		"后天后晌三点":     {Point, "后天后晌三点", []string{"2026-11-24T15:00:00"}},
		"明天上昼九点":     {Point, "明天上昼九点", []string{"2026-11-23T09:00:00"}},
		"清明前一周扫墓":    {Span, "清明前一周", []string{"2027-03-29T00:00:00"}},
		"国庆节前半个月":    {Span, "国庆节前半个月", []string{"2027-09-16T00:00:00"}},
		"春节前一个月":     {Span, "春节前一个月", []string{"2027-01-06T00:00:00"}},
		"二月二剃头":      {Span, "二月二", []string{"2027-03-09T00:00:00"}},
		"下晚五点":       {Point, "下晚五点", []string{"2026-11-22T17:00:00"}},
	} {
		r, ok := Find(said, sunday, Options{Prefer: Future})
		require.True(t, ok, said)
		assert.Equal(t, want.kind, r.Kind, said)
		assert.Equal(t, want.text, r.Text, said)
		var got []string
		switch {
		case r.Kind == Recurring:
			for _, at := range r.Recurrence.Occurrences(2) {
				got = append(got, iso(at))
			}
		case r.Deadline:
			got = []string{iso(r.End)}
		default:
			got = []string{iso(r.Start)}
		}
		assert.Equal(t, want.at, got, said)
	}
	for _, said := range []string{"超过年限了", "再过年把", "初一学生补课", "初一三班", "双周刊", "百年前的事", "下晚班"} {
		r, ok := Find(said, sunday, Options{Prefer: Future})
		assert.False(t, ok, "%s: %s", said, r.Text)
	}
}
