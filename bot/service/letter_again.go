package service

import (
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// letterWord is the command that shows a drafted letter again.
const letterWord = "看信"

// letterAgain shows the letter of the matter of a number, or of the one that was closed
// last, to whoever it was drafted for, in private.
func (s *session) letterAgain() error {
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Forbidden, "拟好的信只给要发信的人看，请私聊我发：%s。", letterWord)
	}
	if s.node.ID == "" {
		return s.noNode()
	}
	m, t, err := s.lettered()
	if err != nil {
		return err
	}
	if t == nil {
		return bot.Errorf(bot.NotFound, "现在没有拟好的信。")
	}
	if titles := roster.Titles(s.posts, s.now, m.Node); !slices.Contains(titles, t.Letter.To) {
		return bot.Errorf(bot.Forbidden, "这封信是替%s拟的，请%s来看。", t.Letter.To, t.Letter.To)
	}
	s.reply(s.env(t, m, procedure.Actor{}).Say(m, procedure.NoticeLetter, s.lookup(t, m, false)))
	return nil
}

// lettered is the matter whose letter is meant; its template is nil if there is none.
func (s *session) lettered() (procedure.Matter, *procedure.Template, error) {
	if len(s.read.Matters) > 0 {
		m, err := s.numbered(s.read.Matters[0])
		if err != nil {
			return m, nil, err
		}
		t, err := s.template(m)
		if err != nil || t.Letter == nil || m.Outcome != procedure.Done {
			return m, nil, err
		}
		return m, t, nil
	}
	var ids []string
	for _, t := range s.Templates().All() {
		if t.Letter != nil {
			ids = append(ids, t.ID)
		}
	}
	var newest procedure.Matter
	if len(ids) == 0 {
		return newest, nil, nil
	}
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: ids})
	if err != nil {
		return newest, nil, err
	}
	for _, m := range found {
		if m.Outcome == procedure.Done && m.Closed.After(newest.Closed) {
			newest = m
		}
	}
	if newest.ID == "" {
		return newest, nil, nil
	}
	t, err := s.template(newest)
	return newest, t, err
}

// openedBefore refuses to open what its asker has open already, where once is enough.
func (s *session) openedBefore(t *procedure.Template, act procedure.Act) error {
	if !t.Once {
		return nil
	}
	asker := s.me.ID
	if act.OnBehalf != "" {
		asker = act.OnBehalf
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: []string{t.ID}, Asker: asker, Open: true, Limit: 1})
	if err != nil || len(open) == 0 {
		return err
	}
	m := open[0]
	return bot.Errorf(bot.Wrong, "%s 已经%s过了，不用再来一次，%s。要添一句请发：补充 %d，再写要添的话。",
		m.Ref(), t.First().Verb, strings.TrimSuffix(s.env(t, m, procedure.Actor{}).Status(m), "。"), m.Number)
}
