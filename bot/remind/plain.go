package remind

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// rewrite puts one way of writing a time in the place of another.
type rewrite struct {
	said *regexp.Regexp
	// plain is what is read instead, as for [regexp.Regexp.ReplaceAllString].
	plain string
}

const (
	hanNumber = `[一二两三四五六七八九十]`
	// smallNumber is a number of a clock or of a day of the month.
	smallNumber = `(?:[0-9]{1,2}|[零一二两三四五六七八九十]{1,3})`
	// partWord is a part of the day behind which an hour stands.
	partWord = `(?:早上|上午|中午|下午|傍晚|晚上|今晚|明晚|夜里|凌晨)`
	// tenths are days of a month above ten, in words.
	tenths = `(?:二十[一二三四五六七八九]?|十[一二三四五六七八九]?|三十[一]?)`
)

// plainer are what people write who mistype, write by ear or speak a dialect, and short
// ways to say a time, each as it is read. Every one is about a time only, so that what a
// reminder is about stays as it was typed.
var plainer = []rewrite{
	// By ear and by eye.
	{regexp.MustCompile(`下五(\s*` + smallNumber + `\s*[点點:：])`), "下午$1"},
	{regexp.MustCompile(`(?:星其|星欺|兴期|新期|星期期)([一二三四五六日天1-6])`), "星期$1"},
	{regexp.MustCompile(`(` + partWord + `\s*` + smallNumber + `)(?:电|典|奌|店)(半|钟|\s|[，,。]|$)`), "${1}点$2"},
	{regexp.MustCompile(`[名朋][天田]((?:` + partWord + `)?\s*` + smallNumber + `[点點:：])`), "明天$1"},
	{regexp.MustCompile(`([0-9][:：][0-9]{2})分`), "$1"},
	{regexp.MustCompile(`((?:[天日号号午上晚晨里]|[周期拜][一二三四五六日天])\s*)([01]?[0-9]|2[0-3])[.．]([0-5][0-9])(\s|[，,]|[^0-9.元块斤米万个点度%])`), "$1$2:$3$4"},
	{regexp.MustCompile(`^((?:[^0-9]*。)?\s*)(1[0-2]|[1-9])\.([1-9])(\s)`), "${1}${2}月${3}日$4"},
	{regexp.MustCompile(`(早上?|晚上?|上午|下午)([0-9]{1,2})(\s)`), "${1}${2}点$3"},
	{regexp.MustCompile(`(` + smallNumber + `)分(后|以后|之后)`), "${1}分钟$2"},
	// Dialects and old words.
	{regexp.MustCompile(`明朝(早|上午|中午|下午|晚|夜|下昼|上昼|\s*` + smallNumber + `\s*[点點:：])`), "明天$1"},
	{regexp.MustCompile(`(^|。\s*)明朝(\s)`), "${1}明天$2"},
	{regexp.MustCompile(`(今|明|后)儿?个?黑(了|天)?([\s，,]|\s*` + smallNumber + `[点點:：])`), "${1}天晚上$3"},
	{regexp.MustCompile(`(^|[^前去今明后大0-9一二三四五六七八九十])年初([一二三四五六七八九十])`), "${1}大年初$2"},
	{regexp.MustCompile(`(正|七|八)月半(\s|$|[^0-9一二三四五六七八九十年天个])`), "农历${1}月十五$2"},
	{regexp.MustCompile(`(?:公历|阳历|新历|国历)\s*((?:` + hanNumber + `{1,2}|[0-9]{1,2})月(?:` + hanNumber + `{1,3}|[0-9]{1,2}))[日号]?`), "${1}日"},
	{regexp.MustCompile(`((?:这个?|本|下下?个?)月)(` + tenths + `|[一二三四五六七八九])([\s，,]|` + partWord + `|$)`), "${1}${2}号$3"},
	{regexp.MustCompile(`(农历|阴历|旧历)((?:十[一二]?|[一二三四五六七八九])月)([一二三四五六七八九])(\s|[，,]|$|` + partWord + `|[^0-9零一二三四五六七八九十日号])`), "$1${2}初$3$4"},
	// Words for the same days.
	{regexp.MustCompile(`(^|[^每一二两三四五六七八九十上下本这个隔双单数])周周([一二三四五六日])`), "${1}每周$2"},
	{regexp.MustCompile(`[一每]天一[次回]`), "每天"},
	{regexp.MustCompile(`(每个?|逢)?(?:双休日|礼拜六礼拜天|周六周日|周六日)(\s|早|上午|下午|晚|中午|$)`), "${1}周末$2"},
	{regexp.MustCompile(`(^|[\s。，,])(?:周|星期|礼拜)([一二三四五六日]{2,6})(\s|早|上午|下午|晚|中午|` + smallNumber + `[点點:：])`), "${1}每周$2$3"},
	{regexp.MustCompile(`(^|[^每个])上班日(\s|早|上午|下午|晚|中午|` + smallNumber + `[点點:：])`), "${1}工作日$2"},
	{regexp.MustCompile(`(每个?月)(?:的)?头一个`), "${1}第一个"},
	{regexp.MustCompile(`(每个?月)(?:的)?头一天`), "${1}1号"},
	{regexp.MustCompile(`(^|[^个月底末年度季])(?:月底|月末)(?:的)?(最后一(?:天|个工作日|个上班日|个(?:周|星期|礼拜)[一二三四五六日天]))`), "${1}本月$2"},
	{regexp.MustCompile(`早(` + smallNumber + `)\s*晚(` + smallNumber + `)([\s，,]|$)`), "早上${1}点和晚上${2}点$3"},
	{regexp.MustCompile(`(每个?月(?:[0-9]{1,2}|` + hanNumber + `{1,3})[号日])(?:以前|之前|前)([\s，,]|$|[^0-9一二两三四五六七八九十半])`), "$1$2"},
	// So long before an hour.
	{regexp.MustCompile(`([点半刻]|[:：][0-9]{2})(?:以前|之前|前)\s*((?:半|[0-9一二两三四五六七八九十]{1,3})个?(?:分钟|刻钟|小时|钟头))`), "$1，提前$2 "},
}

