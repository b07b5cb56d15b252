package procedure

// assign passes a matter on, to a person or to whoever claims it, and can refuse
// it.
type assign struct{}

func (assign) check(_ *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if f := s.FieldOf(TimeField); f != nil {
		ps = append(ps, s.problem("fields", "assign 说的时间就是期限，不能再有 time 字段 "+f.ID, "去掉它；下单的人说“周五前”就行"))
	}
	return ps
}

func (assign) Verbs(s *Step) []Verb {
	v := verb(s)
	v.Fields = append([]Field{{ID: "to", Type: PersonField, Label: "派给"}, {ID: "by", Type: DeadlineField, Label: "期限"}}, s.Fields...)
	out := []Verb{v}
	if s.Refuse != nil {
		out = append(out, branch(s.Refuse, Refuse, s))
	}
	return out
}

func (assign) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op == Refuse && s.Refuse != nil {
		return e.refuse(m, s, a)
	}
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	if len(a.People) == 0 && !e.Template.claimAfter(s) {
		return nil, ask("to", "%s给谁？例如：%s %d @王建国。", s.Verb, s.Verb, m.Number)
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

func (assign) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (assign) View(_ Env, _ *Matter, s *Step) View {
	v := View{Status: "等" + s.Name(), Buttons: []Button{{Label: s.Verb, Op: Do, Who: s.By, Primary: true}}}
	if s.Refuse != nil {
		v.Buttons = append(v.Buttons, Button{Label: s.Refuse.Verb, Op: Refuse, Who: s.Refuse.who(s), Danger: true})
	}
	return v
}
