package procedure

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
)

// cancel ends a matter at the asker's wish, or a manager's.
func (e Env) cancel(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if err := e.allowOwn(m, "取消", a); err != nil {
		return nil, err
	}
	m.remember(a)
	return e.close(m, Cancelled, a), nil
}

// allowOwn lets the asker, who typed it for them, and the managers.
func (e Env) allowOwn(m *Matter, verb string, a *Act) error {
	if !e.replay && a.By != "" && a.By == m.Opener {
		a.Post = Asker
		return nil
	}
	return e.allow(m, append(Who{Asker}, e.Template.Managers...), verb, a)
}

// supplement adds a note.
func (e Env) supplement(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if !a.has(Note) {
		return nil, ask(Note, "要补充什么？请写在后面。")
	}
	if !e.replay && a.By == m.Opener {
		a.Post = Asker
	} else if err := e.allow(m, append(Who{Asker, Claimant}, e.Template.Managers...), "补充", a); err != nil {
		return nil, err
	}
	m.Notes = append(m.Notes, Ref{Seq: a.Seq, Field: Note})
	return nil, nil
}

// Note is the content key of a supplement.
const Note = "note"

// transfer hands a matter to somebody else: a manager for all who hold it, a
// holder for themselves.
func (e Env) transfer(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	s := e.claimStep()
	if s == nil || m.Steps[s.ID].Round == 0 {
		return nil, bot.Errorf(bot.Wrong, "%s 还没到有人办理的时候。%s", m.Ref(), e.Now(*m))
	}
	if len(a.People) == 0 {
		return nil, ask("to", "转给谁？例如：转 %d 给 李红梅。", m.Number)
	}
	if err := e.allow(m, append(slices.Clone(Who(e.Template.Managers)), Claimant), "转", a); err != nil {
		return nil, err
	}
	if m.Holds(a.People[0]) && len(a.People) == 1 {
		return nil, bot.Errorf(bot.Wrong, "%s 已经在这个人手上了。", m.Ref())
	}
	if a.Post == Claimant {
		m.dropHolder(a.By)
	} else {
		m.Holders = nil
	}
	effects := m.assignTo(a.People, a.At)
	m.fill(e, s, a.At)
	m.remember(a)
	return append(effects, e.advance(m, a)...), nil
}

// claimStep is the template's claim; nil if it has none.
func (e Env) claimStep() *Step {
	for i := range e.Template.Steps {
		if e.Template.Steps[i].Kind == kindClaim {
			return &e.Template.Steps[i]
		}
	}
	return nil
}

