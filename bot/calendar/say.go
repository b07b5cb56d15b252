package calendar

import (
	"fmt"
	"strings"
	"time"
)

// How is the rule in words: 一般每季度1次.
func (r Rule) How() string {
	how := fmt.Sprintf("%s%d次", r.Every.Spoken(), r.times())
	if r.Usually {
		how = "一般" + how
	}
	if r.Local {
		how += "，本地习惯"
	}
	return how
}

// String is one line of a year: 支部党员大会（一般每季度1次）：一季度已开3月12日，二季度没有记录，
// 三季度到9月30日。
func (s Standing) String() string {
	var parts []string
	for _, span := range s.Spans {
		if p := span.words(); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		parts = []string{"还没到时候"}
	}
	return fmt.Sprintf("%s（%s）：%s", s.Rule.Name, s.Rule.How(), strings.Join(parts, "，"))
}

func (s SpanStanding) words() string {
	switch {
	case len(s.Held) > 0:
		days := make([]string, len(s.Held))
		for i, h := range s.Held {
			days[i] = day(h.At.In(s.From.Location()))
		}
		said := strings.Join(days, "、")
		if s.Period != Month { // whose name the day carries already
			said = s.Span.String() + said
		}
		if s.Missing > 0 && !s.Over {
			said += fmt.Sprintf("，还要%d次", s.Missing)
		}
		return said
	case s.Ahead:
		return ""
	case s.Over:
		return fmt.Sprintf("%s没有记录", s.Span)
	}
	return fmt.Sprintf("%s还没开，到%s", s.Span, day(s.Last()))
}

func day(t time.Time) string { return fmt.Sprintf("%d月%d日", t.Month(), t.Day()) }

// String is the warning as its receiver reads it. It says what the rule says and no
// more, and how to put right a record that is wanting.
func (w Warning) String() string {
	if w.Late {
		return fmt.Sprintf("%s的%s没有记录（%s）。开过的话补记一下就行。", w.Span, w.Rule.Name, w.Rule.How())
	}
	return fmt.Sprintf("%s的%s还没有记录（%s），到%s。", w.Span, w.Rule.Name, w.Rule.How(), day(w.Span.Last()))
}
