package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// template returns the template a matter began under, with what its opener asks where
// they wrote that themselves.
func (s *session) template(m procedure.Matter) (*procedure.Template, error) {
	t, err := s.source(m)
	if err != nil {
		return nil, err
	}
	return asking(t, m.Terms, func(field string) string { return s.lookup(t, m, true).Text(m.Fields[field]) }), nil
}

// source is the template itself.
func (s *session) source(m procedure.Matter) (*procedure.Template, error) {
	if t := s.Templates().ByID(m.Template); t != nil && t.Hash == m.Source {
		return t, nil
	}
	raw, err := s.tx.TemplateSource(s.ctx, m.Source)
	if err != nil {
		return nil, fmt.Errorf("read template %s: %w", m.Template, err)
	}
	t, err := procedure.Reread(raw)
	if err != nil {
		return nil, fmt.Errorf("parse template %s: %w", m.Template, err)
	}
	return t, nil
}

// env is what the engine may know of a matter, in the zone of its node; of one that is
// about to begin, in that of the node at hand.
func (s *session) env(t *procedure.Template, m procedure.Matter, a procedure.Actor) procedure.Env {
	return procedure.Env{Template: t, Actor: a, Zone: s.zoneOf(cmp.Or(m.Node, s.node.ID)), Days: s.began(m), Workday: s.cfg.Workday}
}

// envAt is env for an act, which may be the one that begins the matter.
func (s *session) envAt(t *procedure.Template, m procedure.Matter, a procedure.Actor, act procedure.Act) procedure.Env {
	if m.Version == 0 && act.Opening != nil {
		m.Node = act.Opening.Node
	}
	return s.env(t, m, a)
}

// apply lets the engine judge an act by the speaker.
func (s *session) apply(t *procedure.Template, m procedure.Matter, node bot.NodeID, act *procedure.Act) (procedure.Matter, []procedure.Effect, error) {
	actor, err := s.stamp(m, node, act)
	if err != nil {
		return m, nil, err
	}
	if act.Salt, err = s.salt(); err != nil {
		return m, nil, err
	}
	next, done, effects, err := procedure.Apply(s.envAt(t, m, actor, *act), m, *act)
	if err != nil {
		return m, nil, err
	}
	*act = done
	return next, effects, nil
}

// judge says why the speaker's act would be refused; nil if it would not.
func (s *session) judge(t *procedure.Template, m procedure.Matter, node bot.NodeID, act procedure.Act) error {
	actor, err := s.stamp(m, node, &act)
	if err != nil {
		return err
	}
	return procedure.Judge(s.envAt(t, m, actor, act), m, act)
}

// stamp says in an act when and where it is done, and returns the speaker as the
// matter's actor.
func (s *session) stamp(m procedure.Matter, node bot.NodeID, act *procedure.Act) (procedure.Actor, error) {
	actor, err := s.actor(node)
	if err != nil {
		return actor, err
	}
	act.At, act.Channel, act.Event = s.now, cmp.Or(string(s.e.Platform), clockChannel), s.e.ID
	actor.Was, err = s.formerly(m)
	return actor, err
}

// formerly lists the ids under which a matter knows the speaker from before their
// accounts were joined.
func (s *session) formerly(m procedure.Matter) ([]bot.PersonID, error) {
	var out []bot.PersonID
	for _, id := range m.People() {
		now, err := s.tx.Alias(s.ctx, id)
		if err != nil {
			return nil, fmt.Errorf("resolve who somebody was: %w", err)
		}
		if id != s.me.ID && now == s.me.ID {
			out = append(out, id)
		}
	}
	return out, nil
}

// commit applies an act, keeps it, and tells whoever is to hear of it.
func (s *session) commit(t *procedure.Template, m procedure.Matter, node bot.NodeID, act procedure.Act) error {
	if err := s.prepare(t, m, &act); err != nil {
		return err
	}
	next, effects, err := s.apply(t, m, node, &act)
	if err != nil {
		return err
	}
	return s.carry(t, m, next, act, effects)
}

