package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/privacy"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/talk"
)

// surely is what makes 删除我的信息 more than a question.
const surely = "确定"

// eraseMe deletes what is kept about the speaker, after asking once.
func (s *session) eraseMe() error {
	if err := s.onlyPrivately(); err != nil {
		return err
	}
	holds, err := s.holds(s.me)
	if err != nil {
		return err
	}
	if !strings.Contains(s.plain()+s.read.Text, surely) {
		s.askErase(holds)
		return nil
	}
	s.wrote = true
	if err := s.journal("erase_ask", "", s.me.ID, ""); err != nil {
		return err
	}
	if err := s.erase(s.me, privacy.Erasure{Person: s.me.ID, Asked: s.now}, holds); err != nil {
		return err
	}
	if len(holds) == 0 {
		s.reply("删掉了。记录里只剩“已依法删除”。以后再找我，就当新朋友。")
		return nil
	}
	s.reply("能删的删掉了。还有这些，一了结就自动删：\n" + strings.Join(holds, "\n"))
	return nil
}

// askErase says what goes and what has to stay, and asks once.
func (s *session) askErase(holds []string) {
	lines := []string{
		"会删：姓名、昵称、电话、账号，您在办完的事里写的话和照片，归档的会上您的发言、请假原因，记名表决里您写的理由。",
		"不能删：办事步骤的编号和时间，里面不再有您的名字；已经结束的表决、会议的名册、票、结果和决议，是集体决定的依据，要按档案留着，名册上还有您的姓名。",
	}
	if len(holds) > 0 {
		lines = append(lines, "这些先留着，一了结就自动删：")
		lines = append(lines, holds...)
	}
	lines = append(lines, "删了不能恢复。确定请回 1，不删请回“算了”。")
	s.ask(talk.Pending{
		Verb: s.verb, Field: talk.WhichSaying, Says: []string{s.verb + " " + surely}, Until: s.now.Add(sayingLasts), Said: s.plain(), Ask: strings.Join(lines, "\n"),
	})
}

// holds are the reasons why a person cannot be forgotten yet, each with what ends it.
func (s *session) holds(p roster.Person) (out []string, err error) {
	posts, err := s.tx.PostsOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, o := range posts {
		if o.Holds(s.now) {
			out = append(out, "您的职务“"+o.Title+"”：免去或到期后")
		}
	}
	var seen []bot.MatterID
	add := func(m procedure.Matter, why string) {
		if !slices.Contains(seen, m.ID) {
			seen = append(seen, m.ID)
			out = append(out, m.Ref()+" "+why)
		}
	}
	traces, err := s.tx.TracesOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range traces.Voting {
		m, err := s.tx.Matter(s.ctx, id)
		if err != nil {
			return nil, err
		}
		add(m, "您投过票，还没结束：结束后")
	}
	for _, f := range []struct {
		procedure.Filter
		why string
	}{
		{procedure.Filter{Holder: p.ID, Open: true}, "您正在办：办完或退掉后"},
		{procedure.Filter{Asker: p.ID, Open: true}, "您提的，还在办：办完或取消后"},
	} {
		found, err := s.tx.Find(s.ctx, f.Filter)
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			add(m, f.why)
		}
	}
	return out, nil
}

// erase forgets whatever may be forgotten now; the person too, if nothing holds them.
func (s *session) erase(p roster.Person, e privacy.Erasure, holds []string) error {
	if err := s.eraseTexts(p.ID); err != nil {
		return err
	}
	if err := s.eraseSaid(p); err != nil {
		return err
	}
	if err := s.tx.PutPhone(s.ctx, p.ID, ""); err != nil {
		return err
	}
	if err := s.tx.Scrub(s.ctx, p.ID); err != nil {
		return err
	}
	if len(holds) > 0 {
		return s.tx.PutErasure(s.ctx, e)
	}
	if err := s.scrubImports(p.ID); err != nil {
		return err
	}
	accounts, err := s.tx.AccountsOf(s.ctx, p.ID)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := s.tx.DropAccount(s.ctx, a.Account); err != nil {
			return err
		}
		s.later(func(ctx context.Context) error { return s.talks.Forget(ctx, bot.PrivateChat(a.Account), a.Account) })
	}
	if err := s.tx.DropPerson(s.ctx, p.ID); err != nil {
		return err
	}
	e.Done = s.now
	if err := s.tx.PutErasure(s.ctx, e); err != nil {
		return err
	}
	return s.journal("erase", "", p.ID, "")
}

