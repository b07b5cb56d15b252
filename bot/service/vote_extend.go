package service

import (
	"fmt"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// extendVote answers 延长 12 到周六18:00: a vote runs longer where its rule allows, once.
func (s *session) extendVote() error {
	h, err := s.held("延长")
	if err != nil {
		return err
	}
	act := procedure.Act{Step: h.step.ID, Op: procedure.Lengthen}
	if err := s.judge(h.t, h.m, h.m.Node, act); err != nil && bot.CodeOf(err) != bot.Missing {
		return err
	}
	if s.read.When == nil {
		return named(h.m, bot.Errorf(bot.Missing, "延长到什么时候？例如：延长 %d 到周六18:00。", h.m.Number))
	}
	if act.Until, err = s.instant(s.read.When, procedure.DeadlineField); err != nil {
		return err
	}
	act.Until = s.putOff(h.m.Steps[h.step.ID].Due, act.Until)
	p, err := h.b.Extend(act.Until, s.nowIn(h.b))
	if err != nil {
		return named(h.m, err)
	}
	if err := s.tx.MovePoll(s.ctx, p); err != nil {
		return err
	}
	if err := s.commit(h.t, h.m, h.m.Node, act); err != nil {
		return fmt.Errorf("extend a vote: %w", err)
	}
	m, err := s.tx.Matter(s.ctx, h.m.ID)
	if err != nil {
		return err
	}
	return s.refreshVote(h.t, m, h.b, true)
}
