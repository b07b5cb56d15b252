package service

import (
	"regexp"
	"time"

	"yiqun/intents/zhtime"
)

var (
	// toClause is until when a vote runs, said behind everything else without 截止: 到周五.
	toClause = regexp.MustCompile(clause + `(?:投(?:票)?)?((?:一直到|直到|到|至)[^\s，,。；;到至]{1,16}?)(?:为止|结束|止)?[\s。.]*$`)
	// doneClause is when all are to have voted: 周五前投完.
	doneClause = regexp.MustCompile(clause + `([^\s，,。；;]{1,14}?(?:之前|以前|前|之内|以内|内))(?:大家|都|要|请|全部)*(?:投(?:完票?|好票?|票)?)[\s。.]*$`)
)

// takeLastDay takes the clause behind a sentence that says until when its vote runs
// without the word for it. It must be a time from end to end.
func (m *motion) takeLastDay(text string, now time.Time) string {
	for _, shape := range []*regexp.Regexp{toClause, doneClause} {
		at := shape.FindStringSubmatchIndex(text)
		if at == nil || at[0] == 0 {
			continue
		}
		r, ok := zhtime.Parse(text[at[2]:at[3]], now, zhtime.Options{Prefer: zhtime.Future})
		if ok && r.Deadline && r.Kind == zhtime.Span && r.End.After(now) {
			m.until = r.End
			return text[:at[0]]
		}
	}
	return text
}
