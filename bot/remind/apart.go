package remind

import (
	"regexp"
	"strings"
	"time"

	"yiqun/intents/zhtime"
)

var (
	// hesitation is what people write while they think.
	hesitation = regexp.MustCompile(`(^|[，,。 ])(?:嗯+|呃+|额+|唔+|哦+|那个)[，, 。…]+`)
	// loosened is what stands behind an hour and only softens it: 三点吧.
	loosened = regexp.MustCompile(`^(?:吧|哈|啊|呀|呢|哦|好了|左右|的时候)+(?:[，,。 ]|$)`)
	// wordsBehind right behind an hour make it one of what it is about as well: 9点的号,
	// 早上8点集合.
	wordsBehind = regexp.MustCompile(`^\p{Han}`)
)

// together puts the hour behind the day where they stand apart, so that what is between
// them is what the reminder is about: 明天提醒我交材料，三点, 三点提醒我明天去交材料. One day and
// one hour are read so, and nothing else: of two days, or two hours, one is not of the
// reminder.
func together(s string, now time.Time) string {
	s = hesitation.ReplaceAllString(s, "$1")
	all := zhtime.FindAll(s, now, zhtime.Options{Prefer: zhtime.Future})
	if len(all) != 2 {
		return s
	}
	day, hour := all[0], all[1]
	if isHour(day) {
		day, hour = hour, day
	}
	if !isDay(day) || !isHour(hour) {
		return s
	}
	whole := day.Text + hour.Text
	if read, ok := zhtime.Parse(whole, now, zhtime.Options{Prefer: zhtime.Future}); !ok || read.Kind != zhtime.Point {
		return s
	}
	runes := []rune(s)
	if hour.To <= day.From {
		between := loosened.ReplaceAllString(string(runes[hour.To:day.From]), " ")
		return string(runes[:hour.From]) + " " + between + whole + " " + string(runes[day.To:])
	}
	between, tail := string(runes[day.To:hour.From]), loosened.ReplaceAllString(string(runes[hour.To:]), " ")
	about := between
	if _, behind, ok := strings.Cut(between, joint); ok {
		about = behind
	}
	if wordsBehind.MatchString(tail) && strings.Trim(about, joint+" ，,的") != "" {
		tail = hour.Text + tail
	} else {
		tail = " " + tail
	}
	return string(runes[:day.From]) + whole + " " + between + tail
}

// isDay reports one day, or a part of one.
func isDay(t zhtime.Reading) bool {
	return t.Kind == zhtime.Span && !t.Deadline && dated.MatchString(t.Text) && !clockSaid.MatchString(t.Text) && t.End.Sub(t.Start) <= 25*time.Hour
}

// isHour reports a time of day without its day.
func isHour(t zhtime.Reading) bool {
	return t.Kind == zhtime.Point && !dated.MatchString(t.Text) && (clockSaid.MatchString(t.Text) || strings.ContainsAny(t.Text, ":："))
}
