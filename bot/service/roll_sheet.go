package service

import (
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/cards/paper"
	"yiqun/cards/paper/xlsx"
)

// The words about rolls by file.
const (
	rollTemplate = "表决名册模板"
	keepRoll     = "存名册"
	rollTitle    = "表决名册"
)

// rollSheet is a roll as it stands in a workbook.
type rollSheet struct {
	name string // as the sheet calls itself; empty if it does not
	unit ballot.Unit
	rows []ballot.Row
}

// rollColumn is one column of a roll: the head of the empty workbook, other heads
// people use, and where its cells belong.
type rollColumn struct {
	head string
	also []string
	cell func(*ballot.Row) *string
}

// rollColumns are the columns of each kind of roll. The first of a kind is the one by
// which it is recognised.
var rollColumns = map[ballot.Unit][]rollColumn{
	ballot.Person: {
		{"姓名", []string{"名字"}, func(r *ballot.Row) *string { return &r.Name }},
		{"类别", []string{"人员类别", "党员类别"}, func(r *ballot.Row) *string { return &r.Class }},
		{"户号", []string{"房号"}, func(r *ballot.Row) *string { return &r.Household }},
		{"小组", []string{"组别"}, func(r *ballot.Row) *string { return &r.Group }},
	},
	ballot.Household: {
		{"户号", []string{"户", "房号"}, func(r *ballot.Row) *string { return &r.Unit }},
		{"姓名", []string{"户代表", "户主"}, func(r *ballot.Row) *string { return &r.Name }},
		{"小组", []string{"组别"}, func(r *ballot.Row) *string { return &r.Group }},
	},
	ballot.Deed: {
		{"产权证号", []string{"不动产权证号", "产权证", "房号"}, func(r *ballot.Row) *string { return &r.Unit }},
		{"业主姓名", []string{"姓名", "业主"}, func(r *ballot.Row) *string { return &r.Name }},
		{"专有面积", []string{"建筑面积", "面积"}, func(r *ballot.Row) *string { return &r.Area }},
		{"业主编号", nil, func(r *ballot.Row) *string { return &r.Owner }},
		{"户号", nil, func(r *ballot.Row) *string { return &r.Household }},
	},
	ballot.Seat: {
		{"席位", []string{"单位"}, func(r *ballot.Row) *string { return &r.Unit }},
		{"代表姓名", []string{"代表", "姓名"}, func(r *ballot.Row) *string { return &r.Name }},
		{"票数", nil, func(r *ballot.Row) *string { return &r.Weight }},
	},
}

// rollUnits is the order in which a sheet is recognised: what has most of its own
// first.
var rollUnits = []ballot.Unit{ballot.Deed, ballot.Seat, ballot.Household, ballot.Person}

// headWithinRows is how many rows may stand above the head.
const headWithinRows = 6

// readRollSheet recognises a roll: by its title 表决名册, or by the head of a kind
// that nothing else has (产权证号, 席位).
func readRollSheet(rows [][]string) (rollSheet, bool) {
	var r rollSheet
	titled := false
	for at, row := range rows[:min(len(rows), headWithinRows)] {
		if i := slices.IndexFunc(row, func(c string) bool { return strings.HasPrefix(c, rollTitle) }); i >= 0 {
			titled = true
			r.name = strings.Trim(strings.TrimPrefix(row[i], rollTitle), " ：:“”（）()")
			if r.name == "" && i+1 < len(row) {
				r.name = row[i+1]
			}
			continue
		}
		for _, unit := range rollUnits {
			columns, ok := rollHead(unit, row)
			if ok && (titled || unit == ballot.Deed || unit == ballot.Seat) {
				r.unit, r.rows = unit, rollRows(unit, columns, rows, at)
				return r, true
			}
		}
	}
	return r, false
}

// rollHead reads a row as the head of one kind of roll: the place in rollColumns of
// each cell, -1 for what is not read. The first two columns must be there, and for a
// household its number must come first.
func rollHead(unit ballot.Unit, row []string) (columns []int, ok bool) {
	found := map[int]bool{}
	for _, c := range row {
		c = strings.Join(strings.Fields(c), "")
		at := slices.IndexFunc(rollColumns[unit], func(col rollColumn) bool { return c == col.head || slices.Contains(col.also, c) })
		if found[at] {
			at = -1
		}
		columns, found[at] = append(columns, at), true
	}
	if unit == ballot.Person {
		return columns, found[0]
	}
	return columns, found[0] && found[1] && (unit != ballot.Household || columns[0] == 0)
}

func rollRows(unit ballot.Unit, columns []int, rows [][]string, head int) []ballot.Row {
	var out []ballot.Row
	for i := head + 1; i < len(rows); i++ {
		row := ballot.Row{Line: i + 1}
		filled := false
		for c, text := range rows[i] {
			if c < len(columns) && columns[c] >= 0 && text != "" {
				*rollColumns[unit][columns[c]].cell(&row) = text
				filled = true
			}
		}
		if filled {
			out = append(out, row)
		}
	}
	return out
}

// classes are who of a roll has a vote; nil, which is everybody, if it names none.
func (r rollSheet) classes() []ballot.Class {
	if !slices.ContainsFunc(r.rows, func(row ballot.Row) bool { return row.Class != "" }) {
		return nil
	}
	return []ballot.Class{
		{Name: "正式党员", Votes: true}, {Name: "预备党员"}, {Name: "有表决权", Votes: true}, {Name: "列席"}, {Name: "", Votes: true},
	}
}

// emptyRoll sends an empty workbook for a roll: by people unless another unit is said.
func (s *session) emptyRoll() error {
	unit := ballot.Person
	for u, word := range unitWord {
		if u != ballot.Person && strings.Contains(s.plain(), word) {
			unit = u
		}
	}
	t := paper.Table{}
	for _, c := range rollColumns[unit] {
		t.Columns = append(t.Columns, paper.Column{Head: c.head, Width: 4})
	}
	data, err := xlsx.Render(paper.Paper{Title: rollTitle, Blocks: []paper.Block{t}})
	if err != nil {
		return bot.Fault(bot.Internal, err)
	}
	_, err = s.handOver("填好私聊发给我：第一行“"+rollTitle+"”后面写上名称；还有"+otherTemplates(unit)+"。",
		deliver.File{Name: rollTitle + "（按" + unitWord[unit] + "）.xlsx", Data: data})
	return err
}

func otherTemplates(but ballot.Unit) string {
	var words []string
	for _, u := range []ballot.Unit{ballot.Person, ballot.Household, ballot.Deed, ballot.Seat} {
		if u != but {
			words = append(words, "“"+rollTemplate+" "+unitWord[u]+"”")
		}
	}
	return strings.Join(words, "、")
}
