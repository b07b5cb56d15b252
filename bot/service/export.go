package service

import (
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
)

// export hands over a sheet: 出 台账 11月. It goes to the asker privately, by the
// platform's route for files.
func (s *session) export() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if w := askedSheet(s.plain()); w != nil {
		return w.run(s)
	}
	if s.read.Sure < certain && !strings.Contains(zhtext.Fold(s.plain()).Text, "台账") {
		return s.lost() // 我出差两周
	}
	if !s.vouches() {
		return denied("出")
	}
	if !strings.Contains(zhtext.Fold(s.plain()).Text, "台账") {
		examples := []string{"出 台账 11月"}
		for _, w := range sheetWords() {
			examples = append(examples, w.example)
		}
		return bot.Errorf(bot.Missing, "要出什么？例如：%s。", strings.Join(examples, "，"))
	}
	from, to := s.month()
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, From: from, To: to, Limit: 10000})
	if err != nil {
		return err
	}
	data, err := s.sheet(found)
	if err != nil {
		return err
	}
	chat := s.e.Chat
	if !chat.Private {
		c, ok, err := s.privateChat(s.me.ID)
		if err != nil {
			return err
		}
		if !ok {
			return bot.Errorf(bot.Unreachable, "台账要私下给您，请先私聊我发一个“在”，再说一次。")
		}
		chat = c
		s.reply(fmt.Sprintf("%d月的台账共%d件，私聊发给您。", from.Month(), len(found)))
	}
	name := fmt.Sprintf("%s台账%d年%02d月.xlsx", s.node.Name, from.Year(), from.Month())
	s.post(deliver.Row{To: chat, Body: deliver.Body{Reply: s.replyIfHere(chat), File: &deliver.File{Name: name, Data: data}}})
	return s.journal("export", s.node.ID, s.me.ID, from.Format("2006-01"))
}

func (s *session) replyIfHere(c bot.Chat) bot.Reply {
	if c == s.e.Chat {
		return s.e.Reply
	}
	return bot.Reply{}
}

// month is the month said, else the present one.
func (s *session) month() (from, to time.Time) {
	t := s.now.In(s.zone())
	if w := s.read.When; w != nil && !w.Start.IsZero() {
		t = w.Start.In(s.zone())
	}
	from = time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, s.zone())
	if from.After(s.now) {
		from = from.AddDate(-1, 0, 0) // 12月 said in November is last year's
	}
	return from, from.AddDate(0, 1, 0)
}

var ledgerHead = []string{"编号", "种类", "内容", "发起", "发起时间", "办理", "期限", "状态", "评分", "办完时间"}

// sheet writes matters as an .xlsx. Every cell is a string value, so that nothing a
// member wrote can become a formula.
func (s *session) sheet(matters []procedure.Matter) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	const tab = "台账"
	if err := f.SetSheetName("Sheet1", tab); err != nil {
		return nil, fmt.Errorf("name sheet: %w", err)
	}
	rows := [][]string{ledgerHead}
	for i := len(matters) - 1; i >= 0; i-- {
		row, err := s.ledgerRow(matters[i])
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	for r, row := range rows {
		for c, v := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return nil, fmt.Errorf("address cell: %w", err)
			}
			if err := f.SetCellStr(tab, cell, v); err != nil {
				return nil, fmt.Errorf("write cell: %w", err)
			}
		}
	}
	if err := f.SetColWidth(tab, "C", "C", 40); err != nil {
		return nil, fmt.Errorf("set width: %w", err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return buf.Bytes(), nil
}

func (s *session) ledgerRow(m procedure.Matter) ([]string, error) {
	t, err := s.template(m)
	if err != nil {
		return nil, err
	}
	env, look := s.env(t, m, procedure.Actor{}), s.lookup(t, m, true)
	c := env.Card(m, procedure.Viewer{Group: true}, look)
	fact := func(label string) string {
		for _, f := range c.Facts {
			if f.Label == label {
				return f.Value
			}
		}
		return ""
	}
	at := func(ti time.Time) string {
		if ti.IsZero() {
			return ""
		}
		return ti.In(s.zone()).Format("2006-01-02 15:04")
	}
	rating := ""
	for _, step := range t.Steps {
		for _, k := range m.Steps[step.ID].Marks {
			if k.Score > 0 {
				rating = fmt.Sprintf("%d分", k.Score)
			}
		}
	}
	return []string{
		m.Ref(), t.Name, c.Title, look.Name(m.Asker), at(m.Opened), fact("办理"), fact("期限"), env.Status(m), rating, at(m.Closed),
	}, nil
}
