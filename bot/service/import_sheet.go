package service

import (
	"errors"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/cards/paper"
	"yiqun/cards/paper/xlsx"
)

// MaxSheet is how large a sheet of members may be, in bytes. How far it may unfold is
// for [xlsx.Read] to bound.
const MaxSheet = 4 << 20

const (
	headWithin  = 10 // lines in which the heading is looked for
	rosterTab   = "名册"
	instructTab = "怎么填"
	badHeading  = "没找到“姓名”和“所属组织”这两列，请用“名册模板”那张表。"
)

// rosterColumns are the columns of a sheet of members: the heading of the template,
// other headings people use, how it is filled in, and the cell of a row it fills.
var rosterColumns = []struct {
	head  string
	also  []string
	how   string
	width int
	cell  func(*roster.Row) *string
}{
	{"姓名", []string{"名字", "党员姓名", "成员姓名"}, "必填，2到12个字", 12, func(r *roster.Row) *string { return &r.Name }},
	{"所属组织", []string{"组织", "支部", "党支部", "所在支部", "所在党支部", "网格", "所属网格", "所属支部"}, "必填，从上往下写，用 / 隔开，例如：翠湖社区/第三网格党支部", 34, func(r *roster.Row) *string { return &r.Node }},
	{"政治面貌", []string{"人员类别", "党员类别", "身份", "类别"}, "党员、预备党员或群众；空着就是群众，已在名册里的不变", 12, func(r *roster.Row) *string { return &r.Class }},
	{"职务", []string{"党内职务", "岗位"}, "可空，几个用 、 隔开，例如：书记、组织委员", 18, func(r *roster.Row) *string { return &r.Posts }},
	{"任期至", []string{"任期", "任期到", "届满", "届满时间"}, "可空，例如：2028-12-31", 12, func(r *roster.Row) *string { return &r.Until }},
	{"手机号", []string{"手机", "电话", "联系电话", "手机号码", "联系方式"}, "可空，加密保存，只用来分清同名的人", 14, func(r *roster.Row) *string { return &r.Phone }},
	{"钉钉账号", []string{"钉钉", "钉钉userid", "钉钉id"}, "可空，填了本人一说话就认得", 16, func(r *roster.Row) *string { return &r.DingTalk }},
	{"企业微信账号", []string{"企业微信", "企业微信userid", "企微账号", "企微"}, "可空，同上", 16, func(r *roster.Row) *string { return &r.WeCom }},
	{"时区", []string{"所在时区"}, "可空，只有不用北京时间的地方写，例如：新疆时间；下面的组织跟着它，不用每行写。姓名空着的一行可以只说一个组织的时区", 12, func(r *roster.Row) *string { return &r.Zone }},
}

// ReadRoster reads a sheet of members. Formulas are never computed. What is wrong
// with the file as a whole is an error a member can be told.
func ReadRoster(data []byte) ([]roster.Row, error) {
	if len(data) > MaxSheet {
		return nil, bot.Errorf(bot.Invalid, "这个文件太大了，名册请不要超过%d兆。", MaxSheet>>20)
	}
	rows, err := xlsx.Read(data)
	switch {
	case errors.Is(err, xlsx.ErrSize):
		return nil, bot.Errorf(bot.Invalid, "这张表太大了，请分成几张。")
	case err != nil:
		return nil, bot.Errorf(bot.Invalid, "这个文件读不了，请用“名册模板”那张表填好再发。")
	}
	return rosterRows(rows)
}

// rosterRows finds the heading among the first lines and reads those below it.
func rosterRows(rows [][]string) (out []roster.Row, err error) {
	at, columns := rosterHeading(rows)
	if columns == nil {
		return nil, bot.Errorf(bot.Invalid, "%s", badHeading)
	}
	for n, cells := range rows[at+1:] {
		if r, any := rowOf(cells, columns); any {
			r.Line = at + n + 2
			out = append(out, r)
		}
	}
	return out, nil
}

// rosterHeading finds the line of headings: its place and, of each cell, the place in
// rosterColumns or -1; nil if there is none.
func rosterHeading(rows [][]string) (at int, columns []int) {
	for i, cells := range rows[:min(len(rows), headWithin)] {
		if c := heading(cells); c != nil {
			return i, c
		}
	}
	return 0, nil
}

// heading reads a line as the heading; nil if it is not.
func heading(cells []string) []int {
	out := make([]int, len(cells))
	found := map[int]bool{}
	for i, c := range cells {
		c = strings.ToLower(strings.Trim(strings.Join(strings.Fields(c), ""), "*＊"))
		out[i] = -1
		for k, col := range rosterColumns {
			if (c == col.head || slices.Contains(col.also, c)) && !found[k] {
				out[i], found[k] = k, true
				break
			}
		}
	}
	if !found[0] || !found[1] {
		return nil
	}
	return out
}

func rowOf(cells []string, columns []int) (r roster.Row, any bool) {
	for i, c := range cells {
		if i < len(columns) && columns[i] >= 0 && strings.TrimSpace(c) != "" {
			*rosterColumns[columns[i]].cell(&r) = c
			any = true
		}
	}
	return r, any
}

// RosterTemplate is the empty sheet to fill in, with a page that says how.
func RosterTemplate() ([]byte, error) {
	empty := paper.Table{}
	how := paper.Table{Sheet: instructTab, Columns: []paper.Column{{Head: "列"}, {Head: "怎么填"}}}
	for _, c := range rosterColumns {
		empty.Columns = append(empty.Columns, paper.Column{Head: c.head, Width: c.width})
		how.Rows = append(how.Rows, []string{c.head, c.how})
	}
	how.Rows = append(how.Rows, []string{"", "不要写身份证号、生日和住址。没写进表里的人不会被删掉。公式不会计算，请粘贴成文字。"})
	return xlsx.Render(paper.Paper{Title: rosterTab, Blocks: []paper.Block{empty, how}})
}
