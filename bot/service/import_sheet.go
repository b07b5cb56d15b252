package service

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// Bounds of a sheet of members. A file that unpacks to more is a zip bomb or no
// list of members; excelize stops reading at the limit.
const (
	MaxSheet      = 4 << 20 // bytes, as sent
	maxUnpacked   = 64 << 20
	maxColumns    = 40
	headWithin    = 10 // lines in which the heading is looked for
	rosterTab     = "名册"
	instructTab   = "怎么填"
	noteFormulas  = "公式不会计算，请粘贴成文字"
	badSheetReply = "这个文件读不了，请用“名册模板”那张表填好再发。"
)

// rosterColumns are the columns of a sheet of members: the heading of the template,
// other headings people use, how it is filled in, and the cell of a row it fills.
var rosterColumns = []struct {
	head  string
	also  []string
	how   string
	width float64
	cell  func(*roster.Row) *string
}{
	{"姓名", []string{"名字", "党员姓名", "成员姓名"}, "必填，2到12个字", 12, func(r *roster.Row) *string { return &r.Name }},
	{"所属组织", []string{"组织", "支部", "党支部", "所在支部", "所在党支部", "网格", "所属网格", "所属支部"}, "必填，从上往下写，用 / 隔开，例如：翠湖社区/第三网格党支部", 34, func(r *roster.Row) *string { return &r.Node }},
	{"政治面貌", []string{"人员类别", "党员类别", "身份", "类别"}, "党员、预备党员或群众；空着表示群众，已在名册里的不变", 12, func(r *roster.Row) *string { return &r.Class }},
	{"职务", []string{"党内职务", "岗位"}, "可空，几个用 、 隔开，例如：书记、组织委员", 18, func(r *roster.Row) *string { return &r.Posts }},
	{"任期至", []string{"任期", "任期到", "届满", "届满时间"}, "可空，例如：2028-12-31", 12, func(r *roster.Row) *string { return &r.Until }},
	{"手机号", []string{"手机", "电话", "联系电话", "手机号码", "联系方式"}, "可空，加密保存，只用来分清同名的人", 14, func(r *roster.Row) *string { return &r.Phone }},
	{"钉钉账号", []string{"钉钉", "钉钉userid", "钉钉id"}, "可空，填了本人一说话就认得", 16, func(r *roster.Row) *string { return &r.DingTalk }},
	{"企业微信账号", []string{"企业微信", "企业微信userid", "企微账号", "企微"}, "可空，同上", 16, func(r *roster.Row) *string { return &r.WeCom }},
}

// ReadRoster reads a sheet of members. Formulas are never computed. What is wrong
// with the file as a whole is an error a member can be told.
func ReadRoster(data []byte) (rows []roster.Row, err error) {
	if len(data) > MaxSheet {
		return nil, bot.Errorf(bot.Invalid, "这个文件太大了，名册请不要超过%d兆。", MaxSheet>>20)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		// The same limit twice: a larger sheet would be unpacked into the temporary
		// folder, where names and numbers have no business.
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked,
	})
	if err != nil {
		return nil, &bot.Error{Code: bot.Invalid, Message: badSheetReply, Err: errors.New("not a workbook, or one that unpacks to too much")}
	}
	defer func() { _ = f.Close() }()
	tab := f.GetSheetName(f.GetActiveSheetIndex())
	if i, err := f.GetSheetIndex(rosterTab); err == nil && i >= 0 {
		tab = rosterTab
	}
	if rows, err = readRows(f, tab); err != nil {
		return nil, err
	}
	return rows, nil
}

func readRows(f *excelize.File, tab string) (out []roster.Row, err error) {
	lines, err := f.Rows(tab)
	if err != nil {
		return nil, &bot.Error{Code: bot.Invalid, Message: badSheetReply, Err: errors.New("no such sheet")}
	}
	defer func() { _ = lines.Close() }()
	var columns []int // of each cell, its place in rosterColumns or -1
	for n := 1; lines.Next(); n++ {
		cells, err := lines.Columns()
		if err != nil {
			return nil, &bot.Error{Code: bot.Invalid, Message: badSheetReply, Err: errors.New("a line cannot be read")}
		}
		cells = cells[:min(len(cells), maxColumns)]
		switch {
		case columns == nil && n > headWithin:
			return nil, bot.Errorf(bot.Invalid, "没找到“姓名”和“所属组织”这两列，请用“名册模板”那张表。")
		case columns == nil:
			columns = heading(cells)
		case len(out) > roster.MaxRows:
			return out, nil // the plan says that it is too many
		default:
			if r, any := rowOf(cells, columns); any {
				r.Line = n
				out = append(out, r)
			}
		}
	}
	if columns == nil {
		return nil, bot.Errorf(bot.Invalid, "没找到“姓名”和“所属组织”这两列，请用“名册模板”那张表。")
	}
	return out, nil
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
	head, how := []string{}, [][]string{{"列", "怎么填"}}
	for _, c := range rosterColumns {
		head = append(head, c.head)
		how = append(how, []string{c.head, c.how})
	}
	how = append(how, []string{"", "不要写身份证号、生日和住址。没写进表里的人不会被删掉。" + noteFormulas + "。"})
	book := newBook()
	defer book.close()
	widths := []float64{}
	for _, c := range rosterColumns {
		widths = append(widths, c.width)
	}
	book.tab(rosterTab, widths, [][]string{head})
	book.tab(instructTab, []float64{16, 60}, how)
	return book.bytes()
}

// book writes a workbook in which every cell is text, so that nothing a member
// wrote can become a formula.
type book struct {
	f    *excelize.File
	tabs int
	err  error
}

func newBook() *book { return &book{f: excelize.NewFile()} }

func (b *book) close() { _ = b.f.Close() }

// do runs a step unless one before it failed.
func (b *book) do(step func() error) {
	if b.err == nil {
		b.err = step()
	}
}

func (b *book) tab(name string, widths []float64, rows [][]string) {
	b.do(func() error {
		if b.tabs++; b.tabs == 1 {
			return b.f.SetSheetName("Sheet1", name)
		}
		_, err := b.f.NewSheet(name)
		return err
	})
	// 49 is Excel's number format "@": what is typed into the column stays text.
	var style int
	b.do(func() (err error) {
		style, err = b.f.NewStyle(&excelize.Style{NumFmt: 49})
		return err
	})
	for i, w := range widths {
		b.do(func() error {
			col, err := excelize.ColumnNumberToName(i + 1)
			if err != nil {
				return err
			}
			return errors.Join(b.f.SetColWidth(name, col, col, w), b.f.SetColStyle(name, col, style))
		})
	}
	for r, row := range rows {
		for c, v := range row {
			b.do(func() error {
				cell, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err != nil {
					return err
				}
				return b.f.SetCellStr(name, cell, v)
			})
		}
	}
}

func (b *book) bytes() ([]byte, error) {
	if b.err != nil {
		return nil, fmt.Errorf("write workbook: %w", b.err)
	}
	var out bytes.Buffer
	if err := b.f.Write(&out); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return out.Bytes(), nil
}
