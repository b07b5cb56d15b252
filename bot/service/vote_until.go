package service

import (
	"regexp"
	"time"
	"unicode/utf8"

	"yiqun/intents/zhtime"
)

var (
	// toClause is until when a vote runs, said behind everything else without 截止: 到周五.
	toClause = regexp.MustCompile(clause + `(?:投(?:票)?)?((?:一直到|直到|到|至)[^\s，,。；;到至]{1,16}?)(?:为止|结束|止)?[\s。.]*$`)
	// untilCalled is such a clause that can mean nothing else. Without these words it may be an
	// option, or part of the motion: 几点关：到八点，到九点; 装修只许周一至周五，到晚上八点.
	untilCalled = regexp.MustCompile(`投|一直|为止|结束|止[\s。.]*$`)
	// listed ends a list whose last item is no deadline: 到八点 到九点 到十点.
	listed = regexp.MustCompile(`[:：，,、；;\s](?:到|至)[^\s，,。；;]{1,16}$`)
	// doneClause is when all are to have voted: 周五前投完.
	doneClause = regexp.MustCompile(clause + `([^\s，,。；;]{1,14}?(?:之前|以前|前|之内|以内|内))(?:大家|都|要|请|全部)*(?:投(?:完票?|好票?|票)?)[\s。.]*$`)
)

// longestUncalled is how far off a deadline may lie that nothing calls one.
const longestUncalled = 31 * 24 * time.Hour

// takeLastDay takes the clause behind a sentence that says until when its vote runs
// without the word for it. It must be a time from end to end.
func (m *motion) takeLastDay(text string, now time.Time) string {
	for _, shape := range []*regexp.Regexp{toClause, doneClause} {
		at := shape.FindStringSubmatchIndex(text)
		if at == nil || at[0] == 0 {
			continue
		}
		before, clause := text[:at[0]], text[at[0]:]
		r, ok := zhtime.Parse(text[at[2]:at[3]], now, zhtime.Options{Prefer: zhtime.Future})
		called := shape == doneClause || untilCalled.MatchString(clause)
		switch {
		case !ok, !r.Deadline, r.Kind != zhtime.Span, !r.End.After(now), listed.MatchString(before):
		case shape == toClause && endsInTime(before, now): // 义诊从周三 到周五
		case !called && (clause[0] != ' ' || r.End.Sub(now) > longestUncalled): // 合同续签 到明年底
		default:
			m.until = r.End
			return before
		}
	}
	return text
}

// endsInTime reports that the last words of a text are a time.
func endsInTime(text string, now time.Time) bool {
	all := zhtime.FindAll(text, now, zhtime.Options{Prefer: zhtime.Future})
	return len(all) > 0 && all[len(all)-1].To == utf8.RuneCountInString(text)
}
