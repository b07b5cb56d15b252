package procedure

import (
	"fmt"
	"strings"
)

// letter fills the template's letter in.
func (e Env) letter(m Matter, b Lookup) string {
	l := e.Template.Letter
	if l == nil {
		return ""
	}
	fill := func(text string) string {
		return placeholder.ReplaceAllStringFunc(text, func(p string) string {
			key := strings.Trim(p, "{}")
			switch key {
			case "name":
				return b.Name(m.Asker)
			case "number":
				return m.Ref()
			case "date":
				t := m.Closed.In(e.zone())
				return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
			case "node":
				return b.Text(Ref{Field: "node"})
			}
			if r, ok := m.Fields[key]; ok {
				return b.Text(r)
			}
			return "（未填）"
		})
	}
	return fmt.Sprintf("%s 结束了，给单位的信已经拟好，请看过再发：\n\n%s\n\n%s", m.Ref(), fill(l.Title), fill(l.Body))
}
