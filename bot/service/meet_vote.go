package service

import (
	"cmp"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
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
		return bot.Errorf(bot.Missing, "%s 表决前请核对：有表决权的应到%d人。对的话请发：%s %d人，再把这句发一次；没有表决权的请先发：%s 姓名。",
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
		who, err := s.tx.Person(s.ctx, p)
		if bot.CodeOf(err) == bot.NotFound {
			continue // erased since
		}
		if err != nil {
			return "", err
		}
		s.me = who
		if s.posts, err = s.tx.PostsOf(s.ctx, p); err != nil {
			return "", err
		}
		actor, err := s.actor(h.m.Node)
		if err != nil {
			return "", err
		}
		if s.env(t, procedure.Matter{}, actor).May(procedure.Matter{}, t.First()) {
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

// endRoom lets a vote in a meeting end when whoever leads it says so: those in the room
// were asked, and no time was promised to anybody.
func endRoom(b *ballot.Box, m procedure.Matter, now time.Time) {
	if m.Terms != nil && m.Terms.Meeting != "" && now.Before(b.Poll.Closes) {
		b.Poll.Closes = now
	}
}
