package remind

import "regexp"

var (
	// partsOfDay are several parts of a day that were said without an hour: 每天早晚.
	partsOfDay = regexp.MustCompile(`(每天|每日|天天)(?:的|都)?\s*(?:早(?:上|晨)?[和、及与跟]?(中午?|午)[和、及与跟]?晚上?|早(?:上|晨)?[和、及与跟]?晚上?)(?:各一次|两次|三次|各)?`)
	// hourFollows is an hour behind them, which says when: 每天早晚8点.
	hourFollows = regexp.MustCompile(`^\s*(?:各|分别)?\s*[0-9０-９零一二两三四五六七八九十]{1,3}\s*[点點:：时]`)
)

// severalADay puts hours in the place of parts of the day: eight for the morning, twelve for
// noon, and eight in the evening. The answer says them back.
func severalADay(s string) string {
	m := partsOfDay.FindStringSubmatchIndex(s)
	if m == nil || hourFollows.MatchString(s[m[1]:]) {
		return s
	}
	hours := "8点和20点"
	if m[4] >= 0 {
		hours = "8点、12点和20点"
	}
	return s[:m[0]] + s[m[2]:m[3]] + hours + " " + s[m[1]:]
}
