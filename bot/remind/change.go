package remind

import (
	"regexp"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

var (
	dated     = regexp.MustCompile(`[周月号日天今明后每]|星期|礼拜|年|\d+[-/.]\d+`)
	weekdays  = regexp.MustCompile(`^(?:每)?(?:周|星期|礼拜)([一二三四五六日天])`)
	mereHour  = regexp.MustCompile(`^(?:[一二两三四五六七八九]|十[一二]?|1[0-2]|0?[1-9])[点:：时]`)
	skipDay   = regexp.MustCompile(`^(?:跳过|不要|除了|除开|除|取消)\s*(.+)$`)
	specDay   = regexp.MustCompile(`BYDAY=[A-Z]{2}(;|$)`)
	specClock = regexp.MustCompile(`X-AT=\d\d:\d\d(;|$)`)
	dayCode   = map[string]string{"一": "MO", "二": "TU", "三": "WE", "四": "TH", "五": "FR", "六": "SA", "日": "SU", "天": "SU"}
)

// Changed reads a change of a reminder's time and returns the new rule and how it is
// said. What is left unsaid stays: 周三 keeps the time of day, 20:00 the day; 跳过12月1日
// leaves out one day.
func (r Reminder) Changed(said string, p Place, now time.Time) (Rule, string, error) {
	said = strings.TrimSpace(said)
	if m := skipDay.FindStringSubmatch(said); m != nil && r.Rule.Recurs() {
		return r.without(m[1], p, now)
	}
	q := Request{Me: r.Own(), For: r.For}
	said = q.half(q.daylight(plainly(said, now), now), r.Text, now)
	if rule, words, ok := r.stretched(said, p, now); ok {
		return rule, words, nil
	}
	if rule, ok := r.ending(said, now); ok {
		return rule, r.Said, nil
	}
	if rule, words, ok := r.otherDay(said, now); ok {
		return rule, words, nil
	}
	read, ok := zhtime.Find(said, now, zhtime.Options{Prefer: zhtime.Future})
	if !ok {
		return Rule{}, "", bot.Errorf(bot.Missing, "改到什么时候？例如：改 %d 周三下午三点。", r.Number)
	}
	read = sameHalf(read, r.Next.In(p.Zone))
	q = Request{When: read, Until: r.Rule.Until, Skip: r.Rule.Workdays, Shift: strings.Contains(r.Rule.Spec, "X-SHIFT")}
	was := r.Next.In(p.Zone)
	clock := time.Duration(was.Hour())*time.Hour + time.Duration(was.Minute())*time.Minute
	switch {
	case read.Kind == zhtime.Recurring:
		if q.When.Recurrence = read.Recurrence.At(clock); read.Recurrence.WholeDay && clock != Morning {
			q.When.Text += was.Format("15:04")
		}
	case r.Rule.Recurs() && !dated.MatchString(read.Text):
		return r.otherClock(read)
	case !dated.MatchString(read.Text) && read.Kind == zhtime.Point:
		q.When.Start = onDay(was, read.Start)
		if !q.When.Start.After(now) {
			q.When.Start = read.Start
		}
	case read.WholeDay && read.Kind == zhtime.Span:
		day := read.Start
		if read.Deadline {
			day = read.End.Add(-time.Second)
		}
		q.When.Kind, q.When.Deadline, q.When.WholeDay, q.When.Start = zhtime.Point, false, false, onDay(day, was)
	}
	rule, err := q.RuleOf(p, now)
	return rule, q.SaidOf(), err
}

// stretched moves a reminder to some days on each of which it comes: 27号到29号每天9点,
// 从明天起每天.
func (r Reminder) stretched(said string, p Place, now time.Time) (Rule, string, bool) {
	var q Request
	if q.what("", said, now); !eachDay.MatchString(said) || q.When.Kind != zhtime.Recurring || q.Text != "" || q.Begin.IsZero() {
		return Rule{}, "", false
	}
	rule, err := q.RuleOf(p, now)
	return rule, q.SaidOf(), err == nil
}

// sameHalf takes a mere hour, 七点, for that of the half of the day in which the reminder
// was so far: in the evening for one of the evening, else in the morning for one of the
// morning.
func sameHalf(read zhtime.Reading, was time.Time) zhtime.Reading {
	if read.Kind != zhtime.Point || !mereHour.MatchString(read.Text) {
		return read
	}
	switch hour := read.Start.Hour(); {
	case was.Hour() < 12 && hour > 12 && (hour >= 18 || was.Hour() < 6): // nobody means three at night
		read.Start = read.Start.Add(-12 * time.Hour)
	case was.Hour() >= 18 && hour < 12, was.Hour() >= 6 && hour > 0 && hour < 6:
		read.Start = read.Start.Add(12 * time.Hour)
	}
	return read
}

// onDay is the time of day of clock on the day of t.
func onDay(t, clock time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, t.Location())
}