// carry keeps an act, tells whoever is to hear of it, and lets those matters know that
// waited for this one.
func (s *session) carry(t *procedure.Template, before, m procedure.Matter, act procedure.Act, effects []procedure.Effect) error {
	if err := s.abandonBoxes(t, before, m); err != nil {
		return err
	}
	if err := s.keep(t, m, act, effects); err != nil {
		return err
	}
	if err := s.announce(t, before, m, act, effects); err != nil {
		return err
	}
	if err := s.slipsAfter(t, before, m, act, effects); err != nil {
		return err
	}
	return s.joins(m, effects)
}

// keep appends an act with its ledger entries.
func (s *session) keep(t *procedure.Template, m procedure.Matter, act procedure.Act, effects []procedure.Effect) error {
	next := procedure.NextDue(s.env(t, m, procedure.Actor{}), m)
	if err := s.tx.Append(s.ctx, m, act, next); err != nil {
		return err
	}
	if err := s.attachTo(m.ID, act.Seq); err != nil {
		return err
	}
	s.written[actKey(m.ID, act.Seq)] = act.Content
	s.timers[m.ID] = next
	s.wrote = true
	if err := s.openBoxes(t, m, effects); err != nil {
		return err
	}
	if err := s.openSittings(t, m, act, effects); err != nil {
		return err
	}
	for _, e := range effects {
		if e.Kind != procedure.Book {
			continue
		}
		entry := procedure.Entry{Book: e.Book, Node: m.Node, Person: m.Asker, Matter: m.ID, Round: e.Round, Amount: e.Amount, At: s.now}
		if err := s.tx.AddEntry(s.ctx, entry); err != nil {
			return fmt.Errorf("book ledger entry: %w", err)
		}
	}
	id := m.ID
	s.later(func(ctx context.Context) error {
		return s.states.Set(ctx, s.lastKey(), []byte(id), procedure.UndoWindow)
	})
	return nil
}

// lastKey is where the matter somebody last touched is remembered.
func (s *session) lastKey() string { return "last:" + s.e.From.String() }

// series is whose numbers a node counts in: its 社区, or the top of its tree.
func (s *session) series(node bot.NodeID) (bot.NodeID, error) {
	line, err := s.lineage(node)
	if err != nil {
		return "", err
	}
	for _, id := range line {
		n, err := s.tx.Node(s.ctx, id)
		if err != nil {
			return "", err
		}
		if strings.HasSuffix(n.Name, "社区") || strings.HasSuffix(n.Name, "村") {
			return id, nil
		}
	}
	return line[len(line)-1], nil
}

// matters finds what a verb is about: the numbers said, the quoted message, the
// last one touched, or the only one it can be done to now.
func (s *session) matters(word string) ([]procedure.Matter, error) {
	if len(s.read.Matters) > 0 {
		return s.allNumbered()
	}
	if s.read.Last {
		if m, ok, err := s.lastTouched(); ok || err != nil {
			return []procedure.Matter{m}, err
		}
	}
	return s.candidates(word)
}

// allNumbered finds the matters whose numbers were said. Those that mean nothing
// here, beside others that do, are kept in s.unknown.
func (s *session) allNumbered() ([]procedure.Matter, error) {
	var out []procedure.Matter
	for _, n := range s.read.Matters {
		m, err := s.numbered(n)
		switch {
		case err == nil:
			out = append(out, m)
		case len(s.read.Matters) == 1 || bot.CodeOf(err) != bot.NotFound:
			return nil, err
		default:
			s.unknown = append(s.unknown, n)
		}
	}
	if len(out) == 0 {
		return nil, bot.Errorf(bot.NotFound, "没有找到这几个号，请核对一下。")
	}
	return out, nil
}

// numbered finds a matter by the number people say: the newest that this speaker
// may see.
func (s *session) numbered(n int) (procedure.Matter, error) {
	if s.node.ID == "" {
		return procedure.Matter{}, s.noNode()
	}
	series, err := s.series(s.node.ID)
	if err != nil {
		return procedure.Matter{}, err
	}
	found, err := s.tx.Numbered(s.ctx, series, n)
	if err != nil {
		return procedure.Matter{}, err
	}
	for _, m := range found {
		ok, err := s.sees(m)
		if err != nil {
			return m, err
		}
		if ok {
			return m, nil
		}
	}
	if m, ok, err := s.askedAbout(n); ok || err != nil {
		return m, err
	}
	return procedure.Matter{}, bot.Errorf(bot.NotFound, "没有 #%d，请核对一下号码，或发“我的单”看看。", n)
}

