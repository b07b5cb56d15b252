package service

import (
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// topicBox is the meeting that a topic goes to which was said while h is the one a
// sentence is about: that of the week, where a weekly meeting has been held here and h
// takes no topics any more. It is opened by the first topic. Nil where h is right, or
// nothing is held weekly here.
func (s *session) topicBox(h *hall) (*hall, error) {
	if s.node.ID == "" || h != nil && (h.state.Live() || h.state.Phase == meeting.Planned && !s.agendaSet(h)) {
		return nil, nil
	}
	var weekly []string
	for _, t := range s.Templates().All() {
		if step := t.Meeting(); t.Enabled() && step != nil && step.Meet.Weekly != nil {
			weekly = append(weekly, t.ID)
		}
	}
	if len(weekly) == 0 {
		return nil, nil
	}
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: weekly, Limit: 1})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	last := found[0]
	t, err := s.template(last)
	if err != nil {
		return nil, err
	}
	before, err := s.hallOf(t, last)
	if err != nil {
		return nil, err
	}
	if last.IsOpen() && before.state.Phase == meeting.Planned && !s.agendaSet(before) {
		return before, nil
	}
	return s.openBox(before)
}

// agendaSet reports whether a meeting takes no topics any more.
func (s *session) agendaSet(h *hall) bool {
	at := s.env(h.t, h.m, procedure.Actor{}).AgendaSet(h.m)
	return !at.IsZero() && !s.now.Before(at)
}

// openBox opens the meeting of the next week like the last one: place, host, recorder and
// roll. The clock does it, on behalf of who called the first; nobody is told before the
// agenda is set.
func (s *session) openBox(last *hall) (*hall, error) {
	t := s.Templates().ByID(last.t.ID)
	if t == nil {
		t = last.t
	}
	when := s.env(t, last.m, procedure.Actor{}).NextSession(last.m, s.now)
	if when.IsZero() {
		return nil, nil
	}
	act := procedure.Act{OnBehalf: last.m.Asker, Until: when, Content: map[string]string{t.First().Main().ID: t.Name}}
	for field, text := range map[string]string{
		placeField: s.lookup(last.t, last.m, false).Text(last.m.Fields[placeField]),
		hostField:  s.name(last.state.Offices[meeting.Host]), recorderField: s.name(last.state.Offices[meeting.Recorder]),
	} {
		if text != "" && t.Field(field) != nil {
			act.Content[field] = text
		}
	}
	series, err := s.series(last.m.Node)
	if err != nil {
		return nil, err
	}
	year := s.now.In(s.zoneOf(last.m.Node)).Year()
	act.Opening = &procedure.Opening{Template: t.ID, Source: t.Hash, Node: last.m.Node, Series: series, Year: year, Zone: s.zoneOf(last.m.Node).String()}
	if act.Opening.Number, err = s.tx.NextNumber(s.ctx, series, year); err != nil {
		return nil, fmt.Errorf("take a number: %w", err)
	}
	if err := s.tx.SaveTemplate(s.ctx, t.Hash, t.ID, t.Raw); err != nil {
		return nil, err
	}
	if act.Salt, err = s.salt(); err != nil {
		return nil, err
	}
	m, effects, err := s.applyClock(t, procedure.Matter{ID: bot.MatterID(s.newID())}, &act)
	if err != nil {
		return nil, err
	}
	if err := s.keep(t, m, act, effects); err != nil {
		return nil, err
	}
	return s.hallOf(t, m)
}

// tellAgenda tells what a weekly meeting will be about: one card to each group, and
// privately to who is in none.
func (s *session) tellAgenda(t *procedure.Template, m procedure.Matter) error {
	h, err := s.hallOf(t, m)
	if err != nil {
		return err
	}
	if len(h.state.Items) == 0 {
		return nil // nothing was proposed, or all was taken back
	}
	groups, err := s.groupsOf(h)
	if err != nil {
		return err
	}
	for _, g := range groups {
		c := s.groupCard(h)
		c.ID, c.Body = s.cardID(m.ID), "议题定了，请大家按时来。"
		s.post(deliver.Row{To: g, Matter: m.ID, Body: deliver.Body{Card: &c}, StaleAfter: m.When})
	}
	return s.inviteTo(h, "")
}

// withoutDays says a weekly meeting by its shorter name, 议事日 for 周二议事日: the day in
// its name is not when it is held.
func (s *session) withoutDays(text string) string {
	for _, t := range s.Templates().All() {
		step := t.Meeting()
		if step == nil || step.Meet.Weekly == nil {
			continue
		}
		for _, short := range step.Meet.Also {
			if t.Name != short && strings.HasSuffix(t.Name, short) {
				text = strings.ReplaceAll(text, t.Name, short)
			}
		}
	}
	return text
}
