package procedure

import (
	"slices"
	"time"

	"yiqun/bot"
)

// UndoWindow is how long a slip can be taken back with 撤销.
const UndoWindow = 10 * time.Minute

// reopenLimit is after how many reopenings a matter goes one level up.
const reopenLimit = 2

// Env is what Apply may know besides the matter and the act.
type Env struct {
	Template *Template
	Actor    Actor
	// Zone is the node's time zone; full days and working days are counted in it.
	Zone *time.Location
	// Workday reports whether a day is worked; nil means Monday to Friday.
	Workday func(time.Time) bool

	// replay trusts the rights recorded in the act: they were judged when it was
	// done, by what was true then.
	replay bool
}

// Apply is the only judge of who may do what now. It returns the matter after the
// act, the act as it is to be appended (post filled in, chained, sealed with
// a.Salt) and what follows from it. The matter passed in is not changed. An error
// is a *bot.Error whose message tells the member what can be done now, and by whom.
func Apply(e Env, m Matter, a Act) (Matter, Act, []Effect, error) {
	next := m.clone()
	a.Matter, a.Seq = m.ID, m.Version+1
	a.At, a.Until = a.At.UTC().Truncate(time.Millisecond), a.Until.UTC()
	if !e.replay {
		a.By, a.Post = e.Actor.Person, ""
	}
	effects, err := e.apply(&next, &a)
	if err != nil {
		return m, a, nil, err
	}
	if !e.replay {
		a = a.Seal(m.Head, a.Salt)
	}
	next.Version, next.Head = a.Seq, a.Hash
	next.LastOp, next.LastBy, next.LastAt = a.Op, a.By, a.At
	next.Before = nil
	if a.Op.undoable() && m.Version > 0 {
		before := m
		before.Before = nil
		next.Before = &before
	}
	return next, a, effects, nil
}

// undoable tells the ops that one person does to one matter and that nothing
// outside has followed from.
func (o Op) undoable() bool {
	switch o {
	case Undo, Merge, Absorb, Expire, Nudge:
		return false
	}
	return true
}

func (e Env) apply(m *Matter, a *Act) ([]Effect, error) {
	if m.Version == 0 {
		return e.open(m, a)
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
	s := e.Template.Step(a.Step)
	if s == nil {
		return nil, e.wrongStep(m)
	}
	st := m.Steps[s.ID]
	if !st.Live() || (a.Round != 0 && a.Round != st.Round) {
		return nil, e.wrongStep(m)
	}
	a.Round = st.Round
	effects, err := kinds[s.Kind].Apply(e, m, s, a)
	if err != nil {
		return nil, err
	}
	m.remember(a)
	return append(effects, e.advance(m, a)...), nil
}

// open begins a matter with its first step.
func (e Env) open(m *Matter, a *Act) ([]Effect, error) {
	if a.Opening == nil {
		return nil, bot.Errorf(bot.NotFound, "没有这一件。")
	}
	t := e.Template
	if !t.Enabled() && !e.replay {
		return nil, bot.Errorf(bot.Forbidden, "“%s”还%s，没有启用，请找管理员。", t.Name, t.State)
	}
	s := t.First()
	a.Step, a.Op, a.Round = s.ID, Do, 1
	o := a.Opening
	m.Template, m.Source, m.Node, m.Series = o.Template, o.Source, o.Node, o.Series
	m.Year, m.Number = o.Year, o.Number
	m.Opened, m.Opener, m.Asker = a.At, a.By, a.By
	if a.OnBehalf != "" {
		m.Asker = a.OnBehalf
	}
	m.Steps = map[string]StepState{s.ID: {Status: Open, Round: 1, Opened: a.At}}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	effects, err := kinds[s.Kind].Apply(e, m, s, a)
	if err != nil {
		return nil, err
	}
	m.remember(a)
	return append(effects, e.advance(m, a)...), nil
}

// remember notes where the content of the act's fields can be found.
func (m *Matter) remember(a *Act) {
	has := a.Has
	for k := range a.Content {
		if !slices.Contains(has, k) {
			has = append(has, k)
		}
	}
	if m.Fields == nil {
		m.Fields = map[string]Ref{}
	}
	for _, k := range has {
		m.Fields[k] = Ref{Seq: a.Seq, Field: k}
	}
}

// has reports whether the act carries a field's content.
func (a *Act) has(field string) bool {
	return a.Content[field] != "" || slices.Contains(a.Has, field)
}

// allow checks that the actor is one of who, and notes by which right.
func (e Env) allow(m *Matter, who Who, verb string, a *Act) error {
	if e.replay {
		return nil
	}
	right, ok := e.right(m, who)
	if !ok {
		return bot.Errorf(bot.Forbidden, "“%s”要由%s来做。%s", verb, who.Spoken(), e.Now(*m))
	}
	a.Post = right
	return nil
}

func (e Env) right(m *Matter, who Who) (string, bool) {
	p := e.Actor.Person
	for _, w := range who {
		var ok bool
		switch w {
		case Anyone:
			ok = p != ""
		case Asker:
			ok = p != "" && (m.Asker == p || slices.Contains(m.CoAskers, p))
		case Claimant:
			ok = m.Holds(p)
		case Member:
			ok = e.Actor.Member
		default:
			ok = slices.Contains(e.Actor.Posts, w)
		}
		if ok {
			return w, true
		}
	}
	return "", false
}

// May reports whether the actor may take part in a step as it stands.
func (e Env) May(m Matter, s *Step) bool {
	if s.NotSelf && e.Actor.Person == m.Asker {
		return false
	}
	if len(s.Seats) > 0 {
		_, ok := e.seat(&m, s)
		return ok
	}
	_, ok := e.right(&m, s.By)
	return ok
}

// Fold replays acts from the beginning and returns the state they make. It
// checks the chain: a broken hash, a gap or an act that cannot follow is an error
// naming its number.
func Fold(t *Template, zone *time.Location, acts []Act) (Matter, error) {
	e := Env{Template: t, Zone: zone, replay: true}
	var m Matter
	for i, a := range acts {
		if a.Seq != i+1 {
			return m, chainError(a, "编号不连续")
		}
		if !a.Intact(m.Head) {
			return m, chainError(a, "哈希不符")
		}
		if i == 0 {
			m.ID = a.Matter
		}
		next, _, _, err := Apply(e, m, a)
		if err != nil {
			return m, chainError(a, err.Error())
		}
		m = next
	}
	return m, nil
}

func chainError(a Act, why string) error {
	return bot.Errorf(bot.Invalid, "第%d条记录有问题：%s", a.Seq, why)
}
