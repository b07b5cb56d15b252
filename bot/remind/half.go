package remind

import (
	"regexp"
	"time"

	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// An hour without a part of the day is one of two. Nobody is called to a meeting between
// midnight and the end of the quiet hours, so the small hours are those of the afternoon;
// at six and seven it depends on what one meets for.

var (
	// bareHour is an hour from one to seven behind a day, without a part of the day.
	bareHour = regexp.MustCompile(`(?:(?:周|星期|礼拜)[一二三四五六日天]\s*|^|[^0-9零一二两三四五六七八九十:：早晚午夜晨昼晌黑亮里间头点點和、及与跟~至到])([1-7一二两三四五六七])(?:点|點|[:：][0-5][0-9])`)
	// ofDay are the words that say which half it is.
	ofDay = regexp.MustCompile(`早|晚|上午|下午|中午|午后|午夜|凌晨|夜|晨|晌|[上下]昼|傍|黑|亮|白天|[apAP][mM]|提前`)
	// secondHour is one more hour, so that those said may be of a clock of 24.
	secondHour = regexp.MustCompile(`[0-9零一二两三四五六七八九十][点點:：]`)
	// gathering are things that people come together for, or do after the day's work.
	gathering = regexp.MustCompile(`会$|会[，,。 ]|[开例班党务议]会|会议|议事|学习|党课|上课|座谈|培训|跳舞|广场舞|聚餐|吃饭|晚饭|下班|放学|散步|巡逻|夜校|看电视|新闻联播`)
	// atDawn are things that people do before the day begins.
	atDawn    = regexp.MustCompile(`起床|起来|起夜|早|晨|赶车|火车|飞机|赶集|喂奶|夜班|看球|出摊|升旗`)
	hourDigit = map[string]int{
		"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
		"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7,
	}
)

// half says for a bare hour which half of the day is meant, in the words themselves, so
// that the answer says it back: 每周五三点 is 每周五下午三点. What may as well be meant goes
// into Else. about is what it is about, where that is not in the sentence.
func (r *Request) half(s, about string, now time.Time) string {
	read, ok := zhtime.Find(s, now, zhtime.Options{Prefer: zhtime.Future})
	words := zhtext.Fold(read.Text).Text
	if !ok || ofDay.MatchString(words) || len(secondHour.FindAllString(read.Text, 2)) > 1 {
		return s
	}
	if read.Kind != zhtime.Recurring && (read.Kind != zhtime.Point || !dated.MatchString(words)) {
		return s // the next such hour, which is sure enough
	}
	m := bareHour.FindStringSubmatchIndex(read.Text)
	if m == nil {
		return s
	}
	hour, clock := hourDigit[read.Text[m[2]:m[3]]], read.Text[m[2]:]
	part, other := halfOf(hour, tidy(cutOut(s, read), "。")+about, !r.Me && !r.For.Zero())
	if part == "" {
		return s
	}
	if other != "" {
		r.Else, r.ElseFor = other+clock, "要"+other
	}
	runes := []rune(s)
	return string(runes[:read.From]) + read.Text[:m[2]] + part + string(runes[read.From:])[m[2]:]
}

// halfOf is the part of the day of a bare hour for what it is about, and the part that may
// be meant as well; others are to be told, and not only who asks.
func halfOf(hour int, about string, others bool) (part, other string) {
	evening := gathering.MatchString(about)
	switch {
	case atDawn.MatchString(about) && hour <= 3:
		return "凌晨", "下午"
	case atDawn.MatchString(about):
		return "早上", "下午"
	case hour <= 4 || hour == 5 && evening:
		return "下午", ""
	case hour == 5, hour == 6 && (evening || others):
		return "下午", "早上"
	case hour == 6:
		return "早上", "下午"
	case evening: // at seven
		return "晚上", "早上"
	}
	return "", ""
}

// late is from when on, counted from midnight, a mere hour that is over this morning is
// rather that of tomorrow's: nobody means half past nine at night by 9:30.
const late = 21*time.Hour + 30*time.Minute

// notLate takes a mere hour whose next time is late in the evening for that of the morning
// after, if it may be that one.
func (r *Request) notLate(read zhtime.Reading) zhtime.Reading {
	clock := time.Duration(read.Start.Hour())*time.Hour + time.Duration(read.Start.Minute())*time.Minute
	if read.Kind != zhtime.Point || clock < late || !mereHour.MatchString(read.Text) || len(read.Others) == 0 || !read.Others[0].Start.After(read.Start) {
		return read
	}
	r.Else, r.ElseFor = "今晚"+read.Text, "要今晚"
	next := read.Others[0].Start
	read.Start, read.End, read.Others, read.Doubtful = next, next, nil, false
	return read
}
