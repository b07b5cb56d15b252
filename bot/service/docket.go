package service

import (
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
)

// bindFile binds the file of a matter, for the act that files it.
func (s *session) bindFile(m procedure.Matter, act *procedure.Act) error {
	acts, err := s.tx.Acts(s.ctx, m.ID)
	if err != nil {
		return err
	}
	act.Bound = procedure.Bind(acts)
	return nil
}

// docketLines is how many pages one message lists.
const docketLines = 20

// docket answers 案卷 12: the pages of a matter's file in order, with their hashes. To
// who manages it the whole goes as a document, in private.
func (s *session) docket() error {
	matters, err := s.about(docketWord, func(procedure.Matter) bool { return true })
	if err != nil {
		return err
	}
	m := matters[0]
	t, err := s.template(m)
	if err != nil {
		return err
	}
	group := !s.e.Chat.Private
	if group && !s.public(t) {
		return bot.Errorf(bot.Forbidden, "%s 不在群里公开，请私聊我查。", m.Ref())
	}
	look := s.lookup(t, m, group)
	acts, err := s.tx.Acts(s.ctx, m.ID)
	if err != nil {
		return err
	}
	env := s.env(t, m, procedure.Actor{})
	leaves := env.Leaves(acts, look)
	head := s.docketHead(t, m, look, acts)
	if !group && s.manages(t, m) {
		if err := s.fillSheets(t, m, leaves); err != nil {
			return err
		}
		data, err := docx.Render(s.docketPaper(m, head, leaves))
		if err != nil {
			return fmt.Errorf("write the file of a matter: %w", err)
		}
		b := s.enclosed(deliver.File{Name: fmt.Sprintf("%s%d.docx", docketWord, m.Number), Data: data}, docketPage, m)
		b.Reply = s.e.Reply
		s.post(deliver.Row{To: s.e.Chat, Matter: m.ID, Body: b})
		s.postLink(s.e.Chat, docketPage, docketWord, m)
		return s.journal("docket", m.Node, s.me.ID, string(m.ID))
	}
	lines := []string{head}
	for i, l := range leaves {
		if i == docketLines {
			lines = append(lines, fmt.Sprintf("还有%d页，负责人私聊我发“案卷 %d”要全文。", len(leaves)-docketLines, m.Number))
			break
		}
		lines = append(lines, fmt.Sprintf("%d %s %s %s", i+1, s.day(l), l.Title, firstLine(l.Text)))
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

// fillSheets adds to the sheets of votes and surveys the receipts of what was counted,
// never a receipt with its choice, and what was written without a name.
func (s *session) fillSheets(t *procedure.Template, m procedure.Matter, leaves []procedure.Leaf) error {
	for i := range leaves {
		l := &leaves[i]
		step := t.Step(l.Sheet)
		if !step.Ballots() {
			continue
		}
		id, items := ballot.PollID{Matter: m.ID, Step: step.ID, Round: l.Round}, 1
		if step.IsSurvey() {
			id.Item, items = 1, len(step.Questions)
			wrote, err := s.remarks(m, step, l.Round)
			if err != nil {
				return err
			}
			l.Text = strings.Join(append([]string{l.Text}, wrote...), "\n")
		}
		for range items {
			c, err := s.tx.Closing(s.ctx, id)
			if err != nil {
				return err
			}
			if len(c.Receipts) > 0 {
				l.Text += "\n回执：" + strings.Join(c.Receipts, "、")
			}
			id.Item++
		}
	}
	return nil
}

// docketWord is the word that shows a file.
const docketWord = "案卷"

// docketHead says whose file it is and whether it has been bound.
func (s *session) docketHead(t *procedure.Template, m procedure.Matter, look procedure.Lookup, acts []procedure.Act) string {
	title := fmt.Sprintf("%s %s案卷：%s", m.Ref(), t.Name, s.env(t, m, procedure.Actor{}).Title(m, look))
	if step := t.Filing(); step != nil {
		if b := m.Steps[step.ID].Bound; b != nil {
			return fmt.Sprintf("%s\n已归档，共%d页，校验码 %s", title, b.Leaves, cut(b.Hash, 17))
		}
	}
	return fmt.Sprintf("%s\n还没有归档，现有%d页", title, procedure.Bind(acts).Leaves)
}

// docketSheet is the page of a matter's file: as a group may read it, since nobody in
// particular opens an address.
func (s *session) docketSheet(m procedure.Matter) (paper.Paper, error) {
	t, err := s.template(m)
	if err != nil {
		return paper.Paper{}, err
	}
	acts, err := s.tx.Acts(s.ctx, m.ID)
	if err != nil {
		return paper.Paper{}, err
	}
	look := s.lookup(t, m, true)
	leaves := s.env(t, m, procedure.Actor{}).Leaves(acts, look)
	if err := s.fillSheets(t, m, leaves); err != nil {
		return paper.Paper{}, err
	}
	return s.docketPaper(m, s.docketHead(t, m, look, acts), leaves), nil
}

// docketPaper is a file in full: every page with what is on it and its hash.
func (s *session) docketPaper(m procedure.Matter, head string, leaves []procedure.Leaf) paper.Paper {
	title, sub, _ := strings.Cut(head, "\n")
	p := paper.Paper{Title: title, Subtitle: sub, Footer: m.Ref() + " " + docketWord, Hash: m.Head}
	for i, l := range leaves {
		p.Blocks = append(p.Blocks,
			paper.Heading{Level: 1, Text: fmt.Sprintf("第%d页　%s", i+1, l.Title)},
			paper.Paragraph{Text: l.At.In(s.zoneOf(m.Node)).Format("2006年1月2日 15:04") + "\n" + l.Text},
			paper.Note{Text: l.Hash})
	}
	return p
}

func (s *session) day(l procedure.Leaf) string { return l.At.In(s.zone()).Format("1月2日") }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return cut(line, 24)
}
