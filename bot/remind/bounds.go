package remind

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

var (
	untilLead = regexp.MustCompile(`(?:[，,、 ]*(?:一直|直)?[吃喝用做打练擦])?(?:一直|直)?(?:到|至|截止到|截止)\s*$`)
	// doneLead is what somebody does until a day, where the word for until goes with it:
	// 每天吃药，吃到月底.
	doneLead   = regexp.MustCompile(`[，,、 ]*(?:一直|直)?[吃喝用做打练擦]\s*$`)
	untilTail  = regexp.MustCompile(`^\s*(?:为止|结束|止)`)
	exceptLead = regexp.MustCompile(`[，,、;； ]*(?:但是|但|不过|只是)?\s*(?:除了|除开|跳过|不含|不包括)\s*$`)
	exceptTail = regexp.MustCompile(`^\s*(?:这一天|那一天|这天|那天)?\s*(?:除外|例外|不算|不用提醒|不提醒|不用|跳过|停一次|不开)`)
	exceptMore = regexp.MustCompile(`[，,\s]*(?:和|、|与|及|还有)\s*$`)
	// exceptAnd stands behind a day whose fellow has been taken out: 10月3日和……除外.
	exceptAnd  = regexp.MustCompile(`^\s*(?:和|、|与|及|还有)(?:\s+|$)`)
	exceptJoin = regexp.MustCompile(`[，,、;； ]+(?:但是|但|不过|只是)?\s*$`)
	// endSaid is a change that says when a recurrence ends: 到12月31日为止.
	endSaid = regexp.MustCompile(`^(?:一直到|直到|截止到|截止|到|至)?\s*(.+?)\s*(为止|结束|止)?$`)
	endLead = regexp.MustCompile(`^(?:一直到|直到|截止到|截止)`)
)

// bounds takes the end of a recurrence, and the days on which it does not come, out of
// a sentence, and returns the rest.
func (r *Request) bounds(s string, now time.Time) string {
	for {
		all := zhtime.FindAll(s, now, zhtime.Options{Prefer: zhtime.Future})
		k := slices.IndexFunc(all, func(t zhtime.Reading) bool { return t.Kind == zhtime.Recurring })
		if len(all) < 2 || k < 0 {
			return s
		}
		i := slices.IndexFunc(all, func(t zhtime.Reading) bool {
			return t.From != all[k].From && (r.within(s, t, all[k]) || r.bound(s, &t, now))
		})
		if i < 0 {
			return s
		}
		t := all[i]
		r.widen(s, &t)
		s = cutOut(s, t)
	}
}

// bound reads one date behind a recurrence as its end, or as days left out.
func (r *Request) bound(s string, t *zhtime.Reading, now time.Time) bool {
	if t.Kind != zhtime.Span && t.Kind != zhtime.Point {
		return false
	}
	lead, tail := around(s, *t)
	if r.begins(*t) {
		return true
	}
	switch {
	case exceptLead.MatchString(lead), exceptTail.MatchString(tail), len(r.Except) > 0 && (exceptMore.MatchString(lead) || exceptAnd.MatchString(tail)):
		r.Except = append(r.Except, daysOf(*t, now)...)
		return true
	case r.Until.IsZero() && (t.Deadline || untilLead.MatchString(lead)):
		r.Until = t.End
		return true
	}
	return false
}

// within reads several days right before a recurrence as those on which it comes: 27号到29号
// 每天八点, 下周每天.
func (r *Request) within(s string, t, rec zhtime.Reading) bool {
	if t.Kind != zhtime.Span || !t.WholeDay || t.Deadline || t.End.Sub(t.Start) < 47*time.Hour || !r.Begin.IsZero() || !r.Until.IsZero() || t.To > rec.From {
		return false
	}
	if between := string([]rune(s)[t.To:rec.From]); strings.Trim(between, " 的，,里内") != "" {
		return false
	}
	r.Begin, r.Until = t.Start, t.End
	return true
}

// mostDaysOff bounds how many days one exception leaves out.
const mostDaysOff = 62

// daysOf are the days of a time that was said. Whoever names a holiday means all of it:
// 国庆除外.
func daysOf(read zhtime.Reading, now time.Time) []time.Time {
	whole, ok := zhtime.Parse(read.Text+"期间", now, zhtime.Options{Prefer: zhtime.Future})
	if ok && whole.Kind == zhtime.Span && !whole.Start.After(read.Start) && read.Start.Before(whole.End) {
		read = whole
	}
	out := []time.Time{read.Start}
	for day := read.Start.AddDate(0, 0, 1); day.Before(read.End) && len(out) < mostDaysOff; day = day.AddDate(0, 0, 1) {
		out = append(out, day)
	}
	return out
}

