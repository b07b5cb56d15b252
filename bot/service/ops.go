package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// one finds the single matter a command is about.
func (s *session) one(word string) (procedure.Matter, error) {
	if s.node.ID == "" {
		return procedure.Matter{}, s.noNode()
	}
	if len(s.read.Matters) > 0 {
		return s.numbered(s.read.Matters[0])
	}
	m, ok, err := s.lastTouched()
	if err != nil || ok {
		return m, err
	}
	return m, bot.Errorf(bot.Missing, "请写上号，例如：%s 1。", word)
}

// op carries out a matter op on the matter named.
func (s *session) op(word string, op procedure.Op, fill func(*procedure.Act) error) error {
	m, err := s.one(word)
	if err != nil {
		return err
	}
	t, err := s.template(m)
	if err != nil {
		return err
	}
	act := procedure.Act{Op: op}
	if fill != nil {
		if err := fill(&act); err != nil {
			return err
		}
	}
	if err := s.commit(t, m, m.Node, act); err != nil {
		return s.pend(err, talk.Pending{Verb: word, Matter: m.ID, Act: act})
	}
	return nil
}

// noting puts the free text into the act.
func (s *session) noting(field string) func(*procedure.Act) error {
	return func(a *procedure.Act) error {
		if text := strings.TrimSpace(s.read.Text); text != "" {
			a.Content = map[string]string{field: text}
		}
		return nil
	}
}

func (s *session) undo() error { return s.op("撤销", procedure.Undo, nil) }

func (s *session) cancel() error { return s.op("取消", procedure.Cancel, s.noting(procedure.Reason)) }

func (s *session) supplement() error {
	return s.op("补充", procedure.Supplement, s.noting(procedure.Note))
}

func (s *session) transfer() error {
	return s.op("转", procedure.Transfer, func(a *procedure.Act) error {
		people, err := s.people(s.read.People)
		if unknown := strings.TrimSpace(strings.TrimPrefix(s.read.Text, "给")); err == nil && len(people) == 0 && unknown != "" {
			err = s.stranger(unknown)
		}
		a.People = people
		return err
	})
}

// merge makes one matter part of another, both in one transaction.
func (s *session) merge() error {
	if len(s.read.Matters) != 2 {
		return bot.Errorf(bot.Missing, "请写两个号，例如：并入 3 到 1，就是把 3 并到 1 里。")
	}
	from, err := s.numbered(s.read.Matters[0])
	if err != nil {
		return err
	}
	into, err := s.numbered(s.read.Matters[1])
	if err != nil {
		return err
	}
	t, err := s.template(into)
	if err != nil {
		return err
	}
	absorb := procedure.Act{Op: procedure.Absorb, Other: from.ID, People: append([]bot.PersonID{from.Asker}, from.CoAskers...)}
	next, effects, err := s.apply(t, into, into.Node, &absorb)
	if err != nil {
		return err
	}
	if err := s.keep(t, next, absorb, effects); err != nil {
		return err
	}
	ft, err := s.template(from)
	if err != nil {
		return err
	}
	return s.commit(ft, from, from.Node, procedure.Act{Op: procedure.Merge, Other: into.ID})
}

// onBehalf opens a matter for somebody else, mostly one who is in no group: 代 李阿姨
// 点单 3栋灯坏 电话138….
func (s *session) onBehalf() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if len(s.read.People) != 1 || !personName(s.read.People[0].Said) {
		return bot.Errorf(bot.Missing, "请写上替谁、说什么，例如：代 李阿姨 %s 3栋灯坏 电话138…。", s.someOpening())
	}
	who := s.read.People[0]
	read, err := s.understand(s.read.Text)
	if err != nil {
		return err
	}
	t := s.templateFor(read.Verb)
	if t == nil {
		return bot.Errorf(bot.Missing, "替%s做什么？例如：代 %s %s 3栋灯坏。", who.Said, who.Said, s.someOpening())
	}
	s.read, s.verb = read, "代 "+read.Verb
	step := t.First()
	_, v := t.FindVerb(step.Verb)
	act, err := s.build(step, v)
	if err != nil {
		return err
	}
	if act.OnBehalf, err = s.listed(who); err != nil {
		return err
	}
	return s.begins(t, act)
}

// listed is the person somebody speaks for: one who is known here, else a resident
// who is then listed by name alone.
func (s *session) listed(who intents.Person) (bot.PersonID, error) {
	if len(who.IDs) == 1 {
		return bot.PersonID(who.IDs[0]), nil
	}
	p := roster.Person{ID: bot.PersonID(s.newID()), Name: who.Said, Standing: roster.Listed, Since: s.now}
	if err := s.tx.PutPerson(s.ctx, p); err != nil {
		return "", fmt.Errorf("list resident: %w", err)
	}
	return p.ID, nil
}

// someOpening is the word most often used to open a matter here, for examples.
func (s *session) someOpening() string {
	for _, t := range s.Templates().All() {
		if t.Enabled() && slices.Contains(t.First().By, procedure.Anyone) {
			return t.First().Verb
		}
	}
	return ""
}
