package procedure

// assign passes a matter on, to a person or to whoever claims it, and can refuse
// it.
type assign struct{}

func (assign) check(_ *Template, s *Step) []string {
	if s.Verb == "" || len(s.By) == 0 {
		return []string{"assign 要有 verb 和 by"}
	}
	return nil
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
		return e.refuse(m, s, s.Refuse, a)
	}
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	if err := s.needFields(a); err != nil {
		return nil, err
	}
	if err := inFuture(a); err != nil {
		return nil, err
	}
	m.take(s, a)
	if !a.Until.IsZero() {
		m.Deadline = a.Until
	}
	effects := m.assignTo(a.People, a.At)
	m.end(s, a)
	return effects, nil
}

func (assign) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (assign) View(_ Env, _ *Matter, s *Step) View {
	v := View{
		Status:  "等" + s.Name(),
		Who:     s.By,
		Buttons: []Button{{Label: s.Verb, Op: Do, Primary: true}},
	}
	if s.Refuse != nil {
		v.Buttons = append(v.Buttons, Button{Label: s.Refuse.Verb, Op: Refuse, Danger: true, Who: s.Refuse.By})
	}
	return v
}

// refuse ends a matter with a reason.
func (e Env) refuse(m *Matter, s *Step, b *Branch, a *Act) ([]Effect, error) {
	who := b.By
	if len(who) == 0 {
		who = s.By
	}
	if err := e.allow(m, who, b.Verb, a); err != nil {
		return nil, err
	}
	if err := needReason(b.Reason, a, b.Verb); err != nil {
		return nil, err
	}
	m.end(s, a)
	return e.close(m, Refused, a), nil
}
