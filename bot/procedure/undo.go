package procedure

import (
	"slices"
	"time"

	"yiqun/bot"
)

// UndoWindow is how long a slip can be taken back with 撤销.
const UndoWindow = 10 * time.Minute

// undoable tells the acts that one person did to one matter and that nothing has
// followed from elsewhere: no other matter, no ledger, no box for ballots.
func (e Env) undoable(a Act, effects []Effect) bool {
	switch a.Op {
	case Undo, Merge, Absorb, Expire, Nudge, Close, Lengthen, Amend, Move, Join, Redraw:
		return false
	}
	if s := e.Template.Step(a.Step); s != nil && s.Kind == kindSpawn && a.Other != "" {
		return false
	}
	return !slices.ContainsFunc(effects, func(f Effect) bool {
		return f.Kind == Book || f.Kind == Joins || f.Kind == Opened && e.Template.Step(f.Step).Ballots()
	})
}

// undo takes back the last act, by who did it, within UndoWindow.
func (e Env) undo(m *Matter, a *Act) ([]Effect, error) {
	amended := m.LastOp == Amend // nothing but its terms was said since it was opened
	if m.LastBy == "" || m.LastOp == Undo || m.Before == nil && m.Version > 1 && !amended {
		return nil, bot.Errorf(bot.Wrong, "%s 最近这一步不能撤销。%s", m.Ref(), e.corrector())
	}
	if !e.replay && !e.Actor.Is(m.LastBy) {
		return nil, bot.Errorf(bot.Forbidden, "%s 最近这一步不是您做的，不能撤销。%s", m.Ref(), e.corrector())
	}
	// What was done by a clock that has been set back since is no slip of just now.
	since := a.At.Sub(m.LastAt)
	if since > UndoWindow || !e.replay && since < -UndoWindow {
		return nil, bot.Errorf(bot.Wrong, "已经过了十分钟，不能撤销了。%s", e.corrector())
	}
	a.By = m.LastBy
	if m.Version == 1 || amended {
		return append(e.close(m, Withdrawn, a), spared(m.holderIDs(), nil, a.By)...), nil
	}
	version, head, held := m.Version, m.Head, m.holderIDs()
	*m = m.Before.clone()
	m.Version, m.Head = version, head
	return append([]Effect{{Kind: Reopened}}, spared(held, m.holderIDs(), a.By)...), nil
}

// spared tells those who no longer hold a matter, except who did it.
func spared(held, hold []bot.PersonID, by bot.PersonID) []Effect {
	gone := slices.DeleteFunc(slices.Clone(held), func(p bot.PersonID) bool {
		return p == by || slices.Contains(hold, p)
	})
	if len(gone) == 0 {
		return nil
	}
	return []Effect{{Kind: Tell, Notice: NoticeUndone, People: gone}}
}

func (e Env) corrector() string {
	if len(e.Template.Managers) == 0 {
		return "请找管理员更正。"
	}
	return "可以请" + Who(e.Template.Managers).Spoken() + "来更正。"
}
