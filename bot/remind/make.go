package remind

import (
	"regexp"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

// farthest is how many years ahead a reminder may lie.
const farthest = 20

// mostTimes is how many times a day a reminder may come.
const mostTimes = 4

// RuleOf makes a rule of what was said. What cannot be a reminder is a *bot.Error for
// the member: no time, one that is over, one that comes by the minute.
func (r Request) RuleOf(p Place, now time.Time) (Rule, error) {
	w := r.When
	if err := r.notWhole(); err != nil {
		return Rule{}, err
	}
	if err := r.unclear(); err != nil {
		return Rule{}, err
	}
	switch w.Kind {
	case zhtime.None:
		return Rule{}, r.noTime()
	case zhtime.Impossible:
		if clockSaid.MatchString(w.Text) && !dated.MatchString(w.Text) {
			return Rule{}, bot.Errorf(bot.Invalid, "没有“%s”这个时间，请再说一次，例如：下午三点。", w.Text)
		}
		return Rule{}, bot.Errorf(bot.Invalid, "“%s”这一天不存在，请再说一次日期。", w.Text)
	case zhtime.Duration:
		return Rule{}, bot.Errorf(bot.Invalid, "“%s”是多长时间，不是什么时候。例如：%s后。", w.Text, w.Text)
	case zhtime.Recurring:
		return r.recurring(p, now)
	}
	at := w.Start
	switch {
	case w.Deadline && w.WholeDay:
		at = morning(w.End.Add(-time.Second))
	case w.Deadline:
		at = w.End
	case w.WholeDay:
		at = morning(w.Start)
	}
	if r.Shift {
		at = p.Calendar.Shift(at.In(p.Zone))
	}
	if !at.After(now) {
		if w.WholeDay && w.End.After(now) && !w.Deadline {
			return Rule{}, r.begun(now)
		}
		return Rule{}, bot.Errorf(bot.Invalid, "%s已经过了，请说一个以后的时间。", zhtime.Echo(at.In(p.Zone), now.In(p.Zone), false))
	}
	if at.Year() > now.Year()+farthest {
		return Rule{}, bot.Errorf(bot.Invalid, "“%s”太远了，我最多记%d年以内的事。", w.Text, farthest)
	}
	return Rule{Once: at}, nil
}

// restOfTime is a piece of a time that was not understood with it: without it the
// reminder would come on another day.
var restOfTime = regexp.MustCompile(`^(?:第[一二三四五1-5]个?|最后一?个)(?:星期|周|礼拜)[一二三四五六日天末]|^[上中下]旬`)

func (r Request) recurring(p Place, now time.Time) (Rule, error) {
	rec := r.When.Recurrence
	if rest := restOfTime.FindString(r.Text); rest != "" {
		return Rule{}, bot.Errorf(bot.Invalid, "“%s%s”我还算不出来，请说一个日期，例如：%s5号。", r.When.Text, rest, r.When.Text)
	}
	if !rec.Daily() || rec.Times() > mostTimes {
		return Rule{}, bot.Errorf(bot.Invalid, "提醒一天最多%d次，不能说“%s”。", mostTimes, r.When.Text)
	}
	rec = rec.At(Morning)
	if r.Shift {
		rec = rec.Shifted()
	}
	spec, ok := rec.Spec()
	if !ok {
		return Rule{}, bot.Errorf(bot.Invalid, "“%s”还不能每年提醒，请说一个日期或节日。", r.When.Text)
	}
	spec, err := r.aheadOf(spec)
	if err != nil {
		return Rule{}, err
	}
	rule := Rule{Spec: spec, From: now, Until: r.Until, Workdays: r.Skip}
	if r.Begin.After(now) {
		rule.From = r.Begin
	}
	for _, t := range r.Except {
		rule.Except = append(rule.Except, t.Format(time.DateOnly))
	}
	if first := rule.Coming(p, now, 1); r.lasting != (length{}) && r.Until.IsZero() && len(first) > 0 {
		rule.Until = r.lasting.from(first[0].In(p.Zone))
	}
	return rule, nil
}

// begun refuses a day, or a stretch of days, whose morning is over: the hour or the day has
// to be said.
func (r Request) begun(now time.Time) error {
	if r.When.End.Sub(r.When.Start) <= 24*time.Hour {
		return bot.Errorf(bot.Invalid, "“%s”请带上几点再说一次，例如：提醒我 今天下午三点 交材料。", r.When.Text)
	}
	next := now.AddDate(0, 0, 1)
	return bot.Errorf(bot.Invalid, "“%s”已经开始了，请说是哪一天，例如：%d月%d日。", r.When.Text, next.Month(), next.Day())
}

// gapped are words of a time that stood apart: 每周五 三点.
var gapped = regexp.MustCompile(`(\p{Han})[\s　]+(\p{Han})`)

// SaidOf is the time as it was said, with what else belongs to it.
func (r Request) SaidOf() string {
	said := gapped.ReplaceAllString(r.When.Text, "$1$2") + r.aheadSaid
	if r.Shift {
		said += "，遇节假日顺延"
	}
	if r.Skip {
		said += "，遇节假日取消"
	}
	return said
}

// morning is the day's time for what was said without one.
func morning(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, int(Morning/time.Hour), 0, 0, 0, t.Location())
}
