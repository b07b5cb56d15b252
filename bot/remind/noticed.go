package remind

import (
	"fmt"
	"regexp"
	"time"

	"yiqun/intents/zhtime"
)

// stateOf is what holds for several days and is to be known before it begins: one says it
// once, and not on each of them.
var stateOf = regexp.MustCompile(`^(?:(?:小区|社区|全村|单位|学校|大家|都|要|会|将|我们|统一)*)(?:放假|休息|停水|停电|停气|停暖|停课|停诊|停工|断水|断电|断网|休市|闭馆|关门|不上班|不营业|不办公|施工|检修|封路|修路|消杀|外出)`)

// beforehand makes of a stretch of days on which something holds one reminder, the
// morning before it begins, that names the days: 27号到29号放假. Where that is over, it comes
// when it begins. Any other stretch is for each of its days, and both say what to type for
// the other.
func (r *Request) beforehand(now time.Time) {
	if r.When.Kind != zhtime.Recurring || !r.When.Recurrence.WholeDay || r.Begin.IsZero() || r.Until.IsZero() || eachDay.MatchString(r.When.Text) {
		return
	}
	before := morning(r.Begin.AddDate(0, 0, -1))
	if !stateOf.MatchString(r.Text) {
		if before.After(now) && !r.Me {
			r.Note, r.Else = "这几天每天提醒一次", fmt.Sprintf("%d月%d日9点", before.Month(), before.Day())
			r.ElseFor = "只要提前一天提醒"
		}
		return
	}
	at := before
	if !at.After(now) {
		at = morning(r.Begin)
	}
	if !at.After(now) {
		return // it has begun: on each of the days that are left
	}
	said := r.When.Text
	r.Text = said + r.Text
	r.Note, r.Else, r.ElseFor = "只在开始前提醒一次", said+"每天9点", "要每天都提醒"
	if !before.After(now) {
		r.Note = "只在第一天提醒一次"
	}
	r.When = zhtime.Reading{Kind: zhtime.Point, Start: at, End: at, Text: said, From: r.When.From, To: r.When.To}
	r.Begin, r.Until = time.Time{}, time.Time{}
}
