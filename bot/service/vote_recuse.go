package service

import (
	"fmt"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// regret answers 撤销回避: a conflict that was declared by a slip is taken back, by
// the voter within ten minutes, by who leads the vote later on.
func (s *session) regret() error {
	h, err := s.held("撤销回避")
	if err != nil {
		return err
	}
	v, _ := h.voterOf(s.me.ID)
	if h.rest != "" && h.b.Roll != nil {
		if v, err = h.takeVoter(fmt.Sprintf("撤销回避 %d 王大爷", h.m.Number)); err != nil {
			return err
		}
	}
	if err := s.reinstate(h, v.ID); err != nil {
		return err
	}
	s.reply(fmt.Sprintf("%s 回避撤销了，可以投票了，%s。", h.m.Ref(), s.turnoutWords(h.b)))
	return nil
}

func (s *session) reinstate(h holding, voter ballot.VoterID) error {
	by, err := s.clerk(h)
	if err != nil {
		return err
	}
	before := h.b.Turnout()
	e, err := h.b.Reinstate(by, voter, s.nowIn(h.b))
	if err != nil {
		return named(h.m, err)
	}
	if err := s.tx.DropEntry(s.ctx, e.Poll, e.Voter); err != nil {
		return err
	}
	if err := s.journal("reinstate_voter", h.m.Node, s.me.ID, trail(h, voter, string(s.e.Platform), e.Version)); err != nil {
		return err
	}
	return s.refreshVote(h.t, h.m, h.b, crossed(before, h.b.Turnout()))
}

// regretted takes the speaker's own conflict back where 撤销 follows it, and reports
// whether that was what they meant: the newest thing they did in a vote that runs here.
func (s *session) regretted() (bool, error) {
	if s.node.ID == "" {
		return false, nil
	}
	m, ok, err := s.lastRecused()
	if err != nil || !ok {
		return false, err
	}
	h, err := s.hold(m)
	if err != nil {
		return false, err
	}
	v, _ := h.voterOf(s.me.ID)
	e, ok := h.b.Entries[v.ID]
	if !ok || !e.Recused() || s.now.Sub(e.At).Abs() > ballot.SlipWindow {
		return false, nil
	}
	if err := s.reinstate(h, v.ID); err != nil {
		return true, err
	}
	s.reply(fmt.Sprintf("%s 回避撤销了，可以投票了，%s。", h.m.Ref(), s.turnoutWords(h.b)))
	return true, nil
}

// lastRecused is the running vote of the number that was said, or the one the speaker
// touched last if that is a vote.
func (s *session) lastRecused() (m procedure.Matter, ok bool, err error) {
	if len(s.read.Matters) == 1 {
		m, err = s.numbered(s.read.Matters[0])
		if bot.CodeOf(err) == bot.NotFound {
			return m, false, nil
		}
	} else if len(s.read.Matters) == 0 {
		m, ok, err = s.lastTouched()
		if err != nil || !ok {
			return m, false, err
		}
	} else {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	t, err := s.template(m)
	return m, err == nil && s.env(t, m, procedure.Actor{}).Collecting(m) != nil, err
}

// justVoted is the running vote in which the speaker has just cast a ballot and which is
// all that 撤销 can be about: the one they touched last, or, after a press, the only one.
// Whoever opened it may mean the vote itself.
func (s *session) justVoted() (procedure.Matter, bool, error) {
	if s.node.ID == "" {
		return procedure.Matter{}, false, nil
	}
	m, ok, err := s.lastRecused()
	if err != nil {
		return m, false, err
	}
	votes := []procedure.Matter{m}
	if !ok {
		if _, touched, err := s.lastTouched(); touched || err != nil || len(s.read.Matters) > 0 {
			return m, false, err
		}
		if votes, err = s.runningVotes(); err != nil || len(votes) != 1 {
			return m, false, err
		}
	}
	h, err := s.hold(votes[0])
	if err != nil {
		return m, false, err
	}
	v, _ := h.voterOf(s.me.ID)
	e, cast := h.b.Entries[v.ID]
	return h.m, cast && !e.Recused() && h.m.Opener != s.me.ID && h.m.Asker != s.me.ID, nil
}
