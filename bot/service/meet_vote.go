package service

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/intents"
)

// roomTime is how long a vote in a meeting stays open when nobody ends it.
const roomTime = 2 * time.Hour

// meetingVote opens a vote in the room, by the meeting's rule, on its roll, for those
// who are there.
func (s *session) meetingVote(h *hall, text string) (string, error) {
	t := s.Templates().ByID(h.step.Meet.Vote)
	switch {
	case t == nil:
		return "", bot.Errorf(bot.Wrong, "%s 这种会不在会上举手表决，请按规定的名册另外办。", h.m.Ref())
	case strings.TrimSpace(text) == "":
		return "", bot.Errorf(bot.Missing, "请写上表决什么，例如：%s 同意接收李四为预备党员。", t.First().Verb)
	}
	rule := shippedRules().ByID(cmp.Or(h.step.Meet.Votes, h.step.Meet.Rule))
	if rule == nil {
		rule = shippedRules().ByID(t.Vote().Rule)
	}
	if err := h.readyToVote(rule); err != nil {
		return "", err
	}
	act := procedure.Act{Content: map[string]string{t.First().Main().ID: text}}
	if err := s.terms(t, &act); err != nil {
		return "", err
	}
	act.Terms.Meeting, act.Terms.Rule = h.m.ID, cmp.Or(act.Terms.Rule, rule.ID)
	if act.Until.IsZero() {
		act.Until = s.now.Add(roomTime)
	}
	id, err := s.openOutOf(h, t, func() error {
		var present []ballot.VoterID
		for _, v := range meeting.Attending(h.roll, h.state, h.rule) {
			present = append(present, v.ID)
		}
		return s.openWithRoll(t, act, meeting.Seated(h.roll, h.state), present...)
	})
	if err != nil {
		return "", err
	}
	return " ", s.logInto(h, meeting.Entry{Kind: meeting.Vote, Matter: id})
}

// readyToVote checks what a decision needs: a number that somebody has checked, and
// enough people in the room.
func (h *hall) readyToVote(rule *ballot.Rule) error {
	now := h.turnout()
	switch {
	case rule == nil || rule.Outcome == ballot.Consults:
		return nil
	case now.Judged && !now.Reached:
		return bot.Errorf(bot.Wrong, "%s %s。", h.m.Ref(), now)
	case int64(h.state.Vouched) != now.Entitled:
		return bot.Errorf(bot.Missing, "%s 表决前请核对：有表决权的应到%d人。对的话请发：%s %d人；没有表决权的请先发：%s 姓名。",
			h.m.Ref(), now.Entitled, meeting.Vouch.Word(), now.Entitled, meeting.Guest.Word())
	}
	return nil
}

// openOutOf opens a matter out of a meeting, in the name of whoever may: the speaker, else
// the meeting's host, else who called it.
func (s *session) openOutOf(h *hall, t *procedure.Template, open func() error) (bot.MatterID, error) {
	me, posts, node := s.me, s.posts, s.node
	defer func() { s.me, s.posts, s.node = me, posts, node }()
	var err error
	if s.node, err = s.tx.Node(s.ctx, h.m.Node); err != nil {
		return "", err
	}
	for _, p := range []bot.PersonID{me.ID, h.state.Offices[meeting.Host], h.m.Opener} {
		if p == "" {
			continue
		}
		if s.me, err = s.tx.Person(s.ctx, p); err != nil {
			return "", err
		}
		if s.posts, err = s.tx.PostsOf(s.ctx, p); err != nil {
			return "", err
		}
		actor, err := s.actor(h.m.Node)
		if err != nil {
			return "", err
		}
		if s.env(t, actor).May(procedure.Matter{}, t.First()) {
			break
		}
	}
	before := len(s.timers)
	known := map[bot.MatterID]bool{}
	for id := range s.timers {
		known[id] = true
	}
	if err := open(); err != nil || len(s.timers) == before {
		return "", err
	}
	for id := range s.timers {
		if !known[id] {
			return id, nil
		}
	}
	return "", nil
}

// meetingTask notes who is to do what by when: @王建国 周五前 打印公示. It becomes an
// order once the minutes are confirmed.
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
	case len(read.People) == 1 && len(read.People[0].IDs) == 1:
		e.Person = bot.PersonID(read.People[0].IDs[0])
	case len(read.People) == 1 && len(read.People[0].IDs) == 0:
		return "", s.stranger(read.People[0].Said)
	default:
		return "", bot.Errorf(bot.Missing, "请写明一个人和做什么，例如：%s @王建国 周五前 打印公示。", h.step.Meet.OrderWord)
	}
	if e.Text == "" {
		return "", bot.Errorf(bot.Missing, "请写上做什么，例如：%s @王建国 周五前 打印公示。", h.step.Meet.OrderWord)
	}
	if e.Due, err = s.dueSaid(read); err != nil {
		return "", err
	}
	return "", s.logInto(h, e)
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

// openQuietly opens a matter without an answer to whoever confirmed the minutes: they
// ordered nothing just now.
func (s *session) openQuietly(h *hall, t *procedure.Template, act procedure.Act) (bot.MatterID, error) {
	e := s.e
	defer func() { s.e = e }()
	s.e.Press, s.e.Chat = nil, bot.Chat{}
	id, err := s.openOutOf(h, t, func() error { return s.begins(t, act) })
	s.rows = slices.DeleteFunc(s.rows, func(r deliver.Row) bool { return r.To == bot.Chat{} })
	return id, err
}

// meetingOrders makes orders of the tasks given in a meeting.
func (s *session) meetingOrders(h *hall) error {
	t := s.Templates().ByID(h.step.Meet.Order)
	if t == nil {
		return nil
	}
	to, by := t.First().FieldOf(procedure.PersonField), t.First().FieldOf(procedure.DeadlineField)
	for _, e := range meeting.Effective(h.entries) {
		if e.Kind != meeting.Task || to == nil {
			continue
		}
		act := procedure.Act{People: []bot.PersonID{e.Person}, Content: map[string]string{t.First().Main().ID: e.Text}}
		if by != nil && e.Due.After(s.now) {
			act.Until = e.Due
		}
		id, err := s.openQuietly(h, t, act)
		if err != nil {
			return err
		}
		if err := s.logInto(h, meeting.Entry{Kind: meeting.Ordered, Of: e.ID, Matter: id}); err != nil {
			return err
		}
	}
	return nil
}

// endRoom lets a vote in a meeting end when whoever leads it says so: those in the room
// were asked, and no time was promised to anybody.
func endRoom(b *ballot.Box, m procedure.Matter, now time.Time) {
	if m.Terms != nil && m.Terms.Meeting != "" && now.Before(b.Poll.Closes) {
		b.Poll.Closes = now
	}
}
