package service

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
)

const (
	// dutyFor is how long a procedure's reminder is worth telling.
	dutyFor = 48 * time.Hour
	// urgentWithin is the time that a template gives a category (突发) which makes the
	// step's reminders urgent: what is to be done within hours does not wait for the
	// morning. What a step is given whatever the category, or somebody sets, does wait.
	urgentWithin = 4 * time.Hour
)

// remindOfDuty leaves notices for those whom a timer of a matter concerns. They are
// told as the policy has it, if it still holds then; the group never.
func (s *session) remindOfDuty(t *procedure.Template, m procedure.Matter, act procedure.Act, e procedure.Effect) error {
	people, err := s.whomReminds(t, m, e)
	if err != nil {
		return err
	}
	st := m.Steps[act.Step]
	urgent := !st.Due.IsZero() && m.Deadline.IsZero() && isUrgent(t.Step(act.Step), m.Category)
	var notices []remind.Notice
	for _, p := range people {
		notices = append(notices, remind.Notice{
			ID: s.newID(), To: remind.Person(p), Kind: remind.Duty, Key: fmt.Sprintf("m/%s/%d", m.ID, act.Seq), Urgent: urgent,
			Due: s.now, Look: s.now, Stale: s.now.Add(dutyFor), Node: m.Node,
			Matter: m.ID, Step: act.Step, Timer: act.Key, What: string(e.Notice),
		})
	}
	return s.notify(notices...)
}

// whomReminds are the persons a reminder is for now.
func (s *session) whomReminds(t *procedure.Template, m procedure.Matter, e procedure.Effect) ([]bot.PersonID, error) {
	switch {
	case e.Notice == procedure.NoticeClosing:
		people, _, err := s.notVoted(m)
		return people, err
	case e.Notice == procedure.NoticeMinutes:
		return s.unconfirmed(t, m)
	case e.Notice == procedure.NoticeLater && e.Up > 0:
		e.Up = 0
		if !s.public(t) {
			break
		}
		if above, err := s.secretariesAbove(m.Node); err != nil || len(above) > 0 {
			return above, err
		}
	}
	return s.whomConcerns(t, m, e)
}

// unconfirmed are host and recorder of a meeting that has ended, as far as they have not
// confirmed its minutes.
func (s *session) unconfirmed(t *procedure.Template, m procedure.Matter) ([]bot.PersonID, error) {
	h, err := s.hallOf(t, m)
	if bot.CodeOf(err) == bot.NotFound {
		return nil, nil
	}
	if err != nil || h.state.Phase != meeting.Ended {
		return nil, err
	}
	return s.present(h.waiting())
}

// isUrgent reports whether a template gives a category only hours for a step.
func isUrgent(step *procedure.Step, category string) bool {
	within, ok := step.Due.By[category]
	return ok && time.Duration(within) <= urgentWithin
}

// whomConcerns are the persons an effect tells: those it names, and the holders of its
// posts. Where nobody holds the post, whoever can appoint somebody is told.
func (s *session) whomConcerns(t *procedure.Template, m procedure.Matter, e procedure.Effect) ([]bot.PersonID, error) {
	people := slices.Clone(e.People)
	if len(e.Posts) > 0 {
		holders, err := s.holdersFor(t, m.Node, e.Posts, e.Up)
		if err != nil {
			return nil, err
		}
		if people = append(people, holders...); len(people) == 0 {
			if people, err = s.holdersOf("", []string{roster.Administrator}, 0); err != nil {
				return nil, err
			}
		}
	}
	people, err := s.present(people)
	slices.Sort(people)
	return slices.Compact(people), err
}

// dutyLine is what a procedure's notice says now; empty if it is of no concern any
// more: the step is over, or was given more time.
func (s *session) dutyLine(n remind.Notice) (string, error) {
	m, err := s.tx.Matter(s.ctx, n.Matter)
	if bot.CodeOf(err) == bot.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	t, err := s.template(m)
	if err != nil {
		return "", err
	}
	env := s.env(t, m, procedure.Actor{})
	if !env.StillHolds(m, n.Step, n.Timer, s.now) {
		return "", nil
	}
	if n.What == string(procedure.NoticeClosing) {
		if people, _, err := s.notVoted(m); err != nil || !slices.Contains(people, personOf(n.To)) {
			return "", err // they have voted since
		}
	}
	if n.What == string(procedure.NoticeMinutes) {
		if people, err := s.unconfirmed(t, m); err != nil || !slices.Contains(people, personOf(n.To)) {
			return "", err // they have confirmed them since
		}
	}
	if len(n.About) == 0 {
		p := personOf(n.To)
		look := &lookup{s: s, m: m, t: t, full: m.Holds(p), texts: map[int]map[string]string{}}
		whence, err := s.whence(t, m, n)
		return whence + env.Say(m, procedure.Notice(n.What), look), err
	}
	text := m.Ref() + " 有一条提醒。"
	if s.public(t) {
		text = env.Say(m, procedure.Notice(n.What), &lookup{s: s, m: m, t: t, group: true, texts: map[int]map[string]string{}})
	}
	var names []string
	for _, p := range n.About {
		names = append(names, s.name(p))
	}
	return text + fmt.Sprintf("\n（%s还收不到私信，请转告一声。）", strings.Join(names, "、")), nil
}

// whence names the place of a matter to somebody above it, who hears of several.
func (s *session) whence(t *procedure.Template, m procedure.Matter, n remind.Notice) (string, error) {
	if n.What != string(procedure.NoticeLater) {
		return "", nil
	}
	managers, err := s.holdersOf(m.Node, t.Managers, 0)
	if err != nil || slices.Contains(managers, personOf(n.To)) {
		return "", err
	}
	node, err := s.tx.Node(s.ctx, m.Node)
	if err != nil || node.Name == "" {
		return "", err
	}
	return node.Name + "：", nil
}

func personOf(to remind.Recipient) bot.PersonID {
	p, _ := to.Person()
	return p
}

// askToPassOn asks the managers who can be reached to pass on what somebody cannot be
// told privately. What the managers hear themselves needs no passing on.
func (s *session) askToPassOn(n remind.Notice, missed bot.PersonID) error {
	m, err := s.tx.Matter(s.ctx, n.Matter)
	if err != nil {
		return err
	}
	t, err := s.template(m)
	if err != nil {
		return err
	}
	managers, err := s.holdersOf(m.Node, t.Managers, 0)
	passed := n.What == string(procedure.NoticeLate)
	if err != nil || slices.Contains(managers, missed) || !passed {
		return err // who has not voted, or is not late yet, is nobody else's business
	}
	var notices []remind.Notice
	for _, p := range managers {
		_, ok, err := s.reminderChat(p)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		on := n
		on.ID, on.To, on.About = s.newID(), remind.Person(p), []bot.PersonID{missed}
		on.Key += "/" + string(missed)
		on.Look = s.now
		notices = append(notices, on)
	}
	if len(notices) == 0 {
		s.log.WarnContext(s.ctx, "nobody to tell privately", "person", missed, "notice", n.What)
	}
	return s.notify(notices...)
}