// thisHour is the time of day of now on another day: 明天这个时候.
var thisHour = regexp.MustCompile(`([天日号])的?(?:这个时候|这时候|这个点|这个时间|同一时间|这会儿)`)

// thisDay is the day of today in another month or year: 下个月今天, 明年今天.
var thisDay = regexp.MustCompile(`(下下个月|下个?月|明年|后年|下周|下个?星期|下个?礼拜)的?(?:今天|这一天|这天|今日)`)

// plainly puts what can be reckoned with in the place of slips and of dialect.
func plainly(s string, now time.Time) string {
	for _, p := range plainer {
		s = p.said.ReplaceAllString(s, p.plain)
	}
	s = thisHour.ReplaceAllString(s, "${1}"+now.Format("15:04"))
	return thisDay.ReplaceAllStringFunc(s, func(said string) string {
		y, m, d := now.Date()
		switch {
		case strings.HasPrefix(said, "下下"):
			m += 2
		case strings.Contains(said, "月"):
			m++
		case strings.HasPrefix(said, "明年"):
			y++
		case strings.HasPrefix(said, "后年"):
			y += 2
		default:
			d += 7
		}
		if strings.Contains(said, "周") || strings.Contains(said, "星期") || strings.Contains(said, "礼拜") {
			y, m, d = time.Date(y, m, d, 0, 0, 0, 0, now.Location()).Date()
		} else {
			y, m, _ = time.Date(y, m, 1, 0, 0, 0, 0, now.Location()).Date() // 31日 of a short month is said not to exist
		}
		return fmt.Sprintf("%d年%d月%d日", y, m, d)
	})
}
