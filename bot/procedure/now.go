package procedure

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
)

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
	if m.Version == 0 {
		return "" // a matter that does not begin has no number to say
	}
	var parts []string
	for _, s := range e.live(&m) {
		said := false
		for _, b := range kinds[s.Kind].View(e, &m, s).all() {
			first := !said && (b.Op == Do || b.Op == Object)
			if first || b.Op == Close {
				who := b.Who.Spoken()
				if s.Kind == kindMeet && slices.Contains(b.Who, Anyone) {
					who = "应到的人" // the roll says who may come, not the step
				}
				parts = append(parts, fmt.Sprintf("%s可以“%s %d”", who, s.wordOf(b.Op, b.Choice), m.Number))
				said = true
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "现在" + strings.Join(parts, "，") + "。"
}

// wordOf is what one types for an op and a choice of the step.
func (s *Step) wordOf(op Op, choice string) string {
	if v := s.voice(choice); v != nil && op == Do {
		return v.Verb
	}
	return s.word(op)
}

// word is what one types for an op of the step.
func (s *Step) word(op Op) string {
	switch {
	case op == Refuse && s.Refuse != nil:
		return s.Refuse.Verb
	case op == Callback && s.Callback != nil:
		return s.Callback.Verb
	case op == Close && s.Close != nil:
		return s.Close.Verb
	case op == Object && s.Object != nil:
		return s.Object.Verb
	case op == Release:
		return s.Release
	case op == Extend:
		return s.Extend
	}
	return s.Verb
}

// live lists the steps that take acts, the latest first.
func (e Env) live(m *Matter) []*Step {
	var out []*Step
	for s := range e.Template.AllSteps() {
		if m.Steps[s.ID].Live() {
			out = append(out, s)
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
		return e.refusal(m)
	case Cancelled:
		return "已经取消"
	case Merged:
		return "已经并入别的" + e.Template.Spoken
	case Withdrawn:
		return "已经撤回"
	}
	return "还在办"
}

// refusal names the refusing verb of the step that ended last.
func (e Env) refusal(m Matter) string {
	for _, s := range slices.Backward(e.Template.Steps) {
		if m.Steps[s.ID].Status != Ended {
			continue
		}
		if s.Refuse != nil {
			return "已" + s.Refuse.Verb
		}
		break
	}
	return "没有通过"
}
