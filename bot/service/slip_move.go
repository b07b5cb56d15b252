package service

import (
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
)

// redrawSlips sees to the papers of a meeting that was moved: what only waits is drawn
// again, and what was handed on already is to be handed on anew. Who has it is told that
// it no longer holds.
func (s *session) redrawSlips(meeting *procedure.Template, meet procedure.Matter) error {
	papers := meeting.Meeting().Meet.Slips
	if papers == "" {
		return nil
	}
	return s.eachPaper(meet, papers, func(t *procedure.Template, m procedure.Matter) error {
		return s.redraw(t, m, meeting, meet)
	})
}

func (s *session) redraw(t *procedure.Template, m procedure.Matter, meeting *procedure.Template, meet procedure.Matter) error {
	live := s.env(t, m, procedure.Actor{}).LiveSlip(m)
	if live == nil {
		return nil
	}
	act := procedure.Act{
		Step: live.ID, Op: procedure.Redraw, Other: meet.ID, Key: meet.Head,
		Content: map[string]string{t.First().Main().ID: s.slipsTitle(meeting, meet)},
	}
	next, effects, err := s.applyClock(t, m, &act)
	if err != nil {
		return err
	}
	if err := s.keep(t, next, act, effects); err != nil {
		return err
	}
	first := t.Slips()[0]
	note := "会改期了，" + first.Name() + "照新的时间重新拟好了。"
	if live != first {
		if err := s.tellVoid(t, m, first, meeting, meet); err != nil {
			return err
		}
		note = "会改期了，原来的" + first.Name() + "作废，照新的时间重新拟好了。"
	}
	return s.sendDraftNoting(t, next, note)
}

// tellVoid tells those who have a paper that it speaks of a time that no longer holds.
func (s *session) tellVoid(t *procedure.Template, m procedure.Matter, step *procedure.Step, meeting *procedure.Template, meet procedure.Matter) error {
	people, err := s.holdersFor(t, m.Node, step.Slip.To, 0)
	if err != nil {
		return err
	}
	slices.Sort(people)
	for _, p := range slices.DeleteFunc(slices.Compact(people), func(p bot.PersonID) bool { return p == s.me.ID }) {
		chat, ok, err := s.privateChat(p)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		begins := s.env(meeting, meet, procedure.Actor{}).Moment(meet.When)
		s.post(deliver.Row{To: chat, Matter: m.ID, StaleAfter: meet.When, Body: deliver.Body{
			Text: fmt.Sprintf("%s %s改到%s了，原来的%s作废，新的会重新报来。", m.Ref(), meeting.Name, begins, step.Name()),
		}})
	}
	return nil
}
