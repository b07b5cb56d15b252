package remind

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

// early is how long before it one wants to be reminded: 提前一天.
var early = regexp.MustCompile(`[，,、 ]*提前([^\s，,。；;提]{1,8})`)

// earlier takes 提前一天 out of a sentence that names one time, and returns how much that
// is. Of what recurs it keeps it apart, for the rule.
func (r *Request) earlier(s string, now time.Time) (string, time.Duration) {
	m := early.FindStringSubmatchIndex(s)
	if m == nil {
		return s, 0
	}
	ahead, ok := zhtime.Parse(s[m[2]:m[3]], now, zhtime.Options{})
	rest := s[:m[0]] + " " + s[m[1]:]
	at, named := zhtime.Find(rest, now, zhtime.Options{Prefer: zhtime.Future})
	switch {
	case !ok || ahead.Kind != zhtime.Duration || !named:
		return s, 0
	case at.Kind == zhtime.Point || at.Kind == zhtime.Span:
		return rest, ahead.Length
	case at.Kind == zhtime.Recurring:
		if whole, _ := zhtime.Find(s, now, zhtime.Options{Prefer: zhtime.Future}); strings.Contains(whole.Text, "提前") {
			return s, 0 // it was read with its days
		}
		r.ahead, r.aheadSaid = ahead.Length, "，提前"+s[m[2]:m[3]]
		return rest, 0
	}
	return s, 0
}

// aheadOf puts a spec so much earlier: by days, or by less where that leaves it on its day.
func (r Request) aheadOf(spec string) (string, error) {
	if r.ahead == 0 {
		return spec, nil
	}
	cannot := bot.Errorf(bot.Invalid, "“%s%s”我还算不来，请直接说提醒的时间，例如：每周五14:30。", r.When.Text, r.aheadSaid)
	days, rest := r.ahead/(24*time.Hour), r.ahead%(24*time.Hour)
	if days > 0 {
		if rest > 0 || days > 30 || strings.Contains(spec, "X-BEFORE") || strings.Contains(spec, "INTERVAL") || strings.HasPrefix(spec, "FREQ=DAILY") {
			return "", cannot
		}
		return fmt.Sprintf("%s;X-BEFORE=%d", spec, days), nil
	}
	if !specClock.MatchString(spec) {
		return "", cannot
	}
	at, err := time.Parse("15:04", clockOf(spec))
	if err != nil || at.Add(-rest).Day() != at.Day() {
		return "", cannot
	}
	return specClock.ReplaceAllString(spec, "X-AT="+at.Add(-rest).Format("15:04")+"$1"), nil
}