// merge ends a matter by making it part of another, Act.Other.
func (e Env) merge(m *Matter, a *Act) ([]Effect, error) {
	if !m.IsOpen() {
		return nil, e.closed(m)
	}
	if a.Other == "" || a.Other == m.ID {
		return nil, bot.Errorf(bot.Invalid, "并到哪一%s？请写两个号，例如：并入 3 到 1。", e.Template.Spoken)
	}
	if err := e.allow(m, e.Template.Managers, "并入", a); err != nil {
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
	if err := e.allow(m, e.Template.Managers, "并入", a); err != nil {
		return nil, err
	}
	for _, p := range a.People {
		if p != m.Asker && !slices.Contains(m.CoAskers, p) {
			m.CoAskers = append(m.CoAskers, p)
		}
	}
	return nil, nil
}

// undo takes back the last act, by who did it, within UndoWindow.
func (e Env) undo(m *Matter, a *Act) ([]Effect, error) {
	if m.LastBy == "" || m.LastOp == Undo || (m.Before == nil && m.Version > 1) {
		return nil, bot.Errorf(bot.Wrong, "%s 最近这一步不能撤销。%s", m.Ref(), e.corrector())
	}
	if !e.replay && m.LastBy != a.By {
		return nil, bot.Errorf(bot.Forbidden, "%s 最近这一步不是您做的，不能撤销。%s", m.Ref(), e.corrector())
	}
	if a.At.Sub(m.LastAt) > UndoWindow {
		return nil, bot.Errorf(bot.Wrong, "已经过了十分钟，不能撤销了。%s", e.corrector())
	}
	if m.Version == 1 {
		return e.close(m, Withdrawn, a), nil
	}
	version, head := m.Version, m.Head
	*m = m.Before.clone()
	m.Version, m.Head = version, head
	return []Effect{{Kind: Reopened}}, nil
}

func (e Env) corrector() string {
	if len(e.Template.Managers) == 0 {
		return "请找管理员更正。"
	}
	return "可以请" + Who(e.Template.Managers).Spoken() + "来更正。"
}

// nudge notes that a reminder went out.
func (e Env) nudge(m *Matter, a *Act) ([]Effect, error) {
	s := e.Template.Step(a.Step)
	if s == nil || !m.Steps[s.ID].Live() {
		return nil, bot.Errorf(bot.Stale, "%s 已经过了这一步。", m.Ref())
	}
	st := m.Steps[s.ID]
	if contains(st.Fired, a.Key) {
		return nil, bot.Errorf(bot.Duplicate, "%s 已经提醒过。", m.Ref())
	}
	a.Round = st.Round
	st.Fired = append(slices.Clone(st.Fired), a.Key)
	m.Steps[s.ID] = st
	if strings.HasPrefix(a.Key, string(NoticeLater)) {
		return []Effect{{Kind: Tell, Notice: NoticeLater, Step: s.ID, Posts: e.Template.Managers}}, nil
	}
	tell := Effect{Kind: Tell, Notice: NoticeLate, Step: s.ID}
	if s.Kind == kindFinish && len(m.Holders) > 0 {
		tell.People = m.holderIDs()
	} else {
		tell.Posts = postsOf(s.By)
	}
	return []Effect{tell}, nil
}

// postsOf are the entries of who that are posts, not relations.
func postsOf(who Who) []string {
	return slices.DeleteFunc(slices.Clone(who), func(w string) bool {
		return w == Anyone || w == Asker || w == Claimant || w == Member
	})
}

func (e Env) closed(m *Matter) error {
	return bot.Errorf(bot.Wrong, "%s %s，不能再改了。%s", m.Ref(), e.OutcomeWord(*m), e.Now(*m))
}

// wrongStep says where the matter stands instead.
func (e Env) wrongStep(m *Matter) error {
	if !m.IsOpen() {
		return bot.Errorf(bot.Wrong, "%s %s了。%s", m.Ref(), e.OutcomeWord(*m), e.Now(*m))
	}
	return bot.Errorf(bot.Wrong, "%s 现在不到这一步。%s", m.Ref(), e.Now(*m))
}

// Now says in one sentence what can be done now, and by whom.
func (e Env) Now(m Matter) string {
	var parts []string
	for _, s := range e.live(&m) {
		v := kinds[s.Kind].View(e, &m, s)
		if len(v.Buttons) == 0 {
			continue
		}
		word := s.Verb
		who := v.Who
		if word == "" && s.Object != nil {
			word = s.Object.Verb
		}
		parts = append(parts, fmt.Sprintf("%s可以“%s %d”", who.Spoken(), word, m.Number))
	}
	if len(parts) == 0 {
		return ""
	}
	return "现在" + strings.Join(parts, "，") + "。"
}

// live lists the steps that take acts, the latest first.
func (e Env) live(m *Matter) []*Step {
	var out []*Step
	for _, list := range [][]Step{e.Template.Steps, e.Template.After} {
		for i := range list {
			if m.Steps[list[i].ID].Live() {
				out = append(out, &list[i])
			}
		}
	}
	slices.Reverse(out)
	return out
}

// OutcomeWord says how a matter ended; the refusing verb speaks for itself.
func (e Env) OutcomeWord(m Matter) string {
	switch m.Outcome {
	case Done:
		return "已经办完"
	case Refused:
		for _, s := range e.Template.Steps {
			if s.Refuse != nil {
				return "已" + s.Refuse.Verb
			}
		}
		return "没有通过"
	case Cancelled:
		return "已经取消"
	case Merged:
		return "已经并入别的" + e.Template.Spoken
	case Withdrawn:
		return "已经撤回"
	}
	return "还在办"
}
