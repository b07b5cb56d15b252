package roster

import (
	"fmt"
	"strings"
)

// Summary says in one line what a plan changes, or how much is wrong with it.
func (p Plan) Summary() string {
	if n := len(p.Problems); n > 0 {
		return fmt.Sprintf("读了%d行，有%d处要改，什么都没有导入。", p.Rows, n)
	}
	parts := []string{}
	for _, c := range []struct {
		n    int
		what string
	}{
		{len(p.New), "新增%d人"}, {len(p.Changed), "改动%d人"}, {len(p.Nodes), "新建%d个组织"}, {len(p.Posts), "%d个职务"},
		{len(p.Accounts) + len(p.Joins), "对上%d个账号"}, {len(p.Phones), "%d个手机号"}, {p.zoned(), "%d个组织的时区"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf(c.what, c.n))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("读了%d行，都已经在名册里，没有要改的。", p.Rows)
	}
	return fmt.Sprintf("读了%d行：%s。", p.Rows, strings.Join(parts, "，"))
}

// zoned counts the nodes that get a clock of their own, or lose it.
func (p Plan) zoned() int {
	n := len(p.Zones)
	for _, node := range p.Nodes {
		if node.Zone != "" {
			n++
		}
	}
	return n
}

// Changes reports whether carrying the plan out would change anything.
func (p Plan) Changes() bool {
	return len(p.Problems) == 0 && p.size() > 0
}

// Lines lists problems, then notes, at most so many.
func (p Plan) Lines(most int) []string {
	var out []string
	all := p.Problems
	if len(all) == 0 {
		all = p.Notes
	}
	for i, q := range all {
		if i == most {
			out = append(out, fmt.Sprintf("还有%d处没有列出。", len(all)-most))
			break
		}
		out = append(out, q.String())
	}
	return out
}

// Summary says in one line what taking an import back did.
func (u Undo) Summary(i Import) string {
	text := fmt.Sprintf("上次导入撤回了：去掉%d人、%d个职务、%d个组织", len(u.People), len(u.Posts), len(u.Nodes))
	if n := len(u.Restore); n > 0 {
		text += fmt.Sprintf("，%d人恢复原样", n)
	}
	if n := len(u.Zones); n > 0 {
		text += fmt.Sprintf("，%d个组织的时区恢复原样", n)
	}
	if n := len(u.Kept); n > 0 {
		text += fmt.Sprintf("；有%d人导入后已经在用或又改过，保留不动", n)
	}
	if n := len(i.Joined); n > 0 {
		text += fmt.Sprintf("；%d个已对上的账号不拆开", n)
	}
	return text + "。"
}
