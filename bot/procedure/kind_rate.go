package procedure

import (
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
)

// rate asks for a score of one to five, from the asker or from each seat. It
// closes after the rating, or by the clock when nobody cared to.
type rate struct{}

func (rate) check(_ *Template, s *Step) []string {
	var out []string
	if s.Verb == "" || (len(s.By) == 0) == (len(s.Seats) == 0) {
		out = append(out, "rate 要有 verb，以及 by 或 seats 之一")
	}
	if s.Within == 0 {
		out = append(out, "rate 要有 within，没人评价时到期自动结束，例如 within: 7d")
	}
	if s.ReopenBelow > 0 && s.Reopen == "" {
		out = append(out, "有 reopen_below 就要有 reopen，写明回到哪一步")
	}
	if s.ReopenBelow > 5 || s.ReopenBelow < 0 {
		out = append(out, "reopen_below 要在 1 到 5 之间")
	}
	return out
}

func (rate) Verbs(s *Step) []Verb {
	v := verb(s)
	v.Reason, v.Scored = "optional", true
	if len(s.Seats) > 0 {
		v.Who = nil
		for _, seat := range s.Seats {
			v.Who = append(v.Who, seat.By...)
		}
	}
	out := []Verb{v}
	if s.Callback != nil {
		back := branch(s.Callback, Callback, s)
		back.Scored = true
		out = append(out, back)
	}
	return out
}

// seat finds which side the actor speaks for.
func (e Env) seat(m *Matter, s *Step) (Seat, bool) {
	for _, seat := range s.Seats {
		if _, ok := e.right(m, seat.By); ok {
			return seat, true
		}
	}
	return Seat{}, false
}

func (rate) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Expire:
		if a.At.Before(m.Steps[s.ID].Due) {
			return nil, bot.Errorf(bot.Stale, "%s 的评价还没到期。", m.Ref())
		}
		m.end(s, a)
		return nil, nil
	case a.Op == Callback && s.Callback != nil:
		if err := e.allow(m, s.Callback.By, s.Callback.Verb, a); err != nil {
			return nil, err
		}
	case a.Op == Do:
		if err := allowRating(e, m, s, a); err != nil {
			return nil, err
		}
	default:
		return nil, e.wrongStep(m)
	}
	if a.Score < 1 || a.Score > 5 {
		return nil, ask("score", "请打个分，1到5分，5分最满意。例如：%s %d 5 很快。", s.Verb, m.Number)
	}
	m.mark(s, Mark{Person: a.By, Seat: a.Choice, Score: a.Score, Seq: a.Seq, Phone: a.Op == Callback})
	if s.ReopenBelow > 0 && a.Score < s.ReopenBelow {
		return e.reopen(m, s.Reopen, a), nil
	}
	if len(m.Steps[s.ID].Marks) >= max(1, len(s.Seats)) {
		m.end(s, a)
	}
	return nil, nil
}

// allowRating finds the rater's seat, or checks By. The seat is kept in
// Act.Choice, as a fact.
func allowRating(e Env, m *Matter, s *Step, a *Act) error {
	if len(s.Seats) == 0 {
		return e.allow(m, s.By, s.Verb, a)
	}
	if e.replay {
		return nil
	}
	seat, ok := e.seat(m, s)
	if !ok {
		return bot.Errorf(bot.Forbidden, "“%s”要由%s来做。%s", s.Verb, s.seatNames(), e.Now(*m))
	}
	if slices.ContainsFunc(m.Steps[s.ID].Marks, func(k Mark) bool { return k.Seat == seat.Name }) {
		return bot.Errorf(bot.Wrong, "%s %s这一方已经评价过了。", m.Ref(), seat.Name)
	}
	a.Choice, a.Post = seat.Name, seat.Name
	return nil
}

func (s *Step) seatNames() string {
	who := make(Who, len(s.Seats))
	for i, seat := range s.Seats {
		who[i] = seat.Name
	}
	return who.Spoken()
}

func (rate) Due(_ Env, m *Matter, s *Step) []Timer {
	return []Timer{{Key: "within", At: m.Steps[s.ID].Due, Op: Expire}}
}

var scoreWords = []string{"很不满意", "不满意", "一般", "满意", "很满意"}

func (rate) View(_ Env, m *Matter, s *Step) View {
	v := View{Status: "等" + s.Name(), Who: s.By}
	if len(s.Seats) > 0 {
		v.Status = fmt.Sprintf("等%s（%d/%d）", s.Name(), len(m.Steps[s.ID].Marks), len(s.Seats))
		for _, seat := range s.Seats {
			if !slices.ContainsFunc(m.Steps[s.ID].Marks, func(k Mark) bool { return k.Seat == seat.Name }) {
				v.Who = append(v.Who, seat.By...)
			}
		}
	}
	for score := 5; score >= 1; score-- {
		v.Buttons = append(v.Buttons, Button{Label: fmt.Sprintf("%d %s", score, scoreWords[score-1]), Op: Do, Score: score, Primary: score == 5})
	}
	return v
}

