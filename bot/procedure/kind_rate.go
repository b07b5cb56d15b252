package procedure

import (
	"fmt"
	"slices"

	"yiqun/bot"
)

// rate asks for a score of one to five, from the asker or from each seat. It
// closes after the rating, or by the clock when nobody cared to.
type rate struct{}

func (rate) check(_ *Template, s *Step) []Problem {
	var ps []Problem
	if s.Verb == "" {
		ps = append(ps, s.problem("verb", "rate 没有 verb", "请写上打分时说的词，例如 verb: 打分"))
	}
	if (len(s.By) == 0) == (len(s.Seats) == 0) {
		ps = append(ps, s.problem("by", "rate 要写 by 或 seats，只写一样", "一个人评写 by: asker；几方各评一次写 seats"))
	}
	if s.Within == 0 {
		ps = append(ps, s.problem("within", "rate 没有 within", "没人评价时到期自动结束，例如 within: 7d"))
	}
	if s.ReopenBelow < 0 || s.ReopenBelow > 5 {
		ps = append(ps, s.problem("reopen_below", fmt.Sprintf("reopen_below 是 %d", s.ReopenBelow), "要在 1 到 5 之间"))
	}
	if (s.ReopenBelow > 0) != (s.Reopen != "") {
		ps = append(ps, s.problem("reopen", "reopen_below 和 reopen 要一起写", "例如 reopen_below: 3 和 reopen: work"))
	}
	if s.Callback != nil && len(s.Seats) > 0 {
		ps = append(ps, s.problem("callback", "几方各评（seats）时不能用 callback", "去掉 callback，或把 seats 换成 by: asker"))
	}
	return append(ps, checkSeats(s)...)
}

func (rate) Verbs(s *Step) []Verb {
	v := verb(s)
	v.Reason, v.Scored, v.Who = reasonOptional, true, s.who()
	out := []Verb{v}
	if s.Callback != nil {
		back := branch(s.Callback, Callback, s)
		back.Scored = true
		out = append(out, back)
	}
	return out
}

func (rate) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Expire:
		return nil, e.over(m, s, a)
	case a.Op == Callback && s.Callback != nil:
		if err := allowCallback(e, m, s, a); err != nil {
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
		return nil, ask("score", "请打个分，1到5分，5分最满意。例如：%s %d 5 很快。", s.word(a.Op), m.Number)
	}
	m.mark(s, Mark{Person: a.By, Seat: a.Choice, Score: a.Score, Seq: a.Seq, Phone: a.Op == Callback})
	if a.Score < s.ReopenBelow {
		return e.reopen(m, s.Reopen, a), nil
	}
	if len(m.Steps[s.ID].Marks) >= max(1, len(s.Seats)) {
		m.end(s, a)
	}
	return nil, nil
}

// allowCallback lets a post write down what the asker said, except about their own
// work.
func allowCallback(e Env, m *Matter, s *Step, a *Act) error {
	if _, ok := e.among(m.holderIDs()); ok && !e.replay {
		return bot.Errorf(bot.Forbidden, "自己办的要请别人来%s。%s", s.Callback.Verb, e.Now(*m))
	}
	return e.allow(m, s.Callback.who(s), s.Callback.Verb, a)
}

// allowRating finds the rater's seat, or checks By. The seat is kept in
// Act.Choice, as a fact.
func allowRating(e Env, m *Matter, s *Step, a *Act) error {
	if len(s.Seats) == 0 || e.replay {
		return e.allow(m, s.By, s.Verb, a)
	}
	if m.marked(s, func(k Mark) bool { return e.Actor.Is(k.Person) }) {
		return bot.Errorf(bot.Wrong, "%s 您已经%s过了，等等其他方。%s", m.Ref(), s.Verb, e.Now(*m))
	}
	seat, as, ok := e.seat(m, s)
	if !ok {
		return bot.Errorf(bot.Forbidden, "“%s”要由%s的代表来做。%s", s.Verb, s.seatNames(), e.Now(*m))
	}
	if m.marked(s, sitting(seat)) {
		return bot.Errorf(bot.Wrong, "%s %s这一方已经%s过了。%s", m.Ref(), seat.Name, s.Verb, e.Now(*m))
	}
	a.By, a.Choice, a.Post = as, seat.Name, seat.Name
	return nil
}

func sitting(seat Seat) func(Mark) bool { return func(k Mark) bool { return k.Seat == seat.Name } }

// seat finds which side the actor speaks for: one that is still silent, and rather
// for themselves than by a post, so that nobody hears their own report.
func (e Env) seat(m *Matter, s *Step) (best Seat, as bot.PersonID, ok bool) {
	rank := 0
	for _, seat := range s.Seats {
		w, id, may := e.right(m, seat.By)
		if !may {
			continue
		}
		r := 1
		if !m.marked(s, sitting(seat)) {
			r += 2
		}
		if w == Asker || w == Claimant {
			r += 4 // their own side, heard or not
		}
		if r > rank {
			best, as, ok, rank = seat, id, true, r
		}
	}
	return best, as, ok
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
	v := View{Status: "等" + s.Name()}
	who := s.By
	if len(s.Seats) > 0 {
		v.Status = fmt.Sprintf("等%s（%d/%d）", s.Name(), len(m.Steps[s.ID].Marks), len(s.Seats))
		who = nil
		for _, seat := range s.Seats {
			if !m.marked(s, sitting(seat)) {
				who = append(who, seat.By...)
			}
		}
	}
	for i, word := range slices.Backward(scoreWords) {
		v.Buttons = append(v.Buttons, Button{Label: fmt.Sprintf("%d %s", i+1, word), Op: Do, Who: who, Score: i + 1, Primary: i == len(scoreWords)-1})
	}
	return v
}
