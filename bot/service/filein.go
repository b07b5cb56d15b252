package service

import (
	"errors"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/cards/paper/xlsx"
)

// sentSheet is a workbook that a member sent privately.
type sentSheet struct {
	Attached
	// Rows are the cells of its first tab that holds any.
	Rows [][]string
}

// sheetUse is something that a workbook sent privately may be for.
type sheetUse struct {
	// word is what one says to get an empty one, and what it is called.
	word string
	// fits reports by its first rows whether a workbook is meant for this.
	fits func(rows [][]string) bool
	// take does what it is for. What it posts goes to the sender's private chat; a
	// *bot.Error with a message rolls everything back and is what the sender reads.
	// The workbook is deleted afterwards, or after keep if that is not zero: until
	// then it is found again by its id.
	take func(s *session, sheet sentSheet) (keep time.Duration, err error)
}

// sheetUses are what workbooks sent privately may be for, tried in order. A use case
// that takes one adds itself here.
func sheetUses() []sheetUse {
	return []sheetUse{rosterUse(), rollUse()}
}

// readFile finds out what a file sent privately is for, and does it.
func (s *session) readFile(a Attached) error {
	rows, err := s.sheetRows(a)
	if err != nil {
		return err
	}
	for _, use := range sheetUses() {
		if !use.fits(rows) {
			continue
		}
		keep, err := use.take(s, sentSheet{a, rows})
		switch {
		case err != nil:
			return err
		case keep > 0:
			a.Asked, a.LookAt = true, s.now.Add(keep)
			return s.attach(a)
		}
		return s.tx.DropAttached(s.ctx, a.ID)
	}
	return bot.Errorf(bot.Invalid, "没看出这张表是做什么用的。%s", emptySheets())
}

// sheetRows reads a workbook that was sent.
func (s *session) sheetRows(a Attached) ([][]string, error) {
	data, err := s.tx.Blob(s.ctx, a.Hash)
	if err != nil {
		return nil, err
	}
	rows, err := xlsx.Read(data)
	switch {
	case errors.Is(err, xlsx.ErrSize):
		return nil, bot.Errorf(bot.Invalid, "这张表太大了，请分成几张发。")
	case err != nil:
		return nil, bot.Errorf(bot.Invalid, "这个文件打不开，我只认 .xlsx 表格。%s", emptySheets())
	}
	return rows, nil
}

// emptySheets says how to get an empty workbook of each kind.
func emptySheets() string {
	var words []string
	for _, use := range sheetUses() {
		words = append(words, "“"+use.word+"”")
	}
	if len(words) == 0 {
		return ""
	}
	return "要空白表请发" + strings.Join(words, "或") + "。"
}
