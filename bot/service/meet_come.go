package service

import (
	"fmt"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// comes answers the word with which somebody says they will come.
func (s *session) comes(t *procedure.Template, m procedure.Matter) error {
	h, err := s.hallOf(t, m)
	if err != nil {
		return err
	}
	if err := s.answerCall(h, meeting.Coming, ""); err != nil {
		return err
	}
	s.reply(m.Ref() + " 好的，等您来。" + h.attendance() + "。")
	return s.refreshMeeting(h, false)
}

// comesTyped answers 参加: the next meeting here, or the one of the number said.
func (s *session) comesTyped() error {
	h, err := s.theHall(aimed{meeting.Coming, s.verb, s.firstMatter()}, func(p meeting.Phase) bool { return p != meeting.Ended })
	switch {
	case err != nil:
		return err
	case h == nil:
		return noMeeting()
	}
	return s.comes(h.t, h.m)
}

// firstMatter is the number said; 0 if none was.
func (s *session) firstMatter() int {
	if len(s.read.Matters) == 0 {
		return 0
	}
	return s.read.Matters[0]
}

// answerCall keeps that the speaker comes or asks for leave.
func (s *session) answerCall(h *hall, kind meeting.Kind, why string) error {
	v, ok := h.voter(s.me.ID)
	switch {
	case !h.m.IsOpen() || h.state.Phase == meeting.Ended:
		return bot.Errorf(bot.Wrong, "%s 会已经结束了。", h.m.Ref())
	case !ok:
		return bot.Errorf(bot.Forbidden, "%s 您不在这次的应到名单里，可以列席。名单有误请告诉%s。", h.m.Ref(), s.name(h.m.Opener))
	}
	s.takenBackBy(fmt.Sprintf("%s 来就发“%s”，不来了就发“%s”，以最后一次说的为准。", h.m.Ref(), h.step.Verb, meeting.Excuse.Word()))
	return s.logInto(h, meeting.Entry{Kind: kind, Voters: []ballot.VoterID{v.ID}, Text: why})
}

// hearable reports whether a meeting may be spoken of in this chat.
func (s *session) hearable(h *hall) bool { return s.e.Chat.Private || s.public(h.t) }

// tellTurn refreshes what shows the numbers, and says to the groups when a meeting has,
// or no longer has, enough to vote.
func (s *session) tellTurn(h *hall, before meeting.Turnout) error {
	now := h.turnout()
	crossed := now.Judged && before.Reached != now.Reached
	if err := s.refreshMeeting(h, crossed || before.Present == 0); err != nil {
		return err
	}
	if !crossed || now.Reached || h.state.Phase != meeting.Running {
		return nil
	}
	return s.tellRooms(h, h.m.Ref()+" "+now.String()+"。人到齐前先议不决。")
}

// tellRooms says a line in the meeting's groups, but for the one that has just been
// answered.
func (s *session) tellRooms(h *hall, text string) error {
	groups, err := s.groupsOf(h)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g != s.e.Chat {
			s.post(rowTo(g, h.m.ID, text))
		}
	}
	return nil
}

// seatIn signs those who are in the room into a vote that runs there.
func (s *session) seatIn(h *hall, b *ballot.Box) error {
	for _, v := range meeting.Attending(h.roll, h.state, h.rule) {
		if _, here := b.Present[v.ID]; here {
			continue
		}
		a := ballot.Attendance{Poll: b.Poll.ID, Voter: v.ID, At: s.now, By: s.me.ID}
		if err := s.tx.PutAttendance(s.ctx, a); err != nil {
			return err
		}
		b.Present[v.ID] = a
	}
	return nil
}

// mayVote lets who has come while a vote of the meeting runs vote in it.
func (s *session) mayVote(h *hall) error {
	for _, id := range h.state.Votes {
		m, t, step, err := s.voteOf(id)
		if err != nil {
			return err
		}
		if !m.Steps[step.ID].Live() {
			continue
		}
		b, err := s.box(pollID(m, t.Vote()))
		if err != nil {
			return err
		}
		if b.Tellers == nil && b.Poll.InRoom {
			if err := s.seatIn(h, b); err != nil {
				return err
			}
		}
	}
	return nil
}

// voteOf loads a vote that a meeting opened.
func (s *session) voteOf(id bot.MatterID) (procedure.Matter, *procedure.Template, *procedure.Step, error) {
	m, err := s.tx.Matter(s.ctx, id)
	if err != nil {
		return m, nil, nil, err
	}
	t, err := s.template(m)
	if err != nil {
		return m, nil, nil, err
	}
	return m, t, t.Vote(), nil
}
