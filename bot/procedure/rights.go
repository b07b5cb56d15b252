package procedure

import (
	"slices"

	"yiqun/bot"
)

// allow checks that the actor is one of who, and notes in the act by which right
// and under which id.
func (e Env) allow(m *Matter, who Who, verb string, a *Act) error {
	if e.replay {
		return nil
	}
	post, as, ok := e.right(m, who)
	if !ok {
		return bot.Errorf(bot.Forbidden, "“%s”要由%s来做。%s", verb, who.Spoken(), e.Now(*m))
	}
	a.Post, a.By = post, as
	return nil
}

// right finds the first of who that the actor is. as is the id by which the
// matter knows them.
func (e Env) right(m *Matter, who Who) (post string, as bot.PersonID, ok bool) {
	p := e.Actor.Person
	if p == "" {
		return "", "", false
	}
	for _, w := range who {
		as = p
		switch w {
		case Anyone:
			ok = true
		case Asker:
			as, ok = e.among(m.askers())
		case Claimant:
			as, ok = e.among(m.holderIDs())
		case Member:
			ok = e.Actor.Member
		case Above:
			ok = slices.ContainsFunc(e.Actor.Above, e.Template.Manages)
		default:
			ok = slices.Contains(e.Actor.Posts, w)
		}
		if ok {
			return w, as, true
		}
	}
	return "", "", false
}

// among finds the actor in a list of ids.
func (e Env) among(ids []bot.PersonID) (bot.PersonID, bool) {
	if i := slices.IndexFunc(ids, e.Actor.Is); i >= 0 {
		return ids[i], true
	}
	return "", false
}

// allowOwn lets the asker, who typed it for them, and the managers.
func (e Env) allowOwn(m *Matter, verb string, a *Act, others ...string) error {
	if !e.replay && e.Actor.Is(m.Opener) {
		a.Post, a.By = Asker, m.Opener
		return nil
	}
	return e.allow(m, slices.Concat(Who{Asker}, others, e.Template.Managers), verb, a)
}

// notOwn keeps those a matter concerns from judging it: the asker, who typed it
// for them, and who worked on it.
func (e Env) notOwn(m *Matter, s *Step, verb string) error {
	if e.replay || !s.NotSelf {
		return nil
	}
	own := append(m.askers(), m.Opener)
	if s.Kind != kindClaim {
		own = append(own, m.holderIDs()...)
	}
	if _, ok := e.among(own); ok {
		return bot.Errorf(bot.Forbidden, "自己的事要请别人来%s。", verb)
	}
	return nil
}

// May reports whether the actor has the right to do a step, as far as posts and
// relations go; whether the step is due is not asked.
func (e Env) May(m Matter, s *Step) bool {
	if e.notOwn(&m, s, s.Verb) != nil {
		return false
	}
	if len(s.Seats) > 0 {
		_, _, ok := e.seat(&m, s)
		return ok
	}
	_, _, ok := e.right(&m, s.By)
	return ok
}

// waiters are those who are to act on a step, for telling them: people for
// relations, posts for posts. Party members at large are told by nobody in
// person, so a step that waits for them alone is the managers' to know of.
func (e Env) waiters(m *Matter, s *Step) (people []bot.PersonID, posts []string) {
	for _, w := range m.awaited(s) {
		switch w {
		case Asker:
			people = append(people, m.askers()...)
		case Claimant:
			people = append(people, m.unfinished()...)
		case Anyone, Member:
		default:
			posts = append(posts, w)
		}
	}
	switch {
	case len(s.Seats) > 0:
		return people, posts
	case len(people) > 0:
		return people, nil // they come first; the posts hear of it later
	case len(posts) == 0:
		posts = e.Template.Managers
	}
	return nil, posts
}

// awaited are those without whom a step does not get on: the sides that are still
// silent, or who may close what is being collected.
func (m *Matter) awaited(s *Step) Who {
	switch {
	case len(s.Seats) > 0:
		_, who := m.seatStatus(s)
		return who
	case s.Kind == kindCollect:
		return s.Close.who(s)
	}
	return s.who()
}

// who may do a step, the seats' sides included.
func (s *Step) who() Who {
	out := slices.Clone(s.By)
	for _, seat := range s.Seats {
		out = append(out, seat.By...)
	}
	return out
}
