package procedure

import (
	"fmt"
	"slices"

	"yiqun/bot"
)

// sit finds the side that the actor speaks for and that has not spoken yet. It is kept
// in Act.Post, as a fact.
func (e Env) sit(m *Matter, s *Step, verb string, a *Act) (string, error) {
	if e.replay {
		return a.Post, nil
	}
	if m.marked(s, func(k Mark) bool { return e.Actor.Is(k.Person) }) {
		return "", bot.Errorf(bot.Wrong, "%s 您已经%s过了，等等其他方。%s", m.Ref(), s.Name(), e.Now(*m))
	}
	seat, as, ok := e.seat(m, s)
	if !ok {
		return "", bot.Errorf(bot.Forbidden, "“%s”要由%s的代表来做。%s", verb, s.seatNames(), e.Now(*m))
	}
	if m.marked(s, sitting(seat)) {
		return "", bot.Errorf(bot.Wrong, "%s %s这一方已经%s过了。%s", m.Ref(), seat.Name, s.Name(), e.Now(*m))
	}
	a.By, a.Post = as, seat.Name
	return seat.Name, nil
}

// silent are the sides that have not spoken in this round.
func (m *Matter) silent(s *Step) []Seat {
	return slices.DeleteFunc(slices.Clone(s.Seats), func(seat Seat) bool { return m.marked(s, sitting(seat)) })
}

// seatStatus says how many sides have spoken, and who may speak for the others.
func (m *Matter) seatStatus(s *Step) (status string, who Who) {
	silent := m.silent(s)
	for _, seat := range silent {
		who = append(who, seat.By...)
	}
	return fmt.Sprintf("等%s（%d/%d）", s.Name(), len(s.Seats)-len(silent), len(s.Seats)), who
}
