package service

import (
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
)

// sheetWaits is how long a sheet that was looked through waits to be imported.
const sheetWaits = 48 * time.Hour

// rosterUse is the use of a workbook with members: it is looked through at once, and
// imported when its sender says so.
func rosterUse() sheetUse {
	return sheetUse{
		word: "名册模板",
		fits: func(rows [][]string) bool {
			_, columns := rosterHeading(rows)
			return columns != nil
		},
		take: func(s *session, sheet sentSheet) (time.Duration, error) { return s.previewImport(sheet.Rows) },
	}
}

// previewImport says what a sheet would change, or what is wrong with it.
func (s *session) previewImport(cells [][]string) (time.Duration, error) {
	if !s.isAdmin() {
		return 0, denied("导入名册")
	}
	plan, err := s.planCells(cells)
	if err != nil {
		return 0, err
	}
	lines := append([]string{plan.Summary()}, plan.Lines(mostProblems)...)
	if !plan.Changes() {
		if len(plan.Problems) > 0 {
			lines = append(lines, "请改好再发一次。")
		}
		s.reply(strings.Join(lines, "\n"))
		return 0, nil
	}
	lines = append(lines, "还没有导入。要导入请回：导入名册")
	s.reply(strings.Join(lines, "\n"))
	return sheetWaits, nil
}

func (s *session) planCells(cells [][]string) (roster.Plan, error) {
	rows, err := rosterRows(cells)
	if err != nil {
		return roster.Plan{}, err
	}
	return s.planImport(rows)
}

// importSent imports the sheet that the speaker sent last.
func (s *session) importSent() error {
	if err := s.adminHere(); err != nil {
		return err
	}
	sent, err := s.tx.LooseBy(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	for i := len(sent) - 1; i >= 0; i-- {
		a := sent[i]
		if a.Kind != bot.File || a.Hash == "" || !a.Asked {
			continue
		}
		cells, err := s.sheetRows(a)
		if err != nil {
			return err
		}
		if _, columns := rosterHeading(cells); columns == nil {
			continue
		}
		return s.importFrom(a, cells)
	}
	return bot.Errorf(bot.NotFound, "没有等着导入的名册，请先把填好的表发给我。要空白表请发“名册模板”。")
}

// importFrom plans again, since the roster may have changed, and carries it out.
func (s *session) importFrom(a Attached, cells [][]string) error {
	plan, err := s.planCells(cells)
	if err != nil {
		return err
	}
	if !plan.Changes() {
		s.reply(strings.Join(append([]string{plan.Summary()}, plan.Lines(mostProblems)...), "\n"))
		return s.tx.DropAttached(s.ctx, a.ID)
	}
	data, err := s.tx.Blob(s.ctx, a.Hash)
	if err != nil {
		return err
	}
	if err := s.applyImport(plan, data); err != nil {
		return err
	}
	s.reply("导入好了。" + plan.Summary() + "要撤回请发：撤回导入")
	return s.tx.DropAttached(s.ctx, a.ID)
}

// undoImported takes the last import back.
func (s *session) undoImported() error {
	if err := s.adminHere(); err != nil {
		return err
	}
	undo, last, err := s.undoImport()
	if err != nil {
		return err
	}
	s.reply(undo.Summary(last))
	return nil
}

// rosterTemplate sends the empty sheet.
func (s *session) rosterTemplate() error {
	if err := s.adminHere(); err != nil {
		return err
	}
	data, err := RosterTemplate()
	if err != nil {
		return err
	}
	s.post(deliver.Row{To: s.e.Chat, Body: deliver.Body{Reply: s.e.Reply, File: &deliver.File{Name: rosterTab + ".xlsx", Data: data}}})
	s.reply("按“怎么填”那一页填好，私聊发给我，我先看一遍，不会马上导入。")
	return nil
}

// adminHere lets only an administrator go on, and only in private.
func (s *session) adminHere() error {
	if !s.isAdmin() {
		return denied("导入名册")
	}
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Wrong, "名册里有大家的信息，请私聊我说。")
	}
	return nil
}