// sees reports whether the speaker may know of a matter here.
func (s *session) sees(m procedure.Matter) (bool, error) {
	t, err := s.template(m)
	if err != nil {
		return false, err
	}
	if t.Audience == procedure.ForGroup && m.Node == s.node.ID || m.Concerns(s.me.ID) {
		return true, nil
	}
	if ok, err := s.attends(t, m); ok || err != nil {
		return ok, err
	}
	actor, err := s.actor(m.Node)
	if err != nil {
		return false, err
	}
	if len(actor.Posts) == 0 || t.Audience == procedure.ForNamed {
		return t.Audience == procedure.ForGroup && m.Node == s.node.ID, nil
	}
	return true, nil
}

// remembered is what the state of conversations holds under a key. Where it cannot be read
// nothing is remembered, and whoever meant it is asked again.
func (s *session) remembered(key string) (value string, ok bool) {
	raw, ok, err := s.states.Get(s.ctx, key)
	return string(raw), ok && err == nil
}

func (s *session) lastTouched() (procedure.Matter, bool, error) {
	raw, ok := s.remembered(s.lastKey())
	if !ok {
		return procedure.Matter{}, false, nil
	}
	m, err := s.tx.Matter(s.ctx, bot.MatterID(raw))
	if bot.CodeOf(err) == bot.NotFound {
		return m, false, nil
	}
	return m, err == nil, err
}

// candidates are the matters here that a word can be done to now by the speaker.
// Exactly one is taken; of several the member is asked which.
func (s *session) candidates(word string) ([]procedure.Matter, error) {
	all, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID})
	if err != nil {
		return nil, err
	}
	var can, never []procedure.Matter
	for _, m := range all {
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		step, v := t.FindVerb(word)
		if step == nil || !s.e.Chat.Private && !s.public(t) && len(s.read.Matters) == 0 {
			continue
		}
		actor, err := s.actor(m.Node)
		if err != nil {
			return nil, err
		}
		if !m.Steps[step.ID].Live() {
			continue
		}
		if s.couldDo(s.env(t, m, actor), m, step, v) {
			can = append(can, m)
		} else {
			never = append(never, m)
		}
	}
	if m, ok := s.lastAsked(can); ok {
		return []procedure.Matter{m}, nil
	}
	switch {
	case len(can) == 1:
		return can, nil
	case len(can) > 1:
		return nil, s.which(word, can)
	case len(never) == 1:
		return never, nil // the engine says why not
	}
	return nil, bot.Errorf(bot.NotFound, "现在没有可以“%s”的。发“待办”看看有什么要办。", word)
}

// askedKey is where it is remembered which matter somebody was last told of
// privately: a bare verb then means that one.
func askedKey(p bot.PersonID) string { return "asked:" + string(p) }

// lastAsked is the one of several matters that the speaker was last asked about,
// in the private chat where they answer.
func (s *session) lastAsked(can []procedure.Matter) (procedure.Matter, bool) {
	if !s.e.Chat.Private || len(can) < 2 {
		return procedure.Matter{}, false
	}
	raw, ok := s.remembered(askedKey(s.me.ID))
	if !ok {
		return procedure.Matter{}, false
	}
	i := slices.IndexFunc(can, func(m procedure.Matter) bool { return string(m.ID) == raw })
	if i < 0 {
		return procedure.Matter{}, false
	}
	return can[i], true
}

// couldDo reports whether the engine would let the speaker do it, were everything
// said that is needed.
func (s *session) couldDo(e procedure.Env, m procedure.Matter, step *procedure.Step, v *procedure.Verb) bool {
	probe := procedure.Act{Step: step.ID, Op: v.Op, Choice: v.Choice, At: s.now}
	_, _, _, err := procedure.Apply(e, m, probe)
	code := bot.CodeOf(err)
	return code == "" || code == bot.Missing
}

func cut(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	return string(r[:most-1]) + "…"
}
