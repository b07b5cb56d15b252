package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// checked is the moment for which words of time are tried out: any would do.
var checked = time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)

// checkOpens finds what would keep the clock from opening a matter, or leave it without
// anybody to go on with it.
func (t *Template) checkOpens() []Problem {
	o := t.Opens
	if o == nil {
		return nil
	}
	var ps []Problem
	add := func(path, what, cure string) { ps = append(ps, t.problem(path, what, cure)) }
	if _, _, ok := Recurrence(o.Every, checked); !ok {
		add(at(t, "opens.every", "opens"), fmt.Sprintf("every %q 不是定期的时间，或者一天不止一次", o.Every), "例如 every: 每年6月1日，或 每周二9:00遇节假日顺延")
	}
	if len(t.Managers) == 0 {
		add("opens", "定期开始的事没有 managers", "请写职务，例如 managers: [书记]，没人发起时由他们管")
	}
	if t.Ledger != nil {
		add("opens", "定期开始的事没有发起人，账记不到谁头上", "去掉 opens 或 ledger")
	}
	for s := range t.AllSteps() {
		if who := s.who(); len(who) > 0 && !slices.ContainsFunc(who, func(w string) bool { return w != Asker }) {
			ps = append(ps, s.problem("by", "定期开始的事没有发起人，这一步没人能做", "by 请写职务，例如 by: 书记"))
		}
	}
	return append(ps, t.checkWith()...)
}

// checkWith looks at what the first step is filled with.
func (t *Template) checkWith() []Problem {
	var ps []Problem
	s := t.First()
	for id, words := range t.Opens.With {
		path := at(t, "opens.with."+id, "opens")
		f := s.field(id)
		if f == nil {
			ps = append(ps, t.problem(path, fmt.Sprintf("with 里的 %s 不是第一步的 field", id), "请写第一步 fields 里的 id"))
			continue
		}
		switch f.Type {
		case TextField, PlaceField:
			for _, p := range placeholder.FindAllStringSubmatch(words, -1) {
				if !slices.Contains(openingWords, p[1]) {
					ps = append(ps, t.problem(path, fmt.Sprintf("{%s} 不认识", p[1]), "可用的有 {"+strings.Join(openingWords, "}、{")+"}"))
				}
			}
		case TimeField, DeadlineField:
			if _, ok := openingTime(words, checked); !ok {
				ps = append(ps, t.problem(path, fmt.Sprintf("%q 看不出是什么时候", words), "从开始那天算，例如 明天19:30，或 7天内"))
			}
		default:
			ps = append(ps, t.problem(path, fmt.Sprintf("with 不能填 %s 类型的 %s", f.Type, id), "只能填文字、地点、时间和期限"))
		}
	}
	for i, f := range s.Fields {
		if f.Required && t.Opens.With[f.ID] == "" {
			ps = append(ps, s.problem(fmt.Sprintf("fields[%d]", i), fmt.Sprintf("定期开始时没人填 %s", f.ID), fmt.Sprintf("请在 opens 的 with 里写上，例如 with: {%s: 内容}", f.ID)))
		}
	}
	return ps
}

// at is the first of some paths that stands in the file.
func at(t *Template, paths ...string) string {
	i := slices.IndexFunc(paths, func(p string) bool { return t.lines[p] > 0 })
	return paths[max(0, i)]
}
