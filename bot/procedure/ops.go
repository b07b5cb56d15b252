package procedure

import (
	"slices"

	"yiqun/bot"
)

// Note is the content key of a supplement.
const Note = "note"

// cancel ends a matter at the asker's wish, or a manager's.
func (e Env) cancel(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if err := e.allowOwn(m, "取消", a); err != nil {
		return nil, err
	}
	if err := e.running(m, "取消"); err != nil {
		return nil, err
	}
	return e.close(m, Cancelled, a), nil
}

// supplement adds a note.
func (e Env) supplement(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if err := e.allowOwn(m, "补充", a, Claimant); err != nil {
		return nil, err
	}
	if !a.has(Note) {
		return nil, ask(Note, "要补充什么？请写在后面。")
	}
	m.Notes = append(m.Notes, Ref{Seq: a.Seq, Field: Note})
	return nil, nil
}

// transfer hands a matter to somebody else: a manager for all who still have work
// to do, a holder for themselves.
func (e Env) transfer(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	giving := e.giving(m)
	if giving == nil {
		return nil, bot.Errorf(bot.Wrong, "%s 现在没有人在办，不用转。%s", m.Ref(), e.Now(*m))
	}
	if err := e.allow(m, append(slices.Clone(Who(e.Template.Managers)), Claimant), "转", a); err != nil {
		return nil, err
	}
	if len(a.People) == 0 {
		return nil, ask("to", "转给谁？例如：转 %d 给 李红梅。", m.Number)
	}
	if slices.ContainsFunc(a.People, m.Holds) {
		return nil, bot.Errorf(bot.Wrong, "%s 已经在这个人手上了。%s", m.Ref(), e.Now(*m))
	}
	if err := e.handOver(m, a, giving); err != nil {
		return nil, err
	}
	effects, err := e.assignTo(m, a)
	if err != nil {
		return nil, err
	}
	m.fill(giving, a.At)
	return append(effects, e.advance(m, a)...), nil
}

// giving is the step that is live while a matter can change hands: its claim, or
// its work where nobody claims. Nil if it cannot now.
func (e Env) giving(m *Matter) *Step {
	s := e.Template.claim()
	if s == nil {
		return e.working(m)
	}
	if !m.Steps[s.ID].Live() {
		return nil
	}
	return s
}

// handOver takes a matter off those who give it away. Who has finished has done
// their part and stays.
func (e Env) handOver(m *Matter, a *Act, s *Step) error {
	if a.Post != Claimant {
		m.Holders = slices.DeleteFunc(m.Holders, func(h Holder) bool { return !h.Finished })
		return nil
	}
	if m.finishedBy(a.By) {
		return bot.Errorf(bot.Wrong, "%s 您已经办好了，不用转。%s", m.Ref(), e.Now(*m))
	}
	m.dropHolder(a.By)
	if s.Kind == kindClaim && len(m.Holders)+len(a.People) > m.places(s) {
		return bot.Errorf(bot.Invalid, "%s 最多%d个人办，请少写几位。", m.Ref(), m.places(s))
	}
	return nil
}

// merge ends a matter by making it part of another, Act.Other.
func (e Env) merge(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if err := e.mayMerge(m, a); err != nil {
		return nil, err
	}
	m.Into = a.Other
	return e.close(m, Merged, a), nil
}

// absorb takes another matter's askers in.
func (e Env) absorb(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if err := e.mayMerge(m, a); err != nil {
		return nil, err
	}
	for _, p := range a.People {
		if !slices.Contains(m.askers(), p) {
			m.CoAskers = append(m.CoAskers, p)
		}
	}
	return nil, nil
}

func (e Env) mayMerge(m *Matter, a *Act) error {
	if err := e.allow(m, e.Template.Managers, "并入", a); err != nil {
		return err
	}
	if err := e.running(m, "并入"); err != nil {
		return err
	}
	if a.Other == "" || a.Other == m.ID {
		return bot.Errorf(bot.Invalid, "并到哪一%s？请写两个不同的号，例如：并入 3 到 1。", e.Template.Spoken)
	}
	return nil
}
