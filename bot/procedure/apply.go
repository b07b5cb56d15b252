package procedure

import (
	"time"

	"yiqun/bot"
)

// Env is what Apply may know besides the matter and the act.
type Env struct {
	Template *Template
	Actor    Actor
	// Zone is the node's time zone: times are said and working days counted in it.
	Zone *time.Location
	// Days is the zone in which full days are counted, that of Matter.Zone, so that a
	// replay counts the same; nil means Zone.
	Days *time.Location
	// Workday reports whether a day is worked; nil means Monday to Friday.
	Workday func(time.Time) bool

	// replay trusts the rights recorded in the act: they were judged when it was
	// done, by what was true then.
	replay bool
}

// Apply is the only judge of who may do what now. It returns the matter after the
// act, the act as it is to be appended (facts that do not belong to it dropped,
// post filled in, chained, sealed with a.Salt) and what follows from it. By becomes
// the id by which the matter knows the actor. The matter passed in is not changed.
// An error is a *bot.Error whose message tells the member what can be done now,
// and by whom.
func Apply(e Env, m Matter, a Act) (Matter, Act, []Effect, error) {
	next, effects, err := e.attempt(m, &a)
	if err != nil {
		return m, a, nil, err
	}
	if !e.replay {
		a = a.Seal(m.Head, a.Salt)
	}
	next.Version, next.Head = a.Seq, a.Hash
	next.LastOp, next.LastBy, next.LastAt = a.Op, a.By, a.At
	next.Before = nil
	if m.Version > 0 && e.undoable(a, effects) {
		before := m.clone()
		before.Before = nil
		next.Before = &before
	}
	return next, a, effects, nil
}

// Judge returns Apply's error for an act, without what follows from it: for acts that
// are not complete yet.
func Judge(e Env, m Matter, a Act) error {
	_, _, err := e.attempt(m, &a)
	return err
}

// attempt applies an act to a copy of m, and completes what it says of itself.
func (e Env) attempt(m Matter, a *Act) (Matter, []Effect, error) {
	next := m.clone()
	a.Matter, a.Seq = m.ID, m.Version+1
	a.At, a.Until = instant(a.At), instant(a.Until)
	if !e.replay {
		a.By, a.Post = e.Actor.Person, ""
	}
	effects, err := e.apply(&next, a)
	return next, effects, err
}

// apply judges an act and carries it out on m; it completes a.
func (e Env) apply(m *Matter, a *Act) ([]Effect, error) {
	if !e.replay {
		if err := e.tidy(m, a); err != nil {
			return nil, err
		}
	}
	if m.Version == 0 {
		return e.open(m, a)
	}
	if a.Op.byClock() != (a.By == "") {
		return nil, bot.Errorf(bot.Forbidden, "%s 这一步不由您来做。%s", m.Ref(), e.Now(*m))
	}
	switch a.Op {
	case Cancel:
		return e.cancel(m, a)
	case Supplement:
		return e.supplement(m, a)
	case Transfer:
		return e.transfer(m, a)
	case Merge:
		return e.merge(m, a)
	case Absorb:
		return e.absorb(m, a)
	case Undo:
		return e.undo(m, a)
	case Nudge:
		return e.nudge(m, a)
	}
	return e.step(m, a)
}

// step carries out an act of a step.
func (e Env) step(m *Matter, a *Act) ([]Effect, error) {
	s := e.Template.Step(a.Step)
	if s == nil {
		return nil, e.wrongStep(m)
	}
	st := m.Steps[s.ID]
	if !st.Live() || (a.Round != 0 && a.Round != st.Round) {
		return nil, e.wrongStep(m)
	}
	a.Round = st.Round
	if a.Op == Expire {
		if err := e.onTime(m, a); err != nil {
			return nil, err
		}
	}
	first := len(st.Marks) == 0
	effects, err := kinds[s.Kind].Apply(e, m, s, a)
	if err != nil {
		return nil, err
	}
	m.remember(s, a, first)
	return append(effects, e.advance(m, a)...), nil
}

// open begins a matter with its first step.
func (e Env) open(m *Matter, a *Act) ([]Effect, error) {
	t, o := e.Template, a.Opening
	if o == nil {
		return nil, bot.Errorf(bot.NotFound, "没有这一件，请核对一下号码，或发“我的单”看看。")
	}
	if o.Template != t.ID || o.Source != t.Hash {
		return nil, bot.Errorf(bot.Invalid, "这件事不是按这个模板办的，请找管理员。")
	}
	if !t.Enabled() && !e.replay {
		return nil, bot.Errorf(bot.Forbidden, "“%s”还%s，没有启用，请找管理员。", t.Name, t.State)
	}
	s := t.First()
	m.Template, m.Source, m.Node, m.Series, m.Zone = o.Template, o.Source, o.Node, o.Series, o.Zone
	m.Year, m.Number, m.Parent = o.Year, o.Number, o.Parent
	m.Opened, m.Opener, m.Asker = a.At, a.By, a.By
	if a.OnBehalf != "" {
		m.Asker = a.OnBehalf
	}
	a.Step, a.Op, a.Round = s.ID, Do, 1
	m.Steps = map[string]StepState{s.ID: {Status: Open, Round: 1, Opened: a.At}}
	effects, err := kinds[s.Kind].Apply(e, m, s, a)
	if err != nil {
		return nil, err
	}
	m.remember(s, a, true)
	return append(effects, e.advance(m, a)...), nil
}

// could reports whether an act would be accepted, were everything said that is
// needed for it.
func (e Env) could(m Matter, a Act) bool {
	next := m.clone()
	a.By, a.At = e.Actor.Person, m.LastAt
	_, err := e.apply(&next, &a)
	return err == nil || bot.CodeOf(err) == bot.Missing
}