// eraseTexts forgets what somebody wrote, and the files they sent, in matters that no
// longer run, and files that belong to none.
func (s *session) eraseTexts(p bot.PersonID) error {
	texts, err := s.tx.WrittenBy(s.ctx, p)
	if err != nil {
		return err
	}
	for _, w := range texts {
		if w.Open {
			continue
		}
		if err := s.tx.EraseText(s.ctx, w.Matter, w.Seq); err != nil {
			return err
		}
	}
	sent, err := s.tx.AttachedBy(s.ctx, p)
	if err != nil {
		return err
	}
	for _, a := range sent {
		if !a.Loose() {
			m, err := s.tx.Matter(s.ctx, a.Matter)
			if err != nil {
				return err
			}
			if m.IsOpen() {
				continue
			}
		}
		if err := s.tx.DropAttached(s.ctx, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// eraseSaid forgets somebody's own words in meetings whose minutes are filed, and their
// reasons in votes.
func (s *session) eraseSaid(p roster.Person) error {
	sealed, err := s.tx.SealedSittings(s.ctx)
	if err != nil {
		return err
	}
	name := ""
	if p.Standing == roster.Confirmed {
		name = p.Name
	}
	for _, id := range sealed {
		roll, err := s.tx.SittingRoll(s.ctx, id)
		if err != nil {
			return err
		}
		entries, err := s.tx.Logged(s.ctx, id)
		if err != nil {
			return err
		}
		if own := meeting.Own(roll, entries, p.ID, name); len(own) > 0 {
			if err := s.tx.EraseSaid(s.ctx, id, own...); err != nil {
				return err
			}
		}
	}
	return s.tx.EraseReasons(s.ctx, p.ID)
}

// scrubImports takes somebody out of what is kept to undo the last import.
func (s *session) scrubImports(p bot.PersonID) error {
	i, err := s.tx.LastImport(s.ctx)
	if bot.CodeOf(err) == bot.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.tx.PutImport(s.ctx, i.Without(p))
}

// purgeMost bounds what one round of the purge erases in one transaction.
const purgeMost = 200

// Purge erases what has been kept long enough, by the table of retention, and goes on
// with erasures that something stood in the way of. The clock calls it now and then.
func (s *Service) Purge(ctx context.Context) error {
	if s.cfg.Unsettled() {
		return nil
	}
	se := &session{Service: s}
	err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		return se.purge()
	})
	if err != nil {
		return fmt.Errorf("erase what is old: %w", err)
	}
	return nil
}

func (s *session) purge() error {
	for _, rule := range privacy.Retention() {
		before, ok := rule.Until(s.now)
		if !ok {
			continue
		}
		var err error
		switch rule.Record {
		case privacy.Handled:
			err = s.tx.ForgetHandled(s.ctx, before)
		case privacy.Reminded:
			err = s.tx.ForgetNotices(s.ctx, before)
		case privacy.Introduced:
			err = s.tx.ForgetIntroductions(s.ctx, before)
		case privacy.Failed:
			err = s.tx.ForgetFailed(s.ctx, before)
		case privacy.Delivered:
			err = s.tx.ForgetDelivered(s.ctx, before)
		case privacy.Imported:
			err = s.tx.ForgetImports(s.ctx, before)
		case privacy.Stranger:
			err = s.forgetSilent(rule)
		case privacy.MatterText:
			_, err = s.tx.ForgetTexts(s.ctx, before, purgeMost)
		default:
			err = fmt.Errorf("nothing erases %s", rule.Record)
		}
		if err != nil {
			return err
		}
	}
	return s.goOnErasing()
}

func (s *session) forgetSilent(rule privacy.Rule) error {
	before, _ := rule.Until(s.now)
	silent, err := s.tx.Silent(s.ctx, before, purgeMost)
	if err != nil {
		return err
	}
	for _, id := range silent {
		if err := s.eraseNow(privacy.Erasure{Person: id, Asked: s.now}); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) goOnErasing() error {
	open, err := s.tx.OpenErasures(s.ctx)
	if err != nil {
		return err
	}
	for _, e := range open {
		if err := s.eraseNow(e); err != nil {
			return err
		}
	}
	return nil
}

// eraseNow erases somebody as far as nothing holds them.
func (s *session) eraseNow(e privacy.Erasure) error {
	p, err := s.tx.Person(s.ctx, e.Person)
	if bot.CodeOf(err) == bot.NotFound {
		e.Done = s.now
		return s.tx.PutErasure(s.ctx, e)
	}
	if err != nil {
		return err
	}
	holds, err := s.holds(p)
	if err != nil {
		return err
	}
	return s.erase(p, e, holds)
}
