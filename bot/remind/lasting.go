package remind

import (
	"regexp"
	"strings"
	"time"

	"yiqun/intents/zhnum"
)

var (
	// repeats is a recurrence that may be said to last so long.
	repeats = regexp.MustCompile(`每天|每日|天天|每晚|每早|每个?(?:周|星期|礼拜)|隔一?天`)
	// lastingSaid is how long a recurrence goes on: 吃一个星期, 连着七天, 一共十天. What may
	// follow is the end, the next word of the time, or the medicine: 吃七天的药.
	lastingSaid = regexp.MustCompile(`([，,、；; 。]*)((?:连续|连着|一连|连|持续|坚持|为期|一共|总共|共|先|要|得|只|就|吃|喝|服|用|打|做|练|擦|抹|敷|贴|泡|记|量|测)*(?:够|满|上)?)` +
		`(半|[0-9]{1,3}|[一二两三四五六七八九十]{1,3})(天|周|个?星期|个?礼拜|个月)(?:为止|就行|就好|就够|吧|啊|哦)*(的?药|[，,、；; 。！!]|每|都|$)`)
)

// length is how long something goes on, by the calendar.
type length struct{ months, days int }

// from is the day after the last, begun on the day of t.
func (l length) from(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m+time.Month(l.months), d+l.days, 0, 0, 0, 0, t.Location())
}

// lasts takes out of a sentence about a recurrence for how long it goes on; it is counted
// from the first day on which it comes.
func (r *Request) lasts(s string) string {
	if !repeats.MatchString(s) {
		return s
	}
	for _, m := range lastingSaid.FindAllStringSubmatchIndex(s, -1) {
		if m[2] == m[3] && m[4] == m[5] {
			continue // 每隔三天, 第七天
		}
		if l, ok := lengthOf(s[m[6]:m[7]], s[m[8]:m[9]]); ok {
			r.lasting = l
			rest := s[m[10]:m[11]]
			if strings.HasSuffix(rest, "药") {
				rest = "吃药"
			}
			return s[:m[0]] + " " + rest + s[m[1]:]
		}
	}
	return s
}

// lengthOf reads a number of days, weeks or months.
func lengthOf(count, unit string) (length, bool) {
	if count == "半" {
		return length{days: 15}, unit == "个月"
	}
	number, size := zhnum.Parse(count)
	n := int(number.Value)
	switch {
	case size != len(count) || number.Approximate() || n == 0:
		return length{}, false
	case unit == "天":
		return length{days: n}, true
	case unit == "个月":
		return length{months: n}, true
	}
	return length{days: 7 * n}, true
}
