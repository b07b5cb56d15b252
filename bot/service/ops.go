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
	"yiqun/intents/phrase"
)

// about finds the matters a command is about: those named, the one just touched,
// the one last asked about, or the only one that fits.
func (s *session) about(word string, fits func(procedure.Matter) bool) ([]procedure.Matter, error) {
	if s.node.ID == "" {
		return nil, s.noNode()
	}
	if len(s.read.Matters) > 0 {
		return s.allNumbered()
	}
	if m, ok, err := s.lastTouched(); err != nil || ok {
		return []procedure.Matter{m}, err
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Open: true})
	if err != nil {
		return nil, err
	}
	var can []procedure.Matter
	for _, m := range open {
		if ok, err := s.spokenOfHere(m); err != nil {
			return nil, err
		} else if ok && fits(m) {
			can = append(can, m)
		}
	}
	if m, ok := s.lastAsked(can); ok {
		return []procedure.Matter{m}, nil
	}
	switch len(can) {
	case 0:
		return nil, bot.Errorf(bot.Missing, "请写上号，例如：%s 1。", word)
	case 1:
		return can, nil
	}
	return nil, s.which(word, can)
}

// spokenOfHere reports whether the speaker may see a matter and it may be named in
// this chat.
func (s *session) spokenOfHere(m procedure.Matter) (bool, error) {
	t, err := s.template(m)
	if err != nil {
		return false, err
	}
	if !s.e.Chat.Private && !s.public(t) {
		return false, nil
	}
	return s.sees(m)
}

// op carries out a matter op on each matter named.
func (s *session) op(word string, op procedure.Op, fill func(*procedure.Act) error) error {
	matters, err := s.about(word, func(m procedure.Matter) bool { return s.couldOp(m, op) })
	if err != nil {
		return err
	}
	do := func(m procedure.Matter) error { return s.opOn(word, m, op, fill) }
	if len(matters) == 1 && len(s.unknown) == 0 {
		return do(matters[0])
	}
	return s.each(matters, do)
}

// couldOp reports whether the engine would let the speaker do it, were everything
// said that is needed.
func (s *session) couldOp(m procedure.Matter, op procedure.Op) bool {
	t, err := s.template(m)
	if err != nil {
		return false
	}
	err = s.judge(t, m, m.Node, procedure.Act{Op: op})
	code := bot.CodeOf(err)
	return err == nil || code == bot.Missing
}

func (s *session) opOn(word string, m procedure.Matter, op procedure.Op, fill func(*procedure.Act) error) error {
	t, err := s.template(m)
	if err != nil {
		return err
	}
	act := procedure.Act{Op: op}
	if fill != nil {
		if err := fill(&act); err != nil {
			// Nobody is asked about what they may not do.
			if refused := s.judge(t, m, m.Node, procedure.Act{Op: op}); refused != nil && bot.CodeOf(refused) != bot.Missing {
				return refused
			}
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

func (s *session) undo() error {
	if done, err := s.regretted(); done || err != nil {
		return err
	}
	if how, err := s.otherDeed(); err != nil {
		return err
	} else if how != "" {
		return bot.Errorf(bot.Wrong, "%s", how)
	}
	if m, ok, err := s.justVoted(); err != nil {
		return err
	} else if ok {
		return bot.Errorf(bot.Wrong, "%s 投过的票不用撤销，截止前再投一次就是改票。", m.Ref())
	}
	return s.op("撤销", procedure.Undo, nil)
}

// cancelWord gives up a matter one began.
const cancelWord = "取消"

func (s *session) cancel() error {
	return s.op(cancelWord, procedure.Cancel, s.noting(procedure.Reason))
}

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
	if from.Template != into.Template {
		return bot.Errorf(bot.Wrong, "%s 和 %s 不是同一种事，不能并在一起。", from.Ref(), into.Ref())
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
	if len(s.read.People) != 1 || !roster.PersonName(s.read.People[0].Said) {
		return bot.Errorf(bot.Missing, "请写上替谁、说什么，例如：代 李阿姨 %s 3栋灯坏 电话138…。", s.someOpening())
	}
	who := s.read.People[0]
	if len(who.IDs) > 1 {
		return s.whichPerson(0, who)
	}
	if done, err := s.castForSaid(who.Said, s.read.Text); done || err != nil {
		return err
	}
	read, err := s.understand(s.read.Text)
	if err != nil {
		return err
	}
	t := s.templateFor(read.Verb)
	if t == nil {
		if read, err = s.inOtherWords(s.read.Text); err != nil {
			return err
		}
		t = s.templateFor(read.Verb)
	}
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

// inOtherWords reads a sentence of everyday speech as the one it stands for; as nothing
// where it stands for none.
func (s *session) inOtherWords(text string) (intents.Intent, error) {
	m, ok := s.practice.Load().phrases.first.Find(text, 0, func(p *phrase.Shape, _ int) bool { return p.When == "" && !p.Asks })
	if !ok {
		return intents.Intent{}, nil
	}
	return s.understand(m.Means[0])
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
func (s *session) someOpening() string { return someOpening(s.Templates()) }

func someOpening(set procedure.Set) string {
	for _, t := range set.All() {
		if t.Enabled() && slices.Contains(t.First().By, procedure.Anyone) {
			return t.First().Verb
		}
	}
	return ""
}
