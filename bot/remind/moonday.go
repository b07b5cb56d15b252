package remind

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/intents/zhtime"
)

// Meaning is one of the days that a sentence may mean: how it is offered, and the sentence
// that says so.
type Meaning struct{ Label, Say string }

var (
	// wordDate is a month and a day in words, without 日 or 号: those of the lunar calendar
	// are said so, and many of the other.
	wordDate = regexp.MustCompile(`((?:十[一二]?|[一二三四五六七八九])月)(` + tenths + `|[一二三四五六七九])`)
	// wordDay is a day of every month that is said so.
	wordDay = regexp.MustCompile(`(每个?月的?)(` + tenths + `)`)
	// newMoon is a day of the lunar month without its month.
	newMoon = regexp.MustCompile(`初[一二三四五六七八九十]`)
	// goesOn stands behind what is such a date, or nothing does.
	goesOn = regexp.MustCompile(`^(?:$|[\s，,。前]|提醒|记得|叫|喊|早|上午|中午|下午|晚|那天|当天|` + smallNumber + `[点點:：])`)
	// calendarNamed stands before a date whose calendar or year is said, or that is one of a
	// row.
	calendarNamed = regexp.MustCompile(`(?:[历曆年闰閏月大逢每和、与0-9零一二三四五六七八九十]|春节|元宵)\s*$`)
	everyYear     = regexp.MustCompile(`(?:每年|年年)的?\s*$`)
)

// Meanings are the days that a sentence may mean by a date that is one of the lunar calendar
// or one of the other, and the date as it was said; none where it can mean only one.
func Meanings(sentence string, known Known, p Place, now time.Time) (date string, ways []Meaning) {
	if at := wordDate.FindStringSubmatchIndex(sentence); at != nil && twoCalendars(sentence[at[2]:at[3]], sentence[at[4]:at[5]]) {
		head, said, tail := sentence[:at[0]], sentence[at[0]:at[1]], sentence[at[1]:]
		if goesOn.MatchString(tail) && (everyYear.MatchString(head) || !calendarNamed.MatchString(head)) {
			lunar := said
			if day := sentence[at[4]:at[5]]; !strings.Contains(day, "十") {
				lunar = sentence[at[2]:at[3]] + "初" + day
			}
			return said, meant(known, p, now, Meaning{"农历", head + "农历" + lunar + tail}, Meaning{"公历", head + "公历" + said + "日" + tail})
		}
	}
	if at := wordDay.FindStringSubmatchIndex(sentence); at != nil && goesOn.MatchString(sentence[at[1]:]) {
		head, day, tail := sentence[:at[3]], sentence[at[4]:at[5]], sentence[at[1]:]
		return sentence[at[0]:at[1]], meant(known, p, now, Meaning{"农历", head + "农历" + day + tail}, Meaning{"公历", head + day + "号" + tail})
	}
	if at := newMoon.FindStringIndex(sentence); at != nil {
		head, said, tail := sentence[:at[0]], sentence[at[0]:at[1]], sentence[at[1]:]
		if goesOn.MatchString(tail) && !calendarNamed.MatchString(head) {
			return said, meantMoon(known, p, now, head, said, tail)
		}
	}
	return "", nil
}

// twoCalendars reports whether a month and a day in words may be of either calendar. The
// first ten days of a lunar month are called 初 but for the feasts: 六月六, 十月一.
func twoCalendars(month, day string) bool {
	return day+"月" == month || month == "十月" && day == "一" || strings.ContainsAny(day, "十") && day != "十" && day != "三十一"
}

// meant keeps those of some meanings that can be reckoned, with the day on which each comes
// first; none where that is the same.
func meant(known Known, p Place, now time.Time, ways ...Meaning) []Meaning {
	var out []Meaning
	for _, w := range ways {
		r, _ := Read(w.Say, now, known)
		rule, err := r.RuleOf(p, now)
		if err != nil {
			continue
		}
		coming := rule.Coming(p, now, 1)
		if len(coming) == 0 {
			continue
		}
		w.Label += "，" + zhtime.Echo(coming[0].In(p.Zone), now, false)
		if rule.Recurs() {
			w.Label += "起"
		}
		out = append(out, w)
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// meantMoon are the days meant by one of a lunar month that is not named: the next, that of
// the new year, each of them.
func meantMoon(known Known, p Place, now time.Time, head, said, tail string) []Meaning {
	next, ok := zhtime.Find("每月"+said, now, zhtime.Options{Prefer: zhtime.Future})
	if !ok || next.Kind != zhtime.Recurring {
		return nil
	}
	days := next.Recurrence.After(now.AddDate(0, 0, 1), 1)
	if len(days) == 0 {
		return nil
	}
	day := fmt.Sprintf("%d年%d月%d日", days[0].Year(), days[0].Month(), days[0].Day())
	ways := meant(known, p, now,
		Meaning{"就这一次", head + day + tail}, Meaning{"每个月", head + "每逢" + said + tail}, Meaning{"大年" + said, head + "大年" + said + tail})
	_, first, _ := strings.Cut(slices.Concat(ways, []Meaning{{}})[0].Label, "，")
	return slices.DeleteFunc(ways, func(w Meaning) bool {
		return strings.HasPrefix(w.Label, "大年") && strings.HasSuffix(w.Label, "，"+first)
	})
}

// Unsettled is the year of a time that asks for workdays whose holidays are not arranged
// yet, 0 if it is not so: 国庆后第一个工作日 of next year.
func (r Request) Unsettled(p Place, at time.Time) int {
	if !strings.Contains(r.When.Text, "工作日") && !strings.Contains(r.When.Text, "上班") && !r.Shift {
		return 0
	}
	if year := at.In(p.Zone).Year(); !p.Calendar.Arranged(year) {
		return year
	}
	return 0
}
