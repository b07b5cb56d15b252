package remind

import (
	"regexp"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

// soonWords are times that leave everything open.
const soonWords = `等一?会儿?|待会儿?|过一?会儿?|一会儿|等一下|过几天|过些天|过一阵子?|过段时间|改天|改日|哪天|有空|有时间|闲下来|不忙的?时候|回头`

var (
	// aboutAnHour is how long people say who count by no clock.
	aboutAnHour = regexp.MustCompile(`(?:个把|点把)(?:小时|钟头|钟)`)
	// timesADay is how often a day, said without any hour; thrice and the like.
	timesADay = regexp.MustCompile(`(每天|每日|天天|一天|一日)(?:要)?\s*([两二2三3四4])\s*(?:次|回|遍|顿)`)
	hoursOf   = map[string]string{
		"两": "8点和20点", "二": "8点和20点", "2": "8点和20点", "三": "8点、12点和20点", "3": "8点、12点和20点",
		"四": "8点、12点、16点和20点", "4": "8点、12点、16点和20点",
	}
	// clockSaid is an hour anywhere in a sentence.
	clockSaid = regexp.MustCompile(`[0-9０-９零一二两三四五六七八九十][点點:：时]`)
	// whenUnknown is what somebody does, as the time to be reminded at: 吃饭前, 睡觉的时候.
	whenUnknown = regexp.MustCompile(`^(?:每次|等)?((?:吃|做|煮|早|中|午|晚)?(?:早|中|午|晚)?(?:饭|餐)|睡觉|睡|起床|起来|出门|出工|下地|上课|(?:学校|幼儿园|孩子|娃)?放学|上班|下班|回家|回来|洗澡|吃药)(?:以前|之前|前|以后|之后|后|的时候|时)`)
	soonSaid    = regexp.MustCompile(soonWords)
	// soonLeads is such a time before what it is about.
	soonLeads = regexp.MustCompile(`^(?:` + soonWords + `)[ ，,]*`)
	// countedOtherwise are ways to count days that are not reckoned here.
	countedOtherwise = regexp.MustCompile(`(?:[单双]数?(?:周|星期|礼拜)|隔(?:周|星期|礼拜)[一二三四五六日天]|[单双]号日|[一每]个?(?:周|星期|礼拜|月|季度?|年)[两二三四五六2-6][次回]|[每逢]?逢[0-9一二三四五六七八九十]+(?:[逢、和]+[0-9一二三四五六七八九十]+)*)`)
	// moonDay is a day of the lunar month without its month.
	moonDay = regexp.MustCompile(`^初[一二三四五六七八九十]`)
	// dayUnknown are days whose date is not reckoned here.
	dayUnknown = regexp.MustCompile(`入伏|头伏|中伏|末伏|三伏天|入梅|出梅|数九|[头一二三四五六七八九]九那天|闰月初?[一二三四五六七八九十]+|开学|放寒假|放暑假|期末|高考|中考|发工资那天|赶集那天|(?:法定)?节假日|休息日|年后|生日那天`)
	// moonOnly is a mere number of a day in words; fourDigits a time of day without its
	// colon, dotted what may be one or a date.
	moonOnly     = regexp.MustCompile(`^(十[一二三四五六七八九]?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?)(?: |$)`)
	dotted       = regexp.MustCompile(`^(1[0-2]|[1-9])\.([0-3][0-9])(?: |$)`)
	fourDigits   = regexp.MustCompile(`^([01][0-9]|2[1-3])([0-5][0-9])(?: |$)`)
	midnightSaid = regexp.MustCompile(`半夜三更|三更半夜|大半夜|半夜里?$`)
)

// loosely puts what can be reckoned with in the place of what people say who count by no
// clock. The answer says it back.
func loosely(s string) string {
	s = aboutAnHour.ReplaceAllString(s, "一个小时")
	m := timesADay.FindStringSubmatchIndex(s)
	if m == nil || clockSaid.MatchString(s) {
		return s
	}
	return s[:m[0]] + "每天" + hoursOf[s[m[4]:m[5]]] + " " + s[m[1]:]
}

// midnight moves a reminder for the middle of the night from the evening on which it
// begins.
func midnight(read zhtime.Reading) zhtime.Reading {
	if read.Kind == zhtime.Span && !read.Deadline && midnightSaid.MatchString(read.Text) && read.Start.Hour() == 22 {
		read.Start = read.Start.Add(2 * time.Hour)
	}
	return read
}

// unclear refuses what names no time of day although it seems to: 每天吃饭前. It asks for
// the hour.
func (r Request) unclear() error {
	exact := dated.MatchString(r.When.Text) && clockSaid.MatchString(r.When.Text)
	if m := countedOtherwise.FindString(r.When.Text + r.Text); m != "" && !exact {
		return bot.Errorf(bot.Invalid, "“%s”我还算不准，请说一个日期，或者“每周五”“隔周的周五”这样的话。", m)
	}
	if m := moonDay.FindString(r.Text); m != "" && !exact && r.When.Kind != zhtime.Recurring {
		return bot.Errorf(bot.Invalid, "“%s”是哪个月的？请说“腊月%s”这样的日期；每个月都要，就说“每逢%s”。", m, m, m)
	}
	if counted := strings.HasPrefix(r.When.Text, "前"); counted && r.When.Kind == zhtime.Span && r.Text != "" {
		if strings.ContainsAny(r.When.Text, "分时刻钟") {
			return bot.Errorf(bot.Invalid, "“%s”是从几点往前算，我不知道。请直接说几点，例如：明天下午2:50。", r.When.Text)
		}
		return bot.Errorf(bot.Invalid, "“%s”是从哪一天往前算，我不知道。请直接说日期，例如：12月5日。", r.When.Text)
	}
	if r.When.Kind == zhtime.Span && !r.When.WholeDay && !r.When.Deadline && !clockSaid.MatchString(r.When.Text) {
		if m := whenUnknown.FindString(r.Text); m != "" {
			return bot.Errorf(bot.Invalid, "“%s”是几点？请把几点一起说，例如：%s七点。", m, r.When.Text)
		}
	}
	if r.When.Kind == zhtime.None || !r.When.WholeDay {
		return nil
	}
	if m := whenUnknown.FindString(r.Text); m != "" {
		return bot.Errorf(bot.Missing, "“%s”是几点？直接说就行，例如：七点。", m)
	}
	return nil
}

// noTime asks when, in words that fit what was said.
func (r Request) noTime() error {
	switch m := soonSaid.FindString(r.Text); {
	case strings.Contains(m, "会"), strings.HasPrefix(m, "等"):
		return bot.Errorf(bot.Missing, "过多久提醒？例如：半小时后。")
	case m != "":
		return bot.Errorf(bot.Missing, "哪天几点提醒？例如：后天上午九点。")
	}
	if m := whenUnknown.FindString(r.Text); m != "" {
		return bot.Errorf(bot.Missing, "“%s”是几点？直接说就行，例如：今天七点。", m)
	}
	if m := dayUnknown.FindString(r.Text); m != "" {
		return bot.Errorf(bot.Missing, "“%s”是几月几号我算不出，请直接说日期，例如：12月5日。", m)
	}
	if m := moonOnly.FindStringSubmatch(r.Text); m != nil {
		return bot.Errorf(bot.Invalid, "“%s”是哪一天？请说“%s号”，或者“每月农历%s”这样的话。", m[1], m[1], m[1])
	}
	if m := dotted.FindStringSubmatch(r.Text); m != nil {
		return bot.Errorf(bot.Missing, "“%s.%s”是日期还是几点？日期请写“%s月%s日”，几点请写“%s:%s”。", m[1], m[2], m[1], m[2], m[1], m[2])
	}
	if m := fourDigits.FindStringSubmatch(r.Text); m != nil {
		return bot.Errorf(bot.Missing, "“%s%s”要是时间，请写“%s:%s”。", m[1], m[2], m[1], m[2])
	}
	return bot.Errorf(bot.Missing, "什么时候提醒？例如：提醒我 明天下午三点 交材料。")
}
