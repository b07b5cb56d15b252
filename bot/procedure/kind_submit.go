package procedure

// submit writes something down: the opening of a matter, or a report in its
// course. An opening that was sent back is its asker's to write again.
type submit struct{}

func (submit) check(_ *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if s.Main() == nil {
		ps = append(ps, s.problem("fields", "submit 至少要有一个文字字段", "例如 fields: [{id: what, label: 内容, required: true}]"))
	}
	return ps
}

func (submit) Verbs(s *Step) []Verb { return []Verb{verb(s)} }

func (submit) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op == Join && s.Slip != nil && s.Slip.Lapses && a.Other != "" && a.Other == m.Parent {
		m.end(s, a) // the meeting is over, the paper has not come
		return nil, nil
	}
	if a.Op == Redraw && s.Slip != nil && a.Other != "" && a.Other == m.Parent {
		return e.redraw(m, s, a), nil
	}
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.allowSubmit(m, s, a); err != nil {
		return nil, err
	}
	if err := e.take(m, s, a); err != nil {
		return nil, err
	}
	effects, err := e.assignTo(m, a)
	if err != nil {
		return nil, err
	}
	m.end(s, a)
	return effects, nil
}

func (e Env) allowSubmit(m *Matter, s *Step, a *Act) error {
	if e.opensItself(m, s, a) {
		return nil
	}
	if m.Version > 0 && s == e.Template.First() {
		return e.allowOwn(m, s.Verb, a)
	}
	if m.Version == 0 && e.Actor.IsClock() && e.Template.weekly() != nil {
		return nil // the next week's comes of itself
	}
	return e.allow(m, s.By, s.Verb, a)
}

func (submit) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (submit) View(e Env, m *Matter, s *Step) View {
	who := s.By
	if m.Version > 0 && s == e.Template.First() {
		who = Who{Asker}
	}
	label := s.Verb
	if s.Slip != nil && s.Slip.Press != "" {
		label = s.Slip.Press
	}
	return View{Status: "等" + s.Name(), Buttons: []Button{{Label: label, Op: Do, Who: who, Primary: true}}}
}
