package procedure

// submit writes something down: the opening of a matter, or a report in its
// course.
type submit struct{}

func (submit) check(t *Template, s *Step) []string {
	var out []string
	if s.Verb == "" || len(s.By) == 0 {
		out = append(out, "submit 要有 verb 和 by")
	}
	if s.Main() == nil {
		out = append(out, "submit 至少要有一个文字字段，例如 fields: [{id: what, required: true}]")
	}
	return out
}

func (submit) Verbs(s *Step) []Verb { return []Verb{verb(s)} }

func (submit) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	if err := s.needFields(a); err != nil {
		return nil, err
	}
	m.take(s, a)
	var effects []Effect
	if s.FieldOf(PersonField) != nil {
		effects = m.assignTo(a.People, a.At)
	}
	m.end(s, a)
	return effects, nil
}

func (submit) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (submit) View(_ Env, _ *Matter, s *Step) View {
	return View{
		Status:  "等" + s.Name(),
		Who:     s.By,
		Buttons: []Button{{Label: s.Verb, Op: Do, Primary: true}},
	}
}