// otherDay moves a weekly reminder to another weekday: 周三, 周三20:00.
func (r Reminder) otherDay(said string, now time.Time) (Rule, string, bool) {
	m := weekdays.FindStringSubmatch(said)
	if m == nil || !specDay.MatchString(r.Rule.Spec) || !strings.HasPrefix(r.Rule.Spec, "FREQ=WEEKLY") {
		return Rule{}, "", false
	}
	rule := r.Rule
	rule.Spec = specDay.ReplaceAllString(rule.Spec, "BYDAY="+dayCode[m[1]]+"$1")
	if rest := strings.TrimSpace(said[len(m[0]):]); rest != "" {
		read, ok := zhtime.Find(rest, now, zhtime.Options{Prefer: zhtime.Future})
		if !ok || read.WholeDay || !specClock.MatchString(rule.Spec) {
			return Rule{}, "", false
		}
		rule.Spec = specClock.ReplaceAllString(rule.Spec, "X-AT="+read.Start.Format("15:04")+"$1")
	}
	words := "每周" + m[1] + clockOf(rule.Spec)
	if _, shift, ok := strings.Cut(withoutAhead(r.Said), "，"); ok {
		words += "，" + shift
	}
	return rule, words, true
}

// otherClock moves a recurrence to another time of day.
func (r Reminder) otherClock(read zhtime.Reading) (Rule, string, error) {
	if !specClock.MatchString(r.Rule.Spec) {
		return Rule{}, "", bot.Errorf(bot.Invalid, "这条提醒一天不止一次，请把日子和时间一起说。")
	}
	rule := r.Rule
	r.Said = withoutAhead(r.Said)
	old := clockOf(rule.Spec)
	rule.Spec = specClock.ReplaceAllString(rule.Spec, "X-AT="+read.Start.Format("15:04")+"$1")
	words := strings.Replace(r.Said, old, clockOf(rule.Spec), 1)
	if at := saidClock.FindAllStringIndex(r.Said, 2); words == r.Said && len(at) == 1 {
		words = r.Said[:at[0][0]] + clockOf(rule.Spec) + r.Said[at[0][1]:]
	}
	if words == r.Said {
		words += "，改为" + clockOf(rule.Spec)
	}
	return rule, words, nil
}

// aheadBehind is how long before it one was reminded, which a new time does not keep.
var aheadBehind = regexp.MustCompile(`，提前[^，]*`)

func withoutAhead(said string) string { return aheadBehind.ReplaceAllString(said, "") }

// saidClock is a time of day in words: 早上八点半.
var saidClock = regexp.MustCompile(`(?:凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里)?(?:[0-9]{1,2}|[零一二两三四五六七八九十]{1,3})点(?:钟|半|[一三]刻|(?:[0-9]{1,2}|[零一二三四五六七八九十]{1,3})分?)?`)

func clockOf(spec string) string {
	_, clock, _ := strings.Cut(strings.TrimSuffix(specClock.FindString(spec), ";"), "=")
	return clock
}
