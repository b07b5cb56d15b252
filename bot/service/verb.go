package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
)

// templateFor returns the template a word opens.
func (s *session) templateFor(word string) *procedure.Template {
	return s.Templates().Opening(word)
}

// opensPlainly reports whether the sentence begins with the word that opens a matter, set
// apart by a space: it means nothing else then.
func (s *session) opensPlainly() bool {
	rest, begins := strings.CutPrefix(s.plain(), s.read.Verb)
	return begins && strings.HasPrefix(rest, " ") && s.templateFor(s.read.Verb) != nil
}

// ordersPlainly reports whether the sentence opens a matter plainly, or is no more than a word
// of a practice, or one that shows something, and a number: 接单, 办结 12, 查 1. It answers no question then.
func (s *session) ordersPlainly() bool {
	rest, begins := strings.CutPrefix(s.plain(), s.read.Verb)
	alone := begins && s.read.Sure >= certain && strings.Trim(rest, " #＃号0123456789") == ""
	return s.opensPlainly() || alone && (s.looks(s.read.Verb) || slices.Contains(s.Templates().Verbs(), s.read.Verb))
}

// practiceVerb carries out a verb of a template, on each matter that was named.
func (s *session) practiceVerb(word string) error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if t := s.templateFor(word); t != nil && len(s.read.Matters) == 0 {
		return s.open(t)
	}
	matters, err := s.matters(word)
	if err != nil {
		return err
	}
	if len(matters) == 1 && len(s.unknown) == 0 {
		return s.step(word, matters[0])
	}
	return s.each(matters, func(m procedure.Matter) error { return s.step(word, m) })
}

func (s *session) noNode() error {
	if s.e.Chat.Private {
		return bot.Errorf(bot.Missing, "还不知道您是哪个网格的，请先在群里 @%s 说一句话。", s.cfg.BotName)
	}
	return bot.Errorf(bot.Missing, "这个群还没有登记，请管理员发：登记本群 名称 上级 社区。")
}

// open begins a matter.
func (s *session) open(t *procedure.Template) error {
	if t.Meeting() != nil {
		var err error
		if t, err = s.called(t); err != nil {
			return err
		}
	}
	if done, err := s.severalOpened(t); done || err != nil {
		return err
	}
	step := t.First()
	_, v := t.FindVerb(step.Verb)
	act, err := s.build(step, v)
	if err != nil {
		actor, wrong := s.actor(s.node.ID)
		if wrong != nil {
			return wrong
		}
		if !s.env(t, procedure.Matter{}, actor).May(procedure.Matter{}, step) {
			return s.begins(t, act) // the engine says why not
		}
		return s.pend(err, talk.Pending{Verb: step.Verb, Template: t.ID, Act: act})
	}
	return s.begins(t, act)
}

// begins opens a matter with an act that holds what is known.
func (s *session) begins(t *procedure.Template, act procedure.Act) error {
	if err := s.openedBefore(t, act); err != nil {
		return err
	}
	t, err := s.settingOut(t, &act)
	if err != nil {
		return err
	}
	m, err := s.numbering(t, s.node.ID, &act, "")
	if err != nil {
		return s.pend(err, talk.Pending{Verb: t.First().Verb, Template: t.ID, Act: act})
	}
	return s.commit(t, m, s.node.ID, act)
}

// settingOut takes what opens a matter apart: how its vote or meeting is held, and what is
// drawn for it. It returns the template that the matter goes by.
func (s *session) settingOut(t *procedure.Template, act *procedure.Act) (*procedure.Template, error) {
	for _, read := range []func(*procedure.Template, *procedure.Act) error{s.terms, s.convening, s.draw} {
		if err := read(t, act); err != nil {
			return nil, err
		}
	}
	return asking(t, act.Terms, func(field string) string { return act.Content[field] }), nil
}

// numbering gives an opening act its number; parent waits for the matter, if any does.
// It judges the act before a number is taken, so that a refused opening leaves no gap.
func (s *session) numbering(t *procedure.Template, node bot.NodeID, act *procedure.Act, parent bot.MatterID) (procedure.Matter, error) {
	m := procedure.Matter{ID: bot.MatterID(s.newID())}
	series, err := s.series(node)
	if err != nil {
		return m, err
	}
	year := s.now.In(s.zoneOf(node)).Year()
	act.Opening = &procedure.Opening{Template: t.ID, Source: t.Hash, Node: node, Series: series, Year: year, Parent: parent, Zone: s.zoneOf(node).String()}
	if err := s.judge(t, m, node, *act); err != nil {
		return m, err
	}
	if act.Opening.Number, err = s.tx.NextNumber(s.ctx, series, year); err != nil {
		return m, fmt.Errorf("take a number: %w", err)
	}
	return m, s.tx.SaveTemplate(s.ctx, t.Hash, t.ID, t.Raw)
}

// step carries out a verb on one matter.
func (s *session) step(word string, m procedure.Matter) error {
	t, err := s.template(m)
	if err != nil {
		return err
	}
	step, v := t.FindVerb(word)
	if step == nil {
		return bot.Errorf(bot.Wrong, "%s 是%s，没有“%s”这一步。%s", m.Ref(), t.Name, word, s.env(t, m, procedure.Actor{}).Now(m))
	}
	if isMeeting(t, step) {
		return s.comes(t, m)
	}
	if done, err := s.special(t, m, step, v); done || err != nil {
		return err
	}
	act, err := s.build(step, v)
	if err != nil {
		// Nobody is asked about what they may not do.
		if refused := s.judge(t, m, m.Node, act); refused != nil && bot.CodeOf(refused) != bot.Missing {
			return refused
		}
		return s.pend(err, talk.Pending{Verb: word, Matter: m.ID, Act: act})
	}
	takeCategory(t, step, &act)
	if v.Op == procedure.Extend {
		act.Until = s.putOff(m.Steps[step.ID].Due, act.Until)
	}
	if err := s.commit(t, m, m.Node, act); err != nil {
		return s.pend(err, talk.Pending{Verb: word, Matter: m.ID, Act: act})
	}
	s.echoCategory(t, step, m, act)
	return nil
}
