package service

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/intents"
)

// meetingTask notes who is to do what by when: @王建国 周五前 打印公示. It becomes an
// order once the minutes are confirmed. Who is not clear is kept as said: a room does not
// wait for the roster.
func (s *session) meetingTask(h *hall, text string) (string, error) {
	t := s.Templates().ByID(h.step.Meet.Order)
	if t == nil {
		return "", bot.Errorf(bot.Wrong, "%s 这里没有派事的做法，请记成：%s 内容。", h.m.Ref(), meeting.Note.Word())
	}
	read, err := s.understand(t.First().Verb + " " + text)
	if err != nil {
		return "", err
	}
	if s.e.Message != nil && len(s.e.Message.Mentions) == 1 {
		read.People = s.read.People
	}
	e := meeting.Entry{Kind: meeting.Task, Text: strings.TrimSpace(read.Text)}
	switch {
	case len(read.People) > 1 || e.Text == "":
		return "", bot.Errorf(bot.Missing, "请写明一个人和做什么，例如：%s @王建国 周五前 打印公示。", h.step.Meet.OrderWord)
	case len(read.People) == 1 && len(read.People[0].IDs) == 1:
		e.Person = bot.PersonID(read.People[0].IDs[0])
	case len(read.People) == 1:
		e.Who = read.People[0].Said
	}
	if e.Due, err = s.dueSaid(read); err != nil {
		return "", err
	}
	_, doubt, err := s.ownerOf(h.m.Node, e)
	if err != nil {
		return "", err
	}
	if doubt != "" {
		doubt = fmt.Sprintf("任务记下了。%s，归档时派不了单，到时请另派。", doubt)
	}
	return doubt, s.logInto(h, e)
}

// dueSaid is the deadline in a sentence; zero if it says none.
func (s *session) dueSaid(read intents.Intent) (time.Time, error) {
	if read.When == nil || read.When.Doubtful {
		return time.Time{}, nil
	}
	until, err := s.instant(read.When, procedure.DeadlineField)
	if err == nil && !until.After(s.now) {
		err = bot.Errorf(bot.Invalid, "这个期限已经过了，请说一个以后的时间。")
	}
	return until, err
}

// ownerOf is who is to do a task; where nobody can be told to, doubt says why.
func (s *session) ownerOf(node bot.NodeID, e meeting.Entry) (owner bot.PersonID, doubt string, err error) {
	switch {
	case e.Person != "":
		if owner, err = s.tx.Alias(s.ctx, e.Person); err != nil {
			return "", "", err
		}
		_, err = s.tx.Person(s.ctx, owner)
		if bot.CodeOf(err) == bot.NotFound {
			return "", "派给的人已经不在名册里", nil
		}
		return owner, "", err
	case e.Who == "":
		return "", "没听出派给谁", nil
	}
	found, err := s.peopleCalled(node, e.Who)
	switch {
	case err != nil:
		return "", "", err
	case len(found) == 0:
		return "", fmt.Sprintf("名册里没有“%s”", cut(e.Who, 12)), nil
	case len(found) > 1:
		return "", fmt.Sprintf("叫“%s”的有%d位", cut(e.Who, 12), len(found)), nil
	}
	return found[0], "", nil
}

// meetingOrders makes orders of the tasks given in a meeting. One that cannot be given to
// whom it names stays in the minutes, or is anybody's to take where its practice has no
// need of a name; who gives such orders here is told. The minutes are filed all the same.
func (s *session) meetingOrders(h *hall) error {
	t := s.Templates().ByID(h.step.Meet.Order)
	if t == nil {
		return nil
	}
	var left []string
	for _, e := range meeting.Effective(h.entries) {
		if e.Kind != meeting.Task || e.Text == "" {
			continue
		}
		id, doubt, err := s.orderOf(h, t, e)
		if err != nil {
			return err
		}
		if doubt != "" {
			left = append(left, fmt.Sprintf("“%s”（%s）", cut(e.Text, 20), doubt))
		}
		if id == "" {
			continue
		}
		if err := s.logInto(h, meeting.Entry{Kind: meeting.Ordered, Of: e.ID, Matter: id}); err != nil {
			return err
		}
	}
	return s.tellUngiven(h, t, left)
}

// orderOf opens the order of a task. doubt says why it could not be given to somebody.
func (s *session) orderOf(h *hall, t *procedure.Template, e meeting.Entry) (id bot.MatterID, doubt string, err error) {
	owner, doubt, err := s.ownerOf(h.m.Node, e)
	if err != nil {
		return "", "", err
	}
	if owner != "" {
		id, err = s.openQuietly(h, t, s.orderAct(t, e, owner))
		if !isRefusal(wrong(err)) {
			return id, "", err
		}
		doubt = strings.TrimRight(bot.MessageOf(err), "。")
	}
	if to := t.First().FieldOf(procedure.PersonField); to != nil && to.Required {
		return "", doubt, nil
	}
	id, err = s.openQuietly(h, t, s.orderAct(t, e, ""))
	if isRefusal(wrong(err)) {
		return "", strings.TrimRight(bot.MessageOf(err), "。"), nil
	}
	return id, doubt, err
}

// orderAct opens an order as a task says it.
func (s *session) orderAct(t *procedure.Template, e meeting.Entry, owner bot.PersonID) procedure.Act {
	act := procedure.Act{Content: map[string]string{t.First().Main().ID: e.Text}}
	if owner != "" && t.First().FieldOf(procedure.PersonField) != nil {
		act.People = []bot.PersonID{owner}
	}
	if t.First().FieldOf(procedure.DeadlineField) != nil && e.Due.After(s.now) {
		act.Until = e.Due
	}
	return act
}

// openQuietly opens a matter without an answer to whoever confirmed the minutes: they
// ordered nothing just now.
func (s *session) openQuietly(h *hall, t *procedure.Template, act procedure.Act) (bot.MatterID, error) {
	e := s.e
	defer func() { s.e = e }()
	s.e.Press, s.e.Chat = nil, bot.Chat{}
	id, err := s.openOutOf(h, t, func() error {
		m, err := s.numbering(t, s.node.ID, &act, "")
		if err != nil {
			return err // refused before anything was written
		}
		return s.commit(t, m, s.node.ID, act)
	})
	s.rows = slices.DeleteFunc(s.rows, func(r deliver.Row) bool { return r.To == bot.Chat{} })
	return id, err
}

// tellUngiven tells who gives orders here, else host and recorder, which tasks are still
// to be given to somebody.
func (s *session) tellUngiven(h *hall, t *procedure.Template, left []string) error {
	if len(left) == 0 {
		return nil
	}
	text := fmt.Sprintf("%s 有%d件任务没有派给人：%s。请认准人后发：%s @姓名 做什么。", h.m.Ref(), len(left), strings.Join(left, "、"), t.First().Verb)
	givers, err := s.holdersOf(h.m.Node, t.First().By, 0)
	if err != nil {
		return err
	}
	for _, people := range [][]bot.PersonID{givers, h.offices()} {
		slices.Sort(people)
		reached := false
		for _, p := range slices.Compact(people) {
			chat, ok, err := s.privateChat(p)
			if err != nil {
				return err
			}
			if ok {
				s.post(rowTo(chat, h.m.ID, text))
				reached = true
			}
		}
		if reached {
			return nil
		}
	}
	s.log.WarnContext(s.ctx, "nobody to tell of tasks that were not given", "matter", h.m.ID, "tasks", len(left))
	return nil
}
