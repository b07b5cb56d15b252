package remind

import (
	"regexp"
	"strings"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

const weekdayWord = `(?:周|星期|礼拜)[一二三四五六日天末]`

var (
	// moreTimes is a second time behind that understood, which would be lost.
	moreTimes = regexp.MustCompile(`^(?:\s*[和与跟及、]\s*(?:下个?|这个?|本)?(?:` + weekdayWord + `|[0-9一二三四五六七八九十廿]{1,3}[号日]|初[一二三四五六七八九十]|月[初中底末]|` + partWord + `?[0-9一二两三四五六七八九十]{1,3}[点點:：])|` + weekdayWord + `|\s+` + weekdayWord + `[\s、]+` + weekdayWord + `)`)
	// restBehind and restBefore are pieces of a time that stand right behind the one that was
	// understood, or before it, and would change it.
	restBehind = regexp.MustCompile(`^(?:的?(?:第[一二三四五1-5]个?|最后一?个?|倒数第?[一二三四五1-5]个?)(?:工作日|上班日|星期|周|礼拜|天)[一二三四五六日天末]?|[.．][0-9]|前[0-9一二两三四五六七八九十半]+个?(?:天|周|星期|礼拜|月|小时)|[和、](?:法定)?(?:节假日|假日|节日|放假))`)
	restBefore = regexp.MustCompile(`(?:每逢?|逢)\s*$|(?:[单双]数?周|第[一二三四五1-5]个?(?:周|星期|礼拜)|最后一个?(?:周|星期|礼拜))的?\s*$|[0-9]{1,2}[ 、,，]+(?:[0-9]{1,2}[ 、,，]+)*$`)
	// lengthBehind is how long before a time, dayBehind a day of the months before it.
	lengthBehind = regexp.MustCompile(`^[0-9一二两三四五六七八九十半]{1,3}个?(?:工作日|天|周|星期|礼拜|月|小时|分钟)`)
	dayBehind    = regexp.MustCompile(`^的?[0-9一二三四五六七八九十]{1,3}[号日]`)
	// monthPart is a day of the month that 每月 alone leaves open.
	monthPart = regexp.MustCompile(`^(?:倒数|最后|第[一二三四五1-5]个?(?:周|星期|礼拜))`)
)

// leftOver keeps what of a time was not understood: a reminder without it would come on
// another day, and nobody would know.
func (r *Request) leftOver(s string, t zhtime.Reading) {
	lead, tail := around(s, t)
	if m := moreTimes.FindString(tail); m != "" {
		r.Twice = strings.Trim(m, " 和与跟及、")
		return
	}
	m := restBehind.FindString(tail)
	if m == "" {
		if m = strings.TrimLeft(restBefore.FindString(lead), " "); m != "" {
			r.Left = m + t.Text
			return
		}
		if strings.HasSuffix(t.Text, "前") {
			m = lengthBehind.FindString(tail)
		}
		if strings.HasSuffix(t.Text, "月") && t.Kind == zhtime.Recurring {
			m = dayBehind.FindString(tail)
		}
		if rest := strings.TrimSpace(tail); t.Kind == zhtime.Recurring && monthPart.MatchString(rest) {
			m = monthPart.FindString(rest)
		}
	}
	if m != "" {
		r.Left = t.Text + m
	}
}

// notWhole refuses a time of which a piece was not understood.
func (r Request) notWhole() error {
	switch {
	case r.Twice != "" && weekdayIn.MatchString(r.When.Text) && weekdayIn.MatchString(r.Twice):
		return bot.Errorf(bot.Invalid, "“%s”和“%s”是两个时间，请分两句说；每周都要，就说“每周二和周四”这样的话。", r.When.Text, r.Twice)
	case r.Twice != "":
		return bot.Errorf(bot.Invalid, "“%s”和“%s”是两个时间，请分两句说；每天都要，就说“每天9点和15点”这样的话。", r.When.Text, r.Twice)
	case r.Left != "":
		return bot.Errorf(bot.Invalid, "“%s”我还算不准，请说一个日期，或者“每周五”“每月25号”这样的话。", r.Left)
	}
	return nil
}

var weekdayIn = regexp.MustCompile(weekdayWord)