// judge answers yes or no, or sends a matter back: 审核 before the work, 核单
// after it.
type judge struct{}

func (judge) check(_ *Template, s *Step) []string {
	var out []string
	if s.Verb == "" || len(s.By) == 0 {
		out = append(out, s.Kind+" 要有 verb 和 by")
	}
	if len(s.Choices) < 2 {
		out = append(out, s.Kind+" 至少要有两个 choices，例如 {id: pass, word: 通过, then: pass}")
	}
	passes := false
	for _, c := range s.Choices {
		switch c.Then {
		case "pass":
			passes = true
		case "refuse":
		case "reopen":
			if s.Reopen == "" {
				out = append(out, "choice "+c.ID+" 写了 then: reopen，步骤要有 reopen 写明回到哪一步")
			}
		default:
			out = append(out, "choice "+c.ID+" 的 then 要写 pass、refuse 或 reopen")
		}
		if c.Word == "" || c.ID == "" {
			out = append(out, "每个 choice 都要有 id 和 word")
		}
	}
	if !passes && len(s.Choices) > 0 {
		out = append(out, "choices 里要有一个 then: pass，否则永远过不去")
	}
	return out
}

func (judge) Verbs(s *Step) []Verb {
	v := verb(s)
	v.Choices, v.Reason = s.Choices, "optional"
	return []Verb{v}
}

func (judge) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if s.NotSelf && !e.replay && (m.Asker == a.By || slices.Contains(m.CoAskers, a.By)) {
		return nil, bot.Errorf(bot.Forbidden, "自己的事要请别人来%s。", s.Verb)
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.Choices, func(c Choice) bool { return c.ID == a.Choice })
	if i < 0 {
		return nil, ask("choice", "%s 是%s？例如：%s %d %s。", m.Ref(), s.choiceWords(), s.Verb, m.Number, s.Choices[0].Word)
	}
	c := s.Choices[i]
	if err := needReason(c.Reason, a, c.Word); err != nil {
		return nil, err
	}
	m.mark(s, Mark{Person: a.By, Choice: c.ID, Seq: a.Seq})
	switch c.Then {
	case "refuse":
		m.end(s, a)
		return e.close(m, Refused, a), nil
	case "reopen":
		return e.reopen(m, s.Reopen, a), nil
	}
	if err := s.needFields(a); err != nil {
		return nil, err
	}
	m.take(s, a)
	m.end(s, a)
	return nil, nil
}

func (s *Step) choiceWords() string {
	out := ""
	for i, c := range s.Choices {
		if i > 0 {
			out += "，还是"
		}
		out += c.Word
	}
	return out
}

func (judge) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (judge) View(_ Env, _ *Matter, s *Step) View {
	v := View{Status: "等" + s.Name(), Who: s.By}
	for _, c := range s.Choices {
		v.Buttons = append(v.Buttons, Button{Label: c.Word, Op: Do, Choice: c.ID, Primary: c.Then == "pass", Danger: c.Then != "pass"})
	}
	return v
}

// notice is 公示: it hangs its full days, and an objection reopens the step it
// concerns.
type notice struct{}

func (notice) check(_ *Template, s *Step) []string {
	var out []string
	if s.Days < 1 || s.Days > 365 {
		out = append(out, "notice 要有 days，1 到 365 天")
	}
	if s.Object == nil || s.Reopen == "" {
		out = append(out, "notice 要有 object（异议）和 reopen，例如 object: {verb: 异议, reason: required}")
	}
	return out
}

func (notice) Verbs(s *Step) []Verb { return []Verb{branch(s.Object, Object, s)} }

func (notice) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch a.Op {
	case Object:
		who := s.Object.By
		if len(who) == 0 {
			who = Who{Anyone}
		}
		if err := e.allow(m, who, s.Object.Verb, a); err != nil {
			return nil, err
		}
		if err := needReason(s.Object.Reason, a, s.Object.Verb); err != nil {
			return nil, err
		}
		m.mark(s, Mark{Person: a.By, Choice: "object", Seq: a.Seq})
		return e.reopen(m, s.Reopen, a), nil
	case Expire:
		if a.At.Before(m.Steps[s.ID].Due) {
			return nil, bot.Errorf(bot.Stale, "%s 的公示还没到期。", m.Ref())
		}
		m.end(s, a)
		return nil, nil
	}
	return nil, e.wrongStep(m)
}

func (notice) Due(_ Env, m *Matter, s *Step) []Timer {
	return []Timer{{Key: "days", At: m.Steps[s.ID].Due, Op: Expire}}
}

func (notice) View(e Env, m *Matter, s *Step) View {
	last := m.Steps[s.ID].Due.Add(-time.Second)
	return View{
		Status:  "公示到" + Day(last.In(e.zone())),
		Who:     Who{Anyone},
		Buttons: []Button{{Label: s.Object.Verb, Op: Object, Who: Who{Anyone}}},
	}
}
