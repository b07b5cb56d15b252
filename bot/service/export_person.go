package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/privacy"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/cards/paper"
	"yiqun/cards/paper/xlsx"
)

// exportMine sends the speaker everything that is kept about them, as a file
// (个人信息保护法 第45条).
func (s *session) exportMine() error {
	if err := s.onlyPrivately(); err != nil {
		return err
	}
	data, err := s.exportOf(s.me)
	if err != nil {
		return err
	}
	s.post(deliver.Row{To: s.e.Chat, Body: deliver.Body{Reply: s.e.Reply, File: &deliver.File{Name: "我的信息.xlsx", Data: data}}})
	s.wrote = true
	return s.journal("export_person", "", s.me.ID, "self")
}

// ExportPerson writes everything that is kept about one person into a workbook. who is
// a name, or an account as dingtalk:USERID. It is the operator's way, for somebody who
// asks on paper.
func (s *Service) ExportPerson(ctx context.Context, who string) (data []byte, err error) {
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		p, err := se.someone(who)
		if err != nil {
			return err
		}
		if data, err = se.exportOf(p); err != nil {
			return err
		}
		return se.journal("export_person", "", p.ID, "operator")
	})
	if err != nil {
		return nil, fmt.Errorf("export a person: %w", err)
	}
	return data, nil
}

// someone finds the one person of a name or account.
func (s *session) someone(who string) (roster.Person, error) {
	if platform, user, ok := strings.Cut(who, ":"); ok {
		a, err := s.tx.Account(s.ctx, bot.Account{Platform: bot.Platform(platform), User: bot.UserID(user)})
		if bot.CodeOf(err) == bot.NotFound {
			return roster.Person{}, bot.Errorf(bot.NotFound, "没有这个账号。")
		}
		if err != nil {
			return roster.Person{}, err
		}
		return s.tx.Person(s.ctx, a.Person)
	}
	people, err := s.tx.PeopleNamed(s.ctx, who)
	switch {
	case err != nil:
		return roster.Person{}, err
	case len(people) == 0:
		return roster.Person{}, bot.Errorf(bot.NotFound, "没有叫这个名字的人。")
	case len(people) > 1:
		return roster.Person{}, bot.Errorf(bot.Ambiguous, "有%d个人叫这个名字，请用账号，例如：dingtalk:USERID。", len(people))
	}
	return people[0], nil
}

// exportOf writes what is kept about a person: what one reads under 我的信息, every
// step they took with what they wrote, and what they agreed to.
func (s *session) exportOf(p roster.Person) ([]byte, error) {
	kept, err := s.kept(p)
	if err != nil {
		return nil, err
	}
	var facts paper.Table
	facts.Columns = []paper.Column{{Head: "项目", Width: 1}, {Head: "内容", Width: 4}}
	for _, line := range kept {
		label, value, _ := strings.Cut(line, "：")
		facts.Rows = append(facts.Rows, []string{label, value})
	}
	acts, err := s.actsOf(p)
	if err != nil {
		return nil, err
	}
	consents, err := s.consentTable(p)
	if err != nil {
		return nil, err
	}
	rules := paper.Table{Sheet: "保存多久", Columns: []paper.Column{{Head: "记录"}}}
	for _, r := range privacy.Retention() {
		rules.Rows = append(rules.Rows, []string{r.String()})
	}
	return xlsx.Render(paper.Paper{Title: "我的信息", Subtitle: s.dateOf(s.now), Blocks: []paper.Block{facts, acts, consents, rules}})
}

func (s *session) consentTable(p roster.Person) (paper.Table, error) {
	t := paper.Table{Sheet: "同意情况", Columns: []paper.Column{{Head: "用途"}, {Head: "依据"}, {Head: "现在"}, {Head: "什么时候答的"}}}
	answers, err := s.tx.ConsentsOf(s.ctx, p.ID)
	for _, pu := range privacy.Purposes() {
		at := ""
		for _, c := range answers {
			if c.Purpose == pu.ID {
				at = fmt.Sprintf("%s（第%d版）", s.dateOf(c.At), c.Version)
			}
		}
		t.Rows = append(t.Rows, []string{pu.Name, "个人信息保护法" + pu.Basis, allowedWord(pu.Allowed(answers)), at})
	}
	return t, err
}

// actsOf lists every step that somebody took, or that was taken for them, in the
// matters that they asked for, handled or wrote in.
func (s *session) actsOf(p roster.Person) (paper.Table, error) {
	t := paper.Table{Sheet: "记录", Columns: []paper.Column{{Head: "编号"}, {Head: "时间"}, {Head: "步骤"}, {Head: "写了什么", Width: 4}}}
	ids := map[bot.MatterID]bool{}
	for _, f := range []procedure.Filter{{Asker: p.ID, Limit: 10000}, {Holder: p.ID, Limit: 10000}} {
		found, err := s.tx.Find(s.ctx, f)
		if err != nil {
			return t, err
		}
		for _, m := range found {
			ids[m.ID] = true
		}
	}
	texts, err := s.tx.WrittenBy(s.ctx, p.ID)
	if err != nil {
		return t, err
	}
	for _, w := range texts {
		ids[w.Matter] = true
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		rows, err := s.actRows(p, id)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, rows...)
	}
	return t, nil
}

func (s *session) actRows(p roster.Person, id bot.MatterID) (rows [][]string, err error) {
	m, err := s.tx.Matter(s.ctx, id)
	if err != nil {
		return nil, err
	}
	tpl, err := s.template(m)
	if err != nil {
		return nil, err
	}
	acts, err := s.tx.Acts(s.ctx, id)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		if !s.same(a.By, p.ID) && !s.same(a.OnBehalf, p.ID) {
			continue
		}
		var said []string
		for _, k := range slices.Sorted(maps.Keys(a.Content)) {
			said = append(said, a.Content[k])
		}
		if len(a.Has) > 0 && a.Content == nil {
			said = []string{"（已依法删除）"}
		}
		step := string(a.Op)
		if st := tpl.Step(a.Step); st != nil {
			step = st.Verb
		}
		rows = append(rows, []string{
			fmt.Sprintf("%d年%s", m.Year, m.Ref()), a.At.In(s.zone()).Format("2006-01-02 15:04"), step, strings.Join(said, "；"),
		})
	}
	return rows, nil
}

// same reports whether an id is, or became, a person.
func (s *session) same(id, person bot.PersonID) bool {
	if id == person || id == "" {
		return id != ""
	}
	real, err := s.tx.Alias(s.ctx, id)
	return err == nil && real == person
}