// around is what stands before and behind a time.
func around(s string, t zhtime.Reading) (lead, tail string) {
	runes := []rune(s)
	return string(runes[:t.From]), string(runes[min(t.To, len(runes)):])
}

// widen takes in the words that make a date an end or an exception.
func (r *Request) widen(s string, t *zhtime.Reading) {
	lead, tail := around(s, *t)
	before, behind := untilLead.FindString(lead), untilTail.FindString(tail)
	if t.Deadline && before == "" {
		before = doneLead.FindString(lead)
	}
	if e := exceptLead.FindString(lead); e != "" {
		before = e
	}
	if e := exceptMore.FindString(lead); e != "" && len(r.Except) > 1 {
		before = e
	}
	e := exceptTail.FindString(tail)
	if e == "" && len(r.Except) > 1 {
		e = exceptAnd.FindString(tail)
	}
	if e != "" {
		behind = e
		if before == "" {
			before = exceptJoin.FindString(lead)
		}
	}
	t.From -= utf8.RuneCountInString(before)
	t.To += utf8.RuneCountInString(behind)
}

// Bounds says how a recurrence ends and when it does not come, behind its time:
// ，到12月31日为止，12月1日除外. Empty where it does neither.
func (r Rule) Bounds(p Place, now time.Time) string {
	var b strings.Builder
	day := func(t time.Time) string {
		if t = t.In(p.Zone); t.Year() != now.In(p.Zone).Year() {
			return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
		}
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	if r.Spec == "" {
		return ""
	}
	if !r.Until.IsZero() {
		b.WriteString("，到" + day(r.Until.Add(-time.Second)) + "为止")
	}
	for _, run := range r.daysOff(p, now) {
		first, last := run[0], run[len(run)-1]
		b.WriteString("，" + day(first))
		switch {
		case !last.After(first):
		case last.Year() == first.Year() && last.Month() == first.Month():
			fmt.Fprintf(&b, "到%d日", last.Day())
		default:
			b.WriteString("到" + day(last))
		}
		b.WriteString("除外")
	}
	return b.String()
}

// daysOff are the days to come that are left out, in runs of one after the other.
func (r Rule) daysOff(p Place, now time.Time) [][]time.Time {
	var runs [][]time.Time
	for _, e := range slices.Sorted(slices.Values(r.Except)) {
		t, err := time.ParseInLocation(time.DateOnly, e, p.Zone)
		if err != nil || t.AddDate(0, 0, 1).Before(now) {
			continue
		}
		if n := len(runs); n > 0 && !t.After(runs[n-1][len(runs[n-1])-1].AddDate(0, 0, 1)) {
			runs[n-1] = append(runs[n-1], t)
			continue
		}
		runs = append(runs, []time.Time{t})
	}
	return runs
}

// ending reads a change that gives a recurrence an end; false for any other.
func (r Reminder) ending(said string, now time.Time) (Rule, bool) {
	m := endSaid.FindStringSubmatch(said)
	if m == nil || !r.Rule.Recurs() || m[2] == "" && !endLead.MatchString(said) {
		return Rule{}, false
	}
	read, ok := zhtime.Find(m[1], now, zhtime.Options{Prefer: zhtime.Future})
	if !ok || read.Kind != zhtime.Span && read.Kind != zhtime.Point {
		return Rule{}, false
	}
	rule := r.Rule
	rule.Until = read.End
	return rule, true
}

// without leaves out a day, or several: 跳过国庆.
func (r Reminder) without(said string, p Place, now time.Time) (Rule, string, error) {
	read, ok := zhtime.Find(said, now, zhtime.Options{Prefer: zhtime.Future})
	if !ok || read.Kind != zhtime.Span && read.Kind != zhtime.Point {
		return Rule{}, "", bot.Errorf(bot.Missing, "跳过哪一天？例如：改 %d 跳过12月1日。", r.Number)
	}
	rule := r.Rule
	rule.Except = slices.Clone(rule.Except)
	for _, day := range daysOf(read, now) {
		rule.Except = append(rule.Except, day.In(p.Zone).Format(time.DateOnly))
	}
	return rule, r.Said, nil
}
