package remind

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/intents/zhtime"
)

var (
	// inARow is a stretch of days that begins by itself: 连续三天.
	inARow = regexp.MustCompile(`(起|开始)?[ ，,]*(?:连续|连着|一连)([0-9一二两三四五六七八九十]{1,3}(?:天|周|个星期|个礼拜|个月))`)
	// stretch are the words of several days that are each meant: 周一到周五, 接下来三天.
	stretch = regexp.MustCompile(`[到至~、和]|[起始].*天|天.*天|日.*日|^(?:接下来|未来|今后|往后)`)
	// window is a stretch that begins now.
	window   = regexp.MustCompile(`^(?:接下来|未来|今后|往后)`)
	eachDay  = regexp.MustCompile(`每天|每日|天天|每晚|每早`)
	ofMonth  = regexp.MustCompile(`^[0-9一二三四五六七八九十廿]+[号日]$`)
	ofWeek   = regexp.MustCompile(`^(?:周|星期|礼拜)[一二三四五六日天]`)
	eachYear = []string{"每年", "年年"}
	eachMon  = []string{"每月", "每个月"}
	eachWeek = []string{"每周", "每星期", "每个星期", "每礼拜", "每个礼拜"}
)

// longestStretch bounds the days that are each meant when several are named.
const longestStretch = 62 * 24 * time.Hour

// rows makes a stretch of days, said as so many in a row, one that begins now.
func rows(s string) string {
	m := inARow.FindStringSubmatchIndex(s)
	if m == nil || m[2] >= 0 {
		return s // 从明天起连续三天 says when it begins
	}
	days := " 接下来" + s[m[4]:m[5]] + " "
	if !eachDay.MatchString(s) {
		days += "每天 "
	}
	return s[:m[0]] + days + s[m[1]:]
}

// gathered puts what belongs to a recurrence behind it where it stands apart: the hour in
// 每天提醒我吃药，七点, the day in 腊月二十三每年提醒我.
func gathered(s string, now time.Time) string {
	all := zhtime.FindAll(s, now, zhtime.Options{Prefer: zhtime.Future})
	if len(all) != 2 {
		return s
	}
	days, other := all[0], all[1]
	if days.Kind != zhtime.Recurring {
		days, other = other, days
	}
	if days.Kind != zhtime.Recurring || !days.WholeDay {
		return s
	}
	joined := ""
	switch {
	case other.Kind == zhtime.Point && clockSaid.MatchString(other.Text) && !dated.MatchString(other.Text):
		joined = days.Text + other.Text
	case other.Kind != zhtime.Span || !other.WholeDay || other.Deadline || other.End.Sub(other.Start) > 25*time.Hour:
	case slices.Contains(eachYear, days.Text):
		joined = "每年" + other.Text
	case slices.Contains(eachMon, days.Text) && ofMonth.MatchString(other.Text):
		joined = "每月" + other.Text
	case slices.Contains(eachWeek, days.Text) && ofWeek.MatchString(other.Text):
		joined = "每" + other.Text
	}
	if joined == "" {
		return s
	}
	runes := []rune(s)
	if other.From >= days.To {
		return string(runes[:days.From]) + joined + string(runes[days.To:other.From]) + " " + string(runes[other.To:])
	}
	return string(runes[:other.From]) + " " + string(runes[other.To:days.From]) + joined + string(runes[days.To:])
}

// everyDayOf takes several days that were named for a reminder on each of them.
func (r *Request) everyDayOf(best zhtime.Reading, now time.Time) zhtime.Reading {
	span := best.End.Sub(best.Start)
	several := best.WholeDay && span >= 47*time.Hour || window.MatchString(best.Text)
	if best.Kind != zhtime.Span || best.Deadline || !several || span > longestStretch || !stretch.MatchString(best.Text) {
		return best
	}
	daily, ok := zhtime.Find("每天", now, zhtime.Options{})
	if !ok || !r.Until.IsZero() {
		return best
	}
	r.Begin, r.Until = best.Start, best.End
	daily.Text, daily.From, daily.To = best.Text, best.From, best.To
	return daily
}

// begins reads when a recurrence begins, or how long from now it lasts: 从明天起,
// 接下来一周.
func (r *Request) begins(t zhtime.Reading) bool {
	switch {
	case window.MatchString(t.Text) && r.Until.IsZero():
		r.Until = t.End
	case strings.HasSuffix(t.Text, "起") || strings.HasSuffix(t.Text, "开始"):
		r.Begin = t.Start
	case strings.HasPrefix(t.Text, "从") && stretch.MatchString(t.Text) && r.Until.IsZero():
		r.Begin, r.Until = t.Start, t.End
	default:
		return false
	}
	return true
}

// twice is a second hour that stands right behind the one understood, before the word: 上午
// 九点下午三点提醒我. Behind the word it may belong to what it is about.
func twice(before string, best zhtime.Reading, now time.Time) string {
	all := zhtime.FindAll(before, now, zhtime.Options{Prefer: zhtime.Future})
	for i, t := range all {
		if i > 0 && t.Kind == zhtime.Point && all[i-1].Kind == zhtime.Point && all[i-1].Text == best.Text && t.From-all[i-1].To <= 1 {
			return t.Text
		}
	}
	return ""
}
